"""What is not loaded when the store is."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from kiosk.store.lean import without_libraries
from tests.support.central_server import ROOT


def test_the_store_loads_no_library_for_sums() -> None:
    """It would double the time that a command takes to start."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.store.engine; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stdout.split())
    assert "sqlite_utils" in loaded
    assert loaded & {"numpy", "pandas"} == set()


def test_a_library_is_not_there_for_one_thread_and_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another lane that loads it at the same time finds it."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    found: list[bool] = []

    def look() -> None:
        import colorsys

        found.append(sys.modules.pop("colorsys") is colorsys)

    with without_libraries("colorsys"):
        with pytest.raises(ModuleNotFoundError, match="colorsys"):
            look()
        other = threading.Thread(target=look)
        other.start()
        other.join()
    look()
    assert found == [True, True]
