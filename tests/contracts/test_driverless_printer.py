"""Printers that take no PDF, as CUPS's own simulator plays them: asked themselves, and by a queue.

How a job is followed is in `test_office_printer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from kiosk import diagnosis
from kiosk.domain import Language
from kiosk.ports.printer import Paper, Printed, PrinterState, PrintFailed
from kiosk.readiness import Health, PortName
from kiosk.texts import load_texts
from launch.places import LOCALE
from printing.layout import render_a4
from printing.office_printer import OfficePrinter
from printing.raster import grey_page
from tests.support.cups_raster import read_by_cups
from tests.support.office_printers import (
    PrivateCups,
    SimulatedOfficePrinter,
    Started,
    office_programs,
)
from tests.support.papers import a_chinese_receipt, a_short_slip
from tests.support.pwg_reader import read_pwg

TIMEOUT_S = 20.0
RASTER = "image/pwg-raster"
Plug = Callable[[str], SimulatedOfficePrinter]


@pytest.fixture(scope="module")
def programs() -> Iterator[Started]:
    """Run what office printers need here."""
    with office_programs() as running:
        yield running


@pytest.fixture
def plug(programs: Started) -> Iterator[Plug]:
    """Plug a printer in that takes these formats."""
    made: list[SimulatedOfficePrinter] = []

    def plugged(formats: str) -> SimulatedOfficePrinter:
        made.append(SimulatedOfficePrinter(programs, formats))
        return made[-1]

    yield plugged
    for machine in made:
        machine.unplug()


def a_paper_of_two_pages() -> Paper:
    """Return a receipt with all of it twice."""
    paper = a_chinese_receipt()
    return replace(paper, blocks=paper.blocks * 2)


def test_a_driverless_printer_gets_what_the_pdf_shows(plug: Plug) -> None:
    """What it keeps is read alike by a reader of ours and by CUPS's: every page, dot for dot."""
    machine, paper = plug(f"{RASTER},image/urf"), a_paper_of_two_pages()
    office = OfficePrinter(machine.address, render_a4)
    assert office.state(TIMEOUT_S) is PrinterState.READY
    assert office.print_paper(paper, TIMEOUT_S) == Printed()
    assert office.sheets_used() == 2
    (sheet,) = machine.sheets
    pages, by_cups = read_pwg(sheet), read_by_cups(sheet)
    assert len(pages) == len(by_cups) == 2
    for number, (page, lines) in enumerate(zip(pages, by_cups, strict=True)):
        assert page.fields["PageSizeName"] == "iso_a4_210x297mm"
        assert (page.lines == lines).all()
        assert page.fields["HWResolution"] in {(300, 300), (600, 600)}
        resolution = page.fields["HWResolution"]
        assert isinstance(resolution, tuple)
        assert (page.grey() == grey_page(render_a4(paper), number, resolution)).all()


@pytest.mark.may_warn("that it takes neither")
def test_a_printer_that_takes_neither_is_told_and_keeps_nothing(plug: Plug) -> None:
    """Before anything is printed."""
    machine = plug("image/jpeg,image/urf")
    office = OfficePrinter(machine.address, render_a4)
    told = PrinterState.UNSUPPORTED_FORMAT
    assert office.state(TIMEOUT_S) is told
    texts = load_texts(LOCALE)[Language("en")]
    part = diagnosis.of_printer(told, texts, "", PortName.OFFICE_PRINTER)
    assert part.health is Health.BROKEN
    assert "neither PDF nor" in part.sentence
    assert "queue of CUPS" in part.advice
    assert office.print_paper(a_short_slip(), TIMEOUT_S) == PrintFailed(told)
    assert machine.begun == 0
    assert office.sheets_used() == 0


def test_a_queue_makes_what_its_printer_takes(
    programs: Started, plug: Plug, request: pytest.FixtureRequest
) -> None:
    """The kiosk gives CUPS the PDF as ever; the printer gets raster with something on it."""
    machine = plug(RASTER)
    cups = PrivateCups(programs, machine.address.uri)
    request.addfinalizer(cups.close)
    office = OfficePrinter(cups.address, render_a4)
    assert office.state(TIMEOUT_S) is PrinterState.READY
    assert office.print_paper(a_short_slip(), TIMEOUT_S) == Printed()
    (sheet,) = machine.sheets
    (page,) = read_by_cups(sheet)
    assert np.ptp(page) > 200
