"""The words on the frame's bottom bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands beside Help, always in the same place; "" leaves a button away.

    `is_next_main` fills Next with the main colour; on Home, and where two answers weigh the same,
    it is false. `is_next_open` False shows Next in grey: it is going to be possible, and not yet.
    """

    back: str = ""
    next: str = ""
    is_next_main: bool = True
    is_next_open: bool = True
