"""Where lines end, judged by Qt's implementation of Unicode's line breaking (UAX #14)."""

from __future__ import annotations

from itertools import accumulate, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTextBoundaryFinder

from printing.linebreak import break_lines, is_wide

SIGNS = "一字，。、；：！？）》〉」』】〕〗（《〈「『【〔〖%‰℃°·～—…-–.,;:!?a1é々ー/日"
TAILORED = "“”‘’￥$€№#"
"""CLREQ breaks around Chinese quotes and before a sum of money, where UAX #14 leaves it to us."""


def forbidden(text: str) -> set[int]:
    """Return the places where Qt's UAX #14 lets no line end."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, text)
    found: set[int] = set()
    for place in range(1, len(text)):
        finder.setPosition(place)
        if not finder.isAtBoundary():
            found.add(place)
    return found


def ends(text: str, width: int) -> set[int]:
    """Return the places where our lines end; the text has no spaces."""
    lines = break_lines(text, width, lambda piece: float(len(piece)))
    return set(accumulate(len(line) for line in lines[:-1]))


def test_no_line_ends_where_unicode_forbids_it() -> None:
    """Every pair of signs, between hanzi, words and numbers, pushed over the edge."""
    wrong: set[str] = set()
    for one, other in product(SIGNS, repeat=2):
        for before, after in (("", ""), ("a", "b"), ("1", "2")):
            for filling in ("一二", "一二三"):
                # Hanzi before and behind: nothing is longer than a line, so nothing is torn.
                text = f"{filling}{before}{one}{other}{after}字字字"
                if ends(text, len(filling + before) + 1) & forbidden(text):
                    wrong.add(text)
    assert wrong == set()


@given(
    st.lists(
        st.sampled_from(
            ["凭条", "，", "（带", "）", "《法》", "。", "——", "……", "12月", "20日", "a、b"]
        ),
        min_size=2,
        max_size=24,
    ).map("字".join),
    st.integers(12, 20),
)
def test_no_long_text_is_broken_against_unicode(text: str, width: int) -> None:
    """Whatever the sentences, whatever the width."""
    assert not ends(text, width) & forbidden(text)


def test_a_date_stays_with_its_numbers() -> None:
    """A month is not torn from its number, nor a day."""
    lines = break_lines("请在2026年12月4日以前送来", 9, lambda piece: float(len(piece)))
    assert not any(is_wide(line[0]) and line[0] in "年月日" for line in lines)
    assert break_lines("共12月", 3, lambda piece: float(len(piece))) == ["共", "12月"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("请在 2026年12月4日 星期五 以前送来", "星期五"),
        ("收件时间2026年11月20日 上午 9:52", "上午 9:52"),
        ("收件时间2026年11月20日 下午 12:05", "下午 12:05"),
        ("于11月20日 上午\u00a09:52交", "上午\u00a09:52"),
        ("越早越好，最好在 5 个工作日内", "5 个"),
    ],
)
def test_what_is_read_in_one_glance_stays_on_one_line(text: str, whole: str) -> None:
    """A weekday, a time with its half of the day, a number with what it counts; at any width."""
    for width in range(len(whole), len(text)):
        lines = break_lines(text, width, lambda piece: float(len(piece)))
        assert any(whole in line for line in lines), lines
        assert all(len(line) <= width for line in lines)
