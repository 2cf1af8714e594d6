"""Dates, times and numbers as a language says them; the patterns are texts, so that a new language
needs no code.
"""

from __future__ import annotations

from datetime import date, datetime

from kiosk.flow.world import World
from kiosk.texts import Texts


def day_words(day: date, texts: Texts) -> str:
    """Return a date without its year: "11月20日", "20 November"."""
    return texts.say("dates.day", **_parts(day, texts))


def full_day_words(day: date, texts: Texts) -> str:
    """Return a date with its year."""
    return texts.say("dates.full_day", **_parts(day, texts))


def weekday_words(day: date, texts: Texts) -> str:
    """Return a date with its day of the week: "11月20日 星期五"."""
    return texts.say("dates.weekday_day", **_parts(day, texts))


def time_words(at: datetime, texts: Texts) -> str:
    """Return the time of day of `at`, in the zone it is given in."""
    part = "before_noon" if at.hour < 12 else "after_noon"
    return texts.say(
        f"dates.time_{part}", hour=at.hour % 12 or 12, hour24=at.hour, minute=f"{at.minute:02}"
    )


def moment_words(at: datetime, texts: Texts) -> str:
    """Return date and time of `at`, in the zone it is given in: "11月20日 星期五 上午 9:41"."""
    day, time = weekday_words(at.date(), texts), time_words(at, texts)
    return texts.say("dates.moment", day=day, time=time)


def short_moment_words(at: datetime, texts: Texts) -> str:
    """Return date and time of `at` without the day of the week."""
    day, time = day_words(at.date(), texts), time_words(at, texts)
    return texts.say("dates.moment", day=day, time=time)


def here(at: datetime, world: World) -> datetime:
    """Return an instant as the clock on this site's wall shows it: in the zone of `world.now`."""
    return at if world.now.tzinfo is None else at.astimezone(world.now.tzinfo)


def _parts(day: date, texts: Texts) -> dict[str, object]:
    return {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "month_name": texts.say(f"dates.months.{day.month}"),
        "weekday": texts.say(f"dates.weekdays.{day.isoweekday()}"),
    }


def sentences(text: str) -> tuple[str, ...]:
    """Return a text cut after its sentences, so that each can stand in a paragraph of its own."""
    marked = text
    for end in ("。", "！", "？"):
        marked = marked.replace(end, f"{end}\n")
    for end in (". ", "! ", "? "):
        marked = marked.replace(end, f"{end.strip()}\n")
    return tuple(line.strip() for line in marked.splitlines() if line.strip())
