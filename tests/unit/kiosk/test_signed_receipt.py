"""The line that a kiosk signs for its acknowledgements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.envelope import SignedReceipt, find_signed_receipt, sign_receipt
from kiosk.journal import KioskId, ReceiptNumber

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
AT = datetime(2026, 11, 20, 1, 52, tzinfo=UTC)


def a_receipt() -> SignedReceipt:
    """Return a signed line."""
    number = ReceiptNumber(9902, 1146)
    return sign_receipt(number, KioskId("k-1"), "old_age", AT, bytes(range(32)), KEY.sign)


LINE = str(a_receipt())


def test_the_line_is_short_and_names_nobody() -> None:
    """It fits into a code of a size that phones read, and only its seven fields are in it."""
    assert LINE.split(".")[:5] == ["DR1", "9902114633", "k-1", "old_age", "20261120T0152Z"]
    assert len(LINE) < 190


@given(
    st.integers(1000, 9999),
    st.integers(1, 99_999_999),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True),
    st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.binary(min_size=32, max_size=32),
)
def test_what_was_signed_is_read_and_proven(
    kiosk_number: int, seq: int, kiosk: str, service: str, at: datetime, chained: bytes
) -> None:
    """Whatever the fields: the same comes back, behind an address, and its signature is right."""
    number = ReceiptNumber(kiosk_number, seq)
    made = sign_receipt(number, KioskId(kiosk), service, at, chained, KEY.sign)
    read = find_signed_receipt(f"https://platform.example/q/{number}?c=7KX4MP#{made}")
    assert read == made
    assert read.is_signed_by(PUBLIC)
    assert at - read.received_at < timedelta(minutes=1)


@given(st.integers(0, len(LINE) - 1), st.sampled_from("0123456789ABCabcXYZxyz-_."))
def test_any_change_is_noticed(place: int, char: str) -> None:
    """One other character anywhere: no line any more, or one whose signature is wrong."""
    if LINE[place] == char:
        return
    read = find_signed_receipt(LINE[:place] + char + LINE[place + 1 :])
    assert read is None or not read.is_signed_by(PUBLIC)


def test_another_key_proves_nothing() -> None:
    """Nor does one that is no key."""
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not a_receipt().is_signed_by(other)
    assert not a_receipt().is_signed_by(b"short")


def test_nothing_else_that_the_kiosk_signs_passes_for_it() -> None:
    """The line without its tag, signed, is no receipt."""
    line = LINE.rpartition(".")[0]
    forged = sign_receipt(
        ReceiptNumber(9902, 1146),
        KioskId("k-1"),
        "old_age",
        AT,
        bytes(range(32)),
        lambda _: KEY.sign(line.encode()),
    )
    assert not forged.is_signed_by(PUBLIC)


def test_spaces_and_line_feeds_of_a_message_do_not_matter() -> None:
    """Some programs break what they scanned into lines."""
    torn = "\n".join(LINE[i : i + 20] for i in range(0, len(LINE), 20))
    assert find_signed_receipt(f"  scanned: {torn} ") == a_receipt()


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing that somebody types raises."""
    assert find_signed_receipt(text) is None
    assert find_signed_receipt("DR1." + text) is None


@pytest.mark.parametrize("service", ["", "Old", "a.b", "a b"])
def test_what_can_t_be_read_again_is_not_signed(service: str) -> None:
    """A paper that nobody can check is not made."""
    with pytest.raises(ValueError, match="read again"):
        sign_receipt(ReceiptNumber(9902, 1), KioskId("k-1"), service, AT, bytes(32), KEY.sign)
