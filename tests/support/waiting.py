"""Waiting for what other threads and processes do: the only place in the tests that polls.

Qt tests wait with `qtbot.waitSignal` and `qtbot.waitUntil`, which keep Qt's events going; this is
for everything else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

POLL_S = (
    0.005  # far below what a person or a contract can tell apart, far above what would load a core
)


def wait_until(condition: Callable[[], object], timeout_s: float = 30.0, what: str = "") -> None:
    """Return as soon as `condition()` is true.

    Args:
        condition: Asked again and again, on the caller's thread.
        timeout_s: After this long the test fails. It bounds a hang and measures nothing, so it is
            generous.
        what: What was awaited, for the failure message.

    Raises:
        AssertionError: the condition was still false at the deadline.
    """
    deadline = time.monotonic() + timeout_s
    never = threading.Event()
    while not condition():
        if time.monotonic() >= deadline:
            awaited = what or getattr(condition, "__qualname__", repr(condition))
            message = f"still waiting after {timeout_s:g} s for: {awaited}"
            raise AssertionError(message)
        never.wait(POLL_S)
