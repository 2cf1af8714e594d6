"""Signing in to the office: a password, a cookie no script can read, a token in every form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from argon2.exceptions import VerificationError
from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import delete

from central.limits import Limiter
from central.pages.frame import Refusal
from central.platform import Platform
from central.tables import OfficeRow, SignInRow
from sync.protocol import format_instant

COOKIE = "office"
STAY = timedelta(hours=8)
WRONG_PASSWORDS = 10
FORGET_WRONG_AFTER_S = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody of the office; `csrf` has to come back with every form."""

    csrf: str

    def check(self, form: Mapping[str, str]) -> None:
        """See to it that a form is one we gave out.

        Raises:
            Refusal: it is not.
        """
        if not hmac.compare_digest(form.get("csrf", "").encode(), self.csrf.encode()):
            raise Refusal(403, "This form is out of date. Open the page again.")


class SignInNeeded(Exception):
    """Ends a page of the office for somebody who has not signed in."""


class Door:
    """Lets the office in, and tells who is in; may be used by any thread."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._wrong = Limiter(WRONG_PASSWORDS, FORGET_WRONG_AFTER_S)

    def open_for(self, password: str, who: str) -> str | None:
        """Return the cookie for somebody with the right password, None for a wrong one.

        Raises:
            Refusal: too many wrong ones came from there.
        """
        if self._wrong.is_full(who):
            raise Refusal(429, "Too many wrong passwords. Wait five minutes.")
        platform = self._platform
        with platform.database.reading() as session:
            password_hash = session.get_one(OfficeRow, 1).password_hash
        try:
            platform.hasher.verify(password_hash, password)
        except VerificationError:
            self._wrong.count(who)
            return None
        cookie = secrets.token_urlsafe(32)
        with platform.database.writing() as session:
            session.execute(delete(SignInRow).where(SignInRow.expires_at < platform.stamp()))
            session.add(
                SignInRow(
                    cookie_hash=_hashed(cookie),
                    csrf=secrets.token_urlsafe(24),
                    expires_at=format_instant(platform.now() + STAY),
                )
            )
        return cookie

    def who_is_in(self, request: Request) -> SignedIn:
        """Return who asks.

        Raises:
            SignInNeeded: nobody who has signed in.
        """
        row = None
        with self._platform.database.reading() as session:
            cookie = request.cookies.get(COOKIE)
            if cookie:
                row = session.get(SignInRow, _hashed(cookie))
        if row is None or row.expires_at < self._platform.stamp():
            raise SignInNeeded
        return SignedIn(row.csrf)

    def close_for(self, request: Request) -> None:
        """Forget whoever asks."""
        with self._platform.database.writing() as session:
            cookie = request.cookies.get(COOKIE, "")
            session.execute(delete(SignInRow).where(SignInRow.cookie_hash == _hashed(cookie)))


def give_cookie(response: Response, request: Request, cookie: str) -> None:
    """Put the cookie on an answer."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(STAY.total_seconds()),
        path="/office",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
