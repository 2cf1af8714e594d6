"""Which screen shows which step: the one table that knows all of them.

A new step needs its view, its screen and its texts, and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from kiosk.flow.session import Overlay, Session, StaffStep, Step
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.kit import Kit
from ui.screens.guide import GuideScreen
from ui.screens.home import HomeScreen
from ui.screens.question import QuestionScreen
from ui.screens.screen import Screen
from ui.views.before import guide_view
from ui.views.home import home_view
from ui.views.question import question_view

_S = TypeVar("_S", bound=Screen)
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Mounted:
    """A screen that exists; `show` computes its view and shows it if it changed."""

    screen: Screen
    show: Callable[[Session, World, Texts], None]


Scene = Callable[[Kit], Mounted]
"""Makes a screen, with what shows it."""


def scene(
    make: Callable[[Kit], _S],
    view_of: Callable[[Session, World, Texts], _V],
    show_view: Callable[[_S, _V], None],
) -> Scene:
    """Return a scene of a screen class, the pure function of its view, and its `show_view`."""

    def mount(kit: Kit) -> Mounted:
        screen = make(kit)
        shown: list[_V] = []

        def show(session: Session, world: World, texts: Texts) -> None:
            view = view_of(session, world, texts)
            if shown != [view]:
                shown[:] = [view]
                show_view(screen, view)
                screen.settle()

        return Mounted(screen, show)

    return mount


STEPS: Final[Mapping[Step, Scene]] = {
    Step.HOME: scene(HomeScreen, home_view, HomeScreen.show_view),
    Step.GUIDE: scene(GuideScreen, guide_view, GuideScreen.show_view),
    Step.QUESTION: scene(QuestionScreen, question_view, QuestionScreen.show_view),
}
"""The screen of every step."""

OVERLAYS: Final[Mapping[Overlay, Scene]] = {}
"""What lies over a step, except NONE."""

STAFF: Final[Mapping[StaffStep, Scene]] = {}
"""The staff's own screens."""
