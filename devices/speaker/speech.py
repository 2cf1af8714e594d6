"""Speaking a sentence with a program of the machine's: one such as a script around espeak-ng.

The program gets the sentence on its standard input, in UTF-8, and speaks until it ends. One speaks
at a time: what comes while it speaks is not said, since two voices at once are none.
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

LONGEST_S = 30.0
"""No sentence takes longer: the program hangs, and is killed with all that it started."""

END_WAIT_S = 1.0
"""How long `close` waits for a killed program."""

_LANGUAGE = "{language}"

_log = logging.getLogger(__name__)


class SpeechCommand:
    """Speaks with `command`, none when it is empty; may be used from any thread."""

    def __init__(self, command: tuple[str, ...], longest_s: float = LONGEST_S) -> None:
        """Speak with this program; `{language}` among its arguments becomes the language's id."""
        self._command = command
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._has_failed = False

    def say(self, sentence: str, language: str) -> None:
        """Begin to speak; returns at once, whatever becomes of it."""
        with self._lock:
            if not self._is_there() or (self._thread is not None and self._thread.is_alive()):
                return
            words = [word.replace(_LANGUAGE, language) for word in self._command]
            self._thread = threading.Thread(
                target=self._speak, args=(words, sentence), name="speech", daemon=True
            )
            self._thread.start()

    def is_working(self) -> bool:
        """Say whether there is such a program, and the last sentence came to its end."""
        return self._is_there() and not self._has_failed

    def close(self) -> None:
        """Be silent; may be called twice, never raises."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._kill()
        if thread is not None:
            thread.join(END_WAIT_S)

    def _speak(self, words: list[str], sentence: str) -> None:
        status = self._status_of(words, sentence.encode())
        has_failed = status not in (0, -signal.SIGKILL)
        if has_failed and not self._has_failed:
            _log.warning("SPEECH_FAILED command=%s", self._command[0])
        self._has_failed = has_failed

    def _status_of(self, words: list[str], sentence: bytes) -> int:
        """Run the program to its end and return its exit status; 1 for one that hung."""
        try:
            with self._lock:
                if self._thread is not threading.current_thread():
                    return 0  # closed before it began
                process = self._process = subprocess.Popen(  # noqa: S603 # the technician's command
                    words,
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
        has_ended = _ends_within(process.pid, self._longest_s)
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
        """Kill the program and what it started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _is_there(self) -> bool:
        return bool(self._command) and shutil.which(self._command[0]) is not None


def _ends_within(pid: int, seconds: float) -> bool:
    """Wait for the end of a child, without reaping it."""
    handle = os.pidfd_open(pid)
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)
