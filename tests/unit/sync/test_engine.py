"""The engine by itself: events in, actions out; no network, and the clock it is handed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.ports.courier import Reach
from kiosk.store.entries import EntryState
from sync.answers import Failed, Failure
from sync.endings import MOST_REPEATS
from sync.engine import MOST_PARTED, Stage, begin, step
from sync.state import BREAKER_AT
from sync.steps import (
    SMALLEST_CHUNK,
    Action,
    AllAnnounced,
    Announce,
    AnnounceAll,
    Announced,
    Append,
    AskOffset,
    AskProofs,
    CallFailed,
    CorrectClock,
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
    ProofsHeard,
    Proven,
    Reannounce,
    Reannounced,
    SayHello,
    SkipCounter,
    StartEpoch,
    Unproven,
    Welcomed,
    Woken,
)
from tests.support.engine_rounds import (
    AT,
    EPOCH,
    LARGE,
    NO_NETWORK,
    NOW,
    RULES,
    after,
    item,
    proven,
    sending,
)


def test_a_round_goes_through_everything_in_order() -> None:
    """Hello, proofs, manifests, uploads, news: and then rest until the next poll."""
    state, actions = step(begin(RULES, 1), NOW, Woken())
    order: list[tuple[Event, Action]] = [
        (Welcomed(), Look(Looked.UPLOADED)),
        (Found((item(4, EntryState.UPLOADED),)), AskProofs(EPOCH, 3)),
        (ProofsHeard((proven(4),), 4, more=False), Look(Looked.UNREGISTERED)),
        (Found((item(5),)), Announce(AppId("app-5"))),
        (Announced(0, is_complete=False), Look(Looked.UNREGISTERED)),
        (Found(()), Look(Looked.WAITING)),
        (
            Found((item(5, EntryState.REGISTERED),)),
            Append(AppId("app-5"), 0, 1000, is_last=True),
        ),
        (proven(5), Look(Looked.UNREGISTERED)),
        (Found(()), Look(Looked.WAITING)),
        (Found(()), Hear()),
    ]
    assert actions == (SayHello(),)
    recorded: list[Action] = []
    for event, expected in order:
        state, actions = step(state, NOW, event)
        assert actions[-1] == expected
        recorded.extend(actions[:-1])
    assert recorded == [
        Deliver(proven(4)),
        Mark(AppId("app-5"), EntryState.REGISTERED),
        Deliver(proven(5)),
    ]
    state, actions = step(state, NOW, Heard())
    assert actions == (Finished(Reach.ONLINE, 60, "", 2),)


def test_what_was_sealed_meanwhile_is_announced_before_the_next_bytes() -> None:
    """Manifests go before bytes: behind every batch the engine looks for new ones."""
    _, actions = after(sending(item(1, EntryState.REGISTERED)), OffsetTold(0, is_complete=False))
    assert isinstance(actions[-1], Append)
    _, actions = after(sending(item(1, EntryState.REGISTERED)), proven(1))
    assert actions[-1] == Look(Looked.UNREGISTERED)


def test_nobody_asks_how_much_has_come_before_a_failure() -> None:
    """Just announced with nothing there, it is sent from 0; after a new start it is asked for."""
    known = sending(item(1, EntryState.REGISTERED))
    assert known.asked == AskOffset(AppId("app-1"))
    fresh = replace(known, stage=Stage.SENDING, fresh=frozenset({"app-1"}), batch=())
    _, actions = step(fresh, NOW, Found((item(1, EntryState.REGISTERED),)))
    assert actions[-1] == Append(AppId("app-1"), 0, 1000, is_last=True)


def test_pieces_halve_on_failure_and_grow_by_a_quarter() -> None:
    """The size is remembered from entry to entry, between its bounds."""
    large = item(1, EntryState.REGISTERED, LARGE)
    state, actions = after(sending(large, 100_000), OffsetTold(0, is_complete=False))
    state, actions = after(state, OffsetTold(100_000, is_complete=False))
    assert actions[-1] == Append(AppId("app-1"), 100_000, 125_000, is_last=False)
    state, actions = after(state, CallFailed(Failed(Failure.TOO_LARGE, "413")))
    assert (state.chunk, actions[-1]) == (62_500, AskOffset(AppId("app-1")))
    state, _ = after(state, NO_NETWORK)
    assert state.chunk == 31_250
    for _ in range(5):
        state, _ = after(replace(state, rest_until_s=None), Woken(), NO_NETWORK)
    assert state.chunk == SMALLEST_CHUNK


def test_an_upload_that_does_not_get_on_is_left_alone() -> None:
    """However often the platform contradicts itself, the number of calls has a bound."""
    state, actions = after(sending(item(1, EntryState.REGISTERED)), OffsetTold(0, False))
    calls = 0
    while isinstance(actions[-1], Append | AskOffset):
        calls += 1
        state, actions = after(state, CallFailed(Failed(Failure.OFFSET, "409")))
        if isinstance(actions[-1], AskOffset):
            state, actions = after(state, OffsetTold(0, is_complete=False))
    assert calls < 10
    assert any(isinstance(it, Postpone) and "get on" in it.why for it in actions)


@pytest.mark.parametrize("verdict", [Unproven(AppId("app-1"), "the signature is wrong"), proven()])
def test_success_is_a_proof_and_nothing_else(verdict: Proven | Unproven) -> None:
    """Without a proof that holds nothing is recorded as delivered."""
    state = sending(item(1, EntryState.REGISTERED))
    _, actions = after(state, OffsetTold(0, is_complete=False), verdict)
    assert any(isinstance(it, Deliver) for it in actions) == isinstance(verdict, Proven)
    assert any(isinstance(it, Postpone) for it in actions) == isinstance(verdict, Unproven)


def test_all_bytes_without_a_proof_is_not_success() -> None:
    """The platform says that it has all: it is announced again, and waits if no proof comes."""
    state = sending(item(1, EntryState.REGISTERED))
    state, actions = after(state, OffsetTold(1000, is_complete=True))
    assert actions == (Mark(AppId("app-1"), EntryState.UPLOADED), Announce(AppId("app-1")))
    _, actions = after(state, Announced(1000, is_complete=True))
    assert not any(isinstance(it, Deliver) for it in actions)
    _, actions = after(state, Announced(0, is_complete=False))
    assert any(isinstance(it, Postpone) and "contradicts" in it.why for it in actions)


def test_a_clock_that_is_far_off_is_put_right_once() -> None:
    """401 with the platform's time: signed again with that, once; then the round ends."""
    skewed = CallFailed(Failed(Failure.IDENTITY, "401", server_time=AT))
    state, actions = after(begin(RULES, 1), Woken(), skewed)
    assert actions == (CorrectClock(AT), SayHello())
    state, actions = after(state, skewed)
    assert isinstance(actions[-1], Finished)
    assert actions[-1].reach is Reach.REFUSED


def test_a_counter_that_fell_back_is_put_right() -> None:
    """The platform says how high it has seen it: the same call goes again, behind whatever another
    program of this kiosk draws meanwhile; but not for ever.
    """
    state, low = begin(RULES, 1), CallFailed(Failed(Failure.IDENTITY, "401", counter=41))
    state, _ = after(state, Woken())
    for _ in range(MOST_REPEATS):
        state, actions = after(state, low)
        assert actions == (SkipCounter(41), SayHello())
    _, actions = after(state, low)
    assert isinstance(actions[-1], Finished)


def test_what_another_program_moves_is_left_to_it() -> None:
    """Nothing is recorded of it, no try is counted, and the next entry goes."""
    state, _ = after(begin(RULES, 1), Woken(), Welcomed(), Found(()), Found(()))
    entries = (item(1, EntryState.REGISTERED), item(2, EntryState.REGISTERED))
    state, actions = after(state, Found(entries), Elsewhere())
    assert actions == (AskOffset(AppId("app-2")),)
    _, actions = after(state, Elsewhere())
    assert actions == (Look(Looked.UNREGISTERED),)


@pytest.mark.parametrize("days", [-36500, -300, 0, 300, 36500])
def test_no_clock_on_the_wall_moves_a_rest(days: int) -> None:
    """A round that failed rests by the clock that never jumps, neither longer nor shorter."""
    told = CallFailed(Failed(Failure.LATER, "429", retry_after_s=120))
    state, _ = after(begin(RULES, 1), Woken(), told)
    early = Moment(AT + timedelta(days=days), NOW.monotonic_s + 119)
    _, (done,) = step(state, early, Woken())
    assert isinstance(done, Finished)
    assert done.wait_s == pytest.approx(1)
    over = Moment(AT + timedelta(days=days), NOW.monotonic_s + 120)
    _, actions = step(state, over, Woken())
    assert actions == (SayHello(),)


def test_the_breaker_opens_after_five_and_probes_with_hello() -> None:
    """Open, rests have a lower bound; each is followed by a signed hello and nothing before it."""
    state, now = begin(RULES, 3), NOW
    for number in range(1, 12):
        state, actions = after(state, Woken(), now=now)
        assert actions == (SayHello(),)
        state, actions = after(state, NO_NETWORK, now=now)
        (done,) = actions
        assert isinstance(done, Finished)
        if number >= BREAKER_AT:
            assert state.is_open
            assert done.wait_s >= 2 * 2 ** min(number - 1, 8) / 2
        assert done.wait_s <= 900
        now = Moment(now.at + timedelta(seconds=done.wait_s), now.monotonic_s + done.wait_s)
    state, _ = after(state, Woken(), Welcomed(), Found(()), Found(()), Found(()), Heard(), now=now)
    assert not state.is_open


def test_a_rest_is_kept_whoever_wakes_it_and_hurrying_ends_it() -> None:
    """Retry-After is obeyed to the second; somebody who says that it works now is believed."""
    told = CallFailed(Failed(Failure.LATER, "429", retry_after_s=120))
    state, actions = after(begin(RULES, 1), Woken(), told)
    assert isinstance(actions[-1], Finished)
    assert actions[-1].wait_s == 120
    early = Moment(AT + timedelta(seconds=119), NOW.monotonic_s + 119)
    _, actions = step(state, early, Woken())
    assert isinstance(actions[-1], Finished)
    _, actions = step(state, early, Woken(is_hurried=True))
    assert actions == (SayHello(),)


def test_the_platform_may_ask_for_rest() -> None:
    """`back_off_s` ends the round at once, without calling it a failure."""
    _, actions = after(begin(RULES, 1), Woken(), Welcomed(back_off_s=300))
    assert actions == (Finished(Reach.ONLINE, 300, "", 0),)


def test_a_platform_that_lost_something_gets_it_before_anything_new() -> None:
    """Forked: a new epoch, and hello again, since its number may be taken. Behind: announced
    again first.
    """
    forked = Welcomed(is_behind=True, is_forked=True)
    state, actions = after(begin(RULES, 1), Woken(), forked)
    assert actions == (StartEpoch(), SayHello())
    state, actions = after(state, Welcomed(is_behind=True))
    assert actions == (Reannounce(),)
    _, actions = after(state, Reannounced())
    assert actions == (Look(Looked.UPLOADED),)


def test_a_kiosk_without_numbers_left_does_not_part_without_end() -> None:
    """Whatever the platform says, the round goes on."""
    state, _ = after(begin(RULES, 1), Woken())
    for _ in range(MOST_PARTED):
        state, actions = after(state, Welcomed(is_forked=True))
        assert actions == (StartEpoch(), SayHello())
    _, actions = after(state, Welcomed(is_forked=True))
    assert actions == (Look(Looked.UPLOADED),)


_ANY = st.one_of(
    st.just(Woken()),
    st.just(Welcomed()),
    st.builds(Welcomed, is_behind=st.booleans(), is_forked=st.booleans()),
    st.just(Reannounced()),
    st.builds(
        lambda seqs, state: Found(tuple(item(seq, state) for seq in seqs)),
        st.lists(st.integers(1, 9), max_size=3),
        st.sampled_from(
            [EntryState.QUEUED, EntryState.REGISTERED, EntryState.UPLOADED, EntryState.HELD]
        ),
    ),
    st.builds(Announced, st.integers(0, 2000), st.booleans()),
    st.builds(
        lambda answers: AllAnnounced(tuple(answers)),
        st.lists(
            st.one_of(
                st.builds(Announced, st.integers(0, 2000), st.booleans()),
                st.just(Elsewhere()),
                st.builds(lambda kind: CallFailed(Failed(kind, "no")), st.sampled_from(Failure)),
            ),
            max_size=4,
        ),
    ),
    st.builds(OffsetTold, st.integers(0, 2000), st.booleans()),
    st.just(proven()),
    st.just(Unproven(AppId("app-1"), "no")),
    st.builds(ProofsHeard, st.just(()), st.integers(0, 9), st.booleans()),
    st.just(Heard()),
    st.just(Elsewhere()),
    st.builds(lambda kind: CallFailed(Failed(kind, "no")), st.sampled_from(Failure)),
)


@given(st.lists(_ANY, max_size=40), st.integers(0, 2**64 - 1))
def test_whatever_happens_one_question_or_the_end_comes_last(
    events: list[Event], dice: int
) -> None:
    """No sequence of events, sensible or not, makes it raise, ask twice at once, or say nothing."""
    state = begin(RULES, dice)
    for event in events:
        state, actions = step(state, NOW, event)
        kinds = [isinstance(it, Mark | Postpone | Deliver) for it in actions]
        assert not kinds[-1]
        asked = sum(
            isinstance(
                it,
                SayHello
                | Reannounce
                | Look
                | AskProofs
                | Announce
                | AnnounceAll
                | AskOffset
                | Append
                | Hear
                | Finished,
            )
            for it in actions
        )
        assert asked == 1


@given(st.lists(_ANY, max_size=25), st.integers(0, 2**64 - 1))
def test_the_same_events_lead_to_the_same_actions(events: list[Event], dice: int) -> None:
    """Nothing is asked of the world: a run can be played again from its seed."""
    one, other = begin(RULES, dice), begin(RULES, dice)
    for event in events:
        one, first = step(one, NOW, event)
        other, second = step(other, NOW, event)
        assert (one, first) == (other, second)
