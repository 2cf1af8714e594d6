"""A long queue keeps nobody waiting: what a start leaves out, and when it is made up for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from kiosk.clock import SystemClock
from kiosk.effects import Desk, Surroundings
from kiosk.errors import DatabaseDamaged
from kiosk.sealing import Sealer
from kiosk.staff import SignIn
from kiosk.store import boot, entries, sweeping
from kiosk.store.adoption import Adoption
from kiosk.store.boot import DAMAGE_SEEN, DAMAGED, Findings, check_store, sweep
from kiosk.store.engine import FILE_NAME, Database, quick_check, storage_errors
from kiosk.store.entries import EntryState
from kiosk.store.staff_files import StoredLocks
from kiosk.store.sweeping import MISSING, TORN
from tests.support.builders import a_world
from tests.support.sealing_places import SealingPlace, now
from tests.support.services import the_calendar
from tests.support.waiting import wait_until


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


@pytest.fixture
def sealer(place: SealingPlace, monkeypatch: pytest.MonkeyPatch) -> Sealer:
    """What has sealed into it after a first sweep; every queue counts as long from here on."""
    sealer = place.open()
    look(place)
    boot.mark_start(sealer.db)
    for _ in range(3):
        place.seal(sealer)
    monkeypatch.setattr(boot, "SWEPT_AT_ONCE_BYTES", 0)
    return sealer


def look(place: SealingPlace) -> Findings:
    """Look at the store as the start of a kiosk does."""
    return check_store(
        place.folder, place.keys, place.enrolment.kiosk_id, now().at, may_put_off=True
    )


def sweep_it(place: SealingPlace, stopped: Event | None = None) -> Findings | None:
    """Sweep as the kiosk does while it serves."""
    stopped = stopped or Event()
    return sweep(place.folder, place.keys, place.enrolment.kiosk_id, now().at, stopped.is_set)


def tear(place: SealingPlace, seq: int) -> Path:
    """Cut the envelope of an entry short."""
    path = place.envelopes / place.files()[seq - 1]
    path.write_bytes(path.read_bytes()[:-1])
    return path


def spoil_journal(place: SealingPlace, sealer: Sealer) -> None:
    """Write rubbish over a page that a start has no use for."""
    quick_check(sealer.db)
    query = "SELECT rootpage FROM sqlite_master WHERE name = 'journal'"
    (page,) = sealer.db.conn.execute(query).fetchone()
    place.close()
    with (place.folder / FILE_NAME).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))


def a_desk(place: SealingPlace) -> Desk:
    """Open what serves residents."""
    sealer = place.open()
    around = Surroundings((), a_world().site, the_calendar(), "UTC", "", {}, ())
    return Desk(
        sealer.db,
        sealer,
        SignIn(StoredLocks(sealer.db), ""),
        around,
        SystemClock(),
        found=look(place),
    )


@pytest.mark.may_warn("what is found is told")
def test_a_sweep_that_was_put_off_finds_what_the_start_left_out(
    place: SealingPlace, sealer: Sealer
) -> None:
    """After a power cut the start takes in what has no row, and only the sweep measures files."""
    path = tear(place, 2)
    found = look(place)
    assert (found.is_swept, found.is_sweep_owed, found.missing) == (False, True, 0)
    swept = sweep_it(place)
    assert swept is not None
    assert (swept.is_swept, swept.entries, swept.missing) == (True, 3, 1)
    held = [it for it in entries.to_upload(sealer.db, 9) if it.state is EntryState.HELD]
    assert [(it.file, it.reason) for it in held] == [(path.name, TORN)]


@pytest.mark.may_warn("what is found is told")
def test_what_has_no_row_is_taken_in_though_the_sweep_waits(
    place: SealingPlace, sealer: Sealer
) -> None:
    """Adoption is never put off: the next number depends on it."""
    sealer.db.conn.execute("DROP TRIGGER entries_undelivered_stay")
    sealer.db.conn.execute("PRAGMA foreign_keys=OFF").fetchall()
    sealer.db.conn.execute("DELETE FROM entries WHERE seq = 3")
    found = look(place)
    assert (found.is_sweep_owed, found.adopted) == (True, 1)
    assert len(entries.unregistered(sealer.db, 9)) == 3


def test_a_sweep_that_was_stopped_is_still_owed(
    place: SealingPlace, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither stopping it nor a proper end makes up for it; sweeping does."""
    stopped = Event()

    def check_long(db: Database, *, puts_log_away: bool) -> bool:
        """Stand in for the check of a long queue, which is stopped in its middle."""
        assert not puts_log_away
        stopped.set()
        with storage_errors():
            db.conn.execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " SELECT max(i) FROM n"
            ).fetchall()
        raise AssertionError("it has no end")

    assert look(place).is_sweep_owed
    boot.mark_start(sealer.db, owes_sweep=True)
    with monkeypatch.context() as patch:
        patch.setattr(boot, "quick_check", check_long)
        assert sweep_it(place, stopped) is None
    boot.mark_end(sealer.db, place.folder)
    assert look(place).is_sweep_owed
    assert sweep_it(place) == Findings(entries=3, is_swept=True)
    assert look(place) == Findings()


@pytest.mark.may_warn("damage is told")
def test_damage_that_a_sweep_meets_is_mended_by_the_next_start(
    place: SealingPlace, sealer: Sealer
) -> None:
    """The start does not read the damaged page, the sweep does; the start after it puts nothing
    off.
    """
    spoil_journal(place, sealer)
    assert look(place).is_sweep_owed
    with pytest.raises(DatabaseDamaged):
        sweep_it(place)
    assert (place.folder / DAMAGE_SEEN).exists()
    found = look(place)
    assert (found.is_rebuilt, found.is_swept, found.adopted) == (True, True, 3)
    assert not (place.folder / DAMAGE_SEEN).exists()
    assert list(place.folder.glob(f"{DAMAGED}/*{FILE_NAME}"))


def test_a_short_queue_is_swept_at_once(
    place: SealingPlace, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Putting off is for what takes long."""
    monkeypatch.setattr(boot, "SWEPT_AT_ONCE_BYTES", 2**30)
    assert sealer.db is not None
    assert look(place) == Findings(entries=3, is_swept=True)


def test_a_folder_that_was_left_complete_is_not_listed_again(
    place: SealingPlace, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a proper end with everything in its place the start costs the same for any queue."""
    sweep_it(place)
    boot.mark_end(sealer.db, place.folder)

    def refuse(*_: object) -> None:
        raise AssertionError("the folder was listed")

    monkeypatch.setattr(Adoption, "run", refuse)
    monkeypatch.setattr(sweeping, "compare_names", refuse)
    assert look(place) == Findings()


@pytest.mark.parametrize("what", ["gone", "strange", "draft"])
@pytest.mark.parametrize("when", ["before the end", "after the end"])
@pytest.mark.may_warn("what is found is told")
def test_a_folder_that_changed_is_listed(
    place: SealingPlace, sealer: Sealer, what: str, when: str
) -> None:
    """Whatever was taken from the folder or laid into it, and whenever, is found by the start."""
    sweep_it(place)
    if when == "after the end":
        boot.mark_end(sealer.db, place.folder)
    match what:
        case "gone":
            (place.envelopes / place.files()[1]).unlink()
        case "strange":
            (place.envelopes / "ffffffff-00000009-strange.env").write_bytes(b"torn")
        case _:
            (place.envelopes / "ffffffff-00000009-strange.env.tmp").write_bytes(b"torn")
    if when == "before the end":
        boot.mark_end(sealer.db, place.folder)
    found = look(place)
    assert (found.missing, found.put_aside) == (int(what == "gone"), int(what == "strange"))
    assert not any(name.endswith(".tmp") for name in place.files())
    held = [it for it in entries.to_upload(sealer.db, 9) if it.reason == MISSING]
    assert len(held) == found.missing


@pytest.mark.usefixtures("sealer")
@pytest.mark.may_warn("what is found is told")
def test_the_desk_sweeps_while_it_serves(place: SealingPlace) -> None:
    """What the sweep found is said by the desk, and the next start owes nothing."""
    path = tear(place, 1)
    desk = a_desk(place)
    assert desk.found.is_sweep_owed
    desk.begin()
    wait_until(lambda: desk.found.is_swept, what="the sweep")
    assert (desk.found.missing, desk.found.is_sweep_owed) == (1, False)
    desk.close()
    assert path.exists()
    assert not look(place).is_sweep_owed
