"""Performing what the flow wants done, on the desk's lane: each call answers with an event.

`Desk` holds the store, the seals and the staff; it is made inside its lane and used there alone.
What is printed is done by `kiosk.paper_desk`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk import diagnosis, papers
from kiosk.catalogue.legal_words import LegalWords
from kiosk.catalogue.service import Service
from kiosk.catalogue.workdays import WorkCalendar
from kiosk.clock import Clock
from kiosk.domain import Language, StaffMember
from kiosk.errors import DatabaseDamaged, KioskError, StorageError
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Sealed
from kiosk.flow.world import OfficeNotice, Site
from kiosk.journal import parse_query_code, parse_receipt_number
from kiosk.readiness import Health, PortName, PortReport, QueueLine
from kiosk.sealing import AskBy, Sealer
from kiosk.staff import NO_PIN_SET, Accepted, Rejected, Roster, SignIn
from kiosk.store import applications, audit, ballast, boot, contact, entries, known, notices
from kiosk.store.boot import Findings
from kiosk.store.canaries import canary_state, sealed_to_revoked
from kiosk.store.condition import condition
from kiosk.store.doorkeeper import Doorkeeper
from kiosk.store.engine import Database
from kiosk.store.later_sweep import LaterSweep
from kiosk.store.left_cards import last_left
from kiosk.store.retention import Forgotten, Keep, forget_passed
from kiosk.store.room import Levels
from kiosk.store.staff_files import load_staff
from kiosk.texts import Texts

FORGET_EVERY_S = 24 * 3600.0
NOT_COUNTED = "staff.problem.not_counted"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What desk and paper need to know of the kiosk; fixed for the run of the program."""

    services: tuple[Service, ...]
    site: Site
    calendar: WorkCalendar
    timezone: str
    """IANA name of the zone that papers tell times in."""
    query_url: str
    """Template with `{number}` and `{code}`."""
    texts: Mapping[Language, Texts]
    simulated: tuple[str, ...]
    is_rehearsal: bool = False
    keep: Keep = field(default_factory=Keep)
    levels: Levels = field(default_factory=Levels)
    """How much room there has to be on the disk."""
    second_language: Language | None = None
    """Every paper says everything in this language, too."""
    legal: LegalWords | None = None
    """How the region words acknowledgements; None: it gives none."""
    roll_m: int = 0
    """Length of a roll of paper; 0: not known."""
    tray_sheets: int = 0
    """How many sheets a full tray of the office printer holds; 0: not known."""
    sheets_take_over: bool = True
    """Whether slips come out as sheets while the other printer prints nothing."""
    receipts_most: int = 3
    """So many receipts of one application residents get by themselves."""
    slips_most: int = 3
    """The same of an acknowledgement; and a day, of slips about an application."""
    open_slips_hour: int = 60
    """So many papers an hour that are about no application; 0: no limit."""

    @property
    def marks_papers(self) -> bool:
        """Say whether papers have to say "not valid"; a simulated printer says so by itself."""
        return self.is_practice and PortName.PRINTER.value not in self.simulated

    @property
    def is_practice(self) -> bool:
        """Say whether nothing that comes from here is valid."""
        return bool(self.simulated) or self.is_rehearsal

    def service(self, service_id: str) -> Service:
        """Return a service.

        Raises:
            KeyError: There is none such: a bug, for the visit was started with it.
        """
        return {service.service_id: service for service in self.services}[service_id]


@dataclass(slots=True)
class Desk:
    """The desk behind the screen: stores, looks up, checks PINs, keeps the journal."""

    db: Database
    sealer: Sealer
    sign_in: SignIn
    around: Surroundings
    clock: Clock
    technician_pin_hash: str | None = field(default=None, repr=False)
    found: Findings = field(default_factory=Findings)
    """What the look at the store found before this was opened."""
    door: Doorkeeper = field(init=False)
    """Knows whether a visit may begin."""
    _must_end_properly: bool = field(default=False, init=False)
    _sweep: LaterSweep | None = field(default=None, init=False)
    _forgot_at_s: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Have the room on the disk looked after."""
        self.door = Doorkeeper(self.db, self.sealer.folder, self.around.levels, self.clock)

    def begin(self) -> None:
        """Remember that residents are served from now on; `close` remembers the proper end."""
        owes_sweep = self.found.is_sweep_owed
        ballast.as_last_resort(
            self.sealer.folder, lambda: boot.mark_start(self.db, owes_sweep=owes_sweep)
        )
        self._must_end_properly = True
        if owes_sweep:
            self._sweep = LaterSweep(
                self.sealer.folder, self.sealer.keys, self.sealer.enrolment.kiosk_id, self._swept
            )
            self._sweep.start(self.clock.now().at)
        self.door.begin()

    def seal(self, order: ef.SealApplication, *, is_online: bool) -> ev.Event:
        """Store an application; answer with its number, or why nothing was stored."""
        record = order.record
        service = self.around.service(record.service_id)
        now = self.clock.now()
        today = papers.local_day(now.at, self.around.timezone)
        day, is_certain = papers.ask_by(service, today, self.around.calendar)

        def store() -> applications.ApplicationRow:
            return self.sealer.seal_application(
                record,
                service,
                AskBy(day, is_certain),
                now,
                counts_from_delivery=not is_online,
            )

        try:
            # There was room when this visit began: what became of it since is not the resident's.
            row = ballast.as_last_resort(self.sealer.folder, store)
        except KioskError as error:
            _log.error("SEALING_FAILED code=%s", error.code)
            if isinstance(error, DatabaseDamaged):
                self._must_end_properly = False  # the next start sweeps, and builds anew
                boot.demand_sweep(self.sealer.folder)
            return ev.SealingFailed(self.clock.now(), order.session_id, error.code)
        sealed = Sealed(
            app_id=row.app_id,
            number_groups=row.number_groups,
            query_code=row.query_code,
            received_at=row.received_at,
            ask_by=row.ask_by,
            counts_from_delivery=row.counts_from_delivery,
            ask_by_is_certain=row.ask_by_is_certain,
            query_url=papers.query_url(self.around.query_url, row.number, row.query_code),
        )
        return ev.ApplicationSealed(self.clock.now(), order.session_id, sealed)

    def seal_rating(self, order: ef.SealRating) -> None:
        """Store a rating; failing, it is journalled and the resident is not bothered."""
        service = self.around.service(order.service_id)
        try:
            self.sealer.seal_rating(order, service, self.clock.now())
        except KioskError as error:
            _log.error("RATING_NOT_STORED code=%s", error.code)

    def prepare_lookup(self, order: ef.PrepareLookUp) -> ev.Event:
        """Do the slow part of sealing while the resident is still reading, and tell what is here
        of them that nobody was shown.
        """
        lookup = self.sealer.prepare_lookup(
            order.session_id, order.document_type, order.document_number
        )
        try:
            unseen = applications.unseen_by_lookup(self.db, lookup)
        except StorageError as error:
            _log.error("UNSEEN_NOT_LOOKED_UP code=%s", error.code)  # the visit goes on without
            unseen = ()
        now = self.clock.now()
        return ev.UnseenFound(now, order.session_id, order.document_number, unseen)

    def mark_seen(self, order: ef.MarkSeen) -> None:
        """Remember that a resident was told; failing, they are told once more."""
        try:
            applications.mark_seen(self.db, order.app_ids)
        except StorageError as error:
            _log.error("SEEN_NOT_STORED code=%s", error.code)

    def look_up_by_card(self, order: ef.LookUpByCard) -> ev.Event:
        """Find what is known under a card."""
        now = self.clock.now()
        lookup = self.sealer.keys.lookup_of(order.document_type, order.document_number)
        if order.asks_known:
            folder, keep = self.sealer.folder, self.around.keep
            found = known.known_by_lookup(self.db, folder, keep, lookup)
            return ev.KnownFound(self.clock.now(), order.session_id, found)
        items = applications.status_by_lookup(self.db, lookup, now.at)
        heard_at = contact.last(self.db)
        return ev.StatusFound(self.clock.now(), order.session_id, items, heard_at=heard_at)

    def look_up_by_number(self, order: ef.LookUpByNumber) -> ev.Event:
        """Find an application by number and code; a number that can't be right is said at once."""
        number, code = parse_receipt_number(order.number), parse_query_code(order.code)
        now = self.clock.now()
        if number is None:
            return ev.StatusFound(now, order.session_id, (), "status.problem.number")
        if code is None:
            return ev.StatusFound(now, order.session_id, (), "status.problem.code")
        items = applications.status_by_number(self.db, str(number), code, now.at)
        if not items:
            return ev.StatusFound(now, order.session_id, (), "status.problem.not_here")
        if order.asks_known:
            folder, keep = self.sealer.folder, self.around.keep
            found = known.known_by_number(self.db, folder, keep, str(number), code)
            return ev.KnownFound(now, order.session_id, found)
        return ev.StatusFound(now, order.session_id, items, heard_at=contact.last(self.db))

    def check_pin(self, order: ef.CheckPin | ef.CheckWitness) -> ev.Event:
        """Check a PIN; wrong ones are counted, and the count survives a power cut."""
        answer, now = self._check_pin(order.staff_id, order.pin), self.clock.now()
        if isinstance(order, ef.CheckPin):
            if isinstance(answer, Accepted):
                return ev.PinAccepted(now, answer.member)
            return ev.PinRejected(now, answer.wait_s, answer.problem_key)
        number = order.number
        if isinstance(answer, Rejected):
            return ev.WitnessRejected(
                now, order.session_id, answer.wait_s, answer.problem_key, number
            )
        if answer.member is None:  # the technician's account belongs to nobody by name
            return ev.WitnessRejected(now, order.session_id, 0, NO_PIN_SET, number)
        return ev.WitnessAccepted(now, order.session_id, answer.member, number)

    def _check_pin(self, staff_id: str, pin: str) -> Accepted | Rejected:
        roster = Roster(load_staff(self.db), self.technician_pin_hash)
        try:
            return self.sign_in.sign_in(staff_id, pin, roster, self.clock.now())
        except StorageError as error:
            # A try that can't be counted lets nobody in: tries would be free on a full disk.
            _log.error("PIN_NOT_COUNTED code=%s", error.code)
            return Rejected(0, NOT_COUNTED)

    def staff(self) -> tuple[StaffMember, ...]:
        """Return who may sign in here."""
        return tuple(record.member for record in load_staff(self.db))

    def write_journal(self, order: ef.WriteJournal) -> None:
        """Write one line to the journal; a full disk must not end the visit that it is about."""
        try:
            audit.write(self.db, self.clock.now().at, order.event.value, order.fields)
        except StorageError as error:
            _log.error("JOURNAL_NOT_STORED event=%s code=%s", order.event, error.code)
        self._forget_daily()

    def _forget_daily(self) -> None:
        """Forget what is older than its time, once a day by the monotonic clock; by what has surely
        passed, never by the wall.
        """
        now = self.clock.now()
        if self._forgot_at_s is not None and now.monotonic_s - self._forgot_at_s < FORGET_EVERY_S:
            return
        self._forgot_at_s = now.monotonic_s
        try:
            forgotten = forget_passed(self.db, self.around.keep, now)
        except StorageError as error:
            _log.error("NOT_FORGOTTEN code=%s", error.code)
            return
        if forgotten != Forgotten():
            _log.info("FORGOTTEN records=%d words=%d", forgotten.records, forgotten.words)

    def reports(self, texts: Texts, *, reads_all: bool = False) -> tuple[PortReport, ...]:
        """Report on what the desk itself holds: the store, the staff list, whom it seals to.

        `reads_all`: somebody tests the store, and every page of it is read.

        Raises:
            StorageError: The store can't be asked.
        """
        at, keys = self.clock.now().at, self.sealer.keys
        state, health, detail = condition(self.door, self.found, keys, at, reads_all=reads_all)
        left = last_left(self.db, at)
        staff = ("ready", Health.READY) if self.staff() else ("nobody", Health.WARNING)
        return (
            diagnosis.report(PortName.STORE, health, state, texts, detail),
            diagnosis.report(PortName.STAFF, staff[1], staff[0], texts),
            self._keys_report(texts),
            *([] if left is None else [diagnosis.of_left_card(left, texts)]),
        )

    def tested(self, port: PortName, texts: Texts) -> PortReport:
        """Report on one part that somebody tests; on the store where that is why it can't be."""
        parts, _ = self.told(texts, reads_all=port is PortName.STORE)
        return next((part for part in parts if part.port is port), parts[0])

    def has_recipients(self) -> bool:
        """Say whether there is anybody to seal to: the platform may have revoked every key."""
        return bool(self.sealer.renewed_enrolment().recipients)

    def notices(self) -> tuple[OfficeNotice, ...]:
        """Return what the office wants said on Home; a store that does not tell says nothing."""
        try:
            return notices.load(self.db)
        except StorageError as error:
            _log.error("NOTICES_NOT_READ code=%s", error.code)
            return ()

    def _keys_report(self, texts: Texts) -> PortReport:
        enrolment = self.sealer.renewed_enrolment()
        return diagnosis.of_keys(
            canary_state(self.db),
            self.clock.now().at,
            texts,
            seals=bool(enrolment.recipients),
            stranded=sealed_to_revoked(self.db, enrolment.revoked),
        )

    def _swept(self, swept: Findings) -> None:
        """Take what a sweep found that was put off; on the sweep's own thread."""
        self.found = replace(
            self.found,
            entries=swept.entries,
            missing=swept.missing,
            broken_links=swept.broken_links,
            is_swept=True,
            is_sweep_owed=False,
        )

    def queue(self) -> tuple[QueueLine, ...]:
        """Return the queue in counts.

        Raises:
            StorageError: The store can't be asked.
        """
        return entries.queue(self.db)

    def told(
        self, texts: Texts, *, reads_all: bool = False
    ) -> tuple[tuple[PortReport, ...], tuple[QueueLine, ...]]:
        """Return reports and queue for the kiosk's own screen: a store that can't be asked is said
        there, and ends nobody's visit.
        """
        try:
            return self.reports(texts, reads_all=reads_all), self.queue()
        except StorageError as error:
            _log.error("REPORT_NOT_MADE code=%s", error.code)
            if isinstance(error, DatabaseDamaged):
                boot.demand_sweep(self.sealer.folder)
            part = diagnosis.report(PortName.STORE, Health.BROKEN, "broken", texts, str(error))
            return (part,), ()

    def close(self) -> None:
        """Close the database, after noting that the kiosk ended properly."""
        if self._sweep is not None:
            self._sweep.stop()
        try:
            if self._must_end_properly:
                boot.mark_end(self.db, self.sealer.folder)
        except StorageError as error:
            _log.error("END_NOT_STORED code=%s", error.code)
        finally:
            self.db.close()
