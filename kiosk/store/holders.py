"""Names of programs that hold something, by which others know whether they still run.

A name tells the process, and when the kernel started it, since process ids are given out again.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_START_FIELD = 22 - 3
"""Of the fields behind the name of the program in `/proc/PID/stat`, proc(5)."""


def new_holder() -> str:
    """Return a name that no other has, also of this process."""
    pid = os.getpid()
    return f"{pid}.{_started(pid) or '?'}.{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Say whether the program of that name surely runs no more; False where nobody can tell."""
    pid, _, rest = holder.partition(".")
    started = rest.partition(".")[0]
    if not (pid.isdecimal() and started.isdecimal()):
        return False
    return _started(int(pid)) not in {started, None}


def _started(pid: int) -> str | None:
    """Return when a process was started, in ticks since boot: "" if there is none, None if that
    can't be told here.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "" if Path("/proc/self/stat").exists() else None
    except OSError:
        return None
    state, *fields = told.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[_START_FIELD - 1]
