"""Taking announced entries into account, one or many at a time, before any of their bytes come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.platform import Platform
from central.proving import proof_of
from central.tables import ANNOUNCED, HELD, EntryRow, KioskRow, NumberRow
from kiosk.envelope import AppId, EnvelopeFront, Epoch, KioskId, verify
from sync.protocol import BadAnswer, Manifest, ManifestAnswer, Manifests


class ManifestRefusal(StrEnum):
    """Why an entry is not taken into account."""

    OTHER_KIOSK = "The header names another kiosk than the one that asks."
    OTHER_ID = "The header has another app_id than the address."
    FOREIGN_NUMBER = "The kiosk number is not one of this kiosk's."
    NOT_SIGNED = "The entry is not signed with this kiosk's key."
    CONFLICT = "Another entry is held under this id."


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry is announced; `is_new` unless it was before."""

    answer: ManifestAnswer
    is_new: bool


def register(
    platform: Platform, kiosk: KioskId, app_id: AppId, manifest: Manifest
) -> Registered | ManifestRefusal:
    """Take an announced entry into account: new, the same again, or in conflict with another."""
    with platform.database.writing() as session:
        return _register(platform, session, kiosk, app_id, manifest)


def register_all(
    platform: Platform, kiosk: KioskId, manifests: Manifests
) -> tuple[Registered | ManifestRefusal | BadAnswer, ...]:
    """Take several into account in one durable step; each as it would be alone."""
    with platform.database.writing() as session:
        return tuple(
            it
            if isinstance(it, BadAnswer)
            else _register(platform, session, kiosk, it.header.app_id, it)
            for it in manifests.entries
        )


def _register(
    platform: Platform, session: Session, kiosk: KioskId, app_id: AppId, manifest: Manifest
) -> Registered | ManifestRefusal:
    header, front = manifest.header, manifest.front
    if header.kiosk != kiosk:
        return ManifestRefusal.OTHER_KIOSK
    if header.app_id != app_id:
        return ManifestRefusal.OTHER_ID
    row = session.get(EntryRow, app_id)
    if row is not None:
        if row.entry_hash != front.entry_hash.hex() or row.front != front.to_bytes():
            return ManifestRefusal.CONFLICT
        return Registered(_manifest_answer(platform, row), is_new=False)
    if not verify(front, session.get_one(KioskRow, kiosk).public_key):
        return ManifestRefusal.NOT_SIGNED
    number = session.get(NumberRow, header.number)
    if number is None or number.kiosk != kiosk:
        return ManifestRefusal.FOREIGN_NUMBER
    branch = _branch(session, kiosk, header.epoch, header.seq)
    _check_link(session, kiosk, front)
    row = EntryRow(
        app_id=app_id,
        kiosk=kiosk,
        epoch=header.epoch,
        seq=header.seq,
        branch=branch,
        number=header.number,
        kind=header.kind.value,
        service=header.service,
        subject=header.subject,
        entry_hash=front.entry_hash.hex(),
        front=front.to_bytes(),
        file_size=front.file_size,
        announced_at=platform.stamp(),
        state=ANNOUNCED,
    )
    session.add(row)
    session.flush()
    return Registered(_manifest_answer(platform, row), is_new=True)


def _branch(session: Session, kiosk: KioskId, epoch: Epoch, seq: int) -> int:
    """Return which of several entries in the same place this one is; a second one is an alarm.

    Both are kept: each is somebody's application, whatever happened to the kiosk.
    """
    place = select(func.max(EntryRow.branch)).where(
        EntryRow.kiosk == kiosk, EntryRow.epoch == epoch, EntryRow.seq == seq
    )
    highest = session.scalar(place)
    if highest is None:
        return 0
    row = session.get_one(KioskRow, kiosk)
    row.alarm = f"Two entries have place {seq} in one chain; both are kept. Was this kiosk copied?"
    return highest + 1


def _check_link(session: Session, kiosk: KioskId, front: EnvelopeFront) -> None:
    """Raise the alarm when an entry does not follow the one that is known in the place before."""
    header = front.header
    before = session.scalars(
        select(EntryRow.entry_hash).where(
            EntryRow.kiosk == kiosk,
            EntryRow.epoch == header.epoch,
            EntryRow.seq == header.seq - 1,
        )
    ).all()
    if before and front.prev_hash.hex() not in before:
        session.get_one(
            KioskRow, kiosk
        ).alarm = f"Entry {header.seq} does not follow the one before it. Was this kiosk copied?"


def _manifest_answer(platform: Platform, row: EntryRow) -> ManifestAnswer:
    if row.state == HELD:
        proof = proof_of(platform, row.front, row.proof)
        return ManifestAnswer(row.file_size, complete=True, proof=proof)
    return ManifestAnswer(platform.files.offset(AppId(row.app_id)), complete=False)
