"""Visits on real parts: pcscd or a serial line, a network camera, a receipt printer, the platform.

Everything that the kiosk talks to runs on this machine, and nothing of it is the kiosk's own
simulation; the entries are of kind rehearsal only where a rehearsal made them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from devices.desk_state import FaceScene
from kiosk.envelope import EntryKind
from kiosk.flow import events as ev
from kiosk.flow.session import ReceiptState, Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.printer import PrinterState
from launch.wiring import build_kiosk
from tests.support.camera_stages import pictures
from tests.support.card_desks import NAME, NUMBER, CardDesk, PcscCardDesk, SamCardDesk
from tests.support.central_server import ROOT, CentralServer
from tests.support.enrolled_places import held_numbers
from tests.support.escpos_printer import EscposPrinter, Fault
from tests.support.homes import Home, files_with, opened
from tests.support.mjpeg import MjpegServer
from tests.support.sam_module import sam_module
from tests.support.virtual_card import pcsc_card
from tests.support.visit import Machine, Visit


@pytest.fixture(params=["social_security_card", "resident_id_card"])
def hands(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CardDesk]:
    """A real reader of either family, and who lays cards on it."""
    if request.param == "social_security_card":
        with pcsc_card() as desk:
            yield PcscCardDesk(desk)
    else:
        with sam_module(tmp_path) as module:
            yield SamCardDesk(module)


@pytest.fixture
def camera() -> Iterator[MjpegServer]:
    """A network camera that sees somebody."""
    with MjpegServer(pictures(FaceScene.GOOD)) as server:
        yield server


@pytest.fixture
def printer() -> Iterator[EscposPrinter]:
    """A receipt printer on the network."""
    with EscposPrinter() as printer:
        yield printer


@pytest.fixture(scope="package")
def real_home(central: CentralServer, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One enrolled kiosk for real parts."""
    return Home(tmp_path_factory.mktemp("real"), central)


@pytest.fixture
def home(real_home: Home, hands: CardDesk, camera: MjpegServer, printer: EscposPrinter) -> Home:
    """The kiosk pointed at the parts of this test, by its settings file alone."""
    reader = {"kind": hands.config.kind.value}
    if hands.config.port:
        reader["port"] = hands.config.port
    if hands.config.reader_name:
        reader["reader_name"] = hands.config.reader_name
    real_home.write(
        card_reader=reader,
        camera={"kind": "opencv", "source": camera.url, "width_px": 640, "height_px": 480},
        printer={"kind": "escpos_tcp", "host": "127.0.0.1", "port": printer.port},
        speaker={"kind": "none"},
    )
    return real_home


@pytest.fixture
def visit(home: Home, hands: CardDesk) -> Iterator[Visit]:
    """Somebody at the machine."""
    with Machine(build_kiosk(home.settings)).running() as machine:
        yield Visit(machine, hands)


def leave(visit: Visit) -> None:
    """Take the card; where the reader can't tell, say so on the screen."""
    visit.hands.pull()
    machine = visit.machine
    machine.until(lambda session: session.card_presence is not Presence.PRESENT, "the card taken")
    machine.touch(ev.Continued)
    machine.until_step(Step.HOME)


def test_a_whole_visit(
    visit: Visit,
    central: CentralServer,
    hands: CardDesk,
    camera: MjpegServer,
    printer: EscposPrinter,
    home: Home,
) -> None:
    """Bytes cross every line, and the platform opens what the card said."""
    visit.whole().rate()
    leave(visit)
    visit.machine.until_delivered(visit.app_id)
    told = opened(central, visit.app_id)
    assert told.person is not None
    assert (told.person.full_name, told.person.document_number) == (NAME, NUMBER)
    assert told.photo_jpeg is not None
    assert told.photo_jpeg.startswith(b"\xff\xd8")
    assert told.simulated == ()
    assert dict(held_numbers(central.data))[visit.app_id] == visit.number
    assert hands.traffic() > 0
    assert camera.bytes_sent > 0
    (slip,) = printer.slips
    assert slip.shape[1] == 576
    assert 0.02 < float(np.mean(slip)) < 0.5
    assert printer.unknown == b""
    assert files_with(home.state, NAME, NUMBER) == []


def test_a_card_of_another_kind_is_said_and_the_right_one_goes_on(
    visit: Visit, hands: CardDesk
) -> None:
    """A foreign card: a sentence with what to do; then the resident's own card is read."""
    visit.start().come_to_the_card()
    hands.insert_unreadable(UnreadableReason.FOREIGN)
    machine = visit.machine
    machine.until(lambda session: session.card_problem, "the foreign card's sentence")
    problem = machine.session.card_problem
    assert problem is not None
    assert machine.session.step is Step.CARD
    assert machine.say(f"card.problems.{problem.value}")
    hands.pull()
    hands.insert()
    machine.until_step(Step.CONSENT_DATA)
    machine.touch(ev.StopAsked)
    machine.touch(ev.StopConfirmed)
    leave(visit)


def test_a_card_pulled_mid_read_is_said_and_asked_for_again(visit: Visit, hands: CardDesk) -> None:
    """Pulled too soon: a sentence, no half person, and the next try reads it whole."""
    visit.start().come_to_the_card()
    hands.insert_leaving()
    machine = visit.machine
    machine.until(
        lambda session: session.card_problem is UnreadableReason.PULLED, "the card's sentence"
    )
    assert machine.session.step is Step.CARD
    assert machine.say("card.problems.pulled")
    hands.insert()
    machine.until_step(Step.CONSENT_DATA)
    assert machine.session.person is not None
    assert machine.session.person.document_number == NUMBER
    machine.touch(ev.StopAsked)
    machine.touch(ev.StopConfirmed)
    leave(visit)


@pytest.mark.may_warn("the camera is cut off, perhaps while a picture is awaited")
def test_a_camera_that_stops_is_said_and_nobody_is_stuck(
    visit: Visit, central: CentralServer, camera: MjpegServer
) -> None:
    """The stream is cut before the photo: the screen says so, an attendant checks instead."""
    visit.start().insert_card().consent().answer()
    machine = visit.machine
    machine.until(lambda _: camera.bytes_sent > 0, "a first picture")
    camera.unplug()
    machine.until(lambda session: session.camera_is_gone, "the camera's loss")
    machine.touch(ev.PhotoDeclined)
    visit.confirm().sign().expect_receipt().rate(None)
    leave(visit)
    machine.until_delivered(visit.app_id)
    assert opened(central, visit.app_id).photo_jpeg is None


def test_a_printer_without_paper_is_said_and_prints_later(
    visit: Visit, printer: EscposPrinter
) -> None:
    """No paper: stored all the same, number on the screen; with a new roll it prints."""
    printer.break_with(Fault.PAPER_END)
    visit.start().insert_card().consent(photo=False).answer().confirm().sign()
    visit.expect_receipt(ReceiptState.FAILED)
    machine = visit.machine
    assert machine.session.printer_state is PrinterState.PAPER_OUT
    assert machine.session.sealed is not None
    assert printer.slips == []
    printer.break_with()
    machine.touch(ev.ReprintAsked)
    machine.until(lambda s: s.receipt is ReceiptState.PRINTED, "the receipt")
    assert len(printer.slips) == 1
    visit.rate(None)
    leave(visit)
    machine.until_delivered(visit.app_id)


def test_the_same_rehearsal_runs_on_these_parts(
    home: Home, central: CentralServer, hands: CardDesk, printer: EscposPrinter
) -> None:
    """`kiosk rehearse --settings` uses what the file names; its entries are of kind rehearsal.

    The card may stay on the reader: nobody is there to take it.
    """
    hands.insert()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "launch.cli", "rehearse", "--json"),
            *("--settings", str(home.settings_file)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is True
    (visit,) = told["visits"]
    assert (visit["state"], visit["receipt"]) == ("delivered", "printed")
    contents = opened(central, visit["app_id"])
    assert contents.person is not None
    assert contents.person.document_number == NUMBER
    assert kind_of(central, visit["app_id"]) == EntryKind.REHEARSAL
    assert len(printer.slips) == 1
    assert NAME not in done.stderr
    assert NUMBER not in done.stderr


def kind_of(central: CentralServer, app_id: str) -> str:
    """Return under which kind the platform keeps an entry."""
    from central.platform import open_platform
    from central.tables import EntryRow

    platform = open_platform(central.data)
    try:
        with platform.database.reading() as session:
            return session.get_one(EntryRow, app_id).kind
    finally:
        platform.database.close()
