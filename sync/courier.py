"""The courier: carries out what `sync.engine` decides, against the store and the platform.

Knows no screen and no device. Everything it does is safe to do twice: what counts is the delivery
proof for exactly this entry, verified, and nothing else.
"""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import Clock
from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.errors import DiskFull, EnrolmentError, StorageError
from kiosk.journal import Epoch
from kiosk.ports.courier import Reach, Round
from kiosk.sealing import Sealer
from kiosk.store import audit, ballast, entries, facts, time_known
from kiosk.store.engine import Database, open_store
from kiosk.store.installation import EpochReason, known_installation, start_epoch
from kiosk.store.keys import Keys, load_keys
from kiosk.store.leases import Leases
from kiosk.timekeeping import BelievedClock, believing, surely_passed
from sync.answers import Failed
from sync.canary import seal_if_due
from sync.catalogue_feed import CatalogueFeed
from sync.control import learn_time, tell_about_itself
from sync.counter import Counter
from sync.courier_config import CourierConfig
from sync.delivery import Delivery
from sync.engine import Stage, State, begin, step
from sync.forgetting import forget_passed
from sync.healing import NOTHING_MISSING, Missing, missing_of, missing_of_fork, tell_again
from sync.news import News
from sync.parts_told import parts_told
from sync.platform import Platform
from sync.protocol import Hello, HelloAnswer, Keyset
from sync.signing import RequestSigner
from sync.steps import (
    Action,
    Announce,
    AnnounceAll,
    Append,
    AskOffset,
    AskProofs,
    CallFailed,
    CorrectClock,
    Deliver,
    Event,
    Finished,
    Hear,
    Heard,
    Look,
    Mark,
    Postpone,
    Reannounce,
    Reannounced,
    Rules,
    SayHello,
    SkipCounter,
    StartEpoch,
    Welcomed,
    Woken,
)
from sync.stored_keyset import newest_keys, stored_keyset

HELLO_EVERY_S = 600.0
STORAGE_WAIT_S = 30.0

_log = logging.getLogger(__name__)


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
    time = believing(clock)
    keys = load_keys(config.state_folder)
    db = open_store(config.state_folder, keys.database)
    counter = Counter(db, config.boot)
    signer = RequestSigner(
        enrolment.kiosk_id,
        Ed25519PrivateKey.from_private_bytes(keys.signing),
        counter.next,
        time,
    )
    platform = Platform(
        config.url,
        time,
        ca_file=config.ca_file,
        timeout_s=config.request_timeout_s,
        signer=signer,
        is_cut=is_cut,
    )
    return HttpCourier(config, time, db, keys, enrolment, keyset, counter, signer, platform, is_cut)


@dataclass(slots=True)
class HttpCourier:
    """See the module; made by `open_courier`, used from its thread."""

    config: CourierConfig
    clock: BelievedClock
    db: Database
    keys: Keys
    enrolment: Enrolment
    keyset: Keyset
    counter: Counter
    signer: RequestSigner
    platform: Platform
    is_cut: Callable[[], bool]
    state: State = field(init=False)
    _delivery: Delivery = field(init=False)
    _missing: Missing = field(default=NOTHING_MISSING, init=False)
    _taken: frozenset[int] = field(default=frozenset(), init=False)
    _is_hurried: bool = field(default=False, init=False)
    _told: tuple[Reach, int] | None = field(default=None, init=False)
    """What the log was told of the last round: rounds that change nothing are not worth a line."""
    _has_new_staff: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Begin with the entries of this store."""
        rules = Rules(self.config.poll_s, HELLO_EVERY_S, self.config.chunk_bytes)
        self.state = begin(rules, secrets.randbits(64))
        self._delivery = Delivery(
            self.db,
            self.config.state_folder,
            self.clock,
            self.platform,
            self.enrolment.kiosk_id,
            lambda: self.keyset,
            # One request may take its time-out twice: to send, and to be answered.
            Leases(self.db, self.clock, self.config.boot, 3 * self.config.request_timeout_s),
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
            if isinstance(error, DiskFull):
                self._give_ballast_up()
            return Round(Reach.OFFLINE, STORAGE_WAIT_S, why=error.what)

    def _give_ballast_up(self) -> None:
        """Make room for the proofs of what waits; for less than that it is not given up: who is
        about to sign may need it.
        """
        with suppress(StorageError):
            if entries.open_count(self.db) and ballast.release(self.config.state_folder):
                _log.warning("BALLAST_GIVEN_UP")

    def _run_once(self) -> Round:
        self._has_new_staff = False
        time_known.look_at_clocks(self.db, self.clock)
        tell_about_itself(self._sealer, self.clock)
        event: Event = Woken(self._is_hurried, self.is_cut())
        self._is_hurried = False
        while True:
            self.state, actions = step(self.state, self.clock.now(), event)
            for tell in actions[:-1]:
                self._record(tell)
            last = actions[-1]
            if isinstance(last, Finished):
                return self._round(last)
            event = self._ask(last)

    def hurry(self) -> None:
        """Forget the rest that failures called for, and that of every entry."""
        self._is_hurried = True
        try:
            entries.hurry(self.db, self.clock.running_at())
        except StorageError as error:
            _log.error("HURRY_NOT_STORED code=%s", error.code)

    def close(self) -> None:
        """Let go of connections, of entries and of the database."""
        self.platform.close()
        with suppress(StorageError):  # what is not given back ends by itself
            self._delivery.leases.let_go()
        self.db.close()

    def _round(self, done: Finished) -> Round:
        self._delivery.leases.let_go()
        still_open = entries.open_count(self.db)
        told = (done.reach, still_open)
        if done.delivered or told != self._told:
            _log.info("ROUND reach=%s delivered=%d open=%d", done.reach, done.delivered, still_open)
        self._told = told
        return Round(
            done.reach, done.wait_s, done.delivered, still_open, self._has_new_staff, done.why
        )

    def _record(self, action: Action) -> None:
        match action:
            case Mark() | Postpone() | Deliver():
                self._delivery.record(action)
            case SkipCounter(counter):
                self.counter.skip_to(counter)
            case CorrectClock(server_time):
                _log.error("CLOCK_FAR_OFF signing with the platform's time")
                self.signer.go_by(server_time)
            case StartEpoch():
                self._start_epoch()
            case _:
                raise AssertionError("the engine asks one question at a time, at the end")

    def _ask(self, ask: Action) -> Event:
        match ask:
            case SayHello():
                return self._say_hello()
            case Reannounce():
                return self._reannounce()
            case Look():
                return self._delivery.look(ask)
            case AskProofs():
                return self._delivery.fetch_proofs(ask)
            case Announce():
                return self._delivery.announce(ask)
            case AnnounceAll():
                return self._delivery.announce_all(ask)
            case AskOffset():
                return self._delivery.ask_offset(ask)
            case Append():
                return self._delivery.append(ask)
            case Hear():
                return self._hear()
            case _:
                raise AssertionError("the last action of a step is a question")

    # --- hello ---

    def _say_hello(self) -> Event:
        self.enrolment, self.keyset = newest_keys(
            self.config.state_folder, self.enrolment, self.keyset
        )
        epoch, number = facts.get(self.db, "epoch"), facts.get(self.db, "kiosk_number")
        if epoch is None or number is None:
            return Welcomed()  # nothing was ever sealed here
        self._missing = NOTHING_MISSING
        # Earlier epochs too: what they delivered may be what a restored platform lacks.
        for earlier, its_number in entries.epochs(self.db):
            if earlier != epoch:
                answer = self._greet(earlier, its_number)
                if isinstance(answer, Failed):
                    return CallFailed(answer)
        before = self._head(Epoch(epoch))
        answer = self._greet(Epoch(epoch), int(number))
        if isinstance(answer, Failed):
            return CallFailed(answer)
        self._taken = frozenset(answer.used_numbers)
        if not self._missing:
            # By what has surely passed: this machine's clock may be years ahead.
            passed = surely_passed(self.clock.known, self.clock.raw.now())
            forget_passed(self.db, self.config.state_folder, passed, self.config.keep_delivered_h)
        # What was sealed while the answer was on its way explains a platform that knows more.
        is_forked = answer.fork and self._head(Epoch(epoch)) == before
        if not is_forked and not self._missing:
            self._send_canary(answer.server_time)
        newest = dict(answer.revisions).get("keyset", 0)
        has_new_keys = newest > self.keyset.version
        return Welcomed(answer.back_off_s, bool(self._missing), is_forked, has_new_keys)

    def _greet(self, epoch: Epoch, number: int) -> HelloAnswer | Failed:
        seq, head_hash = self._head(epoch)
        counts: dict[str, int] = {}
        for line in entries.queue(self.db):
            counts[line.state] = counts.get(line.state, 0) + line.count
        kiosk = self.enrolment.kiosk_id
        now = self.clock.now()
        answer = self.platform.hello(
            kiosk,
            Hello(
                epoch=epoch,
                number=number,
                head_seq=seq,
                head_hash=head_hash,
                clock_at=now.by_wall,
                clock_state=now.state,
                counts=tuple(counts.items()),
                versions=self.config.versions,
                devices=parts_told(self.db, self.config.state_folder, self.config.levels, now.at),
                free_bytes=shutil.disk_usage(self.config.state_folder).free,
            ),
        )
        if isinstance(answer, Failed):
            return answer
        learn_time(self.db, self.clock, now, self.clock.raw.now(), answer.server_time)
        missing = missing_of(self.db, epoch, answer)
        ours = entries.hash_at(self.db, epoch, answer.contiguous_seq)
        if ours is not None and ours != answer.contiguous_hash:
            answer = replace(answer, fork=True)  # the platform can't tell before the next entry
        if answer.fork:
            of_fork = missing_of_fork(self.db, kiosk, epoch, self.platform, self.keyset)
            if isinstance(of_fork, Failed):
                return of_fork
            missing = missing.and_also(of_fork)
        self._missing = self._missing.and_also(missing)
        return answer

    def _send_canary(self, server_time: datetime) -> None:
        """Seal a canary if one is due; it goes with the others in this round."""
        sealer = self._sealer()
        if sealer is None:
            return
        try:
            seal_if_due(
                sealer,
                self.clock.now(),
                server_time,
                every=self.config.canary_every,
                keyset=self.keyset.version,
            )
        except (StorageError, EnrolmentError) as error:
            # A full disk must not keep from being sent what would empty it.
            _log.error("CANARY_NOT_SEALED code=%s", error.code)

    def _sealer(self) -> Sealer | None:
        installation = known_installation(self.db)
        if installation is None:
            return None  # nothing was ever sealed here
        folder = self.config.state_folder
        return Sealer(self.db, folder, self.keys, self.enrolment, installation)

    def _head(self, epoch: Epoch) -> tuple[int, bytes]:
        return entries.head(self.db, self.enrolment.kiosk_id, epoch)

    def _reannounce(self) -> Event:
        """Queue again what the platform lost; what is erased here it is told by its proofs."""
        _log.error(
            "PLATFORM_LOST queued_again=%d erased=%d",
            len(self._missing.here),
            len(self._missing.erased),
        )
        told = tell_again(
            self.db,
            self.enrolment.kiosk_id,
            self.platform,
            self._missing,
            self.clock.now().at,
        )
        return Reannounced() if told is None else CallFailed(told)

    def _start_epoch(self) -> None:
        """Go on in a new epoch: somebody else goes on with this one's chain."""
        try:
            installation = start_epoch(
                self.db,
                self.enrolment,
                self.config.state_folder,
                self._taken,
                why=EpochReason.COPIED,
            )
        except EnrolmentError as error:
            _log.error("NO_NEW_EPOCH code=%s", error.code)
            return
        audit.write(
            self.db, self.clock.now().at, "EPOCH_STARTED", (("number", str(installation.number)),)
        )
        _log.error("EPOCH_STARTED another machine goes on with this one's chain")

    # --- news ---

    def _hear(self) -> Event:
        news = News(self.db, self.config.state_folder, self.enrolment, self.keyset)
        failed = news.fetch(self.platform, self.clock.now().at)
        self._has_new_staff = self._has_new_staff or news.has_new_staff
        self.enrolment, self.keyset = news.enrolment, news.keyset
        if failed is None and self.state.stage is Stage.HEARING:  # all entries have had their turn
            failed = CatalogueFeed(
                self.db,
                self.config.state_folder,
                self.enrolment.kiosk_id,
                self.platform,
                self.config.levels,
            ).fetch()
        return Heard() if failed is None else CallFailed(failed)
