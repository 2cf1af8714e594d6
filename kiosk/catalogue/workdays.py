"""Working days of a region: weekends, public holidays, and weekends that are worked (调休 and its
like).

The days themselves are data: `assets/regions`, read by `kiosk.catalogue.regions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days an office works.

    `weekend` holds ISO weekdays (1 Monday to 7 Sunday). `years` are the years for which the holiday
    list is complete; of other years only weekends and some holidays are known, and `is_known` says
    so.
    """

    weekend: frozenset[int]
    holidays: frozenset[date]
    worked_weekends: frozenset[date]
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Say whether the office works on `day`."""
        if day in self.worked_weekends:
            return True
        return day not in self.holidays and day.isoweekday() not in self.weekend

    def is_known(self, first: date, last: date) -> bool:
        """Say whether the holiday list covers every year from `first` to `last`."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def after(self, start: date, working_days: int) -> date:
        """Return the last of `working_days` working days that follow `start`; the day of receipt is
        not counted.

        Raises:
            ValueError: `working_days` is not 0 to 250, or the calendar has no working day for a
                year.
        """
        if not 0 <= working_days <= 250:
            raise ValueError(f"{working_days} working days")
        day = start
        left = working_days
        for _ in range(working_days * 7 + 366):  # one working day a week is still a calendar
            if left == 0:
                return day
            day += timedelta(days=1)
            if self.is_working_day(day):
                left -= 1
        raise ValueError("a calendar without working days")
