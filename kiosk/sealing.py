"""Making an application durable: number, envelope, chain entry and rows in one step, or nothing at
all.

The order of `seal` is fixed (inside one `BEGIN IMMEDIATE`): take the seq, encrypt under the header,
chain and sign, write the file (fsync, rename, fsync of the folder), add the rows, commit; only then
is a number known outside. A file without a row is what a power cut between rename and commit
leaves: `adopt` takes it in before anything else is sealed.

Lives on the desk lane: one connection, one thread.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import TypeVar

from kiosk.catalogue.service import Service
from kiosk.clock import Moment
from kiosk.domain import AppId, Language, mask_name
from kiosk.enrolment import FILE_NAME, Enrolment, load_enrolment
from kiosk.envelope import (
    PHOTO_PART,
    Contents,
    ControlNote,
    EnvelopeFront,
    container_pieces,
    page_digests,
    seal,
    to_parts,
)
from kiosk.errors import DiskFull, EnrolmentError, StorageError
from kiosk.files import sync_folder, write_durably
from kiosk.flow.effects import ApplicationRecord, SealRating
from kiosk.flow.session import Rating
from kiosk.journal import (
    EntryKind,
    HeaderDraft,
    ReceiptNumber,
    format_minute,
    query_code,
    uuid7,
)
from kiosk.sealed_contents import contents_of, pairs
from kiosk.store import applications, entries, facts
from kiosk.store.adoption import QUARANTINE, SUFFIX, Adoption
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES, Database, writing
from kiosk.store.installation import Installation, known_installation
from kiosk.store.keys import Keys
from kiosk.store.notes import seal_note

STARS = {
    Rating.VERY_SATISFIED: 5,
    Rating.SATISFIED: 4,
    Rating.FAIR: 3,
    Rating.DISSATISFIED: 2,
    Rating.VERY_DISSATISFIED: 1,
}
Notes = tuple[tuple[str, str], ...]
_log = logging.getLogger(__name__)
__all__ = ["QUARANTINE", "SUFFIX", "AskBy", "Notes", "Sealer"]
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class AskBy:
    """When to ask if nothing was heard, and whether the holiday list that says so is known."""

    day: date
    is_certain: bool


@dataclass(slots=True)
class Sealer:
    """Seals what the flow hands over. `simulated` names the devices that are not real."""

    db: Database
    folder: Path
    """The state folder."""
    keys: Keys
    enrolment: Enrolment
    installation: Installation
    simulated: tuple[str, ...] = ()
    is_rehearsal: bool = False
    _enrolment_stamp: tuple[int, int] = field(default=(0, 0), init=False)
    _must_adopt: bool = field(default=True, init=False)
    _lookups: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def prepare_lookup(self, session_id: str, document_type: str, number: str) -> bytes:
        """Compute what the application will be found by, while the resident is still reading.

        It costs a tenth of a second on purpose, which nobody should wait for after signing.
        """
        lookup = self.keys.lookup_of(document_type, number)
        self._lookups = {session_id: lookup}
        return lookup

    def seal_application(
        self,
        record: ApplicationRecord,
        service: Service,
        ask_by: AskBy,
        at: Moment,
        *,
        counts_from_delivery: bool,
    ) -> ApplicationRow:
        """Store an application for good and return what its receipt is printed from.

        All or nothing: after a power cut either everything is there or nothing is.

        Raises:
            DiskFull: Nothing was stored.
            StorageError: Nothing was stored.
        """
        code = query_code(secrets.token_bytes(32))
        person, applicant = record.person, record.applicant
        lookup = self._lookups.pop(record.session_id, None)
        if not person.document_number:
            # Whoever has no number is found by the receipt alone, and never with the others.
            lookup = self.keys.lookup_of("", record.session_id)
        lookup = lookup or self.keys.lookup_of(person.document_type, person.document_number)

        def contents(number: ReceiptNumber) -> Contents:
            return contents_of(record, service, number, code, self.simulated)

        def row(app_id: AppId, number: ReceiptNumber) -> ApplicationRow:
            return ApplicationRow(
                app_id=app_id,
                number=str(number),
                query_code=code,
                service_id=record.service_id,
                language=record.language,
                received_at=at.at.astimezone(UTC),
                ask_by=ask_by.day,
                ask_by_is_certain=ask_by.is_certain,
                counts_from_delivery=counts_from_delivery,
                applicant=mask_name((person if applicant is None else applicant.person).full_name),
                beneficiary="" if applicant is None else mask_name(person.full_name),
                helper=record.helper.name if record.helper else "",
                has_photo=record.photo is not None,
                lookup=lookup,
            )

        def rows(app_id: AppId, number: ReceiptNumber) -> ApplicationRow:
            made = row(app_id, number)
            applications.add(self.db, made)
            return made

        def note(front: EnvelopeFront) -> bytes:
            header = front.header
            made = row(header.app_id, header.receipt_number)
            return seal_note(self.keys.note_key, front.entry_hash, made)

        kind = EntryKind.REHEARSAL if self.is_rehearsal else EntryKind.APPLICATION
        known = page_digests(record.papers)
        known |= {PHOTO_PART: record.photo.sha256} if record.photo else {}
        group, catalogue = service.routing_group, record.catalogue_version
        about = _About(kind, group, catalogue, None, service.urgent, known)
        return self._seal(about, at, contents, rows, note)

    def seal_rating(self, order: SealRating, service: Service, at: Moment) -> AppId:
        """Store a rating as an entry of its own, which names the application as its subject.

        Raises:
            StorageError: Nothing was stored.
        """

        def contents(number: ReceiptNumber) -> Contents:
            return Contents(
                receipt_number=str(number),
                query_code="",
                language=order.language,
                service=order.service_id,
                service_title=pairs(service.name),
                rating=STARS[order.rating],
                simulated=self.simulated,
            )

        def rows(app_id: AppId, _: ReceiptNumber) -> AppId:
            return app_id

        kind = EntryKind.REHEARSAL if self.is_rehearsal else EntryKind.RATING
        about = _About(kind, service.routing_group, service.version, order.subject)
        return self._seal(about, at, contents, rows)

    def seal_canary(self, at: Moment) -> AppId:
        """Store a control entry that holds nobody's data: who opens it shows that it can be opened.

        Raises:
            StorageError: Nothing was stored.
        """
        return self.seal_control(at, ((ControlNote.CANARY.value, "1"),))

    def seal_control(
        self, at: Moment, notes: Notes, also: Callable[[], None] = lambda: None
    ) -> AppId:
        """Store what the kiosk tells about itself, in an entry of its own; nobody's data is in it.

        Args:
            at: Now.
            notes: What is told; the first is named by `ControlNote`.
            also: What belongs to the same step, done within its transaction.

        Raises:
            StorageError: Nothing was stored, and `also` was undone.
        """

        def contents(number: ReceiptNumber) -> Contents:
            return Contents(str(number), "", Language("en"), "", notes=notes)

        def rows(app_id: AppId, _: ReceiptNumber) -> AppId:
            also()
            return app_id

        return self._seal(_About(EntryKind.CONTROL, "", "", None), at, contents, rows)

    def adopt(self, at: Moment) -> int:
        """Take in envelopes without a row, as `kiosk.store.adoption` does; return how many.

        Raises:
            StorageError: The folder or the database can't be used.
        """
        adoption = Adoption(
            self.db,
            self.folder,
            self.enrolment.kiosk_id,
            self.keys.public_key,
            self.keys.note_key,
        )
        taken_in = adoption.run(at.at).taken_in
        self._must_adopt = False
        return taken_in

    def trust_boot(self) -> None:
        """Take it that everything was adopted already: the boot sequence just did."""
        self._must_adopt = False

    def _seal(
        self,
        about: _About,
        at: Moment,
        contents: Callable[[ReceiptNumber], Contents],
        rows: Callable[[AppId, ReceiptNumber], _Made],
        note: Callable[[EnvelopeFront], bytes] = lambda _: b"",
    ) -> _Made:
        if self._must_adopt:
            self.adopt(at)
        app_id = uuid7(int(at.at.timestamp() * 1000), secrets.token_bytes(10))
        path: Path | None = None
        try:
            with writing(self.db):
                # The courier starts a new epoch when the platform knows another chain of this one.
                self.installation = known_installation(self.db) or self.installation
                seq, prev_hash = entries.head(
                    self.db, self.enrolment.kiosk_id, self.installation.epoch
                )
                draft = self._draft(about, app_id, seq + 1, at)
                sealed = seal(
                    container_pieces(to_parts(contents(draft.receipt_number)), about.digests),
                    draft,
                    self.renewed_enrolment().recipient_keys(),
                    self.keys.sign,
                    prev_hash,
                )
                path = (
                    self.folder / ENVELOPES / f"{draft.epoch[:8]}-{draft.seq:08}-{app_id}{SUFFIX}"
                )
                write_durably(path, sealed.file, note(sealed.front))
                entries.add(
                    self.db,
                    sealed.front,
                    path.name,
                    at.at,
                    is_acknowledged=True,
                    is_urgent=about.is_urgent and about.kind is EntryKind.APPLICATION,
                )
                return rows(app_id, draft.receipt_number)
        except BaseException as error:
            self._undo(app_id, path, error)
            raise

    def renewed_enrolment(self) -> Enrolment:
        """Return the enrolment: the courier may have learnt of other keys this minute."""
        path = self.folder / FILE_NAME
        try:
            known = path.stat()
        except OSError:
            return self.enrolment
        stamp = (known.st_ino, known.st_mtime_ns)
        if stamp != self._enrolment_stamp:
            try:
                self.enrolment = load_enrolment(self.folder) or self.enrolment
            except EnrolmentError:
                _log.exception("ENROLMENT_UNREADABLE")  # nobody's application waits for that
            self._enrolment_stamp = stamp
        return self.enrolment

    def _draft(self, about: _About, app_id: AppId, seq: int, at: Moment) -> HeaderDraft:
        return HeaderDraft(
            kiosk=self.enrolment.kiosk_id,
            number=self.installation.number,
            epoch=self.installation.epoch,
            seq=seq,
            app_id=app_id,
            kind=about.kind,
            service=about.service,
            catalogue=about.catalogue,
            created=format_minute(at.at),
            clock_state=at.state,
            subject=about.subject,
        )

    def _undo(self, app_id: AppId, path: Path | None, error: BaseException) -> None:
        """Take the file of a failed step away again; what can't be decided now is left to
        `adopt`.

        A commit whose sync failed stands in the log all the same, and would be found there after a
        crash, a row without its file. So something else is committed over it first. A disk without
        room never comes to that point.
        """
        if path is None:
            return
        self._must_adopt = True
        try:
            if not isinstance(error, DiskFull):
                facts.put(self.db, "undone", app_id)
            if entries.find(self.db, app_id) is None:
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        except (StorageError, OSError):
            _log.exception("UNDO_FAILED")


@dataclass(frozen=True, slots=True)
class _About:
    """What the readable header says about an entry, whether it goes before others, and the hashes
    of parts that are known.
    """

    kind: EntryKind
    service: str
    catalogue: str
    subject: AppId | None
    is_urgent: bool = False
    digests: Mapping[str, bytes] = field(default_factory=dict)
