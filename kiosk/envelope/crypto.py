"""Sealing, checking and opening an envelope.

One suite so far: a random content key encrypts the container with AES-256-GCM, the header without
the hash of the sealed part being the associated data; the content key is sealed to each recipient
with HPKE (RFC 9180), hybrid of ML-KEM-768 and X25519. The kiosk holds no private key that opens
what it seals. Nothing here touches a file.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import AEADDecryptionContext, Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.envelope.layout import (
    MAX_FRONT_BYTES,
    NONCE_BYTES,
    SIGNATURE_BYTES,
    TAG_BYTES,
    EnvelopeFront,
    EnvelopeParts,
    KeyWrap,
    sealed_front,
)
from kiosk.journal import MAX_RECIPIENTS, Header, HeaderDraft, aad_header, canonical, entry_hash

SUITE = "HPKE-MLKEM768X25519-SHA256-AES256GCM"
INFO_TAG = b"kiosk-seal-v1\n"
CONTENT_KEY_BYTES = 32
PUBLIC_KEY_BYTES = 1184 + 32
PRIVATE_KEY_BYTES = 64 + 32

_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@lru_cache(maxsize=MAX_RECIPIENTS)  # checking a key costs as much as sealing to it
def _public_key(raw: bytes) -> MLKEM768X25519PublicKey | None:
    if len(raw) != PUBLIC_KEY_BYTES:
        return None
    try:
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(raw[:1184]),
            X25519PublicKey.from_public_bytes(raw[1184:]),
        )
        _HPKE.encrypt(b"", key)  # a key of low order is only noticed when it is used
    except ValueError:
        return None
    return key


@dataclass(frozen=True, slots=True)
class RecipientPublicKey:
    """Whom a content key is sealed to.

    `raw` is the ML-KEM-768 key (1,184 bytes) and the X25519 key (32 bytes).
    """

    raw: bytes = field(repr=False)
    _key: MLKEM768X25519PublicKey = field(repr=False, compare=False)

    @property
    def kid(self) -> str:
        """The key's short name: the first 16 hex digits of its SHA-256."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    @classmethod
    def from_bytes(cls, raw: bytes) -> RecipientPublicKey | None:
        """Return the key that `raw` stands for, or None."""
        key = _public_key(raw)
        return None if key is None else cls(raw, key)

    def wrap(self, content_key: bytes, info: bytes) -> bytes:
        """Return the content key sealed to this recipient and bound to `info`."""
        return _HPKE.encrypt(content_key, self._key, info=info)


@dataclass(frozen=True, slots=True)
class RecipientPrivateKey:
    """Opens what was sealed to its public key.

    `raw` is the ML-KEM-768 seed (64 bytes) and the X25519 key (32 bytes).
    """

    raw: bytes = field(repr=False)
    _key: MLKEM768X25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls) -> RecipientPrivateKey:
        """Return a new random key."""
        mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        raw = mlkem.private_bytes_raw() + x25519.private_bytes_raw()
        return cls(raw, MLKEM768X25519PrivateKey(mlkem, x25519))

    @classmethod
    def from_bytes(cls, raw: bytes) -> RecipientPrivateKey | None:
        """Return the key that `raw` stands for, or None."""
        if len(raw) != PRIVATE_KEY_BYTES:
            return None
        mlkem = MLKEM768PrivateKey.from_seed_bytes(raw[:64])
        x25519 = X25519PrivateKey.from_private_bytes(raw[64:])
        return cls(raw, MLKEM768X25519PrivateKey(mlkem, x25519))

    @property
    def public_key(self) -> RecipientPublicKey:
        """The key to give away."""
        mlkem = MLKEM768PrivateKey.from_seed_bytes(self.raw[:64]).public_key()
        x25519 = X25519PrivateKey.from_private_bytes(self.raw[64:]).public_key()
        raw = mlkem.public_bytes_raw() + x25519.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return RecipientPublicKey(raw, MLKEM768X25519PublicKey(mlkem, x25519))

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes | None:
        """Return the content key, or None when it was not sealed to this key and `info`."""
        try:
            return _HPKE.decrypt(wrapped, self._key, info=info)
        except (InvalidTag, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """An envelope ready to be written: `file` are its bytes, `front` is what rows are made of."""

    file: memoryview = field(repr=False)
    front: EnvelopeFront

    @property
    def data(self) -> bytes:
        """A copy of the file's bytes."""
        return bytes(self.file)

    @property
    def header(self) -> Header:
        """The header of the front."""
        return self.front.header

    @property
    def entry_hash(self) -> bytes:
        """The hash the next entry of this epoch chains to."""
        return self.front.entry_hash


class CannotOpen(StrEnum):
    """Why an envelope stays closed."""

    UNKNOWN_SUITE = "unknown_suite"
    """It was sealed with algorithms that this program does not know."""
    NOT_A_RECIPIENT = "not_a_recipient"
    """It was not sealed to this key."""
    DAMAGED = "damaged"
    """It was sealed to this key, but wrap, header or ciphertext do not fit."""


def seal(
    container: bytes | Sequence[bytes],
    draft: HeaderDraft,
    recipients: Sequence[RecipientPublicKey],
    signer: Callable[[bytes], bytes],
    prev_hash: bytes,
) -> SealedEnvelope:
    """Encrypt a container to the recipients, chain it and sign it.

    Args:
        container: In one piece or, to spare copies, in several that stand in a row.
        signer: Returns the kiosk's Ed25519 signature (64 bytes) of the 32 bytes it is given.
        prev_hash: Entry hash of `draft.seq - 1` in the same epoch, or `genesis` for the first.

    Raises:
        ValueError: no recipients or too many, or a hash or signature of the wrong length.
    """
    content_key = secrets.token_bytes(CONTENT_KEY_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    wraps = [KeyWrap(key.kid, key.wrap(content_key, _info(draft, key.kid))) for key in recipients]
    kids = tuple(wrap.kid for wrap in wraps)
    before = sealed_front(wraps, nonce)
    pieces = (container,) if isinstance(container, bytes) else container
    size = len(before) + sum(map(len, pieces)) + TAG_BYTES
    aad = canonical(aad_header(draft, suite=SUITE, kids=kids, size=size))
    # One buffer for the whole file: a photo is encrypted from where it lies to where it is written
    # from, since a copy of a megabyte costs more than its encryption. The front is known last and
    # put before it, so room is left for the longest.
    room = memoryview(bytearray(MAX_FRONT_BYTES + size))
    sealed = room[MAX_FRONT_BYTES:]
    sealed[: len(before)] = before
    encryptor = Cipher(AES(content_key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    at = len(before)
    for piece in pieces:
        at += encryptor.update_into(piece, sealed[at:])
    encryptor.finalize()
    sealed[at:] = encryptor.tag
    header = Header(
        kiosk=draft.kiosk,
        number=draft.number,
        epoch=draft.epoch,
        seq=draft.seq,
        app_id=draft.app_id,
        kind=draft.kind,
        service=draft.service,
        catalogue=draft.catalogue,
        created=draft.created,
        clock_state=draft.clock_state,
        subject=draft.subject,
        suite=SUITE,
        kids=kids,
        size=size,
        ct_sha256=hashlib.sha256(sealed).digest(),
    )
    hashed = entry_hash(prev_hash, header)
    signature = signer(hashed)
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError("an Ed25519 signature has 64 bytes")
    front = EnvelopeFront(header, prev_hash, hashed, signature)
    told = front.to_bytes()
    begins_at = MAX_FRONT_BYTES - len(told)
    room[begins_at:MAX_FRONT_BYTES] = told
    return SealedEnvelope(room[begins_at:].toreadonly(), front)


def verify(envelope: EnvelopeParts | EnvelopeFront, kiosk_public_key: bytes) -> bool:
    """Say whether the kiosk with this Ed25519 key (32 bytes) signed the entry. Never raises."""
    front = envelope.front if isinstance(envelope, EnvelopeParts) else envelope
    try:
        key = Ed25519PublicKey.from_public_bytes(kiosk_public_key)
        key.verify(front.signature, front.entry_hash)
    except (ValueError, InvalidSignature):
        return False
    return True


def open_envelope(parts: EnvelopeParts, private_key: RecipientPrivateKey) -> bytes | CannotOpen:
    """Return the container, or why it can't be opened. Never raises."""
    content_key = unwrap_content_key(parts.header, parts.wraps, private_key)
    if isinstance(content_key, CannotOpen):
        return content_key
    try:
        aad = canonical(parts.header.header_for_aad())
        return AESGCM(content_key).decrypt(parts.nonce, parts.ciphertext, aad)
    except (InvalidTag, ValueError):
        return CannotOpen.DAMAGED


def unwrap_content_key(
    header: Header, wraps: Sequence[KeyWrap], private_key: RecipientPrivateKey
) -> bytes | CannotOpen:
    """Return the content key of an envelope, or why this key does not get at it."""
    if header.suite != SUITE:
        return CannotOpen.UNKNOWN_SUITE
    kid = private_key.public_key.kid
    wrap = next((wrap for wrap in wraps if wrap.kid == kid), None)
    if wrap is None:
        return CannotOpen.NOT_A_RECIPIENT
    content_key = private_key.unwrap(wrap.wrapped, _info(header, kid))
    return CannotOpen.DAMAGED if content_key is None else content_key


def decrypting(header: Header, content_key: bytes, nonce: bytes) -> AEADDecryptionContext:
    """Return what decrypts the container block by block; nothing holds before its tag is right."""
    decryptor = Cipher(AES(content_key), GCM(nonce)).decryptor()
    decryptor.authenticate_additional_data(canonical(header.header_for_aad()))
    return decryptor


def _info(draft: HeaderDraft, kid: str) -> bytes:
    # HPKE's one-shot interface takes no associated data; RFC 9180 section 8.1 says to bind what
    # belongs to it by `info`.
    return INFO_TAG + canonical(
        {"kiosk": draft.kiosk, "epoch": draft.epoch, "app_id": draft.app_id, "kid": kid}
    )
