"""What a killed program leaves of a paper, and what one that still runs does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from printing.under_way import MOST_OWED, UnderWay

_PRINTS = """
import sys, time
from pathlib import Path
from printing.under_way import UnderWay
note = UnderWay(Path(sys.argv[1]))
note.note(1234)
print("prints", flush=True)
sys.stdin.read()
"""


def test_another_programs_paper_is_broken_off_only_once_it_is_dead(tmp_path: Path) -> None:
    """The doctor beside a kiosk that prints finds nothing to end; after a kill there is."""
    path = tmp_path / "paper-under-way"
    kiosk = subprocess.Popen(
        [sys.executable, "-c", _PRINTS, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert kiosk.stdout is not None
    try:
        assert kiosk.stdout.readline() == b"prints\n"
        doctor = UnderWay(path)
        assert doctor.left() is None
        doctor.note(7)
        assert path.read_bytes() == b"1234\n"
    finally:
        kiosk.send_signal(signal.SIGKILL)
        kiosk.communicate()
    assert doctor.left() == 1234


def test_a_paper_that_is_out_leaves_nothing(tmp_path: Path) -> None:
    """A shorter number leaves nothing of a longer one, and what is over is gone."""
    path = tmp_path / "paper-under-way"
    note = UnderWay(path)
    note.note(60_000)
    note.note(7)
    assert path.read_bytes() == b"7\n"
    note.note(None)
    assert not path.exists()
    note.note(9)
    note.close()
    assert UnderWay(path).left() == 9


@pytest.mark.parametrize("said", [b"", b"many", b"-5\n", b"99999999999999\n", b"\xff\xfe"])
def test_a_note_that_says_nothing_useful_counts_as_the_longest(tmp_path: Path, said: bytes) -> None:
    """Better too many zeros than a paper on a torn one."""
    path = tmp_path / "paper-under-way"
    path.write_bytes(said)
    assert UnderWay(path).left() == MOST_OWED


@pytest.mark.may_warn("a note that can't be written is told")
def test_a_note_that_can_not_be_written_stops_no_paper(tmp_path: Path) -> None:
    """A folder that is gone, or is in the way."""
    UnderWay(tmp_path / "gone" / "paper-under-way").note(3)
    assert UnderWay(tmp_path / "gone" / "paper-under-way").left() is None
    UnderWay(tmp_path).note(3)
    assert UnderWay(tmp_path).left() == MOST_OWED
