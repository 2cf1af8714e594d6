"""Dates and times as each language says them, and the words of all languages alike."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kiosk.texts import Texts
from tests.screens.places import EN, NOW, TEXTS, ZH, a_world
from ui.views.words import (
    day_words,
    full_day_words,
    here,
    moment_words,
    sentences,
    time_words,
    weekday_words,
)

DAY = date(2026, 11, 20)


def test_dates_in_chinese() -> None:
    """Dates and times read as a Chinese neighbour would say them."""
    texts = TEXTS[ZH]
    assert day_words(DAY, texts) == "11月20日"
    assert full_day_words(DAY, texts) == "2026年11月20日"
    assert weekday_words(DAY, texts) == "11月20日 星期五"
    assert moment_words(NOW, texts) == "11月20日 星期五 上午\u00a09:41"


def test_dates_in_english() -> None:
    """Dates and times read as an English neighbour would say them."""
    texts = TEXTS[EN]
    assert day_words(DAY, texts) == "20 November"
    assert full_day_words(DAY, texts) == "20 November 2026"
    assert moment_words(NOW, texts) == "Friday 20 November, 9:41\u00a0am"


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (0, "上午\u00a012:05"),
        (9, "上午\u00a09:05"),
        (12, "下午\u00a012:05"),
        (13, "下午\u00a01:05"),
        (23, "下午\u00a011:05"),
    ],
)
def test_hours_of_the_day(hour: int, said: str) -> None:
    """Hours run from 12 through 11, before and after noon."""
    assert time_words(datetime(2026, 1, 2, hour, 5, tzinfo=UTC), TEXTS[ZH]) == said


def test_an_instant_is_shown_as_the_clock_on_the_wall_shows_it() -> None:
    """UTC becomes the site's time; a world without a zone leaves it as it is."""
    at = datetime(2026, 11, 20, 1, 41, tzinfo=UTC)
    assert here(at, a_world()).hour == 9
    assert here(at, a_world()).tzinfo == timezone(timedelta(hours=8))


def test_sentences_stand_alone() -> None:
    """A text is cut after its sentences, in both scripts, and numbers stay whole."""
    assert sentences("第一句。第二句！好吗？") == ("第一句。", "第二句！", "好吗？")
    assert sentences("One. Two 3.5 mm? Yes.") == ("One.", "Two 3.5 mm?", "Yes.")
    assert sentences("") == ()


def _basic(key: str) -> str:
    return key.removesuffix(".one").removesuffix(".other")


def _places(texts: Texts, basic: str) -> set[str]:
    said = [texts.say(key) for key in texts.keys if _basic(key) == basic]
    return {name for text in said for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_says_everything() -> None:
    """All languages have the same messages; one may leave a value out, none invents others."""
    keys = {language: {_basic(key) for key in texts.keys} for language, texts in TEXTS.items()}
    assert keys[ZH] == keys[EN]
    places = {key: (_places(TEXTS[ZH], key), _places(TEXTS[EN], key)) for key in keys[ZH]}
    different = [
        key
        for key, (one, other) in places.items()
        if not key.startswith(("dates.", "paper.time")) and not (one <= other or other <= one)
    ]
    assert different == []


def test_no_message_is_empty() -> None:
    """Every message says something, except a unit or a gap that a language does without."""
    empty = [
        f"{language}: {key}"
        for language, texts in TEXTS.items()
        for key in texts.keys
        if texts.say(key) == "" and not key.startswith("dates.units.") and not key.endswith(".gap")
    ]
    assert empty == []
