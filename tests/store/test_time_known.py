"""What is known of time is kept, shared by programs, and made again where it was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clock import ClockState, Moment
from kiosk.errors import DiskFull
from kiosk.store import facts, time_known
from kiosk.store.time_known import FACT
from kiosk.timekeeping import BelievedClock, Known, learn, learn_passed
from tests.support.builders import A_MORNING, FakeClock
from tests.support.sealing_places import ASK_BY, SERVICE, SealingPlace, a_record

LATER = A_MORNING + timedelta(days=100)


@pytest.fixture
def place(tmp_path: Path) -> SealingPlace:
    """A state folder."""
    return SealingPlace(tmp_path / "state")


def seal_at(place: SealingPlace, at: datetime, state: ClockState) -> None:
    """Seal an application at a time that can be trusted so far."""
    sealer = place.open()
    sealer._lookups["s-1"] = bytes(32)
    moment = Moment(at, 1.0, state=state)
    sealer.seal_application(a_record(), SERVICE, ASK_BY, moment, counts_from_delivery=False)


def test_what_is_known_survives_to_the_last_digit(place: SealingPlace) -> None:
    """Another program goes by the same, and a look of either is seen by both."""
    db, clock = place.store(), FakeClock(monotonic_s=100.25)
    one, other = BelievedClock(clock), BelievedClock(clock)
    time_known.look_at_clocks(db, one)
    sent = clock.now()
    clock.pass_s(0.5)

    def taught(known: Known, _: Moment) -> Known:
        return learn(known, sent, clock.now(), LATER)

    time_known.change(db, one, taught)
    time_known.look_at_clocks(place.store(), other)
    assert other.known.anchor == one.known.anchor == time_known.load(db).anchor
    assert other.now() == one.now()
    assert other.now().state is ClockState.SYNCED
    clock.set_wall(A_MORNING - timedelta(days=9))
    time_known.look_at_clocks(db, one)
    time_known.look_at_clocks(db, other)
    jump = time_known.load(db).jump
    assert jump is not None
    assert jump.count == 1, "whoever looked first told it"
    place.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 2}', '{"v": 1}', "null"])
def test_a_fact_that_was_lost_is_made_of_the_entries(place: SealingPlace, text: str) -> None:
    """The latest entry whose time was not suspect is the floor; rubbish is no fact."""
    seal_at(place, LATER, ClockState.FLOOR)
    seal_at(place, LATER + timedelta(days=3000), ClockState.SUSPECT)
    seal_at(place, A_MORNING, ClockState.SYNCED)
    db = place.store()
    assert time_known.load(db).latest == LATER
    facts.put(db, FACT, text)
    known = time_known.load(db)
    assert known.latest == LATER
    assert known.passed is None
    assert time_known.believed(db, A_MORNING - timedelta(days=5000)) == LATER
    place.close()


def test_a_former_version_that_believed_2080_founds_no_floor(place: SealingPlace) -> None:
    """It marked no time as suspect."""
    seal_at(place, datetime(2080, 1, 1, tzinfo=UTC), ClockState.FLOOR)
    db = place.store()
    assert time_known.load(db).latest is None
    place.close()


def test_the_time_of_a_proof_is_kept(place: SealingPlace) -> None:
    """An older one changes nothing; the header of an entry says how its time was."""
    db = place.store()
    clock = BelievedClock(FakeClock())
    now = clock.raw.now()
    assert time_known.passed(db, now) is None
    time_known.change(db, clock, lambda known, _: learn_passed(known, LATER))
    time_known.change(db, clock, lambda known, _: learn_passed(known, A_MORNING))
    assert time_known.passed(db, now) == LATER
    place.close()


@pytest.mark.may_warn("that nothing could be kept is told")
def test_a_store_that_takes_nothing_is_gone_by_all_the_same(
    place: SealingPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept before is known, and the kiosk goes on."""
    db, clock = place.store(), FakeClock(at=LATER)
    time_known.look_at_clocks(db, BelievedClock(clock))

    def full(*_: object) -> None:
        raise DiskFull("The disk is full.")

    clock.set_wall(A_MORNING)
    anew = BelievedClock(clock)
    monkeypatch.setattr(facts, "set_inside", full)
    time_known.look_at_clocks(db, anew)
    assert anew.known.latest == LATER
    assert anew.now().state is ClockState.SUSPECT
    place.close()
