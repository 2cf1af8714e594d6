"""State folders that applications are sealed in, without a platform: enrolled by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from kiosk.clock import Moment, SystemClock
from kiosk.domain import (
    Consent,
    Identity,
    IdentityAssurance,
    Language,
    Person,
    Purpose,
    StaffMember,
)
from kiosk.enrolment import Enrolment
from kiosk.envelope import (
    CannotOpen,
    Contents,
    RecipientPrivateKey,
    Torn,
    from_parts,
    open_envelope,
    parse,
    unpack_container,
)
from kiosk.flow.effects import ApplicationRecord, SealRating
from kiosk.flow.session import Rating
from kiosk.journal import KioskId
from kiosk.photos import Photo
from kiosk.sealing import AskBy, Sealer
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES, Database, open_store
from kiosk.store.installation import open_installation
from kiosk.store.keys import Keys, load_keys
from tests.support.builders import a_person, a_signature
from tests.support.services import the_sample_service

SERVICE = the_sample_service()
ASK_BY = AskBy(date(2026, 12, 18), is_certain=True)
ZH = Language("zh_CN")


def a_record(
    session_id: str = "s-1",
    person: Person | None = None,
    helper: StaffMember | None = None,
    photo: Photo | None = None,
) -> ApplicationRecord:
    """Return what a finished visit hands over."""
    at = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    return ApplicationRecord(
        session_id=session_id,
        service_id=SERVICE.service_id,
        catalogue_version=SERVICE.version,
        language=ZH,
        started_at=at,
        person=person or a_person(),
        identity=Identity(IdentityAssurance.CARD_READ, at),
        consents=(Consent(Purpose.DATA, True, "2026-11-01", ZH, at),),
        answers=(("household", "local"),),
        photo=photo,
        photo_missing=None,
        signature=a_signature(),
        helper=helper,
    )


@cache
def _enrolled(recipient: RecipientPrivateKey, numbers: tuple[int, ...]) -> Enrolment:
    """Return who a kiosk is; working out a public key takes long where thousands start."""
    return Enrolment(
        kiosk_id=KioskId("k-00c0ffee"),
        numbers=numbers,
        platform_url="http://127.0.0.1:1",
        root_key=bytes(32),
        recipients=(recipient.public_key.raw,),
        keyset="{}",
    )


@dataclass
class SealingPlace:
    """A state folder, and the platform's key that opens what is sealed in it.

    `open` gives a sealer with a connection of its own, as the desk lane has one; `close` ends all.
    """

    folder: Path
    recipient: RecipientPrivateKey = field(default_factory=RecipientPrivateKey.generate)
    numbers: tuple[int, ...] = (3702, 3703)
    _open: list[Database] = field(default_factory=list)

    @property
    def enrolment(self) -> Enrolment:
        """Who this kiosk is."""
        return _enrolled(self.recipient, self.numbers)

    @property
    def keys(self) -> Keys:
        """The machine's keys."""
        return load_keys(self.folder)

    @property
    def envelopes(self) -> Path:
        """Where the envelopes lie."""
        return self.folder / ENVELOPES

    def files(self) -> list[str]:
        """Return the names of all envelopes and drafts."""
        return sorted(path.name for path in self.envelopes.iterdir() if path.is_file())

    def store(self) -> Database:
        """Open the database once more."""
        db = open_store(self.folder, self.keys.database)
        self._open.append(db)
        return db

    def open(self) -> Sealer:
        """Open everything as the desk does at start, adoption apart."""
        db = self.store()
        keys, installation = self.keys, open_installation(db, self.enrolment, self.folder)
        return Sealer(db, self.folder, keys, self.enrolment, installation)

    def seal(self, sealer: Sealer, record: ApplicationRecord | None = None) -> ApplicationRow:
        """Seal an application; what it is found by costs nothing here."""
        record = record or a_record()
        sealer._lookups[record.session_id] = bytes(32)
        return sealer.seal_application(record, SERVICE, ASK_BY, now(), counts_from_delivery=False)

    def rate(self, sealer: Sealer, row: ApplicationRow) -> str:
        """Rate an application."""
        order = SealRating("s-1", row.app_id, SERVICE.service_id, Rating.SATISFIED, ZH)
        return sealer.seal_rating(order, SERVICE, now())

    def contents(self, file: str, key: RecipientPrivateKey | None = None) -> Contents | None:
        """Open an envelope as the platform does; None when the key is not the one."""
        parts = parse((self.envelopes / file).read_bytes())
        assert not isinstance(parts, Torn), parts.reason
        container = open_envelope(parts, key or self.recipient)
        if isinstance(container, CannotOpen):
            return None
        unpacked = unpack_container(container)
        assert not isinstance(unpacked, Torn), unpacked.reason
        return from_parts(unpacked)

    def close(self) -> None:
        """Close every connection that was opened here."""
        for db in self._open:
            db.close()
        self._open.clear()


def now() -> Moment:
    """Return this instant."""
    return SystemClock().now()
