"""Spelling with a real program: piece by piece, silent at once, and where nobody else can look."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.speaker.speech import SpeechCommand
from tests.support.leftovers import child_processes
from tests.support.waiting import wait_until

VOICE = """
import os, sys, threading
said = sys.stdin.read()
with open(sys.argv[1], "a") as heard: heard.write(f"{os.getpid()} {sys.argv[2]} {said}\\n")
threading.Event().wait(float(sys.argv[3]))
"""
PIECES = ("Your number is:", "three, seven, zero, two.", "one, one, four, six.")


class Listener:
    """What was heard of a voice."""

    def __init__(self, folder: Path) -> None:
        """Listen in an empty folder."""
        self._heard = folder / "heard"
        self._voice = folder / "voice.py"
        self._voice.write_text(VOICE)

    def voice(self, length_s: float, pause_s: float = 0.0) -> SpeechCommand:
        """Return a voice that takes so long for each piece."""
        words = (sys.executable, "-S", str(self._voice), str(self._heard))
        return SpeechCommand((*words, "{language}", str(length_s)), pause_s=pause_s)

    def heard(self) -> list[tuple[int, str, str]]:
        """Return process, language and words of each piece so far."""
        lines = self._heard.read_text().splitlines() if self._heard.exists() else []
        parts = [line.split(" ", 2) for line in lines]
        return [(int(pid), language, said) for pid, language, said in parts]

    def words(self) -> list[str]:
        """Return what was said so far."""
        return [said for _, _, said in self.heard()]

    def is_speaking(self) -> bool:
        """Look for the program."""
        return any(str(self._voice) in command for command in child_processes().values())


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """Listen, and hear that nothing is left behind."""
    made = Listener(tmp_path)
    yield made
    assert not made.is_speaking()


def test_pieces_are_said_one_after_the_other(listener: Listener) -> None:
    """In their order, all of them, each when the one before is said."""
    voice = listener.voice(0)
    voice.spell(PIECES, "en")
    wait_until(lambda: len(listener.words()) == len(PIECES), what="all pieces")
    assert listener.words() == list(PIECES)
    assert {language for _, language, _ in listener.heard()} == {"en"}
    voice.close()
    assert voice.is_working()


def test_silence_ends_the_word_and_what_would_follow(listener: Listener) -> None:
    """The program is killed in the middle, in the pause none is begun, and that is no failure."""
    voice = listener.voice(60)
    voice.spell(PIECES, "en")
    wait_until(lambda: listener.words() == [PIECES[0]], what="the first piece")
    voice.fall_silent()
    wait_until(lambda: not listener.is_speaking(), what="silence")
    assert voice.is_working()
    quick = listener.voice(0, pause_s=1.0)
    quick.spell(PIECES[1:], "en")
    wait_until(lambda: len(listener.words()) == 2, what="the piece before the pause")
    wait_until(lambda: not listener.is_speaking(), what="the pause")
    quick.fall_silent()
    wait_until(lambda: "speech" not in {it.name for it in threading.enumerate()}, what="the end")
    assert listener.words() == [PIECES[0], PIECES[1]]
    quick.close()
    voice.close()


def test_a_second_touch_comes_instead_of_the_first(listener: Listener) -> None:
    """Once more begins anew at once; a sentence that nobody asked for is left out."""
    voice = listener.voice(60)
    voice.say("Please take your card.", "en")
    wait_until(lambda: len(listener.words()) == 1, what="the sentence")
    voice.spell(PIECES, "zh_CN")
    wait_until(lambda: len(listener.words()) == 2, what="the first piece")
    voice.say("Please take your card.", "en")
    voice.spell(PIECES, "zh_CN")
    wait_until(lambda: len(listener.words()) == 3, what="the first piece again")
    assert listener.words()[1:] == [PIECES[0], PIECES[0]]
    voice.close()


def test_no_other_program_sees_what_is_said(listener: Listener) -> None:
    """It stands neither among a program's arguments nor in its environment, which others read."""
    voice = listener.voice(60)
    voice.spell(("SECRET-3702",), "en")
    wait_until(lambda: listener.words() == ["SECRET-3702"], what="the number")
    (pid, _, _) = listener.heard()[0]
    told = [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ", "comm")]
    assert told[0].count(b"voice.py") == 1
    assert not any(b"SECRET" in it for it in told)
    voice.close()


def test_a_failing_voice_says_no_more_and_logs_no_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first piece that fails ends it: half a number helps nobody."""
    tries = tmp_path / "tries"
    voice = SpeechCommand(("/bin/sh", "-c", f"cat > /dev/null; echo . >> {tries}; exit 3"))
    voice.spell(PIECES, "en")
    wait_until(lambda: not voice.is_working(), what="the failure")
    voice.close()
    assert tries.read_text().count(".") == 1
    assert caplog.text.count("SPEECH_FAILED") == 1
    assert "three" not in caplog.text


def test_without_a_program_nothing_happens() -> None:
    """Neither speaking nor silence needs one."""
    for command in ((), ("no-such-voice-anywhere",)):
        voice = SpeechCommand(command)
        voice.spell(PIECES, "en")
        voice.fall_silent()
        assert not voice.is_working()
        voice.close()
