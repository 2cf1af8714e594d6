"""A social security card in vpcd's virtual reader: a TCP client that answers as a T=0 chip does.

Connecting is inserting, closing is pulling. The card is written from the specification's tables,
not with the program's own parser.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from devices.card_reader.choice import CardReaderConfig, ReaderKind
from tests.support.pcsc_daemon import READER_NAME, PcscDaemon, pcsc_daemon

ATR = bytes.fromhex("3B6D0000") + b"DOORSTEP-CARD"  # 13 historical bytes; no TD1, so T=0
SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")

_GIVE_ATR = (
    4  # the one message of one byte that is answered; 0, 1 and 2 are power off, on and reset
)

Records = tuple[tuple[int, bytes], ...]


def person_records(
    number: str = "990101194503120020", name: str = "张桂英", name_rest: bytes | None = b""
) -> Records:
    """Return EF06 of a card of generation 2, or of generation 1 when `name_rest` is None."""
    encoded = name.encode("gb18030")
    rest = () if name_rest is None else ((0x4E, (encoded[30:] + name_rest).ljust(20, b"\0")),)
    return (
        (0x08, number.encode()),
        (0x09, encoded[:30].ljust(30, b"\0")),
        *rest,
        (0x0A, b"2"),
        (0x0B, b"\x01"),
        (0x0C, bytes.fromhex("990101")),
        (0x0D, bytes.fromhex(number[6:14])),
    )


def card_records(version: bytes = b"2.00") -> Records:
    """Return EF05 of a card."""
    return (
        (0x01, bytes.fromhex("990100") + b"\x01" * 13),
        (0x02, b"1"),
        (0x03, version),
        (0x04, b"\x02" * 12),
        (0x05, bytes.fromhex("20150601")),
        (0x06, bytes.fromhex("20350601")),
        (0x07, b"A1234567X"),
    )


@dataclass
class Chip:
    """What a chip answers; after `leaves_after` commands it leaves in the middle of the next.

    With `is_stuck` it never answers a command again, and sets the event when it was asked one.
    """

    files: dict[int, Records] = field(
        default_factory=lambda: {0x05: card_records(), 0x06: person_records()}
    )
    locked_files: frozenset[int] = frozenset()
    has_application: bool = True
    by_tag_only: bool = False
    leaves_after: int | None = None
    is_stuck: threading.Event | None = None
    log: list[bytes] = field(default_factory=list)
    atr: bytes = ATR
    _pending: bytes = b""
    _selected: int | None = None
    _is_in_application: bool = False

    def reset(self) -> None:
        """Forget what was selected, as power off does."""
        self._pending, self._selected, self._is_in_application = b"", None, False

    def answer(self, apdu: bytes) -> bytes:
        """Answer one command as T=0 does: data only through GET RESPONSE, or with the exact Le."""
        self.log.append(apdu)
        match apdu[1]:
            case 0xA4:
                return self._select(apdu)
            case 0xC0:
                data, self._pending = self._pending, b""
                return data + b"\x90\x00" if len(data) == apdu[4] else b"\x6f\x00"
            case 0xB2:
                return self._read_record(apdu)
            case _:
                return b"\x6d\x00"

    def _select(self, apdu: bytes) -> bytes:
        wanted = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b"\x3f\x00"
        if apdu[2] == 0x04:
            if not (self.has_application and wanted == SSSE):
                return b"\x6a\x82"
            self._is_in_application = True
            self._pending = bytes.fromhex("6F11840F") + SSSE
            return b"\x61" + bytes([len(self._pending)])
        if not (self._is_in_application and wanted[0] == 0xEF and wanted[1] in self.files):
            return b"\x6a\x82"
        self._selected = wanted[1]
        return b"\x90\x00"

    def _read_record(self, apdu: bytes) -> bytes:
        record, by, le = apdu[2], apdu[3], apdu[4]
        file = by >> 3 or self._selected
        if not self._is_in_application or file not in self.files or (by >> 3 and self.by_tag_only):
            return b"\x6a\x82"
        if file in self.locked_files:
            return b"\x69\x82"
        items = self.files[file]
        if by & 7 == 4:
            found = items[record - 1 : record]
        else:
            found = tuple(item for item in items if item[0] == record)
        if not found:
            return b"\x6a\x83"
        data = bytes([found[0][0], len(found[0][1])]) + found[0][1]
        if le != len(data):
            return b"\x6c" + bytes([len(data)])
        return data + b"\x90\x00"


class VirtualCard:
    """A card that can be laid into and pulled out of a virtual reader, served by a thread."""

    def __init__(self, port: int, chip: Chip) -> None:
        """Insert the card into the reader that listens on `port` of this machine."""
        self._line = socket.create_connection(("127.0.0.1", port))
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._chip = chip
        self._thread = threading.Thread(target=self._serve, name="virtual card")
        self._thread.start()

    def swap(self, chip: Chip) -> None:
        """Put another card in its place so fast that the service sees nothing of it.

        The old handle talks to the new card then, which nobody has selected anything on.
        """
        chip.reset()
        self._chip = chip

    def pull(self) -> None:
        """Take the card out; may be called twice."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._line.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                message = self._receive()
                if len(message) > 1:
                    if self._chip.leaves_after == len(self._chip.log):
                        break
                    if self._chip.is_stuck is not None:
                        self._chip.is_stuck.set()
                        continue
                    self._send(self._chip.answer(message))
                elif message[0] == _GIVE_ATR:
                    self._send(self._chip.atr)
                else:
                    self._chip.reset()
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def _receive(self) -> bytes:
        (length,) = struct.unpack(">H", self._exactly(2))
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            # Without an acknowledgement at once, vpcd's two small writes cost 44 ms each time.
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            piece = self._line.recv(length - len(received))
            if not piece:
                raise EOFError
            received += piece
        return received

    def _send(self, data: bytes) -> None:
        self._line.sendall(struct.pack(">H", len(data)) + data)


class PcscDesk:
    """A private pcscd with a reader that cards are laid into: controls for tests and journeys."""

    def __init__(self, daemon: PcscDaemon) -> None:
        """Control the reader of a running daemon."""
        self.daemon = daemon
        self.config = CardReaderConfig(ReaderKind.PCSC, reader_name=READER_NAME)
        self._cards: dict[int, VirtualCard] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a program's environment needs, to use this service instead of the machine's."""
        return {"PCSCLITE_CSOCK_NAME": str(self.daemon.socket_path)}

    def insert(self, chip: Chip | None = None, slot: int = 0) -> Chip:
        """Lay a card in, into the second reader with slot 1; it takes up to 0.4 s to be noticed."""
        self.pull(slot)
        chip = chip or Chip()
        self._cards[slot] = VirtualCard(self.daemon.card_port + slot, chip)
        return chip

    def swap(self, chip: Chip, slot: int = 0) -> None:
        """Put another card in the place of the one that is there, unseen by the service."""
        self._cards[slot].swap(chip)

    def pull(self, slot: int = 0) -> None:
        """Take the card out, if there is one."""
        card = self._cards.pop(slot, None)
        if card is not None:
            card.pull()


@contextlib.contextmanager
def pcsc_card() -> Iterator[PcscDesk]:
    """Yield a card desk over a private pcscd, with this process's environment pointing at it.

    Only worker processes started inside see it: libpcsclite reads the variable once per process.
    """
    with pcsc_daemon() as daemon, pytest.MonkeyPatch.context() as patch:
        desk = PcscDesk(daemon)
        for name, value in desk.environment.items():
            patch.setenv(name, value)
        try:
            yield desk
        finally:
            for slot in (0, 1):
                desk.pull(slot)
