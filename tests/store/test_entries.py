"""The queue's table: what it refuses, the order it gives, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlcipher3

from kiosk.domain import Language
from kiosk.sealing import Sealer
from kiosk.store import applications, audit, entries
from kiosk.store.entries import EntryState
from tests.support.sealing_places import SealingPlace, now


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


@pytest.fixture
def sealer(place: SealingPlace) -> Sealer:
    """What seals into it."""
    return place.open()


def test_what_is_undelivered_cannot_be_deleted(place: SealingPlace, sealer: Sealer) -> None:
    """The database itself refuses, whoever asks and in whatever state the entry is."""
    row = place.seal(sealer)
    db = sealer.db
    db.conn.execute("PRAGMA foreign_keys=OFF").fetchall()
    for state in (EntryState.QUEUED, EntryState.REGISTERED, EntryState.UPLOADED, EntryState.HELD):
        entries.mark(db, row.app_id, state)
        with pytest.raises(sqlcipher3.IntegrityError, match="without its delivery proof"):
            db.conn.execute("DELETE FROM entries")
    for change in ("state = 'delivered'", "state = 'erased'"):
        with pytest.raises(sqlcipher3.IntegrityError, match="CHECK"):
            db.conn.execute(f"UPDATE entries SET {change}")  # noqa: S608 - words of this test
    entries.deliver(db, row.app_id, "{}", now().at)
    db.conn.execute("DELETE FROM entries")


@pytest.mark.parametrize(
    "column",
    [
        *("epoch", "seq", "app_id", "kind", "file", "size", "header", "prev_hash", "entry_hash"),
        *("signature", "created_at"),
    ],
)
def test_a_sealed_entry_cannot_be_changed(place: SealingPlace, sealer: Sealer, column: str) -> None:
    """What is signed stays as it is, delivered or not."""
    row = place.seal(sealer)
    for _ in ("undelivered", "delivered"):
        with pytest.raises(sqlcipher3.IntegrityError, match="can't be changed"):
            sealer.db.conn.execute(f"UPDATE entries SET {column} = {column}")  # noqa: S608 - ours
        entries.deliver(sealer.db, row.app_id, "{}", now().at)


def test_a_delivery_can_only_be_taken_back_whole(place: SealingPlace, sealer: Sealer) -> None:
    """The database refuses a delivered entry without its proof, a proof without delivery, and any
    way back from erased; a new entry begins undelivered.
    """
    row = place.seal(sealer)
    db = sealer.db
    with pytest.raises(sqlcipher3.IntegrityError, match="with a proof is delivered"):
        db.conn.execute("UPDATE entries SET proof = '{}'")
    entries.deliver(db, row.app_id, "{}", now().at)
    for change in ("proof = '{2}'", "proof = NULL", "state = 'held'", "state = 'queued'"):
        with pytest.raises(sqlcipher3.IntegrityError):
            db.conn.execute(f"UPDATE entries SET {change}")  # noqa: S608 - words of this test
    db.conn.execute("UPDATE entries SET state = 'queued', proof = NULL, delivered_at = NULL")
    entries.deliver(db, row.app_id, "{}", now().at)
    entries.mark_erased(db, row.app_id)
    for change in ("state = 'delivered'", "state = 'queued', proof = NULL"):
        with pytest.raises(sqlcipher3.IntegrityError, match="stays delivered"):
            db.conn.execute(f"UPDATE entries SET {change}")  # noqa: S608 - words of this test
    columns = "epoch, app_id, kind, priority, file, size, header, prev_hash, signature"
    with pytest.raises(sqlcipher3.IntegrityError, match="begins queued"):
        db.conn.execute(
            f"INSERT INTO entries ({columns}, seq, entry_hash, is_acknowledged, created_at, state,"  # noqa: S608
            f" next_at, proof) SELECT {columns}, 99, x'00', 1, created_at, state, next_at, proof"
            " FROM entries"
        )


def test_a_state_that_needs_a_proof_is_refused(place: SealingPlace, sealer: Sealer) -> None:
    """Only a proof makes an entry delivered."""
    row = place.seal(sealer)
    with pytest.raises(ValueError, match="needs a proof"):
        entries.mark(sealer.db, row.app_id, EntryState.DELIVERED)


def test_a_delivered_entry_stays_delivered(place: SealingPlace, sealer: Sealer) -> None:
    """Late news of a try, or a second proof, change nothing."""
    row = place.seal(sealer)
    entries.deliver(sealer.db, row.app_id, '{"first":1}', now().at)
    before = entries.find(sealer.db, row.app_id)
    entries.mark(sealer.db, row.app_id, EntryState.HELD, reason="late")
    entries.postpone(sealer.db, row.app_id, now().at, "late")
    entries.deliver(sealer.db, row.app_id, '{"second":2}', now().at)
    entries.hurry(sealer.db, now().at)
    assert entries.find(sealer.db, row.app_id) == before
    assert entries.open_count(sealer.db) == 0


def test_the_order_is_oldest_first_ratings_last(place: SealingPlace, sealer: Sealer) -> None:
    """A rating waits for the applications, whenever it was given."""
    first = place.seal(sealer)
    rating = place.rate(sealer, first)
    second = place.seal(sealer)
    order = [entry.app_id for entry in entries.unregistered(sealer.db, 10)]
    assert order == [first.app_id, second.app_id, rating]


def test_resting_entries_do_not_hide_the_others(place: SealingPlace, sealer: Sealer) -> None:
    """However many rest at the head of the queue, what is due behind them is found."""
    rows = [place.seal(sealer) for _ in range(6)]
    at = now().at
    for row in rows[:5]:
        entries.postpone(sealer.db, row.app_id, at + timedelta(minutes=5), "later")
    assert [e.app_id for e in entries.unregistered(sealer.db, 2, at)] == [rows[5].app_id]
    entries.mark(sealer.db, rows[0].app_id, EntryState.REGISTERED)
    entries.postpone(sealer.db, rows[0].app_id, at + timedelta(minutes=5), "later")
    entries.mark(sealer.db, rows[5].app_id, EntryState.REGISTERED)
    assert [e.app_id for e in entries.to_upload(sealer.db, 1, at)] == [rows[5].app_id]


def test_a_rest_of_a_clock_that_ran_ahead_does_not_count(
    place: SealingPlace, sealer: Sealer
) -> None:
    """An entry that is to wait for years was put off while the clock was wrong."""
    row = place.seal(sealer)
    at = now().at
    entries.postpone(sealer.db, row.app_id, at + timedelta(days=3650), "later")
    assert len(entries.unregistered(sealer.db, 2, at)) == 1


def test_somebody_who_hurries_makes_everything_due(place: SealingPlace, sealer: Sealer) -> None:
    """Held and resting entries are tried again when a technician says so."""
    row = place.seal(sealer)
    at = now().at
    entries.mark(sealer.db, row.app_id, EntryState.HELD, reason="409 no")
    entries.postpone(sealer.db, row.app_id, at + timedelta(hours=24), "409 no")
    assert entries.to_upload(sealer.db, 5, at) == ()
    entries.hurry(sealer.db, at)
    assert len(entries.to_upload(sealer.db, 5, at)) == 1


def test_the_queue_is_told_in_counts(place: SealingPlace, sealer: Sealer) -> None:
    """States, counts, ages and reasons; no id, no number, no name."""
    rows = [place.seal(sealer) for _ in range(3)]
    entries.mark(sealer.db, rows[0].app_id, EntryState.HELD, reason="409 no")
    entries.deliver(sealer.db, rows[1].app_id, "{}", now().at)
    lines = {line.state: (line.count, line.reason) for line in entries.queue(sealer.db)}
    assert lines == {"queued": (1, ""), "held": (1, "409 no"), "delivered": (1, "")}
    assert entries.open_count(sealer.db) == 2


def test_the_state_of_an_application_by_card_and_by_number(
    place: SealingPlace, sealer: Sealer
) -> None:
    """Both ways tell the same; a wrong code tells nothing; an older word never replaces a newer."""
    row = place.seal(sealer)
    db, at = sealer.db, now().at
    (by_card,) = applications.status_by_lookup(db, bytes(32), at)
    assert by_card.delivered_at is None
    assert applications.status_by_number(db, row.number, "AAAAAA", at) == ()
    entries.deliver(db, row.app_id, "{}", at)
    words = {"en": "Please come.", "zh_CN": "请您来一趟。"}
    applications.set_office_state(db, row.app_id, "more_needed", words, at)
    applications.set_office_state(
        db, row.app_id, "accepted", {"en": "old"}, at - timedelta(hours=1)
    )
    (by_card,) = applications.status_by_lookup(db, bytes(32), at)
    (by_number,) = applications.status_by_number(db, row.number, row.query_code, at)
    assert by_card == by_number
    assert (by_card.delivered_at, by_card.office_state) == (at, "more_needed")
    assert by_card.office_words == words[Language("zh_CN")]
    assert by_card.as_of == at


def test_the_journal_keeps_what_happened(sealer: Sealer) -> None:
    """Newest first, with its fields."""
    at = now().at
    audit.write(sealer.db, at, "VISIT_STARTED", (("service", "old_age_allowance"),))
    audit.write(sealer.db, at + timedelta(seconds=1), "VISIT_ENDED")
    newest, oldest = audit.last(sealer.db, 5)
    assert newest[1:] == ("VISIT_ENDED", ())
    assert oldest == (at, "VISIT_STARTED", (("service", "old_age_allowance"),))
