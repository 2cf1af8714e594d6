"""What a test left behind: threads and child processes that were not there before it.

The checks behind the fixture `nothing_left_behind` of `tests/conftest.py`.
"""

from __future__ import annotations

import os
import threading

# The standard library's own: one per process, started on first use, ended with the process.
_KEPT_BY_PYTHON = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def running_threads() -> frozenset[threading.Thread]:
    """Return the threads that would keep the program from ending."""
    return frozenset(t for t in threading.enumerate() if not t.daemon)


def child_processes() -> dict[int, str]:
    """Return the living children of this process: pid to command line.

    Asked before and after every test, so the kernel is asked first whether there is any child.
    """
    children: dict[int, str] = {}
    if not _has_children():
        return children
    for name in os.listdir("/proc"):  # noqa: PTH208 - hundreds of names, thousands of times
        if not name.isdigit():
            continue
        try:
            # The command name stands in brackets and may hold anything: count from the last one.
            state, parent = _read(name, "stat").rpartition(")")[2].split(maxsplit=2)[:2]
            if int(parent) != os.getpid() or state == "Z":
                continue
            command = _read(name, "cmdline").replace("\0", " ").strip()
        except OSError:
            continue  # it ended while we looked
        if not any(k in command for k in _KEPT_BY_PYTHON):
            children[int(name)] = command
    return children


def _has_children() -> bool:
    try:
        # WNOWAIT: whoever started it still hears how it ended.
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _read(pid: str, file: str) -> str:
    with open(f"/proc/{pid}/{file}", errors="replace") as told:  # noqa: PTH123 - as above
        return told.read()
