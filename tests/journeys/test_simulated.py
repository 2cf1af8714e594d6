"""Visits on simulated devices: the whole way, offline, refused, helped, and looked up again."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.desk_state import FaceScene, SimulatedFace, SimulatedNetwork
from kiosk.domain import StaffRole
from kiosk.flow import events as ev
from kiosk.flow.session import PhotoMissing, Rating, StaffStep, Step
from kiosk.flow.world import Network
from kiosk.journal import EntryKind
from kiosk.readiness import PortName
from kiosk.store import entries
from kiosk.store.engine import open_store
from kiosk.store.keys import load_keys
from launch.wiring import build_kiosk
from tests.support.builders import FakeClock
from tests.support.card_desks import NAME, NUMBER, SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.enrolled_places import held_numbers
from tests.support.homes import TECHNICIAN_PIN, Home, files_with, opened
from tests.support.office import Office
from tests.support.slips import text_of
from tests.support.visit import Machine, Staff, Visit

ADDRESS = "示例省示例市安康区和平路12号3单元201室"
CANARIES = (NAME, NUMBER, ADDRESS, "6217009999999999")


def all_entries(home: Home) -> dict[str, entries.Entry]:
    """Return every entry of the kiosk by id."""
    db = open_store(home.state, load_keys(home.state).database)
    try:
        found = db.conn.execute("SELECT app_id FROM entries").fetchall()
        kept = [entries.find(db, app_id) for (app_id,) in found]
    finally:
        db.close()
    return {entry.app_id: entry for entry in kept if entry is not None}


def test_a_whole_visit(
    visit: Visit, central: CentralServer, home: Home, tray: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Card, consents, questions, photo, signature, receipt, rating; delivered; nothing left."""
    caplog.set_level(logging.DEBUG)
    visit.start().insert_card().consent()
    visit.answer(pay_to="bank_card", account="6217009999999999").take_photo().confirm().sign()
    visit.expect_receipt().rate(Rating.FAIR).take_card()
    machine = visit.machine
    machine.until_delivered(visit.app_id)
    told = opened(central, visit.app_id)
    assert told.person is not None
    assert (told.person.full_name, told.person.document_number) == (NAME, NUMBER)
    assert "6217009999999999" in {answer.value for answer in told.answers}
    assert told.photo_jpeg is not None
    assert told.signature_svg is not None
    assert [consent.given for consent in told.consents] == [True, True]
    assert told.helper is None
    assert told.receipt_number == visit.number
    assert (visit.app_id, visit.number) in held_numbers(central.data)
    kept = all_entries(home)
    (rating,) = [
        entry
        for entry in kept.values()
        if entry.header.kind is EntryKind.RATING and entry.header.subject == visit.app_id
    ]
    machine.until_delivered(rating.app_id)
    assert opened(central, rating.app_id).rating == 3
    assert opened(central, rating.app_id).person is None
    (slip,) = tray.glob("*.pdf")
    text = text_of(slip)
    for group in visit.sealed.number_groups if visit.sealed else ():
        assert group in text
    assert NAME not in text
    assert NUMBER not in text
    assert files_with(home.state, *CANARIES) == []
    for canary in CANARIES:
        assert canary not in caplog.text
    assert machine.session.step is Step.HOME


def test_without_a_network_the_visit_is_the_same(
    visit: Visit, central: CentralServer, home: Home
) -> None:
    """Offline: same screens, a receipt that says so; with the network back it goes by itself."""
    home.desk.write(SimulatedNetwork(up=False))
    machine = visit.machine
    machine.conductor.wake_courier()
    machine.until(lambda _: machine.world.network is Network.OFFLINE, "the network's loss")
    visit.whole().rate(None).take_card()
    assert visit.sealed is not None
    assert visit.sealed.counts_from_delivery
    assert not machine.kiosk.is_delivered(visit.app_id)
    assert visit.app_id not in dict(held_numbers(central.data))
    home.desk.write(SimulatedNetwork(up=True))
    machine.until(lambda _: machine.kiosk.is_delivered(visit.app_id), "delivery by itself")
    assert dict(held_numbers(central.data))[visit.app_id] == visit.number


def test_who_keeps_their_data_leaves_nothing(visit: Visit, home: Home, tray: Path) -> None:
    """No to the data consent: wiped at once, a slip that says where to go, nothing kept."""
    before = set(all_entries(home))
    visit.start().insert_card().consent(data=False)
    assert visit.session.step is Step.NOT_KEPT
    assert visit.session.person is None
    machine = visit.machine
    machine.until(lambda _: list(tray.glob("*.pdf")), "the slip")
    (slip,) = tray.glob("*.pdf")
    assert "槐树里民政局" in text_of(slip)
    machine.touch(ev.Continued)
    visit.take_card()
    assert set(all_entries(home)) == before
    assert files_with(home.state, *CANARIES) == []


def test_without_a_photo_an_attendant_checks(visit: Visit, central: CentralServer) -> None:
    """No to the photo: no camera step, and the office reads why."""
    visit.whole(photo=False).rate(None).take_card()
    assert Step.PHOTO not in visit.machine.steps
    visit.machine.until_delivered(visit.app_id)
    told = opened(central, visit.app_id)
    assert told.photo_jpeg is None
    assert [consent.given for consent in told.consents] == [True, False]
    assert ("photo_missing", PhotoMissing.CONSENT_REFUSED.value) in told.notes


def test_a_camera_that_stops_ends_in_an_application_without_photo(
    visit: Visit, central: CentralServer, home: Home
) -> None:
    """The camera goes away in front of it: the screen says so, and an attendant checks."""
    visit.start().insert_card().consent().answer()
    assert visit.session.step is Step.PHOTO
    home.desk.write(SimulatedFace(FaceScene.UNPLUGGED))
    machine = visit.machine
    machine.until(lambda session: session.camera_is_gone, "the camera's loss")
    machine.touch(ev.PhotoDeclined)
    visit.confirm().sign().expect_receipt().rate(None).take_card()
    machine.until_delivered(visit.app_id)
    told = opened(central, visit.app_id)
    assert ("photo_missing", PhotoMissing.NO_CAMERA.value) in told.notes


@pytest.mark.may_warn("a worker that hangs is killed, and that is told")
def test_a_camera_that_hangs_does_not_hold_the_visit(visit: Visit, home: Home) -> None:
    """The driver never comes back: its worker is killed, the visit goes on, and it recovers."""
    visit.start().insert_card().consent().answer()
    home.desk.write(SimulatedFace(FaceScene.FROZEN))
    machine = visit.machine
    machine.until(lambda session: session.camera_is_gone, "the hang to be noticed")
    home.desk.write(SimulatedFace())
    visit.take_photo().confirm().sign().expect_receipt().rate(None).take_card()


def test_somebody_helps(visit: Visit, central: CentralServer, home: Home, tray: Path) -> None:
    """A volunteer signs in with a PIN and helps: record, receipt and platform say who."""
    with Office(central) as office:
        office.sign_in()
        site = build_kiosk(home.settings).enrolment.site_id
        assert office.add_member(site, "王小明", "volunteer", "483920").ok
    machine, staff = visit.machine, Staff(visit.machine)
    machine.conductor.wake_courier()
    staff.sign_in("王小明", "483921")
    assert machine.session.staff is not None
    assert machine.session.staff.problem == "staff.problem.wrong_pin"
    machine.touch(ev.PinTyped, "483920")
    machine.until(lambda s: s.staff and s.staff.step is StaffStep.ON_DUTY, "the right PIN")
    staff.close()
    assert machine.world.duty is not None
    visit.start().insert_card()
    staff.help()
    visit.consent().answer().take_photo().confirm().sign().expect_receipt()
    visit.rate(Rating.SATISFIED).take_card()
    machine.until_delivered(visit.app_id)
    helper = opened(central, visit.app_id).helper
    assert helper is not None
    assert (helper.name, helper.role) == ("王小明", StaffRole.VOLUNTEER)
    (slip,) = tray.glob("*.pdf")
    assert "王小明" in text_of(slip)
    with Office(central) as office:
        office.sign_in()
        assert "王小明" in office.entry(visit.app_id)


def test_the_technician_looks_and_a_forgotten_visit_is_wiped(
    central: CentralServer, tmp_path: Path
) -> None:
    """Maintenance suspends a running visit; after five minutes it is wiped, screen still open."""
    # A kiosk of its own: what it stores of time would be a jump for the journeys after it.
    home = Home(tmp_path, central)
    hands = SimulatedCardDesk(home.desk.folder)
    clock = FakeClock(at=datetime.now(UTC))
    kiosk = replace(build_kiosk(home.settings), clock=clock)
    with Machine(kiosk).running() as machine:
        visit = Visit(machine, hands)
        visit.start().insert_card().consent()
        staff = Staff(machine).sign_in("", TECHNICIAN_PIN)
        machine.until(
            lambda s: s.staff and s.staff.report and PortName.CAMERA in parts(machine),
            "the report",
        )
        assert parts(machine) >= {
            PortName.CARD_READER,
            PortName.CAMERA,
            PortName.PRINTER,
            PortName.STORE,
            PortName.STAFF,
            PortName.CATALOGUE,
        }
        assert knows_somebody(machine)
        machine.pass_s(299)
        machine.touch(ev.ReportAsked)
        assert knows_somebody(machine)
        machine.pass_s(1.5)
        assert not knows_somebody(machine)
        staff.close()
        hands.pull()
        machine.until_step(Step.HOME)
    assert files_with(home.state, *CANARIES) == []


def knows_somebody(machine: Machine) -> bool:
    """Say whether anything of a resident is in memory."""
    session = machine.session
    return session.person is not None or session.answers != () or session.consents != ()


def parts(machine: Machine) -> set[PortName]:
    """Return which parts the report on the screen tells about."""
    panel = machine.session.staff
    report = panel.report if panel is not None else None
    return set() if report is None else {port.port for port in report.ports}


@pytest.mark.parametrize(
    "port", [PortName.CARD_READER, PortName.CAMERA, PortName.PRINTER, PortName.PLATFORM]
)
def test_the_technician_tests_a_device(
    machine: Machine, hands: SimulatedCardDesk, port: PortName
) -> None:
    """A live test of each device answers with a sentence, and nothing of what a card says."""
    hands.insert()
    Staff(machine).sign_in("", TECHNICIAN_PIN)
    machine.touch(ev.DeviceTestAsked, port)
    machine.until(lambda s: s.staff and s.staff.tests, "the test's answer")
    assert machine.session.staff is not None
    (result,) = machine.session.staff.tests
    assert (result.port, result.health.value) == (port, "ready")
    assert result.sentence
    assert NAME not in result.sentence
    machine.touch(ev.DeviceTestEnded)
    Staff(machine).close()
    hands.pull()


def test_the_resident_who_comes_back_is_told(
    visit: Visit, central: CentralServer, hands: SimulatedCardDesk
) -> None:
    """By card and by number with code: delivered, as of; then what the office has said."""
    visit.whole().rate(None).take_card()
    machine = visit.machine
    machine.until_delivered(visit.app_id)
    assert visit.sealed is not None

    machine.touch(ev.StatusAsked, "s-card")
    machine.touch(ev.StatusByCardChosen)
    hands.insert()
    machine.until_step(Step.STATUS_SHOWN)
    newest = machine.session.status_items[0]
    assert newest.number_groups == visit.sealed.number_groups
    assert newest.delivered_at is not None
    assert newest.as_of == newest.delivered_at
    machine.touch(ev.Continued)
    hands.pull()
    machine.until_step(Step.HOME)

    with Office(central) as office:
        office.sign_in()
        office.set_status(visit.app_id, "accepted", zh_CN="正在办理", en="Under way")
    machine.conductor.wake_courier()
    machine.touch(ev.StatusAsked, "s-number")
    machine.touch(ev.StatusByNumberChosen)

    def shows_accepted(_: object) -> bool:
        if machine.session.step is Step.STATUS_NUMBER:
            machine.touch(
                ev.StatusTyped, visit.number, visit.sealed.query_code if visit.sealed else ""
            )
        elif machine.session.status_items[0].office_state != "accepted":
            machine.touch(ev.WentBack)
            machine.touch(ev.StatusByNumberChosen)
        else:
            return True
        return False

    machine.until(shows_accepted, "the office's word")
    assert machine.session.status_items[0].office_words == "正在办理"
    machine.touch(ev.Continued)
    machine.until_step(Step.HOME)


@pytest.mark.parametrize(
    ("number", "code", "problem"),
    [
        ("12", "7K4MPQ", "status.problem.number"),
        ("", "!!", "status.problem.code"),
        ("", "AAAAAA", "status.problem.not_here"),
    ],
)
def test_a_number_that_is_not_right_is_said_with_a_next_step(
    machine: Machine, number: str, code: str, problem: str
) -> None:
    """A wrong number, a wrong code, one that was never given out: each has its sentence."""
    from kiosk.journal import ReceiptNumber

    machine.touch(ev.StatusAsked, "s-number")
    machine.touch(ev.StatusByNumberChosen)
    machine.touch(ev.StatusTyped, number or str(ReceiptNumber(9999, 7)), code)
    machine.until(lambda session: session.status_problem, "the problem")
    assert machine.session.status_problem == problem
    assert machine.say(problem)
    machine.touch(ev.StopAsked)
    machine.until_step(Step.HOME)
