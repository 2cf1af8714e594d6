"""Signs what `requests` sends: digest of the body, then the signature of `sync.protocol`.

Runs on whichever thread sends. The counter comes from outside, since it has to survive restarts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from requests import PreparedRequest
from requests.auth import AuthBase

from kiosk.clock import Clock
from sync.protocol import DIGEST_HEADER, Message, content_digest, sign_request


class RequestSigner(AuthBase):
    """Given to `requests` as `auth`, it signs every request with the kiosk's key.

    Args:
        next_counter: Returns a number greater than every one before, and has stored it durably.
    """

    def __init__(
        self,
        kiosk: str,
        key: Ed25519PrivateKey,
        next_counter: Callable[[], int],
        clock: Clock,
    ) -> None:
        self._kiosk = kiosk
        self._key = key
        self._next_counter = next_counter
        self._clock = clock
        self._told: tuple[datetime, float] | None = None

    def go_by(self, server_time: datetime) -> None:
        """Sign with the platform's time from now on, and count on from it: the wall is far off."""
        self._told = (server_time, self._clock.now().monotonic_s)

    def _at(self) -> datetime:
        now = self._clock.now()
        if self._told is None:
            return now.at
        server_time, told_at_s = self._told
        return server_time + timedelta(seconds=now.monotonic_s - told_at_s)

    def __call__(self, prepared: PreparedRequest) -> PreparedRequest:
        """Return the request with digest and signature; its body has to be bytes or absent."""
        body = prepared.body
        if isinstance(body, str):
            body = body.encode()
        if body:
            prepared.headers[DIGEST_HEADER] = content_digest(body)
        at = self._at()
        sign_request(cast("Message", prepared), self._kiosk, self._key, self._next_counter(), at)
        return prepared
