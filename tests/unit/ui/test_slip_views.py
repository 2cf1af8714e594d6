"""What the screens say of slips that have an end, and of papers that stay in a folder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import StatusItem, Step
from kiosk.readiness import PortName
from tests.screens.later_situations import KNOWN
from tests.screens.places import EN, NOW, SERVICE, TEXTS, a_session, a_world
from ui.views.known import known_view
from ui.views.slips import slip_words

ASKED = AskedSlip(Slip.PROGRESS, AppId("a-1"), ReceiptState.UNCONFIRMED)


def of_the_last(copies: int) -> str:
    """Return what the button says of a slip that the printer does not know of."""
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
    session = replace(
        a_session(Step.STATUS_PAPERS, EN, person=None),
        status_items=(item,),
        slip=replace(ASKED, copies=copies),
    )
    return slip_words(Slip.PROGRESS, session, a_world(), TEXTS[EN], ASKED.app_id)


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
