"""Card and face in any order: no rung without a match of the photo that is sealed, no dead end."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.domain import ComparisonOutcome, FaceComparison, IdentityAssurance, Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.comparing import MOST_MISSES
from kiosk.flow.session import Step
from tests.support.builders import A_VOLUNTEER, a_person, a_photo, a_signature, a_world
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_face_check import (
    ANOTHER_PHOTO,
    BROKEN,
    FACE,
    MATCH,
    NO_FACE,
    NO_MATCH,
    PORTRAIT,
    service_that_compares,
)

TOUCHES = (
    ev.Continued,
    ev.WentBack,
    ev.PhotoRetaken,
    ev.PhotoDeclined,
    ev.OtherWayChosen,
    ev.ShutterPressed,
)


class AnyOrder(RuleBasedStateMachine):
    """A visit in which everything is touched and every answer comes late, twice or never."""

    def __init__(self) -> None:
        """Stand at Home."""
        super().__init__()
        self.orders: list[ef.CompareFaces] = []
        self.matched: set[bytes] = set()
        self.is_sealed = False

    @initialize(needs_face=st.booleans(), is_somebody_on_duty=st.booleans())
    def begin(self, *, needs_face: bool, is_somebody_on_duty: bool) -> None:
        """Begin a visit of a service that offers the comparison, or needs it or somebody."""
        least = FACE if needs_face else IdentityAssurance.ATTENDANT_ALONE
        duty = A_VOLUNTEER if is_somebody_on_duty else None
        world = replace(a_world(service_that_compares(least), duty=duty), has_face_matcher=True)
        self.walk = Walk(world).to(Step.CARD)
        self.read_card()

    def happen(self, kind: type[ev.Event], *told: object) -> None:
        """Let something happen, and look at what is sealed or compared."""
        for effect in self.walk.on(kind, *told):
            if isinstance(effect, ef.CompareFaces):
                assert self.walk.session.consent(Purpose.FACE_COMPARISON) is True
                assert effect.portrait_jpeg == PORTRAIT
                assert effect.tries <= MOST_MISSES
                self.orders.append(effect)
            if isinstance(effect, ef.SealApplication):
                self.check(effect.record)

    def check(self, record: ef.ApplicationRecord) -> None:
        """Check that what is sealed was reached, and suffices."""
        service = self.walk.world.services[0]
        assert service.accepts(record.identity.assurance)
        told = record.identity.comparison
        if record.identity.assurance is FACE:
            assert told is not None
            assert told.outcome is ComparisonOutcome.MATCH
        if told is not None:
            given = {it.purpose: it.given for it in record.consents}
            assert given[Purpose.FACE_COMPARISON] is True
            assert record.photo is not None
            is_match = told.outcome is ComparisonOutcome.MATCH
            assert not is_match or record.photo.sha256 in self.matched
        self.is_sealed = True

    @rule(kind=st.sampled_from(TOUCHES))
    def touch(self, kind: type[ev.Event]) -> None:
        """Touch anything."""
        self.happen(kind)

    @rule(kind=st.sampled_from([ev.Consented, ev.Refused]), purpose=st.sampled_from(Purpose))
    def decide(self, kind: type[ev.Event], purpose: Purpose) -> None:
        """Agree or refuse, but to the data."""
        self.happen(ev.Consented if purpose is Purpose.DATA else kind, purpose, "1")

    @rule(steps=st.integers(1, 8), is_other=st.booleans())
    def go_on(self, steps: int, *, is_other: bool) -> None:
        """Do what the screens ask, with one photo or another."""
        for _ in range(steps):
            session = self.walk.session
            match session.step:
                case Step.CARD:
                    self.read_card()
                case Step.CONSENT_DATA:
                    self.happen(ev.Consented, Purpose.DATA, "1")
                case Step.CONSENT_PHOTO:
                    self.happen(ev.Consented, Purpose.FACE_PHOTO, "1")
                case Step.CONSENT_COMPARISON:
                    self.happen(ev.Consented, Purpose.FACE_COMPARISON, "1")
                case Step.QUESTION:
                    self.walk.go_on()
                case Step.PHOTO if session.photo is None:
                    self.happen(ev.ShutterPressed)
                    photo = ANOTHER_PHOTO if is_other else a_photo()
                    self.happen(ev.PhotoTaken, session.session_id, photo)
                case Step.SIGN:
                    self.happen(ev.Signed, a_signature())
                case _:
                    self.happen(ev.Continued)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), result=st.sampled_from([MATCH, NO_MATCH, NO_FACE, BROKEN]))
    def answer(self, data: st.DataObject, result: FaceComparison) -> None:
        """Answer any comparison ever asked for."""
        order = data.draw(st.sampled_from(self.orders))
        session = self.walk.session
        is_asked = session.face.is_running and session.face.photo_sha256 == order.photo_sha256
        if is_asked and result is MATCH:
            self.matched.add(order.photo_sha256)
        told = replace(result, tries=order.tries)
        self.happen(ev.FacesCompared, order.session_id, order.photo_sha256, told)

    @rule()
    def witness(self) -> None:
        """Let somebody on duty confirm."""
        self.happen(ev.PinTyped, "270418")
        self.happen(ev.WitnessAccepted, self.walk.session.session_id, A_VOLUNTEER)

    @rule(name=st.sampled_from(["photo", "alone"]))
    def correct(self, name: str) -> None:
        """Change the photo, or an answer, from the review."""
        self.happen(ev.Corrected, name)

    def read_card(self) -> None:
        """Read the card, if it is waited for."""
        self.happen(ev.CardRead, a_person(), "cn.resident_id", PORTRAIT)

    @invariant()
    def what_is_known_follows_from_what_was_seen(self) -> None:
        """The rung of the program stands only beside its match, and nothing is held too long."""
        session = self.walk.session
        identity, face = session.identity, session.face
        if identity is not None:
            assert identity.comparison == face.result
            is_match = face.result is not None and face.result.outcome is ComparisonOutcome.MATCH
            assert (identity.assurance is FACE) is (is_match and identity.assurance.is_by_machine)
        if face.result is not None:
            assert session.photo is not None
            assert session.photo.sha256 == face.photo_sha256
        if session.person is None:
            assert face.portrait == b""
        if session.step is Step.SIGN:
            assert identity is not None
            assert self.walk.world.services[0].accepts(identity.assurance)

    @invariant()
    def there_is_always_a_way(self) -> None:
        """Where the program was not sure, an attendant is one touch away."""
        if self.walk.session.step is Step.FACE_CHECK and not self.walk.session.face.is_running:
            before = self.walk.session
            self.walk.on(ev.OtherWayChosen)
            assert self.walk.step == Step.WITNESS
            self.walk.session = before


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
