"""A reader's answers on their way out of the worker: everything true arrives, nothing else does."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.answers import (
    decode_key,
    decode_presence,
    decode_read,
    encode_key,
    encode_presence,
    encode_read,
    read_message,
)
from devices.wire import Fields, Garbled, Json, JsonObject, Message
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import (
    AccessNumber,
    DocumentKey,
    KeyPart,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    PrintedFields,
    PrintedLines,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)

PERSON = Person(
    document_type="cn.resident_id",
    document_number="990101194503120020",
    full_name="王䶮",
    sex=Sex.MALE,
    birth_date=date(1945, 3, 12),
    address="示例省示例市安康区和平路12号",
    issuer="示例市公安局安康分局",
    valid_from=date(2012, 5, 20),
    details=(("nation_code", "01"), ("nation", "汉")),
)
ANSWERS: list[ReadAnswer] = [
    PersonRead(PERSON, "cn.resident_id"),
    PersonRead(Person("x.card", "1", "𠮷田"), "x.card"),
    NoCard(),
    NoReader("There is no serial line at /dev/id-reader."),
    *map(Unreadable, UnreadableReason),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
def test_every_answer_arrives_as_it_was_sent(answer: ReadAnswer) -> None:
    """Out and back is the same."""
    assert decode_read(Message(encode_read(answer))) == answer


@pytest.mark.parametrize("presence", Presence)
def test_every_presence_arrives(presence: Presence) -> None:
    """Out and back is the same."""
    assert decode_presence(Message(encode_presence(presence))) is presence


def person_with(**changes: Json) -> JsonObject:
    """Return the answer about a person with some fields changed."""
    answer = cast("dict[str, Any]", encode_read(ANSWERS[0]))
    return {**answer, "person": {**answer["person"], **changes}}


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"answer": "something"},
        {"answer": "person"},
        {"answer": "unreadable", "reason": "tired"},
        {"answer": "no_reader", "why": "x" * 5000},
        {"answer": "no_reader", "why": "two\nlines"},
        {**encode_read(ANSWERS[0]), "profile": "../../etc"},
        person_with(full_name=""),
        person_with(full_name="   "),
        person_with(full_name=["张"]),
        person_with(full_name="张\x1b[2J"),
        person_with(full_name="\ud800"),
        person_with(full_name="长" * 300),
        person_with(document_number=""),
        person_with(document_type="CN"),
        person_with(sex="m"),
        person_with(birth_date="1945-13-01"),
        person_with(birth_date=19450312),
        person_with(details=[{"name": "a b", "value": "c"}]),
        person_with(details=[{"name": "a", "value": "c\0"}]),
        person_with(details=[["a", "b"]]),
        person_with(details=[{"name": "a", "value": "b"}] * 33),
    ],
)
def test_whatever_is_not_an_answer_is_refused(head: JsonObject) -> None:
    """A worker that was taken over by a card can't make the kiosk believe just anything."""
    with pytest.raises(Garbled):
        decode_read(Message(head))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(st.sampled_from(["person", "no_reader", "unreadable", "no_card"]), JSON, JSON)
def test_no_message_raises_anything_else(kind: str, value: Json, other: Json) -> None:
    """An answer or `Garbled`, never another exception."""
    person = person_with(full_name=value, details=other)["person"]
    head: JsonObject = {
        "answer": kind,
        "why": value,
        "reason": other,
        "profile": "a",
        "person": person,
    }
    for decode in (decode_read, decode_presence):
        try:
            decode(Message(head))
        except Garbled:
            continue


KEYS: list[DocumentKey] = [
    PrintedLines("P<UTOERIKSSON<<ANNA"),
    PrintedFields("L898902C3", "740812", "320415"),
    AccessNumber("123456"),
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: type(key).__name__)
def test_every_key_arrives_and_shows_itself_nowhere(key: DocumentKey) -> None:
    """Out and back is the same; written out, it says nothing."""
    assert decode_key(Fields(encode_key(key))) == key
    assert not any(it in repr(key) for it in ("ERIKSSON", "L898902C3", "740812", "123456"))


def test_keys_that_are_none() -> None:
    """Of no kind, too long."""
    for head in ({}, {"key": "iris"}, {"key": "lines", "text": "x" * 500}):
        with pytest.raises(Garbled):
            decode_key(Fields(head))


def test_a_portrait_goes_along() -> None:
    """A JPEG of bounded size, and nothing else."""
    answer = PersonRead(PERSON, "cn.resident_id", b"\xff\xd8\xff" + bytes(100))
    message = read_message(answer)
    assert decode_read(message) == answer
    assert "xff" not in repr(answer)
    for blob in (b"PNG", b"\xff\xd8\xff" + bytes(1 << 20)):
        with pytest.raises(Garbled):
            decode_read(Message(message.head, blob))


def test_wrong_parts_arrive() -> None:
    """Which check digits do not fit."""
    answer = Unreadable(UnreadableReason.WRONG_KEY, (KeyPart.BIRTH_DATE, KeyPart.LINES))
    assert decode_read(read_message(answer)) == answer
