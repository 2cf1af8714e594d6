"""A whole kiosk on a disk of its own that fills up: window, doctor, commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import apart
from tests.support.needs import needs
from tests.support.small_disks import run_tests_on_small_disk


@pytest.mark.timeout(300)
def test_a_kiosk_on_a_disk_that_fills_up(tmp_path: Path) -> None:
    """Refused before a visit, finished within one, open again with room; see `on_small_disk`."""
    needs(not apart.why_not(), apart.why_not())
    run_tests_on_small_disk("tests/journeys/on_small_disk.py", tmp_path)
