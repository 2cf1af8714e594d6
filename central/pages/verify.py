"""The page for officials and residents: does this paper come from one of our kiosks?"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from central.limits import Limiter
from central.pages.frame import Templates, read_form
from central.platform import Platform
from central.verifying import Checked, check_paper

PATH = "/verify"
TRIES_PER_ADDRESS = 120
FORGET_TRIES_AFTER_S = 3600


def add_verify_page(app: FastAPI, platform: Platform, templates: Templates) -> None:
    """Give the application the page that checks papers."""
    tries = Limiter(TRIES_PER_ADDRESS, FORGET_TRIES_AFTER_S)

    def page(status: int, checked: Checked | None = None, problem: str = "") -> Response:
        return templates.page("verify.html", status, checked=checked, problem=problem)

    def answer(request: Request, text: str) -> Response:
        who = request.client.host if request.client else ""
        if tries.is_full(who):
            return page(429, problem="too_many")
        tries.count(who)
        checked = check_paper(platform, text)
        return page(200 if checked.is_proven else 404, checked)

    @app.get(PATH, include_in_schema=False)
    def empty_form() -> Response:
        return page(200)

    @app.post(PATH, include_in_schema=False)
    async def from_form(request: Request) -> Response:
        form = await read_form(request)
        return await run_in_threadpool(answer, request, form.get("text", ""))
