"""The page behind the code on the receipt: the state of an application, never whose it is."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from central.limits import Limiter
from central.pages.frame import Templates, read_form
from central.pages.words import STATUS_WORDS
from central.platform import Platform
from central.statuses import PublicState, find_state
from kiosk.envelope import parse_query_code, parse_receipt_number

WRONG_CODES_PER_NUMBER = 10
WRONG_CODES_PER_ADDRESS = 60
FORGET_WRONG_AFTER_S = 3600


def add_query_page(app: FastAPI, platform: Platform, templates: Templates) -> None:
    """Give the application the query page."""
    wrong_for_number = Limiter(WRONG_CODES_PER_NUMBER, FORGET_WRONG_AFTER_S)
    wrong_from_address = Limiter(WRONG_CODES_PER_ADDRESS, FORGET_WRONG_AFTER_S)

    def page(
        status: int, number: str, problem: str = "", state: PublicState | None = None
    ) -> Response:
        return templates.page(
            "query.html", status, number=number, problem=problem, state=state, words=STATUS_WORDS
        )

    def answer(request: Request, number: str, code: str) -> Response:
        who = request.client.host if request.client else ""
        shown = number.strip()[:20]
        if not code:
            return page(200, shown)
        asked, typed = parse_receipt_number(number), parse_query_code(code)
        if asked is None:
            return page(404, shown, "number")
        if wrong_for_number.is_full(str(asked)) or wrong_from_address.is_full(who):
            return page(429, shown, "too_many")
        state = None if typed is None else find_state(platform, asked, typed)
        if state is None:
            wrong_for_number.count(str(asked))
            wrong_from_address.count(who)
            return page(404, shown, "wrong")
        return page(200, shown, "", state)

    @app.get("/q", include_in_schema=False)
    def empty_form() -> Response:
        return page(200, "")

    @app.get("/q/{number}", include_in_schema=False)
    def from_receipt(request: Request, number: str, c: str = "") -> Response:
        return answer(request, number, c)

    @app.post("/q", include_in_schema=False)
    async def from_form(request: Request) -> Response:
        form = await read_form(request)
        return await run_in_threadpool(
            answer, request, form.get("number", ""), form.get("code", "") or " "
        )
