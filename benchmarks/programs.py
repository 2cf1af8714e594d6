"""A program on the screen with everything it starts: begun, weighed, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PROC = Path("/proc")
_END_S = 15.0


class Program:
    """A running program; its processes are known by the session that it leads."""

    def __init__(self, command: Sequence[str], display: str, more: Mapping[str, str]) -> None:
        """Start it on a display, with `more` in its environment; what it says is thrown away."""
        environment = {
            name: value for name, value in os.environ.items() if name not in _NOT_FOR_PROGRAMS
        }
        self.started_s = time.perf_counter()
        self._process = subprocess.Popen(
            list(command),
            env=environment | {"DISPLAY": display} | dict(more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def processes(self) -> tuple[int, ...]:
        """Return the ids of all its processes: the tree below it, and what left it in its session.

        Helpers that give themselves a new parent still belong to it.
        """
        table = dict(_table())
        found = {self._process.pid} & set(table)
        while True:
            more = {
                pid
                for pid, (parent, session) in table.items()
                if parent in found or session == self._process.pid
            }
            if more <= found:
                return tuple(sorted(found))
            found |= more

    def weigh_mb(self) -> float:
        """Return the memory of all its processes in MB (10^6 bytes), shared pages in shares (PSS).

        Raises:
            PermissionError: A process does not show its memory.
        """
        total_kib = 0
        for pid in self.processes():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                total_kib += pss_kib((_PROC / str(pid) / "smaps_rollup").read_text("ascii"))
        return total_kib * 1024 / 1e6

    def end(self) -> None:
        """Ask it to end, and see to it that nothing of it is left."""
        left = self.processes()
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_S)
        for pid in {*left, *self.processes()} & {pid for pid, _ in _table()}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(_END_S)


# The desktop of whoever measures would take part: its bus, displays, settings of Qt and Python.
_NOT_FOR_PROGRAMS = frozenset(
    {
        "DBUS_SESSION_BUS_ADDRESS",
        "WAYLAND_DISPLAY",
        "QT_QPA_PLATFORM",
        "QT_SCALE_FACTOR",
        "PYTHONDONTWRITEBYTECODE",
    }
)


@contextlib.contextmanager
def running(
    command: Sequence[str], display: str, more: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """Run a program for as long as the block lasts."""
    program = Program(command, display, more or {})
    try:
        yield program
    finally:
        program.end()


def pss_kib(rollup: str) -> int:
    """Return the proportional set size out of a `smaps_rollup` (proc(5)); 0 if it names none."""
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _table() -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield all processes: id, (parent, session)."""
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
                yield int(folder.name), parent_and_session(stat)


def parent_and_session(stat: str) -> tuple[int, int]:
    """Return parent and session out of a line of `/proc/PID/stat` (proc(5)).

    The name stands in brackets and may hold spaces and brackets itself.
    """
    fields = stat.rpartition(")")[2].split()
    return int(fields[1]), int(fields[3])
