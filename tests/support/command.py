"""The commands as a technician types them: a process of their own, its answer and its status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.central_server import ROOT

TIMEOUT_S = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command prints
        """The one object on standard output."""
        return json.loads(self.out)


def kiosk(*words: object, told: str = "", settings: Path | None = None) -> Answer:
    """Run `kiosk` with these words; `told` comes on standard input, which is no terminal."""
    given = [str(word) for word in words]
    if settings is not None:
        given += ["--settings", str(settings)]
    done = subprocess.run(
        [sys.executable, "-m", "launch.cli", *given],
        cwd=ROOT,
        env=dict(os.environ) | {"COLUMNS": "100"},
        input=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
