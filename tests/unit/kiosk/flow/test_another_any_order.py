"""Something else in any order: what is kept of before stays with its person alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import IdentityAssurance, Person
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Step
from tests.support.builders import a_photo, a_service, a_world
from tests.support.walk import Walk
from tests.unit.kiosk.flow import test_any_order

_KNOWS_NOBODY = {
    Step.HOME,
    Step.FOR_WHOM,
    Step.CARD_NOTICE,
    Step.CARD,
    Step.RELATION,
    Step.TAKE_CARD,
    Step.NOT_KEPT,
    Step.STATUS_ASK,
}

SERVICES = st.sampled_from(["with_photo", "no_photo", "days_away"])
STEPS = st.integers(0, 14)


class AnotherInAnyOrder(test_any_order.AnyOrder):
    """The machine on which anything happens at any time, where there is something else to do."""

    def __init__(self) -> None:
        """Stand at Home, with three services."""
        super().__init__()
        strict = IdentityAssurance.CARD_AND_ATTENDANT
        plain = replace(a_service(PhotoNeed.NONE, "no_photo"), least_identity=strict)
        self.walk = Walk(a_world(a_service(), plain, a_service(service_id="with_photo")))
        self.applicant: Person | None = None

    @initialize(service=SERVICES, steps=STEPS)
    def apply(self, service: str, steps: int) -> None:
        """Begin with an application that is stored, and another one that was got so far."""
        while self.walk.step != Step.RECEIVED:
            self.go_on(steps=1)
        self.do_something_else(service, steps, is_at_once=False)

    @rule(service=SERVICES, steps=STEPS, is_at_once=st.booleans())
    def do_something_else(self, service: str, steps: int, *, is_at_once: bool) -> None:
        """Go on from a stored application to another one, perhaps before the paper is out."""
        if self.walk.step == Step.RECEIVED:
            if not is_at_once:
                self.happen(ev.ReceiptPrinted, self.walk.session.session_id)
            self.happen(ev.Continued)
            self.happen(ev.Continued)
        self.happen(ev.ServiceChosen, self.walk.new_id(), service)
        self.go_on(steps=steps)

    def check(self, effect: ef.Effect, step: Step) -> None:
        """Check an effect as ever, and that whoever signs is the person of the whole visit."""
        super().check(effect, step)
        if not isinstance(effect, ef.SealApplication):
            return
        if self.walk.session.earlier:
            assert effect.record.service_id not in self.walk.session.earlier.done
            assert effect.record.person == self.applicant
        self.applicant = effect.record.person

    @invariant()
    def what_is_kept_of_before_is_the_same_persons(self) -> None:
        """Nothing of an earlier application is there without its person, or under another one."""
        session, earlier = self.walk.session, self.walk.session.earlier
        if earlier:
            assert session.step not in _KNOWS_NOBODY
            assert session.person == self.applicant
            assert session.identity is not None
            assert not session.is_on_behalf
            assert earlier.photos in {(), (a_photo(),)}


TestAnotherInAnyOrder = AnotherInAnyOrder.TestCase
TestAnotherInAnyOrder.settings = settings(max_examples=100, stateful_step_count=30)
