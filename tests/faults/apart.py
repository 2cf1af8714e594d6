"""Harnesses that mount disks or bend the C library run apart: as programs of their own.

What is mounted in a program's own mount namespace nobody else sees, and it is gone with the
program, whatever ends it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.support.central_server import ROOT

RESULT = "RESULT "


_TRY = (
    "mount -t tmpfs tmpfs /mnt && cd /mnt && truncate -s 8M image && mkfs.ext4 -q image"
    " && mkdir disk && mount -o loop image disk"
)


def why_not() -> str:
    """Return why no small disk can be mounted here; empty if it can."""
    if os.geteuid() != 0:
        return "mounting a small disk takes root"
    tried = subprocess.run(
        ["unshare", "--mount", "sh", "-c", _TRY], capture_output=True, text=True, check=False
    )
    reason = tried.stderr.strip()
    return f"mounting is not possible here: {reason}" if tried.returncode else ""


def run_apart(
    module: str,
    arguments: Sequence[str],
    *,
    mounts: bool = False,
    variables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run `python -m MODULE ARGUMENTS`; return the result it told.

    Args:
        module: The program.
        arguments: Its arguments.
        mounts: Gives it a mount namespace of its own.
        variables: Added to its environment.
    """
    apart = ["unshare", "--mount"] if mounts else []
    done = subprocess.run(
        [*apart, sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(RESULT):
            told: dict[str, Any] = json.loads(line.removeprefix(RESULT))
            return told
    raise AssertionError(f"{module} ended with {done.returncode}: {done.stderr[-2000:]}")


def run_side_by_side(calls: Sequence[Callable[[], dict[str, Any]]]) -> list[dict[str, Any]]:
    """Run several at once; return their results in order."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def tell(result: dict[str, Any]) -> None:
    """Tell the result to whoever ran this program apart."""
    print(RESULT + json.dumps(result), flush=True)
