"""A deployer's own program as face matcher: started for one comparison, and gone after it.

It says who it is, is asked once, answers, and is killed with all that it started: no face outlives
its comparison in a process that nobody here knows. What takes it long (loading a model) it does
before the question, while the resident still looks into the camera (`prepare`).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence

from devices.face_matcher import frames
from kiosk.domain import WhyNotCompared
from kiosk.ports.face_matcher import Compared, MatcherName, NotCompared

_PIECE = 65_536
_DEAD_WITHIN_S = 2.0


class ProgramMatcher:
    """A program and its arguments, looked for when it is needed; see the module."""

    def __init__(self, command: Sequence[str]) -> None:
        """Name the program."""
        self._command = tuple(command)
        self._ready: _Asked | None = None

    def prepare(self) -> None:
        """Start the program, so that it is ready when it is asked."""
        if self._ready is not None and not self._ready.is_alive():
            self.close()
        if self._ready is None:
            self._ready = _start(self._command)

    def compare(
        self, portrait_jpeg: bytes, photo_jpeg: bytes, timeout_s: float
    ) -> Compared | NotCompared:
        """Ask the program once; one that died while it waited is started again, once."""
        deadline_s = time.monotonic() + timeout_s
        question = frames.comparison(portrait_jpeg, photo_jpeg)
        was_ready = self._ready is not None
        answer = self._ask(question, deadline_s)
        is_dead = answer == NotCompared(WhyNotCompared.BROKE_OFF)
        return self._ask(question, deadline_s) if was_ready and is_dead else answer

    def name(self, timeout_s: float) -> MatcherName | NotCompared:
        """Start the program for its name alone."""
        deadline_s = time.monotonic() + timeout_s
        self.prepare()
        asked, self._ready = self._ready, None
        if asked is None:
            return NotCompared(WhyNotCompared.NO_PROGRAM)
        try:
            return frames.name_of(*asked.frame(deadline_s))
        except _NoAnswer as error:
            return NotCompared(error.why)
        except frames.Nonsense:
            return NotCompared(WhyNotCompared.GARBLED)
        finally:
            asked.end()

    def close(self) -> None:
        """End the program that waits, if one does."""
        if self._ready is not None:
            self._ready.end()
            self._ready = None

    def _ask(self, question: bytes, deadline_s: float) -> Compared | NotCompared:
        asked = self._ready or _start(self._command)
        self._ready = None
        if asked is None:
            return NotCompared(WhyNotCompared.NO_PROGRAM)
        try:
            asked.say(question)
            by = frames.name_of(*asked.frame(deadline_s))
            score = frames.score_of(*asked.frame(deadline_s))
        except _NoAnswer as error:
            return NotCompared(error.why)
        except frames.Nonsense:
            return NotCompared(WhyNotCompared.GARBLED)
        finally:
            asked.end()
        return NotCompared(score) if isinstance(score, WhyNotCompared) else Compared(score, by)


class _NoAnswer(Exception):
    """The program gives none."""

    def __init__(self, why: WhyNotCompared) -> None:
        super().__init__(why)
        self.why = why


class _Asked:
    """One process: what is still to be told to it, and what it said and was not taken yet."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._output.fileno(), False)
        self._to_say = memoryview(b"")
        self._said = b""

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def say(self, question: bytes) -> None:
        """Have the question told while frames are waited for."""
        self._to_say = memoryview(question)

    def frame(self, deadline_s: float) -> tuple[bytes, bytes]:
        """Return kind and content of the program's next frame.

        Raises:
            _NoAnswer: there is none in time, or ever.
            Nonsense: what it says is none.
        """
        with selectors.DefaultSelector() as both:
            both.register(self._output, selectors.EVENT_READ)
            if self._to_say:
                both.register(self._input, selectors.EVENT_WRITE)
            while (found := frames.split(self._said)) is None:
                left_s = deadline_s - time.monotonic()
                if left_s <= 0:
                    raise _NoAnswer(WhyNotCompared.TOO_SLOW)
                for key, _ in both.select(left_s):
                    if key.fileobj is self._output:
                        self._hear()
                    elif self._tell():
                        both.unregister(self._input)
        kind, content, self._said = found
        return kind, content

    def end(self) -> None:
        """Kill it with its whole family: it may be a script around a maker's own program."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        # One that hangs in a driver's call, or runs as somebody else, is left behind: the lane is
        # not.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_DEAD_WITHIN_S)
        self._output.close()
        with contextlib.suppress(OSError):  # nothing is buffered; a broken pipe is no news
            self._input.close()

    def _hear(self) -> None:
        # A name and a score fit into one piece, and whatever says more is never read on: `split`
        # refuses it.
        piece = self._output.read(_PIECE)
        if piece == b"":
            raise _NoAnswer(WhyNotCompared.BROKE_OFF)
        self._said += piece or b""

    def _tell(self) -> bool:
        """Tell as much as it takes; return whether nothing is left to be told."""
        try:
            told = os.write(self._input.fileno(), self._to_say[:_PIECE])
        except BlockingIOError:
            return False
        except OSError:  # it reads no more: it may still have said why
            self._to_say = memoryview(b"")
            return True
        self._to_say = self._to_say[told:]
        if self._to_say:
            return False
        self._input.close()
        return True


def _start(command: Sequence[str]) -> _Asked | None:
    if not command:
        return None
    try:
        process = subprocess.Popen(  # noqa: S603 # the deployer's own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
    except OSError:
        return None
    return _Asked(process)
