"""A visit walked through the flow alone: touch, see, wait, and look at what is to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kiosk.domain import Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.advance import advance, wanted_devices
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Session, StaffStep, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from tests.support.builders import (
    A_VOLUNTEER,
    FakeClock,
    a_person,
    a_photo,
    a_sealed,
    a_signature,
    a_world,
    good_answers,
)

E = TypeVar("E")


@dataclass
class Walk:
    """One machine's flow: session, world and clock, and every effect so far."""

    world: World = field(default_factory=a_world)
    clock: FakeClock = field(default_factory=FakeClock)
    session: Session = field(init=False)
    done: list[ef.Effect] = field(default_factory=list)
    last: tuple[ef.Effect, ...] = ()
    """What the last event brought about."""
    visits: int = 0

    def __post_init__(self) -> None:
        """Stand at Home."""
        self.session = empty_session(self.world)

    # Asked by calling, because a type checker would hold a field for good once it was asserted.
    def now(self) -> Session:
        """Return the session as it stands."""
        return self.session

    @property
    def step(self) -> str:
        """Return where the visit stands; a text, for the same reason."""
        return self.session.step

    @property
    def overlay(self) -> str:
        """Return what lies over the step."""
        return self.session.overlay

    @property
    def staff_step(self) -> str:
        """Return where the staff's panel stands, "" while it is closed."""
        return "" if self.session.staff is None else self.session.staff.step

    def wanted(self) -> ef.WantedDevices:
        """Return what may run now."""
        return wanted_devices(self.session, self.world)

    def on(self, kind: Callable[..., ev.Event], *told: object) -> tuple[ef.Effect, ...]:
        """Let something happen now, and return what is to be done about it."""
        self.session, self.last = advance(self.session, kind(self.clock.now(), *told), self.world)
        self.done += self.last
        for effect in self.last:
            if isinstance(effect, ef.SetDuty):
                self.world = replace(self.world, duty=effect.member)
        return self.last

    def answer(self, kind: Callable[..., ev.Event], *told: object) -> tuple[ef.Effect, ...]:
        """Let an effect of this visit be answered now."""
        return self.on(kind, self.session.session_id, *told)

    def wait(self, seconds: int) -> tuple[ef.Effect, ...]:
        """Let time pass, tick by tick, and return what came to be done meanwhile."""
        found: list[ef.Effect] = []
        for _ in range(seconds):
            self.clock.pass_s(1)
            found += self.on(ev.Ticked)
        return tuple(found)

    def to_do(self, kind: type[E]) -> list[E]:
        """Return the effects of one kind that the last event brought about."""
        return [effect for effect in self.last if isinstance(effect, kind)]

    def all(self, kind: type[E]) -> list[E]:
        """Return the effects of one kind since the beginning."""
        return [effect for effect in self.done if isinstance(effect, kind)]

    def journal(self) -> list[ef.JournalEvent]:
        """Return what was written to the journal so far."""
        return [line.event for line in self.all(ef.WriteJournal)]

    def new_id(self) -> str:
        """Return a fresh id for a visit."""
        self.visits += 1
        return f"s-{self.visits}"

    def to(self, step: Step) -> Walk:
        """Walk from Home to a step on the straight way, every question answered well."""
        self.on(ev.ServiceChosen, self.new_id(), self.world.services[0].service_id)
        while self.step != step:
            before = self.session
            self.go_on()
            assert self.session != before, f"no way from {self.step} to {step}"
        return self

    def to_question(self, name: str) -> Walk:
        """Walk from Home to one question."""
        self.to(Step.QUESTION)
        while self.session.question != name:
            self.go_on()
        return self

    def to_status(self) -> Walk:
        """Walk from Home to the progress screens."""
        self.on(ev.StatusAsked, self.new_id())
        return self

    def to_known(self) -> Walk:
        """Walk from Home to the question what this machine knows."""
        self.to_status()
        self.on(ev.KnownAsked)
        return self

    def to_staff(self, step: StaffStep) -> Walk:
        """Open the staff's panel and walk to one of its steps."""
        self.on(ev.StaffDoorOpened)
        if step in {StaffStep.TECHNICIAN_PIN, StaffStep.MAINTENANCE}:
            self.on(ev.StaffChosen, "")
        elif step is not StaffStep.DOOR:
            self.on(ev.StaffChosen, A_VOLUNTEER.staff_id)
        if step in {StaffStep.CHECKING, StaffStep.ON_DUTY, StaffStep.MAINTENANCE}:
            self.on(ev.PinTyped, "270418")
        if step is StaffStep.ON_DUTY:
            self.on(ev.PinAccepted, A_VOLUNTEER)
        if step is StaffStep.MAINTENANCE:
            self.on(ev.PinAccepted, None)
        assert self.staff_step == step
        return self

    def consent(self, purpose: Purpose) -> None:
        """Agree."""
        self.on(ev.Consented, purpose, "2026-11")

    def refuse(self, purpose: Purpose) -> None:
        """Don't agree."""
        self.on(ev.Refused, purpose, "2026-11")

    def say(self, raw: str) -> None:
        """Answer the question on the screen."""
        self.on(ev.Answered, self.session.question, raw)

    def take_photo(self) -> None:
        """Press the shutter, and let the camera answer."""
        self.on(ev.ShutterPressed)
        self.answer(ev.PhotoTaken, a_photo())

    def lift_card(self) -> None:
        """Take the card from the reader."""
        self.on(ev.CardSeen, Presence.ABSENT)

    def lay_card(self) -> None:
        """Lay a card on the reader, which only looks whether there is one."""
        self.on(ev.CardSeen, Presence.PRESENT)

    def go_on(self) -> None:
        """Do what the screen asks, in the straightest way."""
        match self.session.step:
            case Step.CARD:
                self.on(ev.CardRead, a_person(), "cn.resident_id")
            case Step.CONSENT_DATA:
                self.consent(Purpose.DATA)
            case Step.CONSENT_PHOTO:
                self.consent(Purpose.FACE_PHOTO)
            case Step.QUESTION:
                self.say(good_answers()[self.session.question])
            case Step.PAPER if self.session.papers.is_looking:
                self.on(ev.PhotoDeclined)
            case Step.PHOTO:
                self.take_photo()
                self.on(ev.Continued)
            case Step.SIGN:
                self.on(ev.Signed, a_signature())
            case Step.SEALING:
                self.answer(ev.ApplicationSealed, a_sealed())
            case _:
                self.on(ev.Continued)
