"""What every speaker promises: the same cases on the simulated one and on a real player process."""

from __future__ import annotations

import os
import signal
import sys
import wave
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.desk_state import DeskState, SimulatedBell
from devices.speaker.command import CommandSpeaker
from devices.speaker.simulated import SimulatedSpeaker
from devices.speaker.speech import SpeechCommand
from kiosk.domain import Language
from kiosk.ports.speaker import Speaker
from tests.support.leftovers import child_processes
from tests.support.waiting import wait_until

BELL = Path(__file__).resolve().parents[2] / "assets" / "sounds" / "help_bell.wav"

VOICE = """
import sys, threading
said = sys.stdin.read()
with open(sys.argv[1], "a") as heard: heard.write(f"{sys.argv[2]}: {said}\\n")
threading.Event().wait(float(sys.argv[3]))
sys.exit(int(sys.argv[4]))
"""

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

    @abstractmethod
    def heard(self) -> str:
        """Return what was said last, "" for nothing."""


class SimulatedRoom(Room):
    """The simulated speaker and its desk."""

    def __init__(self, folder: Path) -> None:
        self._desk = DeskState(folder / "desk")
        self.speaker = SimulatedSpeaker(self._desk)

    def is_loud(self) -> bool:
        """Ask the desk."""
        return self._desk.read(SimulatedBell).ringing

    def heard(self) -> str:
        """Ask the desk."""
        return self._desk.read(SimulatedBell).said


class RealRoom(Room):
    """A player process; a real one plays, this one notes what it was told to."""

    def __init__(self, folder: Path, length_s: float = 60, status: int = 0) -> None:
        self.played, self._heard = folder / "played", folder / "heard"
        self._voice = folder / "voice.py"
        self._voice.write_text(VOICE)
        speech = (sys.executable, str(self._voice), str(self._heard), "{language}")
        self._script = folder / "player.py"
        self._script.write_text(PLAYER)
        # The sound comes last, as the technician's command expects it.
        wrapper = folder / "play"
        wrapper.write_text(
            f"#!/bin/sh\nexec {sys.executable} {self._script} "
            f'{self.played} "$1" {length_s} {status}\n'
        )
        wrapper.chmod(0o700)
        said_s = "0" if length_s == 60 else str(length_s)
        self.speaker = CommandSpeaker((str(wrapper),), BELL, (*speech, said_s, str(status)))

    def heard(self) -> str:
        """Return what the voice was told last."""
        said = self._heard.read_text() if self._heard.exists() else ""  # empty while it is made
        return said.rpartition("\n")[0].rpartition("\n")[2].removeprefix("en: ")

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


def test_a_sentence_is_spoken(room: Room) -> None:
    """Once, in its language; beside a bell as well, and after another sentence."""
    assert room.speaker.speaks()
    room.speaker.ring()
    for sentence in ("Please take your card.", "It is still there."):
        wait_until(lambda said=sentence: _say(room, said), what=sentence)  # type: ignore[misc]
    wait_until(room.is_loud, what="the bell")
    room.speaker.close()


def _say(room: Room, sentence: str) -> bool:
    room.speaker.say(sentence, Language("en"))
    return room.heard() == sentence


def test_what_is_spelt_is_heard_to_its_end_or_until_silence(room: Room) -> None:
    """All pieces are said; falling silent may be asked for at any time, and ends nothing else."""
    english = Language("en")
    room.speaker.fall_silent()
    room.speaker.spell(("Your number:", "three, seven."), english)
    wait_until(lambda: room.heard() != "", what="the first piece")
    room.speaker.ring()
    wait_until(room.is_loud, what="the bell")
    room.speaker.fall_silent()
    room.speaker.fall_silent()
    assert room.is_loud()
    wait_until(lambda: _say(room, "Please take your card."), what="a sentence after it")
    assert room.speaker.speaks()


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


@pytest.mark.parametrize("length_s", [0.0, 59.0])
def test_a_failing_voice_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, length_s: float
) -> None:
    """A program that fails, and one that hangs: killed, said once, and no voice."""
    room = RealRoom(tmp_path, length_s=length_s, status=1)
    speech = SpeechCommand(_speech_of(room), longest_s=0.5)
    speech.say("Anything.", "en")
    wait_until(lambda: not speech.is_working(), what="the failure")
    speech.close()
    assert caplog.text.count("SPEECH_FAILED") == 1
    assert "Anything" not in caplog.text
    wait_until(lambda: not any("voice.py" in it for it in child_processes().values()), what="end")


@pytest.mark.may_warn("that the voice failed")
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_voice_that_can_not_be_killed_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs in the sound card's driver: it is told and left behind, and closing ends."""
    monkeypatch.setattr("devices.speaker.speech.END_WAIT_S", 0.1)
    monkeypatch.setattr("devices.speaker.speech.os.killpg", lambda *_: None)
    told = tmp_path / "pid"
    speech = SpeechCommand(("/bin/sh", "-c", f"echo $$ > {told}; exec sleep 20"), longest_s=0.2)
    speech.say("Anything.", "en")
    wait_until(lambda: not speech.is_working(), 60, "the failure")
    speech.close()
    wait_until(lambda: told.exists() and told.read_text() != "", what="the program")
    os.kill(int(told.read_text()), signal.SIGKILL)  # it is still there: nobody waited for its end


def _speech_of(room: RealRoom) -> tuple[str, ...]:
    assert isinstance(room.speaker, CommandSpeaker)
    return room.speaker._speech._command


def test_closing_ends_a_sentence(tmp_path: Path) -> None:
    """Whoever closes does not wait until it is spoken."""
    room = RealRoom(tmp_path, length_s=59.0)
    room.speaker.say("A long one.", Language("en"))
    wait_until(lambda: room.heard() == "A long one.", what="the sentence")
    room.speaker.close()
    assert not any("voice.py" in command for command in child_processes().values())


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
