"""Whole visits by touch: real window and conductor, simulated devices, a real platform."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import kiosk.device_lanes
from devices.card_reader.worker_reader import WorkerCardReader
from devices.desk_state import SimulatedNetwork
from kiosk.envelope import Contents
from kiosk.flow.session import Overlay, PhotoMissing, ReceiptState, Step
from kiosk.flow.world import Network
from kiosk.ports.camera import Camera
from kiosk.ports.card_reader import CardReader
from launch.wiring import Kiosk, build_kiosk
from tests.support.card_desks import NAME, NUMBER
from tests.support.central_server import CentralServer
from tests.support.enrolled_places import held_numbers
from tests.support.homes import SIMULATED, Home, opened
from tests.support.leftovers import child_processes
from tests.support.slips import text_of
from tests.support.window import Glass, at_window

ACCOUNT, PHONE = "6217009999999999", "05310000000"
SINCE = {"zh_CN": "19980520", "en": "20051998"}
"""The same day, in the order of each language."""

UPRIGHT = {"orientation": "portrait", "width_px": 1080, "height_px": 1920}
LYING = {"orientation": "landscape", "width_px": 1920, "height_px": 1080, "diagonal_inch": 27.0}
"""Both in a window without a frame of its own; sizes on it are in millimetres all the same."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a resident takes home from the screen."""

    app_id: str
    groups: tuple[str, ...]
    code: str

    @property
    def number(self) -> str:
        """The number as the platform knows it."""
        return "".join(self.groups)


def a_kiosk(tmp_path: Path, central: CentralServer, screen: dict[str, object]) -> Home:
    """Return a kiosk of its own at the platform that all journeys share."""
    return Home(tmp_path / "kiosk", central, {"screen": {"fullscreen": False, **screen}})


def to_the_card(glass: Glass) -> None:
    """Go from Home to where the card is asked for."""
    glass.touch_named(glass.kiosk.catalogue.services[0].name.say(glass.session.display.language))
    glass.until(Step.GUIDE)
    glass.touch("guide.begin")
    glass.until(Step.FOR_WHOM)
    glass.touch("for_whom.myself")
    glass.until(Step.CARD_NOTICE)
    glass.touch("card_notice.go_on")
    glass.until(Step.CARD)


def consent(glass: Glass, *, photo: bool = True) -> None:
    """Agree to the data, and to the photo or not."""
    glass.until(Step.CONSENT_DATA)
    glass.touch("consent.data.yes")
    glass.until(Step.CONSENT_PHOTO)
    glass.touch(f"consent.face_photo.{'yes' if photo else 'no'}")


def answer_everything(glass: Glass) -> None:
    """Answer each question of the sample service, and leave its paper at home."""
    glass.until(Step.QUESTION, "registered_here")
    glass.choose("yes")
    glass.until(Step.QUESTION, "living")
    glass.choose("family")
    glass.until(Step.QUESTION, "household_size")
    glass.press_digits("2")
    glass.touch("bar.next")
    glass.until(Step.QUESTION, "living_here_since")
    glass.press_digits(SINCE[glass.session.display.language])
    glass.touch("bar.next")
    glass.until(Step.QUESTION, "pay_to")
    glass.choose("bank_card")
    glass.until(Step.QUESTION, "account")
    glass.press_digits(ACCOUNT)
    glass.touch("bar.next")
    glass.until(Step.QUESTION, "phone")
    glass.press_digits(PHONE)
    glass.touch("bar.next")
    glass.until(Step.PAPER)
    glass.touch("paper_step.tile.without")
    glass.until(Step.PAPERS_MISSING)
    glass.touch("papers_missing.go_on")


def take_photo(glass: Glass) -> None:
    """Press the shutter as soon as the picture is good, and keep what it gives."""
    glass.until(Step.PHOTO)
    glass.wait(lambda: glass.says("photo.good"), "a good picture")
    glass.touch("photo.shutter")
    glass.wait(lambda: glass.session.photo is not None, "the photo")
    glass.touch("photo.keep")


def correct_household(glass: Glass) -> None:
    """Change one answer from the review: three people, not two."""
    glass.until(Step.REVIEW)
    glass.change("household_size")
    glass.until(Step.QUESTION, "household_size")
    glass.touch_named(glass.texts.say("pad.erase"))
    glass.press_digits("3")
    glass.touch("bar.next")
    glass.until(Step.REVIEW)


def hand_in(glass: Glass) -> Outcome:
    """Sign, and read the number off the glass."""
    glass.until(Step.REVIEW)
    glass.touch("review.go_on")
    glass.until(Step.SIGN)
    glass.sign()
    glass.touch("sign.hand_in")
    glass.until(Step.RECEIVED)
    sealed = glass.session.sealed
    assert sealed is not None
    shown = " ".join(glass.read())
    for group in sealed.number_groups:
        assert group in shown
    assert glass.announced[-1] == f"SHOWN {''.join(sealed.number_groups)} {sealed.app_id}"
    glass.wait(lambda: glass.session.receipt is ReceiptState.PRINTED, "the receipt")
    return Outcome(sealed.app_id, sealed.number_groups, sealed.query_code)


def leave(glass: Glass, rating: str = "fair") -> None:
    """Rate, take the card, and see Home."""
    glass.touch("received.done")
    glass.until(Step.RATING)
    glass.touch(f"rating.levels.{rating}")
    glass.until(Step.TAKE_CARD)
    glass.take_card()
    glass.until(Step.HOME)


def receipt(home: Home) -> str:
    """Return the text of the one receipt that was printed."""
    (slip,) = (home.state / "papers").glob("*.pdf")
    return text_of(slip)


def until_held(glass: Glass, central: CentralServer, outcome: Outcome) -> Contents:
    """Wait for the delivery proof, and return what the platform reads."""
    glass.wait(lambda: glass.kiosk.is_delivered(outcome.app_id), "the delivery proof")
    assert held_numbers(central.data).count((outcome.app_id, outcome.number)) == 1
    contents = opened(central, outcome.app_id)
    assert contents.receipt_number == outcome.number
    return contents


def check_nothing_is_left(glass: Glass, outcome: Outcome) -> None:
    """See that no widget of the window holds anything of the visit."""
    canaries = (
        *(NAME, NUMBER, ACCOUNT, PHONE),
        *(outcome.number, " ".join(outcome.groups), outcome.groups[1], outcome.code),
    )
    found = [text for text in glass.remains() if any(canary in text for canary in canaries)]
    assert found == []
    assert glass.session.person is None
    assert glass.session.sealed is None


def test_a_whole_visit_by_touch(qtbot: QtBot, tmp_path: Path, central: CentralServer) -> None:
    """Number on the glass, on the paper and at the platform are one; then nothing is left."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        to_the_card(glass)
        glass.lay_card()
        consent(glass)
        answer_everything(glass)
        take_photo(glass)
        correct_household(glass)
        outcome = hand_in(glass)
        printed = receipt(home)
        assert all(group in printed for group in outcome.groups)
        assert outcome.code in "".join(printed.split())
        leave(glass)
        check_nothing_is_left(glass, outcome)
        told = until_held(glass, central, outcome)
    assert told.person is not None
    assert (told.person.full_name, told.person.document_number) == (NAME, NUMBER)
    answers = {answer.name: answer.value for answer in told.answers}
    assert answers["household_size"] == "3"
    assert answers["living_here_since"] == date(1998, 5, 20).isoformat()
    assert (answers["account"], answers["phone"]) == (ACCOUNT, PHONE)
    assert told.photo_jpeg is not None
    assert told.signature_svg is not None


def test_a_visit_in_english_on_a_lying_screen(
    qtbot: QtBot, tmp_path: Path, central: CentralServer
) -> None:
    """The language is chosen on the glass, and without a photo the visit is the same."""
    home = a_kiosk(tmp_path, central, LYING)
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        glass.touch("frame.language")
        glass.wait(lambda: glass.says("home.title"), "Home in English")
        assert glass.session.display.language == "en"
        to_the_card(glass)
        glass.lay_card()
        consent(glass, photo=False)
        answer_everything(glass)
        correct_household(glass)
        outcome = hand_in(glass)
        assert "Your number" in receipt(home)
        leave(glass)
        check_nothing_is_left(glass, outcome)
        told = until_held(glass, central, outcome)
    assert told.photo_jpeg is None
    assert dict(told.notes)["photo_missing"] == PhotoMissing.CONSENT_REFUSED


def test_a_visit_without_a_network(qtbot: QtBot, tmp_path: Path, central: CentralServer) -> None:
    """The visit is the same; what was taken in is sent when the network is back."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    home.desk.write(SimulatedNetwork(up=False))
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        glass.wait(lambda: glass.window.conductor.world.network is Network.OFFLINE, "no network")
        assert glass.says("frame.offline")
        to_the_card(glass)
        glass.lay_card()
        consent(glass)
        answer_everything(glass)
        take_photo(glass)
        outcome = hand_in(glass)
        leave(glass)
        check_nothing_is_left(glass, outcome)
        assert not glass.kiosk.is_delivered(outcome.app_id)
        assert outcome.app_id not in dict(held_numbers(central.data))
        glass.kiosk.desk.write(SimulatedNetwork(up=True))
        until_held(glass, central, outcome)


@dataclass(frozen=True, slots=True)
class KioskWithHangingReader(Kiosk):
    """A kiosk whose card reader's driver never answers, until the file `mended` is there."""

    mended: Path = Path()

    def open_reader(self) -> CardReader:
        """Return a reader hosted by a driver that hangs."""
        trouble = {"trouble": "hang", "until": str(self.mended)}
        return WorkerCardReader("tests.support.troublesome_reader:host", trouble)


@pytest.mark.may_warn("a hung driver is told")
def test_a_hung_card_driver(
    qtbot: QtBot, tmp_path: Path, central: CentralServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the driver hangs the screen reacts; then it says what else can be done."""
    monkeypatch.setattr(kiosk.device_lanes, "READ_TIMEOUT_S", 1.5)
    home = a_kiosk(tmp_path, central, UPRIGHT)
    built = build_kiosk(home.settings)
    machine = KioskWithHangingReader(
        built.settings,
        built.enrolment,
        built.texts,
        built.catalogue,
        built.world,
        built.clock,
        mended=tmp_path / "mended",
    )
    with at_window(qtbot, machine) as glass:
        to_the_card(glass)
        check_it_reacts(glass)
        glass.wait(lambda: glass.says("card.reader_gone"), "the other way to be named")
        check_it_reacts(glass)
        machine.mended.touch()
        glass.wait(lambda: not glass.session.reader_is_gone, "the reader to be back")
        glass.touch("frame.stop")
        glass.until_overlay(Overlay.STOP)
        glass.touch("stop.stop")
        glass.until(Step.HOME)


@dataclass(frozen=True, slots=True)
class KioskWithKnownCamera(Kiosk):
    """A kiosk whose cameras are known to the test."""

    cameras: list[Camera] = field(default_factory=list)

    def open_camera(self) -> Camera:
        """Return the camera of the settings, and remember it."""
        camera = Kiosk.open_camera(self)
        self.cameras.append(camera)
        return camera

    def worker_pid(self) -> int | None:
        """Return the process that the newest camera's driver lives in."""
        process = self.cameras[-1]._camera._worker._process  # type: ignore[attr-defined] # the test's way in
        pid = None if process is None else process.pid
        return pid if pid in child_processes() else None


@pytest.mark.may_warn("a crashed driver is told")
def test_a_crashed_camera_driver(qtbot: QtBot, tmp_path: Path, central: CentralServer) -> None:
    """A driver that dies before somebody's eyes is started again, and the photo is taken."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    built = build_kiosk(home.settings)
    machine = KioskWithKnownCamera(
        built.settings, built.enrolment, built.texts, built.catalogue, built.world, built.clock
    )
    with at_window(qtbot, machine) as glass:
        to_the_card(glass)
        glass.lay_card()
        consent(glass)
        answer_everything(glass)
        glass.until(Step.PHOTO)
        glass.wait(lambda: glass.says("photo.good"), "a good picture")
        first = machine.worker_pid()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        check_it_reacts(glass)
        glass.wait(lambda: machine.worker_pid() not in {None, first}, "another driver")
        take_photo(glass)
        outcome = hand_in(glass)
        leave(glass)
        told = until_held(glass, central, outcome)
    assert told.photo_jpeg is not None


def test_a_photo_takes_itself(qtbot: QtBot, tmp_path: Path, central: CentralServer) -> None:
    """Who sits well touches nothing until the photo is there, and it goes with its report."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    home.write(camera=SIMULATED)
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        to_the_card(glass)
        glass.lay_card()
        consent(glass)
        answer_everything(glass)
        glass.until(Step.PHOTO)
        glass.wait(lambda: glass.session.photo is not None, "a photo that took itself")
        glass.touch("photo.keep")
        outcome = hand_in(glass)
        leave(glass)
        told = until_held(glass, central, outcome)
    assert told.photo_jpeg is not None
    assert told.findings is not None
    report = {line.name: line for line in told.findings.quality}
    assert report["sharpness"].is_kept
    assert report["eyes_from_bottom_px"].is_kept


def check_it_reacts(glass: Glass) -> None:
    """See that time goes on at the window, and that what is touched is answered."""
    shown = glass.window.conductor.world.now
    glass.touch("frame.help")
    glass.until_overlay(Overlay.HELP)
    glass.touch("help.close")
    glass.until_overlay(Overlay.NONE)
    glass.wait(lambda: glass.window.conductor.world.now > shown, "a tick")
