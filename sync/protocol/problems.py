"""What the platform refuses, and why: RFC 9457 problem documents.

Pure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from kiosk.envelope import Json
from sync.protocol.reading import MAX_MESSAGE_BYTES

PROBLEM_MEDIA_TYPE = "application/problem+json"
PROBLEM_PREFIX = "urn:kiosk:problem:"
Counts = tuple[tuple[str, int], ...]


class ProblemCode(StrEnum):
    """What the platform refuses and why; the kiosk decides by these and by the HTTP status."""

    BAD_MESSAGE = "bad-message"
    """400: the body is not what the call takes."""
    BAD_SIGNATURE = "bad-signature"
    """401: unsigned, tampered with, or signed by a key the platform does not know."""
    CLOCK_SKEW = "clock-skew"
    """401: signed more than 24 h from the platform's time; `server_time` tells it."""
    COUNTER_TOO_LOW = "counter-too-low"
    """401: the counter did not rise; `counter` is the highest one seen."""
    OTHER_KIOSK = "other-kiosk"
    """403: the path names another kiosk than the one that signed."""
    REVOKED = "revoked"
    """403: this kiosk may not send any more."""
    ENROLMENT_REFUSED = "enrolment-refused"
    """403: no such code, used up, too old, or tried too often."""
    NOT_FOUND = "not-found"
    """404: no such thing; for an upload: announce the entry again."""
    ID_CONFLICT = "id-conflict"
    """409: another entry is held under this id or this place in the chain."""
    MISMATCHING_OFFSET = "mismatching-upload-offset"
    """409: go on from `expected-offset`."""
    COMPLETED_UPLOAD = "completed-upload"
    """400: everything has arrived before; ask for the proof."""
    TOO_LARGE = "too-large"
    """413: `Upload-Limit` tells the largest body."""
    DIGEST_MISMATCH = "digest-mismatch"
    """400: these bytes have not the digest that came with them; send them again."""
    NOT_THE_ENTRY = "not-the-entry"
    """422: the whole upload is not the entry that was announced; it was thrown away."""
    BUSY = "busy"
    """423: another request writes to this upload."""
    TOO_MANY = "too-many"
    """429: wait as long as `Retry-After` says."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem; `code` is None for what this version does not know."""

    status: int
    code: ProblemCode | None
    title: str
    detail: str = ""
    members: Counts = ()
    server_time: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        told: dict[str, Json] = {
            "type": "about:blank" if self.code is None else PROBLEM_PREFIX + self.code.value,
            "status": self.status,
            "title": self.title,
        }
        if self.detail:
            told["detail"] = self.detail
        if self.server_time:
            told["server_time"] = self.server_time
        return told | dict(self.members)


def read_problem(status: int, body: bytes) -> Problem:
    """Return what an error answer says, whatever it is. Never raises."""
    nothing = Problem(status, None, f"status {status}")
    if len(body) > MAX_MESSAGE_BYTES:
        return nothing
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return nothing
    return problem_of(status, told)


def problem_of(status: int, told: object) -> Problem:
    """Return what a decoded problem document says, whatever it is. Never raises."""
    nothing = Problem(status, None, f"status {status}")
    if not isinstance(told, dict):
        return nothing
    kind, title, detail = (told.get(name) for name in ("type", "title", "detail"))
    known = {PROBLEM_PREFIX + code.value: code for code in ProblemCode}
    at = told.get("server_time")
    return Problem(
        status,
        known.get(kind) if isinstance(kind, str) else None,
        _printable(title[:200]) if isinstance(title, str) else nothing.title,
        _printable(detail[:500]) if isinstance(detail, str) else "",
        tuple(
            (name, told[name])
            for name in ("expected-offset", "provided-offset", "counter")
            if type(told.get(name)) is int
        ),
        at[:40] if isinstance(at, str) else "",
    )


def _printable(text: str) -> str:
    """Return a text without what would move the cursor of whoever reads it on a terminal."""
    return "".join(it if it.isprintable() else " " for it in text)
