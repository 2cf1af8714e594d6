"""The courier: one round after the other, it announces, sends, fetches proofs and hears what is
new.

Knows the store and the platform, no screen and no device. Everything it does is safe to do twice:
what counts is the delivery proof for
exactly this entry, verified, and nothing else. A round ends at the first sign that the network is
gone.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import Clock
from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.envelope import ClockState
from kiosk.errors import EnrolmentError
from kiosk.journal import Epoch
from kiosk.ports.courier import Reach, Round
from kiosk.store import entries, facts
from kiosk.store.engine import ENVELOPES, Database, open_store
from kiosk.store.entries import Entry, EntryState
from kiosk.store.keys import Keys, load_keys
from sync.counter import Counter
from sync.engine import HELD_RETRY, STOPS_THE_ROUND, Failed, Failure, rest_s
from sync.news import News
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    Hello,
    Keyset,
    Manifest,
    SignedDocument,
    UploadOffset,
    accept_keyset,
    read_bytes,
    read_signed,
    verify_proof,
)
from sync.signing import RequestSigner

HELLO_EVERY_S = 600.0
BATCH = 50
SMALLEST_CHUNK = 16 * 1024
CUT_WAIT_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CourierConfig:
    """What the settings say about sending."""

    state_folder: Path
    url: str
    ca_file: Path | None
    poll_s: float
    request_timeout_s: float
    chunk_bytes: int
    versions: tuple[tuple[str, str], ...] = ()


def open_courier(
    config: CourierConfig, clock: Clock, *, is_cut: Callable[[], bool] = lambda: False
) -> HttpCourier:
    """Return the courier of an enrolled kiosk; belongs to the calling thread.

    Raises:
        EnrolmentError: The kiosk is not enrolled, or the stored keyset is not what root signed.
        StorageError: The store can't be opened.
    """
    enrolment = load_enrolment(config.state_folder)
    if enrolment is None:
        raise EnrolmentError("This kiosk has not been enrolled with a platform.")
    keyset = stored_keyset(enrolment)
    keys = load_keys(config.state_folder)
    db = open_store(config.state_folder, keys.database)
    counter = Counter(db)
    signer = RequestSigner(
        enrolment.kiosk_id,
        Ed25519PrivateKey.from_private_bytes(keys.signing),
        counter.next,
        clock,
    )
    platform = Platform(
        config.url,
        clock,
        ca_file=config.ca_file,
        timeout_s=config.request_timeout_s,
        signer=signer,
        is_cut=is_cut,
    )
    return HttpCourier(config, clock, db, keys, enrolment, keyset, counter, platform, is_cut)


def stored_keyset(enrolment: Enrolment) -> Keyset:
    """Return the keyset as enrolment stored it, its signature checked again.

    Raises:
        EnrolmentError: It is not what root signed.
    """
    document = read_bytes(enrolment.keyset.encode(), read_signed)
    keyset: Keyset | BadAnswer = (
        document if isinstance(document, BadAnswer) else accept_keyset(document, enrolment.root_key)
    )
    if isinstance(keyset, BadAnswer):
        raise EnrolmentError(f"The platform's keys can't be used: {keyset.why}.", "Enrol again.")
    return keyset


@dataclass(slots=True)
class HttpCourier:
    """See the module; made by `open_courier`, used from its thread."""

    config: CourierConfig
    clock: Clock
    db: Database
    keys: Keys
    enrolment: Enrolment
    keyset: Keyset
    counter: Counter
    platform: Platform
    is_cut: Callable[[], bool]
    _failures: int = field(default=0, init=False)
    _rest_until_s: float = field(default=0.0, init=False)
    _last: Round | None = field(default=None, init=False)
    _hello_at_s: float | None = field(default=None, init=False)
    _news_at_s: float | None = field(default=None, init=False)
    _delivered: int = field(default=0, init=False)
    _has_new_staff: bool = field(default=False, init=False)

    def run_once(self) -> Round:
        """Do whatever is due now; see `kiosk.ports.courier`."""
        now_s = self.clock.now().monotonic_s
        if self.is_cut():
            why = "the simulated network is off"
            self._failures, self._rest_until_s, self._hello_at_s = 0, 0.0, None
            return Round(Reach.OFFLINE, CUT_WAIT_S, still_open=self._open(), why=why)
        if now_s < self._rest_until_s and self._last is not None:
            return self._again(self._last, self._rest_until_s - now_s)
        self._delivered, self._has_new_staff = 0, False
        failed = self._round()
        result = self._after(failed)
        self._last = result
        _log.info(
            "ROUND reach=%s delivered=%d open=%d", result.reach, result.delivered, result.still_open
        )
        return result

    def hurry(self) -> None:
        """Forget the rest that failures called for."""
        self._failures, self._rest_until_s = 0, 0.0
        self._hello_at_s = self._news_at_s = None

    def close(self) -> None:
        """Let go of connections and of the database."""
        self.platform.close()
        self.db.close()

    def _round(self) -> Failed | None:
        """Go through everything once; return the failure that ended the round, if one did."""
        for part in (self._say_hello, self._fetch_proofs, self._announce, self._send, self._hear):
            failed = part()
            if failed is not None:
                return failed
        return None

    def _after(self, failed: Failed | None) -> Round:
        still_open = self._open()
        if failed is None:
            self._failures, self._rest_until_s = 0, 0.0
            return Round(
                Reach.ONLINE,
                self.config.poll_s,
                self._delivered,
                still_open,
                self._has_new_staff,
            )
        self._failures += 1
        self._hello_at_s = None
        dice = secrets.randbelow(1_000_000) / 1_000_000
        wait_s = max(rest_s(self._failures, dice, failed.retry_after_s), 0.2)
        self._rest_until_s = self.clock.now().monotonic_s + wait_s
        reach = Reach.REFUSED if failed.kind is Failure.IDENTITY else Reach.OFFLINE
        return Round(reach, wait_s, self._delivered, still_open, self._has_new_staff, failed.why)

    def _again(self, last: Round, wait_s: float) -> Round:
        return Round(last.reach, wait_s, still_open=self._open(), why=last.why)

    def _open(self) -> int:
        return entries.open_count(self.db)

    def _epoch(self) -> Epoch | None:
        epoch = facts.get(self.db, "epoch")
        return None if epoch is None else Epoch(epoch)

    # --- hello ---

    def _say_hello(self) -> Failed | None:
        now = self.clock.now()
        is_fresh = self._hello_at_s is not None
        if is_fresh and now.monotonic_s - (self._hello_at_s or 0.0) < HELLO_EVERY_S:
            return None
        epoch, number = self._epoch(), facts.get(self.db, "kiosk_number")
        if epoch is None or number is None:
            return None
        seq, head_hash = entries.head(self.db, self.enrolment.kiosk_id, epoch)
        counts: dict[str, int] = {}
        for line in entries.queue(self.db):
            counts[line.state] = counts.get(line.state, 0) + line.count
        answer = self.platform.hello(
            self.enrolment.kiosk_id,
            Hello(
                epoch=epoch,
                number=int(number),
                head_seq=seq,
                head_hash=head_hash,
                clock_at=now.at,
                clock_state=ClockState.FLOOR,
                counts=tuple(counts.items()),
                versions=self.config.versions,
                free_bytes=shutil.disk_usage(self.config.state_folder).free,
            ),
        )
        if isinstance(answer, Failed):
            if answer.counter is not None:
                self.counter.skip_to(answer.counter)
            return answer
        self._hello_at_s = now.monotonic_s
        return None

    # --- proofs ---

    def _fetch_proofs(self) -> Failed | None:
        """Ask for proofs where bytes have arrived and the answer got lost."""
        epoch = self._epoch()
        waiting = [e for e in self._pending() if e.state is EntryState.UPLOADED]
        if epoch is None or not waiting:
            return None
        since = min(entry.seq for entry in waiting) - 1
        while True:
            page = self.platform.proofs(self.enrolment.kiosk_id, epoch, since)
            if isinstance(page, Failed):
                return page
            for document in page.proofs:
                self._take_proof_for_any(document, waiting)
            if not page.more or page.next_since_seq <= since:
                return None
            since = page.next_since_seq

    def _take_proof_for_any(self, document: SignedDocument, waiting: list[Entry]) -> None:
        for entry in waiting:
            if not isinstance(verify_proof(document, self.keyset, entry.front), BadAnswer):
                self._take_proof(entry, document)
                return

    def _take_proof(self, entry: Entry, document: SignedDocument) -> bool:
        """Record a delivery if the proof holds; else the entry goes on waiting, with the reason."""
        proof = verify_proof(document, self.keyset, entry.front)
        now = self.clock.now().at
        if isinstance(proof, BadAnswer):
            _log.error("PROOF_REFUSED seq=%d", entry.seq)
            entries.postpone(self.db, entry.app_id, self._later(entry, now), proof.why)
            return False
        text = json.dumps(document.to_json(), ensure_ascii=False)
        entries.deliver(self.db, entry.app_id, text, proof.received_at)
        self._delivered += 1
        return True

    # --- manifests ---

    def _announce(self) -> Failed | None:
        while queued := self._due(entries.unregistered(self.db, BATCH)):
            for entry in queued:
                failed = self._announce_one(entry)
                if failed is not None:
                    return failed
        return None

    def _announce_one(self, entry: Entry) -> Failed | None:
        answer = self.platform.announce(self.enrolment.kiosk_id, Manifest(entry.front))
        if isinstance(answer, Failed):
            return self._fail(entry, answer)
        if answer.proof is None:
            state = EntryState.UPLOADED if answer.complete else EntryState.REGISTERED
            entries.mark(self.db, entry.app_id, state)
        elif not self._take_proof(entry, answer.proof):
            return None
        return None

    # --- uploads ---

    def _send(self) -> Failed | None:
        for entry in self._due(self._pending()):
            failed = self._announce_one(entry) if entry.state is EntryState.HELD else None
            if failed is None and entry.state is not EntryState.UPLOADED:
                failed = self._send_one(entry)
            if failed is not None:
                return failed
        return None

    def _send_one(self, entry: Entry) -> Failed | None:
        """Send what is missing of one envelope, going on where the platform says."""
        told = self.platform.offset(entry.app_id)
        path = self.config.state_folder / ENVELOPES / entry.file
        chunk = self.config.chunk_bytes
        for _ in range(4 + entry.size // SMALLEST_CHUNK):
            if isinstance(told, Failed):
                return self._fail(entry, told)
            if told.complete or told.offset > entry.size:
                entries.mark(self.db, entry.app_id, EntryState.UPLOADED)
                return None
            piece = _piece(path, told.offset, chunk)
            is_last = told.offset + len(piece) == entry.size
            answer = self.platform.append(entry.app_id, piece, told.offset, is_last=is_last)
            if isinstance(answer, SignedDocument):
                self._take_proof(entry, answer)
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

    def _fail(self, entry: Entry, failed: Failed) -> Failed | None:
        """Note a failure with its entry; return it if the round has to end."""
        now = self.clock.now().at
        match failed.kind:
            case kind if kind in STOPS_THE_ROUND:
                return failed
            case Failure.GONE:
                entries.mark(self.db, entry.app_id, EntryState.QUEUED)
            case Failure.COMPLETE:
                entries.mark(self.db, entry.app_id, EntryState.UPLOADED)
            case Failure.REFUSED:
                entries.mark(self.db, entry.app_id, EntryState.HELD, reason=failed.why)
                entries.postpone(self.db, entry.app_id, now + HELD_RETRY, failed.why)
            case _:
                entries.postpone(self.db, entry.app_id, self._later(entry, now), failed.why)
        return None

    def _later(self, entry: Entry, now: datetime) -> datetime:
        dice = secrets.randbelow(1_000_000) / 1_000_000
        return now + timedelta(seconds=max(rest_s(entry.tries + 1, dice), 1.0))

    def _pending(self) -> tuple[Entry, ...]:
        return entries.to_upload(self.db, BATCH)

    def _due(self, found: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Return the entries whose rest is over; one set by a clock that ran ahead does not
        count.
        """
        now = self.clock.now().at
        return tuple(e for e in found if e.next_at <= now or e.next_at > now + 2 * HELD_RETRY)

    # --- news ---

    def _hear(self) -> Failed | None:
        now_s = self.clock.now().monotonic_s
        if self._news_at_s is not None and now_s - self._news_at_s < self.config.poll_s / 2:
            return None
        news = News(self.db, self.config.state_folder, self.enrolment, self.keyset)
        failed = news.fetch(self.platform)
        self._has_new_staff = self._has_new_staff or news.has_new_staff
        self.enrolment, self.keyset = news.enrolment, news.keyset
        if failed is None:
            self._news_at_s = now_s
        return failed


def _piece(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)
