"""Somebody who plays a visit at the machine: touches what a resident would touch, as a script says.

Used by the rehearsal, by the window when it plays by itself, and by tests; everything goes the
residents' way, as events into the
conductor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.desk_state import DeskState, SimulatedCard
from kiosk.catalogue.forms import relevant_questions
from kiosk.catalogue.service import Question, QuestionType
from kiosk.clock import Clock, Moment
from kiosk.conductor import new_session_id
from kiosk.domain import Purpose, Signature
from kiosk.flow import events as ev
from kiosk.flow.page_events import PagesEnded
from kiosk.flow.session import Overlay, ReceiptState, Session, Step
from kiosk.flow.visit import known_answers, may_take_photo, service_of
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from launch.script import Script

_LOOP = tuple((100 + 40 * i, 200 + (60 if i % 2 else -60)) for i in range(12))
SIGNATURE = Signature(strokes=(_LOOP,), width=1200, height=500)
"""A zigzag, as somebody signs who is only practising."""

LEAVE_CARD_S = 2.0
"""How long a real card may still be lifted after a practice visit."""

_DONE_PRINTING = frozenset({ReceiptState.PRINTED, ReceiptState.UNCONFIRMED, ReceiptState.FAILED})


@dataclass(slots=True)
class Resident:
    """Plays one visit after the other; tell it every session that is shown."""

    script: Script
    clock: Clock
    send: Callable[[ev.Event], None]
    desk: DeskState | None
    """Where to lay cards; None for real readers."""
    _done: set[tuple[str, object]] = field(default_factory=set, init=False)

    def react(self, session: Session, world: World) -> None:
        """Do the next thing, once, if there is something to do."""
        now = self.clock.now()
        is_paper = session.step is Step.PAPER and session.overlay is Overlay.NONE
        act = self._paper(session, now) if is_paper else self._next(session, world, now)
        if act is None:
            return
        key, event = act
        if (session.session_id, key) in self._done:
            return
        if session.step is Step.UNSEEN:
            self._done.clear()  # it came in between: what was touched meanwhile is touched again
        self._done.add((session.session_id, key))
        if event is not None:
            self.send(event)

    def start(self) -> None:
        """Walk up to the machine: a visit begins."""
        self._done.clear()
        self.send(ev.LanguageChosen(self.clock.now(), self.script.language))
        self.send(ev.Started(self.clock.now(), new_session_id()))

    def _next(
        self, session: Session, world: World, now: Moment
    ) -> tuple[object, ev.Event | None] | None:
        if session.overlay is Overlay.STILL_THERE:
            return (now.monotonic_s, ev.StillHere(now))
        match session.step:
            case Step.GUIDE | Step.FOR_WHOM | Step.CARD_NOTICE | Step.UNSEEN:
                return (session.step, ev.Continued(now))
            case Step.CARD:
                self._lay(self.script.card or None)
                return None
            case Step.CONSENT_DATA | Step.CONSENT_PHOTO | Step.CONSENT_COMPARISON:
                return self._consent(session, world, now)
            case Step.FACE_CHECK if session.face.result is not None:
                return (session.step, ev.Continued(now))  # where the service takes the chip alone
            case Step.QUESTION:
                return (("question", session.question), self._answer(session, world, now))
            case Step.PHOTO:
                return self._photo(session, world, now)
            case Step.REVIEW | Step.PAPERS_MISSING:
                return (session.step, ev.Continued(now))
            case Step.SIGN:
                return (session.step, ev.Signed(now, SIGNATURE))
            case Step.RECEIVED if session.receipt in _DONE_PRINTING or not world.has_printer:
                return (session.step, ev.Continued(now))
            case Step.RATING if self.script.rating is not None:
                return (session.step, ev.Rated(now, self.script.rating))
            case Step.RATING | Step.ANOTHER | Step.NOT_KEPT:
                return (session.step, ev.Continued(now))
            case Step.TAKE_CARD if self.desk is None:
                return self._leave_real_card(session, now)
            case Step.TAKE_CARD:
                self._lay(None)
                return (session.step, None)
            case _:
                return None

    def _lay(self, card: str | None) -> None:
        if self.desk is not None and self.desk.read(SimulatedCard).card != card:
            self.desk.write(SimulatedCard(card=card))

    def _leave_real_card(self, session: Session, now: Moment) -> tuple[object, ev.Event] | None:
        """Say that the card is taken, as a resident may; one that lies on is left to lie there.

        Nobody stands at a practising machine to lift the card from its reader.
        """
        if session.card_presence is not Presence.PRESENT:
            return ("card taken", ev.Continued(now))
        if now.monotonic_s - session.step_since_s < LEAVE_CARD_S:
            return None
        return ("card left", ev.CardSeen(now, Presence.CANT_TELL))

    def _consent(self, session: Session, world: World, now: Moment) -> tuple[object, ev.Event]:
        purpose, is_given = {
            Step.CONSENT_DATA: (Purpose.DATA, self.script.consent_data),
            Step.CONSENT_PHOTO: (Purpose.FACE_PHOTO, self.script.consent_photo),
            Step.CONSENT_COMPARISON: (Purpose.FACE_COMPARISON, True),
        }[session.step]
        text_version = service_of(session, world).consent_version
        if is_given:
            return (purpose, ev.Consented(now, purpose, text_version))
        return (purpose, ev.Refused(now, purpose, text_version))

    def _answer(self, session: Session, world: World, now: Moment) -> ev.Event:
        service = service_of(session, world)
        relevant = relevant_questions(service, known_answers(session, world), world.today)
        question = next(q for q in relevant if q.name == session.question)
        raw = self.script.answers.get(question.name)
        return ev.Answered(now, question.name, _any_answer(question, world) if raw is None else raw)

    def _paper(self, session: Session, now: Moment) -> tuple[object, ev.Event] | None:
        """Show one page of each paper, or say that it is not there."""
        papers = session.papers
        place = ("paper", papers.paper_id, len(papers.pages), papers.front is None)
        if papers.page is not None or papers.shown is not None:
            return ((*place, "good", papers.shown is None), ev.Continued(now))
        if papers.pages:
            return ((*place, "all"), PagesEnded(now))
        if session.camera_is_gone:
            return ((*place, "none"), ev.PhotoDeclined(now))
        is_looking = session.step_since_s + 1.0 < now.monotonic_s
        if is_looking and not session.is_taking_photo:
            return ((*place, "take"), ev.ShutterPressed(now))
        return None

    def _photo(self, session: Session, world: World, now: Moment) -> tuple[object, ev.Event] | None:
        if session.photo is not None:
            return (("photo", "good"), ev.Continued(now))
        if session.camera_is_gone:
            return (("photo", "none"), ev.PhotoDeclined(now))
        is_looking = session.step_since_s + 1.0 < now.monotonic_s
        if is_looking and may_take_photo(session, now, world):
            return (("photo", "take", session.step_since_s), ev.ShutterPressed(now))
        return None


def _any_answer(question: Question, world: World) -> str:
    match question.kind:
        case QuestionType.SELECT_ONE:
            return question.choices[0].name
        case QuestionType.INTEGER:
            return "2"
        case QuestionType.DATE:
            return world.today.replace(year=world.today.year - 1, day=1).isoformat()
        case QuestionType.TEXT:
            return "6200000000000000" if question.is_required else ""
        case QuestionType.NOTE | QuestionType.HIDDEN:
            return ""
