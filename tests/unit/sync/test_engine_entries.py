"""The engine over many entries: announced together, and none keeps the others waiting."""

from __future__ import annotations

import pytest

from kiosk.domain import AppId
from kiosk.store.entries import EntryState
from sync.answers import Failed, Failure
from sync.engine import FIRST_BATCHES, begin
from sync.steps import (
    AllAnnounced,
    Announce,
    AnnounceAll,
    Announced,
    AskOffset,
    CallFailed,
    Deliver,
    Elsewhere,
    Event,
    Finished,
    Found,
    Heard,
    Look,
    Looked,
    Mark,
    OffsetTold,
    Postpone,
    Welcomed,
    Woken,
)
from tests.support.engine_rounds import (
    NO_CALL,
    RULES,
    after,
    item,
    proven,
)

ENTRYS_OWN = [Failure.REFUSED, Failure.NONSENSE, Failure.GONE]


@pytest.mark.parametrize("kind", ENTRYS_OWN)
def test_one_bad_entry_never_blocks_the_others(kind: Failure) -> None:
    """Its own trouble lets it rest or holds it; the next one is announced in the same round."""
    state, _ = after(begin(RULES, 1), Woken(), Welcomed(), Found(()), Found((item(1), item(2))))
    state, actions = after(state, NO_CALL)
    assert actions == (Announce(AppId("app-1")),)
    _, actions = after(state, CallFailed(Failed(kind, "no")))
    assert actions[-1] == Announce(AppId("app-2"))
    held = Mark(AppId("app-1"), EntryState.HELD, "no") in actions
    assert held == (kind is Failure.REFUSED)
    assert any(isinstance(it, Postpone) for it in actions)


@pytest.mark.parametrize("kind", ENTRYS_OWN)
def test_of_several_announced_together_each_is_treated_alone(kind: Failure) -> None:
    """A refused one, one that is complete, one that another program moves, and one that is new."""
    entries = tuple(item(seq) for seq in range(1, 5))
    state, actions = after(begin(RULES, 1), Woken(), Welcomed(), Found(()), Found(entries))
    assert actions == (AnnounceAll(tuple(it.app_id for it in entries)),)
    answers = (
        CallFailed(Failed(kind, "no")),
        Announced(1000, is_complete=True, proof=proven(2)),
        Elsewhere(),
        Announced(0, is_complete=False),
    )
    state, actions = after(state, AllAnnounced(answers))
    assert actions[-1] == Look(Looked.UNREGISTERED)
    assert state.batch == ()
    told = {it.app_id for it in actions[:-1] if isinstance(it, Mark | Postpone)}
    assert told == {AppId("app-1"), AppId("app-4")}
    assert Deliver(proven(2)) in actions
    assert Mark(AppId("app-4"), EntryState.REGISTERED) in actions
    assert any(isinstance(it, Postpone) and it.app_id == "app-1" for it in actions)
    assert not any(getattr(it, "app_id", "") == "app-3" for it in actions)


def test_what_fails_together_goes_alone() -> None:
    """One of several may be why the platform stumbles: the next round finds out which."""
    state, _ = after(begin(RULES, 1), Woken(), Welcomed(), Found(()), Found((item(1), item(2))))
    state, actions = after(state, CallFailed(Failed(Failure.LATER, "500")))
    assert isinstance(actions[-1], Finished)
    assert not any(isinstance(it, Postpone) for it in actions)
    state, actions = after(
        state, Woken(is_hurried=True), Welcomed(), Found(()), Found((item(1), item(2)))
    )
    assert actions == (Announce(AppId("app-1")),)
    announced = Announced(0, is_complete=False)
    state, _ = after(state, announced, announced, Found(()), Found(()), Heard())
    _, actions = after(
        state, Woken(is_hurried=True), Welcomed(), Found(()), Found((item(3), item(4)))
    )
    assert isinstance(actions[-1], AnnounceAll)


def test_however_fast_new_ones_come_bytes_go() -> None:
    """There is always something new to announce, and still uploads get their turn, again and
    again.
    """
    state, actions = after(begin(RULES, 1), Woken(), Welcomed(), Found(()))
    sent, calls = 0, 0
    while sent < 3:
        calls += 1
        assert calls < 5 * FIRST_BATCHES
        match actions[-1]:
            case Look(Looked.UNREGISTERED):
                event: Event = Found((item(calls), item(calls + 1)))
            case Look(Looked.WAITING):
                event = Found((item(1, EntryState.REGISTERED),))
            case AnnounceAll():
                event = AllAnnounced((Announced(0, is_complete=False),) * 2)
            case AskOffset():
                event = OffsetTold(0, is_complete=False)
            case _:
                event, sent = proven(1), sent + 1
        state, actions = after(state, event)


def test_what_failed_before_does_not_end_the_round_again() -> None:
    """It may be why the platform stumbles: another entry is tried; if that fails too, it is not."""
    entries = tuple(item(seq, EntryState.REGISTERED, tries=seq - 1) for seq in (1, 2, 3, 4))
    busy = CallFailed(Failed(Failure.LATER, "500"))
    start, _ = after(begin(RULES, 1), Woken(), Welcomed(), Found(()), Found(()))
    state, actions = after(start, Found(entries[1:]), busy)
    assert isinstance(actions[0], Postpone)
    assert actions[-1] == AskOffset(AppId("app-3"))
    _, actions = after(state, busy)
    assert isinstance(actions[-1], Finished)
    _, actions = after(state, OffsetTold(0, is_complete=False), proven(3), busy)
    assert actions[-1] == Look(Looked.UNREGISTERED)
    _, actions = after(start, Found(entries), busy)
    assert isinstance(actions[-1], Finished)
    assert isinstance(actions[0], Postpone)
    assert actions[0].wait_s > actions[-1].wait_s
