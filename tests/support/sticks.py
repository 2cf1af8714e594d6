"""A kiosk, a platform without its server, and a folder that stands for the stick between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from central.enrolment import create_code, enrol
from central.platform import Platform, open_platform
from central.stick import BundleResult, import_stick
from central.tables import HELD, EntryRow
from kiosk.enrolment import Enrolment, load_enrolment, save_enrolment
from kiosk.envelope import CannotOpen, Torn, open_envelope, parse
from kiosk.sealing import Sealer
from kiosk.store import entries, facts
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import ENVELOPES, Database, open_store
from kiosk.store.entries import Entry
from kiosk.store.installation import open_installation
from kiosk.store.keys import Keys, load_keys
from kiosk.store.leases import Leases
from kiosk.timekeeping import BelievedClock
from sync.news import CURSOR
from sync.protocol import EnrolAnswer, Enrolled, accept_enrolment, bundle_name, make_enrol_request
from sync.stick_export import COPYING_S, Export, Exported
from sync.stick_import import Answered, AnswersImport
from sync.stored_keyset import stored_keyset
from tests.support.builders import FakeClock
from tests.support.sealing_places import ASK_BY, SERVICE, a_record, now


@dataclass
class Traveller:
    """A kiosk that never has a network; the stick is a folder, the platform has no server."""

    folder: Path
    platform: Platform
    site: str = "Lakeside office"
    clock: FakeClock = field(default_factory=FakeClock)
    keys: Keys = field(init=False)
    db: Database = field(init=False)
    sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        """Enrol, as if somebody had carried code and answer."""
        self.keys = load_keys(self.folder)
        code = create_code(self.platform, self.site)
        request = make_enrol_request(code, self.keys.public_key, self.keys.sign)
        answer = enrol(self.platform, request)
        assert isinstance(answer, EnrolAnswer)
        enrolled = accept_enrolment(answer, code)
        assert isinstance(enrolled, Enrolled)
        self.db = open_store(self.folder, self.keys.database)
        facts.put(self.db, CURSOR, "0")
        save_enrolment(self.folder, _enrolment(answer, enrolled))
        self.sealer = Sealer(
            self.db,
            self.folder,
            self.keys,
            self.enrolment,
            open_installation(self.db, self.enrolment, self.folder),
        )

    @property
    def enrolment(self) -> Enrolment:
        """Who this kiosk is, as stored now."""
        enrolment = load_enrolment(self.folder)
        assert enrolment is not None
        return enrolment

    @property
    def bundle(self) -> str:
        """What its folder on a stick is called."""
        return bundle_name(self.enrolment.kiosk_id)

    def seal(self) -> ApplicationRow:
        """Seal an application."""
        self.sealer._lookups["s-1"] = bytes(32)
        return self.sealer.seal_application(
            a_record(), SERVICE, ASK_BY, now(), counts_from_delivery=False
        )

    def entry(self, row: ApplicationRow) -> Entry:
        """Return how far an application is."""
        entry = entries.find(self.db, row.app_id)
        assert entry is not None
        return entry

    def envelope(self, row: ApplicationRow) -> Path:
        """Return where the envelope of an application lies."""
        return self.folder / ENVELOPES / self.entry(row).file

    def exporting(self) -> Export:
        """Return what exports."""
        leases = Leases(self.db, FakeClock(), "", COPYING_S)
        return Export(self.db, self.folder, self.enrolment, self.keys, leases)

    def export(self, stick: Path, *, with_delivered: bool = False) -> Exported:
        """Put the queue on a stick."""
        return self.exporting().run(stick, datetime.now(UTC), with_delivered=with_delivered)

    def take_answers(self, stick: Path) -> Answered:
        """Take in what came back."""
        enrolment = self.enrolment
        keyset = stored_keyset(enrolment)
        time = BelievedClock(self.clock)
        return AnswersImport(self.db, self.folder, enrolment, keyset, time).run(stick)

    def close(self) -> None:
        """Let go of the store."""
        self.db.close()


def _enrolment(answer: EnrolAnswer, enrolled: Enrolled) -> Enrolment:
    import json

    return Enrolment(
        kiosk_id=answer.kiosk,
        numbers=answer.numbers,
        platform_url="http://127.0.0.1:1",
        root_key=answer.root_key,
        recipients=tuple(key.raw for key in enrolled.keyset.recipients),
        keyset=json.dumps(answer.keyset.to_json()),
        site_id=answer.site.site_id,
    )


def bring(platform: Platform, stick: Path) -> BundleResult:
    """Import a stick with one bundle."""
    (result,) = import_stick(platform, stick)
    return result


def held(platform: Platform) -> list[str]:
    """Return the ids of all that a platform holds, each as often as it does, and can open."""
    with platform.database.reading() as session:
        found = session.scalars(
            select(EntryRow.app_id).where(EntryRow.state == HELD).order_by(EntryRow.seq)
        ).all()
    for app_id in found:
        parts = parse(next(platform.data.glob(f"envelopes/{app_id}.*")).read_bytes())
        assert not isinstance(parts, Torn)
        assert not isinstance(open_envelope(parts, platform.keys.recipient), CannotOpen)
    return list(found)


__all__ = ["Traveller", "bring", "held", "open_platform"]
