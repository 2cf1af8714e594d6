"""What the screens say of slips that have an end, and of papers that stay in a folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId, Language
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Session, StatusItem, Step
from kiosk.readiness import PortName
from tests.screens.later_situations import KNOWN, situation
from tests.screens.places import EN, NOW, SERVICE, TEXTS, ZH, a_session, a_world
from ui.views.known import known_view, unseen_view
from ui.views.received import received_view
from ui.views.slips import slip_words

ASKED = AskedSlip(Slip.PROGRESS, AppId("a-1"), ReceiptState.UNCONFIRMED)


def at_papers(copies: int) -> Session:
    """Return a visit before the papers of one application."""
    item = StatusItem(
        ("3702", "1146", "08"),
        SERVICE.service_id,
        NOW,
        None,
        "",
        "",
        NOW,
        app_id=ASKED.app_id,
        slips=((Slip.PROGRESS, copies),),
    )
    return replace(
        a_session(Step.STATUS_PAPERS, EN, person=None),
        status_items=(item,),
        slip=replace(ASKED, copies=copies),
    )


def of_the_last(copies: int) -> str:
    """Return what the button says of a slip that the printer does not know of."""
    return slip_words(Slip.PROGRESS, at_papers(copies), a_world(), TEXTS[EN], ASKED.app_id)


def test_no_other_one_is_promised_after_the_last() -> None:
    """A printer that never knows whether a paper came out has a limit, too."""
    assert "print again" in of_the_last(1)
    assert of_the_last(a_world().rules.slips_most) == TEXTS[EN].say("slips.told.last_sent")


@pytest.mark.parametrize("port", [PortName.PRINTER, PortName.OFFICE_PRINTER])
def test_whichever_printer_is_simulated_it_is_told_where_papers_stay(port: PortName) -> None:
    """Somebody's name stands on what either of them puts into its folder."""
    said = TEXTS[EN].say("known.papers")
    session = replace(a_session(Step.KNOWN, EN, person=None), known=KNOWN)
    for simulated in ((), (port.value,)):
        view = known_view(session, replace(a_world(), simulated=simulated), TEXTS[EN])
        told = any(said in str(topic) for topic in view.topics)
        assert told is bool(simulated)


@pytest.mark.parametrize("language", [EN, ZH])
def test_a_paper_that_could_not_be_made_is_not_blamed_on_the_printer(language: Language) -> None:
    """Nobody is sent to look at a printer that was never asked; the number stands there as ever."""
    texts = TEXTS[language]
    failed = replace(ASKED, state=ReceiptState.FAILED)
    found = replace(at_papers(0), slip=failed)
    said = [
        slip_words(Slip.PROGRESS, found, a_world(), texts, ASKED.app_id),
        received_view(
            situation("received, said not to have come", language), a_world(), texts
        ).steps[0],
        unseen_view(
            replace(situation("unseen", language), receipt=ReceiptState.FAILED), a_world(), texts
        ).paper,
    ]
    printer = "printer" if language is EN else "打印机"
    assert all(words and printer not in words for words in said)
