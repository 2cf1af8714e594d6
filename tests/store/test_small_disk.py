"""A disk that is really full."""

from __future__ import annotations

from pathlib import Path

from tests.support.small_disks import run_on_small_disk


def test_the_ballast_leads_out_of_a_full_disk(tmp_path: Path) -> None:
    """With the last byte used no proof can be recorded; with the ballast given up all can be, and
    it is made again only when there is room.
    """
    told = run_on_small_disk("tests.store.full_disk", tmp_path)
    assert told["was_made"]
    assert told["delivered_before"] != 40
    assert told["was_released"]
    assert (told["delivered"], told["open"], told["is_well"]) == (40, 0, True)
    assert (told["is_made_on_a_full_disk"], told["is_made_again"]) == (False, True)


def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    """With the disk full nothing is shown; what was shown is whole; with room again it goes on."""
    told = run_on_small_disk("tests.store.small_disk", tmp_path)
    assert told["refused"] == 5
    assert told["sealed_after"] == 1
    shown, rows = told["shown"], told["rows"]
    assert isinstance(shown, list)
    assert isinstance(rows, list)
    assert len(shown) > 20
    assert set(shown) <= set(rows)
    assert len(set(rows)) == len(rows)
    assert told["is_whole"]
    assert told["is_well"]
