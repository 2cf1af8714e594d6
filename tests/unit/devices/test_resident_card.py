"""The text block of resident ID cards and their relatives: every layout, every damage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.code_tables import nation_name
from devices.card_reader.number_check import check_character
from devices.card_reader.resident_card import TEXT_BYTES, TornText, compose, parse
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import UnreadableReason
from tests.support.sam_module import resident_text

NUMBER = "990101194503120020"


def block(letter: str, places: dict[int, str]) -> bytes:
    """Return a text block with texts at the byte offsets of the standard's tables."""
    whole = bytearray(" ".encode("utf-16-le") * 128)
    for offset, text in {**places, 248: letter}.items():
        encoded = text.encode("utf-16-le")
        whole[offset : offset + len(encoded)] = encoded
    return bytes(whole)


def parsed(text_block: bytes) -> Person:
    """Return the person of a block that must be good."""
    person = parse(text_block)
    assert isinstance(person, Person), person
    return person


def damage(text_block: bytes) -> str:
    """Return which field a block is torn at."""
    torn = parse(text_block)
    assert isinstance(torn, TornText)
    assert torn.reason is UnreadableReason.DAMAGED
    return torn.why


def test_a_resident_is_read_whole() -> None:
    """Every field of a resident's card arrives, the open end of validity as "for life"."""
    assert parsed(resident_text()) == Person(
        document_type="cn.resident_id",
        document_number=NUMBER,
        full_name="张桂英",
        sex=Sex.FEMALE,
        birth_date=date(1945, 3, 12),
        address="示例省示例市安康区和平路12号",
        issuer="示例市公安局安康分局",
        valid_from=date(2012, 5, 20),
        valid_until=None,
        details=(("nation_code", "01"), ("nation", "汉")),
    )


def test_a_last_day_of_validity_is_read() -> None:
    """A card with an end has one."""
    assert parsed(resident_text(valid_until="20320520")).valid_until == date(2032, 5, 20)


@pytest.mark.parametrize("name", ["王䶮", "𠮷田", "\ue863", "吐尔逊·买买提依明"])
def test_rare_characters_stay_as_they_are(name: str) -> None:
    """Extension characters, surrogate pairs and private ones are kept code point by code point."""
    assert parsed(block(" ", {0: name, 36: "19450312", 122: NUMBER})).full_name == name


def test_padding_with_zeros_is_padding() -> None:
    """A block padded with zeros instead of spaces says the same."""
    spaced = resident_text()
    zeroed = bytearray(spaced)
    for offset in range(0, TEXT_BYTES, 2):
        if zeroed[offset : offset + 2] == b" \0":
            zeroed[offset] = 0
    assert parsed(bytes(zeroed)) == parsed(spaced)


def test_an_unknown_nation_is_shown_by_its_code() -> None:
    """A code that the list lacks refuses nobody."""
    person = parsed(block(" ", {0: "某人", 32: "77", 122: NUMBER}))
    assert person.details == (("nation_code", "77"),)


def test_an_unknown_sex_is_unknown() -> None:
    """So does a code of sex that nobody knows."""
    assert parsed(block(" ", {0: "某人", 30: "7", 122: NUMBER})).sex is Sex.UNKNOWN


def test_a_missing_birth_date_is_taken_from_the_number() -> None:
    """The number says it too."""
    person = parsed(block(" ", {0: "某人", 122: NUMBER}))
    assert person.birth_date == date(1945, 3, 12)


def test_a_birth_date_with_blanks_is_kept_as_on_the_card() -> None:
    """Half a date is no date, and not torn either."""
    person = parsed(block(" ", {0: "某人", 36: "194503  ", 122: NUMBER}))
    assert person.birth_date is None
    assert ("birth_as_on_card", "194503") in person.details


def test_an_end_that_cannot_be_read_is_not_for_life() -> None:
    """Without a readable end nothing is said about validity at all."""
    for end in ("", "2032    "):
        person = parsed(block(" ", {0: "某人", 122: NUMBER, 188: "20120520", 204: end}))
        assert (person.valid_from, person.valid_until) == (None, None)


def test_a_birth_date_other_than_the_numbers_is_told() -> None:
    """The card's own field counts; the office sees that the number says otherwise."""
    person = parsed(resident_text(birth="19450412"))
    assert person.birth_date == date(1945, 4, 12)
    assert ("birth_date_in_number", "1945-03-12") in person.details


def test_a_permit_of_hong_kong_macao_or_taiwan_is_read() -> None:
    """Layout J: as a resident's, with permit number and issue count, without a nation."""
    person = parsed(
        block(
            "J", {0: "何家俊", 30: "1", 122: NUMBER, 220: "H12345678", 238: "01", 204: "20290101"}
        )
    )
    assert person.document_type == "cn.residence_permit"
    assert person.details == (("permit_number", "H12345678"), ("issue_count", "01"))


def test_a_permanent_resident_of_2017_is_read() -> None:
    """Layout I: long English name, number of 15 characters, its own places for the dates."""
    person = parsed(
        block(
            "I",
            {
                0: "HARTLEY, MARGARET ANNE OF THE VERY LONG NAMES",
                120: "2",
                122: "UTO999942110311",
                152: "UTO",
                158: "何玛丽",
                188: "20170601",
                204: "20270531",
                220: "19421103",
            },
        )
    )
    assert person.document_type == "cn.foreign_permanent_resident"
    assert person.full_name == "HARTLEY, MARGARET ANNE OF THE VERY LONG NAMES"
    assert person.document_number == "UTO999942110311"
    assert (person.birth_date, person.sex) == (date(1942, 11, 3), Sex.FEMALE)
    assert person.details == (("nationality", "UTO"), ("chinese_name", "何玛丽"))


def test_a_number_of_2017_that_fails_its_check_refuses_nobody() -> None:
    """The rule is known from one source: the office sees the doubt, and who takes the permit."""
    places = {0: "HARTLEY", 122: "UTO999942110312", 240: "9901"}
    person = parsed(block("I", places))
    assert person.details == (("accepting_office", "9901"), ("number_check", "differs"))


def test_a_permanent_resident_of_2023_is_read() -> None:
    """Layout Y: a number with a check character, and a long name that goes on elsewhere."""
    number = "999999194211030063"
    places = {0: "何玛丽", 30: "2", 36: "19421103", 122: number, 188: "20240115", 204: "20340114"}
    for long_name in (
        "HARTLEY-HARTLEY, MARGARET ANNE MARY ELIZABETH",
        "HARTLEY-HARTLEY, MARGARET ANNEMARY ELIZABETH",
        "HARTLEY-HARTLEY, MARGARET ANNA MARYBETH",
        "HARTLEY-HARTLEY, MARGARET MARIANNA ELIZABETH",
    ):
        person = parsed(block("Y", {**places, 52: long_name[:35], 220: long_name[35:], 242: "UTO"}))
        assert person.full_name == long_name
        assert person.details == (("nationality", "UTO"), ("chinese_name", "何玛丽"))
    short = parsed(block("Y", {**places, 52: "HARTLEY", 220: "000000001", 242: "UTO"}))
    assert short.full_name == "HARTLEY"
    renewed = parsed(block("Y", {**places, 52: "HARTLEY", 32: "02", 242: "UTO", 250: "A01"}))
    assert renewed.details[2:] == (("renewal_count", "02"), ("earlier_number_link", "A01"))


def test_an_unknown_layout_is_foreign() -> None:
    """A letter that no table knows is a card of another kind, not a damaged one."""
    torn = parse(resident_text(letter="Q"))
    assert torn == TornText(UnreadableReason.FOREIGN, "layout")


@pytest.mark.parametrize(
    ("text_block", "field"),
    [
        (resident_text()[:-1], "length"),
        (b"", "length"),
        (resident_text(number=NUMBER[:17] + "1"), "number"),
        (
            block(
                " ", {0: "某人", 122: "99010119450230002" + check_character("99010119450230002")}
            ),
            "number",
        ),
        (block(" ", {122: NUMBER}), "name"),
        (block(" ", {0: "某\n人", 122: NUMBER}), "name"),
        (resident_text(birth="19459999"), "birth"),
        (resident_text(birth="1945年3月1"), "birth"),
        (resident_text(valid_until="永久"), "valid_until"),
        (block("I", {0: "HARTLEY", 122: "UT0999942110307"}), "number"),
        (block("Y", {52: "HARTLEY", 122: "999999194211030060"}), "number"),
        (b"\x00\xd8" + resident_text()[2:], "name"),
    ],
)
def test_torn_blocks_name_the_field(text_block: bytes, field: str) -> None:
    """What is torn is told by field, never by its content."""
    assert damage(text_block) == field


@given(st.binary(min_size=TEXT_BYTES, max_size=TEXT_BYTES))
def test_random_bytes_never_raise(noise: bytes) -> None:
    """Whatever 256 bytes arrive, there is an answer."""
    assert isinstance(parse(noise), Person | TornText)


@given(
    st.sampled_from(" JIY"),
    st.lists(st.tuples(st.integers(0, TEXT_BYTES - 1), st.integers(0, 255)), max_size=12),
)
def test_scratched_blocks_never_raise(letter: str, scratches: list[tuple[int, int]]) -> None:
    """Nor with a few bytes wrong in an otherwise good block, and whoever comes out can be shown."""
    torn = bytearray(resident_text(letter=letter))
    for offset, value in scratches:
        torn[offset] = value
    answer = parse(bytes(torn))
    if isinstance(answer, Person):
        shown = answer.full_name + answer.address + answer.issuer + answer.document_number
        shown.encode()
        assert shown.isprintable() or not any(ord(character) < 32 for character in shown)


def test_composed_blocks_are_those_of_the_table() -> None:
    """A simulated card has its fields in the places of the standard."""
    fields = {
        "name": "张桂英",
        "sex": "2",
        "nation": "01",
        "birth": "19450312",
        "address": "示例省示例市安康区和平路12号",
        "number": NUMBER,
        "issuer": "示例市公安局安康分局",
        "valid_from": "20120520",
        "valid_until": "长期",
    }
    assert compose(" ", fields) == resident_text()


@pytest.mark.parametrize("fields", [{"shoe_size": "42"}, {"name": "长" * 16}])
def test_what_has_no_place_is_not_composed(fields: dict[str, str]) -> None:
    """A sample card with a field too many or too long is a mistake in its file."""
    with pytest.raises(ValueError, match="card"):
        compose(" ", fields)


def test_the_list_of_nations_is_whole() -> None:
    """All 56 nations and the two codes beside them, in the order of GB/T 3304."""
    codes = [f"{code:02}" for code in (*range(1, 57), 97, 98)]
    names = [nation_name(code) for code in codes]
    assert None not in names
    assert len(set(names)) == 58
    assert (nation_name("01"), nation_name("05"), nation_name("56")) == ("汉", "维吾尔", "基诺")
    assert nation_name("99") is None
