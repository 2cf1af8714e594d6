"""Nothing is left open by reading: files, threads and child processes, here and in the worker.

Good cards, cards that can't be read and cards that leave in mid-read, many times over, on each kind
of reader; counted after a first round, which opens what stays open, and after the last.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from devices.card_reader.choice import open_card_reader
from devices.card_reader.several_readers import SeveralReaders
from devices.card_reader.worker_reader import WorkerCardReader
from kiosk.ports.card_reader import (
    DocumentReader,
    NoReader,
    PersonRead,
    Presence,
    Unreadable,
    UnreadableReason,
)
from tests.support import passports
from tests.support.card_desks import CardDesk, PassportDesk, PcscCardDesk, SamCardDesk
from tests.support.sam_module import SamModule, sam_module
from tests.support.virtual_card import pcsc_card
from tests.support.waiting import wait_until

TIMEOUT_S = 10.0  # the longest that may be asked for: the machine may be busy
ROUNDS = 12
READS = 8
EXAMPLE_DECODER = "devices.card_reader.example_photo_decoder"


class QuickPassportDesk(PassportDesk):
    """Passports whose line takes no time."""

    def insert(self) -> None:
        """Lay the passport in."""
        self._insert(passports.PassportChip())


class DecodingDesk(SamCardDesk):
    """A SAM reader whose portraits a program decodes: a child process for each card."""

    def __init__(self, module: SamModule) -> None:
        super().__init__(module)
        command = (sys.executable, "-m", EXAMPLE_DECODER)
        self.config = replace(self.config, photo_decoder=command)


@pytest.fixture(params=["sam_serial", "decoder", "pcsc", "passport"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CardDesk]:
    """A desk of each kind of real line."""
    with ExitStack() as stack:
        match request.param:
            case "pcsc":
                yield PcscCardDesk(stack.enter_context(pcsc_card()))
            case "passport":
                yield QuickPassportDesk(stack.enter_context(pcsc_card()))
            case "decoder":
                yield DecodingDesk(stack.enter_context(sam_module(tmp_path)))
            case _:
                yield SamCardDesk(stack.enter_context(sam_module(tmp_path)))


def children_of(pid: int) -> list[str]:
    """Return the living children of a process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for child in listed if _is_alive(child)]


def _is_alive(pid: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def open_now(*pids: int | None) -> list[tuple[int | None, int, int, int]]:
    """Return what each process holds: its id, files, threads, children."""
    return [
        (
            pid,
            len(list(Path(f"/proc/{pid}/fd").iterdir())),
            len(list(Path(f"/proc/{pid}/task").iterdir())),
            len(children_of(pid)),
        )
        for pid in pids
        if pid is not None
    ]


def worker_pids(reader: DocumentReader) -> tuple[int | None, ...]:
    """Return the worker processes behind a reader."""
    if isinstance(reader, SeveralReaders):
        return tuple(pid for it in reader._readers.values() for pid in worker_pids(it))
    assert isinstance(reader, WorkerCardReader)
    return (reader._worker.pid,)


def read(desk: CardDesk, reader: DocumentReader) -> object:
    """Read what lies there, with the key that it needs."""
    if desk.key is None:
        return reader.read_card(TIMEOUT_S)
    return reader.read_document(desk.key, TIMEOUT_S)


def one_round(desk: CardDesk, reader: DocumentReader) -> None:
    """Lay three cards down: a good one, one that can't be read, one that leaves.

    A card that need not be lifted is read many times: pcscd takes 0.4 s to notice another one.
    """
    for lay, is_good in (
        (desk.insert, True),
        (lambda: desk.insert_unreadable(UnreadableReason.DAMAGED), False),
        (desk.insert_leaving, False),
    ):
        lay()
        wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.PRESENT, what="the card")
        answer = read(desk, reader)
        assert isinstance(answer, PersonRead if is_good else Unreadable), answer
        if is_good and not desk.has_to_be_lifted:
            for _ in range(READS):
                assert isinstance(read(desk, reader), PersonRead)
        desk.pull()
        wait_until(lambda: reader.presence(TIMEOUT_S) is not Presence.PRESENT, what="no card")


def test_reading_leaves_nothing_open(desk: CardDesk) -> None:
    """The same files, threads and children after many cards as after the first ones."""
    reader = open_card_reader(desk.config)
    try:
        one_round(desk, reader)
        before = open_now(os.getpid(), *worker_pids(reader))
        for _ in range(ROUNDS if desk.has_to_be_lifted else 1):
            one_round(desk, reader)
        assert open_now(os.getpid(), *worker_pids(reader)) == before
    finally:
        reader.close()
    assert worker_pids(reader) == (None,)


def test_a_reader_that_is_gone_leaves_nothing_open(tmp_path: Path) -> None:
    """Asked again and again for a line that is not there, and found again each time."""
    with sam_module(tmp_path) as module:
        reader = open_card_reader(module.config)
        try:
            _gone_and_back(module, reader)
            before = open_now(os.getpid(), *worker_pids(reader))
            for _ in range(ROUNDS):
                _gone_and_back(module, reader)
            assert open_now(os.getpid(), *worker_pids(reader)) == before
        finally:
            reader.close()


def _gone_and_back(module: SamModule, reader: DocumentReader) -> None:
    module.unplug()
    assert isinstance(reader.read_card(TIMEOUT_S), NoReader)
    module.plug_in()
    assert not isinstance(reader.read_card(TIMEOUT_S), NoReader)


def test_a_leak_would_be_seen(tmp_path: Path) -> None:
    """One file that stays open is another figure."""
    before = open_now(os.getpid())
    with (tmp_path / "leak").open("w"):
        assert open_now(os.getpid()) != before
    assert open_now(os.getpid()) == before
