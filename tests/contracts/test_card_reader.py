"""The contract of `kiosk.ports.card_reader`, on every adapter in its worker process.

Simulated; the SAM reader over a tty; PC/SC over a real pcscd, with contact cards and with passports
that only what is printed in them opens. All but the first prove that bytes crossed the line.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from devices.card_reader.choice import open_card_reader
from devices.card_reader.worker_reader import WorkerCardReader
from devices.worker import Worker
from kiosk.ports.card_reader import (
    DocumentReader,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    PrintedFields,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from tests.support import passports
from tests.support.card_desks import (
    CardDesk,
    PassportDesk,
    PcscCardDesk,
    SamCardDesk,
    SimulatedCardDesk,
    SimulatedPassportDesk,
)
from tests.support.sam_module import sam_module
from tests.support.virtual_card import Chip, pcsc_card
from tests.support.waiting import wait_until

TIMEOUT_S = 10.0  # the longest that may be asked for: the machine may be busy
KINDS = ["simulated", "simulated_passport", "sam_serial", "pcsc", "passport"]


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CardDesk]:
    """A desk where cards are laid on a reader of each kind."""
    with ExitStack() as stack:
        match request.param:
            case "simulated":
                yield SimulatedCardDesk(tmp_path)
            case "simulated_passport":
                yield SimulatedPassportDesk(tmp_path)
            case "sam_serial":
                yield SamCardDesk(stack.enter_context(sam_module(tmp_path)))
            case "passport":
                yield PassportDesk(stack.enter_context(pcsc_card()))
            case _:
                yield PcscCardDesk(stack.enter_context(pcsc_card()))


@pytest.fixture
def reader(desk: CardDesk) -> Iterator[DocumentReader]:
    """The kiosk's reader at that desk."""
    reader = open_card_reader(desk.config)
    yield reader
    reader.close()


def lay_down(desk: CardDesk, reader: DocumentReader) -> None:
    """Lay the resident's card down and wait until the reader has noticed."""
    desk.insert()
    notice(reader)


def notice(reader: DocumentReader) -> None:
    """Wait until the reader sees a card."""
    wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.PRESENT, what="a card on the reader")


def read(desk: CardDesk, reader: DocumentReader) -> ReadAnswer:
    """Read what lies there, with the key that the desk's cards need, if any."""
    if desk.key is None:
        return reader.read_card(TIMEOUT_S)
    return reader.read_document(desk.key, TIMEOUT_S)


def take_away(desk: CardDesk, reader: DocumentReader) -> None:
    """Take the card away and wait until the reader sees none any more, as far as it can."""
    desk.pull()
    wait_until(lambda: reader.presence(TIMEOUT_S) is not Presence.PRESENT, what="an empty reader")


def assert_read(desk: CardDesk, answer: ReadAnswer) -> None:
    """Check that the resident of the desk was read."""
    assert isinstance(answer, PersonRead), answer
    assert (answer.person.document_number, answer.person.full_name) == (desk.number, desk.name)
    assert answer.profile.endswith(answer.person.document_type)


def test_an_empty_reader_says_so(desk: CardDesk, reader: DocumentReader) -> None:
    """The reader works and no card lies on it."""
    assert read(desk, reader) == NoCard()
    assert reader.presence(TIMEOUT_S) is Presence.ABSENT


def test_a_card_is_read(desk: CardDesk, reader: DocumentReader) -> None:
    """Whom the card describes arrives, through the real line where there is one."""
    lay_down(desk, reader)
    before = desk.traffic()
    assert_read(desk, read(desk, reader))
    assert desk.traffic() > before


def test_presence_reads_nothing(desk: CardDesk, reader: DocumentReader) -> None:
    """Asking whether a card lies there takes nothing from it: it can be read afterwards."""
    lay_down(desk, reader)
    for _ in range(3):
        assert reader.presence(TIMEOUT_S) is Presence.PRESENT
    assert_read(desk, read(desk, reader))
    assert desk.data_reads() == 1


def test_presence_after_a_read_never_lies(desk: CardDesk, reader: DocumentReader) -> None:
    """While the card lies there it is never called absent, after it is gone never present."""
    lay_down(desk, reader)
    assert_read(desk, read(desk, reader))
    assert reader.presence(TIMEOUT_S) is not Presence.ABSENT
    take_away(desk, reader)
    assert reader.presence(TIMEOUT_S) is not Presence.PRESENT


def test_a_read_card_is_read_again_or_has_to_be_lifted(
    desk: CardDesk, reader: DocumentReader
) -> None:
    """A second read while it lies there gives the same person, or asks to lift it."""
    lay_down(desk, reader)
    assert_read(desk, read(desk, reader))
    again = read(desk, reader)
    if desk.has_to_be_lifted:
        assert again == Unreadable(UnreadableReason.LIFT_FIRST)
    else:
        assert_read(desk, again)


def test_a_lifted_card_is_read_again(desk: CardDesk, reader: DocumentReader) -> None:
    """Once lifted and laid down again, it is a card like any other."""
    for _ in range(2):
        lay_down(desk, reader)
        assert_read(desk, read(desk, reader))
        take_away(desk, reader)


@pytest.mark.parametrize(
    "reason", [UnreadableReason.FOREIGN, UnreadableReason.DAMAGED, UnreadableReason.REFUSED]
)
def test_cards_that_cannot_be_read(
    desk: CardDesk, reader: DocumentReader, reason: UnreadableReason
) -> None:
    """A foreign card, a torn one, one that wants a key: each says so, and the next is read."""
    desk.insert_unreadable(reason)
    wait_until(lambda: read(desk, reader) == Unreadable(reason), what=f"{reason}")
    take_away(desk, reader)
    lay_down(desk, reader)
    assert_read(desk, read(desk, reader))


def test_a_card_pulled_in_mid_read(desk: CardDesk, reader: DocumentReader) -> None:
    """It is said, nothing of it is kept, and the next card is read."""
    desk.insert_leaving()
    notice(reader)
    assert read(desk, reader) == Unreadable(UnreadableReason.PULLED)
    take_away(desk, reader)
    assert read(desk, reader) == NoCard()
    lay_down(desk, reader)
    assert_read(desk, read(desk, reader))


def test_a_reader_that_vanishes_and_returns(desk: CardDesk, reader: DocumentReader) -> None:
    """Unplugged, or its service killed: said in a sentence, and well again by itself."""
    lay_down(desk, reader)
    assert_read(desk, read(desk, reader))
    desk.unplug()
    for _ in range(2):
        answer = read(desk, reader)
        assert isinstance(answer, NoReader)
        assert answer.why.endswith(".")
        assert desk.number not in answer.why
        assert desk.name not in answer.why
        assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
    desk.plug_in()
    lay_down(desk, reader)
    assert_read(desk, read(desk, reader))


def test_a_reader_that_was_never_there(desk: CardDesk, reader: DocumentReader) -> None:
    """A kiosk that starts without its reader finds it later."""
    desk.unplug()
    assert isinstance(read(desk, reader), NoReader)
    assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
    desk.plug_in()
    wait_until(lambda: read(desk, reader) == NoCard(), what="the reader")


def test_closing_twice_and_going_on(desk: CardDesk, reader: DocumentReader) -> None:
    """Closing never raises, and the next call opens again."""
    reader.close()
    reader.close()
    assert read(desk, reader) == NoCard()
    reader.close()
    assert reader.presence(TIMEOUT_S) is Presence.ABSENT


@pytest.mark.may_warn("a killed worker is reported")
def test_a_killed_driver_starts_again(desk: CardDesk, reader: DocumentReader) -> None:
    """However the worker ends, the next calls work."""
    lay_down(desk, reader)
    pid = worker_of(reader).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert isinstance(read(desk, reader), NoReader)
    assert_read(desk, read(desk, reader))
    assert worker_of(reader).pid != pid


@pytest.mark.may_warn("a worker killed at its deadline is reported")
def test_a_chip_that_hangs_the_driver() -> None:
    """A call into libpcsclite that never returns ends at the deadline; the next card is read."""
    with pcsc_card() as pcsc:
        desk = PcscCardDesk(pcsc)
        reader = open_card_reader(desk.config)
        try:
            chip = Chip()
            chip.is_stuck = stuck = threading.Event()
            pcsc.insert(chip)
            notice(reader)
            pid = worker_of(reader).pid
            answer = reader.read_card(1.0)
            assert isinstance(answer, NoReader)
            assert "hung" in answer.why
            assert stuck.is_set()
            take_away(desk, reader)
            lay_down(desk, reader)
            assert_read(desk, read(desk, reader))
            assert worker_of(reader).pid != pid
        finally:
            reader.close()


@pytest.mark.may_warn("a worker that ended is reported")
@pytest.mark.parametrize("trouble", ["hang", "crash", "raise", "rave"])
def test_troublesome_drivers_are_ended(tmp_path: Path, trouble: str) -> None:
    """A driver that hangs, crashes, raises or raves: no reader, and then again one."""
    until = tmp_path / "well-again"
    config = {"trouble": trouble, "until": str(until)}
    reader = WorkerCardReader("tests.support.troublesome_reader:host", config)
    try:
        assert isinstance(reader.read_card(1.0), NoReader)
        assert reader.presence(1.0) is Presence.CANT_TELL
        until.touch()
        assert reader.read_card(TIMEOUT_S) == NoCard()
    finally:
        reader.close()


def worker_of(reader: DocumentReader) -> Worker:
    """Return the worker behind a reader."""
    assert isinstance(reader, WorkerCardReader)
    return reader._worker


def test_a_passport_says_that_it_needs_its_key() -> None:
    """Without one it is recognised and left alone; a wrong one is said, the right one opens it."""
    with pcsc_card() as pcsc:
        desk = PassportDesk(pcsc)
        reader = open_card_reader(desk.config)
        try:
            lay_down(desk, reader)
            needs_key = Unreadable(UnreadableReason.NEEDS_KEY)
            assert reader.read_card(TIMEOUT_S) == needs_key
            wrong = PrintedFields("L898902C4", "740812", "320415")
            answer = reader.read_document(wrong, TIMEOUT_S)
            assert answer == Unreadable(UnreadableReason.WRONG_KEY)
            assert_read(desk, read(desk, reader))
        finally:
            reader.close()


def test_a_passport_is_proven_and_its_portrait_arrives(tmp_path: Path) -> None:
    """Through a paced line, with the state's certificate in the folder."""
    (tmp_path / "utopia.pem").write_bytes(passports.state().csca)
    with pcsc_card() as pcsc:
        desk = PassportDesk(pcsc)
        config = replace(desk.config, csca_folder=tmp_path, chip_photo=True)
        reader = open_card_reader(config)
        try:
            lay_down(desk, reader)
            answer = reader.read_document(desk.key, 9.0)
            assert_read(desk, answer)
            assert isinstance(answer, PersonRead)
            assert ("authenticity", "proven") in answer.person.details
            assert answer.photo_jpeg.startswith(b"\xff\xd8\xff")
        finally:
            reader.close()


def test_passports_pulled_at_any_moment_are_never_taken_for_read() -> None:
    """Two people's documents in turns, each leaving at a moment of its own."""
    with pcsc_card() as pcsc:
        desk = PassportDesk(pcsc)
        reader = open_card_reader(desk.config)
        chance = random.Random()
        try:
            for round_ in range(4):
                pcsc.insert(passports.PassportChip(leaves_after=chance.randrange(20)))
                notice(reader)
                answer = read(desk, reader)
                assert answer == Unreadable(UnreadableReason.PULLED), round_
                take_away(desk, reader)
            lay_down(desk, reader)
            assert_read(desk, read(desk, reader))
        finally:
            reader.close()
