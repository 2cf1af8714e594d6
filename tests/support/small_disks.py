"""Small disks of a test's own, in a mount namespace that nobody else sees and that goes with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.central_server import ROOT
from tests.support.needs import needs

_LONGEST_S = 300


def run_on_small_disk(module: str, folder: Path) -> dict[str, object]:
    """Run `python -m MODULE FOLDER`, which may mount what it likes; return the JSON it prints."""
    told: dict[str, object] = json.loads(_run_apart(folder, ["-m", module, str(folder)]))
    return told


def run_tests_on_small_disk(path: str, folder: Path) -> None:
    """Run a file of tests that mount disks below `folder`, named to them by SMALL_DISK."""
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    _run_apart(folder, ["-m", "pytest", *options, path])


def _run_apart(folder: Path, words: Sequence[str]) -> str:
    flags = ["--mount"] if os.geteuid() == 0 else ["-rm"]
    tried = subprocess.run(
        ["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    needs(tried.returncode == 0, "mounting a small disk in a namespace is not allowed here")
    done = subprocess.run(
        ["unshare", *flags, sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "SMALL_DISK": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout
