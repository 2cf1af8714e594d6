"""What the platform told this kiosk once, at enrolment, and what the office set then.

One JSON file beside the keys. It holds public keys and names, and the hash of the technician's PIN;
written whole or not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import EnrolmentError, NobodyToSealTo, storage_error
from kiosk.files import write_durably
from kiosk.journal import KioskId, is_kiosk_id

if TYPE_CHECKING:
    from kiosk.envelope import RecipientPublicKey

FILE_NAME = "enrolment.json"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who this kiosk is for the platform, and whom it trusts.

    `numbers` are the kiosk numbers (1000 to 9999) reserved for it, one per epoch. `root_key` is
    Ed25519, `recipients` are raw as `kiosk.envelope.RecipientPublicKey` has them. `keyset` is the
    document that root signed, kept as it came so that `sync` can verify it again; this room only
    carries it.
    """

    kiosk_id: KioskId
    numbers: tuple[int, ...]
    platform_url: str
    root_key: bytes
    recipients: tuple[bytes, ...]
    keyset: str = field(repr=False)
    public_url: str = ""
    """Where a resident's telephone finds the state of an application."""
    site_id: str = ""
    site_name: str = ""
    site_phone: str = ""
    technician_pin_hash: str = field(default="", repr=False)
    revoked: tuple[str, ...] = ()
    """Names of keys that a keyset revoked: no later one brings them back."""

    def recipient_keys(self) -> tuple[RecipientPublicKey, ...]:
        """Return whom applications are sealed to.

        Raises:
            NobodyToSealTo: All were revoked.
            EnrolmentError: A key is no key.
        """
        if not self.recipients and self.revoked:
            raise NobodyToSealTo("The platform revoked every key that is sealed to.")
        # Cryptography is loaded by who seals; Home is on the glass before.
        from kiosk.envelope import RecipientPublicKey  # noqa: PLC0415

        keys = tuple(RecipientPublicKey.from_bytes(raw) for raw in self.recipients)
        found = tuple(key for key in keys if key is not None)
        if not found or len(found) != len(keys):
            raise EnrolmentError("A recipient's key in the enrolment is no key.", "Enrol again.")
        return found


def load_enrolment(state_folder: Path) -> Enrolment | None:
    """Return the enrolment; None when this kiosk has not been enrolled.

    Raises:
        EnrolmentError: The file is there and can't be used.
    """
    path = state_folder / FILE_NAME
    try:
        if not path.exists():
            return None
        told = json.loads(path.read_text(encoding="utf-8"))
        enrolment = Enrolment(
            kiosk_id=KioskId(str(told["kiosk_id"])),
            numbers=tuple(int(number) for number in told["numbers"]),
            platform_url=str(told["platform_url"]),
            root_key=bytes.fromhex(told["root_key"]),
            recipients=tuple(bytes.fromhex(raw) for raw in told["recipients"]),
            keyset=str(told["keyset"]),
            public_url=str(told["public_url"]),
            site_id=str(told["site_id"]),
            site_name=str(told["site_name"]),
            site_phone=str(told["site_phone"]),
            technician_pin_hash=str(told["technician_pin_hash"]),
            revoked=tuple(str(kid) for kid in told.get("revoked", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnrolmentError(f"The file {FILE_NAME} can't be read.", "Enrol again.") from error
    if not is_kiosk_id(enrolment.kiosk_id) or not enrolment.numbers:
        raise EnrolmentError(f"The file {FILE_NAME} names no kiosk.", "Enrol again.")
    return enrolment


def save_enrolment(state_folder: Path, enrolment: Enrolment) -> None:
    """Write the enrolment, durable before this returns; only this user can read it.

    Raises:
        DiskFull: There is no room for it; the old one stands.
        StorageError: It can't be written; the old one stands.
    """
    told = {
        "kiosk_id": enrolment.kiosk_id,
        "numbers": list(enrolment.numbers),
        "platform_url": enrolment.platform_url,
        "root_key": enrolment.root_key.hex(),
        "recipients": [raw.hex() for raw in enrolment.recipients],
        "keyset": enrolment.keyset,
        "public_url": enrolment.public_url,
        "site_id": enrolment.site_id,
        "site_name": enrolment.site_name,
        "site_phone": enrolment.site_phone,
        "technician_pin_hash": enrolment.technician_pin_hash,
        "revoked": list(enrolment.revoked),
    }
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    try:
        write_durably(state_folder / FILE_NAME, data)
    except OSError as error:
        raise storage_error(f"{FILE_NAME} can't be written", error) from error
