"""The journal: ids, canonical bytes, the chain and the numbers on paper."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import AppId
from kiosk.journal import (
    QUERY_CODE_ALPHABET,
    ClockState,
    EntryKind,
    Epoch,
    Header,
    Json,
    KioskId,
    ReceiptNumber,
    canonical,
    entry_hash,
    format_groups,
    format_minute,
    genesis,
    is_app_id,
    parse_canonical,
    parse_header,
    parse_minute,
    parse_query_code,
    parse_receipt_number,
    query_code,
    uuid7,
)

KIOSK = KioskId("kiosk-lakeside-1")
EPOCH = Epoch("00112233445566778899aabbccddeeff")


def a_header(**changes: object) -> Header:
    """Return a header like that of a sealed application."""
    header = Header(
        kiosk=KIOSK,
        number=3702,
        epoch=EPOCH,
        seq=1146,
        app_id=uuid7(1_790_000_000_000, bytes(range(10))),
        kind=EntryKind.APPLICATION,
        service="old_age_allowance",
        catalogue="2026-11-01.3",
        created="2026-11-20T08:15Z",
        clock_state=ClockState.SYNCED,
        suite="HPKE-MLKEM768X25519-AES256GCM",
        kids=("a1b2",),
        size=1234,
        ct_sha256=bytes(32),
    )
    return replace(header, **changes)  # type: ignore[arg-type]


json_values = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=9),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
numbers = st.builds(ReceiptNumber, st.integers(1000, 9999), st.integers(1, 99_999_999))


def test_uuid7_has_the_layout_of_rfc_9562() -> None:
    """The example of RFC 9562 appendix A.6 comes out of its time and random bits."""
    rand_a, rand_b = 0xCC3, 0x18C4DC0C0C07398F
    app_id = uuid7(0x017F22E279B0, (rand_a << 68 | rand_b).to_bytes(10))
    assert app_id == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    assert uuid.UUID(app_id).version == 7
    assert is_app_id(app_id)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_every_uuid7_is_an_app_id(unix_ms: int, random: bytes) -> None:
    """Whatever time and randomness: version and variant are right, and the time is in front."""
    app_id = uuid7(unix_ms, random)
    assert is_app_id(app_id)
    assert uuid.UUID(app_id).variant == uuid.RFC_4122
    assert uuid.UUID(app_id).int >> 80 == unix_ms


@pytest.mark.parametrize(("unix_ms", "random"), [(-1, bytes(10)), (2**48, bytes(10)), (0, b"")])
def test_uuid7_refuses_what_does_not_fit(unix_ms: int, random: bytes) -> None:
    """A time out of range or too little randomness is a bug of the caller."""
    with pytest.raises(ValueError, match=r"48 bits|ten random"):
        uuid7(unix_ms, random)


def test_canonical_json_is_sorted_and_has_no_spaces() -> None:
    """Keys are sorted, nothing is escaped that need not be."""
    assert canonical({"b": [1, True, "é\n"], "a": {}}) == '{"a":{},"b":[1,true,"é\\n"]}'.encode()


@given(json_values)
def test_canonical_json_comes_back(value: Json) -> None:
    """Whatever can be written is read back alike."""
    try:
        data = canonical(value)
    except ValueError:  # hypothesis may have built a lone surrogate
        return
    read = parse_canonical(data)
    assert read is not None
    assert canonical(read) == data


@pytest.mark.parametrize(
    "value", [1.5, None, 2**53, {"schlüssel": 1}, {"": 1}, {1: 1}, "\ud800", [[[None]]], b"x"]
)
def test_canonical_json_refuses_what_others_would_write_differently(value: object) -> None:
    """Floats, nulls, big integers, odd keys and lone surrogates never get hashed."""
    with pytest.raises(ValueError, match=r"."):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b"1.0", b"\xff", b"[" * 9000],
)
def test_only_canonical_bytes_are_read(data: bytes) -> None:
    """The same meaning in other bytes is not the same entry."""
    assert parse_canonical(data) is None


@given(st.binary(max_size=60))
def test_reading_garbage_never_raises(data: bytes) -> None:
    """Random bytes give a value or None."""
    parse_canonical(data)


def test_a_header_comes_back_from_its_json() -> None:
    """What is written is read, with and without a subject."""
    for header in (a_header(), a_header(subject=uuid7(5, bytes(10)), kind=EntryKind.RATING)):
        assert parse_header(parse_canonical(canonical(header.to_json()))) == header
    assert "ct_sha256" not in a_header().header_for_aad()


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"seq": "1"},
        {"seq": True},
        {"seq": 0},
        {"kids": []},
        {"kids": ["a", "a"]},
        {"kids": "a"},
        {"kids": [1]},
        {"kind": "other"},
        {"ct_sha256": "00"},
        {"created": "2026-13-20T08:15Z"},
        {"created": "2026-11-20 08:15"},
        {"app_id": "x"},
        {"suite": "sm"},
        {"size": 0},
        {"name": "added"},
        {"kiosk": "Ä"},
        {"subject": ""},
        {"epoch": 5},
    ],
)
def test_a_header_that_is_not_exactly_right_is_not_read(change: dict[str, object]) -> None:
    """One wrong, missing or added field and there is no header."""
    told: dict[str, object] = dict(a_header().to_json())
    assert parse_header({**told, **change}) is None
    assert parse_header({name: told[name] for name in told if name not in change}) is None or set(
        change
    ) & {"name", "subject"}


@pytest.mark.parametrize("value", [None, [], "x", 5, {}])
def test_what_is_no_object_is_no_header(value: object) -> None:
    """Any other JSON is refused."""
    assert parse_header(value) is None


def test_the_chain_depends_on_everything_in_it() -> None:
    """Another header, another predecessor, another epoch: another hash."""
    start = genesis(KIOSK, EPOCH)
    first = entry_hash(start, a_header())
    assert first != entry_hash(first, a_header())
    assert first != entry_hash(start, a_header(seq=1147))
    assert start != genesis(KIOSK, Epoch("f" * 32))
    with pytest.raises(ValueError, match="32 bytes"):
        entry_hash(b"short", a_header())


def test_a_minute_is_utc_whatever_the_zone() -> None:
    """Local time is turned into UTC; seconds are not told."""
    beijing = timezone(timedelta(hours=8))
    at = datetime(2026, 11, 20, 16, 15, 59, tzinfo=beijing)
    assert format_minute(at) == "2026-11-20T08:15Z"
    assert parse_minute("2026-11-20T08:15Z") == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
    assert parse_minute("2026-02-30T08:15Z") is None
    with pytest.raises(ValueError, match="zone"):
        format_minute(at.replace(tzinfo=None))


def test_a_receipt_number_reads_in_groups() -> None:
    """Kiosk, count and check digits stand apart; the check is that of ISO 7064."""
    number = ReceiptNumber(3702, 1146)
    assert format_groups(number)[:2] == ("3702", "1146")
    assert int(str(number)) % 97 == 1
    assert a_header().receipt_number == number
    assert format_groups(ReceiptNumber(1000, 1))[1] == "0001"
    with pytest.raises(ValueError, match="receipt"):
        ReceiptNumber(1, 1)


@given(numbers, st.sampled_from(["", " ", "-", "  "]))
def test_a_typed_number_is_understood(number: ReceiptNumber, between: str) -> None:
    """Spaces and hyphens, or none, and digits of any script."""
    text = between.join(format_groups(number))
    assert parse_receipt_number(text) == number
    assert parse_receipt_number(text.translate({48 + n: 0xFF10 + n for n in range(10)})) == number


@given(numbers, st.data())
def test_one_wrong_digit_is_noticed(number: ReceiptNumber, data: st.DataObject) -> None:
    """No other number is understood instead."""
    text = str(number)
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[at]]))
    assert parse_receipt_number(text[:at] + wrong + text[at + 1 :]) is None


@given(numbers, st.data())
def test_two_swapped_neighbours_are_noticed(number: ReceiptNumber, data: st.DataObject) -> None:
    """Unless they are the same digit."""
    text = str(number)
    at = data.draw(st.integers(0, len(text) - 2))
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    assert parse_receipt_number(swapped) == (number if swapped == text else None)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    """Nothing typed raises."""
    parse_receipt_number(text)
    parse_query_code(text)


def test_a_query_code_has_no_lookalikes_and_no_bias() -> None:
    """Each character stands for one of the values kept; the one left over is thrown away."""
    assert not set("01OIL") & set(QUERY_CODE_ALPHABET)
    kept = [value & 31 for value in range(256) if value & 31 < len(QUERY_CODE_ALPHABET)]
    assert {kept.count(value) for value in range(31)} == {8}
    code = query_code(bytes([31, 0, 1, 2, 255, 3, 4, 5]))
    assert code == "234567"
    assert parse_query_code(" 234-567 ") == code
    assert parse_query_code("23456O") is None
    with pytest.raises(ValueError, match="random"):
        query_code(bytes([31] * 40))


def test_ids_are_plain_text() -> None:
    """An app_id can be put into a path as it is."""
    assert AppId("x") == "x"
    assert not is_app_id("../../etc/passwd")
