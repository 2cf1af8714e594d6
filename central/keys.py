"""The platform's private keys, each in a file of its own that only the owner can read.

The reference platform keeps the root key beside the others, for a trial on one machine; where it
matters, root stays offline and only signs keysets.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.database import fsync_folder
from kiosk.envelope import RecipientPrivateKey
from sync.protocol import DocumentType, SigningKey


@dataclass(frozen=True, slots=True)
class PlatformKeys:
    """Root signs keysets, `signing` proofs and staff lists, `recipient` opens envelopes."""

    root: Ed25519PrivateKey = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    recipient: RecipientPrivateKey = field(repr=False)
    retired: tuple[RecipientPrivateKey, ...] = field(default=(), repr=False)
    """Recipients of earlier keysets: kiosks that were away for long still send what they open."""

    @property
    def root_public(self) -> bytes:
        """The root key to give away, 32 bytes."""
        return self.root.public_key().public_bytes_raw()

    @property
    def signing_key(self) -> SigningKey:
        """The signing key to give away, and what it may sign."""
        public = self.signing.public_key().public_bytes_raw()
        kid = hashlib.sha256(public).hexdigest()[:16]
        uses = (DocumentType.DELIVERY_PROOF, DocumentType.STAFF_LIST, DocumentType.ANSWERS)
        return SigningKey(kid, public, uses)


def load_keys(folder: Path) -> PlatformKeys:
    """Return the keys in a folder, making those that are not there.

    Raises:
        ValueError: a key file is damaged; it is never replaced, since what it opened would be lost.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    root = _load(folder / "root.key", Ed25519PrivateKey.generate().private_bytes_raw())
    signing = _load(folder / "signing.key", Ed25519PrivateKey.generate().private_bytes_raw())
    recipient = RecipientPrivateKey.from_bytes(
        _load(folder / "recipient.key", RecipientPrivateKey.generate().raw)
    )
    if recipient is None:
        raise ValueError(f"{folder / 'recipient.key'} is damaged")
    return PlatformKeys(
        Ed25519PrivateKey.from_private_bytes(root),
        Ed25519PrivateKey.from_private_bytes(signing),
        recipient,
        tuple(_retired(folder)),
    )


def rotate_recipient(folder: Path) -> None:
    """Make a new recipient's key; the one in force until now goes on opening what it opened.

    Raises:
        ValueError: a key file is damaged.
    """
    keys = load_keys(folder)
    kept = folder / f"recipient-{keys.recipient.public_key.kid}.key"
    write_private(kept, keys.recipient.raw.hex().encode() + b"\n")
    fresh = RecipientPrivateKey.generate()
    write_private(folder / "recipient.key", fresh.raw.hex().encode() + b"\n")


def _retired(folder: Path) -> Iterator[RecipientPrivateKey]:
    for path in sorted(folder.glob("recipient-*.key")):
        key = RecipientPrivateKey.from_bytes(bytes.fromhex(path.read_text().strip()))
        if key is None:
            raise ValueError(f"{path} is damaged")
        yield key


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only the owner can read, whole or not at all."""
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync_folder(path.parent)


def _load(path: Path, fresh: bytes) -> bytes:
    if not path.exists():
        write_private(path, fresh.hex().encode() + b"\n")
    return bytes.fromhex(path.read_text().strip())
