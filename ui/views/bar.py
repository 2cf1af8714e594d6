"""The words on the frame's bottom bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands beside Help, always in the same place; "" leaves a button away.

    `is_next_main` fills Next with the main colour; on Home, and where two answers weigh the same,
    it is false.
    """

    back: str = ""
    next: str = ""
    is_next_main: bool = True
