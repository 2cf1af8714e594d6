"""What goes back to a kiosk in its bundle: the keyset, delivery proofs, and the changes feed.

Everything is signed: the keyset by root, the rest by a key that it names. Over the network the
connection vouches for the feed; a stick passes through many hands.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from central.database import fsync_folder
from central.keysets import may_sign
from central.platform import Platform
from central.proving import proof_of
from central.statuses import changes_since
from central.tables import HELD, EntryRow
from kiosk.envelope import Json, KioskId
from sync.protocol import (
    ANSWERED_CHANGES,
    ANSWERED_KEYSET,
    ANSWERED_PROOFS,
    BUNDLE_ANSWERS,
    PROOFS_PER_FILE,
    AnsweredChanges,
    BundleLine,
    BundleManifest,
    DocumentType,
    ProofsPage,
    SignedDocument,
    sign_changes,
)

_OURS = re.compile(r"(proofs|changes)-[0-9]{4,}\.json|[a-z0-9-]+\.json\.tmp")


class AnswersNotWritten(Exception):
    """The stick is full, write-protected, or gone; everything that was taken in is held."""


def open_regular(path: Path) -> BinaryIO:
    """Open a file of a stick for reading that is one, and no link or pipe.

    Raises:
        OSError: It is something else, is not there, or can't be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no file", str(path))
    return os.fdopen(descriptor, "rb", buffering=0)


def write_answers(
    platform: Platform, bundle: Path, manifest: BundleManifest, lines: Iterator[BundleLine]
) -> None:
    """Write all answers of a bundle anew, each file whole and flushed.

    Raises:
        AnswersNotWritten: See there; some may be there already, and each of them counts.
    """
    told = _answers(platform, manifest, lines)
    folder = bundle / BUNDLE_ANSWERS
    try:
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():  # what is written and taken away here stays on the stick
            raise AnswersNotWritten(f"{folder.name} is a link")
        written = set()
        for name, answer in told:
            _write(folder / name, answer)
            written.add(name)
        for path in folder.iterdir():
            if path.name not in written and _OURS.fullmatch(path.name):
                path.unlink()
        fsync_folder(folder)
        fsync_folder(bundle)
    except OSError as error:
        raise AnswersNotWritten(error.strerror or "input/output error") from error


def _answers(
    platform: Platform, manifest: BundleManifest, lines: Iterator[BundleLine]
) -> Iterator[tuple[str, dict[str, Json]]]:
    yield ANSWERED_KEYSET, _keyset(platform).to_json()
    number = 0
    while part := list(islice(lines, PROOFS_PER_FILE)):
        page = _proofs(platform, manifest.kiosk, part)
        if page.proofs:
            number += 1
            yield ANSWERED_PROOFS.format(number), page.to_json()
    number, since = 0, manifest.changes_since
    while True:
        changes = changes_since(platform, manifest.kiosk, int(since))
        if changes.changes:
            number += 1
            keys = platform.keys
            document = sign_changes(
                AnsweredChanges(manifest.kiosk, since, changes),
                keys.signing_key.kid,
                keys.signing.sign,
            )
            yield ANSWERED_CHANGES.format(number), document.to_json()
        if not changes.more:
            return
        since = changes.cursor


def _keyset(platform: Platform) -> SignedDocument:
    """Return the keyset in force, made anew if it is from before answers were signed."""
    may_sign(platform, DocumentType.ANSWERS)
    return platform.keyset().document


def _proofs(platform: Platform, kiosk: KioskId, lines: list[BundleLine]) -> ProofsPage:
    asked = [line.app_id for line in lines]
    with platform.database.reading() as session:
        rows = session.execute(
            select(EntryRow.front, EntryRow.proof)
            .where(EntryRow.app_id.in_(asked), EntryRow.kiosk == kiosk, EntryRow.state == HELD)
            .order_by(EntryRow.epoch, EntryRow.seq)
        ).all()
    return ProofsPage(
        tuple(proof_of(platform, row.front, row.proof) for row in rows), 0, more=False
    )


def _write(path: Path, told: dict[str, Json]) -> None:
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)
    with draft.open("xb") as file:
        file.write(json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
