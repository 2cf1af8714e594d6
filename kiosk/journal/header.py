"""The readable header of an entry and the chain made of headers.

Pure. Sizes are bytes, times UTC to the minute; no field may name a person.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NewType

from kiosk.clock import ClockState
from kiosk.domain import AppId
from kiosk.journal.canonical import (
    HASH_BYTES,
    MAX_SAFE_INTEGER,
    Json,
    canonical,
    parse_hash,
    parse_minute,
)
from kiosk.journal.numbers import ReceiptNumber

KioskId = NewType("KioskId", str)
"""The name the platform gave this kiosk at enrolment."""

Epoch = NewType("Epoch", str)
"""Random id of one installation, 32 hex digits.

A database that can't prove its head starts a new one.
"""

ENTRY_TAG = b"kiosk-entry-v1\n"
GENESIS_TAG = b"kiosk-genesis-v1\n"
HEADER_VERSION = 1
MAX_RECIPIENTS = 8

_KIOSK = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_EPOCH = re.compile(r"[0-9a-f]{32}")
_APP_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}|")
_CATALOGUE = re.compile(r"[A-Za-z0-9._:+-]{0,64}")
_SUITE = re.compile(r"[A-Z0-9][A-Z0-9_+-]{0,47}")
_KID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class EntryKind(StrEnum):
    """What an entry of the chain is."""

    APPLICATION = "application"
    """A resident's application, sealed whole."""
    RATING = "rating"
    """What a resident thought of the visit; its `subject` is the application."""
    COMPLAINT = "complaint"
    """A complaint about an office or a service."""
    SUGGESTION = "suggestion"
    """A suggestion to an office."""
    WITHDRAWAL = "withdrawal"
    """The resident takes the application named in `subject` back."""
    SUPPLEMENT = "supplement"
    """More papers for the application named in `subject`."""
    CONTROL = "control"
    """The kiosk about itself: cancelled, clock jumped, new epoch, canary."""
    REHEARSAL = "rehearsal"
    """A practice visit; kept apart by the platform and never filed."""


def uuid7(unix_ms: int, random: bytes) -> AppId:
    """Return a UUIDv7 (RFC 9562 section 5.7) of a time and ten random bytes; six bits go unused.

    Raises:
        ValueError: the time does not fit 48 bits, or there are not ten bytes.
    """
    if not 0 <= unix_ms < 2**48:
        raise ValueError("the time does not fit 48 bits")
    if len(random) != 10:
        raise ValueError("ten random bytes are needed")
    bits = int.from_bytes(random)
    rand_a, rand_b = bits >> 68, bits & (2**62 - 1)
    return AppId(str(uuid.UUID(int=unix_ms << 80 | 7 << 76 | rand_a << 64 | 2 << 62 | rand_b)))


def is_app_id(text: str) -> bool:
    """Say whether `text` is a UUIDv7 as `uuid7` writes it."""
    return _APP_ID.fullmatch(text) is not None


def is_kiosk_id(text: str) -> bool:
    """Say whether `text` can be the name of a kiosk."""
    return _KIOSK.fullmatch(text) is not None


def is_epoch(text: str) -> bool:
    """Say whether `text` is 32 lower-case hex digits."""
    return _EPOCH.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderDraft:
    """What is known of an entry before encryption; readable for ever, so no field names a person.

    `number` is the kiosk number in force (1000 to 9999), the front of the receipt number. `service`
    is the routing group (sensitive services only as their group), empty where there is none.
    `created` is UTC to the minute. `subject` is the app_id of the entry this one speaks about, None
    where it speaks of none.

    Raises:
        ValueError: a value can't be written into a header.
    """

    kiosk: KioskId
    number: int
    epoch: Epoch
    seq: int
    app_id: AppId
    kind: EntryKind
    service: str
    catalogue: str
    created: str
    clock_state: ClockState
    subject: AppId | None = None

    def __post_init__(self) -> None:
        """Refuse what no reader would accept."""
        problems = [
            name
            for name, is_right in (
                ("kiosk", is_kiosk_id(self.kiosk)),
                ("number", 1000 <= self.number <= 9999),
                ("epoch", is_epoch(self.epoch)),
                ("seq", 1 <= self.seq <= 99_999_999),
                ("app_id", is_app_id(self.app_id)),
                ("service", _SERVICE.fullmatch(self.service) is not None),
                ("catalogue", _CATALOGUE.fullmatch(self.catalogue) is not None),
                ("created", parse_minute(self.created) is not None),
                ("subject", self.subject is None or is_app_id(self.subject)),
            )
            if not is_right
        ]
        if problems:
            raise ValueError(f"can't be written into a header: {', '.join(problems)}")

    @property
    def receipt_number(self) -> ReceiptNumber:
        """The number printed for this entry."""
        return ReceiptNumber(self.number, self.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(HeaderDraft):
    """A whole header: the draft and what sealing added.

    `size` is the length of the sealed part in bytes and `ct_sha256` its SHA-256: key wraps, nonce
    and ciphertext.
    """

    suite: str
    kids: tuple[str, ...]
    size: int
    ct_sha256: bytes

    def __post_init__(self) -> None:
        """Refuse what no reader would accept."""
        HeaderDraft.__post_init__(self)
        if _SUITE.fullmatch(self.suite) is None:
            raise ValueError("can't be written into a header: suite")
        kids_are_right = all(_KID.fullmatch(kid) for kid in self.kids)
        if not 1 <= len(self.kids) <= MAX_RECIPIENTS or not kids_are_right:
            raise ValueError("can't be written into a header: kids")
        if len(set(self.kids)) != len(self.kids):
            raise ValueError("a recipient is named twice")
        if not 1 <= self.size <= MAX_SAFE_INTEGER or len(self.ct_sha256) != HASH_BYTES:
            raise ValueError("can't be written into a header: size, ct_sha256")

    def to_json(self) -> dict[str, Json]:
        """Return the header as the JSON object that is hashed."""
        return self.header_for_aad() | {"ct_sha256": self.ct_sha256.hex()}

    def header_for_aad(self) -> dict[str, Json]:
        """Return the header without the hash of the sealed part: the associated data."""
        return aad_header(self, suite=self.suite, kids=self.kids, size=self.size)


def aad_header(
    draft: HeaderDraft, *, suite: str, kids: Sequence[str], size: int
) -> dict[str, Json]:
    """Return the JSON object of a header whose sealed part is not encrypted yet."""
    told: dict[str, Json] = {
        "v": HEADER_VERSION,
        "kiosk": draft.kiosk,
        "number": draft.number,
        "epoch": draft.epoch,
        "seq": draft.seq,
        "app_id": draft.app_id,
        "kind": draft.kind.value,
        "service": draft.service,
        "catalogue": draft.catalogue,
        "created": draft.created,
        "clock_state": draft.clock_state.value,
        "suite": suite,
        "kids": list(kids),
        "size": size,
    }
    if draft.subject is not None:
        told["subject"] = draft.subject
    return told


def parse_header(value: object) -> Header | None:
    """Return the header that `Header.to_json` wrote, or None for anything else. Never raises."""
    if not isinstance(value, dict) or value.get("v") != HEADER_VERSION:
        return None
    names = {item.name for item in fields(Header)} | {"v"}
    if not names - {"subject"} <= set(value) <= names:
        return None
    whole = [value[name] for name in ("v", "number", "seq", "size")]
    if not all(type(item) is int for item in whole):  # True is an int elsewhere
        return None
    kids = value["kids"]
    words = [value[name] for name in value if name not in {"v", "number", "seq", "size", "kids"}]
    if not isinstance(kids, list) or not all(isinstance(item, str) for item in [*kids, *words]):
        return None
    ct_sha256 = parse_hash(value["ct_sha256"])
    if ct_sha256 is None:
        return None
    try:
        return Header(
            kiosk=KioskId(value["kiosk"]),
            number=value["number"],
            epoch=Epoch(value["epoch"]),
            seq=value["seq"],
            app_id=AppId(value["app_id"]),
            kind=EntryKind(value["kind"]),
            service=value["service"],
            catalogue=value["catalogue"],
            created=value["created"],
            clock_state=ClockState(value["clock_state"]),
            subject=AppId(value["subject"]) if "subject" in value else None,
            suite=value["suite"],
            kids=tuple(kids),
            size=value["size"],
            ct_sha256=ct_sha256,
        )
    except ValueError:
        return None


def genesis(kiosk: KioskId, epoch: Epoch) -> bytes:
    """Return what stands for the previous hash before the first entry of an epoch."""
    return hashlib.sha256(GENESIS_TAG + canonical({"kiosk": kiosk, "epoch": epoch})).digest()


def entry_hash(prev_hash: bytes, header: Header) -> bytes:
    """Return the hash of a chain entry: SHA-256 over tag, previous hash and canonical header.

    Raises:
        ValueError: the previous hash is not 32 bytes.
    """
    if len(prev_hash) != HASH_BYTES:
        raise ValueError("a previous hash has 32 bytes")
    return hashlib.sha256(ENTRY_TAG + prev_hash + canonical(header.to_json())).digest()
