"""Refusals as RFC 9457 problem documents, and the protocol header on every answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.protocol import (
    PROBLEM_MEDIA_TYPE,
    PROTOCOL_HEADER,
    PROTOCOL_VERSION,
    Problem,
    ProblemCode,
)

STATUS_OF = {
    ProblemCode.BAD_MESSAGE: 400,
    ProblemCode.DIGEST_MISMATCH: 400,
    ProblemCode.COMPLETED_UPLOAD: 400,
    ProblemCode.BAD_SIGNATURE: 401,
    ProblemCode.CLOCK_SKEW: 401,
    ProblemCode.COUNTER_TOO_LOW: 401,
    ProblemCode.OTHER_KIOSK: 403,
    ProblemCode.REVOKED: 403,
    ProblemCode.ENROLMENT_REFUSED: 403,
    ProblemCode.NOT_FOUND: 404,
    ProblemCode.ID_CONFLICT: 409,
    ProblemCode.MISMATCHING_OFFSET: 409,
    ProblemCode.TOO_LARGE: 413,
    ProblemCode.NOT_THE_ENTRY: 422,
    ProblemCode.BUSY: 423,
    ProblemCode.TOO_MANY: 429,
}


class ProblemFound(Exception):
    """Ends a call with a problem document."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        members: tuple[tuple[str, int], ...] = (),
        server_time: str = "",
    ) -> None:
        super().__init__(code.value)
        title = code.value.replace("-", " ").capitalize()
        self.problem = Problem(STATUS_OF[code], code, title, detail, members, server_time)
        self.headers = headers


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as the answer to a request."""
    return JSONResponse(problem.to_json(), problem.status, headers, media_type=PROBLEM_MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Make every refusal of the interface a problem document, the framework's own included."""

    async def found(_: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemFound), "registered for this kind alone"
        return problem_response(error.problem, error.headers)

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "registered for this kind alone"
        return problem_response(_plain(error.status_code), error.headers)

    async def misread(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError), "registered for this kind alone"
        names = ", ".join(str(it["loc"][-1]) for it in error.errors())
        found = ProblemFound(ProblemCode.BAD_MESSAGE, f"not allowed: {names}")
        return problem_response(found.problem)

    async def broken(_: Request, __: Exception) -> Response:
        return problem_response(_plain(500))

    app.add_exception_handler(ProblemFound, found)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(Exception, broken)


def _plain(status: int) -> Problem:
    code = ProblemCode.NOT_FOUND if status == HTTPStatus.NOT_FOUND else None
    return Problem(status, code, HTTPStatus(status).phrase)


class ProtocolHeader:
    """Says on every answer that a platform gave it, and not a captive portal."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and mark its answer."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[PROTOCOL_HEADER] = PROTOCOL_VERSION
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)
