"""Where lines end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from printing.linebreak import (
    NEVER_FIRST,
    NEVER_LAST,
    balance_lines,
    break_lines,
    is_wide,
)


def squares(text: str) -> float:
    """Measure in hanzi: Latin letters are half as wide."""
    return sum(1.0 if is_wide(char) else 0.5 for char in text)


def test_chinese_breaks_between_any_two_hanzi() -> None:
    """A line is filled to its last square."""
    lines = break_lines("网络恢复后自动送到民政部门办", 6, squares)
    assert lines == ["网络恢复后自", "动送到民政部", "门办"]


def test_no_line_begins_with_a_closing_sign() -> None:
    """A comma takes the hanzi before it along."""
    assert break_lines("请带凭条，来问", 4, squares) == ["请带凭", "条，来问"]
    assert break_lines("一二三》四", 3, squares) == ["一二", "三》四"]


def test_no_line_ends_with_an_opening_sign() -> None:
    """An opening bracket goes where what it opens goes."""
    assert break_lines("一二三（四五）", 4, squares) == ["一二三", "（四五）"]
    assert break_lines("按按“查进度”键", 3, squares) == ["按按", "“查进", "度”键"]


def test_words_in_latin_letters_stay_whole() -> None:
    """Words end at spaces, numbers and telephone numbers are not parted."""
    assert break_lines("bring this paper", 6, squares) == ["bring this", "paper"]
    assert break_lines("或打 0531-0000-0000。", 7, squares) == ["或打", "0531-0000-", "0000。"]
    assert break_lines("或打 0531-0000。", 7, squares) == ["或打", "0531-0000。"]
    assert break_lines("don’t wait", 4, squares) == ["don’t", "wait"]


def test_an_address_too_long_for_a_line_is_parted_after_its_signs() -> None:
    """What has to be parted is parted where it is read most easily."""
    lines = break_lines("https://platform.example/q?n=99", 8, squares)
    assert lines == ["https://", "platform.", "example/q?n=99"]
    assert break_lines("W" * 20, 8, squares) == ["W" * 16, "W" * 4]


def test_a_dash_of_two_and_an_ellipsis_of_two_stay_together() -> None:
    """GB/T 15834, 4.10 and 4.11: they are one sign each."""
    assert break_lines("一二——三", 3, squares) == ["一二——", "三"]
    assert break_lines("一二三……", 3.5, squares)[-1].endswith("……")


def test_a_last_line_is_not_a_lone_hanzi() -> None:
    """One hanzi comes down to keep it company."""
    assert break_lines("约三分钟办", 4, squares) == ["约三分", "钟办"]


def test_line_feeds_are_kept_and_other_controls_dropped() -> None:
    """Control characters and variation selectors draw nothing."""
    assert break_lines("一\n\n二\x1b\x00\ufe0f\u200b三", 5, squares) == ["一", "", "二三"]


def test_spaces_end_no_line_and_begin_none() -> None:
    """The space at a break is the break."""
    assert break_lines("aa bb  cc", 2, squares) == ["aa bb"[:2], "bb", "cc"]


def test_balanced_lines_are_as_few_and_more_even() -> None:
    """A centred heading does not leave one word behind."""
    text = "Received here, not yet accepted"
    assert break_lines(text, 12, squares) == ["Received here, not yet", "accepted"]
    assert balance_lines(text, 12, squares) == ["Received here,", "not yet accepted"]


HANZI = st.sampled_from(["一", "（二", "三。", "《四》", "五，", "“六”", "七……", "￥8。"])
WORDS = st.sampled_from([" ", " a ", " (it) ", " don’t ", "0531"])


@given(st.lists(HANZI | WORDS, max_size=30).map("".join), st.integers(6, 20))
def test_any_text_keeps_the_rules(text: str, width: int) -> None:
    """No line is too wide, nothing is lost, and signs stand where they may."""
    lines = break_lines(text, width, squares)
    assert all(squares(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[:1] in NEVER_FIRST for line in lines)
    assert not any(line[-1:] in NEVER_LAST for line in lines)
    assert not any(line != line.strip(" ") for line in lines)


@given(st.text(max_size=80), st.integers(2, 20))
def test_no_text_is_too_much(text: str, width: int) -> None:
    """Whatever somebody is called, the lines fit."""
    assert all(squares(line) <= width for line in break_lines(text, width, squares))
