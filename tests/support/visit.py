"""Whole visits in sentences, without Qt: touch, lay down, look, and see what the kiosk makes of it.

    with machine(home) as kiosk:
        visit = Visit(kiosk, hands)
        visit.start().insert_card().consent().answer().take_photo().confirm().sign()
        visit.expect_receipt().rate().take_card()

Everything goes through the kiosk's own conductor, lanes and configured devices.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, Self

from kiosk.catalogue.forms import relevant_questions
from kiosk.catalogue.service import QuestionType
from kiosk.conductor import BugFound, Conductor, Message, new_session_id
from kiosk.domain import Purpose
from kiosk.flow import events as ev
from kiosk.flow.session import Rating, ReceiptState, Sealed, Session, StaffStep, Step
from kiosk.flow.visit import known_answers, service_of
from kiosk.flow.world import World
from kiosk.ports.camera import Look, NoPicture
from kiosk.ports.document_camera import PaperLook
from launch.resident import SIGNATURE
from launch.wiring import Kiosk
from tests.support.builders import FakeClock

TICK_S = 0.2
PATIENCE_S = 60.0
_TOLD = frozenset({ReceiptState.PRINTED, ReceiptState.UNCONFIRMED, ReceiptState.FAILED})


class Hands(Protocol):
    """Who lays cards down; see `tests.support.card_desks`."""

    def insert(self) -> None:
        """Lay the resident's card down."""

    def pull(self) -> None:
        """Take it away."""


class Machine:
    """A running kiosk whose owner's thread is the test's; shows everything to itself."""

    def __init__(self, kiosk: Kiosk) -> None:
        """Prepare; `running` starts it."""
        self.kiosk = kiosk
        self.session: Session
        self.world: World
        self.steps: list[Step] = []
        self.bugs: list[BaseException] = []
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.conductor: Conductor = kiosk.conductor(self, self._messages.put)

    def show(self, session: Session, world: World) -> None:
        """See what a resident sees."""
        self.session, self.world = session, world
        if not self.steps or self.steps[-1] is not session.step:
            self.steps.append(session.step)

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Let live pictures pass."""

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Run the lanes for as long as the block lasts; a bug in one of them fails the test."""
        self.conductor.start()
        try:
            yield self
        finally:
            assert self.conductor.stop(), "a lane did not end"
        assert self.bugs == []

    def touch(self, kind: Callable[..., ev.Event], *values: object) -> None:
        """Touch something."""
        self.conductor.receive(kind(self.kiosk.clock.now(), *values))

    def until(
        self, condition: Callable[[Session], object], what: str = "", timeout_s: float = PATIENCE_S
    ) -> None:
        """Let the kiosk work until the session is so."""
        never_s = timeout_s / TICK_S
        ticks = 0.0
        while not condition(self.session):
            try:
                message = self._messages.get(timeout=TICK_S)
            except queue.Empty:
                ticks += 1
                assert ticks < never_s, f"still {self.session.step} while waiting for: {what}"
                message = ev.Ticked(self.kiosk.clock.now())
            if isinstance(message, BugFound):
                self.bugs.append(message.bug)
                raise message.bug
            self.conductor.receive(message)

    def until_step(self, step: Step) -> None:
        """Let the kiosk work until it shows this step."""
        self.until(lambda session: session.step is step, step.value)

    def until_delivered(self, app_id: str) -> None:
        """Let the courier work until the platform proved that it holds an entry."""
        self.conductor.wake_courier()
        self.until(lambda _: self.kiosk.is_delivered(app_id), f"delivery of {app_id}")

    def pass_s(self, seconds: float) -> None:
        """Let time pass, on a kiosk with a clock of the test's."""
        clock = self.kiosk.clock
        assert isinstance(clock, FakeClock)
        clock.pass_s(seconds)
        self.conductor.receive(ev.Ticked(clock.now()))

    def say(self, key: str, **values: object) -> str:
        """Return a text in the language of the screen."""
        return self.kiosk.texts[self.session.display.language].say(key, **values)


@dataclass
class Visit:
    """Somebody at the machine; each call returns when the kiosk has answered."""

    machine: Machine
    hands: Hands
    sealed: Sealed | None = field(default=None, init=False)
    shows_papers: bool = False
    """Else every paper is said to be at home."""

    @property
    def session(self) -> Session:
        """What is shown."""
        return self.machine.session

    def start(self) -> Self:
        """Touch the big tile."""
        self.machine.touch(ev.Started, new_session_id())
        assert self.session.step is Step.GUIDE
        return self

    def come_to_the_card(self) -> Self:
        """Hear what it is, for whom, and what the card is read for."""
        while self.session.step in {Step.GUIDE, Step.FOR_WHOM, Step.CARD_NOTICE}:
            self.machine.touch(ev.Continued)
        assert self.session.step is Step.CARD
        return self

    def insert_card(self) -> Self:
        """Lay the card down and let it be read."""
        self.come_to_the_card()
        self.hands.insert()
        self.machine.until_step(Step.CONSENT_DATA)
        return self

    def consent(self, *, data: bool = True, photo: bool = True) -> Self:
        """Answer the two questions."""
        self._consent(Purpose.DATA, is_given=data)
        if data:
            self._consent(Purpose.FACE_PHOTO, is_given=photo)
        return self

    def answer(self, **answers: str) -> Self:
        """Answer all questions, as given by name, or else the first that will do."""
        for _ in range(30):
            if self.session.step is not Step.QUESTION:
                return self if self.shows_papers else self.leave_papers_out()
            name = self.session.question
            raw = answers[name] if name in answers else self._any_answer()
            self.machine.touch(ev.Answered, name, raw)
            assert self.session.question_problem is None, (name, self.session.question_problem)
        raise AssertionError("the questions do not end")

    def leave_papers_out(self) -> Self:
        """Say of every paper that it is not here, and that it will be brought."""
        while self.session.step is Step.PAPER:
            self.machine.touch(ev.PhotoDeclined)
        if self.session.step is Step.PAPERS_MISSING:
            self.machine.touch(ev.Continued)
        return self

    def take_photo(self) -> Self:
        """Press the shutter, and keep the picture."""
        assert self.session.step is Step.PHOTO
        self.machine.until(
            lambda session: not session.advice and not session.camera_is_gone, "a good picture"
        )
        self.machine.touch(ev.ShutterPressed)
        self.machine.until(lambda session: session.photo is not None, "a photo")
        self.machine.touch(ev.Continued)
        return self

    def confirm(self) -> Self:
        """Find everything right."""
        self.machine.until_step(Step.REVIEW)
        self.machine.touch(ev.Continued)
        self.machine.until_step(Step.SIGN)
        return self

    def sign(self) -> Self:
        """Sign on the glass, and see what comes of it."""
        self.machine.touch(ev.Signed, SIGNATURE)
        self.machine.until(lambda session: session.step is not Step.SEALING, "the seal")
        self.sealed = self.session.sealed
        return self

    def expect_receipt(self, state: ReceiptState = ReceiptState.PRINTED) -> Self:
        """See number and receipt."""
        assert self.session.step is Step.RECEIVED
        assert self.session.sealed is not None
        self.machine.until(lambda session: session.receipt in _TOLD, "the receipt")
        assert self.session.receipt is state
        return self

    def rate(self, rating: Rating | None = Rating.VERY_SATISFIED) -> Self:
        """Say how it was, or nothing."""
        self.machine.touch(ev.Continued)
        assert self.session.step is Step.RATING
        if rating is None:
            self.machine.touch(ev.Continued)
        else:
            self.machine.touch(ev.Rated, rating)
        return self

    def take_card(self) -> Self:
        """Take the card and leave."""
        self.hands.pull()
        self.machine.until_step(Step.HOME)
        assert self.session.session_id == ""
        assert self.session.person is None
        return self

    def whole(self, *, photo: bool = True, **answers: str) -> Self:
        """Go all the way to the receipt."""
        self.start().insert_card().consent(photo=photo).answer(**answers)
        if photo:
            self.take_photo()
        return self.confirm().sign().expect_receipt()

    @property
    def app_id(self) -> str:
        """What was sealed."""
        assert self.sealed is not None
        return self.sealed.app_id

    @property
    def number(self) -> str:
        """The number on the receipt, without spaces."""
        assert self.sealed is not None
        return "".join(self.sealed.number_groups)

    def _consent(self, purpose: Purpose, *, is_given: bool) -> None:
        version = service_of(self.session, self.machine.world).consent_version
        self.machine.touch(ev.Consented if is_given else ev.Refused, purpose, version)

    def _any_answer(self) -> str:
        world = self.machine.world
        service = service_of(self.session, world)
        relevant = relevant_questions(service, known_answers(self.session, world), world.today)
        question = next(q for q in relevant if q.name == self.session.question)
        match question.kind:
            case QuestionType.SELECT_ONE:
                return question.choices[0].name
            case QuestionType.INTEGER:
                return "2"
            case QuestionType.TEXT if question.is_required:
                return "6200000000000000"
            case _:
                return ""


@dataclass
class Staff:
    """Somebody of the staff at the machine."""

    machine: Machine

    def sign_in(self, name: str, pin: str) -> Self:
        """Choose a name, or the technician with "", and type a PIN."""
        self.machine.until(
            lambda _: not name or name in {member.name for member in self.machine.world.staff},
            f"{name} on the staff list",
        )
        ids = {member.name: member.staff_id for member in self.machine.world.staff}
        self.machine.touch(ev.StaffDoorOpened)
        self.machine.touch(ev.StaffChosen, ids[name] if name else "")
        self.machine.touch(ev.PinTyped, pin)
        self.machine.until(
            lambda session: session.staff and session.staff.step is not StaffStep.CHECKING,
            "the PIN's answer",
        )
        return self

    def help(self) -> Self:
        """Say: I help in this visit."""
        self.machine.touch(ev.HelperJoined)
        return self

    def close(self) -> Self:
        """Go back to the residents' screens."""
        self.machine.touch(ev.StaffDoorClosed)
        return self
