"""Taking in what the platform answered on a stick: delivery proofs, and news.

The same checks as over the network: what counts is a proof for exactly this entry, signed by a key
of the keyset that root signed. Everything is safe to do twice, and in any order with deliveries
over the network.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from kiosk.enrolment import Enrolment
from kiosk.errors import StickError
from kiosk.store import entries, facts, time_known
from kiosk.store.engine import Database
from kiosk.timekeeping import BelievedClock, learn_passed, surely_passed
from sync.forgetting import forget_passed
from sync.news import CURSOR, News
from sync.protocol import (
    ANSWERED_KEYSET,
    BUNDLE_ANSWERS,
    BUNDLE_PREFIX,
    MAX_MESSAGE_BYTES,
    BadAnswer,
    Fields,
    Keyset,
    KeysetChange,
    ProofsPage,
    SignedDocument,
    accept_changes,
    bundle_name,
    read_bytes,
    read_proof,
    read_proofs_page,
    read_signed,
    verify_proof,
)
from sync.stick import open_regular, stick_errors

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Answered:
    """What a stick brought."""

    delivered: int = 0
    """Entries that this import has proven."""
    known: int = 0
    """Proofs for what was proven before."""
    refused: int = 0
    """Proofs that do not hold, or are for no entry of this kiosk; nothing was recorded of them."""
    changes: int = 0
    has_new_staff: bool = False
    has_new_keys: bool = False
    problems: list[str] = field(default_factory=list)
    """Files that could not be used, and why; the others were."""


@dataclass(slots=True)
class AnswersImport:
    """Imports once; used from one thread, with a connection of its own."""

    db: Database
    state_folder: Path
    enrolment: Enrolment
    keyset: Keyset
    clock: BelievedClock
    keep_delivered_h: float = 72.0
    """How long an envelope stays after its delivery proof, in hours."""
    _answered: Answered = field(default_factory=Answered, init=False)
    _proven_at: datetime | None = field(default=None, init=False)

    def run(self, stick: Path) -> Answered:
        """Take in the answers for this kiosk.

        Args:
            stick: The folder where the stick is mounted, or this kiosk's bundle itself.

        Raises:
            StickError: The stick has none for this kiosk, or went away.
            StorageError: The store can't be written; run again, nothing is taken twice.
        """
        with stick_errors():
            folder = self._find(stick)
            news = News(self.db, self.state_folder, self.enrolment, self.keyset)
            self._take_keyset(folder, news)
            for path in sorted(folder.glob("proofs-*.json")):
                self._take_proofs(path, news.keyset)
            for path in sorted(folder.glob("changes-*.json")):
                self._take_changes(path, news)
        self._forget()
        self._answered.has_new_staff = news.has_new_staff
        return self._answered

    def _forget(self) -> None:
        """Erase what was delivered long ago: a kiosk without any network hears of time only here.

        A stick that brings no new proof tells nothing new: it may be an old one.
        """
        at = self._proven_at
        if at is None:
            return
        time_known.change(self.db, self.clock, lambda known, _: learn_passed(known, at))
        passed = surely_passed(self.clock.known, self.clock.raw.now())
        forget_passed(self.db, self.state_folder, passed, self.keep_delivered_h)

    def _find(self, stick: Path) -> Path:
        """Return the folder of the answers for this kiosk."""
        name = bundle_name(self.enrolment.kiosk_id)
        bundle = stick if stick.name == name else stick / name
        if (bundle / BUNDLE_ANSWERS).is_dir():
            return bundle / BUNDLE_ANSWERS
        if bundle.is_dir():
            raise StickError(
                "The platform has not answered on this stick yet.",
                "Take it to the platform first: `central import`.",
            )
        others = sorted(path.name for path in _folders(stick) if path.name != name)
        if others:
            raise StickError(
                f"This stick is from another kiosk ({', '.join(others)}).",
                f"This kiosk is {self.enrolment.kiosk_id}: use the stick with {name}.",
            )
        raise StickError(
            f"There is no {name} in {stick}.", "Give the folder where the stick is mounted."
        )

    def _take_keyset(self, folder: Path, news: News) -> None:
        """Take the keys first: they may be what signed the rest. Root vouches for them."""
        path = folder / ANSWERED_KEYSET
        document = self._read(path, read_signed) if path.is_file() else None
        if document is not None:
            cursor = facts.get(self.db, CURSOR) or "0"
            news.keep([KeysetChange(document)], cursor, cursor)
            self._answered.has_new_keys = news.keyset.version > self.keyset.version

    def _take_proofs(self, path: Path, keyset: Keyset) -> None:
        page: ProofsPage | None = self._read(path, read_proofs_page)
        for document in page.proofs if page else ():
            self._take_proof(document, keyset)

    def _take_proof(self, document: SignedDocument, keyset: Keyset) -> None:
        answered = self._answered
        claimed = read_proof(document, keyset)
        entry = None if isinstance(claimed, BadAnswer) else entries.find(self.db, claimed.app_id)
        proof = (
            BadAnswer("unknown") if entry is None else verify_proof(document, keyset, entry.front)
        )
        if entry is None or isinstance(proof, BadAnswer):
            _log.error("PROOF_REFUSED seq=%d", entry.seq if entry else 0)
            answered.refused += 1
        elif entry.proof is not None:
            answered.known += 1
        else:
            text = json.dumps(document.to_json(), ensure_ascii=False)
            entries.deliver(self.db, entry.app_id, text, proof.received_at)
            answered.delivered += 1
            self._proven_at = max(self._proven_at or proof.received_at, proof.received_at)

    def _take_changes(self, path: Path, news: News) -> None:
        """Take a page that goes on where this kiosk is; another was heard, or will be, elsewhere.

        Pages are chained by their cursors, so none is left out and an old stick changes nothing.
        """
        document = self._read(path, read_signed)
        if document is None:
            return
        told = accept_changes(document, news.keyset)
        if isinstance(told, BadAnswer):
            self._answered.problems.append(f"{path.name}: {told.why}")
        elif told.kiosk != self.enrolment.kiosk_id:
            self._answered.problems.append(f"{path.name}: it is for another kiosk")
        elif told.since == (facts.get(self.db, CURSOR) or "0"):
            news.keep(told.page.changes, told.since, told.page.cursor)
            self._answered.changes += len(told.page.changes)

    def _read(self, path: Path, reader: Callable[[Fields], _T]) -> _T | None:
        """Read one file of the answers; what can't be used is noted, and the others go on."""
        with open_regular(path) as file:
            data = file.read(MAX_MESSAGE_BYTES + 1)
        value = read_bytes(data, reader)
        if isinstance(value, BadAnswer):
            self._answered.problems.append(f"{path.name}: {value.why}")
            return None
        return value


def _folders(stick: Path) -> Iterator[Path]:
    if stick.is_dir():
        yield from (it for it in stick.glob(f"{BUNDLE_PREFIX}*") if it.is_dir())
