"""Performing what the flow wants printed, on the paper's lane: each call answers with an event.

`PaperDesk` reads committed rows and prints them; it is made inside its lane and used there alone.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from kiosk import diagnosis, papers, telling
from kiosk.clock import Clock, ClockState
from kiosk.effects import Surroundings
from kiosk.errors import StorageError
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.ports.printer import Paper, Printed, Printer, PrintFailed, PrintUnconfirmed
from kiosk.readiness import PortName, PortReport
from kiosk.store import applications, entries
from kiosk.store.engine import Database
from kiosk.texts import Texts

PRINT_TIMEOUT_S = 30.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PaperDesk:
    """Prints from committed rows, with a database connection of its own."""

    db: Database
    printer: Printer
    around: Surroundings
    clock: Clock

    def print_receipt(self, order: ef.PrintReceipt) -> ev.Event:
        """Print the receipt of a committed application and say what is known of the paper."""
        row = applications.find(self.db, order.app_id)
        if row is None:
            raise KeyError(order.app_id)
        service = self.around.service(row.service_id)
        texts = self.around.texts[order.language]
        entry = entries.find(self.db, order.app_id)
        facts = papers.ReceiptFacts(
            job_id=f"{row.number}-{row.times_printed + 1}",
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
            photo_is_missing=not row.has_photo,
            is_reprint=row.times_printed > 0,
            is_simulated=self.around.marks_papers,
            timezone=self.around.timezone,
            is_clock_suspect=entry is not None and entry.header.clock_state is ClockState.SUSPECT,
        )
        answer = self.printer.print_paper(papers.receipt(facts, texts), PRINT_TIMEOUT_S)
        if not isinstance(answer, PrintFailed):
            self._count_print(order)
        return self._told(order.session_id, answer)

    def print_known(self, order: ef.PrintKnown) -> ev.Event:
        """Print what this machine knows about somebody, and say what is known of the paper."""
        texts, now = self.around.texts[order.language], self.clock.now()
        around = telling.Around(
            self.around.services,
            papers.zone(self.around.timezone),
            now.at,
            has_simulated_printer=PortName.PRINTER.value in self.around.simulated,
        )
        paper = papers.known(
            self.around.site,
            telling.known_title(order.known, texts),
            telling.known_topics(order.known, around, texts),
            texts,
            now.at,
            self.around.timezone,
            _job("known"),
            is_simulated=self.around.marks_papers,
        )
        return self._told(order.session_id, self.printer.print_paper(paper, PRINT_TIMEOUT_S))

    def print_where_to_go(self, order: ef.PrintWhereToGo) -> None:
        """Print the slip for who keeps their data to themselves; failing, the screen says the
        same.
        """
        texts = self.around.texts[order.language]
        service = self.around.service(order.service_id)
        paper = papers.where_to_go(
            service,
            self.around.site,
            texts,
            _job("slip"),
            is_simulated=self.around.marks_papers,
        )
        self._print_quietly(paper)

    def print_test_page(self, texts: Texts) -> PortReport:
        """Print a test page."""
        paper = papers.check_page(
            self.around.site,
            texts,
            self.clock.now().at,
            self.around.timezone,
            _job("test"),
            is_simulated=self.around.marks_papers,
        )
        return diagnosis.of_print(self.printer.print_paper(paper, PRINT_TIMEOUT_S), texts)

    def report(self, texts: Texts) -> PortReport:
        """Report on the printer."""
        return diagnosis.of_printer(self.printer.state(3.0), texts)

    def close(self) -> None:
        """Let go of printer and database."""
        self.printer.close()
        self.db.close()

    def _told(self, session_id: str, answer: Printed | PrintUnconfirmed | PrintFailed) -> ev.Event:
        now = self.clock.now()
        match answer:
            case Printed():
                return ev.ReceiptPrinted(now, session_id)
            case PrintUnconfirmed():
                return ev.ReceiptUnconfirmed(now, session_id)
            case PrintFailed(state):
                return ev.ReceiptFailed(now, session_id, state)

    def _count_print(self, order: ef.PrintReceipt) -> None:
        """Count a receipt that lies in the tray; failing, the next one isn't marked as a copy."""
        try:
            applications.count_print(self.db, order.app_id)
        except StorageError as error:
            _log.error("PRINT_NOT_COUNTED code=%s", error.code)

    def _print_quietly(self, paper: Paper) -> None:
        answer = self.printer.print_paper(paper, PRINT_TIMEOUT_S)
        _log.info("SLIP_PRINTED outcome=%s", type(answer).__name__)


def _job(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(4)}"
