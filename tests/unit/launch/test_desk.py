"""`kiosk desk`: the words, the socket, and who may use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.desk_state import (
    DeskState,
    FaceScene,
    PaperState,
    SheetScene,
    SimulatedCard,
    SimulatedFace,
    SimulatedNetwork,
    SimulatedPaper,
    SimulatedSheet,
    SimulatedTray,
)
from launch.desk import SOCKET, DeskSocket, carry_out
from tests.support.command import kiosk


@pytest.fixture
def desk(tmp_path: Path) -> DeskState:
    """A desk nobody has touched."""
    return DeskState(tmp_path / "state" / "desk")


def test_cards_are_laid_down_and_taken(desk: DeskState) -> None:
    """A sample card by name, none, pulled in the middle; the reader out and in."""
    carry_out(desk, ["card", "zhang-guiying"])
    assert desk.read(SimulatedCard) == SimulatedCard("zhang-guiying")
    carry_out(desk, ["card", "pull"])
    assert desk.read(SimulatedCard).pulled_mid_read
    carry_out(desk, ["card", "unplug"])
    assert not desk.read(SimulatedCard).reader_connected
    carry_out(desk, ["card", "plug"])
    carry_out(desk, ["card", "none"])
    assert desk.read(SimulatedCard) == SimulatedCard()


def test_face_paper_and_network(desk: DeskState) -> None:
    """Each state by its word."""
    for scene in FaceScene:
        carry_out(desk, ["face", scene.value])
        assert desk.read(SimulatedFace).scene is scene
    for sheet in SheetScene:
        carry_out(desk, ["sheet", sheet.value])
        assert desk.read(SimulatedSheet).scene is sheet
    for state in PaperState:
        carry_out(desk, ["paper", state.value])
        assert desk.read(SimulatedPaper).state is state
        assert desk.read(SimulatedTray).state is PaperState.READY
    for state in PaperState:
        carry_out(desk, ["tray", state.value])
        assert desk.read(SimulatedTray).state is state
    carry_out(desk, ["network", "off"])
    assert not desk.read(SimulatedNetwork).up
    carry_out(desk, ["network", "on"])
    assert desk.read(SimulatedNetwork).up


def test_it_shows_what_is_laid_out(desk: DeskState) -> None:
    """`show` names every device, and the cards there are."""
    carry_out(desk, ["paper", "out"])
    told = carry_out(desk, ["show"])
    for words in (
        "card none",
        "face good",
        "sheet letter",
        "paper out",
        "tray ready",
        "network on",
        "bell silent",
    ):
        assert words in told
    assert "zhang-guiying" in told


@pytest.mark.parametrize(
    "words",
    [
        ["card", "nobody"],
        ["card", "../../etc/passwd"],
        ["face", "x"],
        ["sheet", "x"],
        ["paper", ""],
        ["tray", "x"],
        ["network", "maybe"],
        ["hello"],
        [],
        ["card"],
        ["card", "a", "b"],
    ],
)
def test_words_that_mean_nothing_change_nothing(desk: DeskState, words: list[str]) -> None:
    """They are answered with what there is."""
    assert carry_out(desk, words).startswith("No:")
    assert not desk.folder.exists()


@pytest.fixture
def listening(desk: DeskState, tmp_path: Path) -> Iterator[Path]:
    """A kiosk's socket, and its settings file."""
    settings = tmp_path / "kiosk.toml"
    settings.write_text('[kiosk]\nstate_folder = "state"\n')
    server = DeskSocket(desk)
    server.start()
    yield settings
    server.stop()
    assert not (desk.folder / SOCKET).exists()


def test_the_command_reaches_the_running_kiosk(listening: Path, desk: DeskState) -> None:
    """Words go over the socket, the answer comes back, and status 1 says that nothing was done."""
    assert (desk.folder / SOCKET).stat().st_mode & 0o777 == 0o600
    assert desk.folder.stat().st_mode & 0o777 == 0o700
    done = kiosk("desk", "card", "zhang-guiying", settings=listening)
    assert (done.status, done.out) == (0, "The card zhang-guiying lies on the reader.\n")
    assert desk.read(SimulatedCard).card == "zhang-guiying"
    refused = kiosk("desk", "card", "nobody", settings=listening)
    assert refused.status == 1
    assert "there is no card" in refused.out


def test_without_a_running_kiosk_it_is_said(tmp_path: Path) -> None:
    """What to start, and as whom."""
    settings = tmp_path / "kiosk.toml"
    settings.write_text("")
    done = kiosk("desk", "show", settings=settings)
    assert done.status == 2
    assert "E-DESK-01" in done.err
    assert "Start `kiosk run` first" in done.err
