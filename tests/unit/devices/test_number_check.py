"""Numbers of persons, against published examples; any wrong digit is found, no area is judged."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.number_check import (
    NumberKind,
    belgian_birth_date,
    birth_date_in,
    check_character,
    compact_date,
    estonian_birth_date,
    is_number_sound,
    is_sound,
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


SOUND = [
    (NumberKind.CN_CITIZEN, EXAMPLE),
    (NumberKind.CN_FOREIGN_2023, "999999194211030063"),
    (NumberKind.CN_FOREIGN_2017, "UTO999942110311"),
    (NumberKind.TH_CITIZEN, "1234567890121"),
    (NumberKind.TW_RESIDENT, "A123456789"),
    (NumberKind.TW_RESIDENT, "AC01234567"),  # a foreigner's of the first form
    (NumberKind.TW_RESIDENT, "A800000014"),  # and of the second
    (NumberKind.BE_NATIONAL, "85073003328"),
    (NumberKind.BE_NATIONAL, "17073003384"),
    (NumberKind.EE_PERSONAL, "38001085718"),
    (NumberKind.EE_PERSONAL, "47101010033"),
    (NumberKind.MY_IDENTITY, "450312999990"),
]


@pytest.mark.parametrize(("kind", "number"), SOUND)
def test_published_numbers_are_sound(kind: NumberKind, number: str) -> None:
    """Each scheme takes its examples, and nothing longer, shorter or of other digits."""
    assert is_sound(kind, number)
    for other in (number[:-1], number + "0", "", " " + number, number.lower() + "x"):
        assert not is_sound(kind, other)
    # Full-width digits look alike and are others.
    assert not is_sound(kind, "".join(chr(ord(it) + 0xFEE0) for it in number))


@pytest.mark.parametrize(("kind", "number"), SOUND)
def test_a_wrong_last_digit_is_found(kind: NumberKind, number: str) -> None:
    """Where there is a check digit; Malaysia's number has none."""
    others = {number[:-1] + digit for digit in "0123456789"} - {number}
    assert not any(is_sound(kind, it) for it in others) or kind is NumberKind.MY_IDENTITY


@pytest.mark.parametrize("kind", NumberKind)
@given(number=st.text(max_size=20) | st.from_regex(r"[A-Z]{0,3}[0-9]{8,18}X?", fullmatch=True))
def test_any_text_is_judged_by_every_scheme(kind: NumberKind, number: str) -> None:
    """Whatever is typed, there is an answer."""
    assert is_sound(kind, number) in (True, False)


@given(st.integers(0, 999999))
def test_no_area_is_judged(area: int) -> None:
    """Any six digits may begin a citizen's number."""
    first = f"{area:06}19450312002"
    assert is_sound(NumberKind.CN_CITIZEN, first + check_character(first))


def test_days_in_numbers() -> None:
    """The century comes from the check digits in Belgium, from the first digit in Estonia."""
    assert belgian_birth_date("85073003328") == date(1985, 7, 30)
    assert belgian_birth_date("17073003384") == date(2017, 7, 30)
    assert belgian_birth_date("85073003329") is None
    assert estonian_birth_date("38001085718") == date(1980, 1, 8)
    assert estonian_birth_date("38013085718") is None
    assert not is_sound(NumberKind.MY_IDENTITY, "451312999990")
    assert compact_date("25430229", years_ahead=543) == date(2000, 2, 29)
