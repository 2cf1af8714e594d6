"""Every kind of HTTP fault at every call, once; the large dose is `python -m tests.faults http`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import sync.platform
from sync.answers import Failed, failure_of
from tests.faults.http_faults import SAME_CLASS
from tests.faults.http_matrix import CALLS, FAULTS, run_matrix
from tests.faults.line_faults import SAME_CLASS_OF_LINE

AT_ENROLMENT = ("lost", "portal", "garbage", "other shape", "certificate of a stranger")


@pytest.mark.timeout(600)
@pytest.mark.may_warn("a proof or an answer that can't be used is told")
def test_every_fault_at_every_call(tmp_path: Path) -> None:
    """Whatever is hit by it, each entry is delivered once, or waits with its reason until then."""
    names = [name for name in FAULTS if name not in SAME_CLASS | SAME_CLASS_OF_LINE]
    assert len(names) >= 45
    matrix = run_matrix(tmp_path, names, enrolments=AT_ENROLMENT)
    assert not matrix.problems, matrix.summary()
    assert matrix.struck == len(names) * (len(CALLS) - 1) + len(AT_ENROLMENT)


def test_a_planted_bug_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk that forgets why it waits does not get through."""

    def without_reason(*told: object) -> Failed:
        return replace(failure_of(*told), why="")  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(sync.platform, "failure_of", without_reason)
    assert run_matrix(tmp_path, ["500"], enrolments=()).problems
