"""A fault of the Qt binding that ends the program after a few thousand calls.

Guarded here, so that no upgrade brings it back unnoticed; see docs/decisions/0003-qt-binding.md.
"""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1000


def test_calls_into_qt_keep_the_count_of_none(qtbot: QtBot) -> None:
    """Calls that return nothing take no reference of None with them.

    PySide6 6.12.0 on Python 3.11 takes one per call.
    """
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(CALLS):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < CALLS / 2
