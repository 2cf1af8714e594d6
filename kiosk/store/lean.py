"""Importing a library without what it would load only in case it is there.

sqlite-utils loads numpy if it can, to know columns of its types. That is half of what a command of
the kiosk takes to start, and leaves threads behind for sums that nobody does.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NotThere:
    """A finder of modules that says of some, to one thread, that they are not installed."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._thread = threading.get_ident()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return None: the next finder is asked.

        Raises:
            ModuleNotFoundError: It is one of those, and the thread is this one.
        """
        if name in self._names and threading.get_ident() == self._thread:
            message = f"{name} is not loaded for this"
            raise ModuleNotFoundError(message, name=name)
        return None


@contextmanager
def without_libraries(*names: str) -> Iterator[None]:
    """Let imports of this thread go as if these libraries were not installed.

    Other threads find them meanwhile, and so does everybody afterwards. What is loaded already is
    found as ever.
    """
    finder = _NotThere(frozenset(names))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
