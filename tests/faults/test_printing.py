"""A small dose of print jobs with random faults, and planted bugs that are found."""

from __future__ import annotations

import os

import pytest

from tests.faults.dose import give_all
from tests.faults.printing import HARNESS
from tests.support.office_printers import has_programs

pytestmark = pytest.mark.may_warn


def test_print_jobs_with_random_faults() -> None:
    """None to the wrong visit, none claimed that was not, none twice unasked."""
    part = give_all(HARNESS, 75, "m")  # with several of each outcome, whatever else is running
    assert part.problems == []
    assert part.figures["jobs"] == 100
    assert part.figures["office papers by IPP"] + part.figures["office papers through CUPS"] == 50
    assert part.figures["of them as PWG raster"] > 0
    outcomes = {"Printed", "PrintFailed", "PrintUnconfirmed", "killed"}
    assert outcomes | {f"office {it}" for it in outcomes} <= set(part.figures)
    if has_programs() or os.environ.get("CI"):
        assert part.figures["office papers through CUPS"] > 0
        assert part.figures["of them on CUPS's simulator"] > 0


@pytest.mark.parametrize("bug", HARNESS.bugs)
def test_a_planted_bug_is_found(bug: str) -> None:
    """A driver that claims, repeats, or leaves something behind is found out."""
    assert give_all(HARNESS, 360, "s", bug).problems != []
