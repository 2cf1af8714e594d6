"""What a platform lost that it had proven: found from its hello, and told to it again.

A platform restored from a backup does not know that anything is missing. The kiosk does: it holds
proofs. What still lies here is queued again; for what is erased the platform gets its own proofs
back, so that it knows what is gone, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.journal import Epoch, KioskId
from kiosk.store import entries
from kiosk.store.engine import Database
from kiosk.store.entries import Entry, EntryState
from sync.answers import Failed
from sync.platform import Platform
from sync.protocol import (
    MAX_PROOFS_RETURNED,
    BadAnswer,
    HelloAnswer,
    Keyset,
    ReturnedProofs,
    SignedDocument,
    read_bytes,
    read_proof,
    read_signed,
)

LAST_SEQ = 99_999_999


@dataclass(frozen=True, slots=True)
class Missing:
    """Entries with a proof that the platform does not hold."""

    here: tuple[Entry, ...] = ()
    """Whose envelopes still lie here."""
    erased: tuple[Entry, ...] = ()

    def and_also(self, other: Missing) -> Missing:
        """Return both together."""
        return Missing(self.here + other.here, self.erased + other.erased)

    def __bool__(self) -> bool:
        """Say whether anything is missing."""
        return bool(self.here or self.erased)


NOTHING_MISSING = Missing()


def missing_of(db: Database, epoch: Epoch, answer: HelloAnswer) -> Missing:
    """Return what the platform says it lacks though it has proven it.

    Raises:
        StorageError: The store can't be read.
    """
    found: list[Entry] = []
    for first, last in answer.gaps:
        found.extend(entries.proven_between(db, epoch, first, last))
    for app_id in answer.wanted:
        entry = entries.find(db, app_id)
        if entry is not None and entry.proof is not None:
            found.append(entry)
    return _sorted(found)


def missing_of_fork(
    db: Database, kiosk: KioskId, epoch: Epoch, platform: Platform, keyset: Keyset
) -> Missing | Failed:
    """Return what the platform does not hold of a chain that it knows in another form.

    Its places are taken by entries of another machine, so gaps tell nothing: the proofs do.

    Raises:
        StorageError: The store can't be read.
    """
    missing, since = NOTHING_MISSING, 0
    while True:
        page = platform.proofs(kiosk, epoch, since)
        if isinstance(page, Failed):
            return page
        read = (read_proof(document, keyset) for document in page.proofs)
        held = {proof.app_id for proof in read if not isinstance(proof, BadAnswer)}
        is_last = not page.more or page.next_since_seq <= since
        last = LAST_SEQ if is_last else page.next_since_seq
        found = entries.proven_between(db, epoch, since + 1, last)
        missing = missing.and_also(_sorted([it for it in found if it.app_id not in held]))
        if is_last:
            return missing
        since = page.next_since_seq


def _sorted(found: list[Entry]) -> Missing:
    return Missing(
        tuple(entry for entry in found if entry.state is EntryState.DELIVERED),
        tuple(entry for entry in found if entry.state is EntryState.ERASED),
    )


def tell_again(
    db: Database, kiosk: KioskId, platform: Platform, missing: Missing, now: datetime
) -> Failed | None:
    """Queue again what still lies here, and return the proofs of what is erased.

    Raises:
        StorageError: The store can't be written.
    """
    for entry in missing.here:
        entries.queue_again(db, entry.app_id, now)
    proofs = [proof for entry in missing.erased if (proof := _document(entry)) is not None]
    for start in range(0, len(proofs), MAX_PROOFS_RETURNED):
        page = ReturnedProofs(tuple(proofs[start : start + MAX_PROOFS_RETURNED]))
        told = platform.return_proofs(kiosk, page)
        if told is not None:
            return told
    return None


def _document(entry: Entry) -> SignedDocument | None:
    document = read_bytes((entry.proof or "").encode(), read_signed)
    return None if isinstance(document, BadAnswer) else document
