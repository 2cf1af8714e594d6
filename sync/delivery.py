"""What the engine wants done with entries: looked up, announced, sent, their proofs verified and
recorded.

Knows the store and the platform, and decides nothing: every answer becomes an event of
`sync.steps`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import assert_never

from kiosk.domain import AppId
from kiosk.journal import KioskId
from kiosk.store import entries
from kiosk.store.engine import ENVELOPES, Database
from kiosk.store.entries import Entry, EntryState
from kiosk.store.leases import Leases
from kiosk.store.oldest import oldest
from kiosk.timekeeping import BelievedClock
from sync.answers import Failed
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    Keyset,
    Manifest,
    ManifestAnswer,
    SignedDocument,
    UploadOffset,
    read_proof,
    verify_proof,
)
from sync.steps import (
    AllAnnounced,
    Announce,
    AnnounceAll,
    Announced,
    Append,
    AskOffset,
    AskProofs,
    CallFailed,
    Deliver,
    Elsewhere,
    EntryBroken,
    Event,
    Found,
    Item,
    Look,
    Looked,
    Mark,
    OffsetTold,
    Postpone,
    ProofsHeard,
    Proven,
    Unproven,
)
from sync.turns import OLDEST_EVERY

BATCH = 50
_NOT_HERE = "it is not in the store any more"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivery:
    """The engine's hands for entries; used from the courier's thread."""

    db: Database
    state_folder: Path
    clock: BelievedClock
    """Rests count by how long the machine has been running, which no clock on a wall moves."""
    platform: Platform
    kiosk_id: KioskId
    keyset: Callable[[], Keyset]
    """The keyset in force: news may bring another."""
    leases: Leases
    _batch: dict[AppId, Entry] = field(default_factory=dict, init=False)

    def record(self, tell: Mark | Postpone | Deliver) -> None:
        """Record something, durable before this returns.

        Raises:
            StorageError: Nothing was recorded.
        """
        match tell:
            case Mark(app_id, state, reason):
                entries.mark(self.db, app_id, state, reason=reason)
            case Postpone(app_id, wait_s, why):
                until = self.clock.running_at() + timedelta(seconds=wait_s)
                entries.postpone(self.db, app_id, until, why)
            case Deliver(proof):
                entries.deliver(self.db, proof.app_id, proof.document, proof.received_at)
            case _:
                assert_never(tell)

    def look(self, ask: Look) -> Found:
        """Look for entries; what another program moves now is left to it.

        Raises:
            StorageError: The store can't be read.
        """
        now = self.clock.running_at()
        elsewhere = self.leases.elsewhere()
        most = BATCH + len(elsewhere)
        match ask.what:
            case Looked.UPLOADED:
                found = [
                    entry
                    for entry in entries.to_upload(self.db, BATCH)
                    if entry.state is EntryState.UPLOADED
                ]
            case Looked.UNREGISTERED:
                found = list(entries.unregistered(self.db, most, now))
            case Looked.WAITING:
                found = list(entries.to_upload(self.db, most, now))
            case _:
                assert_never(ask.what)
        if ask.what is not Looked.UPLOADED:  # those are only asked about
            found = [entry for entry in found if entry.app_id not in elsewhere][:BATCH]
        if len(found) >= BATCH and ask.what is not Looked.UPLOADED:
            # There are more: those that have waited longest are not to be hidden behind them.
            is_new = ask.what is Looked.UNREGISTERED
            states = (EntryState.QUEUED,) if is_new else (EntryState.REGISTERED,)
            more = oldest(self.db, states, BATCH // OLDEST_EVERY, now)
            found += [entry for entry in more if entry.app_id not in elsewhere]
        self._batch = {entry.app_id: entry for entry in found}
        return Found(tuple(_item(entry) for entry in self._batch.values()))

    def announce(self, ask: Announce) -> Event:
        """Announce an entry."""
        entry = self._take(ask.app_id)
        if not isinstance(entry, Entry):
            return entry
        return self._announced(entry, self.platform.announce(self.kiosk_id, Manifest(entry.front)))

    def announce_all(self, ask: AnnounceAll) -> Event:
        """Announce several entries in one call."""
        found = [self._batch.get(app_id) for app_id in ask.app_ids]
        held = self.leases.hold(*ask.app_ids)
        ours = [entry for entry in found if entry is not None and entry.app_id in held]
        manifests = tuple(Manifest(entry.front) for entry in ours)
        answers = self.platform.announce_all(self.kiosk_id, manifests) if ours else ()
        if isinstance(answers, Failed):
            return CallFailed(answers)
        told = {
            entry.app_id: self._announced(entry, answer)
            for entry, answer in zip(ours, answers, strict=True)
        }
        return AllAnnounced(tuple(told.get(app_id, Elsewhere()) for app_id in ask.app_ids))

    def _announced(self, entry: Entry, answer: ManifestAnswer | Failed) -> Announced | CallFailed:
        if isinstance(answer, Failed):
            return CallFailed(answer)
        proof = None if answer.proof is None else self._judge(entry, answer.proof)
        return Announced(answer.offset, answer.complete, proof)

    def ask_offset(self, ask: AskOffset) -> Event:
        """Ask how much of an upload has arrived."""
        entry = self._take(ask.app_id)
        if not isinstance(entry, Entry):
            return entry
        return _told(self.platform.offset(ask.app_id))

    def append(self, ask: Append) -> Event:
        """Send a piece of an envelope."""
        entry = self._take(ask.app_id)
        if not isinstance(entry, Entry):
            return entry
        try:
            piece = _piece(self.state_folder / ENVELOPES / entry.file, ask.offset, ask.length)
        except OSError as error:
            # The envelope is not where it was put, or the disk does not give it: the others go on.
            _log.error("ENVELOPE_UNREADABLE seq=%d why=%s", entry.seq, error.strerror)
            return EntryBroken(f"its envelope can't be read here: {error.strerror}")
        if len(piece) != ask.length:
            _log.error("ENVELOPE_SHORT seq=%d", entry.seq)
            return EntryBroken("its envelope can't be read here: it is shorter than it was")
        answer = self.platform.append(entry.app_id, piece, ask.offset, is_last=ask.is_last)
        if isinstance(answer, SignedDocument):
            return self._judge(entry, answer)
        return _told(answer)

    def fetch_proofs(self, ask: AskProofs) -> Event:
        """Fetch a page of proofs; those of entries that wait for one are judged."""
        page = self.platform.proofs(self.kiosk_id, ask.epoch, ask.since_seq)
        if isinstance(page, Failed):
            return CallFailed(page)
        waiting = [entry for entry in self._batch.values() if entry.header.epoch == ask.epoch]
        verdicts = tuple(self._match(page.proofs, waiting))
        return ProofsHeard(verdicts, page.next_since_seq, page.more)

    def _match(
        self, documents: Iterable[SignedDocument], waiting: list[Entry]
    ) -> Iterable[Proven | Unproven]:
        by_place = {(it.header.epoch, it.seq): it for it in waiting}
        for document in documents:
            proof = read_proof(document, self.keyset())
            if isinstance(proof, BadAnswer):
                continue
            entry = by_place.get((proof.epoch, proof.seq))
            if entry is not None:
                yield self._judge(entry, document)

    def _judge(self, entry: Entry, document: SignedDocument) -> Proven | Unproven:
        proof = verify_proof(document, self.keyset(), entry.front)
        if isinstance(proof, BadAnswer):
            _log.error("PROOF_REFUSED seq=%d", entry.seq)
            return Unproven(entry.app_id, proof.why)
        text = json.dumps(document.to_json(), ensure_ascii=False)
        return Proven(entry.app_id, text, proof.received_at)

    def _take(self, app_id: AppId) -> Entry | Elsewhere | EntryBroken:
        """Return an entry that nobody else moves, its lease lengthened for one call more."""
        was_held = app_id in self.leases.held
        if not self.leases.hold(app_id):
            return Elsewhere()
        entry = self._batch.get(app_id) if was_held else None
        entry = entry or entries.find(self.db, app_id)
        if entry is None:
            return EntryBroken(_NOT_HERE)
        return entry if entry.proof is None else Elsewhere()  # somebody was faster


def _item(entry: Entry) -> Item:
    header = entry.header
    return Item(
        header.app_id,
        header.epoch,
        header.seq,
        entry.size,
        entry.state,
        entry.tries,
        entry.priority,
        entry.created_at,
    )


def _told(answer: UploadOffset | SignedDocument | Failed) -> Event:
    if isinstance(answer, Failed):
        return CallFailed(answer)
    assert isinstance(answer, UploadOffset), "only the last piece is answered with a proof"
    return OffsetTold(answer.offset, answer.complete)


def _piece(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)
