"""Programs with all their processes: found, weighed, ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.programs import parent_and_session, running, weight
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
        first = weight([Path(f"/proc/{family[0]}/smaps").read_text()])
        together = program.weigh()
        assert together.pss_mb > first.pss_mb > 0
        assert together.alone_mb > first.alone_mb > first.pss_mb
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


def a_mapping(name: str, *, rss: int, pss: int, anonymous: int = 0) -> str:
    """Return a mapping as the kernel tells it; sizes in kB."""
    inode = 77 if name.startswith("/") else 0
    return (
        f"5580-55ff r--p 00000000 08:01 {inode} {name}\n"
        f"Size: 999 kB\nRss: {rss} kB\nPss: {pss} kB\nPss_Dirty: 9 kB\n"
        f"Anonymous: {anonymous} kB\nTHPeligible: 0\nVmFlags: rd mr mw me\n"
    )


def test_shared_pages_are_shares_or_counted_once() -> None:
    """A file that two hold counts once, what each wrote counts, what strangers hold does not."""
    one = (
        a_mapping("/usr/lib/x.so", rss=8000, pss=1000, anonymous=500)
        + a_mapping("/usr/lib/x.so", rss=400, pss=200, anonymous=400)
        + a_mapping("[heap]", rss=2000, pss=2000, anonymous=2000)
    )
    other = (
        a_mapping("/usr/lib/x.so", rss=6000, pss=900)
        + a_mapping("", rss=300, pss=300, anonymous=300)
        + a_mapping("/memfd:picture", rss=80, pss=40)
    )
    found = weight([one, other])
    assert found.pss_mb == pytest.approx((1000 + 200 + 2000 + 900 + 300 + 40) * 1.024e-3)
    assert found.alone_mb == pytest.approx((8000 + 200 + 2000 + 300 + 40) * 1.024e-3)


def test_a_name_may_hold_brackets() -> None:
    """Parent and session stand after the last bracket."""
    assert parent_and_session("7 (a) R (b)) S 41 42 43 0 -1") == (41, 43)
