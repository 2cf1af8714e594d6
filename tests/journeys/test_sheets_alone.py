"""A kiosk with an office printer and no roll: all on A4, and a technician who fills the tray."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import pytest

from devices.desk_state import SimulatedNetwork
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.session import Session, StaffStep, Step
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed
from kiosk.readiness import PortName, PortReport
from launch.wiring import build_kiosk
from tests.support.card_desks import SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.forgotten_rows import seal_for_card
from tests.support.homes import TECHNICIAN_PIN, Home
from tests.support.visit import Machine

OFFICE = PortName.OFFICE_PRINTER
A4_POINTS = (595, 842)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, central: CentralServer) -> Home:
    """A kiosk of its own, without a network."""
    printers: dict[str, dict[str, object]] = {
        "printer": {"kind": "none"},
        "office_printer": {"kind": "simulated", "tray_sheets": 100},
    }
    home = Home(tmp_path_factory.mktemp("kiosk"), central, printers)
    home.desk.write(SimulatedNetwork(up=False))
    return home


@pytest.fixture
def at_place(place: Home) -> Iterator[Machine]:
    """It runs."""
    with Machine(build_kiosk(place.settings)).running() as machine:
        yield machine


def told_of_office(session: Session) -> PortReport | None:
    """Return what the maintenance screen says of the office printer."""
    report = None if session.staff is None else session.staff.report
    parts = () if report is None else report.ports
    return next((part for part in parts if part.port is OFFICE), None)


def says(session: Session, words: str) -> bool:
    """Say whether the maintenance screen says these words of the office printer."""
    part = told_of_office(session)
    return part is not None and words in part.sentence


def test_everything_comes_as_sheets_and_is_counted(place: Home, at_place: Machine) -> None:
    """Receipt and acknowledgement on A4; their count is told, and begins anew by two touches."""
    hands = SimulatedCardDesk(place.desk.folder)
    hands.insert()
    sealed = seal_for_card(build_kiosk(place.settings))
    hands.pull()
    machine = at_place
    machine.touch(ev.StatusAsked, "s-1")
    machine.touch(ev.StatusByNumberChosen)
    machine.touch(ev.StatusTyped, "".join(sealed.number_groups), sealed.query_code)
    machine.until_step(Step.STATUS_SHOWN)
    machine.touch(ev.PapersChosen)
    for slip in (Slip.RECEIPT, Slip.ACKNOWLEDGEMENT):
        machine.touch(ev.SlipAsked, slip, sealed.app_id)
        machine.until(
            lambda s: s.slip is not None and s.slip.state is ReceiptState.PRINTED, f"the {slip}"
        )
    sheets = sorted((place.state / "sheets").glob("*.pdf"))
    assert len(sheets) == 2
    for sheet in sheets:
        document = pypdfium2.PdfDocument(sheet)
        assert tuple(round(side) for side in document[0].get_size()) == A4_POINTS
        document.close()
    machine.touch(ev.StaffDoorOpened)
    machine.touch(ev.StaffChosen, "")
    machine.touch(ev.PinTyped, TECHNICIAN_PIN)
    machine.until(
        lambda s: s.staff is not None and s.staff.step is StaffStep.MAINTENANCE, "maintenance"
    )
    left = place.settings.office_printer.tray_sheets - 2
    machine.until(lambda s: says(s, str(left)), "the count of the sheets")
    machine.touch(RefillAsked, OFFICE)
    machine.touch(RefillConfirmed)
    machine.until(lambda s: says(s, "100"), "the full tray")
    machine.touch(ev.DeviceTestAsked, OFFICE)
    machine.until(lambda s: s.staff is not None and s.staff.tests != (), "the test page")
    assert machine.session.staff is not None
    (tested,) = machine.session.staff.tests
    assert (tested.port, tested.state) == (OFFICE, "printed")
    assert len(list((place.state / "sheets").glob("*.pdf"))) == 3
