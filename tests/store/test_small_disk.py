"""A disk that is really full."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.central_server import ROOT
from tests.support.needs import needs


def run_on_small_disk(module: str, folder: Path) -> dict[str, object]:
    """Run a module with a disk of its own and return what it tells."""
    flags = ["--mount"] if os.geteuid() == 0 else ["-rm"]
    tried = subprocess.run(
        ["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    needs(tried.returncode == 0, "mounting a small disk in a namespace is not allowed here")
    done = subprocess.run(
        ["unshare", *flags, sys.executable, "-m", module, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_the_ballast_leads_out_of_a_full_disk(tmp_path: Path) -> None:
    """With the last byte used no proof can be recorded; with the ballast given up all can be, and
    it is made again only when there is room.
    """
    told = run_on_small_disk("tests.store.full_disk", tmp_path)
    assert told["was_made"]
    assert told["delivered_before"] != 40
    assert told["was_released"]
    assert (told["delivered"], told["open"], told["is_well"]) == (40, 0, True)
    assert (told["is_made_on_a_full_disk"], told["is_made_again"]) == (False, True)


def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    """With the disk full nothing is shown; what was shown is whole; with room again it goes on."""
    flags = ["--mount"] if os.geteuid() == 0 else ["-rm"]
    tried = subprocess.run(
        ["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    needs(tried.returncode == 0, "mounting a small disk in a namespace is not allowed here")
    done = subprocess.run(
        ["unshare", *flags, sys.executable, "-m", "tests.store.small_disk", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["refused"] == 5
    assert told["sealed_before"] > 20
    assert told["sealed_after"] == 1
    assert set(told["shown"]) <= set(told["rows"])
    assert len(set(told["rows"])) == len(told["rows"])
    assert told["is_whole"]
    assert told["is_well"]
