"""Kiosks killed at 300 random moments from sealing to delivery, 12 of them with their window."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

import pytest

from tests.faults.killing import ForkedKiosk
from tests.faults.many_kills import Share, kill_often
from tests.faults.orders import Phase
from tests.faults.window_killing import WindowKiosk

FORKED, WINDOWS = 288, 12


@pytest.mark.timeout(600)
def test_three_hundred_kills(tmp_path: Path) -> None:
    """What was shown arrived, exactly once, whenever the kill came."""
    shares = [Share(ForkedKiosk, 2, FORKED), Share(WindowKiosk, 2, WINDOWS)]
    result = kill_often(tmp_path / "dose", secrets.token_hex(4), shares)
    print(result.summary())
    assert result.is_clean, result.summary()
    assert result.killed() == FORKED + WINDOWS
    assert result.verdict.shown >= FORKED // 2, result.summary()
    # The kills are not all of one kind: every stretch of the way was hit.
    hit = result.kills[ForkedKiosk.name]
    assert sum(hit[phase] for phase in (Phase.WRITING, Phase.FILED, Phase.ROWS)) > 0
    assert sum(hit[phase] for phase in (Phase.COMMITTED, Phase.SHOWN)) > 0
    assert sum(hit[phase] for phase in (Phase.ANNOUNCING, Phase.SENDING, Phase.ARRIVED)) > 0
    assert result.verdict.adopted > 0
    shutil.rmtree(tmp_path / "dose")  # hundreds of megabytes, of no use once all is well
