"""What time it is when the wall may be wrong: every rule by itself, then any clock at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import ClockState, Moment
from kiosk.timekeeping import (
    BELIEVABLE,
    COMPARED_FOR_S,
    JUMP,
    JUMP_ENTRY_EVERY_S,
    LONGEST_ROUND_TRIP_S,
    LONGEST_STANDSTILL,
    LOOK_EVERY_S,
    MADE,
    NOTHING_KNOWN,
    BelievedClock,
    Known,
    believing,
    due_jump,
    is_look_due,
    judge,
    jump_told,
    learn,
    learn_passed,
    look,
    running_at,
    surely_passed,
)
from tests.support.builders import FakeClock

NOON = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass
class Machine:
    """A machine whose true time a test knows, and whose wall says something else."""

    true: datetime = NOON
    off: timedelta = timedelta(0)
    monotonic_s: float = 77.0
    boot: str = "b-1"
    known: Known = NOTHING_KNOWN
    boots: int = field(default=1)

    def raw(self) -> Moment:
        """Return what its clocks say."""
        return Moment(self.true + self.off, self.monotonic_s, self.boot)

    def now(self) -> Moment:
        """Return what it believes."""
        return judge(self.known, self.raw())

    def run(self, seconds: float) -> Machine:
        """Let time pass, with a look at the end."""
        self.true += timedelta(seconds=seconds)
        self.monotonic_s += seconds
        self.known = look(self.known, self.raw())
        return self

    def restart(self, standstill_s: float = 60.0) -> Machine:
        """Switch it off and on again."""
        self.true += timedelta(seconds=standstill_s)
        self.boots += 1
        self.boot, self.monotonic_s = f"b-{self.boots}", 5.0
        self.known = look(self.known, self.raw())
        return self

    def hello(self, round_trip_s: float = 0.2) -> Machine:
        """Hear the platform, whose clock is right, and tells whole seconds."""
        sent = self.raw()
        told = (self.true + timedelta(seconds=round_trip_s / 2)).replace(microsecond=0)
        self.true += timedelta(seconds=round_trip_s)
        self.monotonic_s += round_trip_s
        got = self.raw()
        self.known = learn(look(self.known, got), sent, got, told)
        return self


@pytest.mark.parametrize("off", [timedelta(0), -10 * YEAR, 100 * YEAR, timedelta(hours=-3)])
def test_what_the_platform_said_goes_before_the_wall(off: timedelta) -> None:
    """However wrong the wall is, the time is right to the second, and known by how much."""
    machine = Machine(off=off).run(1).hello()
    for passed_s in (0, 1, 3600, 5 * 86_400):
        now = machine.run(passed_s).now()
        assert now.state is ClockState.SYNCED
        assert abs(now.at - machine.true) <= timedelta(seconds=1)
        assert abs(now.by_wall - now.at - off) <= timedelta(seconds=1)


def test_a_comparison_does_not_last_for_ever() -> None:
    """After a week the crystal may be minutes off: that is said, the time still goes on."""
    machine = Machine().run(1).hello().run(COMPARED_FOR_S + 1)
    assert machine.now().state is ClockState.FLOOR
    assert abs(machine.now().at - machine.true) <= timedelta(seconds=1)
    assert machine.hello().now().state is ClockState.SYNCED


def test_an_answer_that_took_long_or_tells_nonsense_teaches_nothing() -> None:
    """A slow answer bounds too little; a year that can't be is not taken from anybody."""
    slow = Machine().run(1).hello(LONGEST_ROUND_TRIP_S + 1)
    assert slow.known.anchor is None
    machine = Machine().run(1)
    for told in (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)):
        assert learn(machine.known, machine.raw(), machine.raw(), told) == machine.known
    other = Moment(NOON, 0.0, "another running")
    assert learn(machine.known, other, machine.raw(), NOON) == machine.known


def test_a_restart_begins_without_a_comparison() -> None:
    """What kept the time meanwhile is not known: not compared, and not suspect."""
    machine = Machine().run(1).hello().restart(8 * 3600)
    assert machine.now().state is ClockState.FLOOR
    assert machine.now().at == machine.true
    assert machine.known.jump is None


@pytest.mark.parametrize("off", [-10 * YEAR, timedelta(days=-2), 10 * YEAR])
def test_a_clock_that_is_wrong_after_a_restart_is_not_believed(off: timedelta) -> None:
    """The last time believed, and what ran since, is the best there is; the jump is noticed."""
    machine = Machine().run(1).hello().run(600)
    before = machine.true
    machine.off = off
    machine.restart(60)
    assert machine.now().state is ClockState.SUSPECT
    assert timedelta(0) <= machine.true - machine.now().at <= timedelta(seconds=61)
    assert machine.known.jump is not None
    assert machine.known.jump.before - before < timedelta(seconds=2)
    machine.run(3000)
    assert machine.now().state is ClockState.SUSPECT
    assert machine.hello().now().state is ClockState.SYNCED


@pytest.mark.parametrize("off", [-10 * YEAR, timedelta(seconds=-61), timedelta(minutes=2), YEAR])
def test_a_jump_while_running_is_noticed_at_once(off: timedelta) -> None:
    """Suspect before anybody looked; the time itself goes on by the clock that never jumps."""
    machine = Machine().run(1).hello().run(30)
    machine.off = off
    assert machine.now().state is ClockState.SUSPECT
    assert abs(machine.now().at - machine.true) <= timedelta(seconds=1)
    assert is_look_due(machine.known, machine.raw())
    machine.run(1)
    assert machine.known.jump is not None
    assert abs(machine.known.jump.after - machine.known.jump.before - off) < timedelta(seconds=1)
    assert machine.now().state is ClockState.SUSPECT
    machine.off = timedelta(0)
    assert machine.run(1).now().state is ClockState.SUSPECT, "which of the two was right?"
    assert machine.hello().now().state is ClockState.SYNCED


def test_what_never_heard_the_platform_believes_the_wall_within_reason() -> None:
    """Not before the making of the program, and not years later; a jump makes it suspect."""
    assert judge(NOTHING_KNOWN, Moment(NOON, 1.0, "b")).state is ClockState.FLOOR
    early, late = MADE - YEAR, MADE + BELIEVABLE + YEAR
    assert judge(NOTHING_KNOWN, Moment(early, 1.0, "b")).at == MADE
    assert judge(NOTHING_KNOWN, Moment(late, 1.0, "b")).at == MADE
    assert judge(NOTHING_KNOWN, Moment(late, 1.0, "b")).state is ClockState.SUSPECT
    machine = Machine().run(1)
    machine.off = timedelta(hours=2)  # the network set it
    assert machine.now().state is ClockState.SUSPECT
    assert machine.now().at == machine.raw().at


def test_slewing_is_no_jump() -> None:
    """Half a thousandth for a year, as clocks are put right gently: not one entry."""
    machine = Machine().run(1).hello()
    for _ in range(1000):
        machine.off += timedelta(seconds=LOOK_EVERY_S * 0.0005)
        machine.run(LOOK_EVERY_S)
    assert machine.off > JUMP
    assert machine.known.jump is None


def test_a_clock_gone_mad_fills_no_chain() -> None:
    """Jumps that come faster than one in an hour are told together."""
    machine, told = Machine().run(1), []
    for number in range(3600):
        machine.off = timedelta(days=number % 7)
        machine.run(4)
        jump = due_jump(machine.known, machine.raw())
        if jump is not None:
            told.append(jump)
            machine.known = jump_told(machine.known, machine.raw())
    hours = 3600 * 4 / JUMP_ENTRY_EVERY_S
    assert len(told) == hours
    assert sum(jump.count for jump in told) == 1 + 900 * (hours - 1), "each is told by one of them"


def test_rests_and_forgetting_know_no_wall() -> None:
    """The wall may say anything: only running, and the platform's word, move them on."""
    machine = Machine().run(1).hello()
    began, passed = (
        running_at(machine.known, machine.raw()),
        surely_passed(machine.known, machine.raw()),
    )
    assert passed is not None
    for off in (100 * YEAR, -50 * YEAR, timedelta(0)):
        machine.off = off
        machine.run(100)
    assert running_at(machine.known, machine.raw()) - began == timedelta(seconds=300)
    assert surely_passed(machine.known, machine.raw()) == passed + timedelta(seconds=300)
    machine.restart(86_400)
    assert running_at(machine.known, machine.raw()) - began == timedelta(seconds=300)
    assert surely_passed(machine.known, machine.raw()) == passed + timedelta(seconds=300)


def test_a_proof_on_a_stick_tells_the_time_too() -> None:
    """What the platform signed has passed; nonsense, and what is older, changes nothing."""
    known = learn_passed(NOTHING_KNOWN, NOON)
    assert known.passed == NOON
    assert learn_passed(known, NOON - YEAR) == known
    assert learn_passed(known, datetime(9000, 1, 1, tzinfo=UTC)) == known
    assert surely_passed(NOTHING_KNOWN, Moment(NOON, 1.0, "b")) is None


def test_a_time_wrongly_believed_is_given_up_when_the_platform_tells_better() -> None:
    """A clock half a year ahead at the first start must not be the floor for ever."""
    machine = Machine(off=timedelta(days=180)).run(10)
    assert machine.now().state is ClockState.FLOOR
    machine.hello()
    machine.off = timedelta(0)
    machine.restart(10)
    assert machine.now().state is ClockState.FLOOR
    assert machine.now().at == machine.true


def test_the_judged_clock_judges() -> None:
    """It is judged once, however often it is wrapped."""
    clock = believing(FakeClock(at=NOON))
    assert believing(clock) is clock
    assert clock.now().by_wall == NOON
    assert isinstance(clock, BelievedClock)
    assert clock.running_at().year == 2000


_STEP = st.one_of(
    st.tuples(st.just("run"), st.floats(0, 200_000)),
    st.tuples(st.just("restart"), st.floats(0, 300 * 86_400)),
    st.tuples(st.just("set"), st.floats(-60 * 365 * 86_400, 60 * 365 * 86_400)),
    st.tuples(st.just("slew"), st.floats(-30, 30)),
    st.tuples(st.just("hello"), st.floats(0, 90)),
)


@settings(max_examples=150)
@given(st.lists(_STEP, max_size=25))
def test_any_clock(steps: list[tuple[str, float]]) -> None:
    """Whatever clocks do: what has surely passed has; running never goes back; synced is right."""
    machine = Machine()
    machine.known = look(machine.known, machine.raw())
    began, ran_s = running_at(machine.known, machine.raw()), 0.0
    for kind, value in steps:
        match kind:
            case "run":
                machine.run(value)
                ran_s += value
            case "restart":
                machine.restart(value)
            case "set":
                machine.off = timedelta(seconds=value)
            case "slew":
                machine.off += timedelta(seconds=value)
            case _:
                machine.hello(value)
                ran_s += value
        now, raw = machine.now(), machine.raw()
        passed = surely_passed(machine.known, raw)
        assert passed is None or passed <= machine.true
        ran = (running_at(machine.known, raw) - began).total_seconds()
        assert ran == pytest.approx(ran_s, abs=0.01)
        assert now.monotonic_s == raw.monotonic_s
        assert now.by_wall == raw.at
        if now.state is ClockState.SYNCED:
            assert abs(now.at - machine.true) <= timedelta(seconds=46)  # half of the way and back
        if machine.known.latest is not None and now.state is ClockState.FLOOR:
            assert now.at <= machine.known.latest + LONGEST_STANDSTILL + timedelta(days=1)
        assert now.at >= MADE - timedelta(days=1)
