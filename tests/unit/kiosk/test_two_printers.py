"""A roll, sheets, both or neither: where each paper comes out, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from kiosk.catalogue.legal_words import load_legal_words
from kiosk.catalogue.service import PrintedOn
from kiosk.domain import Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.paper_desk import PaperDesk
from kiosk.paper_seal import PaperSeal
from kiosk.ports.printer import (
    Band,
    Line,
    Paper,
    PaperForm,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
    Supply,
)
from kiosk.readiness import Health, PortName, PortReport
from kiosk.store import sheet_stock
from kiosk.store.applications import ApplicationRow
from kiosk.store.sheet_stock import SheetStock
from launch.places import LEGAL
from tests.support.builders import FakeClock
from tests.support.paper_desks import TEXTS, some_surroundings
from tests.support.sealing_places import SealingPlace
from tests.support.services import the_sample_service

EN = Language("en")
ROLL, SHEETS = PaperForm.SLIP, PaperForm.A4
DOWN = (PrinterState.PAPER_OUT, PrinterState.UNREACHABLE, PrinterState.COVER_OPEN)
Make = Callable[..., PaperDesk]


@dataclass
class Machine:
    """A printer that is as it is told to be, and keeps what came out."""

    now: PrinterState = PrinterState.READY
    answer: PrintAnswer = field(default_factory=Printed)
    papers: list[Paper] = field(default_factory=list)

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Keep it, unless it is stopped."""
        if self.now in DOWN:
            return PrintFailed(self.now)
        self.papers.append(paper)
        return self.answer

    def state(self, timeout_s: float) -> PrinterState:
        """Say what it was told."""
        return self.now

    def close(self) -> None:
        """Do nothing."""


@dataclass
class SheetMachine(Machine):
    """One that counts its sheets and knows its toner."""

    toner: tuple[Supply, ...] = ()

    def sheets_used(self) -> int:
        """Return two for each paper."""
        return 2 * len(self.papers)

    def supplies(self, timeout_s: float) -> tuple[Supply, ...]:
        """Say what it was told."""
        return self.toner


@pytest.fixture
def row(place: SealingPlace) -> ApplicationRow:
    """An application in it."""
    return place.seal(place.open())


@pytest.fixture
def make(place: SealingPlace) -> Make:
    """Make a desk of these printers, with these rules."""

    def made(
        roll: Machine | None,
        sheets: Machine | None,
        receipt_on: PrintedOn = PrintedOn.ROLL,
        acknowledgement_on: PrintedOn = PrintedOn.SHEETS,
        **rules: object,
    ) -> PaperDesk:
        service = replace(
            the_sample_service(), receipt_on=receipt_on, acknowledgement_on=acknowledgement_on
        )
        legal = load_legal_words(LEGAL / "cn.toml")
        around = some_surroundings(services=(service,), legal=legal, **rules)
        seal = PaperSeal(place.enrolment.kiosk_id, place.keys.sign)
        return PaperDesk(place.store(), roll, around, FakeClock(), seal, None, sheets)

    return made


def receipt(desk: PaperDesk, row: ApplicationRow) -> ev.Event:
    """Print the receipt that is printed by itself."""
    return desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN))


def acknowledgement(desk: PaperDesk, row: ApplicationRow) -> ev.SlipTold:
    """Print the acknowledgement."""
    order = ef.PrintSlip("s-1", Slip.ACKNOWLEDGEMENT, EN, app_id=row.app_id)
    told = desk.print_slip(order)
    assert isinstance(told, ev.SlipTold)
    return told


def forms(machine: Machine | None) -> list[PaperForm]:
    """Return what came out of it."""
    return [] if machine is None else [paper.form for paper in machine.papers]


@pytest.mark.parametrize(
    ("roll_kind", "sheets_kind", "on_roll", "on_sheets"),
    [(Machine, SheetMachine, 2, 1), (Machine, None, 3, 0), (None, SheetMachine, 0, 3)],
    ids=["both", "roll", "sheets"],
)
def test_every_paper_comes_from_the_printer_there_is(
    make: Make,
    row: ApplicationRow,
    roll_kind: type[Machine] | None,
    sheets_kind: type[SheetMachine] | None,
    on_roll: int,
    on_sheets: int,
) -> None:
    """Slips from the roll and the acknowledgement on A4; of one printer, all, as it prints."""
    roll = None if roll_kind is None else roll_kind()
    sheets = None if sheets_kind is None else sheets_kind()
    desk = make(roll, sheets)
    told = receipt(desk, row)
    assert isinstance(told, ev.ReceiptPrinted)
    assert told.form is (ROLL if roll else SHEETS)
    slip = desk.print_slip(ef.PrintSlip("s-1", Slip.PROGRESS, EN, app_id=row.app_id))
    assert isinstance(slip, ev.SlipTold)
    assert slip.state is ReceiptState.PRINTED
    assert acknowledgement(desk, row).form is (SHEETS if sheets else ROLL)
    assert forms(roll) == [ROLL] * on_roll
    assert forms(sheets) == [SHEETS] * on_sheets


@pytest.mark.parametrize("second", [None, Language("zh_CN")], ids=["one", "two"])
def test_that_a_paper_fades_stands_on_rolls_alone(
    make: Make, row: ApplicationRow, second: Language | None
) -> None:
    """In each language of it; and on an acknowledgement that had to come from a roll."""
    fades = {texts.say("paper.receipt.fades") for texts in TEXTS.values()}

    def said(machine: Machine) -> list[int]:
        lines = (
            [it.text for it in paper.blocks if isinstance(it, Line)] for paper in machine.papers
        )
        return [len(fades & set(texts)) for texts in lines]

    for roll, sheets in ((Machine(), None), (None, SheetMachine()), (SheetMachine(), None)):
        desk = make(roll, sheets, second_language=second)
        desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN, is_asked=True))
        acknowledgement(desk, row)
        machine = roll or sheets
        assert machine is not None
        languages = 1 if second is None else 2
        assert said(machine) == ([0, 0] if isinstance(machine, SheetMachine) else [languages, 1])


def test_without_any_printer_nothing_comes_and_that_is_said(
    make: Make, row: ApplicationRow
) -> None:
    """As of one that can't be reached; it is printed where there is one, and not counted here."""
    told = receipt(make(None, None), row)
    assert isinstance(told, ev.ReceiptFailed)
    assert (told.state, told.copies) == (PrinterState.UNREACHABLE, 0)
    assert acknowledgement(make(None, None), row).state is ReceiptState.FAILED


def test_the_catalogue_says_where_a_paper_goes(make: Make, row: ApplicationRow) -> None:
    """Of a kiosk with both printers."""
    roll, sheets = Machine(), SheetMachine()
    desk = make(roll, sheets, receipt_on=PrintedOn.SHEETS, acknowledgement_on=PrintedOn.ROLL)
    receipt(desk, row)
    acknowledgement(desk, row)
    assert (forms(roll), forms(sheets)) == ([ROLL], [SHEETS])
    assert sheets.papers[0].title == "Receipt"


@pytest.mark.parametrize("why", DOWN)
def test_a_receipt_takes_the_other_printer_while_its_own_is_down(
    make: Make, row: ApplicationRow, why: PrinterState
) -> None:
    """One paper, and the screen is told where it lies."""
    roll, sheets = Machine(why), SheetMachine()
    desk = make(roll, sheets)
    told = receipt(desk, row)
    assert isinstance(told, ev.ReceiptPrinted)
    assert (told.form, told.copies) == (SHEETS, 1)
    assert (forms(roll), forms(sheets)) == ([], [SHEETS])
    roll.now = PrinterState.READY
    again = desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN))
    assert isinstance(again, ev.ReceiptWithheld)
    assert forms(roll) == []


def test_while_both_are_down_nothing_comes_and_its_own_printer_is_blamed(
    make: Make, row: ApplicationRow
) -> None:
    """That is the one somebody will mend first; it is not counted."""
    roll, sheets = Machine(PrinterState.PAPER_OUT), SheetMachine(PrinterState.UNREACHABLE)
    told = receipt(make(roll, sheets), row)
    assert isinstance(told, ev.ReceiptFailed)
    assert (told.state, told.copies) == (PrinterState.PAPER_OUT, 0)


@pytest.mark.parametrize(
    "answer",
    [
        PrintUnconfirmed(),
        PrintFailed(PrinterState.JAM),
        PrintFailed(PrinterState.JAM, may_follow=True),
    ],
)
def test_a_paper_that_was_begun_is_not_begun_on_the_other_printer(
    make: Make, row: ApplicationRow, answer: PrintAnswer
) -> None:
    """Whatever became of it: that is asked for by a touch."""
    roll, sheets = Machine(answer=answer), SheetMachine()
    receipt(make(roll, sheets), row)
    assert (len(roll.papers), len(sheets.papers)) == (1, 0)


def test_where_residents_reach_no_sheets_a_receipt_waits_for_the_roll(
    make: Make, row: ApplicationRow
) -> None:
    """The settings say so; and Home knows that no paper would come."""
    sheets = SheetMachine()
    desk = make(Machine(PrinterState.PAPER_OUT), sheets, sheets_take_over=False)
    assert isinstance(receipt(desk, row), ev.ReceiptFailed)
    assert desk.states() == (PrinterState.PAPER_OUT, None)
    assert sheets.papers == []


def test_an_acknowledgement_waits_for_the_office_printer(make: Make, row: ApplicationRow) -> None:
    """A strip of thermal paper is no sheet to file: it is printed later, and not counted."""
    roll, sheets = Machine(), SheetMachine(PrinterState.PAPER_OUT)
    desk = make(roll, sheets)
    told = acknowledgement(desk, row)
    assert (told.state, told.printer_state) == (ReceiptState.FAILED, PrinterState.PAPER_OUT)
    assert (roll.papers, told.copies) == ([], 0)
    sheets.now = PrinterState.READY
    assert acknowledgement(desk, row).copies == 1


@pytest.mark.parametrize(
    ("roll", "sheets", "told"),
    [
        (PrinterState.READY, PrinterState.PAPER_OUT, PrinterState.READY),
        (PrinterState.PAPER_OUT, PrinterState.PAPER_LOW, PrinterState.PAPER_LOW),
        (PrinterState.PAPER_OUT, PrinterState.UNREACHABLE, PrinterState.PAPER_OUT),
        (None, PrinterState.PAPER_OUT, PrinterState.PAPER_OUT),
        (PrinterState.JAM, None, PrinterState.JAM),
    ],
)
def test_home_knows_whether_a_receipt_would_come(
    make: Make, roll: PrinterState | None, sheets: PrinterState | None, told: PrinterState
) -> None:
    """From whichever printer."""
    machines = Machine(roll) if roll else None, SheetMachine(sheets) if sheets else None
    assert make(*machines).states() == (told, None)


@pytest.mark.parametrize(
    ("roll", "sheets", "takes_over", "told"),
    [
        (PrinterState.PAPER_OUT, PrinterState.READY, False, PrinterState.READY),
        (PrinterState.READY, PrinterState.PAPER_OUT, False, PrinterState.READY),
        (PrinterState.PAPER_OUT, PrinterState.PAPER_OUT, True, PrinterState.PAPER_OUT),
        (PrinterState.PAPER_OUT, None, True, PrinterState.PAPER_OUT),
        (None, PrinterState.PAPER_LOW, False, PrinterState.PAPER_LOW),
    ],
)
def test_home_knows_whether_a_receipt_on_sheets_would_come(
    make: Make,
    row: ApplicationRow,
    roll: PrinterState | None,
    sheets: PrinterState | None,
    takes_over: bool,  # noqa: FBT001 - a case
    told: PrinterState,
) -> None:
    """An empty roll says nothing of it; and what is told is what happens."""
    machines = Machine(roll) if roll else None, SheetMachine(sheets) if sheets else None
    desk = make(*machines, receipt_on=PrintedOn.SHEETS, sheets_take_over=takes_over)
    assert desk.states()[1] is told
    came = isinstance(receipt(desk, row), ev.ReceiptPrinted)
    assert came is (told is not PrinterState.PAPER_OUT)


def test_in_practice_a_real_printer_says_so_whichever_it_is(
    make: Make, row: ApplicationRow
) -> None:
    """What falls to the one that is not simulated bears the band, once."""
    sheets = SheetMachine()
    receipt(make(Machine(PrinterState.PAPER_OUT), sheets, simulated=("printer",)), row)
    bands = [it for it in sheets.papers[0].blocks if isinstance(it, Band)]
    assert bands == [Band(TEXTS[EN].say("paper.simulated"))]
    assert isinstance(sheets.papers[0].blocks[0], Band)


def report_on(desk: PaperDesk, port: PortName, language: Language = EN) -> PortReport:
    """Return what is told of a printer."""
    return next(it for it in desk.reports(TEXTS[language]) if it.port is port)


def test_both_printers_are_reported_on_each_with_its_own_words(make: Make) -> None:
    """Their state, their paper, their toner; in both languages. One that is not there is not."""
    toner = (Supply("Black Toner", 75, is_low=False),)
    desk = make(Machine(PrinterState.COVER_OPEN), SheetMachine(toner=toner), tray_sheets=250)
    desk.refill(PortName.OFFICE_PRINTER)
    office = report_on(desk, PortName.OFFICE_PRINTER)
    assert (office.health, office.state) == (Health.READY, "ready")
    assert office.sentence.endswith("(about 250 sheets left; Black Toner 75 %)")
    assert report_on(desk, PortName.PRINTER).state == "cover_open"
    chinese = report_on(desk, PortName.OFFICE_PRINTER, Language("zh_CN"))
    assert chinese.sentence.startswith("A4 打印机正常。")
    assert len(make(Machine(), None).reports(TEXTS[EN])) == 1


def test_toner_that_ends_is_told(make: Make) -> None:
    """Whether it says how little, or only that it is little."""
    for percent in (4, None):
        desk = make(None, SheetMachine(toner=(Supply("toner", percent, is_low=True),)))
        told = report_on(desk, PortName.OFFICE_PRINTER)
        assert (told.health, told.state) == (Health.WARNING, "supply_low")


def test_sheets_are_counted_and_begin_anew_when_the_tray_is_filled(
    make: Make, row: ApplicationRow
) -> None:
    """By a touch, or because a tray that was empty is not any more."""
    sheets = SheetMachine()
    desk = make(None, sheets, tray_sheets=21)
    desk.refill(PortName.OFFICE_PRINTER)
    before = sheet_stock.load(desk.db).total
    receipt(desk, row)
    assert sheet_stock.load(desk.db).used == 2
    assert report_on(desk, PortName.OFFICE_PRINTER).state == "paper_low"
    desk.refill(PortName.OFFICE_PRINTER)
    assert report_on(desk, PortName.OFFICE_PRINTER).state == "ready"
    acknowledgement(desk, row)
    for now in (PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.READY):
        sheets.now = now
        desk.states()
    stock = sheet_stock.load(desk.db)
    assert (stock.used, stock.total) == (0, before + 4)
    assert stock.filled_at is not None


def test_a_tray_of_unknown_size_is_never_called_low() -> None:
    """Only counted."""
    assert SheetStock(9_999, 9_999).left(0) is None
    assert not SheetStock(9_999, 9_999).is_low(0)


@pytest.mark.parametrize("port", [PortName.PRINTER, PortName.OFFICE_PRINTER])
def test_a_test_page_comes_from_the_printer_that_is_tested(make: Make, port: PortName) -> None:
    """Also while that one is down: the other one does not stand in for it."""
    roll, sheets = Machine(), SheetMachine()
    desk = make(roll, sheets)
    told = desk.print_test_page(TEXTS[EN], port)
    assert (told.port, told.state) == (port, "printed")
    tested = roll if port is PortName.PRINTER else sheets
    assert len(tested.papers) == len(roll.papers) + len(sheets.papers) == 1
    tested.now = PrinterState.PAPER_OUT
    told = desk.print_test_page(TEXTS[EN], port)
    assert (told.port, told.state) == (port, "paper_out")
    assert len(roll.papers) + len(sheets.papers) == 1
