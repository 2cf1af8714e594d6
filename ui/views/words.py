"""What the views have in common: dates and times, the site's own clock, and texts cut into
sentences.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.dates import (
    age_words,
    day_words,
    full_day_words,
    moment_words,
    short_moment_words,
    time_words,
    weekday_words,
)
from kiosk.flow.world import World


def here(at: datetime, world: World) -> datetime:
    """Return an instant as the clock on this site's wall shows it: in the zone of `world.now`."""
    return at if world.now.tzinfo is None else at.astimezone(world.now.tzinfo)


def sentences(text: str) -> tuple[str, ...]:
    """Return a text cut after its sentences, so that each can stand in a paragraph of its own."""
    marked = text
    for end in ("。", "！", "？"):
        marked = marked.replace(end, f"{end}\n")
    for end in (". ", "! ", "? "):
        marked = marked.replace(end, f"{end.strip()}\n")
    return tuple(line.strip() for line in marked.splitlines() if line.strip())


__all__ = [
    "age_words",
    "day_words",
    "full_day_words",
    "here",
    "moment_words",
    "sentences",
    "short_moment_words",
    "time_words",
    "weekday_words",
]
