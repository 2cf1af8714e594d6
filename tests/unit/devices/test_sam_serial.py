"""The SAM reader on a real line (a pty): what each status leads to, and what the line may do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.card_reader import sam_serial
from devices.card_reader.lift_memory import STILL_THERE_S
from devices.card_reader.sam_serial import SamSerialReader
from kiosk.ports.card_reader import (
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    Unreadable,
    UnreadableReason,
)
from tests.support.sam_module import (
    FIND,
    NEWEST_ADDRESS,
    READ,
    SELECT,
    SamModule,
    resident_text,
    sam_module,
)
from tests.support.waiting import wait_until

TIMEOUT_S = 5.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        """Start somewhere."""
        self.now_s = 1000.0

    def __call__(self) -> float:
        """Return the time that was set."""
        return self.now_s


@pytest.fixture
def module(tmp_path: Path) -> Iterator[SamModule]:
    """A module on a pty."""
    with sam_module(tmp_path) as module:
        yield module


@pytest.fixture
def clock() -> Clock:
    """The reader's clock for the lift rule."""
    return Clock()


@pytest.fixture
def reader(module: SamModule, clock: Clock) -> Iterator[SamSerialReader]:
    """A reader on the module's line, in this process."""
    reader = SamSerialReader(str(module.path), monotonic=clock)
    yield reader
    reader.close()


def test_find_select_read_and_never_the_fingerprint(
    module: SamModule, reader: SamSerialReader
) -> None:
    """A read is these commands over the line, in this order."""
    module.insert()
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)
    assert module.requests == [FIND, SELECT, READ, NEWEST_ADDRESS]


def test_noise_that_looks_like_a_long_frame_costs_a_moment(
    module: SamModule, reader: SamSerialReader
) -> None:
    """It is waited for until the line is silent; then the reply behind it counts."""
    module.insert()
    module.behaviour.noise = bytes.fromhex("AAAAAA96690FFF")
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)


def test_noise_and_pieces_do_not_matter(module: SamModule, reader: SamSerialReader) -> None:
    """Junk that looks like a beginning, and answers that dribble in."""
    module.behaviour.noise = bytes.fromhex("00AAAA13AAAAAA9669FFFF")
    module.behaviour.piece_bytes = 7
    module.insert()
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)


def test_a_piece_counts_however_late_this_process_looks_at_it(
    module: SamModule, reader: SamSerialReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that stood still between two steps lost no byte of what had come in."""
    monkeypatch.setattr(sam_serial, "_QUIET_S", -1.0)
    module.behaviour.piece_bytes = 64
    module.insert()
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)


@pytest.mark.parametrize(
    ("command", "statuses", "reason"),
    [
        (SELECT, [0x31], UnreadableReason.REFUSED),
        (SELECT, [0x32], UnreadableReason.REFUSED),
        (READ, [0x33], UnreadableReason.DAMAGED),
        (FIND, [0x40], UnreadableReason.FOREIGN),
        (READ, [0x41, 0x41], UnreadableReason.DAMAGED),
        (SELECT, [0x81, 0x81, 0x81], UnreadableReason.PULLED),
    ],
)
def test_statuses_that_end_a_read(
    module: SamModule,
    reader: SamSerialReader,
    command: bytes,
    statuses: list[int],
    reason: UnreadableReason,
) -> None:
    """Each status of the published list has its meaning for the resident."""
    module.insert()
    module.behaviour.statuses[command] = statuses
    assert reader.read_card(TIMEOUT_S) == Unreadable(reason)


@pytest.mark.parametrize(
    ("command", "statuses"),
    [
        (READ, [0x41]),
        (READ, [0x47]),
        (SELECT, [0x81, 0x81]),
        (FIND, [0x10]),
        (READ, [0x11]),
    ],
)
def test_statuses_that_are_tried_again(
    module: SamModule, reader: SamSerialReader, command: bytes, statuses: list[int]
) -> None:
    """A read that failed once, a card that slipped, a garbled command: the same call goes on."""
    module.insert()
    module.behaviour.statuses[command] = statuses
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)


@pytest.mark.parametrize("status", [0x21, 0x23, 0x24, 0x60, 0x66, 0x91, 0x05, 0x00])
def test_faults_of_the_module_are_a_missing_reader(
    module: SamModule, reader: SamSerialReader, status: int
) -> None:
    """A module that is out of order, and any status nobody knows, is said to the technician."""
    module.insert()
    module.behaviour.statuses[FIND] = [status, status]
    answer = reader.read_card(TIMEOUT_S)
    assert isinstance(answer, NoReader)
    assert answer.why.endswith(".")
    assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)


def test_a_line_that_garbles_what_is_sent(module: SamModule, reader: SamSerialReader) -> None:
    """Sent twice and received wrong twice: the line is at fault."""
    module.behaviour.statuses[FIND] = [0x10, 0x10]
    assert isinstance(reader.read_card(TIMEOUT_S), NoReader)


def test_a_silent_module_is_a_missing_reader(module: SamModule, reader: SamSerialReader) -> None:
    """Silence ends at the deadline, and when the module is back so is the reader."""
    module.insert()
    module.behaviour.is_silent = True
    assert isinstance(reader.read_card(0.2), NoReader)
    assert reader.presence(0.2) is Presence.CANT_TELL
    module.behaviour.is_silent = False
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)


def test_a_late_answer_answers_nothing_else(module: SamModule, reader: SamSerialReader) -> None:
    """Data that come after the time limit are dropped, and their card counts as read."""
    module.insert()
    module.behaviour.held_back = READ
    assert isinstance(reader.read_card(1.0), NoReader)
    assert module.requests == [FIND, SELECT, READ]
    assert reader.read_card(TIMEOUT_S) == Unreadable(UnreadableReason.LIFT_FIRST)
    assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL


def test_what_nobody_asked_for_is_not_an_answer(module: SamModule, reader: SamSerialReader) -> None:
    """A stray "card found" on the line is gone before the next question."""
    assert reader.read_card(TIMEOUT_S) == NoCard()
    module.send_unasked(bytes.fromhex("AAAAAA9669000800009F0000000097"))
    line = reader._line
    assert line is not None
    wait_until(lambda: line.in_waiting == 15, what="the stray bytes")
    assert reader.read_card(TIMEOUT_S) == NoCard()
    assert reader.presence(TIMEOUT_S) is Presence.ABSENT


def test_a_card_pulled_before_its_data_came(module: SamModule, reader: SamSerialReader) -> None:
    """It left while it was being read."""
    module.insert()
    module.behaviour.leaves_at = READ
    assert reader.read_card(TIMEOUT_S) == Unreadable(UnreadableReason.PULLED)
    assert reader.read_card(TIMEOUT_S) == NoCard()


@pytest.mark.parametrize("length", [0, 3, 255, 257])
def test_text_of_another_length_is_damage(
    module: SamModule, reader: SamSerialReader, length: int
) -> None:
    """Lengths are taken from the answer, and only one of them is a text block."""
    module.insert(bytes(length))
    assert reader.read_card(TIMEOUT_S) == Unreadable(UnreadableReason.DAMAGED)


def test_a_module_that_hides_the_card(
    module: SamModule, reader: SamSerialReader, clock: Clock
) -> None:
    """After a read: "lift it" for a while, then "no card"; whether it lies there can't be told."""
    module.insert()
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)
    assert reader.read_card(TIMEOUT_S) == Unreadable(UnreadableReason.LIFT_FIRST)
    assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
    clock.now_s += STILL_THERE_S
    assert reader.read_card(TIMEOUT_S) == NoCard()
    assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
    module.pull()
    module.insert(resident_text(name="李守田", number="990101193402090016", birth="19340209"))
    assert reader.presence(TIMEOUT_S) is Presence.PRESENT
    module.pull()
    assert reader.presence(TIMEOUT_S) is Presence.ABSENT


def test_a_module_that_shows_the_card(
    module: SamModule, reader: SamSerialReader, clock: Clock
) -> None:
    """Where the read card is found and its selection fails, all is known."""
    module.behaviour.hides_read_card = False
    module.insert()
    assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)
    clock.now_s += 10 * STILL_THERE_S
    assert reader.read_card(TIMEOUT_S) == Unreadable(UnreadableReason.LIFT_FIRST)
    assert reader.presence(TIMEOUT_S) is Presence.PRESENT
    module.pull()
    assert reader.presence(TIMEOUT_S) is Presence.ABSENT
    assert reader.read_card(TIMEOUT_S) == NoCard()


def test_a_line_in_use_is_a_missing_reader(module: SamModule, reader: SamSerialReader) -> None:
    """Two programs on one line would read each other's answers."""
    module.insert()
    other = SamSerialReader(str(module.path))
    assert isinstance(other.read_card(TIMEOUT_S), PersonRead)
    assert isinstance(reader.read_card(TIMEOUT_S), NoReader)
    other.close()
    module.pull()
    assert reader.read_card(TIMEOUT_S) == NoCard()


def test_a_path_that_is_no_line(tmp_path: Path) -> None:
    """Neither nothing nor an ordinary file is a reader, and both are said."""
    (tmp_path / "file").write_bytes(b"")
    for name in ("nothing", "file"):
        reader = SamSerialReader(str(tmp_path / name))
        assert isinstance(reader.read_card(TIMEOUT_S), NoReader)
        assert reader.presence(TIMEOUT_S) is Presence.CANT_TELL
        reader.close()
