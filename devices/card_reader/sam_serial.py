"""The resident ID card through a reader with a SAM module on a serial line.

Find, select, read, each time all three; replies are judged by their third status byte alone.
Fingerprints are never asked for (the command that reads them is not sent), the photo is not
decoded. Which frames and which text: `sam_frames`, `resident_card`.
"""

from __future__ import annotations

import contextlib
import termios
import time
from collections.abc import Callable

import serial

from devices.card_reader.lift_memory import LiftMemory
from devices.card_reader.resident_card import TornText, parse
from devices.card_reader.sam_frames import Reply, ReplyFinder, pack
from kiosk.ports.card_reader import (
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)

_FIND = bytes.fromhex("2001")
_SELECT = bytes.fromhex("2002")
_READ_TEXT_AND_PHOTO = bytes.fromhex("3001")

_OK = 0x90
_FOUND = 0x9F
_NOT_FOUND = 0x80
_SELECT_FAILED = 0x81
_READ_FAILED = 0x41
_RANDOM_FAILED = 0x47
_SENT_WRONG = (0x10, 0x11)  # checksum, length of what we sent

_FOR_GOOD: dict[int, ReadAnswer] = {
    0x31: Unreadable(UnreadableReason.REFUSED),  # the card rejects the module
    0x32: Unreadable(UnreadableReason.REFUSED),  # the module rejects the card
    0x33: Unreadable(UnreadableReason.DAMAGED),  # the card's information fails the module's check
    0x40: Unreadable(UnreadableReason.FOREIGN),
    0x60: NoReader("The reader's security module failed its self-test."),
    0x66: NoReader("The reader's security module is not authorised."),
}

# Published programs wait 0.1 s for find and select and 2 s for a read. More costs nothing while the
# module answers, and a busy machine is not taken for a dead reader.
_SHORT_REPLY_S = 1.0
_READ_REPLY_S = 4.0

_LONGEST_SHORT_REPLY = 64
_ATTEMPTS = 3
_SLICE_S = 0.05  # how long one look at the line waits, so that the deadline is kept


class SamSerialReader:
    """A SAM module at a serial path, opened at the first call and again after every fault.

    Used from one thread.
    """

    def __init__(
        self, port: str, baud: int = 115200, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Name the line; nothing is opened yet."""
        self._port = port
        self._baud = baud
        self._now_s = monotonic
        self._line: serial.Serial | None = None
        self._memory = LiftMemory()

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Look for a card once and read it if it is there."""
        try:
            return self._read(time.monotonic() + timeout_s)
        except _LineFault as fault:
            self.close()
            return NoReader(fault.why)

    def presence(self, timeout_s: float) -> Presence:
        """Say whether a card lies there; after a read it can't tell until another was found."""
        try:
            reply = self._exchange(_FIND, time.monotonic() + timeout_s)
        except _LineFault:
            self.close()
            return Presence.CANT_TELL
        match reply.status:
            case 0x9F:
                return self._memory.card_found()
            case 0x80:
                return self._memory.nothing_found()
            case _:
                return Presence.CANT_TELL

    def close(self) -> None:
        """Let go of the line; the next call opens it again."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(*_LINE_ERRORS):  # gone is what it has to be
                line.close()

    def _read(self, deadline_s: float) -> ReadAnswer:
        failed_reads = 0
        for attempt in range(_ATTEMPTS):
            found = self._exchange(_FIND, deadline_s).status
            if found == _NOT_FOUND:
                return self._nothing_found(had_card=attempt > 0)
            if found != _FOUND:
                return _trouble(found)
            self._memory.card_found()
            selected = self._exchange(_SELECT, deadline_s).status
            if selected == _SELECT_FAILED:
                if self._memory.was_read:
                    return Unreadable(UnreadableReason.LIFT_FIRST)
                continue
            if selected != _OK:
                return _trouble(selected)
            try:
                reply = self._exchange(_READ_TEXT_AND_PHOTO, deadline_s)
            except _LineFault:
                # The module may have read the card all the same, and hide it from now on.
                self._memory.card_read(self._now_s())
                raise
            if reply.status == _OK:
                self._memory.card_read(self._now_s())
                return _understand(reply.data)
            if reply.status not in (_READ_FAILED, _RANDOM_FAILED):
                return _trouble(reply.status)
            failed_reads += 1
            if failed_reads == 2:
                return Unreadable(UnreadableReason.DAMAGED)
        # Found again and again but not selected: it lies at the edge of the field.
        return Unreadable(UnreadableReason.PULLED)

    def _nothing_found(self, *, had_card: bool) -> ReadAnswer:
        if had_card:
            self._memory.nothing_found()
            return Unreadable(UnreadableReason.PULLED)
        if self._memory.asks_to_lift(self._now_s()):
            return Unreadable(UnreadableReason.LIFT_FIRST)
        self._memory.nothing_found()
        return NoCard()

    def _exchange(self, command: bytes, deadline_s: float) -> Reply:
        """Send a command and return the reply; sends once more when the module received it wrong.

        Raises:
            _LineFault: the line is gone, or silent for too long.
        """
        is_read = command == _READ_TEXT_AND_PHOTO
        for _ in range(2):
            patience_s = _READ_REPLY_S if is_read else _SHORT_REPLY_S
            until_s = min(deadline_s, time.monotonic() + patience_s)
            try:
                reply = self._ask(command, until_s, None if is_read else _LONGEST_SHORT_REPLY)
            except _LINE_ERRORS as error:
                raise _LineFault(_why(self._port, error)) from error
            if reply.status not in _SENT_WRONG:
                return reply
        raise _LineFault(f"The reader at {self._port} receives garbled commands.")

    def _ask(self, command: bytes, until_s: float, longest: int | None) -> Reply:
        line = self._opened()
        # What lies there is the answer to a question nobody waits for any more.
        line.reset_input_buffer()
        line.write_timeout = max(until_s - time.monotonic(), _SLICE_S)
        line.write(pack(command))
        finder = ReplyFinder()
        while (left_s := until_s - time.monotonic()) > 0:
            line.timeout = min(left_s, _SLICE_S)
            piece = line.read(max(1, line.in_waiting))
            for reply in finder.feed(piece):
                # A late read reply must not answer a question about the next card.
                if longest is None or len(reply.data) <= longest:
                    return reply
        raise _LineFault(f"The reader at {self._port} does not answer.")

    def _opened(self) -> serial.Serial:
        if self._line is None:
            self._line = serial.Serial(self._port, self._baud, exclusive=True)
        return self._line


class _LineFault(Exception):
    """The line is not usable now; `why` is a sentence for a technician."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


# A vanished line shows as any of these: pyserial wraps some calls and not others.
_LINE_ERRORS = (serial.SerialException, OSError, termios.error)


def _why(port: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError) or getattr(error, "errno", None) == 2:
        return f"There is no serial line at {port}."
    return f"The serial line at {port} failed: {error}."


def _trouble(status: int) -> ReadAnswer:
    """Return what a status means that ends the attempt; an unknown one is a faulty reader."""
    return _FOR_GOOD.get(status, NoReader(f"The reader answered with status {status:02X}."))


def _understand(data: bytes) -> ReadAnswer:
    """Return the person in the data of a read reply: two lengths, text, photo."""
    if len(data) < 4:
        return Unreadable(UnreadableReason.DAMAGED)
    text_length = int.from_bytes(data[:2], "big")
    photo_length = int.from_bytes(data[2:4], "big")
    if len(data) < 4 + text_length + photo_length:
        return Unreadable(UnreadableReason.DAMAGED)
    person = parse(data[4 : 4 + text_length])
    if isinstance(person, TornText):
        return Unreadable(person.reason)
    return PersonRead(person, person.document_type)
