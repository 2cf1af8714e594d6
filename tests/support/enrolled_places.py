"""State folders that are enrolled with a real platform, and the courier that delivers from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from central.platform import open_platform
from central.tables import HELD, EntryRow
from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.ports.courier import Round
from kiosk.sealing import Sealer
from kiosk.settings import Settings, load_settings
from kiosk.store import entries, time_known
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import Database, open_store
from kiosk.store.entries import Entry
from kiosk.store.installation import open_installation
from kiosk.store.keys import load_keys
from kiosk.timekeeping import NOTHING_KNOWN, BelievedClock
from launch.enrolling import enrol
from sync.courier import HttpCourier, open_courier
from sync.courier_config import CourierConfig
from tests.support.builders import FakeClock
from tests.support.central_server import CentralServer
from tests.support.sealing_places import ASK_BY, SERVICE, a_record, now

MOST_ROUNDS = 60


def bare_settings(folder: Path, url: str, more: str = "") -> Settings:
    """Write a settings file for a kiosk without devices, and read it."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = "".join(
        f'[{part}]\nkind = "none"\n' for part in ("card_reader", "camera", "printer", "speaker")
    )
    text = f'[kiosk]\nstate_folder = "state"\n[platform]\nurl = "{url}"\n{kinds}{more}'
    path = folder / "kiosk.toml"
    path.write_text(text)
    return load_settings(path)


@dataclass
class EnrolledPlace:
    """An enrolled kiosk without devices: seals, and delivers on a clock that tests drive."""

    central: CentralServer
    home: Path
    url: str = ""
    """Where the courier asks; empty: the platform itself."""
    timeout_s: float = 30.0
    """How long an answer is waited for: long, because the machine may be busy. Where answers never
    come it is paid in full.
    """
    clock: FakeClock = field(default_factory=lambda: FakeClock(at=datetime.now(UTC)))
    chunk_bytes: int = 1 << 20
    time: BelievedClock = field(init=False)
    """What the program goes by: the clock, judged."""
    ca_file: Path | None = None
    """Whom the courier trusts where it asks over TLS."""
    _couriers: list[HttpCourier] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Enrol."""
        self.settings = bare_settings(self.home, self.central.url)
        self.folder = self.settings.kiosk.state_folder
        enrol(self.settings, self.central.url, self.central.enrolment_code(), None)
        self.keys = load_keys(self.folder)
        self.db: Database = open_store(self.folder, self.keys.database)
        self.begin()

    def begin(self) -> None:
        """Start the program, as after a restart of the machine."""
        self.time = BelievedClock(self.clock)
        time_known.look_at_clocks(self.db, self.time)
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

    def seal(self, lookup: bytes = bytes(32)) -> ApplicationRow:
        """Seal an application at this moment of the place's clock, to be found by `lookup`."""
        self.sealer._lookups["s-1"] = lookup
        return self.sealer.seal_application(
            a_record(), SERVICE, ASK_BY, self.time.now(), counts_from_delivery=False
        )

    def courier(self) -> HttpCourier:
        """Return a courier as a new start of the program has it."""
        config = CourierConfig(
            state_folder=self.folder,
            url=self.url or self.central.url,
            ca_file=self.ca_file,
            poll_s=60,
            request_timeout_s=self.timeout_s,
            chunk_bytes=self.chunk_bytes,
        )
        courier = open_courier(config, self.time)
        self._couriers.append(courier)
        return courier

    def rounds(self, courier: HttpCourier, most: int = MOST_ROUNDS) -> list[Round]:
        """Go round, waiting as long as the courier says, until nothing is left or `most` rounds."""
        done: list[Round] = []
        while len(done) < most:
            result = courier.run_once()
            done.append(result)
            if result.still_open == 0:
                break
            # Kiosks wait for what their queue asks for; here time passes on command.
            self.clock.pass_s(max(result.wait_s, 0.01))
        return done

    def entry(self, row: ApplicationRow) -> Entry:
        """Return how far an application is on its way."""
        entry = entries.find(self.db, row.app_id)
        assert entry is not None
        return entry

    def refresh(self) -> None:
        """Begin another test: today, no courier, everything delivered."""
        for courier in self._couriers:
            courier.close()
        self._couriers.clear()
        self.clock.at = datetime.now(UTC)
        self.db.conn.execute("DELETE FROM facts WHERE name = ?", (time_known.FACT,))
        self.time.known = NOTHING_KNOWN
        self.url, self.chunk_bytes = "", 1 << 20
        courier = self.courier()
        while courier.run_once().still_open:
            courier.hurry()
        courier.close()
        self._couriers.clear()

    def close(self) -> None:
        """Let go of everything."""
        for courier in self._couriers:
            courier.close()
        self._couriers.clear()
        self.db.close()


def held_numbers(data: Path) -> list[tuple[str, str]]:
    """Return (app_id, receipt number) of what residents gave that a platform holds, in chain order.

    What kiosks tell about themselves is left out: nobody is shown its number.
    """
    from kiosk.envelope import EntryKind, ReceiptNumber

    platform = open_platform(data)
    try:
        with platform.database.reading() as session:
            rows = session.execute(
                select(EntryRow.app_id, EntryRow.number, EntryRow.seq)
                .where(EntryRow.state == HELD, EntryRow.kind != EntryKind.CONTROL)
                .order_by(EntryRow.kiosk, EntryRow.epoch, EntryRow.seq)
            ).all()
    finally:
        platform.database.close()
    return [(row.app_id, str(ReceiptNumber(row.number, row.seq))) for row in rows]


__all__ = ["EnrolledPlace", "bare_settings", "held_numbers", "now"]
