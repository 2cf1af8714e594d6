"""The courier against the real platform: delivered once, proven, and news heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.pages.records import list_kiosks
from central.platform import open_platform
from kiosk.clock import SystemClock
from kiosk.domain import AppId, Language
from kiosk.errors import EnrolmentError
from kiosk.flow.effects import SealRating
from kiosk.flow.session import Rating
from kiosk.flow.world import Room
from kiosk.ports.courier import Reach
from kiosk.store import applications, ballast, entries, facts
from kiosk.store.engine import ENVELOPES
from kiosk.store.entries import EntryState
from kiosk.store.staff_files import load_staff
from sync.courier import open_courier
from sync.courier_config import CourierConfig
from sync.news import STAFF_VERSION
from tests.support.central_server import running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers
from tests.support.office import Office
from tests.support.sealing_places import SERVICE


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrolledPlace]:
    """One kiosk and its platform for the tests of this file that leave both running."""
    folder = tmp_path_factory.mktemp("courier")
    with running_platform(folder / "central") as central:
        place = EnrolledPlace(central, folder / "home")
        yield place
        place.close()


@pytest.fixture
def place(kiosk: EnrolledPlace) -> EnrolledPlace:
    """The kiosk, with nothing left to deliver."""
    kiosk.refresh()
    return kiosk


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[EnrolledPlace]:
    """A kiosk with a platform of its own, which can be stopped and killed."""
    with running_platform(tmp_path / "central") as central:
        place = EnrolledPlace(central, tmp_path / "home")
        yield place
        place.close()


def is_held_once(place: EnrolledPlace, *app_ids: str) -> bool:
    """Say whether the platform holds each of these exactly once."""
    held = [app_id for app_id, _ in held_numbers(place.central.data)]
    return all(held.count(app_id) == 1 for app_id in app_ids)


def test_everything_is_delivered_and_proven(place: EnrolledPlace) -> None:
    """One round takes application and rating over, and keeps the platform's proof of each."""
    row = place.seal()
    rated = place.sealer.seal_rating(_rating(row.app_id), SERVICE, place.clock.now())
    result = place.courier().run_once()
    assert (result.reach, result.delivered, result.still_open) == (Reach.ONLINE, 2, 0)
    assert is_held_once(place, row.app_id, rated)
    entry = place.entry(row)
    assert entry.state is EntryState.DELIVERED
    assert entry.proof is not None
    assert entry.delivered_at is not None
    assert place.courier().run_once().delivered == 0


def test_the_log_tells_a_round_once(place: EnrolledPlace, caplog: pytest.LogCaptureFixture) -> None:
    """A kiosk in whose queue nothing happens does not fill its log."""
    caplog.set_level("INFO", "sync.courier")
    courier = place.courier()
    for _ in range(3):
        courier.run_once()
    assert caplog.text.count("ROUND reach=online delivered=0") == 1
    place.seal()
    courier.hurry()
    courier.run_once()
    assert caplog.text.count("ROUND ") == 2


@pytest.mark.parametrize("room", list(Room))
def test_the_platform_hears_how_much_room_there_is(
    place: EnrolledPlace, monkeypatch: pytest.MonkeyPatch, room: Room
) -> None:
    """Whoever looks after many kiosks sees which of them fills up, on the platform's page."""
    monkeypatch.setattr("sync.parts_told.glance", lambda *_: room)
    assert place.courier().run_once().reach is Reach.ONLINE
    platform = open_platform(place.central.data)
    try:
        (line,) = list_kiosks(platform)
    finally:
        platform.database.close()
    assert ("store", room.value) in line.said


def test_large_envelopes_go_in_pieces(place: EnrolledPlace) -> None:
    """With small chunks the same envelope arrives whole."""
    place.chunk_bytes = 16_384
    row = place.seal()
    assert place.courier().run_once().delivered == 1
    assert is_held_once(place, row.app_id)


def test_offline_it_waits_and_then_drains_by_itself(alone: EnrolledPlace) -> None:
    """With the platform stopped everything waits with its reason; back again, all of it goes."""
    courier = alone.courier()
    assert courier.run_once().reach is Reach.ONLINE
    alone.central.kill()
    rows = [alone.seal() for _ in range(25)]
    for _ in range(5):
        result = courier.run_once()
        assert (result.reach, result.still_open) == (Reach.OFFLINE, 25)
        assert result.why
        alone.clock.pass_s(result.wait_s)
    alone.central.start()
    results = alone.rounds(courier, 20)
    assert results[-1].still_open == 0
    assert sum(result.delivered for result in results) == 25
    assert is_held_once(alone, *(row.app_id for row in rows))


def test_during_a_rest_nobody_is_asked(alone: EnrolledPlace) -> None:
    """After a failure the courier rests, whoever calls; hurried, it does not."""
    alone.timeout_s = 30.0
    alone.central.kill()
    row = alone.seal()
    courier = alone.courier()
    assert courier.run_once().reach is Reach.OFFLINE
    alone.central.start()
    again = courier.run_once()
    assert (again.reach, again.still_open) == (Reach.OFFLINE, 1)
    assert again.wait_s > 0
    courier.hurry()
    assert courier.run_once().delivered == 1
    assert is_held_once(alone, row.app_id)


def test_killed_while_it_receives_the_platform_gets_the_rest(alone: EnrolledPlace) -> None:
    """A platform killed again and again in the middle ends with everything held once."""
    alone.chunk_bytes = 16_384
    rows = [alone.seal() for _ in range(20)]
    courier = alone.courier()
    for _ in range(3):
        killer = threading.Timer(0.05, alone.central.kill)
        killer.start()
        courier.run_once()
        killer.join()
        alone.central.start()
        courier.hurry()
    assert alone.rounds(courier)[-1].still_open == 0
    assert is_held_once(alone, *(row.app_id for row in rows))


def test_a_new_start_goes_on_where_the_old_one_was(place: EnrolledPlace) -> None:
    """Requests of a courier started anew are believed at once: its counter is above all before."""
    for _ in range(3):
        row = place.seal()
        courier = place.courier()
        assert courier.run_once().delivered == 1
        courier.close()
        assert is_held_once(place, row.app_id)


def test_a_counter_from_a_backup_catches_up(place: EnrolledPlace) -> None:
    """A counter that fell back is put right by what the platform says, in the same round."""
    courier = place.courier()
    courier.run_once()
    courier.close()
    place.db.conn.execute("DELETE FROM facts WHERE name = 'request_counter'")
    row = place.seal()
    courier = place.courier()
    assert courier.run_once().delivered == 1
    assert is_held_once(place, row.app_id)


def test_a_missing_envelope_holds_only_itself(
    place: EnrolledPlace, caplog: pytest.LogCaptureFixture
) -> None:
    """An envelope that can't be read is held with its reason; the others go, and so does it when
    it is found again.
    """
    lost, fine = place.seal(), place.seal()
    path = place.folder / ENVELOPES / place.entry(lost).file
    hidden = path.with_suffix(".hidden")
    path.rename(hidden)
    courier = place.courier()
    result = courier.run_once()
    assert (result.delivered, result.still_open) == (1, 1)
    assert is_held_once(place, fine.app_id)
    entry = place.entry(lost)
    assert entry.state is EntryState.HELD
    assert "can't be read" in entry.reason
    assert "ENVELOPE_UNREADABLE" in caplog.text
    hidden.rename(path)
    courier.hurry()
    assert courier.run_once().delivered == 1
    assert is_held_once(place, lost.app_id)


def test_a_full_disk_is_a_reason_to_wait(
    place: EnrolledPlace, caplog: pytest.LogCaptureFixture
) -> None:
    """A proof that can't be stored is asked for again; the program goes on."""
    row = place.seal()
    courier = place.courier()
    courier.db.conn.execute(
        "CREATE TEMP TRIGGER no_room BEFORE UPDATE ON entries"
        " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    result = courier.run_once()
    assert result.reach is Reach.OFFLINE
    assert "disk is full" in result.why
    assert "ROUND_NOT_STORED" in caplog.text
    courier.db.conn.execute("DROP TRIGGER no_room")
    assert place.rounds(courier)[-1].still_open == 0
    assert is_held_once(place, row.app_id)


def test_the_ballast_is_given_up_for_what_waits_alone(
    place: EnrolledPlace, caplog: pytest.LogCaptureFixture
) -> None:
    """On a full disk with nothing to deliver it is left to whoever is about to sign."""
    assert ballast.ensure(place.folder)
    courier = place.courier()
    full = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    for event in ("INSERT", "UPDATE"):
        courier.db.conn.execute(f"CREATE TEMP TRIGGER no_{event} BEFORE {event} ON facts {full}")
    assert "disk is full" in courier.run_once().why
    assert (place.folder / ballast.FILE_NAME).exists()
    row = place.seal()
    assert "disk is full" in courier.run_once().why
    assert not (place.folder / ballast.FILE_NAME).exists()
    assert "BALLAST_GIVEN_UP" in caplog.text
    for event in ("INSERT", "UPDATE"):
        courier.db.conn.execute(f"DROP TRIGGER no_{event}")
    assert place.rounds(courier)[-1].still_open == 0
    assert is_held_once(place, row.app_id)


def test_a_kiosk_that_is_not_enrolled_has_no_courier(tmp_path: Path) -> None:
    """It is said, with the next step."""
    config = CourierConfig(tmp_path, "http://127.0.0.1:1", None, 60, 1, 1 << 20)
    with pytest.raises(EnrolmentError, match="has not been enrolled"):
        open_courier(config, SystemClock())


def test_the_staff_list_arrives_and_changes(place: EnrolledPlace) -> None:
    """Somebody added on the platform's page may sign in here, somebody removed may not."""
    courier = place.courier()
    courier.run_once()
    with Office(place.central) as office:
        office.sign_in()
        site = place.enrolment.site_id
        name = f"Wang {place.enrolment.kiosk_id}"
        office.add_member(site, name, "volunteer", "483920")
        courier.hurry()
        assert courier.run_once().has_new_staff
        staff = {record.member.name: record.member.staff_id for record in load_staff(place.db)}
        assert name in staff
        office.submit("/office/staff", f"/office/staff/{staff[name]}/remove")
        courier.hurry()
        assert courier.run_once().has_new_staff
    assert name not in {record.member.name for record in load_staff(place.db)}
    assert not courier.run_once().has_new_staff


def test_an_old_staff_list_is_refused(
    place: EnrolledPlace, caplog: pytest.LogCaptureFixture
) -> None:
    """A list of a lower version than the last is not taken, though it is well signed."""
    caplog.set_level("INFO")
    courier = place.courier()
    courier.run_once()
    before = load_staff(place.db)
    version = facts.get(place.db, STAFF_VERSION)
    facts.put(place.db, STAFF_VERSION, "9999")
    with Office(place.central) as office:
        office.sign_in()
        name = f"Late {place.enrolment.kiosk_id}"
        assert office.add_member(place.enrolment.site_id, name, "volunteer", "483920").ok
    courier.hurry()
    assert not courier.run_once().has_new_staff
    assert load_staff(place.db) == before
    facts.put(place.db, STAFF_VERSION, str(version))
    assert "STAFF_LIST_OLD" in caplog.text


def test_a_status_is_told_by_card_and_by_number(place: EnrolledPlace) -> None:
    """What the office sets is what the resident who comes back is told, with its time."""
    lookup = b"somebody".ljust(32)
    row = place.seal(lookup)
    courier = place.courier()
    courier.run_once()
    at = place.clock.now().at
    (waiting,) = applications.status_by_lookup(place.db, lookup, at)
    assert (waiting.office_state, waiting.as_of) == ("", waiting.delivered_at)
    with Office(place.central) as office:
        office.sign_in()
        office.set_status(row.app_id, "more_papers", en="Bring it.", zh_CN="请带来。")
    courier.hurry()
    courier.run_once()
    (by_card,) = applications.status_by_lookup(place.db, lookup, at)
    (by_number,) = applications.status_by_number(place.db, row.number, row.query_code, at)
    assert by_card == by_number
    assert by_card.office_state == "more_needed"
    assert by_card.office_words == "请带来。"
    assert by_card.delivered_at is not None
    assert by_card.as_of >= by_card.delivered_at


def test_the_queue_is_never_forgotten_behind_failures(place: EnrolledPlace) -> None:
    """However often it failed before, an undelivered entry is still tried."""
    row = place.seal()
    at = place.clock.now().at
    for _ in range(30):
        entries.postpone(place.db, row.app_id, at, "no answer")
    assert place.rounds(place.courier())[-1].still_open == 0
    assert is_held_once(place, row.app_id)


def _rating(app_id: AppId) -> SealRating:
    return SealRating("s-1", app_id, SERVICE.service_id, Rating.FAIR, Language("zh_CN"))
