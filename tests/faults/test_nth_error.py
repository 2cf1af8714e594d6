"""Every call on the submit path fails once and for good, and planted bugs are found by it."""

from __future__ import annotations

import pytest

from tests.faults.nth_error import ON_THE_SUBMIT_PATH, WAYS, Stage, fail_everywhere
from tests.faults.sealing_bugs import SealingBug
from tests.faults.shim import has_compiler
from tests.support.needs import needs


@pytest.mark.timeout(600)
def test_whatever_fails_nothing_false_is_shown() -> None:
    """A step is done or refused; the next one works; nothing is there twice."""
    needs(has_compiler(), "failing calls takes gcc")
    result = fail_everywhere(ON_THE_SUBMIT_PATH)
    assert result.problems == [], result.summary()
    assert result.refused > 100
    assert result.submitted > 50


@pytest.mark.parametrize(
    "bug",
    [
        SealingBug.SYNC_ERRORS_IGNORED,
        SealingBug.NO_UNDO,
        SealingBug.SHOWN_ANYWAY,
        SealingBug.HASTY_UNDO,
        SealingBug.SPOILT_KEPT,
    ],
)
def test_a_planted_bug_is_found(bug: SealingBug) -> None:
    """Some call shows what was taken for done, or can't go on."""
    needs(has_compiler(), "failing calls takes gcc")
    assert fail_everywhere((Stage.APPLICATION,), ways=WAYS[:1], bug=bug).problems
