"""The courier: one round after the other, it announces, sends, fetches proofs and hears what is
new.

Knows the store and the platform, no screen and no device. Everything it does is safe to do twice:
what counts is the delivery proof for
exactly this entry, verified, and nothing else. A round ends at the first sign that the network is
gone.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import Clock
from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.envelope import ClockState
from kiosk.errors import DiskFull, EnrolmentError, StorageError
from kiosk.journal import Epoch
from kiosk.ports.courier import Reach, Round
from kiosk.store import ballast, entries, facts
from kiosk.store.engine import Database, open_store
from kiosk.store.entries import Entry, EntryState
from kiosk.store.keys import Keys, load_keys
from sync.counter import Counter
from sync.delivery import BATCH, Delivery
from sync.engine import Failed, Failure, rest_s
from sync.forgetting import forget
from sync.news import News
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    Hello,
    Keyset,
    SignedDocument,
    accept_keyset,
    read_bytes,
    read_signed,
    verify_proof,
)
from sync.signing import RequestSigner

HELLO_EVERY_S = 600.0
CUT_WAIT_S = 1.0
STORAGE_WAIT_S = 30.0

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
    keep_delivered_h: float = 72.0
    """How long an envelope stays after its delivery proof, in hours."""
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
    delivery: Delivery = field(init=False)
    _failures: int = field(default=0, init=False)
    _rest_until_s: float = field(default=0.0, init=False)
    _last: Round | None = field(default=None, init=False)
    _hello_at_s: float | None = field(default=None, init=False)
    _news_at_s: float | None = field(default=None, init=False)
    _has_new_staff: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Begin with the entries of this store."""
        self.delivery = Delivery(
            self.db,
            self.config.state_folder,
            self.config.chunk_bytes,
            self.clock,
            self.platform,
            self.enrolment.kiosk_id,
            lambda: self.keyset,
        )

    def run_once(self) -> Round:
        """Do whatever is due now; see `kiosk.ports.courier`.

        A store that can't be written (a full disk) is a reason to wait like any other: what is
        sealed is safe, and the kiosk goes on.
        """
        try:
            return self._run_once()
        except StorageError as error:
            _log.error("ROUND_NOT_STORED code=%s", error.code)
            if isinstance(error, DiskFull) and ballast.release(self.config.state_folder):
                _log.warning("BALLAST_GIVEN_UP")
            return Round(Reach.OFFLINE, STORAGE_WAIT_S, why=error.what)

    def _run_once(self) -> Round:
        now_s = self.clock.now().monotonic_s
        if self.is_cut():
            why = "the simulated network is off"
            self._failures, self._rest_until_s, self._hello_at_s = 0, 0.0, None
            return Round(Reach.OFFLINE, CUT_WAIT_S, still_open=self._open(), why=why)
        if now_s < self._rest_until_s and self._last is not None:
            return self._again(self._last, self._rest_until_s - now_s)
        self.delivery.delivered, self._has_new_staff = 0, False
        keep = timedelta(hours=self.config.keep_delivered_h)
        forget(self.db, self.config.state_folder, self.clock.now().at - keep)
        failed = self._round()
        result = self._after(failed)
        self._last = result
        _log.info(
            "ROUND reach=%s delivered=%d open=%d", result.reach, result.delivered, result.still_open
        )
        return result

    def hurry(self) -> None:
        """Forget the rest that failures called for, and that of every entry."""
        self._failures, self._rest_until_s = 0, 0.0
        self._hello_at_s = self._news_at_s = None
        try:
            entries.hurry(self.db, self.clock.now().at)
        except StorageError as error:
            _log.error("HURRY_NOT_STORED code=%s", error.code)

    def close(self) -> None:
        """Let go of connections and of the database."""
        self.platform.close()
        self.db.close()

    def _round(self) -> Failed | None:
        """Go through everything once; return the failure that ended the round, if one did."""
        delivery = self.delivery
        parts = (
            self._say_hello,
            self._fetch_proofs,
            delivery.announce_all,
            delivery.send_all,
            self._hear,
        )
        for part in parts:
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
                self.delivery.delivered,
                still_open,
                self._has_new_staff,
            )
        self._failures += 1
        self._hello_at_s = None
        dice = secrets.randbelow(1_000_000) / 1_000_000
        wait_s = max(rest_s(self._failures, dice, failed.retry_after_s), 0.2)
        self._rest_until_s = self.clock.now().monotonic_s + wait_s
        reach = Reach.REFUSED if failed.kind is Failure.IDENTITY else Reach.OFFLINE
        return Round(
            reach, wait_s, self.delivery.delivered, still_open, self._has_new_staff, failed.why
        )

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
        pending = entries.to_upload(self.db, BATCH)
        waiting = [entry for entry in pending if entry.state is EntryState.UPLOADED]
        for epoch in sorted({entry.header.epoch for entry in waiting}):
            of_epoch = [entry for entry in waiting if entry.header.epoch == epoch]
            failed = self._fetch_proofs_of(epoch, of_epoch)
            if failed is not None:
                return failed
        return None

    def _fetch_proofs_of(self, epoch: Epoch, waiting: list[Entry]) -> Failed | None:
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
                self.delivery.take_proof(entry, document)
                return

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
