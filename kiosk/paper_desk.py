"""Performing what the flow wants printed, on the paper's lane: each call answers with an event.

`PaperDesk` reads committed rows and prints them; it is made inside its lane and used there alone.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk import papers, printers, receipt_rule, slip_making, slip_rule, telling
from kiosk.catalogue.service import PhotoNeed, PrintedOn
from kiosk.clock import Clock, ClockState
from kiosk.domain import AppId, Language
from kiosk.effects import Surroundings
from kiosk.errors import DatabaseDamaged, StorageError
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.lanes import FOREVER_S
from kiosk.paper_seal import PaperSeal
from kiosk.ports.printer import (
    Paper,
    PaperForm,
    PrintAnswer,
    Printed,
    Printer,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
)
from kiosk.printers import Outcome
from kiosk.readiness import PortName, PortReport, has_simulated_printer
from kiosk.store import applications, entries, prints
from kiosk.store.engine import Database
from kiosk.texts import Texts

WARM_UP_AFTER_S = 15.0
_FORMS = {PrintedOn.ROLL: PaperForm.SLIP, PrintedOn.SHEETS: PaperForm.A4}
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PaperDesk:
    """Prints from committed rows, with a database connection of its own."""

    db: Database
    printer: Printer | None
    """Prints slips from a roll; None: there is no such printer."""
    around: Surroundings
    clock: Clock
    seal: PaperSeal | None = None
    warm_up: Callable[[], None] | None = None
    """Makes ready what the first paper would have to wait for: fonts, libraries."""
    office: Printer | None = None
    """Prints sheets; None: there is no such printer."""
    _warm_at_s: float | None = field(default=None, init=False)
    was_out: set[PortName] = field(default_factory=set, init=False)
    """Printers that had no paper when they were asked last."""

    def print_receipt(self, order: ef.PrintReceipt) -> ev.Event:
        """Print the receipt of a committed application, unless there are enough of it, and say what
        is known of the paper. What is known is kept before and after, so that none is printed twice
        unasked, whatever happens in between.

        Raises:
            DatabaseDamaged: It is; any other trouble of the store is a paper that did not come out.
        """
        try:
            return self._print_receipt(order)
        except StorageError as error:
            _not_made(error)
            return ev.ReceiptFailed(self.clock.now(), order.session_id, None, order.app_id)

    def _print_receipt(self, order: ef.PrintReceipt) -> ev.Event:
        app_id, session_id = order.app_id, order.session_id
        before = prints.load(self.db, app_id)
        if not slip_making.knows(self, app_id):
            return ev.ReceiptFailed(self.clock.now(), session_id, None, app_id, before.copies)
        facts = self._facts(app_id)  # nothing is read any more once it is counted
        is_counted = receipt_rule.may_print(order, before, self.around.receipts_most)
        is_counted = is_counted and self._keep(lambda: prints.begin(self.db, app_id))
        if not is_counted and (order.is_asked or before.state is not ReceiptState.NOT_PRINTED):
            now = self.clock.now()
            return ev.ReceiptWithheld(now, session_id, app_id, before.state, before.copies)
        facts = replace(facts, copy=before.copies + 1, printed_at=self.clock.now().at)
        paper = self.in_languages(
            lambda texts: papers.receipt(facts, texts), order.language, is_large=order.is_large
        )
        came = printers.print_paper(self, replace(paper, form=_FORMS[facts.service.receipt_on]))
        state, exists = receipt_rule.to_keep(came.answer)
        more = int(exists) - int(is_counted)
        self._keep(lambda: prints.end(self.db, app_id, state, more))
        return self._told(session_id, came, app_id, before.copies + int(exists))

    def keep_word(self, order: ef.KeepPaperWord) -> None:
        """Remember what a resident says of a paper; failing, they are asked once more."""
        self._keep(lambda: prints.say(self.db, order.app_id, came_out=order.came_out))

    def print_slip(self, order: ef.PrintSlip) -> ev.Event:
        """Print a paper that a button offers, unless there are enough of it, and say what is known
        of it. It is counted before it is printed: see `kiosk.slip_rule`.

        Raises:
            DatabaseDamaged: It is; any other trouble of the store is a paper that did not come out.
        """
        try:
            return self._print_slip(order)
        except StorageError as error:
            _not_made(error)
            return self._slip_not_made(order)

    def _print_slip(self, order: ef.PrintSlip) -> ev.Event:
        before = slip_rule.count(self, order)
        now = self.clock.now()
        may_print = slip_rule.may_print(self, order, before)
        # Made before it is counted: what can't be read is not to be taken back then.
        paper = slip_making.make(self, order, before + 1) if may_print else None
        if not may_print or not slip_rule.add(self, order, before):
            state = ReceiptState.NOT_PRINTED
            return ev.SlipTold(
                now, order.session_id, order.slip, order.app_id, state, None, True, before
            )
        if paper is None:
            slip_rule.take_back(self, order)
            return self._slip_not_made(order, before)
        is_acknowledgement = order.slip is Slip.ACKNOWLEDGEMENT
        came = printers.print_paper(self, paper, may_switch=not is_acknowledgement)
        state, exists = receipt_rule.to_keep(came.answer)
        if not exists:
            slip_rule.take_back(self, order)
        why = came.answer.state if isinstance(came.answer, PrintFailed) else None
        if why is not None:
            state = ReceiptState.FAILED
        now, copies = self.clock.now(), before + int(exists)
        return ev.SlipTold(
            now, order.session_id, order.slip, order.app_id, state, why, False, copies, came.form
        )

    def _slip_not_made(self, order: ef.PrintSlip, copies: int = 0) -> ev.SlipTold:
        now, failed = self.clock.now(), ReceiptState.FAILED
        return ev.SlipTold(now, order.session_id, order.slip, order.app_id, failed, copies=copies)

    def acknowledgement(
        self, app_id: AppId, language: Language, *, is_large: bool = False, copy: int = 1
    ) -> Paper | None:
        """Return the acknowledgement of a committed application, for whatever the service wants.

        None where the region has no wording for it, or where this cannot be signed: a paper that
        nobody can check is not given out as one that can.

        Raises:
            KeyError: There is no such application.
        """
        facts = self._facts(app_id)
        facts = replace(facts, is_simulated=self.around.is_practice, copy=copy)
        facts = replace(facts, printed_at=self.clock.now().at)
        entry = entries.find(self.db, app_id)
        legal, seal = self.around.legal, self.seal
        if legal is None or seal is None or entry is None:
            return None
        signed = seal.address(facts, entry)
        at = applications.accepted_at(self.db, app_id)
        day = None if at is None else papers.local_day(at, self.around.timezone)
        paper = self.in_languages(
            lambda texts: papers.acknowledgement(facts, legal, texts, signed, day),
            language,
            is_large=is_large,
        )
        return replace(paper, form=_FORMS[facts.service.acknowledgement_on])

    def progress(self, app_id: AppId, language: Language, *, is_large: bool = False) -> Paper:
        """Return the slip that says how a committed application stands.

        Raises:
            KeyError: There is no such application.
        """
        now = self.clock.now().at
        row = applications.find(self.db, app_id)
        if row is None:
            raise KeyError(app_id)
        found = applications.status_by_number(self.db, row.number, row.query_code, now)
        item = next(item for item in found if item.app_id == app_id)
        service, job_id = self.around.service(row.service_id), _job("progress")
        return self.in_languages(
            lambda texts: papers.progress_slip(
                item,
                service.name.say(texts.language),
                self.around.site,
                texts,
                now,
                self.around.timezone,
                job_id,
                is_simulated=self.around.marks_papers,
            ),
            language,
            is_large=is_large,
        )

    def bring_list(self, service_id: str, language: Language, *, is_large: bool = False) -> Paper:
        """Return the list of what to bring.

        Raises:
            KeyError: There is no such service.
        """
        service, job_id = self.around.service(service_id), _job("bring")
        return self.in_languages(
            lambda texts: papers.bring_list(
                service, self.around.site, texts, job_id, is_simulated=self.around.marks_papers
            ),
            language,
            is_large=is_large,
        )

    def help_slip(self, on_duty: str, language: Language, *, is_large: bool = False) -> Paper:
        """Return the slip for who needs a person; `on_duty` is a name, or ""."""
        now, job_id = self.clock.now().at, _job("help")
        return self.in_languages(
            lambda texts: papers.help_slip(
                self.around.site,
                on_duty,
                "",
                texts,
                now,
                self.around.timezone,
                job_id,
                is_simulated=self.around.marks_papers,
            ),
            language,
            is_large=is_large,
        )

    def _facts(self, app_id: AppId) -> papers.ReceiptFacts:
        row = applications.find(self.db, app_id)
        if row is None:
            raise KeyError(app_id)
        entry, service = entries.find(self.db, app_id), self.around.service(row.service_id)
        return papers.ReceiptFacts(
            # The count alone is not unique: one that failed is not counted, and is printed again.
            job_id=_job(f"{row.number}-{row.times_printed + 1}"),
            site=self.around.site,
            service=service,
            number_groups=row.number_groups,
            query_code=row.query_code,
            query_url=papers.query_url(self.around.query_url, row.number, row.query_code),
            received_at=row.received_at,
            ask_by=row.ask_by,
            ask_by_is_certain=row.ask_by_is_certain,
            counts_from_delivery=row.counts_from_delivery,
            applicant=row.applicant,
            beneficiary=row.beneficiary,
            helper=row.helper,
            photo_is_missing=service.photo is PhotoNeed.WANTED and not row.has_photo,
            is_simulated=self.around.marks_papers,
            timezone=self.around.timezone,
            is_clock_suspect=entry is not None and entry.header.clock_state is ClockState.SUSPECT,
        )

    def in_languages(
        self, make: Callable[[Texts], Paper], language: Language, *, is_large: bool
    ) -> Paper:
        """Return a paper in the resident's language, and in the second one of the settings."""
        paper = make(self.around.texts[language])
        second = self.around.second_language
        if second is not None and second != language:
            paper = papers.in_both(paper, make(self.around.texts[second]))
        return papers.in_large_print(paper) if is_large else paper

    def print_known(self, order: ef.PrintKnown) -> ev.Event:
        """Print what this machine knows about somebody, and say what is known of the paper."""
        now = self.clock.now()
        around = telling.Around(
            self.around.services,
            papers.zone(self.around.timezone),
            now.at,
            has_simulated_printer=has_simulated_printer(self.around.simulated),
        )
        job_id = _job("known")

        def make(texts: Texts) -> Paper:
            return papers.known(
                self.around.site,
                telling.known_title(order.known, texts),
                telling.known_topics(order.known, around, texts),
                texts,
                now.at,
                self.around.timezone,
                job_id,
                is_simulated=self.around.marks_papers,
            )

        paper = self.in_languages(make, order.language, is_large=order.is_large)
        return self._told(order.session_id, printers.print_paper(self, paper))

    def print_where_to_go(self, order: ef.PrintWhereToGo) -> None:
        """Print the slip for who keeps their data to themselves; failing, the screen says the
        same.
        """
        service, job_id = self.around.service(order.service_id), _job("slip")
        paper = self.in_languages(
            lambda texts: papers.where_to_go(
                service, self.around.site, texts, job_id, is_simulated=self.around.marks_papers
            ),
            order.language,
            is_large=order.is_large,
        )
        if not slip_rule.add_nobodys(self):
            return
        came = printers.print_paper(self, paper)
        if not receipt_rule.to_keep(came.answer)[1]:
            slip_rule.take_back_nobodys(self)
        _log.info("SLIP_PRINTED outcome=%s", type(came.answer).__name__)

    def print_test_page(self, texts: Texts, port: PortName = PortName.PRINTER) -> PortReport:
        """Print a test page by this printer, and by no other."""
        paper = papers.check_page(
            self.around.site,
            texts,
            self.clock.now().at,
            self.around.timezone,
            _job("test"),
            is_simulated=self.around.marks_papers,
        )
        return printers.try_out(self, paper, port, texts)

    def rest(self) -> float:
        """Use a moment without orders: warm up, once; return after how many seconds to ask again.

        Not at once: the first seconds after the start belong to the screen.
        """
        if self.warm_up is None:
            return FOREVER_S
        now_s = self.clock.now().monotonic_s
        if self._warm_at_s is None:
            self._warm_at_s = now_s + WARM_UP_AFTER_S
        if now_s < self._warm_at_s:
            return self._warm_at_s - now_s
        warm_up, self.warm_up = self.warm_up, None
        warm_up()
        return FOREVER_S

    def reports(self, texts: Texts) -> tuple[PortReport, ...]:
        """Report on every printer, and on how much paper it has left."""
        return printers.reports(self, texts)

    def states(self) -> tuple[PrinterState, PrinterState | None]:
        """Say whether slips would come out now, and receipts on sheets."""
        return printers.states(self)

    def refill(self, port: PortName) -> None:
        """Begin to count new paper in a printer; failing, what was there is counted on."""
        printers.refill(self, port)

    def close(self) -> None:
        """Let go of printer and database."""
        for printer in (self.printer, self.office):
            if printer is not None:
                printer.close()
        self.db.close()

    def print_for_staff(self, paper: Paper) -> PrintAnswer:
        """Print what somebody of the staff asked for."""
        return printers.print_paper(self, paper).answer

    def _told(
        self, session_id: str, came: Outcome, app_id: AppId | None = None, copies: int = 0
    ) -> ev.Event:
        now = self.clock.now()
        match came.answer:
            case Printed():
                return ev.ReceiptPrinted(now, session_id, app_id, copies, came.form)
            case PrintUnconfirmed():
                return ev.ReceiptUnconfirmed(now, session_id, app_id, copies, came.form)
            case PrintFailed(state):
                return ev.ReceiptFailed(now, session_id, state, app_id, copies)

    def _keep(self, keep: Callable[[], None]) -> bool:
        """Keep what is known of a receipt's paper; say whether that could be written down."""
        try:
            keep()
        except StorageError as error:
            _log.error("PRINT_NOT_COUNTED code=%s", error.code)
            return False
        return True


def _not_made(error: StorageError) -> None:
    """Write down that a paper could not be read from the store; one that is damaged is nothing to
    go on with.
    """
    if isinstance(error, DatabaseDamaged):
        raise error
    _log.error("PAPER_NOT_MADE code=%s", error.code)


def _job(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(4)}"
