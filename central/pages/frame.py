"""What all pages share: templates, headers that forbid what is not needed, bounded forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "templates"
MAX_FORM_BYTES = 64 * 1024

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # addresses hold codes; `no-referrer` would blank Origin too
}
PICTURE_HEADERS = {
    **HEADERS,
    # A picture from an envelope is foreign bytes: opened by itself it may do nothing at all.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


class Refusal(Exception):
    """Ends a page with a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Templates:
    """Makes pages of templates; may be used by any thread."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, status: int = 200, /, **told: object) -> Response:
        """Return a page."""
        text = self._environment.get_template(name).render(**told)
        return HTMLResponse(text, status, HEADERS)


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form that was sent from one of these pages.

    Raises:
        Refusal: it comes from elsewhere, or is too long.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refusal(403, "This form was sent from another site.")
    if int(request.headers.get("content-length", MAX_FORM_BYTES + 1)) > MAX_FORM_BYTES:
        raise Refusal(413, "This form is too long.")
    form = await request.form(max_files=0, max_fields=50)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def go_to(path: str) -> Response:
    """Send the browser to another page of ours, to be read with GET."""
    return RedirectResponse(path, 303, HEADERS)


def style_sheet() -> Response:
    """Return the one style sheet."""
    text = (FOLDER / "style.css").read_text()
    return Response(text, media_type="text/css", headers={"Cache-Control": "max-age=300"})
