"""What kiosk and platform tell each other apart from entries: hello, changes, problems.

Pure. Nothing here names a resident: a status names an entry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.envelope import AppId, ClockState, Epoch, Json
from sync.protocol.reading import (
    MAX_MESSAGE_BYTES,
    Fields,
    Refused,
    format_instant,
)
from sync.protocol.trust import SignedDocument, read_signed

Words = tuple[tuple[str, str], ...]
Counts = tuple[tuple[str, int], ...]

_LAST_SEQ = 99_999_999
"""No chain gets longer: a receipt has no room for more digits."""

PROTOCOL_HEADER = "Kiosk-Protocol"
PROTOCOL_VERSION = "1"
PROBLEM_MEDIA_TYPE = "application/problem+json"
PROBLEM_PREFIX = "urn:kiosk:problem:"


def speaks_protocol(headers: Mapping[str, str]) -> bool:
    """Say whether an answer comes from a platform at all, and not from a captive portal."""
    name = PROTOCOL_HEADER.lower()
    return any(
        key.lower() == name and value.strip() == PROTOCOL_VERSION for key, value in headers.items()
    )


@dataclass(frozen=True, slots=True)
class Hello:
    """How a kiosk is: head of its chain, what waits, what works, what it runs.

    `head_hash` is the entry hash of `head_seq`, or genesis while there is none. `counts` are
    entries by state, `devices` states by port, `versions` versions by name (`program`, `catalogue`,
    `keyset`, `staff`).
    """

    epoch: Epoch
    number: int
    head_seq: int
    head_hash: bytes
    clock_at: datetime
    clock_state: ClockState
    counts: Counts = ()
    devices: Words = ()
    versions: Words = ()
    free_bytes: int = 0

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "epoch": self.epoch,
            "number": self.number,
            "head_seq": self.head_seq,
            "head_hash": self.head_hash.hex(),
            "clock_at": format_instant(self.clock_at),
            "clock_state": self.clock_state.value,
            "counts": dict(self.counts),
            "devices": dict(self.devices),
            "versions": dict(self.versions),
            "free_bytes": self.free_bytes,
        }


def read_hello(fields: Fields) -> Hello:
    """Read the form that travels."""
    return Hello(
        epoch=fields.epoch("epoch"),
        number=fields.whole("number", least=1000, most=9999),
        head_seq=fields.whole("head_seq", most=_LAST_SEQ),
        head_hash=fields.hash("head_hash"),
        clock_at=fields.instant("clock_at"),
        clock_state=ClockState(fields.text("clock_state")),
        counts=fields.counts("counts"),
        devices=fields.words("devices"),
        versions=fields.words("versions"),
        free_bytes=fields.whole("free_bytes"),
    )


@dataclass(frozen=True, slots=True)
class HelloAnswer:
    """What the platform knows of this kiosk.

    All entries up to `contiguous_seq` are held; `gaps` are the first and last seq of what is
    missing below the highest one held; `wanted` are entries announced but not complete. `revisions`
    are the newest versions by name (`keyset`, `staff`). `fork` says that the chain is not the one
    that is held, or went back: a copied or restored kiosk, which has to start a new epoch under a
    number that is not among `used_numbers`. `back_off_s` asks for that long a rest
    before the next call.
    """

    server_time: datetime
    contiguous_seq: int
    contiguous_hash: bytes
    gaps: tuple[tuple[int, int], ...] = ()
    wanted: tuple[AppId, ...] = ()
    revisions: Counts = ()
    back_off_s: int = 0
    fork: bool = False
    used_numbers: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "server_time": format_instant(self.server_time),
            "contiguous_seq": self.contiguous_seq,
            "contiguous_hash": self.contiguous_hash.hex(),
            "gaps": [list(gap) for gap in self.gaps],
            "wanted": list(self.wanted),
            "revisions": dict(self.revisions),
            "back_off_s": self.back_off_s,
            "fork": self.fork,
            "used_numbers": list(self.used_numbers),
        }


def read_hello_answer(fields: Fields) -> HelloAnswer:
    """Read the form that travels."""
    return HelloAnswer(
        server_time=fields.instant("server_time"),
        contiguous_seq=fields.whole("contiguous_seq"),
        contiguous_hash=fields.hash("contiguous_hash"),
        gaps=tuple(_gap(it) for it in fields.items("gaps")),
        wanted=tuple(Fields({"it": it}).app_id("it") for it in fields.items("wanted")),
        revisions=fields.counts("revisions"),
        back_off_s=fields.whole("back_off_s", most=86_400),
        fork=fields.has("fork") and fields.flag("fork"),
        used_numbers=_numbers(fields) if fields.has("used_numbers") else (),
    )


def _numbers(fields: Fields) -> tuple[int, ...]:
    told = fields.items("used_numbers", most=1000)
    return tuple(Fields({"it": it}).whole("it", least=1000, most=9999) for it in told)


def _gap(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Refused("a gap is no pair")
    ends = Fields({"first": value[0], "last": value[1]})
    first = ends.whole("first", least=1)
    return first, ends.whole("last", least=first)


class StatusCode(StrEnum):
    """How far an office is with an application."""

    RECEIVED = "received"
    """It has arrived; nobody has decided anything."""
    ACCEPTED = "accepted"
    """It is complete and being worked on."""
    MORE_PAPERS = "more_papers"
    """Something is missing; the words say what."""
    DONE = "done"
    """Decided in the resident's favour, finished."""
    REFUSED = "refused"
    """Decided otherwise; the words say why and what can be done."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The state of an entry changed; `words` of the office, per language, may be empty."""

    app_id: AppId
    receipt_number: str
    code: StatusCode
    words: Words
    as_of: datetime


@dataclass(frozen=True, slots=True)
class StaffChange:
    """A new staff list; to be checked with `accept_staff_list`."""

    document: SignedDocument


@dataclass(frozen=True, slots=True)
class KeysetChange:
    """A new keyset; to be checked with `accept_keyset`."""

    document: SignedDocument


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the office to be shown on Home; empty words take it away."""

    notice_id: str
    words: Words


@dataclass(frozen=True, slots=True)
class SkippedChange:
    """A change this version can't read; the feed goes on behind it."""

    kind: str
    why: str


Change = StatusChange | StaffChange | KeysetChange | Notice | SkippedChange


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Changes, oldest first; ask from `cursor` next time, at once if there is `more`."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "changes": [change_to_json(change) for change in self.changes],
            "cursor": self.cursor,
            "more": self.more,
        }


def change_to_json(change: Change) -> dict[str, Json]:
    """Return the form in which one change travels."""
    match change:
        case StatusChange():
            return {
                "kind": "status",
                "app_id": change.app_id,
                "receipt_number": change.receipt_number,
                "code": change.code.value,
                "words": dict(change.words),
                "as_of": format_instant(change.as_of),
            }
        case StaffChange():
            return {"kind": "staff", "document": change.document.to_json()}
        case KeysetChange():
            return {"kind": "keyset", "document": change.document.to_json()}
        case Notice():
            return {"kind": "notice", "id": change.notice_id, "words": dict(change.words)}
        case SkippedChange():
            return {"kind": change.kind}


def read_changes_page(fields: Fields) -> ChangesPage:
    """Read the form that travels; one unreadable change does not stop the others."""
    return ChangesPage(
        tuple(read_change(it) for it in fields.items("changes", most=1000)),
        fields.text("cursor", most=100),
        fields.flag("more"),
    )


def read_change(value: object) -> Change:
    """Read one change; what can't be read is skipped with its reason."""
    kind = "?"
    try:
        fields = Fields(value)
        kind = fields.text("kind", most=40)
        match kind:
            case "status":
                return StatusChange(
                    fields.app_id("app_id"),
                    fields.text("receipt_number", most=20),
                    StatusCode(fields.text("code")),
                    fields.words("words"),
                    fields.instant("as_of"),
                )
            case "staff":
                return StaffChange(read_signed(fields.fields("document")))
            case "keyset":
                return KeysetChange(read_signed(fields.fields("document")))
            case "notice":
                return Notice(fields.text("id", most=64), fields.words("words"))
            case _:
                return SkippedChange(kind, "this kind is not known")
    except Refused as refused:
        return SkippedChange(kind, str(refused))
    except ValueError:
        return SkippedChange(kind, "a value is not allowed")


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
