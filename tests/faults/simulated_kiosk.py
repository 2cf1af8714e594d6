"""A kiosk at a simulated network: the real sealer, store and courier, on a clock that is driven."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.platform import Platform as Central
from central.platform import find_or_add_site, newest_document
from central.tables import KioskRow, NumberRow
from kiosk.enrolment import Enrolment, save_enrolment
from kiosk.envelope import AppId, KioskId
from kiosk.flow.effects import SealRating
from kiosk.flow.session import Rating
from kiosk.ports.courier import Round
from kiosk.sealing import Sealer
from kiosk.store.engine import open_store
from kiosk.store.installation import open_installation
from kiosk.store.keys import load_keys
from kiosk.timekeeping import BelievedClock
from sync.counter import Counter as RequestCounter
from sync.courier import HttpCourier
from sync.courier_config import CourierConfig
from sync.delivery import Delivery
from sync.protocol import DocumentType
from sync.signing import RequestSigner
from sync.stored_keyset import stored_keyset
from tests.faults.simulated_network import Network, SimulatedPlatform
from tests.support.builders import FakeClock
from tests.support.sealing_places import ASK_BY, SERVICE, ZH, a_record

KIOSK = KioskId("k-51a7ed00")
NUMBERS = tuple(range(1001, 1041))
CHUNK = 16_384
POLL_S = 14_400.0


def enrol_directly(central: Central, state: Path) -> Enrolment:
    """Enrol a state folder with a platform, without a code: that is tested elsewhere."""
    state.mkdir()
    with central.database.writing() as session:
        site = find_or_add_site(session, "Lakeside office")
        session.add(
            KioskRow(
                kiosk=KIOSK,
                site_id=site.site_id,
                public_key=load_keys(state).public_key,
                enrolled_at=central.stamp(),
            )
        )
        session.flush()
        session.add_all(NumberRow(number=number, kiosk=KIOSK) for number in NUMBERS)
        document = newest_document(session, DocumentType.KEYSET, "")
        site_id = site.site_id
    enrolment = Enrolment(
        kiosk_id=KIOSK,
        numbers=NUMBERS,
        platform_url="http://127.0.0.1:9",
        root_key=central.keys.root_public,
        recipients=(central.keys.recipient.public_key.raw,),
        keyset=json.dumps(document.to_json(), ensure_ascii=False),
        site_id=site_id,
    )
    save_enrolment(state, enrolment)
    return enrolment


@dataclass
class SimulatedKiosk:
    """One machine; `start` and `stop` it as often as it dies."""

    state: Path
    enrolment: Enrolment
    clock: FakeClock
    network: Network
    hands: Callable[[Delivery], Delivery] = field(default=lambda real: real)
    """Takes the place of the courier's hands, to let them die."""
    sealed: list[AppId] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    courier: HttpCourier = field(init=False)
    sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        """Start."""
        self.start()

    def start(self) -> None:
        """Open everything as a start of the program does."""
        keys = load_keys(self.state)
        desk = open_store(self.state, keys.database)
        installation = open_installation(desk, self.enrolment, self.state)
        self.sealer = Sealer(desk, self.state, keys, self.enrolment, installation)
        db = open_store(self.state, keys.database)
        counter = RequestCounter(db)
        key = Ed25519PrivateKey.from_private_bytes(keys.signing)
        self.courier = HttpCourier(
            CourierConfig(self.state, "", None, POLL_S, 30.0, CHUNK),
            BelievedClock(self.clock),
            db,
            keys,
            self.enrolment,
            stored_keyset(self.enrolment),
            counter,
            RequestSigner(KIOSK, key, counter.next, self.clock),
            SimulatedPlatform(self.network),
            lambda: False,
        )
        # The courier's dice are the world's, so that a seed that fails fails again.
        dice = self.network.dice.getrandbits(64)
        self.courier.state = replace(self.courier.state, dice=dice)
        self.courier._delivery = self.hands(self.courier._delivery)

    def stop(self) -> None:
        """Let go of everything."""
        self.courier.close()
        self.sealer.db.close()

    def seal(self, *, with_rating: bool = False) -> AppId:
        """Seal an application, and somebody's opinion of it."""
        self.sealer._lookups["s-1"] = bytes(32)
        now = self.clock.now()
        row = self.sealer.seal_application(
            a_record(), SERVICE, ASK_BY, now, counts_from_delivery=False
        )
        self.sealed.append(row.app_id)
        self.numbers.append(row.number)
        if with_rating:
            order = SealRating("s-1", row.app_id, SERVICE.service_id, Rating.FAIR, ZH)
            self.sealed.append(self.sealer.seal_rating(order, SERVICE, now))
        return row.app_id

    def go_round(self) -> Round:
        """Let the courier do what is due."""
        return self.courier.run_once()

    def drain(self, rounds: int = 8) -> None:
        """Go round, hello included, until everything is settled."""
        for _ in range(rounds):
            self.courier.hurry()
            self.courier.run_once()
            self.clock.pass_s(700)

    def copy_to(self, folder: Path) -> Path:
        """Copy the whole state, as a disk image does."""
        self.stop()
        shutil.copytree(self.state, folder)
        self.start()
        return folder

    def go_back_to(self, folder: Path) -> None:
        """Put a copy of the state back in place."""
        self.stop()
        shutil.rmtree(self.state)
        shutil.copytree(folder, self.state)
        self.start()
