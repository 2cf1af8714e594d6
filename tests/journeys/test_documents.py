"""Visits with a passport: held before the camera and read, or typed and read through pcscd."""

from __future__ import annotations

from pathlib import Path

from devices.desk_state import FaceScene, SimulatedFace
from kiosk.domain import ChipCheck, IdentityAssurance, LinesFrom
from kiosk.flow import document_events as de
from kiosk.flow import events as ev
from kiosk.flow.document_try import DocumentWay
from kiosk.flow.session import Step
from kiosk.ports.card_reader import UnreadableReason
from launch.wiring import build_kiosk
from tests.support import passports
from tests.support.card_desks import PassportDesk, SimulatedPassportDesk
from tests.support.central_server import CentralServer
from tests.support.homes import Home, files_with, opened
from tests.support.virtual_card import pcsc_card
from tests.support.visit import Machine, Visit

PARTS = (passports.NUMBER, "6", "1974-08-12", "2032-04-15")
ANSWER = {"account": "6217009999999999"}


def to_the_document(visit: Visit, way: DocumentWay) -> None:
    """Come to the card, and say that there is a passport instead."""
    visit.start().come_to_the_card()
    visit.machine.touch(de.DocumentChosen)
    visit.machine.touch(de.WayChosen, way)


def hand_in(visit: Visit) -> None:
    """Go on from the consent to the receipt, without a photo."""
    visit.machine.until_step(Step.CONSENT_DATA)
    visit.consent(photo=False).answer(**ANSWER).confirm().sign().expect_receipt()
    visit.rate(None).take_card()
    visit.machine.until_delivered(visit.app_id)


def test_a_passport_shown_to_the_camera_and_laid_down(home: Home, central: CentralServer) -> None:
    """Its lines are read, they open the chip, and the platform knows how all of it came about."""
    home.desk.write(SimulatedFace(FaceScene.PASSPORT))
    with Machine(build_kiosk(home.settings)).running() as machine:
        visit = Visit(machine, SimulatedPassportDesk(home.desk.folder))
        to_the_document(visit, DocumentWay.CAMERA)
        machine.until(lambda session: not session.camera_is_gone, "the camera")
        machine.touch(ev.ShutterPressed)
        machine.until_step(Step.DOCUMENT_READ)
        visit.hands.insert()
        hand_in(visit)
    told = opened(central, visit.app_id)
    assert told.person is not None
    assert (told.person.document_number, told.person.full_name) == (
        passports.NUMBER,
        passports.NAME,
    )
    assert told.identity is not None
    assert told.identity.assurance is IdentityAssurance.CARD_READ
    assert told.identity.lines_from is LinesFrom.CAMERA
    assert told.identity.chip is ChipCheck.NOT_CHECKED  # the sample's chip is signed by nobody
    assert files_with(home.state, passports.NUMBER, passports.NAME, passports.LINES[1]) == []


def test_a_passport_typed_and_read_through_pcscd(central: CentralServer, tmp_path: Path) -> None:
    """A slip is told by the chip, the typed parts are still there, and the second try opens it."""
    home = Home(tmp_path, central)
    with pcsc_card() as card:
        hands = PassportDesk(card)
        home.write(
            card_reader={
                "kind": "pcsc",
                "reader_name": hands.config.reader_name,
                "travel_documents": True,
            },
        )
        with Machine(build_kiosk(home.settings)).running() as machine:
            visit = Visit(machine, hands)
            to_the_document(visit, DocumentWay.TYPED)
            for text in (*PARTS[:3], "2032-04-16"):
                machine.touch(de.DocumentTyped, text)
            assert visit.session.step is Step.DOCUMENT_READ
            visit.hands.insert()
            machine.until(
                lambda session: session.card_problem is UnreadableReason.WRONG_KEY, "a wrong key"
            )
            machine.touch(ev.Continued)
            for text in PARTS:
                machine.touch(de.DocumentTyped, text)
            hand_in(visit)
            told = opened(central, visit.app_id)
    assert told.person is not None
    assert told.person.full_name == passports.NAME
    assert told.identity is not None
    assert told.identity.chip is ChipCheck.SIGNED_BY_UNKNOWN
    assert told.identity.lines_from is LinesFrom.TYPED
    assert told.identity.failed_reads == 1
