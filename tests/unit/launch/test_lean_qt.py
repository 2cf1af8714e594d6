"""Qt for Python leaves the sources of our modules alone."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.tree import ROOT

PROGRAM = """
import linecache, sys
if {spares}:
    from launch.lean_qt import spare_sources
    assert spare_sources(), "PySide6 has its hook under another name"
else:
    import PySide6.QtCore
from ui.shell import Shell
print(any(name.endswith("ui/shell.py") for name in linecache.cache))
"""


def keeps_sources(*, spares: bool) -> bool:
    """Say whether the source of a module that is imported after Qt is read and kept."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(spares=spares)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip() == "True"


def test_no_source_is_read_and_kept() -> None:
    """After `spare_sources` imports cost neither the time nor the memory."""
    assert not keeps_sources(spares=True)


def test_qt_for_python_would_read_them() -> None:
    """Else the module is of no use any more and can go."""
    assert keeps_sources(spares=False)
