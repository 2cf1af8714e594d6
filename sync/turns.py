"""Who goes next: urgent entries first, and yet nothing waits for ever.

Pure. Every fourth place belongs to whatever has waited longest, so that an entry with so many older
ones before it goes after at most four times as many places, however many urgent ones keep coming.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from kiosk.store.entries import EntryState
from sync.steps import Item

OLDEST_EVERY = 4
MOST_AT_ONCE = 16
"""So many are sent before the store is asked again whether something urgent has come."""


def take_turns(items: Iterable[Item], turn: int) -> tuple[Item, ...]:
    """Return entries in the order in which they are to go.

    Args:
        items: Any that are due; none is left out, and one that is there twice comes once.
        turn: How many places were given away before. Each that is used raises it by one.
    """
    found = {item.app_id: item for item in items}
    waiting = [item for item in found.values() if item.state is not EntryState.HELD]
    by_age = sorted(waiting, key=_age, reverse=True)
    by_rank = sorted(waiting, key=lambda item: (item.priority, *_age(item)), reverse=True)
    order: dict[str, Item] = {}
    for place in count(turn):
        queue = by_age if place % OLDEST_EVERY == OLDEST_EVERY - 1 else by_rank
        while queue and queue[-1].app_id in order:
            queue.pop()
        if not queue:
            break
        item = queue.pop()
        order[item.app_id] = item
    held = sorted((it for it in found.values() if it.state is EntryState.HELD), key=_age)
    return (*order.values(), *held)


def _age(item: Item) -> tuple[object, ...]:
    return (item.created_at, item.seq, item.app_id)
