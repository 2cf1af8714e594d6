"""`kiosk queue export` and `kiosk queue import`: the queue on a stick, and what comes back."""

from __future__ import annotations

from pathlib import Path

from kiosk.clock import boot_id
from kiosk.errors import StickError
from kiosk.settings import load_settings
from kiosk.store.engine import open_store
from kiosk.store.keys import load_keys
from kiosk.store.leases import Leases
from kiosk.timekeeping import believing
from launch.wiring import build_kiosk
from sync.stick_export import COPYING_S, Export, Exported
from sync.stick_import import Answered, AnswersImport
from sync.stored_keyset import stored_keyset


def export_queue(settings_file: Path | None, stick: Path, *, with_delivered: bool) -> int:
    """Put on a stick what is not delivered; return 0 if all of it is there.

    Raises:
        KioskError: The stick or the store can't be used.
    """
    kiosk = build_kiosk(load_settings(settings_file))
    kiosk.open_desk().close()  # what a power cut left without a row is taken in first
    folder = kiosk.settings.kiosk.state_folder
    keys = load_keys(folder)
    db = open_store(folder, keys.database)
    try:
        export = Export(
            db, folder, kiosk.enrolment, keys, Leases(db, kiosk.clock, boot_id(), COPYING_S)
        )
        exported = export.run(stick, kiosk.clock.now().at, with_delivered=with_delivered)
    finally:
        db.close()
    _say_exported(exported)
    if stick.stat().st_dev == folder.stat().st_dev:
        print(f"Note: {stick} is on the kiosk's own disk, not on a stick.")
    return 1 if exported.unreadable else 0


def _say_exported(exported: Exported) -> None:
    print(
        f"{exported.folder.name}: {exported.total} on the stick, {exported.copied} of them new,"
        f" {exported.size / 1e6:.1f} MB."
    )
    for seq in exported.unreadable:
        print(f"Not on it: entry {seq}, whose envelope can't be read on this kiosk's disk.")
    print("Written and read back. It is safe to remove the stick.")


def import_answers(settings_file: Path | None, stick: Path) -> int:
    """Take in what the platform answered on a stick; return 0 if everything could be used.

    Raises:
        KioskError: The stick or the store can't be used, or there are no answers for this kiosk.
    """
    kiosk = build_kiosk(load_settings(settings_file))
    folder = kiosk.settings.kiosk.state_folder
    if not stick.is_dir():
        raise StickError(f"There is no folder {stick}.", "Plug the stick in and mount it.")
    db = open_store(folder, load_keys(folder).database)
    try:
        enrolment = kiosk.enrolment
        bring = AnswersImport(
            db,
            folder,
            enrolment,
            stored_keyset(enrolment),
            believing(kiosk.clock),
            kiosk.settings.storage.keep_delivered_h,
        )
        answered = bring.run(stick)
    finally:
        db.close()
    return _say_answered(answered)


def _say_answered(answered: Answered) -> int:
    print(f"Delivered by this stick: {answered.delivered}; known before: {answered.known}.")
    print(f"News: {answered.changes}.")
    if answered.has_new_staff:
        print("A kiosk that runs takes over a new staff list when it starts again.")
    if answered.refused:
        print(f"Refused: {answered.refused} proofs that do not hold. Tell the office.")
    for problem in answered.problems:
        print(f"Not used: {problem}.")
    return 1 if answered.refused or answered.problems else 0
