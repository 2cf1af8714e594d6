"""The desk's state files: what one process lays out, another one sees whole."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from devices.desk_state import (
    DeskItem,
    DeskState,
    FaceScene,
    PaperState,
    SheetScene,
    SimulatedBell,
    SimulatedCard,
    SimulatedFace,
    SimulatedNetwork,
    SimulatedPaper,
    SimulatedSheet,
    SimulatedTray,
)

ITEMS: list[DeskItem] = [
    SimulatedCard(card="张三", pulled_mid_read=True, reader_connected=False),
    SimulatedCard(card=None),
    SimulatedFace(FaceScene.TOO_DARK, skin=0.2),
    SimulatedSheet(SheetScene.CARD_BACK),
    SimulatedPaper(PaperState.COVER_OPEN),
    SimulatedTray(PaperState.LOW),
    SimulatedNetwork(up=False),
    SimulatedBell(ringing=True),
]


@pytest.fixture
def desk(tmp_path: Path) -> DeskState:
    """Make a desk nobody has touched."""
    return DeskState(tmp_path / "desk")


@pytest.mark.parametrize("item", ITEMS, ids=repr)
def test_what_is_written_is_read(desk: DeskState, item: DeskItem) -> None:
    """Every item comes back equal."""
    desk.write(item)
    assert desk.read(type(item)) == item  # type: ignore[type-var]


def test_an_untouched_desk_is_in_order(desk: DeskState) -> None:
    """Without files: no card, a good face, paper, network, no bell."""
    assert desk.read(SimulatedCard) == SimulatedCard(None, pulled_mid_read=False)
    assert desk.read(SimulatedFace).scene is FaceScene.GOOD
    assert desk.read(SimulatedPaper).state is PaperState.READY
    assert desk.read(SimulatedTray).state is PaperState.READY
    assert desk.read(SimulatedNetwork).up
    assert not desk.read(SimulatedBell).ringing


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"state": "burning"}', b'{"state": 7}', b"\xff"]
)
def test_a_damaged_file_is_an_untouched_device(desk: DeskState, raw: bytes) -> None:
    """A simulator never fails over what somebody typed into a file."""
    desk.write(SimulatedPaper(PaperState.OUT))
    (desk.folder / SimulatedPaper.FILE_NAME).write_bytes(raw)
    assert desk.read(SimulatedPaper) == SimulatedPaper()


def test_only_the_owner_may_look(desk: DeskState) -> None:
    """The folder is 0700, its files 0600, and nothing temporary stays."""
    for item in ITEMS:
        desk.write(item)
    assert stat.S_IMODE(desk.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in desk.folder.iterdir()} == {0o600}
    assert len(list(desk.folder.iterdir())) == len({type(item) for item in ITEMS})


def test_readers_see_whole_states(desk: DeskState) -> None:
    """While another process writes on and on, every reading is one of the two states."""
    states = {SimulatedCard(card="a" * 4000), SimulatedCard(card="b", pulled_mid_read=True)}
    program = (
        "import sys; from pathlib import Path; from devices.desk_state import *\n"
        "desk = DeskState(Path(sys.argv[1]))\n"
        "for _ in range(300):\n"
        "    desk.write(SimulatedCard(card='a' * 4000))\n"
        "    desk.write(SimulatedCard(card='b', pulled_mid_read=True))\n"
    )
    desk.write(SimulatedCard(card="b", pulled_mid_read=True))
    seen = set()
    with subprocess.Popen([sys.executable, "-c", program, str(desk.folder)]) as writer:
        while writer.poll() is None:
            seen.add(desk.read(SimulatedCard))
    assert writer.returncode == 0
    assert seen == states


def test_writers_do_not_mix(desk: DeskState) -> None:
    """Two threads that write at once leave one whole state and no litter."""

    def write() -> None:
        for number in range(100):
            desk.write(SimulatedCard(card=str(number)))

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.read(SimulatedCard).card == "99"
    assert [path.name for path in desk.folder.iterdir()] == [SimulatedCard.FILE_NAME]
