"""Speaking a sentence with a program of the machine's: one such as a script around espeak-ng.

The program gets the sentence on its standard input, in UTF-8, and speaks until it ends: no other
program of the machine sees what is said, as it would among a program's arguments. One speaks at a
time: what comes while it speaks is not said, since two voices at once are none. Only what is spelt
comes first, for somebody touched a button for it.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import subprocess
import threading
from contextlib import suppress

from kiosk.ports.speaker import SPELLING_PAUSE_S

LONGEST_S = 30.0
"""No sentence takes longer: the program hangs, and is killed with all that it started."""

END_WAIT_S = 1.0
"""How long `close` waits for a killed program."""

_LANGUAGE = "{language}"

_log = logging.getLogger(__name__)


class _Speaking:
    """Sentences that are spoken one after the other, until the end or until it is told to stop."""

    def __init__(self, words: list[str], sentences: tuple[str, ...]) -> None:
        """Speak these with the program `words`."""
        self.words = words
        self.sentences = sentences
        self.has_failed = False
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """Kill the program and what it started, and start none again; returns at once."""
        self._is_over.set()
        with self._lock:
            self._kill()

    def run(self, longest_s: float, pause_s: float) -> None:
        """Speak to the end; raises nothing."""
        for number, sentence in enumerate(self.sentences):
            if self._is_over.wait(pause_s if number else 0.0):
                return
            if self._status_of(sentence.encode(), longest_s) != 0:  # it failed, or was stopped
                self.has_failed = True
                return

    def _status_of(self, sentence: bytes, longest_s: float) -> int:
        """Run the program to its end and return its exit status; 1 for one that hung."""
        try:
            with self._lock:
                if self._is_over.is_set():
                    return 0
                process = self._process = subprocess.Popen(  # noqa: S603 # the technician's command
                    self.words,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError:
            return 1
        assert process.stdin is not None
        with suppress(OSError):  # it ended without listening
            process.stdin.write(sentence)  # fits into the pipe
        with suppress(OSError):
            process.stdin.close()
        has_ended = _ends_within(process.pid, longest_s)
        with self._lock:
            self._kill()
        # One that hangs in a driver's call is left behind, and the lock with nobody.
        is_dead = has_ended or _ends_within(process.pid, END_WAIT_S)
        # Reaped under the lock alone: nobody kills a number that is free for others.
        with self._lock:
            self._process = None
            status = process.wait() if is_dead else 1
        return status if has_ended else 1

    def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


class SpeechCommand:
    """Speaks with `command`, none when it is empty; may be used from any thread."""

    def __init__(
        self,
        command: tuple[str, ...],
        longest_s: float = LONGEST_S,
        pause_s: float = SPELLING_PAUSE_S,
    ) -> None:
        """Speak with this program; `{language}` among its arguments becomes the language's id."""
        self._command = command
        self._longest_s = longest_s
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._speaking: _Speaking | None = None
        self._thread: threading.Thread | None = None
        self._has_failed = False

    def say(self, sentence: str, language: str) -> None:
        """Begin to speak, unless something is spoken; returns at once, whatever becomes of it."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._begin((sentence,), language)

    def spell(self, pieces: tuple[str, ...], language: str) -> None:
        """Begin to speak these, with pauses, instead of what is spoken; returns at once."""
        with self._lock:
            self._stop()
            self._begin(pieces, language)

    def fall_silent(self) -> None:
        """Stop speaking; returns at once."""
        with self._lock:
            self._stop()

    def is_working(self) -> bool:
        """Say whether there is such a program, and the last sentence came to its end."""
        return self._is_there() and not self._has_failed

    def close(self) -> None:
        """Be silent; may be called twice, never raises."""
        with self._lock:
            thread = self._thread
            self._stop()
        if thread is not None:
            thread.join(END_WAIT_S)

    def _begin(self, sentences: tuple[str, ...], language: str) -> None:
        if not self._is_there():
            return
        words = [word.replace(_LANGUAGE, language) for word in self._command]
        speaking = self._speaking = _Speaking(words, sentences)
        self._thread = threading.Thread(
            target=self._speak, args=(speaking,), name="speech", daemon=True
        )
        self._thread.start()

    def _stop(self) -> None:
        """End what is spoken, without waiting for its process."""
        if self._speaking is not None:
            self._speaking.stop()
        self._speaking = self._thread = None

    def _speak(self, speaking: _Speaking) -> None:
        speaking.run(self._longest_s, self._pause_s)
        with self._lock:
            if self._speaking is not speaking:
                return  # it was told to stop: whether it would have worked nobody knows
            has_failed, had_failed = speaking.has_failed, self._has_failed
            self._has_failed = has_failed
        if has_failed and not had_failed:
            _log.warning("SPEECH_FAILED command=%s", self._command[0])

    def _is_there(self) -> bool:
        return bool(self._command) and shutil.which(self._command[0]) is not None


def _ends_within(pid: int, seconds: float) -> bool:
    """Wait for the end of a child, without reaping it."""
    handle = os.pidfd_open(pid)
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)
