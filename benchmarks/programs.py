"""A program on the screen with everything it starts: begun, weighed, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_END_S = 15.0


@dataclass(frozen=True, slots=True)
class Weight:
    """Memory of a family of processes in MB (10^6 bytes)."""

    pss_mb: float
    """Proportional set size: what is shared with others counts in shares, strangers among them."""
    alone_mb: float
    """As if nobody else ran: everything that is no file, and of each file as much as that process
    holds that holds most of it, or all their shares where that is more. A little too low for
    families whose members hold different parts of a file.
    """


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

    def weigh(self) -> Weight:
        """Return the memory of all its processes.

        Raises:
            PermissionError: A process does not show its memory.
        """
        maps = []
        for pid in self.processes():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                maps.append((_PROC / str(pid) / "smaps").read_text("utf-8", "replace"))
        return weight(maps)

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


def weight(maps: Sequence[str]) -> Weight:
    """Return what processes weigh together, out of the `smaps` (proc(5)) of each."""
    pss_kib = other_kib = 0
    most_kib: Counter[str] = Counter()
    shares_kib: Counter[str] = Counter()
    for text in maps:
        held_kib: Counter[str] = Counter()
        for name, sizes in _mappings(text):
            pss_kib += sizes["Pss"]
            # Pages that were written to belong to the family, whatever file they came from.
            if name and 2 * sizes["Anonymous"] < sizes["Rss"]:
                held_kib[name] += sizes["Rss"]
                shares_kib[name] += sizes["Pss"]
            else:
                other_kib += sizes["Pss"]
        most_kib |= held_kib
    alone_kib = other_kib + sum((most_kib | shares_kib).values())
    return Weight(pss_kib * 1024 / 1e6, alone_kib * 1024 / 1e6)


def _mappings(smaps: str) -> Iterator[tuple[str, Counter[str]]]:
    """Yield each mapping: its file, "" for none, and its sizes in KiB by their names."""
    name, sizes = "", Counter[str]()
    for line in smaps.splitlines():
        first, *words = line.split()
        if first.endswith(":"):
            if words[-1] == "kB":
                sizes[first.removesuffix(":")] = int(words[0])
            continue
        yield name, sizes
        is_file = len(words) > 4 and words[3] != "0" and not words[4].startswith("/memfd:")
        name, sizes = words[4] if is_file else "", Counter[str]()
    yield name, sizes


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
