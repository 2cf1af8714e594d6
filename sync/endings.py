"""How a round of the courier ends, and what is asked once more before it does; pure like the
engine.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.clock import Moment
from kiosk.ports.courier import Reach
from sync.answers import Failed, Failure, rest_s
from sync.state import Stage, State, roll
from sync.steps import Action, CorrectClock, Finished, SkipCounter

SHORTEST_ROUND_REST_S = 0.2
MOST_REPEATS = 3
"""Another program of this kiosk may draw a higher number meanwhile, and be faster."""
Step = tuple[State, tuple[Action, ...]]
_NETWORK = frozenset({Failure.UNREACHABLE, Failure.NOT_THE_PLATFORM, Failure.LATER})


def asked_again(state: State, failed: Failed) -> Step | None:
    """Ask once more, signed better, when the platform said what was wrong with the signature."""
    if state.asked is None or failed.kind is not Failure.IDENTITY:
        return None
    repeating = replace(state, repeats=state.repeats + 1)
    if failed.server_time is not None and state.repeats == 0:
        return repeating, (CorrectClock(failed.server_time), state.asked)
    if failed.counter is not None and state.repeats < MOST_REPEATS:
        return repeating, (SkipCounter(failed.counter), state.asked)
    return None


def give_up(state: State, now: Moment, failed: Failed) -> Step:
    """End the round at a failure that every other call would meet too, and rest."""
    state = replace(state, failures=state.failures + 1, hello_at_s=None)
    state, dice = roll(state)
    wait_s = rest_s(state.failures, dice, failed.retry_after_s)
    if state.is_open and failed.kind in _NETWORK:
        # Whoever says "at once" again and again is not believed either.
        spread_s = (rest_s(state.failures, dice) + rest_s(state.failures, 1.0)) / 2
        wait_s = spread_s if failed.retry_after_s is None else max(wait_s, spread_s)
    reach = Reach.REFUSED if failed.kind is Failure.IDENTITY else Reach.OFFLINE
    return finish(state, reach, failed.why, max(wait_s, SHORTEST_ROUND_REST_S), now)


def finish(state: State, reach: Reach, why: str, rest_for_s: float, now: Moment) -> Step:
    """End the round; rest for so long, or until the next poll."""
    finished = Finished(reach, rest_for_s or state.rules.poll_s, why, state.delivered)
    state = replace(
        state,
        stage=Stage.IDLE,
        batch=(),
        feeds=(),
        asked=None,
        has_stumbled=False,
        last=finished,
        rest_until_s=now.monotonic_s + rest_for_s if rest_for_s else None,
        is_apart=state.is_apart and reach is not Reach.ONLINE,
        failures=state.failures if reach is not Reach.ONLINE else 0,
    )
    return state, (finished,)
