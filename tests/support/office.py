"""Somebody of the office, or a resident, at a browser without scripts."""

from __future__ import annotations

import html
import re
from types import TracebackType
from typing import Self

import requests

from tests.support.central_server import CentralServer

TIMEOUT_S = 30


class Office:
    """Opens pages and sends the forms on them."""

    def __init__(self, server: CentralServer) -> None:
        self.server = server
        self.session = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.session.close()

    def get(self, path: str) -> requests.Response:
        """Open a page, following redirects as a browser does."""
        return self.session.get(self.server.url + path, timeout=TIMEOUT_S)

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form as it stands, without the token of the page."""
        return self.session.post(self.server.url + path, data=fields, timeout=TIMEOUT_S)

    def sign_in(self, password: str | None = None) -> requests.Response:
        """Give the password."""
        right = self.server.admin_password if password is None else password
        return self.post("/office/sign-in", password=right)

    def submit(self, page: str, action: str, **fields: str) -> requests.Response:
        """Open a page and send a form from it, with its token."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get(page).text)
        assert token is not None, "the page has no form"
        return self.post(action, csrf=token[1], **fields)

    def entry(self, app_id: str, query: str = "") -> str:
        """Return the page of an entry."""
        return self.get(f"/office/entries/{app_id}{query}").text

    def set_status(self, app_id: str, status: str, **words: str) -> None:
        """Put an entry into a state."""
        page = f"/office/entries/{app_id}"
        answer = self.submit(page, page + "/status", status=status, **words)
        assert answer.status_code == 200, answer.text

    def add_member(self, site: str, name: str, role: str, pin: str) -> requests.Response:
        """Add somebody to the staff."""
        return self.submit(
            "/office/staff", "/office/staff", site=site, name=name, role=role, pin=pin
        )

    def ask(self, number: str, code: str) -> str:
        """Return what the query page says to number and code."""
        return self.post("/q", number=number, code=code).text


def text_of(page: str) -> str:
    """Return what a page reads like."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
