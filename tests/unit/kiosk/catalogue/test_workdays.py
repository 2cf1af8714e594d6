"""Working days, and the files that say which days those are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.regions import load_region
from kiosk.catalogue.workdays import WorkCalendar
from kiosk.errors import CatalogueError
from tests.support.services import the_calendar


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 27)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 9, 28), 4, date(2026, 10, 9)),  # National Day, 1 to 7 October
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # Saturday, worked
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # Sunday, worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # Saturday worked, then nine days off
        (date(2026, 9, 24), 1, date(2026, 9, 28)),  # Mid-Autumn
    ],
)
def test_working_days_in_china(start: date, days: int, end: date) -> None:
    """Days are counted from the day after, without holidays, with the worked weekends."""
    assert the_calendar().after(start, days) == end


def test_the_list_knows_how_far_it_reaches() -> None:
    """The list is complete for 2026; a span that leaves it is not known."""
    calendar = the_calendar()
    assert calendar.is_known(date(2026, 1, 1), date(2026, 12, 31))
    assert not calendar.is_known(date(2026, 12, 30), date(2027, 1, 7))
    assert not calendar.is_known(date(2025, 12, 30), date(2026, 1, 7))
    assert not calendar.is_working_day(date(2027, 1, 1))


def test_impossible_questions() -> None:
    """Too many days, and a calendar without a working day, are bugs of whoever asks."""
    with pytest.raises(ValueError, match="251 working days"):
        the_calendar().after(date(2026, 1, 1), 251)
    nobody_works = WorkCalendar(frozenset(range(1, 8)), frozenset(), frozenset(), frozenset())
    with pytest.raises(ValueError, match="without working days"):
        nobody_works.after(date(2026, 1, 1), 1)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 250),
    st.frozensets(st.integers(1, 7), max_size=6),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 2, 1))),
)
def test_after_counts_exactly(
    start: date, days: int, weekend: frozenset[int], holidays: frozenset[date]
) -> None:
    """Between the start and the answer lie exactly so many working days, the answer being one."""
    calendar = WorkCalendar(weekend, holidays, frozenset(), frozenset())
    end = calendar.after(start, days)
    between = [
        date.fromordinal(number) for number in range(start.toordinal() + 1, end.toordinal() + 1)
    ]
    assert sum(calendar.is_working_day(day) for day in between) == days
    assert days == 0 or calendar.is_working_day(end)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("weekend = [6, 8]", "weekend: 8"),
        ("weekend = 6", "weekend is no list"),
        ("weekend = [true]", "weekend: True"),
        ("weekend = [1, 2, 3, 4, 5, 6, 7]", "no working day"),
        ("years = [26]", "years: 26"),
        ("holidays = []", "no option 'holidays'"),
        ("[[holiday]]\nname = 'x'", "a first and a last day"),
        ("[[holiday]]\nfirst = '2026-01-01'", "no date"),
        ("[[holiday]]\nfirst = 2026-01-01T00:00:00Z", "no date"),
        ("[[holiday]]\nfirst = 2026-01-03\nlast = 2026-01-01", "can't be"),
        ("[[holiday]]\nfirst = 2026-01-03\nlast = 2027-01-01", "can't be"),
        ("[[holiday]]\nfirst = 2026-01-03\nto = 2026-01-04", "a first and a last day"),
        ("holiday = [1]", "a first and a last day"),
        ("weekend = [7]\nworked_weekends = [2026-01-03]", "no weekend anyway"),
        (
            "weekend = [7]\nworked_weekends = [2026-01-04]\n[[holiday]]\nfirst = 2026-01-04",
            "a holiday too",
        ),
        ("weekend = ", "can't be read"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """What a region's file can't mean is named, with its file and an advice."""
    file = tmp_path / "xx.toml"
    file.write_text(text)
    with pytest.raises(CatalogueError, match=sentence) as caught:
        load_region(file)
    assert "xx.toml" in caught.value.what
    assert caught.value.next_step


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A region that is not there is said to be missing."""
    with pytest.raises(CatalogueError, match=r"xx\.toml can't be read"):
        load_region(tmp_path / "xx.toml")
