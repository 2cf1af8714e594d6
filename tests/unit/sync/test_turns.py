"""Urgent entries go first, and nothing is overtaken for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import Moment
from kiosk.domain import AppId
from kiosk.journal import Epoch
from kiosk.sealing import Sealer
from kiosk.store import entries
from kiosk.store.entries import EntryState
from kiosk.store.oldest import oldest
from kiosk.store.priorities import DEFAULT_PRIORITY, URGENT_PRIORITY
from sync.engine import begin, step
from sync.steps import (
    Announce,
    Announced,
    Append,
    Ask,
    Deliver,
    Event,
    Finished,
    Found,
    Hear,
    Heard,
    Item,
    Look,
    Looked,
    Mark,
    Proven,
    Rules,
    SayHello,
    Welcomed,
    Woken,
)
from sync.turns import OLDEST_EVERY, take_turns
from tests.support.sealing_places import ASK_BY, SERVICE, SealingPlace, a_record

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
EPOCH = Epoch("00112233445566778899aabbccddeeff")
URGENT, HELD = URGENT_PRIORITY, EntryState.HELD
PRIORITIES = st.integers(1, 5)


def item(
    seq: int, priority: int = DEFAULT_PRIORITY, state: EntryState = EntryState.REGISTERED
) -> Item:
    """Return an entry; the lower its seq, the older it is."""
    at = AT + timedelta(minutes=seq)
    return Item(AppId(f"app-{seq:04}"), EPOCH, seq, 1000, state, 0, priority, at)


def test_the_order_of_places() -> None:
    """Urgent, urgent, urgent, the oldest; then the rest by age; held ones last."""
    items = [item(1), item(2), *(item(seq, URGENT) for seq in range(3, 8)), item(0, state=HELD)]
    assert [it.seq for it in take_turns(items, 0)] == [3, 4, 5, 1, 6, 7, 2, 0]
    assert [it.seq for it in take_turns(items, 3)] == [1, 3, 4, 5, 2, 6, 7, 0]
    assert take_turns([], 9) == ()
    assert [it.seq for it in take_turns([item(1), item(1)], 0)] == [1]


@given(st.lists(st.tuples(PRIORITIES, st.booleans()), max_size=60), st.integers(0, 100))
def test_everybody_has_a_place(told: list[tuple[int, bool]], turn: int) -> None:
    """Whatever waits comes once, and of two with one rank the older goes first."""
    items = [
        item(seq, priority, HELD if is_held else EntryState.REGISTERED)
        for seq, (priority, is_held) in enumerate(told)
    ]
    order = take_turns(reversed(items), turn)
    assert sorted(it.seq for it in order) == list(range(len(items)))
    place = {it.seq: at for at, it in enumerate(order)}
    for older in items:
        for younger in items[older.seq + 1 :]:
            if (older.priority, older.state) == (younger.priority, younger.state):
                assert place[older.seq] < place[younger.seq]


@given(st.integers(0, 40), st.integers(0, 3), st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_urgent_ones_starve_nobody(older: int, turn: int, coming: list[int]) -> None:
    """However many urgent ones come with every place, the wait has a bound."""
    waiting = [item(seq) for seq in range(older + 1)]
    mine, seq = waiting[-1], 1000
    for place in range(OLDEST_EVERY * (older + 1)):
        for _ in range(1 + coming[place % len(coming)]):
            seq += 1
            waiting.append(item(seq, URGENT))
        first = take_turns(waiting, turn + place)[0]
        if first == mine:
            return
        waiting.remove(first)
    raise AssertionError("it waited too long")


class Kitchen:
    """A store and a platform for the engine: while an entry is sent, an urgent one comes."""

    def __init__(self, ordinary: int) -> None:
        self.waiting = [item(seq) for seq in range(ordinary)]
        self.sent: list[Item] = []
        self._next = 1000

    def answer(self, ask: Ask) -> Event:
        """Answer as a perfect network does."""
        match ask:
            case SayHello():
                return Welcomed()
            case Look(Looked.WAITING):
                by_rank = sorted(self.waiting, key=lambda it: (it.priority, it.seq))
                by_age = sorted(self.waiting, key=lambda it: it.seq)
                return Found((*by_rank[:50], *by_age[:12]))
            case Append(app_id):
                sent = next(it for it in self.waiting if it.app_id == app_id)
                self.waiting.remove(sent)
                self.sent.append(sent)
                self._next += 1
                self.waiting.append(item(self._next, URGENT))
                return Proven(app_id, "{}", AT)
            case Announce():
                return Announced(0, is_complete=False)
            case Hear():
                return Heard()
            case Look():
                return Found(())
            case _:
                return Announced(0, is_complete=False)


def test_the_engine_gives_every_fourth_place_to_the_oldest() -> None:
    """While urgent ones never cease, what was there before is through after four times as many."""
    ordinary = 30
    kitchen = Kitchen(ordinary)
    kitchen.waiting += [item(1000 - n, URGENT) for n in range(60)]
    now = Moment(AT, 1000.0)
    state, actions = step(begin(Rules(60, 600, 1 << 20), 7), now, Woken())
    while len(kitchen.sent) < OLDEST_EVERY * (ordinary + 2):
        assert all(isinstance(it, (Deliver, Mark)) for it in actions[:-1])
        ask = actions[-1]
        assert not isinstance(ask, (Finished, Deliver, Mark))
        # The fresh flag saves a question; whether it was asked is not what this is about.
        event = kitchen.answer(ask)  # type: ignore[arg-type]
        state, actions = step(replace(state, fresh=frozenset()), now, event)
    assert {it.seq for it in kitchen.sent} >= set(range(ordinary))
    assert [it.priority for it in kitchen.sent[:3]] == [URGENT] * 3


def test_urgency_comes_from_the_service_and_stays_on_the_machine(tmp_path: Path) -> None:
    """It decides the order here; the header that everybody can read does not tell it."""
    place = SealingPlace(tmp_path / "state")
    sealer = place.open()
    first = place.seal(sealer)
    urgent = seal_urgently(sealer)
    waiting = entries.unregistered(sealer.db, 10)
    assert [entry.app_id for entry in waiting] == [urgent, first.app_id]
    assert [entry.priority for entry in waiting] == [URGENT, DEFAULT_PRIORITY]
    now = waiting[0].created_at + timedelta(minutes=1)
    found = oldest(sealer.db, (EntryState.QUEUED,), 1, now)
    assert [entry.app_id for entry in found] == [first.app_id]
    entries.postpone(sealer.db, first.app_id, now + timedelta(hours=1), "later")
    assert [it.app_id for it in oldest(sealer.db, (EntryState.QUEUED,), 5, now)] == [urgent]
    assert "urgent" not in str(waiting[0].header.to_json())
    place.close()


def seal_urgently(sealer: Sealer) -> AppId:
    """Seal an application for a service where days count."""
    sealer._lookups["s-2"] = bytes(32)
    service = replace(SERVICE, urgent=True)
    at = Moment(datetime.now(UTC), 0.0)
    row = sealer.seal_application(a_record("s-2"), service, ASK_BY, at, counts_from_delivery=False)
    return row.app_id
