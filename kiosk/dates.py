"""Dates, times and ages as a language says them; the patterns are texts, so that a new language
needs no code.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kiosk.texts import Texts

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_DAYS_FROM = timedelta(hours=48)
"""From here on whole days are told, not hours."""


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


def age_words(since: datetime, now: datetime, texts: Texts) -> str:
    """Return how long ago something was, in whole minutes, hours or days."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes < 60:
        return texts.say("maintenance.minutes_ago", n=minutes)
    if minutes < 48 * 60:
        return texts.say("maintenance.hours_ago", n=minutes // 60)
    return texts.say("maintenance.days_ago", n=minutes // (24 * 60))


def span_words(span: timedelta, texts: Texts) -> str:
    """Return how long something lasts, in whole hours or days, rounded up."""
    if span < _DAYS_FROM:
        return texts.say("dates.hours", n=-(-span // _HOUR))
    return texts.say("dates.days", n=-(-span // _DAY))


def _parts(day: date, texts: Texts) -> dict[str, object]:
    return {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "month_name": texts.say(f"dates.months.{day.month}"),
        "weekday": texts.say(f"dates.weekdays.{day.isoweekday()}"),
    }
