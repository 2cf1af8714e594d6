"""A resident ID card reader on a pty: a SAM module as its published descriptions have it.

Frames and text blocks are built here from the tables, not with the program's own code, so that a
shared mistake shows.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
import tty
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devices.card_reader.choice import CardReaderConfig, ReaderKind

PHOTO_BYTES = 1024

FIND, SELECT, READ = b"\x20\x01", b"\x20\x02", b"\x30\x01"
NEWEST_ADDRESS, MODULE_ID = b"\x30\x03", b"\x12\xff"


def resident_text(
    name: str = "张桂英",
    number: str = "990101194503120020",
    birth: str = "19450312",
    valid_until: str = "长期",
    letter: str = " ",
) -> bytes:
    """Return the text block of a resident ID card (GA/T 490): UTF-16LE in fixed places."""
    text = (
        name.ljust(15)
        + "2"
        + "01"
        + birth
        + "示例省示例市安康区和平路12号".ljust(35)
        + number
        + "示例市公安局安康分局".ljust(15)
        + "20120520"
        + valid_until.ljust(8)
        + " " * 14
        + letter
        + " " * 3
    )
    block = text.encode("utf-16-le")
    assert len(block) == 256
    return block


@dataclass
class SamBehaviour:
    """How a module differs from the plain one; to be changed while it runs.

    `hides_read_card`: a read card is answered with "none found" (80); otherwise it is found and its
    selection fails (81). `piece_bytes`: answers come in pieces of this size. `noise`: what precedes
    each answer. `statuses`: what a command is answered with, once each, instead of the truth.
    `leaves_at`: the command at which the card is pulled. `is_silent`: nothing is answered.
    `held_back`: the answer to this command comes late, just before the next one. `silent_to`: this
    command is never answered. `swaps_at`: a command at which another card lies there already, its
    text, and its newest address.
    """

    hides_read_card: bool = True
    piece_bytes: int | None = None
    noise: bytes = b""
    statuses: dict[bytes, list[int]] = field(default_factory=dict)
    leaves_at: bytes | None = None
    is_silent: bool = False
    held_back: bytes | None = None
    newest_address: str = ""
    module_id: bytes = bytes.fromhex("05000300D7EE320115CD5B07B168DE3A")
    photo: bytes = bytes(PHOTO_BYTES)
    silent_to: bytes | None = None
    swaps_at: tuple[bytes, bytes, str] | None = None


class SamModule:
    """The module's end of the line, served by a thread; `path` is a symlink, as udev makes one."""

    def __init__(self, path: Path) -> None:
        """Plug the reader in at `path`."""
        self.path = path
        self.behaviour = SamBehaviour()
        self.requests: list[bytes] = []
        self.byte_s = 0.0
        """How long a byte takes on the line; a pty has no speed of its own."""
        self.config = CardReaderConfig(ReaderKind.SAM_SERIAL, port=str(path))
        self._lock = threading.Lock()
        self._never = threading.Event()
        self._late = b""
        self._text: bytes | None = None
        self._was_read = False
        self._thread: threading.Thread | None = None
        self.plug_in()

    def insert(self, text_block: bytes | None = None) -> None:
        """Lay a card down, or another one in its place."""
        with self._lock:
            self._text = resident_text() if text_block is None else text_block
            self._was_read = False

    def pull(self) -> None:
        """Lift the card."""
        with self._lock:
            self._text = None
            self._was_read = False

    def send_unasked(self, data: bytes) -> None:
        """Put something on the line that nobody asked for."""
        os.write(self._master, data)

    def plug_in(self, path: Path | None = None) -> None:
        """Give the reader a line of its own, under the same path or another one."""
        self.path = path or self.path
        self._master, self._slave = os.openpty()
        for end in (self._master, self._slave):
            tty.setraw(end)
        self._stop_read, self._stop_write = os.pipe()
        new = self.path.with_name(self.path.name + ".new")
        new.symlink_to(os.ttyname(self._slave))
        new.replace(self.path)
        self._thread = threading.Thread(target=self._serve, name="sam module")
        self._thread.start()

    def unplug(self) -> None:
        """Take the reader away, its path with it; may be called twice."""
        if self._thread is None:
            return
        os.close(self._stop_write)
        self._thread.join()
        self._thread = None
        self.path.unlink()
        for end in (self._stop_read, self._master, self._slave):
            os.close(end)

    def _serve(self) -> None:
        received = b""
        while True:
            ready, _, _ = select.select([self._master, self._stop_read], [], [])
            if self._stop_read in ready:
                return
            received += os.read(self._master, 4096)
            while len(received) >= 7:
                assert received.startswith(bytes.fromhex("AAAAAA9669")), "not a frame"
                end = 7 + int.from_bytes(received[5:7], "big")
                if len(received) < end:
                    break
                frame, received = received[:end], received[end:]
                self._answer(frame)

    def _answer(self, frame: bytes) -> None:
        arrived_s = time.monotonic()
        checksum = 0
        for byte in frame[5:-1]:
            checksum ^= byte
        command = frame[7:-1]
        self.requests.append(command)
        if self.behaviour.is_silent or self.behaviour.silent_to == command:
            return
        with self._lock:
            status, data = (0x10, b"") if checksum != frame[-1] else self._carry_out(command)
        body = (3 + len(data) + 1).to_bytes(2, "big") + bytes([0, 0, status]) + data
        checksum = 0
        for byte in body:
            checksum ^= byte
        answer = self.behaviour.noise + b"\xaa\xaa\xaa\x96\x69" + body + bytes([checksum])
        if self.behaviour.held_back == command:
            self._late += answer
            return
        answer, self._late = self._late + answer, b""
        crossed_s = arrived_s + (len(frame) + len(answer)) * self.byte_s
        self._never.wait(max(crossed_s - time.monotonic(), 0))
        size = self.behaviour.piece_bytes or len(answer)
        for start in range(0, len(answer), size):
            os.write(self._master, answer[start : start + size])

    def _carry_out(self, command: bytes) -> tuple[int, bytes]:
        """Return status and data for a command."""
        if self.behaviour.leaves_at == command:
            self._text, self._was_read = None, False
        if self.behaviour.swaps_at is not None and self.behaviour.swaps_at[0] == command:
            _, self._text, self.behaviour.newest_address = self.behaviour.swaps_at
            self._was_read, self.behaviour.swaps_at = False, None
        planned = self.behaviour.statuses.get(command)
        if planned:
            return planned.pop(0), b""
        is_hidden = self._was_read and self.behaviour.hides_read_card
        match command:
            case b"\x20\x01":
                return (0x80, b"") if self._text is None or is_hidden else (0x9F, bytes(4))
            case b"\x20\x02":
                return (0x81, b"") if self._text is None or self._was_read else (0x90, bytes(8))
            case b"\x30\x01":
                if self._text is None or self._was_read:
                    return 0x41, b""
                self._was_read = True
                photo = self.behaviour.photo
                lengths = len(self._text).to_bytes(2, "big") + len(photo).to_bytes(2, "big")
                return 0x90, lengths + self._text + photo
            case b"\x30\x03":
                address = self.behaviour.newest_address
                return (0x90, address.ljust(35).encode("utf-16-le")) if address else (0x91, b"")
            case b"\x12\xff":
                return 0x90, self.behaviour.module_id
            case _:
                return 0x21, b""


@contextlib.contextmanager
def sam_module(folder: Path) -> Iterator[SamModule]:
    """Yield a module on a pty in `folder`: `config` opens it, `insert` and `pull` move the card."""
    module = SamModule(folder / "id-reader")
    try:
        yield module
    finally:
        module.unplug()
