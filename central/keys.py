"""The platform's private keys, each in a file of its own that only the owner can read.

Root signs keysets and nothing else, so its private half can be kept off this machine
(`central.root_key`); what is always here is its public half. The other keys are here, since the
platform proves and opens with them all day. A key that is made for a keyset which root has still to
sign waits as `...-next.key`, and takes its place when that keyset is in force.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.database import fsync_folder
from kiosk.envelope import RecipientPrivateKey, RecipientPublicKey
from sync.protocol import (
    BadAnswer,
    DocumentType,
    Fields,
    Keyset,
    SigningKey,
    read_bytes,
    to_base64,
)

ROOT, ROOT_PUBLIC = "root.key", "root.pub"
ROOT_GONE = "root.gone"
"""The root key while it is wiped from this machine: it counts for nothing any more."""
SIGNING, SIGNING_NEXT = "signing.key", "signing-next.key"
RECIPIENT, RECIPIENT_NEXT = "recipient.key", "recipient-next.key"
MAX_BACKUPS = 7
_SETTLED_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Backup:
    """Somebody else to whom entries are sealed too; their private key is kept elsewhere."""

    name: str
    public_key: RecipientPublicKey

    def to_bytes(self) -> bytes:
        """Return the file that travels from them to the platform."""
        told = {
            "type": "recipient",
            "name": self.name,
            "kid": self.public_key.kid,
            "public_key": to_base64(self.public_key.raw),
        }
        return json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class PlatformKeys:
    """Root signs keysets, `signing` proofs and staff lists, `recipient` opens envelopes."""

    root_public: bytes
    """The root key to give away, 32 bytes."""
    root: Ed25519PrivateKey | None = field(repr=False)
    """None where root is kept off this machine."""
    signing: Ed25519PrivateKey = field(repr=False)
    recipient: RecipientPrivateKey = field(repr=False)
    retired: tuple[RecipientPrivateKey, ...] = field(default=(), repr=False)
    """Recipients of other keysets: kiosks that were away for long still send what they open."""
    signing_next: Ed25519PrivateKey | None = field(default=None, repr=False)
    recipient_next: RecipientPrivateKey | None = field(default=None, repr=False)
    backups: tuple[Backup, ...] = ()

    @property
    def signing_key(self) -> SigningKey:
        """The signing key to give away, and what it may sign."""
        return signing_key_of(self.signing)


def signing_key_of(key: Ed25519PrivateKey) -> SigningKey:
    """Return what is given away of a signing key, and what it may sign."""
    public = key.public_key().public_bytes_raw()
    kid = hashlib.sha256(public).hexdigest()[:16]
    uses = (
        DocumentType.DELIVERY_PROOF,
        DocumentType.STAFF_LIST,
        DocumentType.NOTICES,
        DocumentType.CATALOGUE,
        DocumentType.SETTINGS,
        DocumentType.ANSWERS,
    )
    return SigningKey(kid, public, uses)


class Cupboard:
    """The keys of a folder, read again when somebody changed it: a ceremony stops no platform."""

    def __init__(self, folder: Path) -> None:
        """Read the keys, making them if this is a new platform.

        Raises:
            ValueError: a key file is damaged or missing.
        """
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp = -1
        self._keys = load_keys(folder)

    def keys(self) -> PlatformKeys:
        """Return the keys as they are now; may be called from any thread.

        Raises:
            ValueError: a key file is damaged or missing.
        """
        with self._lock:
            stamp = self.folder.stat().st_mtime_ns
            if stamp != self._stamp:
                self._keys = load_keys(self.folder)
                # Two changes within one tick of the file system's clock look like one.
                is_settled = time.time_ns() - stamp > _SETTLED_NS
                self._stamp = stamp if is_settled else -1
            return self._keys


def load_keys(folder: Path) -> PlatformKeys:
    """Return the keys in a folder; in a new one they are made.

    Raises:
        ValueError: a key file is damaged or missing; none is ever replaced, since what it opened
            would be lost.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    if not (folder / ROOT_PUBLIC).exists():
        _make(folder)
    root, root_public = _ed25519(folder / ROOT), _hex(folder / ROOT_PUBLIC)
    if root is not None and root.public_key().public_bytes_raw() != root_public:
        raise ValueError(f"{ROOT} and {ROOT_PUBLIC} in {folder} are not one key")
    signing, recipient = _ed25519(folder / SIGNING), _recipient(folder / RECIPIENT)
    if signing is None or recipient is None or root_public is None or len(root_public) != 32:
        raise ValueError(f"a key of {folder} is missing: put it back from the backup")
    return PlatformKeys(
        root_public,
        root,
        signing,
        recipient,
        tuple(_retired(folder)),
        _ed25519(folder / SIGNING_NEXT),
        _recipient(folder / RECIPIENT_NEXT),
        tuple(_backups(folder)),
    )


def make_next(folder: Path, *, recipient: bool, signing: bool) -> None:
    """Make keys for the next keyset; one that waits already is taken."""
    if recipient and not (folder / RECIPIENT_NEXT).exists():
        write_hex(folder / RECIPIENT_NEXT, RecipientPrivateKey.generate().raw)
    if signing and not (folder / SIGNING_NEXT).exists():
        write_hex(folder / SIGNING_NEXT, Ed25519PrivateKey.generate().private_bytes_raw())


def settle(folder: Path, keyset: Keyset) -> bool:
    """Put waiting keys in their place if the keyset in force names them; say whether one was.

    What they take the place of is kept: it opens what was sealed to it. Safe to do twice.
    """
    keys, moved = load_keys(folder), False
    named = {key.kid for key in keyset.recipients} | {key.kid for key in keyset.signing_keys}
    if keys.recipient_next is not None and keys.recipient_next.public_key.kid in named:
        keep_recipient(folder, keys.recipient)
        (folder / RECIPIENT_NEXT).replace(folder / RECIPIENT)
        moved = True
    if keys.signing_next is not None and signing_key_of(keys.signing_next).kid in named:
        kept = folder / f"signing-{keys.signing_key.kid}.key"
        write_hex(kept, keys.signing.private_bytes_raw())
        (folder / SIGNING_NEXT).replace(folder / SIGNING)
        moved = True
    fsync_folder(folder)
    return moved


def wipe_root(folder: Path) -> bool:
    """Take the root key off this machine; say whether anything of it was here.

    What a power cut leaves of this is no key, and the next time finishes it.
    """
    gone = folder / ROOT_GONE
    if (folder / ROOT).exists():
        (folder / ROOT).replace(gone)
        fsync_folder(folder)
    if not gone.exists():
        return False
    with gone.open("r+b") as file:  # what a disk keeps of it is another matter: see the manual
        file.write(b"0" * gone.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    gone.unlink()
    fsync_folder(folder)
    return True


def keep_recipient(folder: Path, key: RecipientPrivateKey) -> None:
    """Keep a key that opens what was sealed to it, and is not sealed to here."""
    write_hex(folder / f"recipient-{key.public_key.kid}.key", key.raw)


def keep_backup(folder: Path, backup: Backup) -> None:
    """Have entries sealed to somebody else too, from the next keyset on."""
    write_private(folder / f"backup-{backup.public_key.kid}.json", backup.to_bytes())


def drop_backup(folder: Path, kid: str) -> bool:
    """Have entries no longer sealed to somebody else, from the next keyset on."""
    path = folder / f"backup-{kid}.json"
    is_there = any(key.public_key.kid == kid for key in _backups(folder))
    path.unlink(missing_ok=True)
    return is_there


def read_backup(data: bytes) -> Backup | BadAnswer:
    """Return what `Backup.to_bytes` wrote, or why it can't be used."""

    def reader(fields: Fields) -> Backup:
        key = RecipientPublicKey.from_bytes(fields.base64("public_key"))
        if fields.text("type") != "recipient" or key is None or key.kid != fields.text("kid"):
            raise ValueError
        name = " ".join(fields.text("name", most=60).split())
        return Backup(name, key)

    return read_bytes(data, reader)


def write_hex(path: Path, raw: bytes) -> None:
    """Write a key as hex, whole or not at all."""
    write_private(path, raw.hex().encode() + b"\n")


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


def _make(folder: Path) -> None:
    """Make what a new platform lacks; root's public half comes last and says that all is there.

    A platform from before root could be kept elsewhere has all but that.
    """
    names = (ROOT, RECIPIENT, SIGNING)
    if not (folder / ROOT).exists():
        if any((folder / name).exists() for name in names):
            raise ValueError(f"{ROOT_PUBLIC} of {folder} is missing: put it back from the backup")
        write_hex(folder / ROOT, Ed25519PrivateKey.generate().private_bytes_raw())
    if not (folder / RECIPIENT).exists():
        write_hex(folder / RECIPIENT, RecipientPrivateKey.generate().raw)
    if not (folder / SIGNING).exists():
        write_hex(folder / SIGNING, Ed25519PrivateKey.generate().private_bytes_raw())
    root = _ed25519(folder / ROOT)
    assert root is not None, "it was made above"
    write_hex(folder / ROOT_PUBLIC, root.public_key().public_bytes_raw())


def _hex(path: Path) -> bytes | None:
    if not path.exists():
        return None
    return bytes.fromhex(path.read_text().strip())


def _ed25519(path: Path) -> Ed25519PrivateKey | None:
    raw = _hex(path)
    return None if raw is None else Ed25519PrivateKey.from_private_bytes(raw)


def _recipient(path: Path) -> RecipientPrivateKey | None:
    raw = _hex(path)
    if raw is None:
        return None
    key = RecipientPrivateKey.from_bytes(raw)
    if key is None:
        raise ValueError(f"{path} is damaged")
    return key


def _retired(folder: Path) -> Iterator[RecipientPrivateKey]:
    for path in sorted(folder.glob("recipient-*.key")):
        key = _recipient(path)
        if key is not None:
            yield key


def _backups(folder: Path) -> Iterator[Backup]:
    for path in sorted(folder.glob("backup-*.json")):
        backup = read_backup(path.read_bytes())
        if isinstance(backup, BadAnswer):
            raise ValueError(f"{path} is damaged: {backup.why}")  # noqa: TRY004 - as the others
        yield backup
