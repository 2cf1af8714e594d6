"""Programs with all their processes: found, weighed, ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.programs import parent_and_session, pss_kib, running
from tests.support.waiting import wait_until

FAMILY = """
import subprocess, sys
child = [sys.executable, "-c", "import sys; sys.stdin.read()"]
subprocess.Popen(child, stdin=subprocess.PIPE)
subprocess.Popen(child, stdin=subprocess.PIPE, start_new_session=True)
sys.stdin = None
import threading
threading.Event().wait()
"""


def test_a_program_is_weighed_and_ended_with_its_whole_family() -> None:
    """Children count, those in a session of their own too, and none is left behind."""
    with running([sys.executable, "-c", FAMILY], ":0") as program:
        wait_until(lambda: len(program.processes()) == 3, what="the family")
        family = program.processes()
        alone = pss_kib(Path(f"/proc/{family[0]}/smaps_rollup").read_text()) * 1024 / 1e6
        assert program.weigh_mb() > alone > 0
        assert os.getpid() not in family
    wait_until(
        lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in family), what="their end"
    )


def test_what_the_desktop_says_is_not_handed_on(tmp_path: Path) -> None:
    """The display is the given one, and bytecode is kept as in an installed kiosk."""
    told = tmp_path / "told"
    code = f"""
import os, pathlib
names = ("DISPLAY", "QT_QPA_PLATFORM", "PYTHONDONTWRITEBYTECODE", "MORE")
pathlib.Path({str(told)!r}).write_text(repr([os.environ.get(name) for name in names]))
"""
    with running([sys.executable, "-c", code], ":7", {"MORE": "x"}):
        wait_until(lambda: told.exists() and told.read_text(), what="the environment")
    assert told.read_text() == "[':7', None, None, 'x']"


def test_the_share_of_shared_pages_is_read() -> None:
    """From the line `Pss:` and no other."""
    rollup = (
        "5580-ffff ---p 00000000 00:00 0 [rollup]\nRss: 900 kB\nPss:   123 kB\nPss_Anon: 9 kB\n"
    )
    assert pss_kib(rollup) == 123
    assert pss_kib("") == 0


def test_a_name_may_hold_brackets() -> None:
    """Parent and session stand after the last bracket."""
    assert parent_and_session("7 (a) R (b)) S 41 42 43 0 -1") == (41, 43)
