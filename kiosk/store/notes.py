"""What an envelope alone would not tell: whose it is, kept beside its bytes as an attribute of the
file.

A power cut between the envelope's rename and the commit costs its row; with the note the row is
made again at the next start, so that the resident can be told. The note is written before the
file's own fsync, which carries it, and goes nowhere when the bytes are sent or copied to a stick.
It is encrypted under a key made of the database's, so it says no more to a thief than the row would
have said; it goes with its file. A file system without such attributes keeps no notes: the envelope
is adopted all the same, and its resident can't be found.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.domain import AppId, Language
from kiosk.envelope import EnvelopeFront
from kiosk.files import NOTE
from kiosk.store.applications import ApplicationRow

_NONCE_BYTES = 12


def seal_note(key: bytes, entry_hash: bytes, row: ApplicationRow) -> bytes:
    """Return the note of one envelope; it fits no other.

    Args:
        key: `Keys.note_key`.
        entry_hash: Of the envelope.
        row: What the note brings back; how often its receipt was printed is not in it.
    """
    told = {
        it.name: _to_json(getattr(row, it.name)) for it in fields(row) if it.name != "times_printed"
    }
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + AESGCM(key).encrypt(nonce, plain, entry_hash)


def read_note(path: Path, key: bytes, front: EnvelopeFront) -> ApplicationRow | None:
    """Return what the note of an envelope says; None where there is none, or not this one's."""
    data = b""
    with suppress(OSError):
        data = os.getxattr(path, NOTE)
    try:
        plain = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], front.entry_hash)
        row = _row(json.loads(plain))
    except (InvalidTag, ValueError, KeyError, TypeError):
        return None
    header = front.header
    number = str(header.receipt_number)
    return row if (row.app_id, row.number) == (header.app_id, number) else None


def _to_json(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date) else value


def _row(told: dict[str, object]) -> ApplicationRow:
    return ApplicationRow(
        app_id=AppId(str(told["app_id"])),
        number=str(told["number"]),
        query_code=str(told["query_code"]),
        service_id=str(told["service_id"]),
        language=Language(str(told["language"])),
        received_at=datetime.fromisoformat(str(told["received_at"])),
        ask_by=date.fromisoformat(str(told["ask_by"])),
        ask_by_is_certain=bool(told["ask_by_is_certain"]),
        counts_from_delivery=bool(told["counts_from_delivery"]),
        applicant=str(told["applicant"]),
        helper=str(told["helper"]),
        has_photo=bool(told["has_photo"]),
        lookup=bytes.fromhex(str(told["lookup"])),
        beneficiary=str(told.get("beneficiary", "")),
    )
