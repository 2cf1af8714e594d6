"""The national cards that anybody may read: whom each gives, its odd dates, encodings, damage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import Unreadable, UnreadableReason
from tests.support.in_memory_chip import read_chip
from tests.support.national_cards import (
    NATIONAL_CHIPS,
    BelgianChip,
    EstonianChip,
    HealthChip,
    MyKadChip,
    OlderEstonianChip,
    T0Chip,
    ThaiChip,
    another,
)

DAMAGED = Unreadable(UnreadableReason.DAMAGED)
REFUSED = Unreadable(UnreadableReason.REFUSED)


def person(chip: T0Chip) -> Person:
    """Return whom a chip describes, which it must."""
    found = read_chip(chip)
    assert isinstance(found, Person), found
    assert chip.forbidden == []
    return found


def test_a_thai_card() -> None:
    """Title, name, address in parts; years of the Buddhist era; valid for life."""
    assert person(ThaiChip()) == Person(
        document_type="th.national_id",
        document_number="1234567890121",
        full_name="มาลี ตัวอย่าง",
        sex=Sex.FEMALE,
        birth_date=date(1945, 3, 12),
        address="12 หมู่ที่ 3 ตำบลตัวอย่าง อำเภอตัวอย่าง จังหวัดตัวอย่าง",
        issuer="อำเภอตัวอย่าง/จังหวัดตัวอย่าง",
        valid_from=date(2012, 5, 20),
        valid_until=None,
        details=(("title", "นาง"), ("latin_name", "Malee Tuayang")),
    )


def test_an_old_thai_card_wants_another_get_response() -> None:
    """With a 1 where all other cards have a zero."""
    assert person(ThaiChip(wants_one=True)) == person(ThaiChip())


def test_a_mykad() -> None:
    """Name, number, birth, home; race, religion, portrait and fingerprints are never asked for."""
    whole = person(MyKadChip())
    assert whole == Person(
        document_type="my.mykad",
        document_number="450312999990",
        full_name="AMINAH BINTI CONTOH",
        sex=Sex.FEMALE,
        birth_date=date(1945, 3, 12),
        address="12 JALAN CONTOH, TAMAN CONTOH, 99000 BANDAR CONTOH, NEGERI CONTOH",
        details=(
            ("place_of_birth", "NEGERI CONTOH"),
            ("valid_date", "20120520"),
            ("nationality", "WARGANEGARA"),
        ),
    )
    assert person(MyKadChip(has_own_words=True)) == whole


def test_a_health_card_of_taiwan() -> None:
    """The published record: years of the Republic, a name in Big5."""
    assert person(HealthChip()) == Person(
        document_type="tw.health_card",
        document_number="A123456789",
        full_name="王小明",
        sex=Sex.MALE,
        birth_date=date(1990, 1, 1),
        details=(("card_number", "000012345678"), ("issued_on", "2020-01-01")),
    )


def test_a_belgian_card() -> None:
    """Tagged texts in UTF-8; a birth date with its month as a word."""
    assert person(BelgianChip()) == Person(
        document_type="be.national_id",
        document_number="85073003328",
        full_name="Zoë Anne M Voorbeeld",
        sex=Sex.FEMALE,
        birth_date=date(1985, 7, 30),
        address="Voorbeeldstraat 12, 1000 Exemple",
        issuer="Exemple-Voorbeeld",
        valid_from=date(2024, 1, 15),
        valid_until=date(2034, 1, 14),
        details=(
            ("surname", "Voorbeeld"),
            ("given_names", "Zoë Anne M"),
            ("card_number", "590000000000"),
            ("nationality", "Belg"),
        ),
    )


@pytest.mark.parametrize(
    ("chip", "card_number", "first"),
    [(EstonianChip(), "AS0000000", "MARI-ÕIE"), (OlderEstonianChip(), "A0000000", "MARI ÕIE")],
)
def test_an_estonian_card(chip: EstonianChip, card_number: str, first: str) -> None:
    """A file per item in UTF-8, or records in windows-1252."""
    found = person(chip)
    assert found.full_name == f"{first} NÄIDIS"
    assert found.document_number == "38001085718"
    assert (found.sex, found.birth_date) == (Sex.FEMALE, date(1980, 1, 8))
    assert found.valid_until == date(2034, 1, 14)
    assert found.details == (
        ("surname", "NÄIDIS"),
        ("given_names", first),
        ("card_number", card_number),
        ("nationality", "EST"),
    )


@pytest.mark.parametrize(
    ("chip", "detail"),
    [
        (ThaiChip(birth="24880000"), ("birth_as_on_card", "24880000")),
        (ThaiChip(birth="24880300"), ("birth_as_on_card", "24880300")),
        (ThaiChip(birth="        "), None),
        (HealthChip(birth="0790000"), ("birth_as_on_card", "0790000")),
        (HealthChip(birth="07901  "), ("birth_as_on_card", "07901")),
        (BelgianChip(birth="????"), ("birth_as_on_card", "????")),
        (EstonianChip(birth="00.00.1980 EST"), ("birth_as_on_card", "00.00.1980")),
    ],
)
def test_dates_that_are_no_days(chip: T0Chip, detail: tuple[str, str] | None) -> None:
    """Nobody is refused for one: it is kept as it is on the card, or the number tells it."""
    found = person(chip)
    kept = [pair for pair in found.details if pair[0] == "birth_as_on_card"]
    assert kept == ([] if detail is None else [detail])
    is_in_number = isinstance(chip, BelgianChip | EstonianChip)
    assert (found.birth_date is not None) == is_in_number


def test_days_that_only_one_calendar_has() -> None:
    """29 February of 2543 and of the 89th year of the Republic are days of the year 2000."""
    assert person(ThaiChip(birth="25430229")).birth_date == date(2000, 2, 29)
    assert person(HealthChip(birth="0890229")).birth_date == date(2000, 2, 29)
    assert person(ThaiChip(birth="25440229")).birth_date is None


def test_an_end_that_cannot_be_read_is_not_for_life() -> None:
    """Without a readable end nothing is said about validity."""
    found = person(ThaiChip(expiry="25680000"))
    assert (found.valid_from, found.valid_until) == (None, None)
    assert ("valid_until_as_on_card", "25680000") in found.details
    assert person(ThaiChip(expiry="25680519")).valid_until == date(2025, 5, 19)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("01 MAAR 1950", date(1950, 3, 1)),
        ("01.MÄR.1950", date(1950, 3, 1)),
        ("1 AVR  1950", date(1950, 4, 1)),
        ("29 FEV 1952", date(1952, 2, 29)),
        ("05 DEZ 1950", date(1950, 12, 5)),
    ],
)
def test_belgian_months(written: str, day: date) -> None:
    """In the three languages of the country."""
    assert person(BelgianChip(birth=written)).birth_date == day


def test_a_belgian_file_longer_than_one_piece() -> None:
    """It is read piece by piece to the end that the chip tells."""
    long_name = "Voorbeeld-" * 20
    assert ("surname", long_name) in person(BelgianChip(name=long_name)).details


def test_characters_that_somebody_added_to_big5() -> None:
    """They stay one code point each, as Windows numbers them."""
    assert (
        person(HealthChip(name=b"\xa4\xfd\xfa\x40\xfe\xfe\x8e\x40")).full_name
        == "王\ue000\ue310\ue311"
    )
    assert person(HealthChip(name=b"\xa4\xfd\xc8\xfe")).full_name == "王\uf848"


@pytest.mark.parametrize("kind", NATIONAL_CHIPS)
def test_a_locked_card_is_refused(kind: str) -> None:
    """It wants a key: said, and no PIN is tried."""
    chip = NATIONAL_CHIPS[kind](locked=True)
    assert read_chip(chip) == REFUSED
    assert not [command for command in chip.log if command[1] == 0x20]


@pytest.mark.parametrize("kind", NATIONAL_CHIPS)
def test_a_number_that_fails_its_check_is_damage(kind: str) -> None:
    """Something on the way, or on the card, is torn."""
    chip = NATIONAL_CHIPS[kind]()
    number = chip.number
    wrong = "991399999990" if isinstance(chip, MyKadChip) else number[:-2] + number[-1] + "1"
    chip.number = wrong
    assert read_chip(chip) == DAMAGED


@pytest.mark.parametrize("kind", NATIONAL_CHIPS)
@given(torn=st.binary(max_size=300), after=st.integers(0, 40))
def test_nonsense_from_some_moment_on(kind: str, torn: bytes, after: int) -> None:
    """Whatever a chip says then, there is an answer, and an end to the questions."""

    class Raving(T0Chip):
        def answer(self, apdu: bytes) -> bytes:
            self.log.append(apdu)
            answer = sound.answer(apdu)
            if len(self.log) <= after:
                return answer
            return (torn + b"\x90\x00", torn[-2:].rjust(2, b"\x6a"))[len(self.log) % 2]

    sound = NATIONAL_CHIPS[kind]()
    found = read_chip(Raving())
    assert found is None or isinstance(found, Person | Unreadable)


@given(name=st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=30))
def test_names_keep_every_code_point(name: str) -> None:
    """Private, full-width and rare characters arrive as they are."""
    shown = " ".join(name.strip(" \0\u3000").split())
    found = read_chip(BelgianChip(name=name))
    if shown:
        assert isinstance(found, Person)
        assert ("surname", shown) in found.details


@pytest.mark.parametrize("kind", NATIONAL_CHIPS)
def test_a_card_swapped_at_any_moment_is_never_two_people(kind: str) -> None:
    """Whole the one, whole the other, or nobody: another chip answers from some command on."""
    whole = {read_chip(NATIONAL_CHIPS[kind]()), read_chip(another(kind))}
    chip = NATIONAL_CHIPS[kind]()
    read_chip(chip)
    swaps = 0
    for moment in range(len(chip.log)):
        first, second = NATIONAL_CHIPS[kind](), another(kind)

        class Swapped(T0Chip):
            def answer(self, apdu: bytes) -> bytes:
                self.log.append(apdu)
                return (first if len(self.log) <= moment else second).answer(apdu)  # noqa: B023

        found = read_chip(Swapped())
        assert found in whole or not isinstance(found, Person), moment
        swaps += not isinstance(found, Person)
    assert swaps > 3
