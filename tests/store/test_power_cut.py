"""A program killed in the middle of sealing: what the next start finds, and what it makes of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.sealing import QUARANTINE
from kiosk.store import applications, entries
from tests.support.central_server import ROOT
from tests.support.sealing_places import SealingPlace, now


def killed_at(place: SealingPlace, point: str) -> str:
    """Run a program that seals one application and is killed in the second; return its number."""
    raw = place.recipient.raw.hex()
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.dying", str(place.folder), raw, point],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr
    return done.stdout.strip()


@pytest.mark.may_warn("an adoption is told")
@pytest.mark.parametrize(
    ("point", "adopted", "in_all"),
    [("draft", 0, 1), ("renamed", 1, 2), ("rows", 1, 2), ("committed", 0, 2)],
)
def test_killed_in_the_middle_of_sealing(
    tmp_path: Path, point: str, adopted: int, in_all: int
) -> None:
    """Nothing that was shown is lost, a file without a row is adopted, the next number is free."""
    place = SealingPlace(tmp_path / "state")
    number = killed_at(place, point)
    sealer = place.open()
    assert sealer.adopt(now()) == adopted
    rows = entries.unregistered(sealer.db, 10)
    assert [row.seq for row in rows] == list(range(1, in_all + 1))
    assert str(rows[0].header.receipt_number) == number
    assert [row.is_acknowledged for row in rows].count(False) == adopted
    assert place.files() == sorted(row.file for row in rows)
    assert not (place.envelopes / QUARANTINE).exists()
    for row in rows:
        assert place.contents(row.file) is not None
    following = place.seal(sealer)
    assert following.number not in {str(row.header.receipt_number) for row in rows}
    assert applications.find(sealer.db, rows[0].app_id) is not None
    place.close()


@pytest.mark.may_warn("an adoption is told")
def test_adoption_comes_before_the_first_seal(tmp_path: Path) -> None:
    """Even a program that forgets to adopt at start does so before it seals."""
    place = SealingPlace(tmp_path / "state")
    killed_at(place, "renamed")
    sealer = place.open()
    place.seal(sealer)
    assert [row.seq for row in entries.unregistered(sealer.db, 10)] == [1, 2, 3]
    place.close()
