"""Ten seeds of three simulated weeks; and the proof that the simulation can fail."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.dose import fast_folder
from tests.faults.simulated_network import Mishap
from tests.faults.simulation import Bug, simulate

pytestmark = [
    pytest.mark.may_warn("what the network does to a courier is told"),
    pytest.mark.timeout(300),
]
SEEDS = tuple(f"seed-{number}" for number in range(10))


@pytest.fixture
def world() -> Iterator[Path]:
    """A place for a world, in memory where there is one."""
    with tempfile.TemporaryDirectory(prefix="doorstep-sim-", dir=fast_folder()) as home:
        yield Path(home) / "world"


@pytest.mark.parametrize("seed", SEEDS)
def test_three_weeks(world: Path, seed: str) -> None:
    """Nothing is lost or doubled, and everything arrives within a day of good network."""
    out = simulate(world, seed)
    assert not out.problems, out.line()
    assert out.sealed > 80
    assert out.crashes > 0
    assert set(out.mishaps) == set(Mishap)


def test_a_seed_is_the_same_world_again(tmp_path: Path) -> None:
    """What was found once can be looked at again."""
    one, other = (simulate(tmp_path / name, "again", 2) for name in ("one", "other"))
    assert one.mishaps == other.mishaps
    assert (one.sealed, one.rounds, one.crashes) == (other.sealed, other.rounds, other.crashes)


@pytest.mark.parametrize("bug", Bug)
def test_each_planted_bug_is_found(world: Path, bug: Bug) -> None:
    """A simulation that can't fail proves nothing."""
    assert simulate(world, "planted", 6, bug).problems
