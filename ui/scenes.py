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
from ui.screens.card import CardScreen
from ui.screens.card_notice import CardNoticeScreen
from ui.screens.consent import ConsentScreen
from ui.screens.for_whom import ForWhomScreen
from ui.screens.guide import GuideScreen
from ui.screens.home import HomeScreen
from ui.screens.notice import NoticeScreen
from ui.screens.question import QuestionScreen
from ui.screens.review import ReviewScreen
from ui.screens.screen import Screen
from ui.views.before import card_notice_view, for_whom_view, guide_view
from ui.views.card import card_view
from ui.views.consent import consent_data_view, consent_photo_view
from ui.views.home import home_view
from ui.views.notice import not_kept_view, out_of_service_view, seal_failed_view, sealing_view
from ui.views.question import question_view
from ui.views.review import review_view

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
    Step.FOR_WHOM: scene(ForWhomScreen, for_whom_view, ForWhomScreen.show_view),
    Step.CARD_NOTICE: scene(CardNoticeScreen, card_notice_view, CardNoticeScreen.show_view),
    Step.CARD: scene(CardScreen, card_view, CardScreen.show_view),
    Step.CONSENT_DATA: scene(ConsentScreen, consent_data_view, ConsentScreen.show_view),
    Step.CONSENT_PHOTO: scene(ConsentScreen, consent_photo_view, ConsentScreen.show_view),
    Step.QUESTION: scene(QuestionScreen, question_view, QuestionScreen.show_view),
    Step.REVIEW: scene(ReviewScreen, review_view, ReviewScreen.show_view),
    Step.SEALING: scene(NoticeScreen, sealing_view, NoticeScreen.show_view),
    Step.SEAL_FAILED: scene(NoticeScreen, seal_failed_view, NoticeScreen.show_view),
    Step.NOT_KEPT: scene(NoticeScreen, not_kept_view, NoticeScreen.show_view),
    Step.OUT_OF_SERVICE: scene(NoticeScreen, out_of_service_view, NoticeScreen.show_view),
}
"""The screen of every step."""

OVERLAYS: Final[Mapping[Overlay, Scene]] = {}
"""What lies over a step, except NONE."""

STAFF: Final[Mapping[StaffStep, Scene]] = {}
"""The staff's own screens."""
