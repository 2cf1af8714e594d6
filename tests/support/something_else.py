"""Rules for a machine that plays visits: something else is done after the first application."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from kiosk.domain import Person
from kiosk.flow import events as ev
from kiosk.flow.earlier import Earlier
from kiosk.flow.session import Step
from tests.support.builders import a_photo
from tests.support.walk import Walk

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


class SomethingElse:
    """Mixed into a state machine, which says what happens and how one goes on."""

    walk: Walk
    happen: Callable[..., None]
    go_on: Callable[..., None]
    whose_visit: tuple[tuple[str, ...], Person | None] = ((), None)

    @rule(service=st.sampled_from(["no_photo", "with_photo", "days_away"]), is_at_once=st.booleans())
    def do_something_else(self, service: str, *, is_at_once: bool) -> None:
        """Go on from a stored application to another one, perhaps before the paper is out."""
        for _ in range(25):
            if self.walk.step == Step.RECEIVED:
                break
            self.go_on(steps=1)
        session = self.walk.session
        if session.step is Step.RECEIVED:
            if not is_at_once:
                self.happen(ev.ReceiptPrinted, session.session_id)
            self.happen(ev.Continued)
            self.happen(ev.Continued)
        self.happen(ev.ServiceChosen, self.walk.new_id(), service)
        self.happen(ev.Continued)

    @invariant()
    def what_is_kept_of_before_is_the_same_persons(self) -> None:
        """Nothing of an earlier application is there without its person, or under another one."""
        session = self.walk.session
        done, person = self.whose_visit
        if session.earlier:
            assert session.step not in _KNOWS_NOBODY
            assert session.person is not None
            assert session.identity is not None
            assert not session.is_on_behalf
            assert session.service_id in session.earlier.done or session.step not in {
                Step.RECEIVED,
                Step.RATING,
            }
            if done and session.earlier.done[: len(done)] == done:
                assert session.person == person
            assert session.earlier.photo in {None, a_photo()}
        else:
            assert session.earlier == Earlier()
        self.whose_visit = (session.earlier.done, session.person)
