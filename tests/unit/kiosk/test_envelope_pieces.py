"""Sealing from pieces, so that a photo is not copied: the same envelope as from one piece."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

import pytest

from kiosk.domain import AppId
from kiosk.envelope import (
    PHOTO_PART,
    ClockState,
    EntryKind,
    Epoch,
    HeaderDraft,
    KioskId,
    RecipientPrivateKey,
    RecipientPublicKey,
    Torn,
    container_pieces,
    genesis,
    open_envelope,
    pack_container,
    parse,
    seal,
)
from tests.support.builders import a_photo

KEY = RecipientPrivateKey.generate()
DRAFT = HeaderDraft(
    kiosk=KioskId("k-00c0ffee"),
    number=3702,
    epoch=Epoch("ab" * 16),
    seq=1,
    app_id=AppId("019aa0b0-0000-7000-8000-000000000001"),
    kind=EntryKind.APPLICATION,
    service="old_age_allowance",
    catalogue="2026-11-01",
    created="2026-11-20T01:30Z",
    clock_state=ClockState.FLOOR,
)
PARTS = {"photo.jpg": secrets.token_bytes(100_003), "application.json": b"{}", "empty": b""}


@pytest.mark.parametrize("recipients", [1, 8])
def test_pieces_open_as_one(recipients: int) -> None:
    """Whoever opens it finds the packed container, whatever number of pieces it was given in."""
    others = [RecipientPrivateKey.generate().public_key for _ in range(recipients - 1)]
    sealed = seal(
        container_pieces(PARTS),
        DRAFT,
        [KEY.public_key, *others],
        lambda _: bytes(64),
        genesis(DRAFT.kiosk, DRAFT.epoch),
    )
    assert sealed.file.nbytes == sealed.front.file_size
    parts = parse(bytes(sealed.file))
    assert not isinstance(parts, Torn), parts.reason
    assert open_envelope(parts, KEY) == pack_container(PARTS)


def test_a_hash_that_is_known_is_not_taken_again() -> None:
    """Neither more nor less stands in the container, and a photo knows its own hash."""
    photo = replace(a_photo(), jpeg=PARTS["photo.jpg"])
    known = {PHOTO_PART: photo.sha256}
    assert photo.sha256 == hashlib.sha256(photo.jpeg).digest()
    assert b"".join(container_pieces(PARTS, known)) == pack_container(PARTS)
    other = {PHOTO_PART: bytes(32)}
    assert b"".join(container_pieces(PARTS, other)) != pack_container(PARTS)


def test_what_was_sealed_cannot_be_changed_in_place() -> None:
    """The file's bytes are for reading."""
    sealed = seal(b"x", DRAFT, [KEY.public_key], lambda _: bytes(64), bytes(32))
    with pytest.raises(TypeError):
        sealed.file[0] = 0


def test_a_key_is_known_again_and_a_wrong_one_still_refused() -> None:
    """What was found out about one key says nothing about another."""
    raw = KEY.public_key.raw
    assert RecipientPublicKey.from_bytes(raw) == RecipientPublicKey.from_bytes(bytes(raw))
    for _ in range(2):
        assert RecipientPublicKey.from_bytes(raw[:-32] + bytes(32)) is None
        assert RecipientPublicKey.from_bytes(raw[:-1]) is None
