"""Bugs planted into a child, to see whether the harness finds them.

Each changes the running program only; nothing in the kiosk knows of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import assert_never

import kiosk.sealing
import sync.courier
from kiosk.clock import Moment, SystemClock
from kiosk.enrolment import load_enrolment
from kiosk.envelope import (
    AppId,
    EntryKind,
    HeaderDraft,
    RecipientPublicKey,
    SealedEnvelope,
    seal,
    uuid7,
)
from kiosk.files import write_durably
from kiosk.sealing import SUFFIX, Sealer
from kiosk.store import entries
from kiosk.store.adoption import Adopted, Adoption
from kiosk.store.engine import ENVELOPES, Database, writing
from kiosk.store.entries import Entry
from kiosk.store.file_names import known_files
from kiosk.store.keys import load_keys
from sync.delivery import Delivery
from sync.healing import NOTHING_MISSING
from sync.steps import Append, Event, Found, Look
from tests.faults.orders import SHOWN, PlantedBug

Tell = Callable[[str], None]


def plant(bug: PlantedBug, tell: Tell) -> None:
    """Put a bug into this process."""
    match bug:
        case PlantedBug.SHOWN_BEFORE_COMMIT:
            _show_before_commit(tell)
        case PlantedBug.NOT_ADOPTED:
            _forget_adoption()
        case PlantedBug.COMMIT_SKIPPED:
            _skip_commits()
        case PlantedBug.NEW_ID_PER_ATTEMPT:
            _seal_again_for_each_attempt()
        case PlantedBug.DELIVERED_WITHOUT_PROOF:
            _believe_before_the_proof()
        case _:
            assert_never(bug)


def _show_before_commit(tell: Tell) -> None:
    """Show the number as soon as it is known, which is before anything is written."""
    draft_of = Sealer._draft

    def draft_and_show(
        self: Sealer, about: kiosk.sealing._About, app_id: AppId, seq: int, at: Moment
    ) -> HeaderDraft:
        draft = draft_of(self, about, app_id, seq, at)
        if draft.kind is EntryKind.APPLICATION:
            tell(f"{SHOWN} {draft.receipt_number} {draft.app_id}")
        return draft

    Sealer._draft = draft_and_show  # type: ignore[method-assign]


def _forget_adoption() -> None:
    """Leave alone what a power cut left without a row."""

    def adopt_nothing(self: Adoption, at: datetime) -> Adopted:  # noqa: ARG001 - as the real one
        self.listing = known_files(self.db)
        return Adopted()

    Adoption.run = adopt_nothing  # type: ignore[method-assign]


def _skip_commits() -> None:
    """Never commit what is sealed: what sqlite-utils does on the wrong driver, without a word."""

    @contextmanager
    def never_committing(db: Database) -> Iterator[Database]:
        if not db.conn.in_transaction:
            db.conn.execute("BEGIN")
        yield db

    kiosk.sealing.writing = never_committing  # type: ignore[attr-defined]


def _seal_again_for_each_attempt() -> None:
    """Make a new entry, under a new id, of whatever is not known to have arrived at a start."""
    _keep_what_is_sealed()
    look = Delivery.look

    def seal_again_and_look(self: Delivery, ask: Look) -> Found:
        waiting = entries.unregistered(self.db, 50) + entries.to_upload(self.db, 50)
        for entry in waiting:
            _seal_again(self, entry)
        return look(self, ask)

    Delivery.look = seal_again_and_look  # type: ignore[method-assign]


def _keep_what_is_sealed() -> None:
    def seal_and_keep(
        container: bytes | Sequence[bytes],
        draft: HeaderDraft,
        recipients: Sequence[RecipientPublicKey],
        signer: Callable[[bytes], bytes],
        prev_hash: bytes,
    ) -> SealedEnvelope:
        _kept[str(draft.app_id)] = (
            container if isinstance(container, bytes) else b"".join(container)
        )
        return seal(container, draft, recipients, signer, prev_hash)

    kiosk.sealing.seal = seal_and_keep  # type: ignore[attr-defined]


_kept: dict[str, bytes] = {}


def _seal_again(delivery: Delivery, entry: Entry) -> None:
    container = _kept.pop(str(entry.app_id), None)
    enrolment = load_enrolment(delivery.state_folder)
    if container is None or enrolment is None:
        return
    keys, old = load_keys(delivery.state_folder), entry.header
    with writing(delivery.db):
        seq, prev_hash = entries.head(delivery.db, enrolment.kiosk_id, old.epoch)
        at = SystemClock().now().at
        app_id = uuid7(int(at.timestamp() * 1000), secrets.token_bytes(10))
        draft = HeaderDraft(
            kiosk=old.kiosk,
            number=old.number,
            epoch=old.epoch,
            seq=seq + 1,
            app_id=app_id,
            kind=old.kind,
            service=old.service,
            catalogue=old.catalogue,
            created=old.created,
            clock_state=old.clock_state,
            subject=old.subject,
        )
        sealed = seal(container, draft, enrolment.recipient_keys(), keys.sign, prev_hash)
        name = f"{draft.epoch[:8]}-{draft.seq:08}-{app_id}{SUFFIX}"
        write_durably(delivery.state_folder / ENVELOPES / name, sealed.file)
        entries.add(delivery.db, sealed.front, name, at, is_acknowledged=True)


def _believe_before_the_proof() -> None:
    """Take an entry for delivered as soon as its bytes begin to move, and never look back."""
    # Else the next hello would tell what the platform lacks, and it would be sent again.
    sync.courier.missing_of = lambda *_: NOTHING_MISSING  # type: ignore[attr-defined]
    append = Delivery.append

    def believe_and_append(self: Delivery, ask: Append) -> Event:
        entries.deliver(self.db, ask.app_id, "{}", SystemClock().now().at)
        return append(self, ask)

    Delivery.append = believe_and_append  # type: ignore[method-assign]
