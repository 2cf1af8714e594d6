"""Stopping midway with a slip: through the kiosk's own lanes and its simulated printer."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.desk_state import PaperState, SimulatedPaper
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.session import Step
from tests.support.card_desks import NAME, NUMBER
from tests.support.homes import Home, files_with
from tests.support.slips import text_of
from tests.support.visit import Visit


def stop(visit: Visit, home: Home, paper: PaperState = PaperState.READY) -> ReceiptState:
    """Come as far as the photo, stop with a slip, and return what is told of it."""
    visit.start().insert_card().consent().answer()
    machine = visit.machine
    machine.touch(ev.StopAsked)
    home.desk.write(SimulatedPaper(paper))  # where it is known before, none is offered
    machine.touch(ev.SlipAsked, Slip.DRAFT)
    assert (machine.session.step, machine.session.person) == (Step.STOPPED, None)
    machine.until(
        lambda it: it.slip is not None and it.slip.state is not ReceiptState.PRINTING, "the slip"
    )
    assert machine.session.slip is not None
    return machine.session.slip.state


def test_the_slip_says_what_to_bring_and_names_nobody(visit: Visit, tray: Path, home: Home) -> None:
    """What was missing, and how to begin again; of the resident there is nothing on it."""
    assert stop(visit, home) is ReceiptState.PRINTED
    (slip,) = tray.glob("*.pdf")
    text, machine = text_of(slip), visit.machine
    for key in ("paper.draft.title", "paper.draft.not_sent", "paper.draft.missing"):
        assert machine.say(key) in text
    (service,) = machine.world.services
    assert service.papers[0].name.say(machine.session.display.language) in text
    assert not any(said in text for said in (NAME, NUMBER, NUMBER[:6], NAME[0]))
    assert files_with(home.state, NAME, NUMBER) == []
    machine.touch(ev.Continued)
    visit.take_card()


@pytest.mark.parametrize(
    ("paper", "state"),
    [(PaperState.COVER_OPEN, ReceiptState.FAILED), (PaperState.SILENT, ReceiptState.UNCONFIRMED)],
)
def test_what_became_of_the_paper_is_told(
    visit: Visit, home: Home, paper: PaperState, state: ReceiptState
) -> None:
    """And printed again once the printer is well."""
    assert stop(visit, home, paper) is state
    home.desk.write(SimulatedPaper())
    machine = visit.machine
    machine.touch(ev.SlipAsked, Slip.DRAFT)
    machine.until(
        lambda it: it.slip is not None and it.slip.state is ReceiptState.PRINTED, "the paper"
    )
    machine.touch(ev.Continued)
    visit.take_card()
