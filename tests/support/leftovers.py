"""What a test left behind: threads and child processes that were not there before it.

The checks behind the fixture `nothing_left_behind` of `tests/conftest.py`.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

# The standard library's own: one per process, started on first use, ended with the process.
_KEPT_BY_PYTHON = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def running_threads() -> frozenset[threading.Thread]:
    """Return the threads that would keep the program from ending."""
    return frozenset(t for t in threading.enumerate() if not t.daemon)


def child_processes() -> dict[int, str]:
    """Return the living children of this process: pid to command line."""
    children: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The command name stands in brackets and may hold anything: count from the last one.
            state, parent = (
                (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            )
            command = (entry / "cmdline").read_text(errors="replace").replace("\0", " ").strip()
        except OSError:
            continue  # it ended while we looked
        if (
            int(parent) == os.getpid()
            and state != "Z"
            and not any(k in command for k in _KEPT_BY_PYTHON)
        ):
            children[int(entry.name)] = command
    return children
