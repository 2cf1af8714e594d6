"""Every screen fits every panel, in every language, at the normal and the largest text size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from kiosk.domain import Language
from kiosk.flow.session import Session, Step, TextScale, Theme
from kiosk.flow.world import Network, Room
from tests.screens import looking
from tests.screens.places import A_NOTICE, EN, LONGEST_NOTICE, ZH, a_session, a_world
from tests.screens.situations import SITUATIONS
from tests.screens.windows import PANELS, a_shell, settle
from ui.shell import Shell
from ui.widgets.label import Label
from ui.widgets.press_area import PressArea

FITS = [
    pytest.param(panel, language, scale, id=f"{panel}-{language}-{scale}")
    for panel in PANELS
    for language in (ZH, EN)
    for scale in (TextScale.NORMAL, TextScale.LARGEST)
]


def situations(language: Language, scale: TextScale) -> Iterator[tuple[str, Session]]:
    """Yield every situation that a screen may be in."""
    for name, (step, changes) in SITUATIONS.items():
        yield name, a_session(step, language, scale=scale, **changes)


@pytest.mark.parametrize(("panel", "language", "scale"), FITS)
def test_nothing_is_cut_small_or_nameless(
    qtbot: QtBot, panel: str, language: Language, scale: TextScale
) -> None:
    """On every screen all words can be read, all targets hit, and all have a name and a role."""
    shell = a_shell(qtbot, panel)
    metrics = PANELS[panel]
    complaints: list[str] = []
    open_world, home = a_world(), a_session(language=language, scale=scale)
    offline = a_world(network=Network.OFFLINE, duty=None)
    full = replace(offline, room=Room.FULL)
    shown = [(name, session, open_world) for name, session in situations(language, scale)]
    keyless = replace(offline, has_recipients=False)
    shown += [("home, offline", home, offline), ("home, full", home, full)]
    shown += [("home, no keys", home, keyless)]
    noticed = replace(offline, notices=(LONGEST_NOTICE,))
    shown += [("home, notice", home, noticed), ("home, notice again", home, noticed)]
    needs_staff = {Step.OTHER_WAY, Step.WITNESS, Step.DOCUMENT_READ}
    alone = [name for name, (step, _) in SITUATIONS.items() if step in needs_staff]
    shown += [
        (f"{name}, alone", session, offline)
        for name, session in situations(language, scale)
        if name in alone
    ]
    for name, session, world in shown:
        shell.show_session(session, world)
        settle()
        found = [
            *looking.cut_words(shell),
            *looking.outside(shell),
            *looking.overlapping(shell),
            *looking.too_small(shell, metrics),
            *looking.nameless(shell),
            *looking.strays(shell),
        ]
        hint = shell.minimumSizeHint()
        if hint.width() > metrics.width_px or hint.height() > metrics.height_px:
            found.append(f"wants {hint.width()} x {hint.height()}")
        complaints += [f"{name}: {complaint}" for complaint in found]
    assert "\n".join(complaints) == ""


@pytest.mark.parametrize("panel", list(PANELS))
@pytest.mark.parametrize("count", [1, 6])
def test_a_notice_moves_nothing_that_is_touched(qtbot: QtBot, panel: str, count: int) -> None:
    """It comes and goes while somebody is about to touch a service."""
    shell = a_shell(qtbot, panel)
    world = a_world()
    world = replace(world, services=world.services[:1] * count)
    shell.show_session(a_session(), world)
    settle()
    before = touchable(shell)
    shell.show_session(a_session(), replace(world, notices=(A_NOTICE,)))
    settle()
    during = touchable(shell)
    assert A_NOTICE.words.say(ZH) in {it.text() for it in shell.findChildren(Label)}
    assert looking.overlapping(shell) == []
    assert looking.cut_words(shell) == []
    assert during == before or count > 1  # of many services, fewer stand on one page
    shell.show_session(a_session(), world)
    settle()
    assert touchable(shell) == before


def touchable(shell: Shell) -> dict[tuple[str, int], QPoint]:
    """Return where everything stands that can be touched: by its name, and how many-eth it is."""
    found: dict[tuple[str, int], QPoint] = {}
    for area in shell.findChildren(PressArea):
        if area.isVisibleTo(shell) and area.isEnabled():
            name = area.accessibleName()
            number = sum(known == name for known, _ in found)
            found[name, number] = area.mapTo(shell, QPoint(0, 0))
    return found


@pytest.mark.parametrize("theme", list(Theme))
def test_the_looker_sees_what_is_wrong(qtbot: QtBot, theme: Theme) -> None:
    """Words that do not fit are found: the test above can fail."""
    shell = a_shell(qtbot, "portrait")
    shell.show_session(a_session(theme=theme), a_world())
    shell.resize(400, 500)
    settle()
    assert looking.outside(shell) or looking.cut_words(shell)
