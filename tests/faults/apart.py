"""Harnesses that mount disks run apart: as a program of its own in a mount namespace of its own.

What is mounted there nobody else sees, and it is gone with the program, whatever ends it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.support.central_server import ROOT

RESULT = "RESULT "


def why_not() -> str:
    """Return why nothing can be mounted here; empty if it can."""
    if os.geteuid() != 0:
        return "mounting a small disk takes root"
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if tried.returncode == 0 else f"mounting is not allowed here: {tried.stderr.strip()}"


def run_apart(
    module: str, arguments: Sequence[str], *, timeout_s: float | None = None
) -> dict[str, Any]:
    """Run `python -m MODULE ARGUMENTS` in its own mount namespace; return the result it told."""
    done = subprocess.run(
        ["unshare", "--mount", sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=timeout_s,
    )
    for line in done.stdout.splitlines():
        if line.startswith(RESULT):
            told: dict[str, Any] = json.loads(line.removeprefix(RESULT))
            return told
    raise AssertionError(f"{module} ended with {done.returncode} and told nothing")


def tell(result: dict[str, Any]) -> None:
    """Tell the result to whoever ran this program apart."""
    print(RESULT + json.dumps(result), flush=True)
