"""The engine over many entries: announced together, and none keeps the others waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId
from kiosk.store.entries import EntryState
from sync.answers import Failed, Failure
from sync.engine import FIRST_BATCHES, begin
from sync.state import BREAKER_AT
from sync.steps import (
    SMALLEST_CHUNK,
    AllAnnounced,
    Announce,
    AnnounceAll,
    Announced,
    AskOffset,
    AskProofs,
    CallFailed,
    Deliver,
    Elsewhere,
    Event,
    Finished,
    Found,
    Hear,
    Heard,
    Look,
    Looked,
    Mark,
    OffsetTold,
    Postpone,
    Reannounce,
    Welcomed,
    Woken,
)
from tests.support.engine_rounds import (
    LARGE,
    NO_CALL,
    RULES,
    after,
    item,
    proven,
    sending,
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


@pytest.mark.parametrize("kind", [Failure.NONSENSE, Failure.GONE, Failure.REFUSED])
def test_a_feed_of_proofs_that_is_broken_stops_no_entry(kind: Failure) -> None:
    """What waits for its proof is announced again, and the others go as ever."""
    waiting = item(4, EntryState.UPLOADED)
    state, actions = after(begin(RULES, 7), Woken(), Welcomed(), Found((waiting,)))
    assert isinstance(actions[-1], AskProofs)
    broken = CallFailed(Failed(kind, "the answer can't be used"))
    state, actions = after(state, broken)
    assert actions[-1] == Look(Looked.UNREGISTERED)
    _, actions = after(state, Found(()), Found((waiting,)))
    assert actions[-1] == Announce(AppId("app-4"))


def test_proofs_that_the_platform_will_not_have_back_stop_no_entry() -> None:
    """It lacks what it has proven and refuses to hear of it: what is new goes all the same."""
    state, actions = after(begin(RULES, 7), Woken(), Welcomed(is_behind=True))
    assert actions[-1] == Reannounce()
    state, actions = after(state, NO_CALL)
    assert actions[-1] == Look(Looked.UPLOADED)


def test_no_call_follows_when_the_platform_asks_to_wait() -> None:
    """Also when the entry has failed before, and might itself be the trouble."""
    state = sending(item(1, EntryState.REGISTERED, tries=3))
    told = CallFailed(Failed(Failure.LATER, "429", retry_after_s=600.0))
    _, actions = after(state, told)
    assert isinstance(actions[-1], Finished)
    assert actions[-1].wait_s == 600.0


def test_an_upload_that_is_busy_rests_as_long_as_it_is_told() -> None:
    """423 with Retry-After: asking again at once would only meet the same."""
    state, _ = after(sending(item(1, EntryState.REGISTERED)), OffsetTold(0, is_complete=False))
    busy = CallFailed(Failed(Failure.OFFSET, "423", retry_after_s=30.0))
    _, actions = after(state, busy)
    assert isinstance(actions[0], Postpone)
    assert actions[0].wait_s >= 30.0


def test_a_piece_that_can_be_no_smaller_is_not_sent_again_and_again() -> None:
    """413 for the smallest piece: the entry rests."""
    state = sending(item(1, EntryState.REGISTERED, size=LARGE), chunk=SMALLEST_CHUNK)
    state, _ = after(state, OffsetTold(0, is_complete=False))
    _, actions = after(state, CallFailed(Failed(Failure.TOO_LARGE, "413")))
    assert isinstance(actions[0], Postpone)


def test_whoever_says_at_once_again_and_again_is_not_believed() -> None:
    """Retry-After: 0 does not make a kiosk hammer a platform that is down."""
    state = begin(RULES, 7)
    told = CallFailed(Failed(Failure.LATER, "503", retry_after_s=0.0))
    waits = []
    for _ in range(BREAKER_AT):
        state, actions = after(replace(state, rest_until_s=None), Woken(), told)
        assert isinstance(actions[-1], Finished)
        waits.append(actions[-1].wait_s)
    assert waits[-1] >= 2.0 * 2 ** (BREAKER_AT - 1) / 2


def test_a_kiosk_that_is_not_believed_stops_though_there_are_new_keys() -> None:
    """401 and 403 end the run wherever they come; any other failure of the feed does not."""
    state, actions = after(begin(RULES, 7), Woken(), Welcomed(has_new_keys=True))
    assert actions[-1] == Hear()
    _, actions = after(state, CallFailed(Failed(Failure.IDENTITY, "403")))
    assert isinstance(actions[-1], Finished)
    _, actions = after(state, CallFailed(Failed(Failure.LATER, "503")))
    assert actions[-1] == Look(Looked.UPLOADED)
