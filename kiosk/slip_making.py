"""Which paper a button means."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, assert_never

from kiosk import papers
from kiosk.catalogue.service import Service
from kiosk.domain import AppId
from kiosk.flow.effects import PrintSlip
from kiosk.flow.paper_state import Slip
from kiosk.ports.printer import Paper
from kiosk.shown_papers import PaperShown
from kiosk.store import applications
from kiosk.texts import Texts

if TYPE_CHECKING:
    from kiosk.paper_desk import PaperDesk

_log = logging.getLogger(__name__)


def knows(desk: PaperDesk, app_id: AppId | None) -> bool:
    """Say whether there is such an application, of a service that is still offered here: of another
    one nobody has the words any more.

    Raises:
        StorageError: The store can't be read.
    """
    row = None if app_id is None else applications.find(desk.db, app_id)
    services = {service.service_id for service in desk.around.services}
    if row is not None and row.service_id not in services:
        _log.warning("SERVICE_GONE service=%s", row.service_id)
    return row is not None and row.service_id in services


def make(desk: PaperDesk, order: PrintSlip, copy: int = 1) -> Paper | None:
    """Return the paper, the `copy`-th of its kind; None where there is no such paper any more, or
    here.

    Raises:
        StorageError: The store can't be read.
    """
    language, is_large = order.language, order.is_large
    match order.slip:
        case Slip.HELP:
            return desk.help_slip(order.on_duty, language, is_large=is_large)
        case Slip.BRING_LIST:
            return desk.bring_list(order.service_id, language, is_large=is_large)
        case Slip.DRAFT:
            return _draft(desk, order)
        case Slip.RECEIPT:  # printed as `PrintReceipt` alone, where it is counted
            return None
        case Slip.MISSING if order.missing:
            return _found_missing(desk, order)
    row = None if order.app_id is None else applications.find(desk.db, order.app_id)
    if row is None or not knows(desk, order.app_id):
        return None
    match order.slip:
        case Slip.PROGRESS:
            return desk.progress(row.app_id, language, is_large=is_large)
        case Slip.ACKNOWLEDGEMENT:
            return desk.acknowledgement(row.app_id, language, is_large=is_large, copy=copy)
        case Slip.MISSING:
            return _missing(desk, row, order)
        case _:
            assert_never(order.slip)


def _missing(desk: PaperDesk, row: applications.ApplicationRow, order: PrintSlip) -> Paper | None:
    """Return the slip of what the office still needs: a line of its words each."""
    now, around = desk.clock.now().at, desk.around
    found = applications.status_by_number(desk.db, row.number, row.query_code, now)
    words = next((item.office_words for item in found if item.app_id == row.app_id), "")
    lines = tuple(line.strip() for line in words.splitlines() if line.strip())
    if not lines:
        return None
    facts = papers.MissingFacts(
        job_id=_job("missing"),
        site=around.site,
        service=around.service(row.service_id),
        number_groups=row.number_groups,
        query_code="",
        papers=tuple(papers.MissingPaper(line) for line in lines),
        is_simulated=around.marks_papers,
    )
    return desk.in_languages(
        lambda texts: papers.missing_papers(facts, texts), order.language, is_large=order.is_large
    )


def _draft(desk: PaperDesk, order: PrintSlip) -> Paper | None:
    """Return the slip of who stopped midway; the service's own words, and nobody's."""
    around = desk.around
    service = around.service(order.service_id)

    def in_one(texts: Texts) -> Paper:
        wanted = (service.paper(it.paper_id) for it in order.missing)
        facts = papers.DraftFacts(
            job_id=_job("draft"),
            site=around.site,
            service=service,
            missing=tuple(it.name.say(texts.language) for it in wanted if it is not None),
            is_simulated=around.marks_papers,
        )
        return papers.draft_slip(facts, texts)

    return desk.in_languages(in_one, order.language, is_large=order.is_large)


def _found_missing(desk: PaperDesk, order: PrintSlip) -> Paper | None:
    """Return the slip of what the visit found to be missing, in the words of the service; with
    number and code once it is handed in.
    """
    around, service, job_id = desk.around, desk.around.service(order.service_id), _job("missing")
    row = None if order.app_id is None else applications.find(desk.db, order.app_id)
    if row is None and order.app_id is not None:
        return None

    def make(texts: Texts) -> Paper:
        facts = papers.MissingFacts(
            job_id=job_id,
            site=around.site,
            service=service,
            number_groups=() if row is None else row.number_groups,
            query_code="" if row is None else row.query_code,
            papers=tuple(_named(service, paper, texts) for paper in order.missing),
            best_by=row.ask_by if row is not None and row.ask_by_is_certain else None,
            is_simulated=around.marks_papers,
        )
        return papers.missing_papers(facts, texts)

    return desk.in_languages(make, order.language, is_large=order.is_large)


def _named(service: Service, shown: PaperShown, texts: Texts) -> papers.MissingPaper:
    """Return a paper by its name, and what it is for."""
    paper = service.paper(shown.paper_id)
    if paper is None:  # of a catalogue that was renewed meanwhile
        return papers.MissingPaper(shown.paper_id)
    language = texts.language
    name, why = paper.name.say(language), paper.why.say(language)
    return papers.MissingPaper(name, why, is_copied=shown.is_shown)


def _job(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(4)}"
