"""The SAM reader beyond the text: newest address, module number, USB lines, statuses, portrait."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.choice import open_card_reader
from devices.card_reader.photo_decoder import PhotoDecoder
from devices.card_reader.resident_card import newest_address
from devices.card_reader.sam_serial import SamSerialReader
from devices.card_reader.sam_status import ending, module_name
from devices.card_reader.usb_lines import NoSuchLine, line_of
from kiosk.ports.card_reader import (
    NamedReader,
    NoReader,
    PersonRead,
    Unreadable,
    UnreadableReason,
)
from tests.support.photo_decoders import EXAMPLE, PRETENDER
from tests.support.sam_module import NEWEST_ADDRESS, READ, SamModule, sam_module

TIMEOUT_S = 5.0
PRINTED = "示例省示例市安康区和平路12号"
MODULE_NAME = "SAM 05.03-20115159-0123456789-0987654321, 05000300D7EE320115CD5B07B168DE3A"


@pytest.fixture
def module(tmp_path: Path) -> Iterator[SamModule]:
    """A module on a pty, with a card on it."""
    with sam_module(tmp_path) as module:
        module.insert()
        yield module


def read_with(reader: SamSerialReader) -> PersonRead:
    """Read a card that can be read."""
    with contextlib.closing(reader):
        answer = reader.read_card(TIMEOUT_S)
    assert isinstance(answer, PersonRead), answer
    return answer


def test_the_newest_address_takes_the_place_of_the_printed_one(module: SamModule) -> None:
    """Who moved lives there; what is printed on the card stays among the details."""
    module.behaviour.newest_address = "示例省示例市安康区团结路3号"
    person = read_with(SamSerialReader(str(module.path))).person
    assert person.address == "示例省示例市安康区团结路3号"
    assert ("printed_address", PRINTED) in person.details


@pytest.mark.parametrize("statuses", [[0x91], [0x41], [0x21], [0x10, 0x10], [0x05]])
def test_a_card_without_a_newest_address(module: SamModule, statuses: list[int]) -> None:
    """No such item, and any trouble with it, leave what is printed."""
    module.behaviour.statuses[NEWEST_ADDRESS] = statuses
    assert read_with(SamSerialReader(str(module.path))).person.address == PRINTED


def test_a_module_silent_to_the_newest_address_is_asked_once(module: SamModule) -> None:
    """The person is read all the same, and the next resident does not wait for it again."""
    module.behaviour.silent_to = NEWEST_ADDRESS
    with contextlib.closing(SamSerialReader(str(module.path))) as reader:
        for _ in range(2):
            module.insert()
            assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)
            module.pull()
            reader.presence(TIMEOUT_S)
    assert module.requests.count(NEWEST_ADDRESS) == 1
    assert module.requests.count(READ) == 2


@given(st.binary(max_size=90))
def test_any_newest_address_can_be_shown(data: bytes) -> None:
    """Torn bytes are no address; what is one has nothing in it that a screen can't show."""
    text = newest_address(data)
    text.encode()
    assert all(ord(character) >= 32 for character in text)


def test_the_module_says_which_it_is(module: SamModule) -> None:
    """As on its label and raw, through the worker, for the doctor."""
    reader = open_card_reader(module.config)
    try:
        assert isinstance(reader, NamedReader)
        assert reader.identity(TIMEOUT_S) == MODULE_NAME
        module.behaviour.module_id = b"short"
        assert reader.identity(TIMEOUT_S) == ""
    finally:
        reader.close()
    assert module_name(bytes(16)) == "SAM 00.00-0-0000000000-0000000000, " + "00" * 16


def test_every_status_means_something() -> None:
    """Each byte ends in an answer for the resident, or in a whole sentence for the technician."""
    published = {
        0x31: UnreadableReason.REFUSED,
        0x32: UnreadableReason.REFUSED,
        0x33: UnreadableReason.DAMAGED,
        0x40: UnreadableReason.FOREIGN,
        0x41: UnreadableReason.DAMAGED,
        0x47: UnreadableReason.DAMAGED,
        0x81: UnreadableReason.PULLED,
    }
    sentences = set()
    for status in range(256):
        answer = ending(status)
        if status in published:
            assert answer == Unreadable(published[status])
        else:
            assert isinstance(answer, NoReader)
            assert answer.why.endswith(".")
            sentences.add(answer.why)
    assert len(sentences) == 256 - len(published)


@dataclass
class FakePort:
    """One line of pyserial's list."""

    device: str
    vid: int | None = 0x1A86
    pid: int | None = 0x7523
    serial_number: str | None = None


def test_a_usb_line_is_found_again_after_replugging(tmp_path: Path) -> None:
    """Under another path: the next call opens that one."""
    ports = [FakePort("/dev/ttyS0", None, None)]
    reader = SamSerialReader(usb_id="1A86:7523", comports=lambda: ports)
    with contextlib.closing(reader):
        answer = reader.read_card(TIMEOUT_S)
        assert answer == NoReader("No serial line belongs to the USB device 1A86:7523.")
        for place in ("first", "second"):
            folder = tmp_path / place
            folder.mkdir()
            with sam_module(folder) as module:
                ports[1:] = [FakePort(str(module.path))]
                module.insert()
                assert isinstance(reader.read_card(TIMEOUT_S), PersonRead)
                ports[1:] = []
            assert isinstance(reader.read_card(TIMEOUT_S), NoReader)


def test_two_devices_of_a_kind_are_told_apart_by_serial_number() -> None:
    """Without it none is taken: the other may be the printer."""
    ports = [FakePort("/dev/ttyUSB0", serial_number="AB12"), FakePort("/dev/ttyUSB1")]
    with pytest.raises(NoSuchLine, match=r"/dev/ttyUSB0, /dev/ttyUSB1\."):
        line_of("1a86:7523", lambda: ports)
    assert line_of("1a86:7523:ab12", lambda: ports) == "/dev/ttyUSB0"


def test_a_portrait_that_a_program_decodes_goes_with_the_person(module: SamModule) -> None:
    """The program gets the bytes of the card and gives a picture, through the worker too."""
    config = replace(module.config, photo_decoder=PRETENDER)
    reader = open_card_reader(config)
    try:
        answer = reader.read_card(TIMEOUT_S)
    finally:
        reader.close()
    assert isinstance(answer, PersonRead)
    assert answer.photo_jpeg.startswith(b"\xff\xd8\xff")
    assert "photo_jpeg" not in repr(answer)


def test_the_example_refuses_wlt_and_the_card_is_read(module: SamModule) -> None:
    """No picture is no reason to fail."""
    decoder = PhotoDecoder(EXAMPLE)
    assert read_with(SamSerialReader(str(module.path), decoder=decoder)).photo_jpeg == b""
