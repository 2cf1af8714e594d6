"""The matrix of HTTP faults and calls as a dose, and the bug that it is shown to find."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import sync.platform
from sync.answers import Failed, failure_of
from tests.faults.dose import Batch, Harness, Part
from tests.faults.http_matrix import FAULTS, run_matrix


def strike_some(batch: Batch) -> Part:
    """Strike with some of the faults, each at every call."""
    all_names = tuple(FAULTS)
    names = {all_names[case % len(all_names)]: case for case in batch.cases}
    with tempfile.TemporaryDirectory(prefix="doorstep-http-") as home, _planted(batch.bug):
        matrix = run_matrix(Path(home), names, enrolments=tuple(names))
    result = Part()
    result.figures.update(
        {"faults": matrix.faults, "times at a call": matrix.struck, "entries": matrix.entries}
    )
    for problem in matrix.problems:
        name = problem.partition(":")[0]
        result.find(names.get(name, batch.cases.start), problem)
    return result


@contextmanager
def _planted(bug: str) -> Iterator[None]:
    """Have a kiosk that forgets why it waits, if that is the bug."""

    def without_reason(*told: object) -> Failed:
        return replace(failure_of(*told), why="")  # type: ignore[arg-type] # as they came

    with pytest.MonkeyPatch.context() as patch, _quiet():
        if bug:
            patch.setattr(sync.platform, "failure_of", without_reason)
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


TIMES = 20
HARNESS = Harness(
    name="http",
    about="every fault of HTTP at every call, against the real platform",
    unit="faults at every call",
    dose=TIMES * len(FAULTS),
    batch=16,
    give=strike_some,
    bugs=("no-reason",),
)
