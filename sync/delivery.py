"""Delivering entries one by one: announce, send, record the proof, and what follows from a refusal.

Knows the store and the platform. Every failure either ends the round, because every other call
would fare the same, or lets this one entry rest and the others go on; which is which is said in
`sync.engine`. No entry is ever dropped.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.clock import Clock
from kiosk.journal import KioskId
from kiosk.store import entries
from kiosk.store.engine import ENVELOPES, Database
from kiosk.store.entries import Entry, EntryState
from sync.engine import HELD_RETRY, STOPS_THE_ROUND, Failed, Failure, rest_s
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    Keyset,
    Manifest,
    SignedDocument,
    UploadOffset,
    verify_proof,
)

BATCH = 50
SMALLEST_CHUNK = 16 * 1024
SHORTEST_REST_S = 1.0
PROOF_TO_COME = "all bytes have arrived, the proof is still to come"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivery:
    """Moves entries towards their proof; used from the courier's thread."""

    db: Database
    state_folder: Path
    chunk_bytes: int
    clock: Clock
    platform: Platform
    kiosk_id: KioskId
    keyset: Callable[[], Keyset]
    """The keyset in force: news may bring another."""
    delivered: int = field(default=0, init=False)
    """How many proofs were recorded since it was set to 0."""

    def announce_all(self) -> Failed | None:
        """Announce every entry that is due; return the failure that ends the round, if one does."""
        while queued := entries.unregistered(self.db, BATCH, self._now()):
            for entry in queued:
                failed = self._announce(entry)
                if failed is not None:
                    return failed
        return None

    def send_all(self) -> Failed | None:
        """Send every announced entry that is due, and those whose proof does not come."""
        while waiting := entries.to_upload(self.db, BATCH, self._now()):
            for entry in waiting:
                failed = self._move_on(entry)
                if failed is not None:
                    return failed
        return None

    def take_proof(self, entry: Entry, document: SignedDocument) -> bool:
        """Record a delivery if the proof holds; else the entry goes on waiting, with the reason."""
        proof = verify_proof(document, self.keyset(), entry.front)
        if isinstance(proof, BadAnswer):
            _log.error("PROOF_REFUSED seq=%d", entry.seq)
            self._let_rest(entry, proof.why)
            return False
        text = json.dumps(document.to_json(), ensure_ascii=False)
        entries.deliver(self.db, entry.app_id, text, proof.received_at)
        self.delivered += 1
        return True

    def _announce(self, entry: Entry) -> Failed | None:
        answer = self.platform.announce(self.kiosk_id, Manifest(entry.front))
        if isinstance(answer, Failed):
            return self._fail(entry, answer)
        if answer.proof is not None:
            self.take_proof(entry, answer.proof)
        elif answer.complete:
            entries.mark(self.db, entry.app_id, EntryState.UPLOADED)
            self._let_rest(entry, PROOF_TO_COME)
        else:
            entries.mark(self.db, entry.app_id, EntryState.REGISTERED)
        return None

    def _move_on(self, entry: Entry) -> Failed | None:
        """Send an entry; one that is held, or waits for its proof, is announced again first."""
        if entry.state is not EntryState.REGISTERED:
            failed = self._announce(entry)
            fresh = entries.find(self.db, entry.app_id)
            if failed is not None or fresh is None or fresh.state is not EntryState.REGISTERED:
                return failed
            entry = fresh
        try:
            return self._send(entry)
        except OSError as error:
            # The envelope is not where it was put, or the disk does not give it: the others go on.
            _log.error("ENVELOPE_UNREADABLE seq=%d why=%s", entry.seq, error.strerror)
            self._hold(entry, f"its envelope can't be read here: {error.strerror}")
            return None

    def _send(self, entry: Entry) -> Failed | None:
        """Send what is missing of one envelope, going on where the platform says."""
        told = self.platform.offset(entry.app_id)
        path = self.state_folder / ENVELOPES / entry.file
        chunk = max(self.chunk_bytes >> min(entry.tries, 16), SMALLEST_CHUNK)
        for _ in range(4 + entry.size // SMALLEST_CHUNK):
            if isinstance(told, Failed):
                return self._fail(entry, told)
            if told.complete or told.offset > entry.size:
                return self._ask_for_proof(entry)
            piece = _piece(path, told.offset, chunk)
            is_last = told.offset + len(piece) == entry.size
            answer = self.platform.append(entry.app_id, piece, told.offset, is_last=is_last)
            if isinstance(answer, SignedDocument):
                self.take_proof(entry, answer)
                return None
            if isinstance(answer, UploadOffset):
                told = answer
                continue
            if answer.kind is Failure.TOO_LARGE:
                chunk = max(chunk // 2, SMALLEST_CHUNK)
            elif answer.kind is not Failure.OFFSET:
                return self._fail(entry, answer)
            told = self.platform.offset(entry.app_id)
        return self._fail(entry, Failed(Failure.NONSENSE, "the upload does not get on"))

    def _ask_for_proof(self, entry: Entry) -> Failed | None:
        """Announce an entry again whose bytes have arrived: the answer brings the proof."""
        entries.mark(self.db, entry.app_id, EntryState.UPLOADED)
        failed = self._announce(entry)
        fresh = entries.find(self.db, entry.app_id)
        if failed is None and fresh is not None and fresh.state is EntryState.REGISTERED:
            self._let_rest(entry, "the platform contradicts itself about what has arrived")
        return failed

    def _fail(self, entry: Entry, failed: Failed) -> Failed | None:
        """Note a failure with its entry; return it if the round has to end."""
        match failed.kind:
            case Failure.IDENTITY:
                return failed  # this kiosk's trouble, not the entry's
            case kind if kind in STOPS_THE_ROUND:
                # The next round begins with the others: this entry may be what brought it about.
                self._let_rest(entry, failed.why)
                return failed
            case Failure.GONE:
                entries.mark(self.db, entry.app_id, EntryState.QUEUED)
                self._let_rest(entry, failed.why)
            case Failure.COMPLETE:
                entries.mark(self.db, entry.app_id, EntryState.UPLOADED)
                self._let_rest(entry, PROOF_TO_COME)
            case Failure.REFUSED:
                self._hold(entry, failed.why)
            case _:
                self._let_rest(entry, failed.why)
        return None

    def _hold(self, entry: Entry, why: str) -> None:
        entries.mark(self.db, entry.app_id, EntryState.HELD, reason=why)
        entries.postpone(self.db, entry.app_id, self._now() + HELD_RETRY, why)

    def _let_rest(self, entry: Entry, why: str) -> None:
        dice = secrets.randbelow(1_000_000) / 1_000_000
        wait_s = max(rest_s(entry.tries + 1, dice), SHORTEST_REST_S)
        entries.postpone(self.db, entry.app_id, self._now() + timedelta(seconds=wait_s), why)

    def _now(self) -> datetime:
        return self.clock.now().at


def _piece(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)
