"""The queue on a stick: whole or said to be incomplete, and nothing counts without its proof."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.platform import Platform, open_platform
from central.staffing import add_member
from central.statuses import set_status
from kiosk.domain import StaffRole
from kiosk.errors import StickError
from kiosk.store import entries, facts
from kiosk.store.entries import EntryState
from kiosk.store.leases import Leases
from kiosk.store.staff_files import load_staff
from sync import stick as stick_files
from sync import stick_export
from sync.news import CURSOR
from sync.protocol import BUNDLE_INCOMPLETE, StatusCode
from tests.support.builders import FakeClock
from tests.support.sealing_places import now
from tests.support.sticks import Traveller, bring, held


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """Open a platform of its own."""
    opened = open_platform(tmp_path / "central")
    yield opened
    opened.database.close()


@pytest.fixture
def kiosk(tmp_path: Path, platform: Platform) -> Iterator[Traveller]:
    """Enrol a kiosk."""
    made = Traveller(tmp_path / "state", platform)
    yield made
    made.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Make an empty stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def is_complete(stick: Path, kiosk: Traveller) -> bool:
    """Say whether the bundle says so."""
    return not (stick / kiosk.bundle / BUNDLE_INCOMPLETE).exists()


def test_there_and_back(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """What was exported is held, and delivered here once its proof has come back; not before."""
    rows = [kiosk.seal() for _ in range(3)]
    exported = kiosk.export(stick)
    assert (exported.total, exported.copied, exported.unreadable) == (3, 3, ())
    assert is_complete(stick, kiosk)
    assert {kiosk.entry(row).state for row in rows} == {EntryState.QUEUED}
    result = bring(platform, stick)
    assert (result.taken, result.known, result.is_well) == (3, 0, True)
    assert held(platform) == [row.app_id for row in rows]
    assert kiosk.take_answers(stick).delivered == 3
    assert {kiosk.entry(row).state for row in rows} == {EntryState.DELIVERED}
    assert all(kiosk.envelope(row).exists() for row in rows)


def test_what_is_being_copied_is_left_alone_by_couriers(kiosk: Traveller, stick: Path) -> None:
    """One entry at a time is leased; what a courier sends now is copied all the same."""
    rows = [kiosk.seal() for _ in range(3)]
    courier = Leases(kiosk.db, FakeClock(), "", 60.0)
    courier.hold(rows[0].app_id)
    export = kiosk.exporting()
    seen: list[frozenset[str]] = []
    export.on_step = lambda _done, _of: seen.append(frozenset(courier.elsewhere()))
    assert export.run(stick, now().at).copied == 3
    assert seen[:3] == [frozenset(), {rows[1].app_id}, {rows[2].app_id}]
    assert seen[-1] == frozenset()


def test_everything_may_be_done_twice(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """Export, import and import again: one of each, the same proof."""
    row = kiosk.seal()
    kiosk.export(stick)
    assert kiosk.export(stick).copied == 0
    bring(platform, stick)
    again = bring(platform, stick)
    assert (again.taken, again.known, again.is_well) == (0, 1, True)
    assert kiosk.take_answers(stick).delivered == 1
    proof = kiosk.entry(row).proof
    second = kiosk.take_answers(stick)
    assert (second.delivered, second.known, second.refused) == (0, 1, 0)
    assert kiosk.entry(row).proof == proof
    assert held(platform) == [row.app_id]


def test_a_used_stick_is_cleared_of_what_is_proven(
    platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """The next export takes proven envelopes away, adds new ones, and leaves other files alone."""
    kiosk.seal()
    kiosk.export(stick)
    bring(platform, stick)
    kiosk.take_answers(stick)
    late = kiosk.seal()
    note = stick / kiosk.bundle / "entries" / "note.txt"
    note.write_text("mine")
    exported = kiosk.export(stick)
    assert (exported.total, exported.copied) == (1, 1)
    there = {path.name for path in note.parent.iterdir()}
    assert there == {kiosk.entry(late).file, "note.txt"}
    assert kiosk.export(stick, with_delivered=True).total == 2


def test_news_come_along(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """Statuses and staff lists are taken once, in their order, and an old stick changes nothing."""
    row = kiosk.seal()
    kiosk.export(stick)
    bring(platform, stick)
    kiosk.take_answers(stick)
    set_status(platform, row.app_id, StatusCode.ACCEPTED, ())
    added = add_member(
        platform, kiosk.enrolment.site_id, "Zhang San", StaffRole.VOLUNTEER, "271828"
    )
    assert not isinstance(added, str)
    kiosk.export(stick)
    bring(platform, stick)
    shutil.copytree(stick, stick.with_name("old"))
    answered = kiosk.take_answers(stick)
    assert (answered.changes, answered.has_new_staff, answered.problems) == (2, True, [])
    assert [it.member.name for it in load_staff(kiosk.db)] == ["Zhang San"]
    cursor = facts.get(kiosk.db, CURSOR)
    set_status(platform, row.app_id, StatusCode.DONE, ())
    kiosk.export(stick)
    bring(platform, stick)
    assert kiosk.take_answers(stick).changes == 1
    newer = facts.get(kiosk.db, CURSOR)
    assert newer != cursor
    assert kiosk.take_answers(stick.with_name("old")).changes == 0
    assert facts.get(kiosk.db, CURSOR) == newer


def test_a_pulled_stick_loses_nothing(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """Pulled in the middle: a sentence, an incomplete bundle; the next export adds the rest."""
    rows = [kiosk.seal() for _ in range(4)]
    kept = stick.with_name("pulled")

    def pull(done: int, _of: int) -> None:
        if done == 2:
            stick.rename(kept)

    export = kiosk.exporting()
    export.on_step = pull
    with pytest.raises(StickError):
        export.run(stick, rows[0].received_at)
    assert not is_complete(kept, kiosk)
    result = bring(platform, kept)
    assert (result.taken, result.missing, result.was_interrupted) == (2, 2, True)
    assert kiosk.take_answers(kept).delivered == 2
    assert {kiosk.entry(row).state for row in rows[2:]} == {EntryState.QUEUED}
    again = kiosk.export(kept)
    assert (again.total, again.copied) == (2, 2)
    assert is_complete(kept, kiosk)
    assert bring(platform, kept).is_well
    assert held(platform) == [row.app_id for row in rows]


@pytest.mark.parametrize("phase", [1, 3, 5])
def test_an_export_that_dies_is_finished_by_the_next(
    platform: Platform, kiosk: Traveller, stick: Path, phase: int
) -> None:
    """Wherever it ends, while copying or while reading back, the bundle is not called complete."""
    for _ in range(3):
        kiosk.seal()

    def die(done: int, _of: int) -> None:
        if done == phase:
            raise KeyboardInterrupt

    export = kiosk.exporting()
    export.on_step = die
    with pytest.raises(KeyboardInterrupt):
        export.run(stick, kiosk.entry(kiosk.seal()).created_at)
    assert not is_complete(stick, kiosk)
    assert kiosk.export(stick).copied == 4 - min(phase, 4)
    assert is_complete(stick, kiosk)
    assert bring(platform, stick).taken == 4


def test_what_the_stick_spoilt_is_written_again(kiosk: Traveller, stick: Path) -> None:
    """Cut short or bent on the stick: the next export notices and replaces it."""
    rows = [kiosk.seal() for _ in range(3)]
    kiosk.export(stick)
    folder = stick / kiosk.bundle / "entries"
    cut, bent = (folder / kiosk.entry(row).file for row in rows[:2])
    cut.write_bytes(cut.read_bytes()[:-7])
    data = bytearray(bent.read_bytes())
    data[-1] ^= 1
    bent.write_bytes(data)
    assert kiosk.export(stick).copied == 2
    assert bent.read_bytes() == kiosk.envelope(rows[1]).read_bytes()


def test_a_stick_that_lies_is_found_out(
    kiosk: Traveller, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that come back other than they were written: never "safe to remove"."""
    kiosk.seal()
    write = stick_files.write_file

    def lose_a_bit(path: Path, blocks: Iterator[bytes]) -> None:
        write(path, blocks)
        if path.suffix == ".env":
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)

    monkeypatch.setattr(stick_export, "write_file", lose_a_bit)
    with pytest.raises(StickError, match="does not give back"):
        kiosk.export(stick)
    assert not is_complete(stick, kiosk)
    monkeypatch.undo()
    assert kiosk.export(stick).copied == 1


@pytest.mark.may_warn
def test_an_unreadable_envelope_stops_no_other(
    platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """Damaged on the kiosk's own disk: named, left out, still in the queue; the rest travels."""
    rows = [kiosk.seal() for _ in range(3)]
    kiosk.envelope(rows[0]).unlink()
    damaged = kiosk.envelope(rows[1])
    damaged.write_bytes(damaged.read_bytes()[:-1])
    exported = kiosk.export(stick)
    assert (exported.total, exported.unreadable) == (1, (1, 2))
    assert is_complete(stick, kiosk)
    assert bring(platform, stick).is_well
    assert kiosk.take_answers(stick).delivered == 1
    assert entries.open_count(kiosk.db) == 2


@pytest.mark.may_warn
def test_a_stick_of_another_kiosk_is_refused(
    tmp_path: Path, platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """Its answers are not looked at, and the sentence names both; one stick may serve two."""
    other = Traveller(tmp_path / "other", platform)
    kiosk.seal()
    row = other.seal()
    kiosk.export(stick)
    with pytest.raises(StickError, match="not answered"):
        kiosk.take_answers(stick)
    bring(platform, stick)
    with pytest.raises(StickError, match=f"another kiosk.*{kiosk.bundle}"):
        other.take_answers(stick)
    other.export(stick)
    from central.stick import import_stick

    assert sorted(it.name for it in import_stick(platform, stick)) == sorted(
        [kiosk.bundle, other.bundle]
    )
    shutil.copytree(
        stick / kiosk.bundle / "answers",
        stick / other.bundle / "answers",
        dirs_exist_ok=True,
    )
    answered = other.take_answers(stick)
    assert answered.delivered == 0
    assert answered.refused == 1
    assert other.entry(row).proof is None
    other.close()


@pytest.mark.may_warn
def test_bent_answers_count_for_nothing(platform: Platform, kiosk: Traveller, stick: Path) -> None:
    """A bent proof is refused, a torn page named, forged news not heard; the rest is taken."""
    rows = [kiosk.seal() for _ in range(2)]
    kiosk.export(stick)
    bring(platform, stick)
    set_status(platform, rows[0].app_id, StatusCode.DONE, ())
    bring(platform, stick)
    answers = stick / kiosk.bundle / "answers"
    proofs = answers / "proofs-0001.json"
    told = json.loads(proofs.read_text())
    told["proofs"][0]["payload"]["seq"] = 2
    proofs.write_text(json.dumps(told))
    (answers / "proofs-0002.json").write_text('{"proofs": [')
    changes = answers / "changes-0001.json"
    forged = json.loads(changes.read_text())
    forged["payload"]["page"]["changes"][0]["code"] = "refused"
    changes.write_text(json.dumps(forged))
    cursor = facts.get(kiosk.db, CURSOR)
    answered = kiosk.take_answers(stick)
    assert (answered.delivered, answered.refused, answered.changes) == (1, 1, 0)
    assert [it.split(":")[0] for it in answered.problems] == [
        "proofs-0002.json",
        "changes-0001.json",
    ]
    assert facts.get(kiosk.db, CURSOR) == cursor
    assert kiosk.entry(rows[0]).proof is None
    assert kiosk.entry(rows[1]).proof is not None


def test_a_link_in_place_of_a_folder_is_not_followed(
    tmp_path: Path, kiosk: Traveller, stick: Path
) -> None:
    """Nothing is written or taken away outside of the stick."""
    kiosk.seal()
    outside = tmp_path / "outside"
    outside.mkdir()
    (stick / kiosk.bundle).mkdir()
    (stick / kiosk.bundle / "entries").symlink_to(outside)
    with pytest.raises(StickError):
        kiosk.export(stick)
    assert list(outside.iterdir()) == []


def test_no_folder_is_a_sentence(kiosk: Traveller, tmp_path: Path) -> None:
    """A stick that is not mounted is no reason to write onto the kiosk's own disk."""
    kiosk.seal()
    with pytest.raises(StickError, match="no folder"):
        kiosk.export(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_kiosk_without_any_network_erases_what_was_proven_long_ago(
    platform: Platform, kiosk: Traveller, stick: Path
) -> None:
    """72 hours of surely passed time after its proof; a stick without a new proof erases nothing.

    The clock on the wall counts for nothing.
    """
    first = kiosk.seal()
    kiosk.export(stick)
    bring(platform, stick)
    kiosk.take_answers(stick)
    kiosk.clock.set_wall(kiosk.clock.at + timedelta(days=900))
    second = kiosk.seal()
    kiosk.export(stick)
    bring(platform, stick)
    kiosk.take_answers(stick)
    assert kiosk.entry(first).state is EntryState.DELIVERED
    kiosk.clock.pass_s(80 * 3600.0)
    kiosk.take_answers(stick)
    assert kiosk.envelope(first).exists()
    kiosk.seal()
    kiosk.export(stick)
    bring(platform, stick)
    kiosk.take_answers(stick)
    assert [kiosk.entry(row).state for row in (first, second)] == [EntryState.ERASED] * 2
    assert not kiosk.envelope(first).exists()
