"""What time it is when the clock on the wall may be wrong: judged from what is known besides.

Pure. Four things are known of time beside the wall: how long the machine has been running, which
never jumps; what the platform said, and when; the latest time that was believed; and whether the
wall jumped. Nothing is decided by the wall alone:

- *rests* of entries count by `running_s`, which no clock moves;
- *forgetting* counts by `surely_passed`, which only the platform's word and running raise;
- *dates* on papers and in headers are those of `judge`, with how far they can be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kiosk.clock import Clock, ClockState, Moment

MADE = datetime(2026, 11, 20, tzinfo=UTC)
"""No program of this version ran before; renewed with each release."""

BELIEVABLE = timedelta(days=5 * 365)
"""A kiosk that never heard of another time believes none later than this after `MADE`."""

LONGEST_STANDSTILL = timedelta(days=400)
"""A clock that is further ahead of the last time believed is not believed: no kiosk in use stands
switched off for more than a year."""

JUMP = timedelta(seconds=60)
"""Dates are told to the minute, so less is seen by nobody; what keeps clocks by the network steps
at a start and slews afterwards, by half a thousandth at most: 0.3 s between two looks."""

LOOK_EVERY_S = 600.0
"""How often what is known is stored, in seconds; each look begins anew, so that slews never add up
to a jump."""

JUMP_ENTRY_EVERY_S = 3600.0
"""Jumps that come faster are told together, so that a clock gone mad can't fill the chain."""

COMPARED_FOR_S = 7 * 86_400.0
"""How long a comparison counts: a poor crystal (200 millionths) is 2 minutes off after a week."""

LONGEST_ROUND_TRIP_S = 60.0
"""The platform's time in an answer that took longer tells too little."""

EARLIEST = MADE - timedelta(days=365)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""No platform tells a time outside these."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The platform's time as it was learned: `server_at` when the machine's readings were these."""

    server_at: datetime
    error_s: float
    """It may be off by so much: half the way there and back, and half of the second it is told
    to."""
    wall: datetime
    monotonic_s: float
    boot: str

    @property
    def offset(self) -> timedelta:
        """By how much the wall was ahead of the platform."""
        return self.wall - self.server_at


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall jumped: what it would have said, what it said, and how many jumps this stands
    for.
    """

    before: datetime
    after: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of time, as of `seen`: the last look at the clocks."""

    seen: Moment | None = None
    running_s: float = 0.0
    """How long the machine has been running in all, as far as anybody looked; never jumps."""
    latest: datetime | None = None
    """The latest time that was believed."""
    passed: datetime | None = None
    """What the platform said, and what ran since: surely passed. None: it never said anything."""
    anchor: Anchor | None = None
    stepped: str | None = None
    """The running in which the wall jumped since the platform's time was learned."""
    jump: Jump | None = None
    """Jumps that no entry tells of yet."""
    told_boot: str | None = None
    told_s: float = 0.0
    """When an entry last told of a jump, by the monotonic clock of that running."""


NOTHING_KNOWN = Known()


def judge(known: Known, raw: Moment) -> Moment:
    """Return what time it is, how far that can be trusted, and what the wall says.

    Args:
        known: What is known.
        raw: The machine's own readings.
    """
    anchor = _anchor_of(known, raw)
    if anchor is not None:
        since_s = raw.monotonic_s - anchor.monotonic_s
        at = anchor.server_at + timedelta(seconds=since_s)
        has_jumped = abs(raw.at - anchor.wall - timedelta(seconds=since_s)) > JUMP
        if has_jumped or known.stepped == raw.boot:
            state = ClockState.SUSPECT
        else:
            state = ClockState.SYNCED if since_s <= COMPARED_FOR_S else ClockState.FLOOR
        return replace(raw, at=at, state=state, wall=raw.at)
    low, high = _believable(known, raw)
    at = raw.at if low - JUMP <= raw.at <= high else low
    is_same = known.seen is not None and known.seen.boot == raw.boot
    has_jumped = known.stepped == raw.boot or (is_same and _jump(known, raw) is not None)
    is_right = at == raw.at and not has_jumped
    state = ClockState.FLOOR if is_right else ClockState.SUSPECT
    return replace(raw, at=at, state=state, wall=raw.at)


def look(known: Known, raw: Moment) -> Known:
    """Return what is known after a look at the clocks: jumps are noticed, running is counted."""
    jump = _jump(known, raw)
    is_same = known.seen is not None and known.seen.boot == raw.boot
    is_step = jump is not None and is_same
    passed_s = _since_seen_s(known, raw)
    now = judge(known, raw)
    latest = known.latest if now.state is ClockState.SUSPECT else _later(known.latest, now.at)
    return replace(
        known,
        seen=Moment(raw.at, raw.monotonic_s, raw.boot),
        running_s=known.running_s + passed_s,
        latest=_later(latest, surely_passed(known, raw)),
        passed=surely_passed(known, raw),
        stepped=raw.boot if is_step else known.stepped if is_same else None,
        jump=_together(known.jump, jump),
    )


def is_look_due(known: Known, raw: Moment) -> bool:
    """Say whether what is known should be stored anew: it is old, or the wall jumped."""
    seen = known.seen
    if seen is None or seen.boot != raw.boot or _jump(known, raw) is not None:
        return True
    return not 0.0 <= raw.monotonic_s - seen.monotonic_s < LOOK_EVERY_S


def learn(known: Known, sent: Moment, got: Moment, server_at: datetime) -> Known:
    """Return what is known after the platform told its time, in an answer that was verified.

    Its word goes before everything, so that a time wrongly believed is given up again.

    Args:
        known: What is known, after a look.
        sent: The machine's own readings when it was asked.
        got: The same when the answer was there.
        server_at: As it was told, cut off to the second.
    """
    round_trip_s = got.monotonic_s - sent.monotonic_s
    if (
        not EARLIEST <= server_at < LATEST
        or sent.boot != got.boot
        or not 0.0 <= round_trip_s <= LONGEST_ROUND_TRIP_S
    ):
        return known
    half = timedelta(seconds=round_trip_s / 2)
    anchor = Anchor(
        server_at=server_at + timedelta(seconds=0.5) + half,
        error_s=round_trip_s / 2 + 0.5,
        wall=got.at,
        monotonic_s=got.monotonic_s,
        boot=got.boot,
    )
    return replace(known, anchor=anchor, latest=anchor.server_at, passed=server_at, stepped=None)


def learn_passed(known: Known, at: datetime) -> Known:
    """Return what is known, after a look, with a proof that the platform signed at a time: it has
    passed.
    """
    if not EARLIEST <= at < LATEST:
        return known
    return replace(known, latest=_later(known.latest, at), passed=_later(known.passed, at))


def surely_passed(known: Known, raw: Moment) -> datetime | None:
    """Return a time that has surely passed, whatever the wall says; None: the platform never
    told one.
    """
    if known.passed is None:
        return None
    return known.passed + timedelta(seconds=_since_seen_s(known, raw))


def running_at(known: Known, raw: Moment) -> datetime:
    """Return how long the machine has been running, as a time on a scale of its own.

    The scale begins in 2000, and nothing but running moves it.
    """
    return _SCALE + timedelta(seconds=known.running_s + _since_seen_s(known, raw))


def due_jump(known: Known, raw: Moment) -> Jump | None:
    """Return the jump that an entry should tell of now; None if there is none, or one was told
    just before.
    """
    since_s = raw.monotonic_s - known.told_s
    if known.told_boot == raw.boot and 0.0 <= since_s < JUMP_ENTRY_EVERY_S:
        return None
    return known.jump


def jump_told(known: Known, raw: Moment) -> Known:
    """Return what is known after an entry told of the jumps."""
    return replace(known, jump=None, told_boot=raw.boot, told_s=raw.monotonic_s)


class BelievedClock:
    """The machine's clock, judged by what is known: its `at` is the time to go by.

    Used from any thread: what is known is replaced whole.
    """

    def __init__(self, raw: Clock) -> None:
        self.raw = raw
        self.known = NOTHING_KNOWN

    def now(self) -> Moment:
        """Return this instant."""
        return judge(self.known, self.raw.now())

    def running_at(self) -> datetime:
        """Return the instant on the scale of running; see `running_at`."""
        return running_at(self.known, self.raw.now())


def believing(clock: Clock) -> BelievedClock:
    """Return a clock that is judged; one that is already is returned as it is."""
    return clock if isinstance(clock, BelievedClock) else BelievedClock(clock)


_SCALE = datetime(2000, 1, 1, tzinfo=UTC)


def _anchor_of(known: Known, raw: Moment) -> Anchor | None:
    """Return the platform's time if it was learned in this running of the machine."""
    anchor = known.anchor
    if anchor is None or anchor.boot != raw.boot or raw.monotonic_s < anchor.monotonic_s:
        return None
    return anchor


def _since_seen_s(known: Known, raw: Moment) -> float:
    if known.seen is None or known.seen.boot != raw.boot:
        return 0.0
    return max(raw.monotonic_s - known.seen.monotonic_s, 0.0)


def _believable(known: Known, raw: Moment) -> tuple[datetime, datetime]:
    """Return the earliest and the latest time that can be believed."""
    if known.latest is None:
        return MADE, MADE + BELIEVABLE
    low = max(known.latest + timedelta(seconds=_since_seen_s(known, raw)), MADE)
    return low, low + LONGEST_STANDSTILL


def _jump(known: Known, raw: Moment) -> Jump | None:
    """Return by how far the wall jumped since the last look.

    Over a restart nobody knows how long the machine stood still: only a clock that went back, or
    further ahead than any standstill, has jumped.
    """
    seen = known.seen
    if seen is None:
        return None
    if seen.boot != raw.boot:
        is_jump = not -JUMP <= raw.at - seen.at <= LONGEST_STANDSTILL
        return Jump(seen.at, raw.at) if is_jump else None
    expected = seen.at + timedelta(seconds=raw.monotonic_s - seen.monotonic_s)
    return Jump(expected, raw.at) if abs(raw.at - expected) > JUMP else None


def _together(before: Jump | None, jump: Jump | None) -> Jump | None:
    if before is None or jump is None:
        return before or jump
    return Jump(before.before, jump.after, before.count + jump.count)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
