"""Opening block by block: the same as whole, for good envelopes and for bad ones."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.envelope import (
    CannotOpen,
    KioskId,
    RecipientPrivateKey,
    Torn,
    from_parts,
    open_envelope,
    open_small_parts,
    pack_container,
    parse,
    unpack_container,
)
from tests.support.entries import EntryWriter

KEY = RecipientPrivateKey.generate()
KIOSK = Ed25519PrivateKey.generate()


def sealed(container: bytes | None = None, photo: bytes | None = None) -> bytes:
    """Return an envelope file."""
    writer = EntryWriter(KioskId("k-1"), KIOSK, (KEY.public_key,))
    return bytes(writer.seal(container=container, photo=photo).file)


def cut(data: bytes, size: int) -> list[bytes]:
    """Return bytes in blocks."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def whole(data: bytes) -> dict[str, bytes] | CannotOpen | Torn:
    """Open at once."""
    parts = parse(data)
    if isinstance(parts, Torn):
        return parts
    container = open_envelope(parts, KEY)
    return container if isinstance(container, CannotOpen) else unpack_container(container)


@pytest.mark.parametrize("photo_bytes", [0, 1, 70_000, 1_000_000])
@pytest.mark.parametrize("block", [1000, 65_536, 1 << 20])
def test_it_says_the_same_without_the_large_parts(photo_bytes: int, block: int) -> None:
    """Every JSON part, nothing else, and contents can be read from them."""
    data = sealed(photo=os.urandom(photo_bytes) if photo_bytes else None)
    small = open_small_parts(cut(data, block), KEY)
    expected = whole(data)
    assert isinstance(expected, dict)
    assert small == {name: part for name, part in expected.items() if name.endswith(".json")}
    contents = from_parts(expected)
    assert contents is not None
    assert from_parts(small) == replace(contents, photo_jpeg=None, signature_svg=None)


@pytest.mark.parametrize("at", [3, 40, 600, 2000, 80_000, -20, -1])
def test_a_bent_bit_anywhere_is_noticed(at: int) -> None:
    """In front, wraps, large part, or tag: never parts."""
    data = bytearray(sealed(photo=os.urandom(100_000)))
    data[at] ^= 4
    assert not isinstance(open_small_parts(cut(bytes(data), 65_536), KEY), dict)


@pytest.mark.parametrize("length", [0, 5, 500, 3000, 50_000, -1])
def test_what_is_cut_short_is_torn(length: int) -> None:
    """Wherever it ends."""
    data = sealed(photo=os.urandom(100_000))
    assert isinstance(open_small_parts(cut(data[:length], 65_536), KEY), Torn)


def test_bytes_behind_the_end_are_noticed() -> None:
    """An envelope has an end."""
    assert isinstance(open_small_parts([sealed(), b"x"], KEY), Torn)


def test_somebody_elses_key_opens_nothing() -> None:
    """As when opened whole."""
    stranger = RecipientPrivateKey.generate()
    assert open_small_parts([sealed()], stranger) is CannotOpen.NOT_A_RECIPIENT


@pytest.mark.parametrize(
    "container",
    [
        b"",
        b"\x00\x00",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x02{}",
        pack_container({"a.json": b"{}", "b.jpg": b"xyz"})[:-1],
        pack_container({"a.json": b"{}"}) + b"x",
        pack_container({"a.json": b"{}", "b.jpg": b"xyz"})[:-3] + b"xyy",
    ],
)
def test_a_broken_container_is_torn_as_when_opened_whole(container: bytes) -> None:
    """Well sealed, badly packed: the same answer both ways."""
    data = sealed(container=container)
    assert isinstance(whole(data), Torn)
    assert isinstance(open_small_parts(cut(data, 100), KEY), Torn)


def test_empty_parts_are_parts() -> None:
    """A part of no bytes has a hash, too."""
    empty = {"a.json": b"", "b.jpg": b"", "c.json": b"{}"}
    assert open_small_parts([sealed(pack_container(empty))], KEY) == {
        "a.json": b"",
        "c.json": b"{}",
    }
