"""The courier's engine in tests: entries, events, and what follows from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.journal import Epoch
from kiosk.store.entries import EntryState
from sync.answers import Failed, Failure
from sync.engine import Stage, State, begin, step
from sync.steps import (
    Action,
    CallFailed,
    Event,
    Found,
    Item,
    Proven,
    Rules,
    Welcomed,
    Woken,
)

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOW = Moment(AT, 1000.0)
RULES = Rules(poll_s=60, hello_every_s=600, largest_chunk=1 << 20)
LARGE = 3 << 20
EPOCH = Epoch("00112233445566778899aabbccddeeff")
NO_CALL = CallFailed(Failed(Failure.GONE, "404: the platform knows no such call"))
NO_NETWORK = CallFailed(Failed(Failure.UNREACHABLE, "no answer"))


def item(
    seq: int = 1, state: EntryState = EntryState.QUEUED, size: int = 1000, tries: int = 0
) -> Item:
    """Return an entry."""
    return Item(AppId(f"app-{seq}"), EPOCH, seq, size, state, tries)


def proven(seq: int = 1) -> Proven:
    """Return a proof that holds."""
    return Proven(AppId(f"app-{seq}"), "{}", AT)


def after(state: State, *events: Event, now: Moment = NOW) -> tuple[State, tuple[Action, ...]]:
    """Return the state after events, and what the last of them leads to."""
    actions: tuple[Action, ...] = ()
    for event in events:
        state, actions = step(state, now, event)
    return state, actions


def sending(entry: Item, chunk: int = RULES.largest_chunk) -> State:
    """Return a state that has just been given an entry whose bytes are to go."""
    state = replace(begin(RULES, 7), chunk=chunk)
    state, _ = after(state, Woken(), Welcomed(), Found(()), Found(()), Found((entry,)))
    assert state.stage is Stage.SENDING
    return state
