"""Checking the code of a paper: what it proves, and what the platform itself knows of it.

Needs no kiosk and no network: the keys of all kiosks and the entries that arrived are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from central.platform import Platform
from central.tables import HELD, EntryRow, KioskRow, SiteRow
from kiosk.envelope import EntryKind, SignedReceipt, find_signed_receipt


class Verdict(StrEnum):
    """What can be said of a code."""

    NO_CODE = "no_code"
    """The text holds no code of ours."""
    NOT_CONFIRMED = "not_confirmed"
    """Made by no kiosk of this platform, or changed since. One answer for both: else whoever asks
    learns which kiosks there are.
    """
    HELD = "held"
    """Made by that kiosk, and the very entry is held here."""
    NOT_ARRIVED = "not_arrived"
    """Made by that kiosk, whose entry has not arrived yet."""
    OTHER_ENTRY = "other_entry"
    """Made by that kiosk, but under that number another entry is held: the kiosk was copied or
    restored, or its key was stolen."""
    REVOKED = "revoked"
    """Made with the key of a kiosk that was taken out of service, and never arrived: whoever has
    that key could have made it."""


PROVEN = frozenset({Verdict.HELD, Verdict.NOT_ARRIVED})


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer; `receipt` is to be shown as the paper's word only if something was proven."""

    verdict: Verdict
    receipt: SignedReceipt | None = None
    site: str = ""
    is_rehearsal: bool = False

    @property
    def is_proven(self) -> bool:
        """Say whether the kiosk is proven to have signed this."""
        return self.verdict in PROVEN


def check_paper(platform: Platform, text: str) -> Checked:
    """Check a scanned or copied text."""
    receipt = find_signed_receipt(text)
    if receipt is None:
        return Checked(Verdict.NO_CODE)
    with platform.database.reading() as session:
        kiosk = session.get(KioskRow, receipt.kiosk)
        if kiosk is None or not receipt.is_signed_by(kiosk.public_key):
            return Checked(Verdict.NOT_CONFIRMED)
        site = session.get_one(SiteRow, kiosk.site_id).name
        entries = session.scalars(
            select(EntryRow).where(
                EntryRow.kiosk == receipt.kiosk,
                EntryRow.number == receipt.number.kiosk_number,
                EntryRow.seq == receipt.number.seq,
                EntryRow.state == HELD,
            )
        ).all()
        same = next((it for it in entries if it.entry_hash == receipt.entry_hash.hex()), None)
        is_revoked = bool(kiosk.revoked_at)
    if same is not None:
        is_rehearsal = same.kind == EntryKind.REHEARSAL
        return Checked(Verdict.HELD, receipt, site, is_rehearsal)
    if is_revoked:
        return Checked(Verdict.REVOKED, receipt, site)
    return Checked(Verdict.OTHER_ENTRY if entries else Verdict.NOT_ARRIVED, receipt, site)


def kiosk_keys(platform: Platform) -> dict[str, str]:
    """Return the public keys of all kiosks in service, hex by name: for `kiosk verify --keys`."""
    with platform.database.reading() as session:
        rows = session.scalars(select(KioskRow).order_by(KioskRow.kiosk)).all()
        return {row.kiosk: row.public_key.hex() for row in rows if not row.revoked_at}
