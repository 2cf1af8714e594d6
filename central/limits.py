"""Counting what must not happen often: wrong codes and wrong passwords."""

from __future__ import annotations

import threading
import time
from collections import deque

MAX_NAMES = 10_000


class Limiter:
    """Remembers how often something happened under a name within a time; may be used by any thread.

    Kept in memory: a restart forgives, and several workers each count for themselves.
    """

    def __init__(self, most: int, within_s: float) -> None:
        self._most = most
        self._within_s = within_s
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, name: str) -> None:
        """Note that it happened."""
        with self._lock:
            times = self._times.pop(name, deque(maxlen=self._most))
            times.append(time.monotonic())
            self._times[name] = times
            if len(self._times) > MAX_NAMES:
                del self._times[next(iter(self._times))]

    def is_full(self, name: str) -> bool:
        """Say whether it has happened too often."""
        with self._lock:
            times = self._times.get(name)
            if times is None or len(times) < self._most:
                return False
            return time.monotonic() - times[0] < self._within_s
