"""Two programs on one state folder: `kiosk sync` or `kiosk doctor` while residents are served."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kiosk.sealing import QUARANTINE
from kiosk.store import entries, facts
from tests.support.sealing_places import SealingPlace, now
from tests.support.waiting import wait_until

SEALED = 40


def test_adopting_while_another_program_seals_disturbs_nothing(tmp_path: Path) -> None:
    """What is being sealed is neither put aside nor adopted nor torn by who looks meanwhile."""
    place = SealingPlace(tmp_path / "state")
    place.open()
    is_over = threading.Event()
    rounds: list[int] = []
    problems: list[BaseException] = []

    def look() -> None:
        other = SealingPlace(place.folder, place.recipient)
        try:
            sealer = other.open()
            while not is_over.is_set():
                rounds.append(sealer.adopt(now()))
        except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
            problems.append(problem)
        finally:
            other.close()

    looking = threading.Thread(target=look)
    looking.start()
    sealer = place.open()
    numbers = [place.seal(sealer).number for _ in range(SEALED)]
    wait_until(lambda: len(rounds) > 10 or problems)
    is_over.set()
    looking.join(30)
    assert problems == []
    assert set(rounds) == {0}
    assert not (place.envelopes / QUARANTINE).exists()
    rows = entries.unregistered(sealer.db, 100)
    assert [str(row.header.receipt_number) for row in rows] == numbers
    assert all(row.is_acknowledged for row in rows)
    assert place.files() == sorted(row.file for row in rows)
    place.close()


def test_two_programs_that_seal_share_one_chain(tmp_path: Path) -> None:
    """Should ever two kiosks run on one folder, every number is still given once."""
    place = SealingPlace(tmp_path / "state")
    place.open()
    numbers: list[str] = []
    problems: list[BaseException] = []

    def seal() -> None:
        other = SealingPlace(place.folder, place.recipient)
        try:
            sealer = other.open()
            numbers.extend(other.seal(sealer).number for _ in range(SEALED // 2))
        except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
            problems.append(problem)
        finally:
            other.close()

    threads = [threading.Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(set(numbers)) == SEALED
    sealer = place.open()
    seqs = sorted(row.seq for row in entries.unregistered(sealer.db, 100))
    assert seqs == list(range(1, SEALED + 1))
    place.close()


@pytest.mark.parametrize("name", ["first", "second", "third"])
def test_lanes_that_open_a_new_store_side_by_side_share_it(tmp_path: Path, name: str) -> None:
    """Keys and tables are made once, whoever comes first: one key, one database, for all."""
    folder = tmp_path / name
    ready = threading.Barrier(6)
    keys: list[str] = []
    problems: list[BaseException] = []

    def open_it(who: int) -> None:
        place = SealingPlace(folder)
        try:
            ready.wait(10)
            facts.put(place.store(), f"lane {who}", "here")
            keys.append(place.keys.database.hex_with_salt() + place.keys.signing.hex())
        except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
            problems.append(problem)
        finally:
            place.close()

    threads = [threading.Thread(target=open_it, args=(who,)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(set(keys)) == 1
    place = SealingPlace(folder)
    db = place.store()
    assert [facts.get(db, f"lane {who}") for who in range(6)] == ["here"] * 6
    place.close()
    assert len(list((folder / "keys").iterdir())) == 3
