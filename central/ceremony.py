"""The commands that change who is trusted: keys made, requested, signed offline, taken in, revoked.

Each says in plain words what it did. The command that signs needs no platform: it runs where the
root key is kept, on a machine without a network.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.keysets import Request
    from central.platform import Platform

COMMANDS = ("rotate-keys", "sign-keyset", "import-keyset", "export-root", "backup-key", "take-key")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to those of `central`."""
    rotate = commands.add_parser("rotate-keys", help="make new keys, add or revoke some, and tell")
    rotate.add_argument("--data", type=Path, required=True, help="folder of the platform")
    rotate.add_argument(
        "--what",
        choices=("recipient", "signing", "both", "none"),
        help="which keys are made anew (recipient, unless another option says what is to change)",
    )
    rotate.add_argument(
        "--add", type=Path, action="append", default=[], help="seal to this backup key too (.pub)"
    )
    rotate.add_argument(
        "--drop", action="append", default=[], metavar="KID", help="no longer seal to this backup"
    )
    rotate.add_argument(
        "--revoke", action="append", default=[], metavar="KID", help="never trust this key again"
    )
    rotate.add_argument(
        "--nobody", action="store_true", help="revoke all that is sealed to; kiosks take nothing"
    )
    rotate.add_argument("--request", type=Path, help="write what root has to sign into this file")
    sign = commands.add_parser("sign-keyset", help="show a request, and sign it with the root key")
    sign.add_argument("--root", type=Path, required=True, help="file of the root key")
    sign.add_argument("--request", type=Path, required=True, help="what the platform asks for")
    sign.add_argument("--out", type=Path, required=True, help="where the signed keyset goes")
    _add_passphrase(sign)
    bring = commands.add_parser("import-keyset", help="put a signed keyset in force")
    bring.add_argument("--data", type=Path, required=True, help="folder of the platform")
    bring.add_argument("file", type=Path, metavar="FILE", help="the signed keyset")
    export = commands.add_parser("export-root", help="take the root key off this machine")
    export.add_argument("--data", type=Path, required=True, help="folder of the platform")
    export.add_argument("--out", type=Path, required=True, help="new file, for the offline machine")
    export.add_argument("--keep", action="store_true", help="leave the root key here, too")
    _add_passphrase(export)
    backup = commands.add_parser("backup-key", help="make a key that entries are sealed to as well")
    backup.add_argument("--out", type=Path, required=True, help="new file for the private key")
    backup.add_argument("--name", required=True, help="whose it is, as keysets show it")
    _add_passphrase(backup)
    take = commands.add_parser("take-key", help="open what is held with a backup key")
    take.add_argument("--data", type=Path, required=True, help="folder of the platform")
    take.add_argument("--key", type=Path, required=True, help="file of the private key")
    _add_passphrase(take)


def run(options: argparse.Namespace) -> int:
    """Run one of the commands and return its exit status."""
    acts = {
        "rotate-keys": _rotate,
        "sign-keyset": _sign,
        "import-keyset": _import,
        "export-root": _export_root,
        "backup-key": _backup_key,
        "take-key": _take_key,
    }
    try:
        problem = acts[options.command](options)
    except (OSError, ValueError) as error:
        problem = str(error)
    if problem:
        print(f"central: {problem}", file=sys.stderr)
        return 2
    return 0


def _rotate(options: argparse.Namespace) -> str:
    from central.keysets import Wish, ask_for, put_in_force, sign_here
    from central.root_key import write_new

    is_other = bool(options.add or options.drop or options.revoke or options.nobody)
    what = options.what or ("none" if is_other else "recipient")
    platform = _open(options.data)
    try:
        if platform.keys.root is None and options.request is None:
            return "the root key is not on this machine: give --request FILE for whoever keeps it"
        if problem := _change_backups(platform, options):
            return problem
        wish = Wish(
            new_recipient=what in {"recipient", "both"},
            new_signing=what in {"signing", "both"},
            revoked=frozenset(options.revoke),
            seals_to_nobody=options.nobody,
        )
        request = ask_for(platform, wish)
        if isinstance(request, str):
            return request
        if options.request is not None:
            write_new(options.request, request.to_bytes())
            print(f"Keyset {request.payload['version']} is asked for in {options.request}.")
            print("Nothing has changed yet: have it signed with the root key, then import it.")
            return ""
        document = sign_here(platform, request)
        assert document is not None, "root was here a moment ago"
        keyset = put_in_force(platform, document)
        if isinstance(keyset, str):
            return keyset
        _say_in_force(platform, request)
    finally:
        platform.database.close()
    return ""


def _change_backups(platform: Platform, options: argparse.Namespace) -> str:
    from central.keys import MAX_BACKUPS, drop_backup, keep_backup, read_backup
    from sync.protocol import BadAnswer

    folder = platform.cupboard.folder
    for kid in options.drop:
        if not drop_backup(folder, kid):
            return f"there is no backup key {kid}"
    for path in options.add:
        backup = read_backup(path.read_bytes())
        if isinstance(backup, BadAnswer):
            return f"{path}: {backup.why}"
        if backup.public_key.kid in platform.keyset().revoked:
            return f"{path}: this key was revoked for ever"
        if len(platform.keys.backups) >= MAX_BACKUPS:
            return f"there are {MAX_BACKUPS} backup keys already"
        keep_backup(folder, backup)
    return ""


def _say_in_force(platform: Platform, request: Request) -> None:
    from central.keysets import words_of

    print(f"Keyset {request.payload['version']} is in force; kiosks hear of it at their next call.")
    for line in words_of(request, platform.keys.root_public):
        print(line)
    if platform.keys.root is not None:
        print("The root key lies on this machine. `central export-root` takes it off.")


def _sign(options: argparse.Namespace) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from central.keysets import read_request, words_of
    from central.root_key import ROOT_KIND, unlock_key, write_new
    from sync.protocol import ROOT_KID, BadAnswer, DocumentType, sign_document

    request = read_request(options.request.read_bytes())
    if isinstance(request, BadAnswer):
        return f"{options.request}: {request.why}"
    key = unlock_key(options.root.read_bytes(), _passphrase(options), ROOT_KIND)
    if isinstance(key, BadAnswer):
        return f"{options.root}: {key.why}"
    root = Ed25519PrivateKey.from_private_bytes(key.raw)
    words = words_of(request, root.public_key().public_bytes_raw())
    if isinstance(words, str):
        return words
    for line in words:  # names are foreign: none may move the cursor and hide another
        print("".join(it if it.isprintable() else "?" for it in line))
    version = str(request.payload["version"])
    print(f"To sign this, type the number of the keyset ({version}): ", end="", flush=True)
    if sys.stdin.readline().strip() != version:
        return "not signed"
    document = sign_document(DocumentType.KEYSET, request.payload, ROOT_KID, root.sign)
    write_new(options.out, json.dumps(document.to_json(), indent=1).encode() + b"\n")
    print(f"Signed: {options.out}. Take it to the platform: `central import-keyset`.")
    return ""


def _import(options: argparse.Namespace) -> str:
    from central.keysets import Request, put_in_force
    from sync.protocol import BadAnswer, read_bytes, read_signed

    platform = _open(options.data)
    try:
        document = read_bytes(options.file.read_bytes(), read_signed)
        if isinstance(document, BadAnswer):
            return f"{options.file}: {document.why}"
        before = platform.keyset().document
        keyset = put_in_force(platform, document)
        if isinstance(keyset, str):
            return f"{options.file}: {keyset}"
        _say_in_force(platform, Request(json.loads(document.payload), before))
    finally:
        platform.database.close()
    return ""


def _export_root(options: argparse.Namespace) -> str:
    from central.keys import wipe_root
    from central.root_key import ROOT_KIND, LockedKey, lock_key, unlock_key, write_new
    from sync.protocol import root_fingerprint

    platform = _open(options.data)
    try:
        keys, folder = platform.keys, platform.cupboard.folder
    finally:
        platform.database.close()
    if keys.root is None and wipe_root(folder):
        return "the rest of a root key that was being taken off this machine was wiped"
    if keys.root is None:
        return "the root key is not on this machine any more"
    name = root_fingerprint(keys.root_public)
    key = LockedKey(ROOT_KIND, name, keys.root_public.hex(), keys.root.private_bytes_raw())
    passphrase = _passphrase(options, is_new=True)
    write_new(options.out, lock_key(key, passphrase))
    if unlock_key(options.out.read_bytes(), passphrase, ROOT_KIND) != key:
        return f"{options.out} does not read back; the root key was left where it is"
    print(f"Root key {name} is in {options.out}, read back and opened with the passphrase.")
    if options.keep:
        return ""
    wipe_root(folder)
    print("It is no longer on this machine. Keep two copies, in two places, and the passphrase.")
    return ""


def _backup_key(options: argparse.Namespace) -> str:
    from central.keys import Backup
    from central.root_key import RECIPIENT_KIND, LockedKey, lock_key, write_new
    from kiosk.envelope import RecipientPrivateKey

    private = RecipientPrivateKey.generate()
    backup = Backup(" ".join(options.name.split()), private.public_key)
    if not 1 <= len(backup.name) <= 60:
        return "a name has 1 to 60 characters"
    public = options.out.with_suffix(".pub")
    key = LockedKey(RECIPIENT_KIND, backup.name, private.public_key.kid, private.raw)
    write_new(options.out, lock_key(key, _passphrase(options, is_new=True)))
    write_new(public, backup.to_bytes())
    print(f"Key {private.public_key.kid} of {backup.name}.")
    print(f"Keep {options.out} locked away; give {public} to the platform.")
    return ""


def _take_key(options: argparse.Namespace) -> str:
    from central.keys import keep_recipient
    from central.opening import open_again
    from central.root_key import RECIPIENT_KIND, unlock_key
    from kiosk.envelope import RecipientPrivateKey
    from sync.protocol import BadAnswer

    key = unlock_key(options.key.read_bytes(), _passphrase(options), RECIPIENT_KIND)
    if isinstance(key, BadAnswer):
        return f"{options.key}: {key.why}"
    private = RecipientPrivateKey.from_bytes(key.raw)
    if private is None:
        return f"{options.key} is damaged"
    platform = _open(options.data)
    try:
        keep_recipient(platform.cupboard.folder, private)
        opened, closed = open_again(platform)
    finally:
        platform.database.close()
    print(f"{opened} entries that could not be opened were opened with it; {closed} stay closed.")
    return ""


def _open(data: Path) -> Platform:
    from central.platform import open_platform

    if not (data / "platform.db").is_file():
        raise ValueError(f"there is no platform in {data}")
    return open_platform(data)


def _add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", type=Path, help="read the passphrase from here; else it is asked for"
    )


def _passphrase(options: argparse.Namespace, *, is_new: bool = False) -> str:
    """Return the passphrase.

    Raises:
        ValueError: it can't be chosen, or nobody is there to be asked.
    """
    from central.root_key import problem_with_passphrase

    if options.passphrase_file is not None:
        passphrase = str(options.passphrase_file.read_text(encoding="utf-8")).rstrip("\n")
    elif sys.stdin.isatty():
        passphrase = getpass.getpass("Passphrase: ")
        if is_new and getpass.getpass("Again: ") != passphrase:
            raise ValueError("the two differ")
    else:
        raise ValueError("nobody is there to be asked: give --passphrase-file")
    if is_new and (problem := problem_with_passphrase(passphrase)):
        raise ValueError(problem)
    return passphrase
