"""How much of a roll is used is known after a restart, told, and begun anew with a new roll."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.domain import Language
from kiosk.effects import Surroundings
from kiosk.paper_desk import PaperDesk
from kiosk.ports.printer import Paper, PrintAnswer, Printed, PrinterState
from kiosk.readiness import Health, PortName, PortReport
from kiosk.store import paper_stock
from kiosk.store.engine import open_store
from kiosk.store.keys import DatabaseKey
from kiosk.store.paper_stock import PaperStock
from kiosk.texts import load_texts
from launch.places import LOCALE
from tests.support.builders import FakeClock, a_world
from tests.support.services import the_calendar

KEY = DatabaseKey(bytes(32), bytes(16))
TEXTS = load_texts(LOCALE)
EN = TEXTS[Language("en")]
SLIP_MM = 100


@dataclass
class Roll:
    """A printer that counts, and is what it is told to be."""

    now: PrinterState = PrinterState.READY
    used_mm: int = 0

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print ten centimetres."""
        self.used_mm += SLIP_MM
        return Printed()

    def state(self, timeout_s: float) -> PrinterState:
        """Say what it is told to say."""
        return self.now

    def paper_used_mm(self) -> int:
        """Return what was printed."""
        return self.used_mm

    def close(self) -> None:
        """Do nothing."""


def open_desk(folder: Path, printer: Roll, roll_m: int = 0) -> PaperDesk:
    """Open the paper's desk, as a start of the program does."""
    around = Surroundings((), a_world().site, the_calendar(), "UTC", "", TEXTS, ())
    around = replace(around, roll_m=roll_m)
    return PaperDesk(open_store(folder, KEY), printer, around, FakeClock())


def report(desk: PaperDesk) -> PortReport:
    """Return what is told of the roll."""
    (told,) = desk.reports(EN)
    return told


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PaperDesk]:
    """A desk whose roll is 3 m long."""
    opened = open_desk(tmp_path, Roll(), roll_m=3)
    yield opened
    opened.close()


def test_what_was_printed_is_known_after_a_restart(tmp_path: Path) -> None:
    """Each paper counts, and a program that starts anew goes on counting."""
    for _ in range(2):
        desk = open_desk(tmp_path, Roll())
        desk.print_test_page(EN)
        desk.print_test_page(EN)
        desk.close()
    desk = open_desk(tmp_path, Roll())
    stock = paper_stock.load(desk.db)
    assert stock == PaperStock(4 * SLIP_MM, 4, None, 4 * SLIP_MM, 4)
    assert "(0.4 m, 4)" in report(desk).sentence
    desk.close()


def test_a_roll_of_known_length_is_low_before_it_ends(desk: PaperDesk) -> None:
    """Without any sensor: what was counted tells."""
    for _ in range(11):
        assert report(desk).health is Health.READY
        desk.print_test_page(EN)
    told = report(desk)
    assert (told.health, told.state) == (Health.WARNING, "paper_low")
    assert told.sentence.endswith("(1.1 m, 11; paper for about 19 receipts)")


def test_a_new_roll_is_counted_from_nothing(desk: PaperDesk) -> None:
    """The technician says so; all that was ever printed stays known."""
    for _ in range(11):
        desk.print_test_page(EN)
    desk.refill(PortName.PRINTER)
    stock = paper_stock.load(desk.db)
    assert (stock.roll_mm, stock.papers, stock.total_mm) == (0, 0, 11 * SLIP_MM)
    assert stock.changed_at is not None
    assert report(desk).health is Health.READY


def test_paper_that_was_out_and_is_there_again_is_a_new_roll(desk: PaperDesk) -> None:
    """Nobody has to say so; opening the cover alone is no new roll."""
    printer = desk.printer
    assert isinstance(printer, Roll)
    desk.print_test_page(EN)
    for state in (PrinterState.COVER_OPEN, PrinterState.READY):
        printer.now = state
        desk.states()
    assert paper_stock.load(desk.db).papers == 1
    for state in (PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.READY):
        printer.now = state
        desk.states()
    assert paper_stock.load(desk.db).papers == 0
