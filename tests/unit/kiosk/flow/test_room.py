"""No visit begins that could not be brought to its end; one that began is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.session import Overlay, Step
from kiosk.flow.world import Room
from tests.support.builders import a_service, a_world
from tests.support.walk import Walk
from tests.unit.kiosk.flow import test_any_order


def with_room(walk: Walk, room: Room) -> Walk:
    """Have the disk hold so much from now on."""
    walk.world = replace(walk.world, room=room)
    return walk


def begin(walk: Walk) -> Walk:
    """Touch the big tile."""
    walk.on(ev.Started, walk.new_id())
    return walk


def test_without_room_no_visit_begins_by_whatever_way() -> None:
    """The big tile, a service's tile, a card: Home stays, and the journal says that it did."""
    walk = with_room(Walk(), Room.FULL)
    before = walk.session
    begin(walk)
    walk.on(ev.ServiceChosen, walk.new_id(), walk.world.services[0].service_id)
    assert replace(walk.session, last_touch_s=before.last_touch_s) == before
    assert walk.journal() == [JournalEvent.VISIT_REFUSED] * 2
    fields = (("service", walk.world.services[0].service_id),)
    assert {line.fields for line in walk.all(ef.WriteJournal)} == {fields}


def test_with_nobody_to_seal_to_no_visit_begins() -> None:
    """The platform revoked every key: nothing is typed for nothing; with new keys it goes on."""
    walk = Walk()
    walk.world = replace(walk.world, has_recipients=False)
    assert begin(walk).step == Step.HOME
    assert walk.journal() == [JournalEvent.VISIT_REFUSED]
    walk.world = replace(walk.world, has_recipients=True)
    assert begin(walk).step == Step.GUIDE


def test_with_little_room_visits_go_on() -> None:
    """Only the technician is told."""
    assert begin(with_room(Walk(), Room.LOW)).step == Step.GUIDE


def test_with_room_again_the_next_visit_begins() -> None:
    """Nobody has to start anything."""
    walk = begin(with_room(Walk(), Room.FULL))
    assert begin(with_room(walk, Room.LOW)).step == Step.GUIDE


def test_without_room_progress_help_and_staff_are_there() -> None:
    """What needs no room goes on."""
    assert with_room(Walk(), Room.FULL).to_status().step == Step.STATUS_ASK
    walk = with_room(Walk(), Room.FULL)
    assert ef.RingBell() in walk.on(ev.HelpAsked)
    assert walk.overlay == Overlay.HELP
    walk.on(ev.StaffDoorOpened)
    assert walk.staff_step


@pytest.mark.parametrize("step", [Step.GUIDE, Step.CARD, Step.QUESTION, Step.PHOTO, Step.SIGN])
def test_a_visit_that_began_goes_on_to_its_end(step: Step) -> None:
    """The room may go at any step: whoever is under way is not sent away."""
    walk = with_room(Walk().to(step), Room.FULL)
    while walk.step != Step.RECEIVED:
        walk.go_on()
    assert len(walk.all(ef.SealApplication)) == 1


def test_what_could_not_be_stored_is_kept_for_another_try() -> None:
    """A full disk wipes nothing: everything that was entered is sealed when there is room."""
    walk = with_room(Walk().to(Step.SEALING), Room.FULL)
    walk.answer(ev.SealingFailed, "E-DB-01")
    assert walk.step == Step.SEAL_FAILED
    first = walk.all(ef.SealApplication)[0]
    walk.on(ev.Continued)
    assert walk.step == Step.SEALING
    assert walk.all(ef.SealApplication)[-1] == first


def test_what_is_no_service_is_not_refused_for_want_of_room() -> None:
    """Nothing would have begun anyway."""
    walk = with_room(Walk(a_world(a_service(), a_service(service_id="other"))), Room.FULL)
    begin(walk)
    walk.on(ev.ServiceChosen, walk.new_id(), "gone")
    assert walk.journal() == []


class AnyRoom(test_any_order.AnyOrder):
    """The machine on which anything happens at any time, on a disk that fills and empties."""

    @rule(room=st.sampled_from(Room))
    def fill_or_clear(self, room: Room) -> None:
        """Let the disk fill up, or be cleared, at any moment."""
        with_room(self.walk, room)

    def happen(self, kind: test_any_order.Kind, *told: object) -> None:
        """Let something happen: without room no visit begins by it, and none ends for that."""
        before = self.walk.session
        super().happen(kind, *told)
        after = self.walk.session
        if self.walk.world.room is Room.FULL:
            assert before.service_id or not after.service_id
        if JournalEvent.VISIT_REFUSED in [it.event for it in self.walk.to_do(ef.WriteJournal)]:
            assert self.walk.world.room is Room.FULL
            assert (before.step, after.step) == (Step.HOME, Step.HOME)


TestAnyRoom = AnyRoom.TestCase
TestAnyRoom.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
