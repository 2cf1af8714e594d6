"""Every kind of HTTP fault at every call, once; the large dose is `python -m tests.faults http`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.dose import Batch
from tests.faults.http_dose import HARNESS
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


def test_a_planted_bug_is_found() -> None:
    """A kiosk that forgets why it waits does not get through."""
    (case,) = (it for it, name in enumerate(FAULTS) if name == "500")
    assert HARNESS.give(Batch("planted", range(case, case + 1), "no-reason")).problems
