"""One receipt per application, through the kiosk's own lanes and its simulated printers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.desk_state import PaperState, SimulatedNetwork, SimulatedPaper, SimulatedTray
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.session import Sealed, StatusItem, Step
from launch.wiring import build_kiosk
from tests.support.card_desks import SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.forgotten_rows import seal_for_card
from tests.support.homes import Home
from tests.support.slips import text_of
from tests.support.visit import Machine, Visit

FAULTS = {
    PaperState.OUT: ReceiptState.FAILED,
    PaperState.COVER_OPEN: ReceiptState.FAILED,
    PaperState.SILENT: ReceiptState.UNCONFIRMED,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, central: CentralServer) -> Home:
    """A kiosk of its own with an office printer, without a network."""
    home = Home(
        tmp_path_factory.mktemp("kiosk"), central, {"office_printer": {"kind": "simulated"}}
    )
    home.desk.write(SimulatedNetwork(up=False))
    return home


@pytest.fixture(scope="module")
def handed_in(place: Home) -> list[Sealed]:
    """Four applications of before, nothing printed of them; the card is gone again."""
    hands = SimulatedCardDesk(place.desk.folder)
    hands.insert()
    kiosk = build_kiosk(place.settings)
    sealed = [seal_for_card(kiosk) for _ in range(len(FAULTS) + 1)]
    hands.pull()
    return sealed


@pytest.fixture
def at_place(place: Home, handed_in: list[Sealed]) -> Iterator[Machine]:
    """It runs, with what was handed in before."""
    assert handed_in
    with Machine(build_kiosk(place.settings)).running() as machine:
        yield machine


def returns(machine: Machine, sealed: Sealed) -> StatusItem:
    """Come back with number and code, to the papers."""
    machine.touch(ev.StatusAsked, f"s-{sealed.app_id}")
    machine.touch(ev.StatusByNumberChosen)
    machine.touch(ev.StatusTyped, "".join(sealed.number_groups), sealed.query_code)
    machine.until_step(Step.STATUS_SHOWN)
    machine.touch(ev.PapersChosen)
    return the_item(machine)


def leaves(machine: Machine) -> None:
    """Go away."""
    machine.touch(ev.Continued)
    assert machine.session.step is Step.HOME


def the_item(machine: Machine) -> StatusItem:
    """Return what is shown of the application."""
    (item,) = machine.session.status_items
    return item


def prints(machine: Machine, sealed: Sealed, *, missed: bool = False) -> StatusItem:
    """Touch the button for the receipt, or "no, print again"; return what became of it."""
    if missed:
        machine.touch(ev.PaperMissed, sealed.app_id)
    else:
        machine.touch(ev.SlipAsked, Slip.RECEIPT, sealed.app_id)
    assert the_item(machine).receipt is ReceiptState.PRINTING
    machine.until(lambda s: s.status_items[0].receipt is not ReceiptState.PRINTING, "the paper")
    return the_item(machine)


def lay_out(place: Home, state: PaperState) -> None:
    """Let both printers be so: none takes over from the other."""
    for item in (SimulatedPaper(state), SimulatedTray(state)):
        place.desk.write(item)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_wrong_with_the_printer_is_made_up_for_at_the_return(
    place: Home, at_place: Machine, handed_in: list[Sealed], fault: PaperState
) -> None:
    """Nothing comes by itself; one paper comes when asked, unmarked unless one may exist."""
    machine, tray = at_place, place.state / "papers"
    sealed = handed_in[list(FAULTS).index(fault)]
    before = len(list(tray.glob("*.pdf")))
    lay_out(place, fault)
    assert returns(machine, sealed).receipt is ReceiptState.NOT_PRINTED
    told = prints(machine, sealed)
    assert told.receipt is FAULTS[fault]
    leaves(machine)
    lay_out(place, PaperState.READY)
    item = returns(machine, sealed)
    assert (item.receipt, item.copies) == (told.receipt, told.copies)
    is_asked = told.receipt is ReceiptState.UNCONFIRMED
    assert len(list(tray.glob("*.pdf"))) - before == int(is_asked)
    item = prints(machine, sealed, missed=is_asked)
    assert (item.receipt, item.copies) == (ReceiptState.PRINTED, 1 + int(is_asked))
    text = text_of(max(tray.glob("*.pdf")))
    assert all(group in text for group in sealed.number_groups)
    assert ("第 2 份" in text) is is_asked
    leaves(machine)


def test_there_is_an_end_to_copies_and_other_slips_go_on(
    place: Home, at_place: Machine, handed_in: list[Sealed]
) -> None:
    """The third is the last; how it stands, and sheets from the other printer, still come."""
    machine, tray, sheets = at_place, place.state / "papers", place.state / "sheets"
    sealed = handed_in[-1]
    lay_out(place, PaperState.READY)
    returns(machine, sealed)
    for copy in (1, 2, 3):
        assert prints(machine, sealed).copies == copy
    count = len(list(tray.glob("*.pdf")))
    machine.touch(ev.SlipAsked, Slip.RECEIPT, sealed.app_id)
    assert the_item(machine).receipt is ReceiptState.PRINTED
    for slip, folder in ((Slip.PROGRESS, tray), (Slip.ACKNOWLEDGEMENT, sheets)):
        before = len(list(folder.glob("*.pdf")))
        machine.touch(ev.SlipAsked, slip, sealed.app_id)
        machine.until(
            lambda s: s.slip is not None and s.slip.state is ReceiptState.PRINTED, str(slip)
        )
        assert len(list(folder.glob("*.pdf"))) == before + 1
    assert len(list(tray.glob("*.pdf"))) == count + 1
    text = text_of(max(sheets.glob("*.pdf")))
    assert "补打" not in text
    assert machine.say("paper.simulated") in text
    leaves(machine)


def test_before_and_beside_a_visit(machine: Machine, home: Home, tray: Path) -> None:
    """What to bring without a card, and whom to call from Home: each comes out of the slot."""
    visit = Visit(machine, SimulatedCardDesk(home.desk.folder)).start()
    machine.touch(ev.SlipAsked, Slip.BRING_LIST)
    printed(machine)
    assert machine.say("paper.bring_list.title") in text_of(max(tray.glob("*.pdf")))
    machine.touch(ev.StopAsked)
    assert visit.session.step is Step.HOME
    machine.touch(ev.HelpAsked)
    machine.touch(ev.SlipAsked, Slip.HELP)
    printed(machine)
    assert machine.say("paper.help.title") in text_of(max(tray.glob("*.pdf")))
    machine.touch(ev.HelpAnswered)
    assert machine.session.slip is None


def printed(machine: Machine) -> None:
    """Wait for the slip."""
    machine.until(lambda s: s.slip is not None and s.slip.state is ReceiptState.PRINTED, "a slip")
