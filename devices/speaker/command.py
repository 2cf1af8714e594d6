"""The real speaker: a command such as `aplay -q` that plays one file, again until hushed.

A command rather than a sound library: it can hang or crash without harm, and every machine has its
own.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from devices.speaker.speech import SpeechCommand
from kiosk.domain import Language

LEAST_PLAY_S = 0.5
"""Between two starts at least: a command that fails at once makes no storm of processes."""

END_WAIT_S = 1.0
"""How long `close` waits for a killed player."""

_log = logging.getLogger(__name__)


class _Ringing:
    """One ringing: a thread that starts the player again and again."""

    def __init__(self, command: tuple[str, ...], note: Callable[[bool], None]) -> None:
        """Begin to ring; `note` is told after each playing whether it failed."""
        self._command = command
        self._note = note
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._player: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Kill the player and start none again; returns at once."""
        self._is_over.set()
        with self._lock:
            if self._player is not None and self._player.returncode is None:
                self._player.kill()

    def _run(self) -> None:
        """Play until it is over."""
        while not self._is_over.is_set():
            began_s = time.monotonic()
            status = self._play()
            if self._is_over.is_set():
                return
            self._note(status != 0)
            self._is_over.wait(began_s + LEAST_PLAY_S - time.monotonic())

    def _play(self) -> int:
        """Play once and return the player's exit status."""
        try:
            with self._lock:
                if self._is_over.is_set():
                    return 0
                player = self._player = subprocess.Popen(  # noqa: S603 # the technician's command
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
        except OSError:
            return -1
        # Wait first, reap under the lock: nobody kills a number that is free for others.
        with contextlib.suppress(ChildProcessError):  # somebody else in this program reaped it
            os.waitid(os.P_PID, player.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            return player.wait()


class CommandSpeaker:
    """Plays `sound` with `command`, speaks with `speech`; may be used from any thread."""

    def __init__(self, command: tuple[str, ...], sound: Path, speech: tuple[str, ...] = ()) -> None:
        """Play with the command, whose last argument becomes the sound's path."""
        self._speech = SpeechCommand(speech)
        self._command = command
        self._sound = sound
        self._lock = threading.Lock()
        self._ringing: _Ringing | None = None
        self._has_failed = False

    def ring(self) -> None:
        """Start the help bell; ringing already, nothing changes."""
        with self._lock:
            if self._ringing is None and self._is_there():
                self._ringing = _Ringing((*self._command, str(self._sound)), self._note)

    def hush(self) -> None:
        """Stop the help bell; silent already, nothing changes."""
        self._stop()

    def say(self, sentence: str, language: Language) -> None:
        """Speak a sentence once; while another is spoken, or without a voice, nothing is said."""
        self._speech.say(sentence, language)

    def spell(self, pieces: tuple[str, ...], language: Language) -> None:
        """Speak pieces one after the other, instead of whatever is spoken just now."""
        self._speech.spell(pieces, language)

    def fall_silent(self) -> None:
        """Stop speaking in the middle of a word; silent already, nothing changes."""
        self._speech.fall_silent()

    def speaks(self) -> bool:
        """Say whether the program that speaks is there and did not fail."""
        return self._speech.is_working()

    def is_working(self) -> bool:
        """Say whether command and sound are there and the last playing did not fail."""
        return self._is_there() and not self._has_failed

    def close(self) -> None:
        """Be silent and let go; may be called twice, never raises."""
        ringing = self._stop()
        self._speech.close()
        if ringing is not None:
            ringing.thread.join(END_WAIT_S)

    def _stop(self) -> _Ringing | None:
        """End the ringing, if there is one, without waiting for its process."""
        with self._lock:
            ringing, self._ringing = self._ringing, None
        if ringing is not None:
            ringing.stop()
        return ringing

    def _is_there(self) -> bool:
        """Say whether there is something to play and to play it with."""
        has_command = bool(self._command) and shutil.which(self._command[0]) is not None
        return has_command and os.access(self._sound, os.R_OK)

    def _note(self, has_failed: bool) -> None:  # noqa: FBT001 # told by the thread, to nobody else
        """Remember how the last playing ended."""
        if has_failed and not self._has_failed:
            _log.warning("BELL_FAILED command=%s", self._command[0])
        self._has_failed = has_failed
