"""An office printer, asked itself and through CUPS: the outcome told is the outcome that was.

Real parts: CUPS's own simulator of an IPP printer, and a private CUPS before it.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

import pypdfium2
import pytest

from kiosk.ports.printer import (
    Paper,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
    Supply,
)
from printing.ipp_client import Address, address_of
from printing.layout import render_a4
from printing.office_printer import JOB_NAME, OfficePrinter
from printing.opening import PrinterConfig, PrinterKind, open_printer
from tests.support.office_printers import (
    COVER,
    EMPTY,
    JAM,
    QUEUE,
    SLOW,
    PrivateCups,
    SimulatedOfficePrinter,
    Started,
    office_programs,
)
from tests.support.papers import a_short_slip
from tests.support.waiting import wait_until

TIMEOUT_S = 20.0
PATIENCE_S = 0.3
_numbers = itertools.count()


class Way(Enum):
    """How the printer is reached."""

    ITSELF = "itself"
    QUEUE = "queue"


@dataclass
class Bench:
    """A printer that can be broken, and how the kiosk reaches it."""

    office: OfficePrinter
    machine: SimulatedOfficePrinter
    cups: PrivateCups | None

    def print_one(self) -> tuple[PrintAnswer, int]:
        """Print a slip of its own; return what was told, and how many sheets came out by then."""
        before = len(self.machine.sheets)
        answer = self.office.print_paper(a_slip(), TIMEOUT_S)
        return answer, len(self.machine.sheets) - before

    def later(self, before: int) -> int:
        """Mend everything, let it print what it holds, and return what came out since `before`."""
        self.machine.mend()
        wait_until(lambda: self.office.state(5.0) is PrinterState.READY, 20, "the printer")
        answer = self.office.print_paper(a_slip(), TIMEOUT_S)
        assert answer == Printed()  # what lay before it in the queue is out, or will never be
        return len(self.machine.sheets) - before - 1


def a_slip() -> Paper:
    """Return a paper that no other test has printed."""
    return replace(a_short_slip(), job_id=f"job-{next(_numbers)}")


def render(paper: Paper) -> bytes:
    """Return the PDF of a paper."""
    return render_a4(paper)


@pytest.fixture(scope="module")
def programs() -> Iterator[Started]:
    """Run what office printers need here."""
    with office_programs() as running:
        yield running


@pytest.fixture
def machine(programs: Started) -> Iterator[SimulatedOfficePrinter]:
    """A printer that is well."""
    made = SimulatedOfficePrinter(programs)
    yield made
    made.unplug()


@pytest.fixture
def cups(programs: Started, machine: SimulatedOfficePrinter) -> Iterator[PrivateCups]:
    """A queue before it."""
    made = PrivateCups(programs, machine.address.uri)
    yield made
    made.close()


@pytest.fixture(params=list(Way))
def bench(request: pytest.FixtureRequest, machine: SimulatedOfficePrinter) -> Bench:
    """The printer, reached both ways."""
    cups = request.getfixturevalue("cups") if request.param is Way.QUEUE else None
    address = machine.address if cups is None else cups.address
    return Bench(OfficePrinter(address, render, patience_s=PATIENCE_S), machine, cups)


def test_a_sheet_comes_out_and_is_told(bench: Bench) -> None:
    """Printed means that the sheet is out; it is the paper's PDF; nothing stays in a spool."""
    paper = a_slip()
    before = len(bench.machine.sheets)
    assert bench.office.print_paper(paper, TIMEOUT_S) == Printed()
    assert len(bench.machine.sheets) == before + 1
    assert bench.office.sheets_used() == 1
    assert bench.machine.sheets[-1].startswith(b"%PDF")
    if bench.cups is None:
        assert bench.machine.sheets[-1] == render(paper)
    else:
        assert bench.cups.spooled == []


FAULTS = {
    EMPTY: PrinterState.PAPER_OUT,
    JAM: PrinterState.JAM,
    COVER: PrinterState.COVER_OPEN,
}


def test_no_paper_before(bench: Bench) -> None:
    """It is told at once, nothing is handed over, and nothing comes out later."""
    before = len(bench.machine.sheets)
    bench.machine.take_paper_out()
    assert bench.office.state(TIMEOUT_S) is PrinterState.PAPER_OUT
    assert bench.print_one() == (PrintFailed(PrinterState.PAPER_OUT), 0)
    assert bench.later(before) == 0


def test_one_empty_tray_of_two_is_little_paper(bench: Bench) -> None:
    """While the other one has A4 in it; toner is told. Its letter paper would be no help.

    This printer itself prints nothing while any tray is empty, so no sheet is asked of it here.
    """
    bench.machine.fill_only_by_pass()
    assert bench.office.state(TIMEOUT_S) is PrinterState.PAPER_LOW
    assert bench.office.supplies(TIMEOUT_S) == (Supply("Black Toner", 75, is_low=False),)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_while_it_prints(bench: Bench, fault: str) -> None:
    """The job is taken back: it did not come out, and does not when the fault is mended."""
    before = len(bench.machine.sheets)
    bench.machine.suffer(fault)
    answer, sheets = bench.print_one()
    assert sheets == 0
    if bench.cups is not None and isinstance(answer, PrintUnconfirmed):
        return  # CUPS takes its time to let go of a job, and then nobody claims to know
    assert answer == PrintFailed(FAULTS[fault])
    assert bench.later(before) == 0


@pytest.mark.may_warn("that a stale job is cancelled")
def test_a_printer_that_lets_go_of_nothing(bench: Bench) -> None:
    """Cancelled, it keeps the sheet and prints it once mended: that was never called a failure."""
    before = len(bench.machine.sheets)
    bench.machine.suffer(JAM, is_stubborn=True)
    assert bench.print_one() == (PrintUnconfirmed(may_follow=True), 0)
    assert bench.later(before) == 1


def test_a_printer_that_goes_on_by_itself(bench: Bench) -> None:
    """Refilled within its patience, the sheet comes out, once."""
    bench.machine.suffer(EMPTY)
    patient = replace(bench.office, patience_s=TIMEOUT_S)
    answers: list[PrintAnswer] = []
    begun = bench.machine.begun
    before = len(bench.machine.sheets)
    thread = threading.Thread(target=lambda: answers.append(patient.print_paper(a_slip(), 30.0)))
    thread.start()
    bench.machine.await_begun(begun + 1)
    bench.machine.mend()
    thread.join(60)
    assert answers == [Printed()]
    assert len(bench.machine.sheets) == before + 1


@pytest.mark.parametrize("moment", ["before", "while it prints", "after"])
def test_a_printer_that_vanishes(bench: Bench, moment: str) -> None:
    """Gone before: failed. Gone with the sheet in it: nobody knows. Gone afterwards: printed."""
    machine = bench.machine
    before = len(machine.sheets)
    if moment == "before":
        machine.unplug()
        assert bench.office.state(TIMEOUT_S) is PrinterState.UNREACHABLE
        assert bench.print_one() == (PrintFailed(PrinterState.UNREACHABLE), 0)
    elif moment == "after":
        assert bench.print_one() == (Printed(), 1)
        machine.unplug()
        assert bench.office.state(TIMEOUT_S) is PrinterState.UNREACHABLE
    else:
        machine.suffer(SLOW)
        begun = machine.begun
        answers: list[tuple[PrintAnswer, int]] = []
        thread = threading.Thread(target=lambda: answers.append(bench.print_one()))
        thread.start()
        wait_until(lambda: answers or machine.begun > begun, 30, "the document at the printer")
        machine.unplug()
        thread.join(60)
        ((answer, _),) = answers
        assert not isinstance(answer, Printed)
    machine.plug_in()
    machine.mend()
    wait_until(lambda: bench.office.state(5.0) is PrinterState.READY, 20, "the printer")
    assert len(machine.sheets) == before + (moment == "after")  # and no second one by itself


@pytest.mark.may_warn("that a stale job is cancelled")
def test_what_an_earlier_run_left_is_never_printed(bench: Bench) -> None:
    """A kiosk that died while its job waited: the next one cancels it before its own."""
    before = len(bench.machine.sheets)
    bench.machine.suffer(JAM)
    dying = replace(bench.office)
    job = dying._send(f"{JOB_NAME} left-behind", render(a_slip()), _soon())
    assert job is not None
    bench.machine.await_begun(bench.machine.begun)
    assert bench.print_one()[0] == PrintFailed(PrinterState.JAM)
    assert bench.later(before) == 0


def test_a_job_of_somebody_else_is_left_alone(bench: Bench) -> None:
    """The office prints on it, too."""
    before = len(bench.machine.sheets)
    assert bench.office._send("letter", render(a_slip()), _soon()) is not None
    assert bench.print_one()[0] == Printed()
    wait_until(lambda: len(bench.machine.sheets) == before + 2, 30, "both sheets")


def test_a_paused_queue_goes_on_once_its_cause_is_gone(
    machine: SimulatedOfficePrinter, cups: PrivateCups
) -> None:
    """Stopped by CUPS or by hand: it is resumed when the printer is well, and not before."""
    office = OfficePrinter(cups.address, render, patience_s=PATIENCE_S)
    cups.run("cupsdisable", QUEUE)
    machine.take_paper_out()
    assert office.state(TIMEOUT_S) is PrinterState.PAPER_OUT
    machine.mend()
    assert office.print_paper(a_slip(), TIMEOUT_S) == Printed()


def test_a_queue_that_takes_no_jobs_is_told(cups: PrivateCups) -> None:
    """Somebody closed it: that is no pause to be ended by a kiosk."""
    office = OfficePrinter(cups.address, render, patience_s=PATIENCE_S)
    assert office.print_paper(a_slip(), TIMEOUT_S) == Printed()
    cups.run("cupsreject", QUEUE)
    assert office.state(TIMEOUT_S) is PrinterState.PAUSED
    assert office.print_paper(a_slip(), TIMEOUT_S) == PrintFailed(PrinterState.PAUSED)


def test_a_queue_of_another_kind_confirms_nothing(
    programs: Started, machine: SimulatedOfficePrinter, request: pytest.FixtureRequest
) -> None:
    """A queue behind which nobody can be asked: the sheet is out, and that is not known."""
    hidden = PrivateCups(programs, machine.address.uri.replace("ipp:", "http:"))
    request.addfinalizer(hidden.close)
    office = OfficePrinter(hidden.address, render, patience_s=PATIENCE_S)
    assert office.print_paper(a_slip(), TIMEOUT_S) == PrintUnconfirmed()


@pytest.mark.may_warn  # which certificate was shown is logged
def test_over_tls_only_the_printer_that_is_known_is_spoken_to(
    machine: SimulatedOfficePrinter,
) -> None:
    """By the SHA-256 of the certificate that it signed itself; another one gets no paper."""
    uri = f"ipps://127.0.0.1:{machine.port}/ipp/print"
    known = OfficePrinter(address_of(uri, certificate=machine.certificate), render)
    assert known.state(TIMEOUT_S) is PrinterState.READY
    assert known.print_paper(a_slip(), TIMEOUT_S) == Printed()
    sheets = len(machine.sheets)
    stranger = OfficePrinter(address_of(uri, certificate="0" * 64), render)
    assert stranger.state(TIMEOUT_S) is PrinterState.UNREACHABLE
    told = stranger.print_paper(a_slip(), TIMEOUT_S)
    assert told == PrintFailed(PrinterState.UNREACHABLE)
    assert len(machine.sheets) == sheets


def test_the_settings_lead_to_it(machine: SimulatedOfficePrinter) -> None:
    """What `[printer]` says is what prints: a sheet of A4."""
    config = PrinterConfig(PrinterKind.IPP, address=machine.address.uri)
    assert open_printer(config).print_paper(a_slip(), TIMEOUT_S) == Printed()
    (sheet,) = machine.sheets
    page = pypdfium2.PdfDocument(sheet)[0]
    assert [round(side * 25.4 / 72) for side in page.get_size()] == [210, 297]


def test_nobody_there() -> None:
    """An address without a printer is unreachable, at once."""
    address = Address("ipp://127.0.0.1:9/ipp/print", "127.0.0.1", 9, "/ipp/print")
    office = OfficePrinter(address, render)
    assert office.state(1.0) is PrinterState.UNREACHABLE
    assert office.print_paper(a_slip(), 5.0) == PrintFailed(PrinterState.UNREACHABLE)


def _soon() -> float:
    return time.monotonic() + TIMEOUT_S
