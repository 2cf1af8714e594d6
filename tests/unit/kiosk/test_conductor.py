"""The conductor on devices that cost nothing: order, staleness, bugs, and who is shown what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk.catalogue.service import Words
from kiosk.conductor import (
    BugFound,
    Conductor,
    House,
    Message,
    Openers,
    PartsReported,
    RoundDone,
    StaffListed,
)
from kiosk.device_lanes import RoomMeasured
from kiosk.domain import Language
from kiosk.effects import Desk
from kiosk.errors import DatabaseDamaged, DiskFull, StorageError
from kiosk.face_lane import FaceDesk
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.advance import empty_session
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.world import Network, OfficeNotice, Room, World
from kiosk.paper_desk import PaperDesk
from kiosk.ports.camera import Camera, Look, NoPicture
from kiosk.ports.card_reader import Presence
from kiosk.ports.courier import Reach, Round
from kiosk.ports.document_camera import PaperLook
from kiosk.readiness import Health, PortName, PortReport
from kiosk.texts import load_texts
from launch import absent
from launch.places import LOCALE
from tests.support.builders import A_VOLUNTEER, ANOTHER_VOLUNTEER, FakeClock, a_sealed, a_world
from tests.support.fake_devices import SlowCamera
from tests.support.sealing_places import SealingPlace
from tests.support.waiting import wait_until

TEXTS = load_texts(LOCALE)


@dataclass
class FakeCourier:
    """Goes round and finds nothing."""

    result: Round = field(default_factory=lambda: Round(Reach.ONLINE, 3600.0))
    hurried: int = 0

    def run_once(self) -> Round:
        """Go round."""
        return self.result

    def hurry(self) -> None:
        """Count."""
        self.hurried += 1

    def close(self) -> None:
        """Do nothing."""


@dataclass
class Stand:
    """A conductor with everything around it; the test is its owner."""

    place: SealingPlace
    clock: FakeClock = field(default_factory=FakeClock)
    courier: FakeCourier = field(default_factory=FakeCourier)
    posted: list[Message] = field(default_factory=list)
    shown: list[tuple[Session, World]] = field(default_factory=list)
    room: Room = Room.PLENTY
    refusals: list[StorageError] = field(default_factory=list)
    """Raised, one after the other, instead of opening the desk."""
    damages: list[str] = field(default_factory=list)
    camera: Camera = field(default_factory=absent.NoCamera)

    def __post_init__(self) -> None:
        """Make the conductor."""
        house = House(
            zone=self.clock.now().at.tzinfo,  # type: ignore[arg-type] # an aware time has one
            texts=TEXTS,
            versions=tuple,
            settings=(),
            catalogue=PortReport(PortName.CATALOGUE, Health.READY, "ready", "Loaded."),
            on_damage=lambda: self.damages.append("seen"),
        )
        openers = Openers(
            desk=self.desk,
            paper=self.paper,
            reader=absent.NoCardReader,
            camera=lambda: self.camera,
            document_camera=absent.NoDocumentCamera,
            courier=lambda: self.courier,
            speaker=absent.NoSpeaker,
            faces=lambda: FaceDesk(None, self.clock),
        )
        world = replace(a_world(), staff=(), room=self.room)
        self.conductor = Conductor(world, house, openers, self, self.clock, self.posted.append)

    def desk(self) -> Desk:
        """Open what the desk lane needs; nothing here seals."""
        if self.refusals:
            raise self.refusals.pop()
        from kiosk.effects import Surroundings
        from kiosk.staff import SignIn
        from kiosk.store.staff_files import StoredLocks
        from tests.support.services import the_calendar

        sealer = SealingPlace(self.place.folder, self.place.recipient).open()
        around = Surroundings(
            services=(),
            site=a_world().site,
            calendar=the_calendar(),
            timezone="UTC",
            query_url="",
            texts=TEXTS,
            simulated=(),
        )
        return Desk(sealer.db, sealer, SignIn(StoredLocks(sealer.db), ""), around, self.clock, None)

    def paper(self) -> PaperDesk:
        """Open what the paper lane needs."""
        desk = self.desk()
        return PaperDesk(desk.db, absent.NoPrinter(), desk.around, self.clock)

    def show(self, session: Session, world: World) -> None:
        """Remember it."""
        self.shown.append((session, world))

    def show_look(self, look: Look | PaperLook | NoPicture) -> None:
        """Let it pass."""

    def receive_all(self) -> None:
        """Hand on what was posted."""
        while self.posted:
            self.conductor.receive(self.posted.pop(0))

    @property
    def session(self) -> Session:
        """What is shown."""
        return self.conductor.session


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """A running conductor whose first messages are in."""
    stand = Stand(SealingPlace(tmp_path / "state"))
    stand.conductor.start()
    wait_until(lambda: {type(it) for it in stand.posted} >= {StaffListed, RoundDone})
    stand.receive_all()
    yield stand
    assert stand.conductor.stop()
    stand.place.close()


def test_it_begins_with_home_and_what_the_network_says(stand: Stand) -> None:
    """Nobody's visit; the courier's first round is known."""
    assert stand.session.step is Step.HOME
    assert stand.conductor.world.network is Network.ONLINE


def test_a_card_laid_down_on_home_begins_a_visit(stand: Stand) -> None:
    """Without a touch, and only there."""
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT))
    assert stand.session.step is Step.GUIDE
    first = stand.session.session_id
    assert first
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT))
    assert stand.session.session_id == first


def test_a_card_seen_behind_the_staff_begins_nothing(stand: Stand) -> None:
    """The staff's screens lie in front."""
    stand.conductor.receive(ev.StaffDoorOpened(stand.clock.now()))
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT))
    assert stand.session.session_id == ""


def test_a_card_laid_down_does_not_put_away_what_is_said_of_a_late_paper(stand: Stand) -> None:
    """Nobody read it yet: they would take the paper of whoever stood there before. Their visit has
    begun beneath it, and goes on once it is touched.
    """
    now = stand.clock.now()
    late = ev.SlipTold(now, "s-before", Slip.DRAFT, None, ReceiptState.PRINTED)
    stand.conductor.receive(late)
    stand.conductor.receive(ev.CardSeen(now, Presence.PRESENT))
    assert (stand.session.overlay, stand.session.is_visit) == (Overlay.LATE_PAPER, True)
    stand.conductor.receive(ev.StillHere(now))
    assert (stand.session.overlay, stand.session.step) == (Overlay.NONE, Step.GUIDE)
    assert stand.session.card_presence is Presence.PRESENT


def test_a_card_laid_down_begins_nothing_without_room(stand: Stand) -> None:
    """And does as soon as there is room again."""
    stand.conductor.receive(RoomMeasured(Room.FULL))
    assert stand.shown[-1][1].room is Room.FULL
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT))
    assert stand.session.session_id == ""
    stand.conductor.receive(RoomMeasured(Room.LOW))
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT))
    assert stand.session.step is Step.GUIDE


def test_notices_come_and_go_on_home(stand: Stand) -> None:
    """Without a touch, and without anything else being different."""
    notice = OfficeNotice(Words(((Language("en"), "Closed tomorrow."),)))
    before = stand.shown[-1][1]
    stand.conductor.receive(RoomMeasured(Room.PLENTY, notices=(notice,)))
    assert stand.shown[-1][1] == replace(before, notices=(notice,))
    stand.conductor.receive(RoomMeasured(Room.PLENTY))
    assert stand.shown[-1][1] == before


def test_a_lane_without_its_store_says_why(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    """A start on a full disk is no bug: the log has the code, and what to do."""
    stand.conductor.receive(BugFound(DiskFull("The disk is full.")))
    assert stand.session.step is Step.OUT_OF_SERVICE
    assert f"STOPPED E-DB-01: The disk is full. {DiskFull.advice}" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.may_warn("that a lane waits is told")
def test_a_full_disk_at_the_start_closes_home_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is opened as soon as there is room; a damaged one would not get better by it."""
    monkeypatch.setattr("kiosk.lanes.OPEN_AGAIN_S", 0.01)
    full: list[StorageError] = [DiskFull("The disk is full."), StorageError("Read-only.")]
    stand = Stand(SealingPlace(tmp_path / "state"), room=Room.FULL, refusals=full)
    stand.conductor.start()
    wait_until(lambda: any(isinstance(it, RoomMeasured) for it in stand.posted))
    stand.receive_all()
    assert stand.session.step is Step.HOME
    assert stand.conductor.world.room is Room.PLENTY
    assert stand.conductor.stop()
    stand.place.close()
    assert (stand.refusals, stand.damages) == ([], [])


@pytest.mark.may_warn("that a part can't work is told")
@pytest.mark.parametrize(
    ("error", "room", "damages"),
    [
        (StorageError("The disk can't be read."), Room.PLENTY, []),
        (DatabaseDamaged("A page can't be read."), Room.FULL, ["seen"]),
    ],
)
def test_what_no_room_would_mend_ends_the_kiosk(
    tmp_path: Path, error: StorageError, room: Room, damages: list[str]
) -> None:
    """And the next start sweeps where there is damage."""
    stand = Stand(SealingPlace(tmp_path / "state"), room=room, refusals=[error])
    stand.conductor.start()
    wait_until(lambda: any(isinstance(it, BugFound) for it in stand.posted))
    stand.receive_all()
    assert stand.session.step is Step.OUT_OF_SERVICE
    assert stand.conductor.stop()
    stand.place.close()
    assert stand.damages == damages


def test_a_camera_that_takes_long_to_open_is_tested_all_the_same(tmp_path: Path) -> None:
    """Who tests it hears how it is, and not that it is being opened."""
    stand = Stand(SealingPlace(tmp_path / "state"), camera=SlowCamera())
    stand.conductor.start()
    stand.conductor._perform(ef.TestDevice(PortName.CAMERA, Language("en")))
    wait_until(lambda: any(isinstance(it, ev.DeviceTested) for it in stand.posted))
    told = next(it.result for it in stand.posted if isinstance(it, ev.DeviceTested))
    assert (told.state, told.health) == ("looking", Health.READY)
    assert stand.conductor.stop()
    stand.place.close()


@pytest.mark.may_warn("that nothing could be asked is told")
def test_a_store_that_cannot_be_asked_ends_nobodys_visit(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The technician's page says it."""

    def refuse(_db: object) -> None:
        raise StorageError("The disk can't be read.")

    monkeypatch.setattr("kiosk.effects.entries.queue", refuse)
    stand.conductor._make_report()
    wait_until(lambda: any(_is_broken_store(it) for it in stand.posted))
    stand.receive_all()
    assert stand.session.step is Step.HOME


def _is_broken_store(message: Message) -> bool:
    parts = message.parts if isinstance(message, PartsReported) else ()
    return any(it.port is PortName.STORE and it.health is Health.BROKEN for it in parts)


def test_answers_for_a_visit_that_is_over_are_dropped(stand: Stand) -> None:
    """A seal that comes back late shows nobody a number."""
    stand.conductor.receive(ev.Started(stand.clock.now(), "s-old"))
    stand.conductor.receive(ev.StopAsked(stand.clock.now()))
    before = stand.session
    stand.conductor.receive(ev.ApplicationSealed(stand.clock.now(), "s-old", a_sealed()))
    assert stand.session == before
    assert stand.session.sealed is None


def test_a_card_read_for_a_visit_that_was_stopped_begins_none(stand: Stand) -> None:
    """Its owner, who stopped, is asked to take it; one that is only seen begins a visit."""
    since = ("s-old", Step.CARD, 0.0)
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT, since))
    assert (stand.session.step, stand.session.session_id) == (Step.TAKE_CARD, "s-old")
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.ABSENT))
    stand.conductor.receive(ev.Ticked(stand.clock.now()))
    assert not stand.session.is_visit
    stand.conductor.receive(ev.CardSeen(stand.clock.now(), Presence.PRESENT))
    assert stand.session.step is Step.GUIDE


def test_a_bug_in_a_lane_ends_in_out_of_service(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever was going on is wiped; nothing that comes later changes the screen."""
    stand.conductor.receive(ev.Started(stand.clock.now(), "s-1"))
    stand.conductor.receive(BugFound(ZeroDivisionError("a bug")))
    broken = stand.session
    assert (broken.step, broken.session_id) == (Step.OUT_OF_SERVICE, "")
    assert "BUG" in caplog.text
    stand.conductor.receive(ev.Started(stand.clock.now(), "s-2"))
    assert stand.session == broken


def test_who_is_taken_off_the_list_is_off_duty(stand: Stand) -> None:
    """A new staff list counts at once, also for whoever is signed in."""
    conductor = stand.conductor
    conductor.receive(StaffListed((A_VOLUNTEER, ANOTHER_VOLUNTEER)))
    conductor.world = replace(conductor.world, duty=A_VOLUNTEER)
    conductor.receive(StaffListed((A_VOLUNTEER,)))
    conductor.receive(StaffListed((ANOTHER_VOLUNTEER,)))
    told = [(world.duty, world.staff) for _, world in stand.shown[-2:]]
    assert told == [(A_VOLUNTEER, (A_VOLUNTEER,)), (None, (ANOTHER_VOLUNTEER,))]


@pytest.mark.parametrize(
    ("reach", "network"),
    [
        (Reach.ONLINE, Network.ONLINE),
        (Reach.OFFLINE, Network.OFFLINE),
        (Reach.REFUSED, Network.OFFLINE),
        (Reach.NOT_CONFIGURED, Network.OFFLINE),
    ],
)
def test_the_network_is_shown_as_the_courier_finds_it(
    stand: Stand, reach: Reach, network: Network
) -> None:
    """On whatever screen."""
    stand.conductor.receive(RoundDone(Round(reach, 1.0)))
    assert stand.conductor.world.network is network
    assert stand.shown[-1][1].network is network


def test_nothing_is_shown_twice(stand: Stand) -> None:
    """A tick that changes nothing repaints nothing; a new minute does."""
    shown = len(stand.shown)
    for _ in range(5):
        stand.clock.pass_s(0.5)
        stand.conductor.receive(ev.Ticked(stand.clock.now()))
    assert len(stand.shown) <= shown + 1
    shown = len(stand.shown)
    stand.clock.pass_s(60)
    stand.conductor.receive(ev.Ticked(stand.clock.now()))
    assert len(stand.shown) == shown + 1


def test_after_a_visit_the_session_is_an_empty_one(stand: Stand) -> None:
    """Nothing of anybody stays in memory."""
    stand.conductor.receive(ev.LanguageChosen(stand.clock.now(), Language("en")))
    stand.conductor.receive(ev.Started(stand.clock.now(), "s-1"))
    stand.conductor.receive(ev.StopAsked(stand.clock.now()))
    stand.conductor.receive(ev.Ticked(stand.clock.now()))
    assert stand.session == replace(
        empty_session(stand.conductor.world), card_presence=stand.session.card_presence
    )


def test_the_courier_is_hurried_when_somebody_says_so(stand: Stand) -> None:
    """Send now goes before every rest."""
    stand.conductor.wake_courier()
    wait_until(lambda: stand.courier.hurried == 1)
