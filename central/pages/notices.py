"""The office's page of notices: what stands on Home, written and taken away."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from central.notices import TOO_LONG, list_notices, take_away, write_notice
from central.pages.frame import Refusal, Templates, go_to, read_form
from central.pages.records import list_sites
from central.pages.sign_in import Door
from central.pages.words import OFFICE_LANGUAGES
from central.platform import Platform


def add_notices(router: APIRouter, platform: Platform, door: Door, templates: Templates) -> None:
    """Give the office its page of notices."""

    def page(csrf: str, problem: str, status: int = 200) -> Response:
        return templates.page(
            "notices.html",
            status,
            csrf=csrf,
            sites=[(site_id, name) for site_id, name, _ in list_sites(platform)],
            notices=list_notices(platform),
            languages=OFFICE_LANGUAGES,
            limit=TOO_LONG,
            problem=problem,
        )

    @router.get("/notices")
    def notices(request: Request) -> Response:
        return page(door.who_is_in(request).csrf, "")

    @router.post("/notices")
    async def write(request: Request) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        form = await read_form(request)
        signed_in.check(form)
        words = tuple((name, form.get(name, "")) for name, _ in OFFICE_LANGUAGES)
        try:
            until = date.fromisoformat(form["until"]) if form.get("until") else None
        except ValueError:
            raise Refusal(400, "The last day is no date.") from None
        problem = await run_in_threadpool(
            write_notice, platform, form.get("site", ""), words, until
        )
        if problem:
            return await run_in_threadpool(page, signed_in.csrf, problem, 400)
        return go_to("/office/notices")

    @router.post("/notices/{notice_id}/remove")
    async def remove(request: Request, notice_id: str) -> Response:
        signed_in = await run_in_threadpool(door.who_is_in, request)
        signed_in.check(await read_form(request))
        if not await run_in_threadpool(take_away, platform, notice_id):
            raise Refusal(404, "There is no such notice.")
        return go_to("/office/notices")
