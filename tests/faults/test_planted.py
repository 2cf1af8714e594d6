"""The harness is a test only if it can fail: each planted bug is found, and by what it does."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.faults.killing import ForkedKiosk
from tests.faults.many_kills import Share, kill_often
from tests.faults.orders import Phase, PlantedBug
from tests.faults.verdict import Verdict

ROUNDS = 4


def with_bug(home: Path, bug: PlantedBug | None, focus: Phase) -> Verdict:
    """Kill a kiosk with a bug a few times where the bug does its harm, and judge."""
    make = partial(ForkedKiosk, bug=bug, focus=focus)
    return kill_often(home / "dose", "planted", [Share(make, 1, ROUNDS)]).verdict


def test_without_a_bug_nothing_is_found(tmp_path: Path) -> None:
    """The same few kills leave nothing wrong when nothing is planted."""
    verdict = with_bug(tmp_path, None, Phase.FILED)
    assert verdict.is_clean, verdict.summary()
    assert verdict.adopted > 0


def test_a_number_shown_before_the_commit(tmp_path: Path) -> None:
    """A kill between the screen and the disk loses what somebody has read."""
    assert with_bug(tmp_path, PlantedBug.SHOWN_BEFORE_COMMIT, Phase.WRITING).lost


def test_files_that_are_not_adopted(tmp_path: Path) -> None:
    """An envelope without a row never leaves the machine."""
    verdict = with_bug(tmp_path, PlantedBug.NOT_ADOPTED, Phase.FILED)
    assert any("an envelope without a row" in wrong for wrong in verdict.broken)


def test_a_commit_that_is_skipped(tmp_path: Path) -> None:
    """Rows that were never committed are gone, though their number was shown; a note may bring the
    application back, and not hide that.
    """
    verdict = with_bug(tmp_path, PlantedBug.COMMIT_SKIPPED, Phase.SHOWN)
    found = ("does not know it any more", "shown before it was committed")
    assert any(wrong.endswith(found) for wrong in verdict.broken)


def test_a_new_id_for_each_attempt(tmp_path: Path) -> None:
    """The platform can't know that two ids are one application: it arrives twice."""
    assert with_bug(tmp_path, PlantedBug.NEW_ID_PER_ATTEMPT, Phase.ARRIVED).twice


def test_delivered_without_a_proof(tmp_path: Path) -> None:
    """What is called delivered before it is proven is lost when the upload is cut."""
    assert with_bug(tmp_path, PlantedBug.DELIVERED_WITHOUT_PROOF, Phase.SENDING).lost
