"""What the courier does next: a state machine without a network, a store, a clock or dice.

`step` takes what happened and returns what to do. The last action of each step is a question, whose
answer is the next event, or `Finished`; those before it are things to be recorded. Whatever is not
yet recorded in the store is asked for again, so a step that was never carried out costs time only.

A round goes through greeting, proofs, manifests, uploads and news. It ends at the first failure
that every other call would meet too; an entry's own failure lets that entry rest, and the others go
on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.clock import Moment
from kiosk.ports.courier import Reach
from kiosk.store.entries import EntryState
from sync.answers import HELD_RETRY, STOPS_THE_ROUND, Failed, Failure
from sync.endings import Step, asked_again, finish, give_up
from sync.state import SHORTEST_REST_S, Stage, State, asking, begin, rest_of
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
    Deliver,
    Elsewhere,
    EntryBroken,
    Event,
    Finished,
    Found,
    Hear,
    Heard,
    Item,
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
    StartEpoch,
    Tell,
    Unproven,
    Welcomed,
    Woken,
)
from sync.turns import MOST_AT_ONCE, take_turns

CUT_WAIT_S = 1.0
MOST_FRESH = 200
MOST_PARTED = 2
FIRST_BATCHES, LATER_BATCHES = 1000, 4
"""Manifests go before bytes, and however fast new ones come, bytes go too."""
_MAY_BE_THE_ENTRY = frozenset({Failure.UNREACHABLE, Failure.LATER})
PROOF_TO_COME = "all bytes have arrived, the proof is still to come"
CONTRADICTION = "the platform contradicts itself about what has arrived"
NO_PROGRESS = "the upload does not get on"


def step(state: State, now: Moment, event: Event) -> Step:
    """Return what follows from an event, and what is to be done, in this order. Never raises."""
    if isinstance(event, Woken):
        return _wake(state, now, event)
    if isinstance(event, CallFailed):
        return _failed(state, now, event.failed)
    about_entry = Announced | OffsetTold | Proven | Unproven | EntryBroken | Elsewhere
    has_stumbled = state.has_stumbled and not isinstance(event, about_entry | AllAnnounced)
    state = replace(state, repeats=0, has_stumbled=has_stumbled)
    if isinstance(event, about_entry) and not state.batch:
        return _announce_next(state)  # an answer that nobody asked for
    match event:
        case Welcomed():
            return _welcomed(state, now, event)
        case Reannounced():
            return _seek(state)
        case Found(items):
            return _found(state, now, items)
        case ProofsHeard():
            return _proofs_heard(state, event)
        case Announced():
            return _announced(state, event)
        case AllAnnounced(answers):
            return _all_announced(state, answers)
        case OffsetTold():
            return _offset_told(state, event)
        case Proven() | Unproven():
            return _judged(state, event)
        case EntryBroken(why):
            return _hold(state, why)
        case Elsewhere():
            return _next_item(state)
        case Heard(is_current):
            return _heard(state, now, is_current=is_current)
        case _:
            assert_never(event)


# --- the round ---


def _wake(state: State, now: Moment, event: Woken) -> Step:
    state = replace(state, stage=Stage.IDLE, batch=(), feeds=(), delivered=0, parted=0)
    if event.is_hurried:
        state = replace(state, failures=0, rest_until_s=None, hello_at_s=None, news_at_s=None)
    if event.is_cut:
        state = replace(state, failures=0, rest_until_s=None, hello_at_s=None)
        return state, (Finished(Reach.OFFLINE, CUT_WAIT_S, "the simulated network is off"),)
    if state.rest_until_s is not None and state.last is not None:
        left_s = state.rest_until_s - now.monotonic_s
        if left_s > 0:
            return state, (replace(state.last, wait_s=left_s, delivered=0),)
    state = replace(state, rest_until_s=None)
    is_known = state.hello_at_s is not None
    if is_known and now.monotonic_s - (state.hello_at_s or 0.0) < state.rules.hello_every_s:
        return _seek(state)
    return asking(replace(state, stage=Stage.GREETING), SayHello())


def _welcomed(state: State, now: Moment, event: Welcomed) -> Step:
    state = replace(state, hello_at_s=now.monotonic_s, is_behind=event.is_behind)
    if event.is_forked and state.parted < MOST_PARTED:
        # Hello again, at once: the number of the new epoch is ours when the platform says so.
        state = replace(state, parted=state.parted + 1, hello_at_s=None)
        state, ask = asking(state, SayHello())
        return state, (StartEpoch(), *ask)
    if event.back_off_s > 0:
        return finish(state, Reach.ONLINE, "", event.back_off_s, now)
    if event.has_new_keys:
        return asking(replace(state, stage=Stage.REKEYING), Hear())
    return _after_keys(state)


def _heard(state: State, now: Moment, *, is_current: bool) -> Step:
    if state.stage is Stage.REKEYING:
        return _after_keys(state)
    news_at_s = now.monotonic_s if is_current else state.news_at_s
    return finish(replace(state, news_at_s=news_at_s), Reach.ONLINE, "", 0.0, now)


def _after_keys(state: State) -> Step:
    if state.is_behind:
        return asking(replace(state, stage=Stage.REANNOUNCING), Reannounce())
    return _seek(state)


def _seek(state: State) -> Step:
    state = replace(state, stage=Stage.SEEKING, announce_left=FIRST_BATCHES)
    return asking(state, Look(Looked.UPLOADED))


def _announce_next(state: State) -> Step:
    if state.announce_left == 0:
        return asking(replace(state, stage=Stage.SENDING), Look(Looked.WAITING))
    state = replace(state, stage=Stage.ANNOUNCING, announce_left=state.announce_left - 1)
    return asking(state, Look(Looked.UNREGISTERED))


def _found(state: State, now: Moment, items: tuple[Item, ...]) -> Step:
    if state.stage is Stage.SEEKING:
        lowest: dict[str, int] = {}
        for item in items:
            lowest[item.epoch] = min(item.seq, lowest.get(item.epoch, item.seq))
        feeds = tuple((epoch, seq - 1) for epoch, seq in sorted(lowest.items()))
        return _prove_next(replace(state, feeds=feeds))
    if items:
        most = MOST_AT_ONCE if state.stage is Stage.SENDING else len(items)
        state = replace(state, batch=take_turns(items, state.turn)[:most])
        if state.stage is Stage.ANNOUNCING and len(items) > 1 and not state.is_apart:
            state = replace(state, turn=state.turn + len(state.batch))
            return asking(state, AnnounceAll(tuple(item.app_id for item in state.batch)))
        return _begin_item(state)
    if state.stage is Stage.ANNOUNCING:
        return asking(replace(state, stage=Stage.SENDING), Look(Looked.WAITING))
    since_s = state.news_at_s
    if since_s is not None and now.monotonic_s - since_s < state.rules.poll_s / 2:
        return finish(state, Reach.ONLINE, "", 0.0, now)
    return asking(replace(state, stage=Stage.HEARING), Hear())


def _prove_next(state: State) -> Step:
    if not state.feeds:
        return _announce_next(state)
    epoch, since = state.feeds[0]
    return asking(replace(state, stage=Stage.PROVING), AskProofs(epoch, since))


def _proofs_heard(state: State, event: ProofsHeard) -> Step:
    told: list[Action] = []
    for verdict in event.verdicts:
        if isinstance(verdict, Proven):
            told.append(Deliver(verdict))
            state = replace(state, delivered=state.delivered + 1, failures=0)
        else:
            state, rest = rest_of(state, 0, verdict.why, verdict.app_id)
            told.append(rest)
    feeds = state.feeds
    if feeds:
        epoch, since = feeds[0]
        goes_on = event.more and event.next_since > since
        feeds = ((epoch, event.next_since), *feeds[1:]) if goes_on else feeds[1:]
    state, actions = _prove_next(replace(state, feeds=feeds))
    return state, (*told, *actions)


# --- one entry ---


def _begin_item(state: State) -> Step:
    """Go on with the first of the batch, or with the next batch when there is none."""
    state = replace(state, calls=0, is_proof_due=False)
    if not state.batch:
        # Manifests go before bytes: what was sealed meanwhile is announced first.
        if state.stage is Stage.SENDING:
            state = replace(state, announce_left=LATER_BATCHES)
        return _announce_next(state)
    state = replace(state, turn=state.turn + 1)
    item = state.batch[0]
    if state.stage is Stage.ANNOUNCING or item.state is not EntryState.REGISTERED:
        return asking(state, Announce(item.app_id))
    if item.app_id in state.fresh:
        return _append(replace(state, fresh=state.fresh - {item.app_id}), 0)
    return asking(state, AskOffset(item.app_id))


def _next_item(state: State, *told: Tell) -> Step:
    state, actions = _begin_item(replace(state, batch=state.batch[1:]))
    return state, (*told, *actions)


def _announced(state: State, event: Announced) -> Step:
    item = state.batch[0]
    if event.proof is not None:
        return _judged(state, event.proof)
    if event.is_complete:
        mark = Mark(item.app_id, EntryState.UPLOADED)
        return _postponed(state, PROOF_TO_COME, mark)
    registered = Mark(item.app_id, EntryState.REGISTERED)
    if state.is_proof_due:
        return _postponed(state, CONTRADICTION, registered)
    if state.stage is Stage.ANNOUNCING:
        if event.offset == 0 and len(state.fresh) < MOST_FRESH:
            state = replace(state, fresh=state.fresh | {item.app_id})
        return _next_item(state, registered)
    state, actions = _append(state, event.offset)
    return state, (registered, *actions)


def _all_announced(state: State, answers: tuple[Announced | CallFailed | Elsewhere, ...]) -> Step:
    """Treat each as if it had been announced alone."""
    items, left, told = state.batch, state.announce_left, list[Action]()
    for item, answer in zip(items, answers, strict=False):
        state = replace(state, stage=Stage.ANNOUNCING, batch=(item,), is_proof_due=False)
        match answer:
            case Announced():
                state, actions = _announced(state, answer)
            case CallFailed(failed):
                state, actions = _entry_failed(state, failed)
            case Elsewhere():
                state, actions = _next_item(state)
            case _:
                assert_never(answer)
        told += actions[:-1]  # behind each stands what would be asked if it had been the last
    state, actions = _announce_next(replace(state, batch=(), announce_left=left))
    return state, (*told, *actions)


def _append(state: State, offset: int) -> Step:
    item = state.batch[0]
    if offset >= item.size:  # the platform says that it has more than there is
        return _ask_for_proof(state)
    length = min(state.chunk, item.size - offset)
    return asking(state, Append(item.app_id, offset, length, offset + length == item.size))


def _ask_for_proof(state: State) -> Step:
    item = state.batch[0]
    state, actions = asking(replace(state, is_proof_due=True), Announce(item.app_id))
    return state, (Mark(item.app_id, EntryState.UPLOADED), *actions)


def _offset_told(state: State, event: OffsetTold) -> Step:
    item = state.batch[0]
    if isinstance(state.asked, Append) and event.offset > state.asked.offset:
        state = _went_well(state)
    state = replace(state, calls=state.calls + 1)
    if state.calls > 4 + 2 * (item.size // SMALLEST_CHUNK):
        return _postponed(state, NO_PROGRESS)
    return _ask_for_proof(state) if event.is_complete else _append(state, event.offset)


def _went_well(state: State) -> State:
    larger = min(state.chunk + state.chunk // 4, state.rules.largest_chunk)
    return replace(state, chunk=larger, failures=0)


def _judged(state: State, verdict: Proven | Unproven) -> Step:
    if isinstance(verdict, Unproven):
        return _postponed(state, verdict.why)
    state = replace(_went_well(state), delivered=state.delivered + 1)
    return _next_item(state, Deliver(verdict))


def _postponed(state: State, why: str, *before: Tell, at_least_s: float = 0.0) -> Step:
    item = state.batch[0]
    # A move to another state begins a new count of tries.
    is_moved = any(isinstance(it, Mark) and it.state is not item.state for it in before)
    state, rest = rest_of(state, 0 if is_moved else item.tries, why, item.app_id)
    rest = replace(rest, wait_s=max(rest.wait_s, at_least_s))
    return _next_item(state, *before, rest)


def _hold(state: State, why: str) -> Step:
    item = state.batch[0]
    mark = Mark(item.app_id, EntryState.HELD, why)
    return _next_item(state, mark, Postpone(item.app_id, HELD_RETRY.total_seconds(), why))


# --- failures ---


def _failed(state: State, now: Moment, failed: Failed) -> Step:
    repeated = asked_again(state, failed)
    if repeated is not None:
        return repeated
    if state.stage is Stage.REKEYING and failed.kind is not Failure.IDENTITY:
        return _after_keys(state)  # the call failed, not the network: or the next says so
    if isinstance(state.asked, AnnounceAll):
        state = replace(state, is_apart=True)
        if failed.kind in STOPS_THE_ROUND:
            return give_up(state, now, failed)
        return _begin_item(state)
    is_entry = state.stage in {Stage.ANNOUNCING, Stage.SENDING} and bool(state.batch)
    if failed.kind in STOPS_THE_ROUND:
        state = replace(state, chunk=max(state.chunk // 2, SMALLEST_CHUNK), fresh=frozenset())
        if not is_entry or failed.kind is Failure.IDENTITY:
            return give_up(state, now, failed)
        # The others go on, now or in the next round: this entry may be what brought it about.
        item = state.batch[0]
        is_asked_to_wait = failed.retry_after_s is not None
        may_be_it = failed.kind in _MAY_BE_THE_ENTRY and not is_asked_to_wait
        if item.tries and not state.has_stumbled and may_be_it:
            return _postponed(replace(state, has_stumbled=True), failed.why)
        state, rest = rest_of(state, item.tries, failed.why, item.app_id)
        state, finished = give_up(state, now, failed)
        wait_s = max(rest.wait_s, (state.last.wait_s if state.last else 0.0) + SHORTEST_REST_S)
        return state, (replace(rest, wait_s=wait_s), *finished)
    if is_entry:
        return _entry_failed(state, failed)
    # Neither feed is the only way: an entry that waits for its proof is announced again, too.
    if state.stage is Stage.PROVING:
        return _prove_next(replace(state, feeds=state.feeds[1:]))
    if state.stage is Stage.REANNOUNCING:
        return _seek(state)
    return give_up(state, now, failed)


def _entry_failed(state: State, failed: Failed) -> Step:
    item = state.batch[0]
    is_append = isinstance(state.asked, Append)
    match failed.kind:
        case Failure.TOO_LARGE if is_append and state.chunk > SMALLEST_CHUNK:
            state = replace(state, chunk=max(state.chunk // 2, SMALLEST_CHUNK))
            return _count_and_ask_offset(state)
        case Failure.OFFSET if is_append and failed.retry_after_s is None:
            return _count_and_ask_offset(state)
        case Failure.GONE:
            return _postponed(state, failed.why, Mark(item.app_id, EntryState.QUEUED))
        case Failure.COMPLETE:
            return _postponed(state, PROOF_TO_COME, Mark(item.app_id, EntryState.UPLOADED))
        case Failure.REFUSED:
            return _hold(state, failed.why)
        case _:
            return _postponed(state, failed.why, at_least_s=failed.retry_after_s or 0.0)


def _count_and_ask_offset(state: State) -> Step:
    item = state.batch[0]
    state = replace(state, calls=state.calls + 1)
    if state.calls > 4 + 2 * (item.size // SMALLEST_CHUNK):
        return _postponed(state, NO_PROGRESS)
    return asking(state, AskOffset(item.app_id))


__all__ = ["Stage", "State", "begin", "step"]
