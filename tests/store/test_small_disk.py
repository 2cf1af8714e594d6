"""A disk that is really full."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.central_server import ROOT
from tests.support.needs import needs


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
