"""The check character of Chinese citizen numbers, against the standard's published example."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.number_check import (
    birth_date_in,
    check_character,
    compact_date,
    is_number_sound,
)

EXAMPLE = "11010519491231002X"


def test_the_published_example_is_sound() -> None:
    """The number printed in GB 11643 passes."""
    assert is_number_sound(EXAMPLE)
    assert birth_date_in(EXAMPLE) == date(1949, 12, 31)


@pytest.mark.parametrize(
    "number",
    [
        EXAMPLE[:17] + "1",
        EXAMPLE[:17] + "x",
        EXAMPLE[:17],
        EXAMPLE + "0",
        "",
        "９90101194503120020",
        "99010119450230002" + check_character("99010119450230002"),
    ],
)
def test_unsound_numbers_are_told(number: str) -> None:
    """A wrong last character, a wrong length, other scripts' digits and a day that is none fail."""
    assert not is_number_sound(number)


@given(
    digits=st.from_regex(r"99[0-9]{4}19[0-9]{2}0[1-9]1[0-9][0-9]{3}", fullmatch=True), at=st.data()
)
def test_one_wrong_digit_is_always_told(digits: str, at: st.DataObject) -> None:
    """MOD 11-2 finds every single wrong digit, and any area code is accepted."""
    number = digits + check_character(digits)
    assert is_number_sound(number)
    position = at.draw(st.integers(0, 16))
    other = at.draw(st.sampled_from([d for d in "0123456789" if d != number[position]]))
    assert not is_number_sound(number[:position] + other + number[position + 1 :])


@given(st.text(max_size=30))
def test_any_text_is_judged(text: str) -> None:
    """Whatever is asked about, there is an answer."""
    assert is_number_sound(text) in (True, False)
    assert compact_date(text) is None or len(text) == 8
