"""Papers beside the receipt have an end: counted durably, marked as copies, free beside staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.catalogue.legal_words import load_legal_words
from kiosk.domain import AppId, Language
from kiosk.errors import DiskFull
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.paper_desk import PaperDesk
from kiosk.paper_seal import PaperSeal
from kiosk.ports.printer import Line, Printed, PrinterState, PrintFailed, PrintUnconfirmed
from kiosk.store import applications, slips
from kiosk.store.applications import ApplicationRow
from launch.places import LEGAL
from tests.support.builders import FakeClock
from tests.support.paper_desks import some_surroundings
from tests.support.scripted_printer import PowerCut, ScriptedPrinter
from tests.support.sealing_places import SealingPlace
from tests.support.services import the_sample_service

EN = Language("en")
MOST = 2


@pytest.fixture
def row(place: SealingPlace) -> ApplicationRow:
    """An application in it."""
    return place.seal(place.open())


@pytest.fixture
def desk(place: SealingPlace) -> PaperDesk:
    """What prints from it: two of each, four an hour that are nobody's."""
    around = some_surroundings(
        legal=load_legal_words(LEGAL / "cn.toml"), slips_most=MOST, open_slips_hour=4
    )
    seal = PaperSeal(place.enrolment.kiosk_id, place.keys.sign)
    return PaperDesk(place.store(), ScriptedPrinter(), around, FakeClock(), seal)


def printer_of(desk: PaperDesk) -> ScriptedPrinter:
    """Return its printer."""
    assert isinstance(desk.printer, ScriptedPrinter)
    return desk.printer


def ask(
    desk: PaperDesk, slip: Slip, app_id: AppId | None = None, *, is_staff_there: bool = False
) -> ev.SlipTold:
    """Ask for a paper."""
    service = the_sample_service().service_id
    order = ef.PrintSlip(
        "s-1", slip, EN, app_id=app_id, service_id=service, is_staff_there=is_staff_there
    )
    told = desk.print_slip(order)
    assert isinstance(told, ev.SlipTold)
    return told


def counted(desk: PaperDesk, row: ApplicationRow, slip: Slip) -> int:
    """Return how many a returning resident is told of."""
    found = applications.status_by_number(desk.db, row.number, row.query_code, desk.clock.now().at)
    return found[0].count_of(slip)


def pass_time(desk: PaperDesk, hours: float) -> None:
    """Let time pass."""
    assert isinstance(desk.clock, FakeClock)
    desk.clock.pass_s(hours * 3600)


def test_acknowledgements_end_and_are_marked_as_copies(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """Ever, not by the day; the second one says that it is one."""
    lines = []
    for number in (1, 2):
        told = ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
        assert (told.state, told.copies) == (ReceiptState.PRINTED, number)
        lines.append([it.text for it in printer_of(desk).papers[-1].blocks if isinstance(it, Line)])
    copy = f"Copy 2 of acknowledgement {' '.join(row.number_groups)}"
    assert [copy in said for said in lines] == [False, True]
    pass_time(desk, 24 * 40)
    told = ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
    assert (told.is_withheld, told.copies) == (True, MOST)
    assert len(printer_of(desk).papers) == MOST
    assert counted(desk, row, Slip.ACKNOWLEDGEMENT) == MOST


def test_beside_somebody_on_duty_there_is_no_end(desk: PaperDesk, row: ApplicationRow) -> None:
    """And each of them is marked."""
    for number in range(1, MOST + 3):
        told = ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id, is_staff_there=True)
        assert (told.is_withheld, told.copies) == (False, number)


def test_once_the_office_accepts_there_are_as_many_again(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """It is another paper: it says on which day."""
    for _ in range(MOST):
        ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
    at = desk.clock.now().at
    applications.set_office_state(desk.db, row.app_id, "accepted", {"en": "Accepted."}, at)
    told = ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
    assert (told.is_withheld, told.copies) == (False, 1)


def test_how_it_stands_has_an_end_by_the_day(desk: PaperDesk, row: ApplicationRow) -> None:
    """Tomorrow it says something else; what was counted of other papers stays."""
    ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
    for _ in range(MOST):
        assert not ask(desk, Slip.PROGRESS, row.app_id).is_withheld
    assert ask(desk, Slip.PROGRESS, row.app_id).is_withheld
    assert (counted(desk, row, Slip.PROGRESS), counted(desk, row, Slip.MISSING)) == (MOST, 0)
    pass_time(desk, 24)
    assert counted(desk, row, Slip.PROGRESS) == 0
    assert not ask(desk, Slip.PROGRESS, row.app_id).is_withheld
    assert counted(desk, row, Slip.ACKNOWLEDGEMENT) == 1


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (Printed(), 1),
        (PrintUnconfirmed(), 1),
        (PrintFailed(PrinterState.PAPER_OUT), 0),
        (PrintFailed(PrinterState.JAM, may_follow=True), 1),
    ],
)
def test_what_can_t_exist_is_not_counted(
    desk: PaperDesk,
    row: ApplicationRow,
    answer: Printed | PrintUnconfirmed | PrintFailed,
    count: int,
) -> None:
    """What may exist is; the screen is told the same count."""
    printer_of(desk).answer = answer
    told = ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
    assert told.copies == counted(desk, row, Slip.ACKNOWLEDGEMENT) == count


def test_a_power_cut_counts_the_paper_that_may_lie_there(
    desk: PaperDesk, row: ApplicationRow, place: SealingPlace
) -> None:
    """It was counted before it was begun, and is known by the next start."""
    printer_of(desk).is_cut = True
    with pytest.raises(PowerCut):
        ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id)
    again = place.store()
    now = desk.clock.now().at
    assert slips.load(again, row.app_id, Slip.ACKNOWLEDGEMENT, now) == 1
    again.close()


@pytest.mark.may_warn
def test_what_can_t_be_counted_is_printed_once(
    desk: PaperDesk, row: ApplicationRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the first is worth more than the count, and no second one is."""
    assert not ask(desk, Slip.PROGRESS, row.app_id).is_withheld

    def full(*_: object) -> None:
        raise DiskFull("no room")

    monkeypatch.setattr(slips, "add", full)  # the disk itself is filled in tests/faults
    assert ask(desk, Slip.PROGRESS, row.app_id).is_withheld
    assert not ask(desk, Slip.ACKNOWLEDGEMENT, row.app_id).is_withheld


def test_what_anybody_can_print_has_an_end_by_the_hour(desk: PaperDesk) -> None:
    """All of it together; and none where the settings set none."""
    pass_time(desk, 24 * 365)
    for slip in (Slip.HELP, Slip.BRING_LIST, Slip.HELP):
        assert not ask(desk, slip).is_withheld
    desk.print_where_to_go(ef.PrintWhereToGo("s-1", the_sample_service().service_id, EN))
    assert ask(desk, Slip.BRING_LIST).is_withheld
    desk.print_where_to_go(ef.PrintWhereToGo("s-1", the_sample_service().service_id, EN))
    assert len(printer_of(desk).papers) == 4
    assert not ask(desk, Slip.HELP, is_staff_there=True).is_withheld
    pass_time(desk, 1)
    assert not ask(desk, Slip.BRING_LIST).is_withheld
    desk.around = replace(desk.around, open_slips_hour=0)
    for _ in range(6):
        assert not ask(desk, Slip.BRING_LIST).is_withheld


def test_of_these_too_what_did_not_come_is_not_counted(desk: PaperDesk) -> None:
    """An empty roll takes nobody's list away."""
    pass_time(desk, 24 * 366)
    printer_of(desk).answer = PrintFailed(PrinterState.PAPER_OUT)
    for _ in range(9):
        assert not ask(desk, Slip.BRING_LIST).is_withheld
        desk.print_where_to_go(ef.PrintWhereToGo("s-1", the_sample_service().service_id, EN))
    now = desk.clock.now().at + timedelta(seconds=1)
    assert slips.load_nobodys(desk.db, now) == 0
