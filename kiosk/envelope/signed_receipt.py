"""What the code on an acknowledgement holds: which kiosk received what, when, signed by that kiosk.

Pure. One line of text in a fixed form, so that it fits behind the `#` of an address: a telephone
opens the address and sends this part to nobody. It names no person. What it proves: that the owner
of the kiosk's key (Ed25519, RFC 8032) wrote this line, and by the hash of the chain which entry is
meant. What it does not prove: anything else that stands on the paper.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.journal import KioskId, ReceiptNumber, is_kiosk_id, parse_receipt_number

TAG = b"doorstep-receipt-v1\n"
"""Signed before the line, so that no other thing the kiosk signs can pass for it."""

_LINE = re.compile(
    r"(DR1\.(?P<number>\d{10,14})\.(?P<kiosk>[a-z0-9-]{1,40})\.(?P<service>[a-z][a-z0-9_]{0,63})"
    r"\.(?P<at>\d{8}T\d{4}Z)\.(?P<hash>[A-Za-z0-9_-]{43}))\.(?P<signature>[A-Za-z0-9_-]{86})"
    r"(?![A-Za-z0-9_-])",
    re.ASCII,
)
_MINUTE = "%Y%m%dT%H%MZ"
MAX_TEXT = 4000
"""Longer texts are not looked through."""


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """The line, read; not to be believed before `is_signed_by`."""

    number: ReceiptNumber
    kiosk: KioskId
    service: str
    received_at: datetime
    """UTC, to the minute, by the kiosk's clock."""
    entry_hash: bytes
    """Of the entry in the kiosk's chain, 32 bytes."""
    signature: bytes

    def __str__(self) -> str:
        return f"{self._line}.{_to_text(self.signature)}"

    @property
    def _line(self) -> str:
        at = self.received_at.astimezone(UTC).strftime(_MINUTE)
        chained = _to_text(self.entry_hash)
        return f"DR1.{self.number}.{self.kiosk}.{self.service}.{at}.{chained}"

    def is_signed_by(self, public_key: bytes) -> bool:
        """Say whether the owner of this Ed25519 key (32 bytes) signed it."""
        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(self.signature, TAG + self._line.encode())
        except (ValueError, InvalidSignature):
            return False
        return True


def sign_receipt(
    number: ReceiptNumber,
    kiosk: KioskId,
    service: str,
    received_at: datetime,
    entry_hash: bytes,
    signer: Callable[[bytes], bytes],
) -> SignedReceipt:
    """Return the signed line of an entry.

    Args:
        number: The receipt number.
        kiosk: Whose key signs.
        service: The service's id.
        received_at: Aware; kept to the minute.
        entry_hash: Of the entry in the chain.
        signer: Makes Ed25519 signatures.

    Raises:
        ValueError: A value does not fit into the line.
    """
    at = received_at.astimezone(UTC).replace(second=0, microsecond=0)
    draft = SignedReceipt(number, kiosk, service, at, entry_hash, b"\0" * 64)
    signature = signer(TAG + draft._line.encode())  # noqa: SLF001 - its own line
    signed = SignedReceipt(number, kiosk, service, at, entry_hash, signature)
    if find_signed_receipt(str(signed)) != signed:
        raise ValueError("this can't be written on paper and read again")
    return signed


def find_signed_receipt(text: str) -> SignedReceipt | None:
    """Return what a scanned or copied text holds, with its address or without; None if it does not.

    Line feeds and spaces that a message put into it do not matter.
    """
    found = _LINE.search("".join(text[:MAX_TEXT].split()))
    if found is None:
        return None
    number = parse_receipt_number(found["number"])
    at = _at(found["at"])
    chained, signature = _from_text(found["hash"]), _from_text(found["signature"])
    if number is None or at is None or chained is None or signature is None:
        return None
    if not is_kiosk_id(found["kiosk"]):
        return None
    kiosk = KioskId(found["kiosk"])
    receipt = SignedReceipt(number, kiosk, found["service"], at, chained, signature)
    return receipt if str(receipt) == found[0] else None


def _at(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _MINUTE).replace(tzinfo=UTC)
    except ValueError:
        return None


def _to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _from_text(text: str) -> bytes | None:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return data if _to_text(data) == text else None  # one way to write it, so no lookalikes
