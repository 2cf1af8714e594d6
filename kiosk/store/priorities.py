"""What goes before what: lower goes first, and `sync.turns` sees to it that nothing starves."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.journal import EntryKind

PRIORITIES: Mapping[EntryKind, int] = {
    EntryKind.CONTROL: 1,
    EntryKind.WITHDRAWAL: 2,
    EntryKind.SUPPLEMENT: 2,
    EntryKind.RATING: 4,
    EntryKind.REHEARSAL: 5,
}
"""What is not named here goes with 3."""

URGENT_PRIORITY = 2
"""Of applications whose service says that days count."""
DEFAULT_PRIORITY = 3


def priority_of(kind: EntryKind, *, is_urgent: bool) -> int:
    """Return the priority of an entry."""
    return URGENT_PRIORITY if is_urgent else PRIORITIES.get(kind, DEFAULT_PRIORITY)
