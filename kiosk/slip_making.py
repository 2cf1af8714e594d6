"""Which paper a button means."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, assert_never

from kiosk import papers
from kiosk.flow.effects import PrintSlip
from kiosk.flow.paper_state import Slip
from kiosk.ports.printer import Paper
from kiosk.store import applications
from kiosk.texts import Texts

if TYPE_CHECKING:
    from kiosk.paper_desk import PaperDesk


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
    row = None if order.app_id is None else applications.find(desk.db, order.app_id)
    if row is None:
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
        job_id=f"missing-{secrets.token_hex(4)}",
        site=around.site,
        service=around.service(row.service_id),
        number_groups=row.number_groups,
        query_code="",
        papers=lines,
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
            job_id=f"draft-{secrets.token_hex(4)}",
            site=around.site,
            service=service,
            missing=tuple(it.name.say(texts.language) for it in wanted if it is not None),
            is_simulated=around.marks_papers,
        )
        return papers.draft_slip(facts, texts)

    return desk.in_languages(in_one, order.language, is_large=order.is_large)
