"""A disk that fails at the n-th thing it is asked to do, for one folder of this process."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CALLS = ("open", "write", "fsync", "rename", "unlink")


@dataclass
class FailingDisk:
    """Counts the calls that change a folder, and lets the n-th fail, or all from the n-th on.

    Python's own file calls are replaced, since no real disk can be told to fail at the third fsync.
    SQLite's are not among them: it calls the system by itself.
    """

    patch: pytest.MonkeyPatch
    folder: Path
    number: int = 0
    """Which call is to fail; 0: none."""
    is_lasting: bool = False
    code: int = errno.ENOSPC
    calls: list[str] = field(default_factory=list)
    _descriptors: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Put itself between the program and the system."""
        for name in CALLS:
            self.patch.setattr(os, name, self._standing_in(name, getattr(os, name)))

    def fail_at(self, number: int, *, is_lasting: bool = False, code: int = errno.ENOSPC) -> None:
        """Count anew, and fail at this call."""
        self.number, self.is_lasting, self.code = number, is_lasting, code
        self.calls.clear()

    def mend(self) -> None:
        """Fail no more."""
        self.number = 0

    def _standing_in(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(target: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as `os` has it
            if not self._is_ours(target):
                return original(target, *args, **options)
            self.calls.append(name)
            count = len(self.calls)
            if self.number and (count == self.number or (self.is_lasting and count > self.number)):
                raise OSError(self.code, os.strerror(self.code))
            result = original(target, *args, **options)
            if name == "open":
                self._descriptors.add(result)
            return result

        return call

    def _is_ours(self, target: object) -> bool:
        if isinstance(target, int):
            return target in self._descriptors
        return isinstance(target, str | os.PathLike) and str(target).startswith(str(self.folder))
