"""A kiosk on a disk that fills up, with its window and by its commands.

Mounts a real ext4: to be run in a mount namespace of its own, as `test_full_disk` does.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import kiosk.device_lanes
from kiosk.errors import DiskFull
from kiosk.flow.effects import JournalEvent
from kiosk.flow.session import Step
from kiosk.flow.world import Room
from kiosk.readiness import Health, PortName, PortReport
from kiosk.store import audit, ballast, entries
from kiosk.store.audit import StoreEvent
from kiosk.store.engine import open_store
from kiosk.store.keys import load_keys
from launch import cli
from launch.doctor import examine
from launch.wiring import build_kiosk
from tests.faults.disk_full import Filler, Shape, use_every_block
from tests.faults.power_cut import Disk
from tests.journeys.test_real_window import (
    LYING,
    answer_everything,
    consent,
    hand_in,
    leave,
    take_photo,
    to_the_card,
)
from tests.support.central_server import CentralServer
from tests.support.homes import Home
from tests.support.window import Glass, at_window

SIZE = 600 << 20
LITTLE, TOO_LITTLE = 160 << 20, 60 << 20
FULL = "E-DB-01"


@dataclass
class Place:
    """A small disk, who fills it, and a platform elsewhere."""

    mount: Path
    central: CentralServer

    def __post_init__(self) -> None:
        """Begin with an empty disk."""
        self.filler = Filler(self.mount / "others")

    def a_home(self) -> Home:
        """Return a kiosk that is enrolled on this disk."""
        return Home(self.mount / "kiosk", self.central, {"screen": {"fullscreen": False, **LYING}})

    def leave(self, size: int) -> None:
        """Leave so much room."""
        self.filler.fill(Shape.BALLAST if size else Shape.CRUMBS, size)


@pytest.fixture(scope="module")
def disk() -> Disk:
    """Room for disks, in memory."""
    home = Path(os.environ["SMALL_DISK"]) / "disks"
    home.mkdir()
    return Disk(home, SIZE)


@pytest.fixture
def place(disk: Disk, central: CentralServer) -> Iterator[Place]:
    """Mount a new disk."""
    disk.make()
    use_every_block(disk.mount_point)
    yield Place(disk.mount_point, central)
    gc.collect()  # who held the store lets go of it
    disk.unmount()


def until_room(glass: Glass, room: Room) -> None:
    """Wait for what the window knows of the disk."""
    glass.wait(lambda: glass.window.conductor.world.room is room, f"room: {room}")


def nothing_waits(home: Home) -> bool:
    """Say whether everything of this kiosk is delivered."""
    db = open_store(home.state, load_keys(home.state).database)
    try:
        return entries.open_count(db) == 0
    finally:
        db.close()


def store_of(home: Home) -> PortReport:
    """Return what the doctor says of the store."""
    ours = build_kiosk(home.settings)
    report = examine(ours, ours.texts[home.settings.kiosk.language_default])
    (store,) = (part for part in report.ports if part.port is PortName.STORE)
    return store


@pytest.mark.may_warn("the disk fills up")
def test_home_closes_and_opens_again(
    qtbot: QtBot, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is under way is brought to the number; nobody else begins, until there is room again."""
    monkeypatch.setattr(kiosk.device_lanes, "ROOM_EVERY_S", 0.1)
    home = place.a_home()
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        glass.wait((home.state / ballast.FILE_NAME).exists, "the ballast")
        to_the_card(glass)
        glass.lay_card()
        consent(glass)
        answer_everything(glass)
        take_photo(glass)
        glass.until(Step.REVIEW)
        # For what waits the courier gives the ballast up, and who fills the disk would take that.
        glass.wait(lambda: nothing_waits(home), "the queue to be empty")
        place.leave(0)
        until_room(glass, Room.FULL)
        assert glass.says("review.go_on")
        hand_in(glass)
        assert not (home.state / ballast.FILE_NAME).exists()
        leave(glass)
        glass.wait(lambda: glass.says("home.closed"), "that nothing can be begun")
        assert not glass.says("home.hero_title")
        glass.lay_card()
        glass.wait(lambda: glass.session.card_presence.value == "present", "the card")
        assert glass.says("home.closed")
        glass.take_card()
        glass.wait(lambda: glass.session.card_presence.value == "absent", "no card")
        glass.touch("home.progress")
        glass.until(Step.STATUS_ASK)
        glass.touch("bar.back")
        glass.until(Step.HOME)
        place.filler.empty()
        until_room(glass, Room.PLENTY)
        glass.wait(lambda: glass.says("home.hero_title"), "the way to begin")
        to_the_card(glass)
        assert (home.state / ballast.FILE_NAME).exists()
    db = open_store(home.state, load_keys(home.state).database)
    events = [event for _, event, _ in audit.last(db, 50)]
    db.close()
    assert JournalEvent.VISIT_REFUSED in events
    assert StoreEvent.ROOM_CHANGED in events


@pytest.mark.may_warn("the disk is full")
def test_a_start_on_a_full_disk_gets_by_with_the_ballast(qtbot: QtBot, place: Place) -> None:
    """Home is there from the first moment, and says that nothing can be begun."""
    home = place.a_home()
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        glass.wait((home.state / ballast.FILE_NAME).exists, "the ballast")
    place.leave(0)
    starting = build_kiosk(home.settings)
    assert starting.world.room is Room.FULL
    with at_window(qtbot, starting) as glass:
        assert glass.says("home.closed")
        glass.touch("home.progress")
        glass.until(Step.STATUS_ASK)


def test_the_doctor_says_how_much_room_there_is(place: Place) -> None:
    """Little, too little, none: each in its own words, and with the next step."""
    home = place.a_home()
    place.leave(LITTLE)
    low = store_of(home)
    assert (low.state, low.health) == ("low", Health.WARNING)
    place.leave(TOO_LITTLE)
    full = store_of(home)
    assert (full.state, full.health) == ("full", Health.BROKEN)
    assert full.advice


def test_every_command_tells_a_full_disk(
    place: Place, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not a lost key, not a damaged database: the code of the full disk, and the next step."""
    home = place.a_home()
    settings = ["--settings", str(home.settings_file)]
    place.leave(0)
    for words in (
        ["queue"],
        ["queue", "export", str(tmp_path)],
        ["rehearse"],
        ["enrol", "--change-pin", "--pin-file", str(_pin_file(tmp_path))],
    ):
        assert cli.main([*words, *settings]) == 2, words
        said = capfd.readouterr().err
        assert FULL in said, (words, said)
        assert DiskFull.advice in said
    assert cli.main(["doctor", *settings]) == 1
    assert FULL in capfd.readouterr().out
    assert cli.main(["clock-floor", "--print", *settings]) == 0
    assert "Nothing to do" in capfd.readouterr().out


def test_enrolling_on_a_full_disk(
    place: Place, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The one-time code is still good when there is room."""
    words = [
        "enrol",
        "--url",
        place.central.url,
        "--code",
        place.central.enrolment_code("Lakeside"),
    ]
    words += ["--pin-file", str(_pin_file(tmp_path))]
    (place.mount / "kiosk").mkdir()
    settings = place.mount / "kiosk" / "kiosk.toml"
    settings.write_text('[kiosk]\nstate_folder = "state"\n')
    place.leave(0)
    assert cli.main([*words, "--settings", str(settings)]) == 2
    assert FULL in capfd.readouterr().err
    place.filler.empty()
    assert cli.main([*words, "--settings", str(settings)]) == 0


def test_small_blocks_are_told_of(disk: Disk, central: CentralServer) -> None:
    """Where a full disk could end the program the doctor says so before."""
    disk.make(block_bytes=1024)
    try:
        home = Place(disk.mount_point, central).a_home()
        store = store_of(home)
        assert (store.state, store.health) == ("blocks", Health.WARNING)
    finally:
        gc.collect()
        disk.unmount()


def _pin_file(folder: Path) -> Path:
    path = folder / "pin"
    path.write_text("736951")
    return path
