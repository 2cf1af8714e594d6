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
from ui.screens.aloud import AloudScreen
from ui.screens.another import AnotherScreen
from ui.screens.card import CardScreen
from ui.screens.card_notice import CardNoticeScreen
from ui.screens.consent import ConsentScreen
from ui.screens.document_read import DocumentReadScreen
from ui.screens.document_typed import DocumentTypedScreen
from ui.screens.document_way import DocumentWayScreen
from ui.screens.door import DoorScreen
from ui.screens.face_check import FaceCheckScreen, WitnessLookScreen
from ui.screens.for_whom import ForWhomScreen
from ui.screens.guide import GuideScreen
from ui.screens.help import HelpScreen
from ui.screens.home import HomeScreen
from ui.screens.known import KnownScreen
from ui.screens.maintenance import MaintenanceScreen
from ui.screens.notice import NoticeScreen
from ui.screens.on_duty import OnDutyScreen
from ui.screens.other_way import OtherWayScreen
from ui.screens.paper import PaperScreen
from ui.screens.paper_corners import PaperCornersScreen
from ui.screens.papers_missing import PapersMissingScreen
from ui.screens.photo import CardPictureScreen, PhotoScreen
from ui.screens.pin import PinScreen
from ui.screens.question import QuestionScreen
from ui.screens.rating import RatingScreen
from ui.screens.received import ReceivedScreen
from ui.screens.review import ReviewScreen
from ui.screens.screen import Screen
from ui.screens.sign import SignScreen
from ui.screens.status_ask import StatusAskScreen
from ui.screens.status_number import StatusNumberScreen
from ui.screens.status_papers import StatusPapersScreen
from ui.screens.status_shown import StatusShownScreen
from ui.screens.still_there import StillThereScreen
from ui.screens.stop import StopScreen
from ui.screens.stopped import StoppedScreen
from ui.screens.take_card import TakeCardScreen
from ui.screens.typed_number import TypedNumberScreen
from ui.screens.unseen import UnseenScreen
from ui.views.aloud import aloud_view
from ui.views.another import another_view
from ui.views.before import card_notice_view, for_whom_view, guide_view
from ui.views.card import card_view
from ui.views.consent import consent_comparison_view, consent_data_view, consent_photo_view
from ui.views.documents import (
    document_picture_view,
    document_read_view,
    document_typed_view,
    document_way_view,
)
from ui.views.face_check import face_check_view, witness_look_view
from ui.views.home import home_view
from ui.views.known import known_view, unseen_view
from ui.views.ladder import card_picture_view, other_way_view, typed_number_view, witness_view
from ui.views.maintenance import maintenance_view
from ui.views.notice import not_kept_view, out_of_service_view, seal_failed_view, sealing_view
from ui.views.overlays import (
    card_taken_view,
    help_view,
    late_paper_view,
    still_there_view,
    stop_view,
)
from ui.views.paper import corners_view, paper_seen_view, paper_view
from ui.views.papers_missing import papers_missing_view
from ui.views.photo import photo_view
from ui.views.question import question_view
from ui.views.rating import rating_view, take_card_view
from ui.views.received import received_view
from ui.views.review import review_view
from ui.views.sign import sign_view
from ui.views.slips import status_papers_view
from ui.views.staff import checking_view, door_view, on_duty_view, pin_view
from ui.views.status import (
    status_ask_view,
    status_card_view,
    status_number_view,
    status_shown_view,
)
from ui.views.stopped import stopped_view
from ui.views.vouching import (
    birth_view,
    known_for_view,
    relation_view,
    standing_view,
    statement_view,
    vouch_notice_view,
    vouched_number_view,
    voucher_card_view,
)

_S = TypeVar("_S", bound=Screen)
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Mounted:
    """A screen that exists; `show` computes its view and shows it if it changed, or was away."""

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
            # What left the glass forgets: pictures, and what was typed.
            if shown != [view] or screen.isHidden():
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
    Step.OTHER_WAY: scene(OtherWayScreen, other_way_view, OtherWayScreen.show_view),
    Step.TYPED_NUMBER: scene(TypedNumberScreen, typed_number_view, TypedNumberScreen.show_view),
    Step.CARD_PICTURE: scene(CardPictureScreen, card_picture_view, CardPictureScreen.show_view),
    Step.DOCUMENT_WAY: scene(DocumentWayScreen, document_way_view, DocumentWayScreen.show_view),
    Step.DOCUMENT_TYPED: scene(
        DocumentTypedScreen, document_typed_view, DocumentTypedScreen.show_view
    ),
    Step.DOCUMENT_PICTURE: scene(
        CardPictureScreen, document_picture_view, CardPictureScreen.show_view
    ),
    Step.DOCUMENT_READ: scene(DocumentReadScreen, document_read_view, DocumentReadScreen.show_view),
    Step.WITNESS: scene(PinScreen, witness_view, PinScreen.show_view),
    Step.WITNESS_LOOK: scene(WitnessLookScreen, witness_look_view, WitnessLookScreen.show_view),
    Step.VOUCH_NOTICE: scene(CardNoticeScreen, vouch_notice_view, CardNoticeScreen.show_view),
    Step.VOUCHER_CARD: scene(CardScreen, voucher_card_view, CardScreen.show_view),
    Step.VOUCHER_STANDING: scene(QuestionScreen, standing_view, QuestionScreen.show_view),
    Step.VOUCHER_KNOWN_FOR: scene(QuestionScreen, known_for_view, QuestionScreen.show_view),
    Step.VOUCHED_NUMBER: scene(TypedNumberScreen, vouched_number_view, TypedNumberScreen.show_view),
    Step.VOUCHED_BIRTH: scene(QuestionScreen, birth_view, QuestionScreen.show_view),
    Step.VOUCHER_STATES: scene(ConsentScreen, statement_view, ConsentScreen.show_view),
    Step.RELATION: scene(QuestionScreen, relation_view, QuestionScreen.show_view),
    Step.CONSENT_DATA: scene(ConsentScreen, consent_data_view, ConsentScreen.show_view),
    Step.CONSENT_PHOTO: scene(ConsentScreen, consent_photo_view, ConsentScreen.show_view),
    Step.CONSENT_COMPARISON: scene(ConsentScreen, consent_comparison_view, ConsentScreen.show_view),
    Step.QUESTION: scene(QuestionScreen, question_view, QuestionScreen.show_view),
    Step.PAPER: scene(PaperScreen, paper_view, PaperScreen.show_view),
    Step.PAPER_CORNERS: scene(PaperCornersScreen, corners_view, PaperCornersScreen.show_view),
    Step.PAPER_SEEN: scene(PinScreen, paper_seen_view, PinScreen.show_view),
    Step.PAPERS_MISSING: scene(
        PapersMissingScreen, papers_missing_view, PapersMissingScreen.show_view
    ),
    Step.PHOTO: scene(PhotoScreen, photo_view, PhotoScreen.show_view),
    Step.FACE_CHECK: scene(FaceCheckScreen, face_check_view, FaceCheckScreen.show_view),
    Step.REVIEW: scene(ReviewScreen, review_view, ReviewScreen.show_view),
    Step.SIGN: scene(SignScreen, sign_view, SignScreen.show_view),
    Step.SEALING: scene(NoticeScreen, sealing_view, NoticeScreen.show_view),
    Step.SEAL_FAILED: scene(NoticeScreen, seal_failed_view, NoticeScreen.show_view),
    Step.RECEIVED: scene(ReceivedScreen, received_view, ReceivedScreen.show_view),
    Step.RATING: scene(RatingScreen, rating_view, RatingScreen.show_view),
    Step.ANOTHER: scene(AnotherScreen, another_view, AnotherScreen.show_view),
    Step.TAKE_CARD: scene(TakeCardScreen, take_card_view, TakeCardScreen.show_view),
    Step.STATUS_ASK: scene(StatusAskScreen, status_ask_view, StatusAskScreen.show_view),
    Step.STATUS_CARD: scene(CardScreen, status_card_view, CardScreen.show_view),
    Step.STATUS_NUMBER: scene(StatusNumberScreen, status_number_view, StatusNumberScreen.show_view),
    Step.STATUS_SHOWN: scene(StatusShownScreen, status_shown_view, StatusShownScreen.show_view),
    Step.STATUS_PAPERS: scene(StatusPapersScreen, status_papers_view, StatusPapersScreen.show_view),
    Step.KNOWN: scene(KnownScreen, known_view, KnownScreen.show_view),
    Step.UNSEEN: scene(UnseenScreen, unseen_view, UnseenScreen.show_view),
    Step.STOPPED: scene(StoppedScreen, stopped_view, StoppedScreen.show_view),
    Step.NOT_KEPT: scene(NoticeScreen, not_kept_view, NoticeScreen.show_view),
    Step.OUT_OF_SERVICE: scene(NoticeScreen, out_of_service_view, NoticeScreen.show_view),
}
"""The screen of every step."""

OVERLAYS: Final[Mapping[Overlay, Scene]] = {
    Overlay.HELP: scene(HelpScreen, help_view, HelpScreen.show_view),
    Overlay.STILL_THERE: scene(StillThereScreen, still_there_view, StillThereScreen.show_view),
    Overlay.STOP: scene(StopScreen, stop_view, StopScreen.show_view),
    Overlay.LATE_PAPER: scene(StillThereScreen, late_paper_view, StillThereScreen.show_view),
    Overlay.ALOUD: scene(AloudScreen, aloud_view, AloudScreen.show_view),
    Overlay.CARD_TAKEN: scene(StopScreen, card_taken_view, StopScreen.show_view),
}
"""What lies over a step, except NONE."""

STAFF: Final[Mapping[StaffStep, Scene]] = {
    StaffStep.DOOR: scene(DoorScreen, door_view, DoorScreen.show_view),
    StaffStep.VOLUNTEER_PIN: scene(PinScreen, pin_view, PinScreen.show_view),
    StaffStep.TECHNICIAN_PIN: scene(PinScreen, pin_view, PinScreen.show_view),
    StaffStep.CHECKING: scene(NoticeScreen, checking_view, NoticeScreen.show_view),
    StaffStep.ON_DUTY: scene(OnDutyScreen, on_duty_view, OnDutyScreen.show_view),
    StaffStep.MAINTENANCE: scene(MaintenanceScreen, maintenance_view, MaintenanceScreen.show_view),
}
"""The staff's own screens."""
