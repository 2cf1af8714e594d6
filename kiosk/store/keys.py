"""The secrets of this machine: systemd credentials where there are, else each in a file of its own
that only its user can read.

`database.key` opens the database, `lookup.key` turns a card's number into what applications are
found by, `signing.key` is this kiosk's
Ed25519 identity. None of them opens a sealed envelope. A lost database key costs the database,
never an envelope.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.errors import StorageError, storage_error
from kiosk.files import make_private_folder, sync_folder, write_durably

FOLDER = "keys"
CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
"""Where systemd lays what `LoadCredentialEncrypted=` names, opened, by the TPM if there is one."""
BY_CREDENTIALS = "by-credentials"
CREDENTIALS = {"database.key": "doorstep.database", "lookup.key": "doorstep.lookup"}
_LENGTHS = {"database.key": 48, "lookup.key": 32}
_NOTE_INFO = b"kiosk-note-v1"
_LOOKUP_SALT = b"kiosk-lookup-v1\n"
_LOOKUP_ITERATIONS = 3
_LOOKUP_MEMORY_KIB = 64 * 1024


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """32 bytes of key and 16 of salt, given to SQLCipher together."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def hex_with_salt(self) -> str:
        """Return the 96 hex digits of SQLCipher's raw key form."""
        return (self.key + self.salt).hex()


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything secret that the kiosk holds."""

    database: DatabaseKey
    lookup: bytes = field(repr=False)
    signing: bytes = field(repr=False)
    from_files: tuple[str, ...] = ()
    """Which of those that could come as credentials lie in files instead."""

    def sign(self, message: bytes) -> bytes:
        """Return this kiosk's Ed25519 signature, 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).sign(message)

    @property
    def public_key(self) -> bytes:
        """Return the public half of the signing key, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()

    @property
    def note_key(self) -> bytes:
        """Return what the notes beside envelopes are encrypted under (HKDF, RFC 5869), 32 bytes."""
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=self.database.salt, info=_NOTE_INFO)
        return hkdf.derive(self.database.key)

    def lookup_of(self, document_type: str, document_number: str) -> bytes:
        """Return what a card is found by: argon2id (RFC 9106) over type and number, keyed.

        About 0.1 s and 64 MiB on purpose: ID numbers are few enough to be guessed one by one.
        """
        argon2 = Argon2id(
            salt=_LOOKUP_SALT,
            length=32,
            iterations=_LOOKUP_ITERATIONS,
            lanes=1,
            memory_cost=_LOOKUP_MEMORY_KIB,
            secret=self.lookup,
        )
        return argon2.derive(f"{document_type}\n{document_number}".encode())


def load_keys(state_folder: Path) -> Keys:
    """Return the machine's keys, making those that are not there yet.

    Database and look-up key come from the systemd credentials `doorstep.database` and
    `doorstep.lookup`, in the same form as the files, where the service is given them. A key file
    that lies there as well is not read.

    Raises:
        DiskFull: There is no room to make one.
        StorageError: A key file can't be read, has the wrong length, or others may read it.
    """
    folder = state_folder / FOLDER
    try:
        make_private_folder(state_folder)
        make_private_folder(folder)
    except OSError as error:
        raise storage_error(
            f"The folder {folder} can't be made",
            error,
            "Check [kiosk] state_folder in the settings.",
        ) from error
    given = {name: _credential(name, length) for name, length in _LENGTHS.items()}
    database = given["database.key"] or _load(folder / "database.key", _LENGTHS["database.key"])
    keys = Keys(
        database=DatabaseKey(database[:32], database[32:]),
        lookup=given["lookup.key"] or _load(folder / "lookup.key", _LENGTHS["lookup.key"]),
        signing=_load(folder / "signing.key", 32),
        from_files=tuple(name for name, key in given.items() if key is None),
    )
    _insist_on_credentials(folder, keys)
    return keys


def _insist_on_credentials(folder: Path, keys: Keys) -> None:
    """Remember that credentials were used, and refuse to make keys in their place from then on.

    A command started without them would otherwise find a database that it can't read.
    """
    mark = folder / BY_CREDENTIALS
    if keys.from_files:
        return
    try:
        if not mark.exists():
            write_durably(mark, b"")
    except OSError as error:
        raise storage_error(f"{mark.name} can't be written", error) from error


def _credential(name: str, length: int) -> bytes | None:
    """Return a key that systemd gives; None where it gives none."""
    folder = os.environ.get(CREDENTIALS_VARIABLE)
    if not folder:
        return None
    path = Path(folder) / CREDENTIALS[name]
    try:
        data = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StorageError(f"The credential {path.name} can't be read.") from error
    if len(data) != length:
        raise StorageError(f"The credential {path.name} has the wrong length.")
    return data


def _make(path: Path, key: bytes) -> None:
    """Make a key file, unless another thread or program has just done so: theirs is the key then.

    Two keys, one of them used and overwritten, would cost the database.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    write_durably(draft, key.hex().encode() + b"\n")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
        sync_folder(path.parent)


def _refuse_beside_credentials(path: Path) -> None:
    if path.name in CREDENTIALS and (path.parent / BY_CREDENTIALS).exists():
        raise StorageError(
            f"The key {CREDENTIALS[path.name]} is not given.",
            "Start the command with the credentials of the service.",
        )


def _load(path: Path, length: int) -> bytes:
    try:
        if not path.exists():
            _refuse_beside_credentials(path)
            _make(path, secrets.token_bytes(length))
        mode = path.stat().st_mode & 0o777
        data = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise storage_error(f"The key file {path.name} can't be read", error) from error
    except ValueError as error:
        raise StorageError(f"The key file {path.name} can't be read.") from error
    if mode & 0o077:
        raise StorageError(
            f"Others may read the key file {path.name}.", f"Run `chmod 600` on {path.name}."
        )
    if len(data) != length:
        raise StorageError(f"The key file {path.name} has the wrong length.")
    return data
