"""The rising number in every request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.store.engine import Database
from sync.counter import BLOCK, Counter
from tests.support.sealing_places import SealingPlace


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A store."""
    place = SealingPlace(tmp_path / "state")
    yield place.store()
    place.close()


def test_it_rises_by_one(db: Database) -> None:
    """Each number is one above the last."""
    counter = Counter(db)
    assert [counter.next() for _ in range(5)] == [1, 2, 3, 4, 5]


def test_after_a_restart_it_is_above_all_before(db: Database) -> None:
    """Whatever was used before a power cut is never used again."""
    used = [Counter(db).next() for _ in range(3)]
    assert used == sorted(set(used))
    counter = Counter(db)
    many = [counter.next() for _ in range(BLOCK + 5)]
    assert min(many) > max(used)
    assert Counter(db).next() > max(many)


def test_it_goes_on_behind_what_the_platform_has_seen(db: Database) -> None:
    """A database from a backup catches up, and remembers that it did."""
    counter = Counter(db)
    counter.next()
    counter.skip_to(5000)
    assert counter.next() == 5001
    counter.skip_to(17)
    assert counter.next() == 5002
    assert Counter(db).next() > 5002


def test_an_absurd_number_is_not_followed(db: Database) -> None:
    """Pushed to the end of the numbers, a kiosk could never speak again."""
    counter = Counter(db)
    counter.skip_to(10**18 - 1)
    assert counter.next() == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["next", "restart", "skip"]), max_size=30), st.data())
def test_whatever_happens_none_is_used_twice(
    db: Database, acts: list[str], data: st.DataObject
) -> None:
    """Restarts and catching up in any order: always rising."""
    counter, last = Counter(db), 0
    last = counter.next()
    for act in acts:
        match act:
            case "restart":
                counter = Counter(db)
            case "skip":
                counter.skip_to(data.draw(st.integers(0, 3000)))
        number = counter.next()
        assert number > last
        last = number


def test_two_programs_draw_from_the_same_numbers(db: Database) -> None:
    """Taking turns they rise together: no request of one makes those of the other too low."""
    one, other = Counter(db, "boot-1"), Counter(db, "boot-1")
    drawn = [counter.next() for _ in range(BLOCK) for counter in (one, other)]
    assert drawn == list(range(1, 2 * BLOCK + 1))


def test_after_a_restart_of_the_machine_what_was_reserved_counts(db: Database) -> None:
    """The last number drawn may be one from before the power cut."""
    counter = Counter(db, "boot-1")
    assert [counter.next() for _ in range(3)] == [1, 2, 3]
    assert Counter(db, "boot-1").next() == 4
    assert Counter(db, "boot-2").next() == BLOCK + 2
