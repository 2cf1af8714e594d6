"""The public files of the social security card: generations, access rules, and torn records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.apdu import Response, exchange
from devices.card_reader.social_security_card import PROFILE
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import PersonRead, Unreadable, UnreadableReason
from tests.support.virtual_card import Chip, Records, card_records, person_records

NUMBER = "990101194503120020"
VERIFY = 0x20
DAMAGED = Unreadable(UnreadableReason.DAMAGED)
REFUSED = Unreadable(UnreadableReason.REFUSED)


def read(chip: Chip) -> Person | PersonRead | Unreadable:
    """Select and read a chip as the reader does."""

    def transmit(command: bytes) -> Response:
        answer = chip.answer(command)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    def ask(command: bytes) -> Response:
        return exchange(transmit, command)

    assert PROFILE.recognise(ask)
    answer = PROFILE.read(ask)
    if isinstance(answer, Person):
        assert PROFILE.number_again(ask) == answer.document_number
    return answer


def chip(person: Records, card: Records | None = None) -> Chip:
    """Return a chip with these records."""
    return Chip(files={0x05: card_records() if card is None else card, 0x06: person})


def changed(tag: int, value: bytes) -> Records:
    """Return the usual records of a person with one of them changed."""
    return tuple((t, value if t == tag else v) for t, v in person_records())


def test_a_card_of_the_second_generation_is_read_whole() -> None:
    """Every item arrives, whatever record it is in."""
    assert read(Chip()) == Person(
        document_type="cn.social_security",
        document_number=NUMBER,
        full_name="张桂英",
        sex=Sex.FEMALE,
        birth_date=date(1945, 3, 12),
        valid_from=date(2015, 6, 1),
        valid_until=date(2035, 6, 1),
        details=(
            ("generation", "2"),
            ("card_number", "A1234567X"),
            ("issued_on", "2015-06-01"),
            ("city_code", "990100"),
            ("nation_code", "01"),
            ("nation", "汉"),
        ),
    )


def test_a_card_of_the_first_generation_has_no_name_extension() -> None:
    """Sex is the third record there and the fourth on later cards; the tag decides."""
    person = read(chip(person_records(name_rest=None), card_records(b"1.00")))
    assert isinstance(person, Person)
    assert person.sex is Sex.FEMALE
    assert ("generation", "1") in person.details


def test_a_long_name_goes_on_in_the_extension() -> None:
    """15 characters fill the name item; the rest follows, and a character may be cut in two."""
    name = "阿卜杜热合曼·买买提依明·吐尔逊江"
    assert len(name.encode("gb18030")) > 30
    person = read(chip(person_records(name=name)))
    assert isinstance(person, Person)
    assert person.full_name == name
    cut = "A" + "长" * 18
    person = read(chip(person_records(name=cut)))
    assert isinstance(person, Person)
    assert person.full_name == cut


@pytest.mark.parametrize("name", ["王䶮", "𠮷田", "\ue863", "ＡＢ·王"])
def test_names_are_gb18030(name: str) -> None:
    """What GBK lacks has four bytes; private and full-width characters stay as they are."""
    person = read(chip(person_records(name=name)))
    assert isinstance(person, Person)
    assert person.full_name == name


@pytest.mark.parametrize("padding", [b"\0", b"\xff", b" "])
def test_padding_is_taken_off(padding: bytes) -> None:
    """Zeros, ones and spaces stand behind short values."""
    records = changed(0x09, "张桂英".encode("gb18030").ljust(30, padding))
    person = read(chip(records))
    assert isinstance(person, Person)
    assert person.full_name == "张桂英"


@pytest.mark.parametrize(
    ("version", "generation"),
    [(b"\x00\x00\x00\x00", "2"), (b"3.00", "3"), (b"9.99", "?"), (b"", "?")],
)
def test_generations_are_told(version: bytes, generation: str) -> None:
    """By the first character of the version item; a zero byte counts as the second."""
    person = read(chip(person_records(), card_records(version)))
    assert isinstance(person, Person)
    assert ("generation", generation) in person.details


def test_a_card_that_is_read_by_tag() -> None:
    """Some cards select a file and take the tag in place of the record number."""
    by_tag = Chip(by_tag_only=True)
    assert read(by_tag) == read(Chip())


@pytest.mark.parametrize("is_cutting", [True, False])
def test_chips_that_take_lengths_literally(is_cutting: bool) -> None:  # noqa: FBT001 # a parameter
    """Some cut a record at the asked length, some call it wrong; neither corrects it."""

    class Literal(Chip):
        def answer(self, apdu: bytes) -> bytes:
            answer = super().answer(apdu)
            if answer[-2] != 0x6C:
                return answer
            whole = super().answer(apdu[:4] + answer[-1:])
            if apdu[4] == 0:
                return whole
            return whole[: apdu[4]] + b"\x90\x00" if is_cutting else b"\x67\x00"

    records = person_records(name_rest=None)
    person = read(Literal(files={0x05: card_records(), 0x06: records}))
    assert person == read(chip(records))


def test_most_records_take_one_command() -> None:
    """Usual lengths are asked for at once: on a real chip each command takes its time."""
    usual = Chip()
    read(usual)
    assert len(usual.log) == 17


def test_a_locked_file_is_a_refusal_and_no_pin_is_tried() -> None:
    """The card is left as it was: VERIFY is never sent."""
    locked = Chip(locked_files=frozenset({0x06}))
    assert read(locked) == REFUSED
    assert VERIFY not in {command[1] for command in locked.log}


@pytest.mark.parametrize("status", [0x6982, 0x6983, 0x6984, 0x6985])
@pytest.mark.parametrize("version", [b"1.00", b"2.00", b"3.00"])
def test_what_a_card_says_that_wants_a_pin_or_a_module(status: int, version: bytes) -> None:
    """In some cities, in every third generation, and after too many wrong PINs: a refusal."""

    class Closed(Chip):
        def answer(self, apdu: bytes) -> bytes:
            answer = super().answer(apdu)
            is_locked = answer == b"\x69\x82"
            return status.to_bytes(2, "big") if is_locked else answer

    name_rest = None if version == b"1.00" else b""
    files = {0x05: card_records(version), 0x06: person_records(name_rest=name_rest)}
    closed = Closed(files=files, locked_files=frozenset({0x06}))
    assert read(closed) == REFUSED
    assert VERIFY not in {command[1] for command in closed.log}


def test_a_blocked_application_is_recognised_and_gives_nothing() -> None:
    """A card that was reported lost says so at SELECT; it is no card of another kind."""

    class Blocked(Chip):
        def answer(self, apdu: bytes) -> bytes:
            answer = super().answer(apdu)
            if apdu[1] == 0xB2:
                return b"\x69\x85"
            return b"\x62\x83" if apdu[1] == 0xC0 else answer

    assert read(Blocked()) == REFUSED


def test_a_locked_card_file_alone_does_not_matter() -> None:
    """What says who it is counts."""
    person = read(Chip(locked_files=frozenset({0x05})))
    assert isinstance(person, Person)
    assert (person.valid_from, person.valid_until) == (None, None)


def test_a_third_generation_card_that_denies_its_file_is_a_refusal() -> None:
    """Without its module such a card may say that the file is not there."""
    assert read(Chip(files={0x05: card_records(b"3.00")})) == REFUSED
    assert read(Chip(files={0x05: card_records(b"2.00")})) == DAMAGED


def test_a_foreigners_number_is_accepted() -> None:
    """It begins with the country and has a check that is not public."""
    person = read(chip(changed(0x08, b"UTO0P1234567890123")))
    assert isinstance(person, Person)
    assert person.birth_date == date(1945, 3, 12)


@pytest.mark.parametrize(
    "records",
    [
        (),
        changed(0x08, NUMBER[:17].encode() + b"1"),
        changed(0x08, b""),
        changed(0x08, b"\xb5\xb5" * 9),
        changed(0x09, b""),
        changed(0x09, b"\x81"),
        changed(0x09, "张\n英".encode("gb18030")),
        changed(0x0A, b"\x07"),
    ],
)
def test_torn_records_are_damage(records: Records) -> None:
    """A wrong check digit, half a character, nothing at all: the card is damaged."""
    assert read(chip(records)) == DAMAGED


def test_a_record_shorter_than_it_says_is_damage() -> None:
    """A length that does not fit is never read past."""

    class Lying(Chip):
        def answer(self, apdu: bytes) -> bytes:
            answer = super().answer(apdu)
            return b"\x08\x12123\x90\x00" if answer.startswith(b"\x08\x12") else answer

    assert read(Lying()) == DAMAGED


def test_items_that_are_not_needed_are_not_kept() -> None:
    """The place of birth and the bodies that made the card stay on it."""
    person = read(Chip())
    assert isinstance(person, Person)
    assert "990101" not in {value for _, value in person.details}


def test_a_card_without_the_application_is_not_recognised() -> None:
    """Another card says so at once."""
    other = Chip(has_application=False)

    def ask(command: bytes) -> Response:
        answer = other.answer(command)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    assert not PROFILE.recognise(ask)


def test_the_number_is_not_given_by_a_card_that_was_swapped_in() -> None:
    """A fresh card has no application selected, and a locked one gives no number either."""

    def again(swapped: Chip) -> str | None:
        def transmit(command: bytes) -> Response:
            answer = swapped.answer(command)
            return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

        return PROFILE.number_again(lambda command: exchange(transmit, command))

    assert again(Chip()) is None
    locked = replace(Chip(locked_files=frozenset({0x06})), _is_in_application=True)
    assert again(locked) is None


@given(st.lists(st.binary(min_size=2, max_size=40), min_size=1, max_size=12))
def test_any_answers_of_a_chip_are_digested(answers: list[bytes]) -> None:
    """Whatever a chip says, the profile answers and asks a bounded number of questions."""
    asked = 0

    def transmit(_command: bytes) -> Response:
        nonlocal asked
        answer = answers[asked % len(answers)]
        asked += 1
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    def ask(command: bytes) -> Response:
        return exchange(transmit, command)

    PROFILE.recognise(ask)
    assert isinstance(PROFILE.read(ask), Person | Unreadable)
    assert PROFILE.number_again(ask) is None or asked
    assert asked < 2000
