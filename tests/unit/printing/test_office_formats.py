"""A paper in the form that its printer takes, over real IPP; and where there is no such form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.ports.printer import Printed, PrinterState, PrintFailed, PrintUnconfirmed
from printing.ipp_client import IppClient
from printing.layout import render_a4
from printing.office_printer import JOB_NAME, OfficePrinter
from printing.raster import grey_page
from tests.support.ipp_device import PDF, RASTER, Ways, document_for
from tests.support.ipp_server import IppServer
from tests.support.office_jobs import OfficeStage, impatient_office
from tests.support.papers import a_short_slip
from tests.support.pwg_reader import read_pwg

UNSUPPORTED = PrintFailed(PrinterState.UNSUPPORTED_FORMAT)


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    with impatient_office():
        yield


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[IppServer]:
    """A printer that is as its test wants it."""
    with IppServer(getattr(request, "param", Ways(takes=(RASTER,)))) as made:
        yield made


@pytest.fixture
def stage(server: IppServer) -> OfficeStage:
    """Who prints two pages on it."""
    return OfficeStage(server, server.address, pages=2)


def test_who_takes_only_raster_gets_raster(server: IppServer, stage: OfficeStage) -> None:
    """All pages, once; printed is what the printer says of them."""
    assert stage.printer().state(5.0) is PrinterState.READY
    assert stage.print_for(7) == Printed()
    assert server.sheets == [7, 7]
    (document,) = server.device.documents
    assert [page.number("TotalPageCount") for page in read_pwg(document)] == [2, 2]
    assert list(stage.problems({})) == []


def test_the_raster_is_the_papers(server: IppServer) -> None:
    """Of A4, dot for dot; sheets are counted as with PDF."""
    pdf = render_a4(a_short_slip())
    office = OfficePrinter(server.address, lambda _: pdf)
    office._client = IppClient(server.address, user="kiosk")
    assert office.print_paper(a_short_slip("visit-3"), 10.0) == Printed()
    (page,) = read_pwg(server.device.documents[0])
    assert (page.grey() == grey_page(pdf, 0, (300, 300))).all()
    assert office.sheets_used() == 1


@pytest.mark.parametrize("server", [Ways(takes=(PDF, RASTER))], indirect=True)
def test_who_takes_both_gets_pdf(server: IppServer, stage: OfficeStage) -> None:
    """As it is."""
    assert stage.print_for(7) == Printed()
    assert server.device.documents == [document_for(7, 2)]


@pytest.mark.parametrize("server", [Ways(takes=(PDF, RASTER), refuses=(PDF,))], indirect=True)
def test_pdf_refused_after_all_is_followed_by_raster(server: IppServer, stage: OfficeStage) -> None:
    """Nothing came of the first one: still only one paper."""
    assert stage.print_for(7) == Printed()
    assert server.sheets == [7, 7]
    assert server.device.documents[0].startswith(b"RaS2")


@pytest.mark.may_warn("that it takes neither")
@pytest.mark.parametrize(
    "server",
    [
        Ways(takes=("image/urf", "application/octet-stream")),
        Ways(takes=(RASTER,), dpi=(1200,)),
        Ways(takes=(RASTER,), raster_types=("cmyk_8",)),
    ],
    indirect=True,
)
def test_who_takes_neither_is_told_and_gets_nothing(server: IppServer, stage: OfficeStage) -> None:
    """Before anything is printed, by name; nothing follows."""
    assert stage.printer().state(5.0) is PrinterState.UNSUPPORTED_FORMAT
    assert stage.print_for(7) == UNSUPPORTED
    assert server.device.jobs == []
    assert stage.printer().sheets_used() == 0


@pytest.mark.may_warn("that the printer refused")
@pytest.mark.parametrize(
    "server",
    [Ways(refuses=(PDF,)), Ways(takes=(PDF, RASTER), refuses=(PDF, RASTER))],
    indirect=True,
)
def test_a_printer_that_refuses_what_it_said_it_takes(
    server: IppServer, stage: OfficeStage
) -> None:
    """Refused is failed, and told as what it is."""
    assert stage.print_for(7) == UNSUPPORTED
    assert server.device.jobs == []
    assert server.sheets == []


@pytest.mark.parametrize(
    ("server", "told"),
    [
        (Ways(takes=(RASTER,), chokes=True), UNSUPPORTED),
        (Ways(takes=(RASTER,), chokes=True, counts_sheets=False), UNSUPPORTED),
        (Ways(takes=(RASTER,), chokes=True, keeps_list=False), PrintUnconfirmed()),
    ],
    indirect=["server"],
)
def test_a_printer_that_finds_out_when_it_has_the_job(
    server: IppServer, stage: OfficeStage, told: object
) -> None:
    """It gave the job up and says why: nothing came out. Who says nothing is not believed."""
    assert stage.print_for(7) == told
    assert server.sheets == []


def test_what_an_earlier_run_left_is_cancelled_there_too(
    server: IppServer, stage: OfficeStage, caplog: pytest.LogCaptureFixture
) -> None:
    """Its form makes no difference."""
    server.device.create(f"{JOB_NAME} visit-1", "kiosk")
    assert stage.print_for(7) == Printed()
    assert server.sheets == [7, 7]
    assert "STALE_JOB_CANCELLED" in caplog.text
