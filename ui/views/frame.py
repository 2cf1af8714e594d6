"""What the frame around every screen says: where am I, how far, and how things are today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from kiosk.catalogue.forms import facts, relevant_questions
from kiosk.domain import Language, mask_name
from kiosk.flow.session import Session, Step, TextScale, Theme
from kiosk.flow.world import Network, World
from kiosk.texts import Texts
from ui.views.words import here, moment_words

_T = TypeVar("_T")

STEP_COUNT = 6

_STEP_NUMBERS = {
    Step.GUIDE: 1,
    Step.FOR_WHOM: 1,
    Step.CARD_NOTICE: 2,
    Step.CARD: 2,
    Step.OTHER_WAY: 2,
    Step.TYPED_NUMBER: 2,
    Step.CARD_PICTURE: 2,
    Step.DOCUMENT_WAY: 2,
    Step.DOCUMENT_TYPED: 2,
    Step.DOCUMENT_PICTURE: 2,
    Step.DOCUMENT_READ: 2,
    Step.WITNESS: 2,
    Step.WITNESS_LOOK: 2,
    Step.VOUCH_NOTICE: 2,
    Step.VOUCHER_CARD: 2,
    Step.VOUCHER_STANDING: 2,
    Step.VOUCHER_KNOWN_FOR: 2,
    Step.VOUCHED_NUMBER: 2,
    Step.VOUCHED_BIRTH: 2,
    Step.VOUCHER_STATES: 2,
    Step.RELATION: 2,
    Step.UNSEEN: 2,
    Step.CONSENT_DATA: 2,
    Step.CONSENT_PHOTO: 2,
    Step.CONSENT_COMPARISON: 2,
    Step.QUESTION: 3,
    Step.PAPER: 3,
    Step.PAPER_CORNERS: 3,
    Step.PAPER_SEEN: 3,
    Step.PAPERS_MISSING: 3,
    Step.PHOTO: 4,
    Step.FACE_CHECK: 4,
    Step.REVIEW: 5,
    Step.SIGN: 5,
    Step.SEALING: 5,
    Step.SEAL_FAILED: 5,
    Step.RECEIVED: 6,
    Step.RATING: 6,
    Step.ANOTHER: 6,
}
_DONE = frozenset({Step.RECEIVED, Step.RATING, Step.ANOTHER})
_NOTHING_TO_STOP = frozenset(
    {Step.HOME, Step.SEALING, Step.STOPPED, Step.TAKE_CARD, Step.OUT_OF_SERVICE}
)


@dataclass(frozen=True, slots=True)
class StepView:
    """The step bar; `number` counts from 1."""

    number: int
    count: int
    words: str
    short_words: str
    """The same where there is little room."""
    is_done: bool


@dataclass(frozen=True, slots=True)
class ControlView:
    """A small button at the top: its accessible name, and a word on it ("" for the icon alone)."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FrameView:
    """Everything around the screen; empty strings and None leave their part away.

    Out of service nothing that is touched would do anything, so nothing can be.
    """

    title: str
    line: str
    step: StepView | None
    simulated: str
    network: str
    network_short: str
    """The same where there is little room."""
    network_room: str
    """The words that room is kept for, so that nothing moves when the network comes or goes."""
    text_size: ControlView | None
    contrast: ControlView | None
    language: ControlView | None
    lowering: ControlView | None
    stop: ControlView | None
    help: str
    next_text_scale: TextScale
    next_theme: Theme
    next_language: Language
    is_lowered: bool


def frame_view(session: Session, world: World, texts: Texts) -> FrameView:
    """Return what the frame shows around the session's screen."""
    display = session.display
    title, line = _where(session, world, texts)
    next_scale = _after(list(TextScale), display.text_scale)
    next_theme = _after(list(Theme), display.theme)
    languages = list(world.rules.languages)
    next_language = _after(languages, display.language)
    scale_words = texts.say(f"frame.text_scales.{display.text_scale}")
    theme_words = texts.say(f"frame.themes.{display.theme}")
    lowering = "frame.raise_screen" if display.is_lowered else "frame.lower_screen"
    is_open = session.step is not Step.OUT_OF_SERVICE
    is_home = session.step is Step.HOME and session.staff is None
    return FrameView(
        title=title,
        line=line,
        step=_step(session, world, texts) if session.staff is None else None,
        simulated=_simulated(world, texts),
        network=_network(world, texts) if is_home else "",
        network_short=texts.say("frame.offline_short") if is_home else "",
        network_room=texts.say("frame.offline") if is_home and world.takes_applications else "",
        text_size=ControlView(
            texts.say("frame.text_size", now=scale_words),
            texts.say("frame.text_size_short") if is_home else "",
        )
        if is_open
        else None,
        contrast=ControlView(texts.say("frame.contrast", now=theme_words)) if is_open else None,
        language=ControlView(texts.say("frame.language"), texts.say("frame.language_short"))
        if is_open and next_language != display.language
        else None,
        lowering=ControlView(texts.say(lowering)) if is_open else None,
        stop=_stop(session, texts),
        help=texts.say("frame.help") if is_open and session.staff is None else "",
        next_text_scale=next_scale,
        next_theme=next_theme,
        next_language=next_language,
        is_lowered=display.is_lowered,
    )


def question_place(session: Session, world: World) -> tuple[int, int]:
    """Return which question this is and how many there are, as far as the answers so far tell."""
    service = world.service(session.service_id)
    if service is None:
        return 1, 1
    answers = facts(session.person, world.today) | dict(session.answers)
    names = [q.name for q in relevant_questions(service, answers, world.today)]
    place = names.index(session.question) + 1 if session.question in names else 1
    return place, max(len(names), 1)


def _after(members: list[_T], present: _T) -> _T:
    """Return the member after `present`, the first after the last."""
    if present not in members:
        return present
    return members[(members.index(present) + 1) % len(members)]


def _where(session: Session, world: World, texts: Texts) -> tuple[str, str]:
    if session.staff is not None:
        return texts.say("frame.staff"), world.site.name
    service = world.service(session.service_id)
    if session.step is Step.HOME or service is None:
        return world.site.name, moment_words(here(world.now, world), texts)
    name = service.name.say(session.display.language)
    if session.is_on_behalf:
        # Until the applicant is put aside, whoever is being identified is them.
        is_other = session.applicant is not None or session.sealed is not None
        person = session.person if is_other else None
        named = "" if person is None else mask_name(person.full_name)
        return name, texts.say("others.for_name", name=named) if named else texts.say("others.for")
    if session.person is None or not session.person.full_name:
        return name, texts.say("frame.for_myself")
    masked = mask_name(session.person.full_name)
    return name, texts.say("frame.person_for_myself", name=masked)


def _step(session: Session, world: World, texts: Texts) -> StepView | None:
    number = _STEP_NUMBERS.get(session.step)
    if number is None:
        return None
    name = short_name = texts.say(f"frame.steps.{number}")
    if session.step in _DONE:
        return StepView(number, STEP_COUNT, name, name, is_done=True)
    if session.step is Step.QUESTION:
        place, count = question_place(session, world)
        short_name = texts.say("frame.question_place_short", place=place, count=count)
        name = texts.say("frame.question_place", name=name, place=place, count=count)
    words = texts.say("frame.step", number=number, count=STEP_COUNT, name=name)
    short = texts.say("frame.step_short", number=number, count=STEP_COUNT, name=short_name)
    return StepView(number, STEP_COUNT, words, short, is_done=False)


def _simulated(world: World, texts: Texts) -> str:
    if not world.simulated:
        return ""
    names = texts.say("frame.and").join(
        texts.say(f"frame.devices.{name}") if texts.has(f"frame.devices.{name}") else name
        for name in world.simulated
    )
    return texts.say("frame.simulated", names=names)


def _network(world: World, texts: Texts) -> str:
    is_offline = world.network is Network.OFFLINE
    # Where nothing can be applied for, Home says so, and not that one can all the same.
    return texts.say("frame.offline") if is_offline and world.takes_applications else ""


def _stop(session: Session, texts: Texts) -> ControlView | None:
    if session.staff is not None or session.step in _NOTHING_TO_STOP:
        return None
    return ControlView(texts.say("frame.stop"), texts.say("frame.stop_short"))
