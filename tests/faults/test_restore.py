"""Platform restored from yesterday's backup, kiosk cloned, kiosk restored: noticed and healed."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from central.statuses import set_status
from central.tables import HeadRow, LostRow
from kiosk.store import applications, audit, entries, facts
from kiosk.store.entries import EntryState
from sync.protocol import StatusCode
from tests.faults.dose import Batch, fast_folder
from tests.faults.restoring import HARNESS, ORDERS, STORIES, Bug, Mishap, Site, Story, live_through

pytestmark = pytest.mark.may_warn("copies and losses are told")
FOUND_BY = {
    Bug.GAPS_NOT_ASKED: Story((Mishap.PLATFORM,), lives_between=False),
    Bug.FORK_UNNOTICED: Story((Mishap.CLONE,), lives_between=True),
    Bug.NUMBERS_CLASH: Story((Mishap.KIOSK, Mishap.CLONE), lives_between=False),
}
"""The shortest story that shows each."""


@pytest.fixture
def site() -> Iterator[Site]:
    """A site in memory where there is some."""
    with tempfile.TemporaryDirectory(prefix="doorstep-site-", dir=fast_folder()) as home:
        made = Site(Path(home))
        yield made
        made.close()


def test_yesterdays_platform_gets_everything_again(site: Site) -> None:
    """What was proven after the backup and still lies here is announced and sent again, once."""
    site.live()
    site.back_up()
    site.live()
    before = {app_id: row.entry_hash for app_id, row in site.held().items()}
    site.restore_platform()
    assert len(site.held()) == 2
    site.live()
    site.kiosk.drain()
    held = site.held()
    assert before.items() <= {app_id: row.entry_hash for app_id, row in held.items()}.items()
    assert sorted(held) == sorted(site.sealed())
    assert site.open_entries() == []


def test_what_is_erased_is_named_by_its_proof(site: Site) -> None:
    """A backup older than envelopes are kept: the platform learns what it lost, and says so."""
    site.live()
    site.back_up()
    site.live()
    site.clock.pass_s(80 * 3600)
    site.kiosk.drain(2)
    lost = site.kiosk.sealed[2:4]
    for app_id in lost:
        entry = entries.find(site.kiosk.sealer.db, app_id)
        assert entry is not None
        assert entry.state is EntryState.ERASED
    site.restore_platform()
    site.kiosk.seal()
    site.kiosk.drain()
    with site.central.database.reading() as session:
        rows = session.scalars(select(LostRow).order_by(LostRow.seq)).all()
        assert [row.app_id for row in rows] == lost
        assert session.scalars(select(HeadRow)).one().contiguous_seq == 6  # and a canary
    assert "2 entries were proven and are not held" in site.alarm()
    assert sorted(site.held()) == sorted(set(site.sealed()) - set(lost))


def test_of_a_cloned_kiosk_everything_is_kept_and_one_goes_on_elsewhere(site: Site) -> None:
    """Both used the same places in the chain: both are held, it is said, numbers part for good."""
    site.live()
    site.clone()
    for machine in site.machines:
        machine.seal()
    for _ in range(2):
        site.live()
    site.live()
    assert sorted(site.held()) == sorted(site.sealed())
    assert site.open_entries() == []
    assert "copied" in site.alarm()
    epochs = {facts.get(machine.sealer.db, "epoch") for machine in site.machines}
    assert len(epochs) == 2
    newest = [machine.numbers[-1] for machine in site.machines]
    assert len(set(newest)) == 2
    started = [
        event
        for machine in site.machines
        for _, event, _ in audit.last(machine.sealer.db, 100)
        if event == "EPOCH_STARTED"
    ]
    assert len(started) == 1


def test_two_copies_that_part_at_once_take_different_numbers(site: Site) -> None:
    """Neither has sent anything under its new number yet: the platform knows who said it first."""
    site.live()
    for _ in range(2):
        site.clone()
    for machine in site.machines:
        machine.seal()
    for machine in site.machines:  # the first goes on as it is, the others are told to part
        machine.drain(1)
    for _ in range(2):
        site.live()
    newest = {machine.numbers[-1] for machine in site.machines}
    assert len(newest) == 3
    kiosk_numbers = {facts.get(machine.sealer.db, "kiosk_number") for machine in site.machines}
    assert len(kiosk_numbers) == 3
    assert sorted(site.held()) == sorted(set(site.sealed()))
    assert site.open_entries() == []
    assert "copied" in site.alarm()


def test_a_restored_kiosk_starts_anew_before_it_does_harm(site: Site) -> None:
    """Back at yesterday it is told so at its first hello: no place is used twice after it."""
    site.live()
    site.back_up()
    site.live()
    site.restore_kiosk()
    site.kiosk.drain(1)
    assert "went back" in site.alarm()
    site.live()
    held = site.held()
    assert all(row.branch == 0 for row in held.values())
    numbers = Counter((row.number, row.seq) for row in held.values())
    assert set(numbers.values()) == {1}
    assert sorted(held) == sorted(site.sealed())


def test_news_of_a_restored_platform_are_heard(site: Site) -> None:
    """Its feed begins anew under numbers that were used before: nothing in it is missed."""
    first = site.kiosk.seal()
    site.kiosk.drain(2)
    site.back_up()
    words = (("en", "Before."),)
    assert set_status(site.central, first, StatusCode.ACCEPTED, words)
    site.kiosk.drain(1)
    site.restore_platform()
    for text in ("After.", "Last."):
        assert set_status(site.central, first, StatusCode.DONE, (("en", text),))
    site.kiosk.drain(1)
    at = site.clock.now().at
    (told,) = applications.status_by_lookup(site.kiosk.sealer.db, bytes(32), at)
    assert told.office_state == "done"


def test_copies_that_start_anew_at_once_part_for_good(site: Site) -> None:
    """Both take the same next number under an epoch of their own: one of them gives it up."""
    site.live()
    site.back_up()
    site.live()
    site.restore_kiosk()
    site.clone()
    for _ in range(3):
        site.live()
    newest = [machine.numbers[-1] for machine in site.machines]
    assert len(set(newest)) == 2
    assert "copied" in site.alarm()


@pytest.mark.parametrize("story", ORDERS, ids=str)
def test_all_orders(site: Site, story: Story) -> None:
    """Whatever happens in whatever order, all that was sealed is held once and nothing waits."""
    assert live_through(site, story) == []


@pytest.mark.parametrize("bug", HARNESS.bugs)
def test_a_planted_bug_is_found(bug: str) -> None:
    """A platform that is not told again, and copies that do not part, are seen."""
    case = STORIES.index(FOUND_BY[Bug(bug)])
    assert HARNESS.give(Batch("planted", range(case, case + 1), bug)).problems
