"""How far a large dose has come: a small file that is written after each batch, and read again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.dose import Harness, Part, read_part
from tests.support.central_server import ROOT

FOLDER = ROOT / "build" / "faults"
"""Nothing in it is committed."""

MOST_KEPT = 200


@dataclass
class Progress:
    """What of one harness's dose is done."""

    path: Path
    seed: str
    done: int = 0
    """The cases before this one are done."""
    seconds: float = 0.0
    part: Part = field(default_factory=Part)
    revisions: list[str] = field(default_factory=list)
    """Of the source, as each had cases to go through."""

    def take(self, part: Part, done: int, seconds: float) -> None:
        """Add what a batch came to, and write it down."""
        self.part.add(part)
        del self.part.problems[MOST_KEPT:]
        self.done = done
        self.seconds += seconds
        if (now := revision()) not in self.revisions:
            self.revisions.append(now)
        self._save()

    def summary(self, harness: Harness, dose: int) -> str:
        """Return what is done so far, and how what was found is looked at again."""
        lines = [
            f"{harness.name}: {self.done:,} of {dose:,} {harness.unit}",
            f"in {self.seconds:,.0f} s, seed {self.seed}, source {' '.join(self.revisions) or '-'}",
            self.part.summary(),
        ]
        if self.part.problems:
            case = self.part.problems[0].case
            again = f"./run faults {harness.name} --seed {self.seed} --case {case}"
            lines.append(f"to look at one again: {again}")
        elif self.done and harness.is_sample:
            # No failure in n independent trials: at most 3/n, with 95 % confidence.
            lines.append(f"at most {300 / self.done:.3g} % of cases fail, at 95 %")
        return "\n".join(lines)

    def _save(self) -> None:
        told = {
            "seed": self.seed,
            "done": self.done,
            "seconds": round(self.seconds, 1),
            "revisions": self.revisions,
            **self.part.to_json(),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}")
        draft.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, self.path)  # noqa: PTH105 - says what it does


def load(name: str, folder: Path = FOLDER) -> Progress | None:
    """Return how far a harness has come; None if it has not begun."""
    path = folder / f"{name}.json"
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Progress(
        path,
        str(told["seed"]),
        int(told["done"]),
        float(told["seconds"]),
        read_part(told),
        [str(it) for it in told["revisions"]],
    )


def begin(name: str, seed: str, folder: Path = FOLDER) -> Progress:
    """Return the beginning of a dose."""
    return Progress(folder / f"{name}.json", seed)


def revision() -> str:
    """Return which state of the source this is; a plus where something is not committed."""
    if shutil.which("git") is None:
        return "unknown"
    asked = ["git", "describe", "--always", "--dirty=+", "--abbrev=8"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
