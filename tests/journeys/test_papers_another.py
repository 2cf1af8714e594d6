"""Papers of two applications in one visit: each goes to its own office entry, and lists its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.desk_state import SheetScene, SimulatedBell, SimulatedSheet
from kiosk.conductor import new_session_id
from kiosk.flow import events as ev
from kiosk.flow.page_events import PagesEnded, PaperChosen
from kiosk.flow.paper_state import ReceiptState, Slip
from launch.wiring import build_kiosk
from tests.support.builders import EN, ZH
from tests.support.card_desks import NAME, NUMBER, SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.homes import Home, files_with, opened
from tests.support.slips import text_of
from tests.support.visit import Machine, Visit

REGISTER = "household_register"


@pytest.fixture
def machine(home: Home) -> Iterator[Machine]:
    """The running kiosk, whose second service asks for the same paper and for another one."""
    kiosk = build_kiosk(home.settings)
    (first,) = kiosk.catalogue.services
    (register,) = first.papers
    bus = replace(
        register,
        paper_id="old_bus_card",
        name=replace(register.name, by_language=((ZH, "旧公交卡"), (EN, "Old bus card"))),
    )
    second = replace(
        first,
        service_id="travel_card",
        name=replace(first.name, by_language=((ZH, "老年公交卡"), (EN, "Travel card"))),
        questions=tuple(it for it in first.questions if it.relevant is None),
        papers=(register, bus),
    )
    services = (first, second)
    catalogue = replace(kiosk.catalogue, services=services)
    kiosk = replace(kiosk, catalogue=catalogue, world=replace(kiosk.world, services=services))
    with Machine(kiosk).running() as machine:
        yield machine


def step_of(visit: Visit) -> str:
    """Ask by calling: a type checker would hold a property for good once it was asserted."""
    return visit.session.step


def show_one_page(visit: Visit, home: Home, scene: SheetScene) -> None:
    """Lay a page down, let it be taken by itself, and say that it was all."""
    machine = visit.machine
    home.desk.write(SimulatedSheet(SheetScene.NOTHING))
    machine.until(lambda session: session.papers.advice is not None, "that nothing lies there")
    home.desk.write(SimulatedSheet(scene))
    machine.until(lambda session: session.papers.page is not None, "a page that takes itself")
    machine.touch(ev.Continued)
    machine.touch(PagesEnded)


def print_missing(visit: Visit, tray: Path) -> str:
    """Have the list printed, and return what stands on it."""
    before = set(tray.glob("*.pdf"))
    sealed = visit.session.sealed
    visit.machine.touch(ev.SlipAsked, Slip.MISSING, None if sealed is None else sealed.app_id)
    visit.machine.until(
        lambda session: session.slip and session.slip.state is not ReceiptState.PRINTING, "the list"
    )

    (slip,) = set(tray.glob("*.pdf")) - before
    return text_of(slip)


def test_each_application_has_its_own_papers_and_its_own_list(
    machine: Machine, hands: SimulatedCardDesk, central: CentralServer, home: Home, tray: Path
) -> None:
    """What was shown for the first is asked for anew: it is marked for the first alone."""
    visit = Visit(machine, hands)
    visit.shows_papers = True
    machine.touch(ev.ServiceChosen, new_session_id(), "old_age_allowance")
    visit.insert_card().consent(photo=False).answer()
    show_one_page(visit, home, SheetScene.LETTER)
    assert step_of(visit) == "review"
    visit.confirm().sign().expect_receipt()
    first, number = visit.app_id, visit.number
    assert visit.session.papers.decided == ()
    visit.rate(None)
    machine.touch(ev.ServiceChosen, new_session_id(), "travel_card")
    machine.touch(ev.Continued)
    visit.consent(photo=False).answer()
    assert visit.session.papers.paper_id == REGISTER
    machine.touch(ev.PhotoDeclined)
    machine.touch(ev.PhotoDeclined)
    assert step_of(visit) == "papers_missing"
    before = print_missing(visit, tray)
    assert "旧公交卡" in before
    assert "户口本" in before
    assert number.replace(" ", "") not in before.replace(" ", "")
    machine.touch(PaperChosen, "old_bus_card")
    show_one_page(visit, home, SheetScene.FORM)
    assert step_of(visit) == "papers_missing"
    machine.touch(ev.Continued)
    visit.confirm().sign().expect_receipt()
    after = print_missing(visit, tray)
    assert "旧公交卡" not in after
    assert visit.sealed is not None
    assert all(group in after for group in visit.sealed.number_groups)
    assert home.desk.read(SimulatedBell).said != ""
    second = visit.app_id
    visit.rate(None).take_card()
    machine.until_delivered(first)
    machine.until_delivered(second)
    (register,) = opened(central, first).papers
    missing, bus = opened(central, second).papers
    assert [it.shown.paper_id for it in (register, missing, bus)] == [
        *(REGISTER, REGISTER, "old_bus_card"),
    ]
    assert (missing.shown.level, missing.shown.is_open) == (None, True)
    pages = {it.shown.paper_id: it.shown.pages for it in (register, bus)}
    assert [len(it) for it in pages.values()] == [1, 1]
    assert pages[REGISTER][0].jpeg != pages["old_bus_card"][0].jpeg
    assert files_with(home.state, NAME, NUMBER) == []
    assert files_with(home.folder, "JFIF", without=("papers",)) == []
