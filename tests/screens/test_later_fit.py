"""The screens from the photo on, what lies over a step, and the staff's fit every panel too."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain import Language
from kiosk.flow.session import Overlay, StaffStep, TextScale
from tests.screens import looking
from tests.screens.later_situations import SITUATIONS, situation
from tests.screens.places import EN, ZH, a_world
from tests.screens.windows import PANELS, a_shell
from ui.scenes import OVERLAYS, STAFF
from ui.shell import Layer, Shell

FITS = [
    pytest.param(panel, language, scale, id=f"{panel}-{language}-{scale}")
    for panel in PANELS
    for language in (ZH, EN)
    for scale in (TextScale.NORMAL, TextScale.LARGEST)
]


@pytest.mark.parametrize(("panel", "language", "scale"), FITS)
def test_nothing_is_cut_small_or_nameless(
    qtbot: QtBot, panel: str, language: Language, scale: TextScale
) -> None:
    """On every screen all words can be read, all targets hit, and all have a name and a role."""
    shell = a_shell(qtbot, panel)
    complaints: dict[str, list[str]] = {}
    for name in SITUATIONS:
        session = situation(name, language, scale)
        shell.show_session(session, a_world())
        for tab in "123" if session.staff is not None else "1":
            if session.staff is not None and session.staff.step is StaffStep.MAINTENANCE:
                shell.screen_now.type_text(tab)
            settle()
            found = complain(shell, panel, is_over=session.overlay is not Overlay.NONE)
            if found:
                complaints[f"{name} {tab}"] = found
    assert complaints == {}


@pytest.mark.parametrize("name", ["photo too_dark", "sign, helped", "status code", "door"])
def test_a_lowered_screen_fits(qtbot: QtBot, name: str) -> None:
    """With everything touchable in the lower part, nothing is cut either."""
    shell = a_shell(qtbot, "portrait")
    session = situation(name, ZH)
    lowered = type(session.display)(ZH, is_lowered=True)
    from dataclasses import replace

    shell.show_session(replace(session, display=lowered), a_world())
    settle()
    assert complain(shell, "portrait", is_over=False) == []


def test_every_overlay_and_staff_step_has_a_screen() -> None:
    """Nothing that the flow may ask for is missing from the table."""
    assert set(OVERLAYS) == set(Overlay) - {Overlay.NONE}
    assert set(STAFF) == set(StaffStep)


def test_the_pictures_are_made(tmp_path: Path) -> None:
    """`./run screens` makes pictures of the size of the panel, and a page that shows them."""
    from PySide6.QtGui import QImage

    from launch.pictures import LOOKS, make_pictures

    count = make_pictures(tmp_path, LOOKS[:1], "over-")
    files = sorted(tmp_path.glob("*.png"))
    assert len(files) == count == 20
    assert "over-help.portrait.zh_CN.png" in (tmp_path / "index.html").read_text()
    picture = QImage(str(files[0]))
    assert (picture.width(), picture.height()) == (1080, 1920)


def complain(shell: Shell, panel: str, *, is_over: bool) -> list[str]:
    """Return what an eye or a finger would find wrong; under a layer nobody looks."""
    scope: QWidget = shell
    if is_over:
        scope = shell.findChildren(Layer)[0]
    found = [
        *looking.cut_words(scope),
        *looking.outside(scope),
        *looking.overlapping(scope),
        *looking.too_small(scope, PANELS[panel]),
        *looking.nameless(scope),
        *looking.strays(shell),
    ]
    hint = shell.minimumSizeHint()
    metrics = PANELS[panel]
    if not is_over and (hint.width() > metrics.width_px or hint.height() > metrics.height_px):
        found.append(f"wants {hint.width()} x {hint.height()}")
    return found


def settle() -> None:
    """Let layouts finish: what a resize posts is done after two turns of the event loop."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()
