"""What kiosk and platform tell each other apart from entries: hello, changes, problems.

Pure. Nothing here names a resident: a status names an entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.envelope import AppId, ClockState, Epoch, Json
from sync.protocol.reading import (
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
class NoticesChange:
    """New notices for Home; to be checked with `accept_notices`."""

    document: SignedDocument


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """A new catalogue; to be checked with `accept_catalogue`, then its package is fetched."""

    document: SignedDocument


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """New settings for a site; to be checked with `accept_settings`."""

    document: SignedDocument


@dataclass(frozen=True, slots=True)
class SkippedChange:
    """A change this version can't read; the feed goes on behind it."""

    kind: str
    why: str


Signed = StaffChange | KeysetChange | NoticesChange | CatalogueChange | SettingsChange
Change = StatusChange | Signed | SkippedChange


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
        case SettingsChange():
            return {"kind": "settings", "document": change.document.to_json()}
        case CatalogueChange():
            return {"kind": "catalogue", "document": change.document.to_json()}
        case KeysetChange():
            return {"kind": "keyset", "document": change.document.to_json()}
        case NoticesChange():
            return {"kind": "notices", "document": change.document.to_json()}
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
            case "settings":
                return SettingsChange(read_signed(fields.fields("document")))
            case "catalogue":
                return CatalogueChange(read_signed(fields.fields("document")))
            case "notices":
                return NoticesChange(read_signed(fields.fields("document")))
            case _:
                return SkippedChange(kind, "this kind is not known")
    except Refused as refused:
        return SkippedChange(kind, str(refused))
    except ValueError:
        return SkippedChange(kind, "a value is not allowed")
