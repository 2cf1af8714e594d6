"""A private key in a file behind a passphrase: the root key off the platform, a backup's key.

JSON: scrypt (RFC 7914) makes the key of AES-256-GCM from the passphrase; what stands beside it is
authenticated with it. Its public half is readable, so that a drawer of such files can be told
apart.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from central.database import fsync_folder
from kiosk.envelope import Json, canonical
from sync.protocol import BadAnswer, Fields, read_bytes, to_base64

LOG2_N = 17
"""128 MB and a third of a second for each guess."""
MOST_LOG2_N = 20
MIN_PASSPHRASE_CHARS = 12
ROOT_KIND, RECIPIENT_KIND = "root-key", "recipient-key"


@dataclass(frozen=True, slots=True)
class LockedKey:
    """A private key of this kind, and what is called by its name."""

    kind: str
    name: str
    public: str
    """What tells it apart: the root key's public half in hex, a recipient's kid."""
    raw: bytes = field(repr=False)


def problem_with_passphrase(passphrase: str) -> str:
    """Return what is wrong with a new passphrase, empty if nothing is."""
    if len(passphrase) < MIN_PASSPHRASE_CHARS:
        return f"A passphrase has {MIN_PASSPHRASE_CHARS} characters or more."
    if len(set(passphrase)) < 5:
        return "This passphrase is too easy to guess."
    return ""


def lock_key(key: LockedKey, passphrase: str, *, log2_n: int = LOG2_N) -> bytes:
    """Return the bytes of the file."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    told = _told(key.kind, key.name, key.public, log2_n, salt)
    sealed = AESGCM(_derive(passphrase, salt, log2_n)).encrypt(nonce, key.raw, canonical(told))
    whole = {**told, "nonce": to_base64(nonce), "sealed": to_base64(sealed)}
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def unlock_key(data: bytes, passphrase: str, kind: str) -> LockedKey | BadAnswer:
    """Return the key of this kind that is in a file, or why not."""

    def reader(fields: Fields) -> LockedKey | BadAnswer:
        if fields.text("type") != kind:
            return BadAnswer(f"this is no {kind}")
        name, public = fields.text("name", most=100), fields.text("public", most=100)
        log2_n = fields.whole("log2_n", least=1, most=MOST_LOG2_N)
        salt = fields.base64("salt", size=16)
        nonce, sealed = fields.base64("nonce", size=12), fields.base64("sealed")
        told = _told(kind, name, public, log2_n, salt)
        try:
            raw = AESGCM(_derive(passphrase, salt, log2_n)).decrypt(nonce, sealed, canonical(told))
        except InvalidTag:
            return BadAnswer("the passphrase is wrong, or the file is damaged")
        return LockedKey(kind, name, public, raw)

    return read_bytes(data, reader)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, flushed to the disk; only its owner can read it.

    Raises:
        OSError: it is there, or can't be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fsync_folder(path.parent)


def _told(kind: str, name: str, public: str, log2_n: int, salt: bytes) -> dict[str, Json]:
    return {
        "type": kind,
        "name": name,
        "public": public,
        "kdf": "scrypt",
        "log2_n": log2_n,
        "salt": to_base64(salt),
    }


def _derive(passphrase: str, salt: bytes, log2_n: int) -> bytes:
    kdf = Scrypt(salt=salt, length=32, n=2**log2_n, r=8, p=1)
    return kdf.derive(passphrase.encode())
