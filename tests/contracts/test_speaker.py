"""What every speaker promises: the same cases on the simulated one and on a real player process."""

from __future__ import annotations

import sys
import wave
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.desk_state import DeskState, SimulatedBell
from devices.speaker.command import CommandSpeaker
from devices.speaker.simulated import SimulatedSpeaker
from kiosk.ports.speaker import Speaker
from tests.support.leftovers import child_processes
from tests.support.waiting import wait_until

BELL = Path(__file__).resolve().parents[2] / "assets" / "sounds" / "help_bell.wav"

PLAYER = """
import sys, threading
with open(sys.argv[1], "a") as played: played.write(sys.argv[2] + "\\n")
threading.Event().wait(float(sys.argv[3]))
sys.exit(int(sys.argv[4]))
"""


class Room(ABC):
    """A speaker and somebody who listens."""

    speaker: Speaker

    @abstractmethod
    def is_loud(self) -> bool:
        """Say whether the bell is heard."""


class SimulatedRoom(Room):
    """The simulated speaker and its desk."""

    def __init__(self, folder: Path) -> None:
        self._desk = DeskState(folder / "desk")
        self.speaker = SimulatedSpeaker(self._desk)

    def is_loud(self) -> bool:
        """Ask the desk."""
        return self._desk.read(SimulatedBell).ringing


class RealRoom(Room):
    """A player process; a real one plays, this one notes what it was told to."""

    def __init__(self, folder: Path, length_s: float = 60, status: int = 0) -> None:
        self.played = folder / "played"
        self._script = folder / "player.py"
        self._script.write_text(PLAYER)
        # The sound comes last, as the technician's command expects it.
        wrapper = folder / "play"
        wrapper.write_text(
            f"#!/bin/sh\nexec {sys.executable} {self._script} "
            f'{self.played} "$1" {length_s} {status}\n'
        )
        wrapper.chmod(0o700)
        self.speaker = CommandSpeaker((str(wrapper),), BELL)

    def is_loud(self) -> bool:
        """Look for the process."""
        return any(str(self._script) in command for command in child_processes().values())

    def count(self) -> int:
        """Return how often it was played."""
        return len(self.played.read_text().splitlines()) if self.played.exists() else 0


@pytest.fixture(params=[SimulatedRoom, RealRoom], ids=["simulated", "command"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    """Make each kind of speaker in turn."""
    made: Room = request.param(tmp_path)
    yield made
    made.speaker.close()


def test_it_rings_until_it_is_hushed(room: Room) -> None:
    """Ring is heard, hush is silence, and again."""
    assert not room.is_loud()
    for _ in range(2):
        room.speaker.ring()
        room.speaker.ring()
        wait_until(room.is_loud, what="the bell")
        assert room.speaker.is_working()
        room.speaker.hush()
        room.speaker.hush()
        wait_until(lambda: not room.is_loud(), what="silence")


def test_closing_is_silence(room: Room) -> None:
    """After `close` nothing rings; it may be called twice, and before anything else."""
    room.speaker.close()
    room.speaker.ring()
    wait_until(room.is_loud, what="the bell")
    room.speaker.close()
    room.speaker.close()
    assert not room.is_loud()


def test_the_sound_is_played_again_and_again(tmp_path: Path) -> None:
    """A sound is shorter than the wait for help: it is repeated, one player at a time."""
    room = RealRoom(tmp_path, length_s=0)
    room.speaker.ring()
    wait_until(lambda: room.count() >= 3, what="three rings")
    room.speaker.close()
    heard = room.count()
    assert set(room.played.read_text().splitlines()) == {str(BELL)}
    assert not room.is_loud()
    assert room.count() == heard


def test_a_failing_player_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without a sound card the player ends with an error: that is no working speaker, said once."""
    room = RealRoom(tmp_path, length_s=0, status=1)
    assert room.speaker.is_working()
    room.speaker.ring()
    wait_until(lambda: room.count() >= 2, what="two tries")
    assert not room.speaker.is_working()
    room.speaker.close()
    assert caplog.text.count("BELL_FAILED") == 1


@pytest.mark.parametrize("command", [(), ("no-such-player-anywhere", "-q")])
def test_a_missing_player_is_told(command: tuple[str, ...]) -> None:
    """Nothing to play with: not working, and ringing does no harm."""
    speaker = CommandSpeaker(command, BELL)
    assert not speaker.is_working()
    speaker.ring()
    speaker.hush()
    speaker.close()


def test_a_missing_sound_is_told(tmp_path: Path) -> None:
    """Nothing to play: not working."""
    assert not CommandSpeaker(("true",), tmp_path / "none.wav").is_working()


def test_an_unwritable_desk_is_told(tmp_path: Path) -> None:
    """A desk that can't be written to is a broken speaker, not an error."""
    (tmp_path / "file").write_text("")
    speaker = SimulatedSpeaker(DeskState(tmp_path / "file" / "desk"))
    speaker.ring()
    assert not speaker.is_working()
    speaker.close()


def test_the_bell_can_be_heard() -> None:
    """The shipped sound is a plain wave file, loud and not overdriven, with a pause at its end."""
    with wave.open(str(BELL), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert 1 <= file.getnframes() / file.getframerate() <= 4
        raw = file.readframes(file.getnframes())
    heights = memoryview(raw).cast("h")
    loudest = max(abs(height) for height in heights)
    assert 20_000 < loudest < 32_767
    assert max(abs(height) for height in heights[-2000:]) < loudest / 20
