"""Check digits of printed lines, and what they put right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.printed_lines import check_digit, readings, repaired

NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=5, max_size=9)


@given(NUMBERS)
def test_a_number_that_fits_is_left_alone(number: str) -> None:
    """Nothing is put right that is right."""
    assert repaired(number, check_digit(number)) == number


@given(NUMBERS, st.sampled_from("0123456789"))
def test_what_is_put_right_fits_and_is_the_only_way(number: str, digit: str) -> None:
    """Of two ways to read it neither is taken."""
    found = repaired(number, digit)
    fitting = {it for it in readings(number) if check_digit(it) == digit}
    if check_digit(number) == digit:
        assert found == number
    else:
        assert found == (fitting.pop() if len(fitting) == 1 else None)
