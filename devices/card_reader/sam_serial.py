"""The resident ID card through a reader with a SAM module on a serial line.

Find, select, read, each time all three; replies are judged by their third status byte alone.
Fingerprints are never asked for (the command that reads them is not sent); the photo is decoded
only by a deployer's program. Which frames, statuses and text: `sam_frames`, `sam_status`,
`resident_card`.
"""

from __future__ import annotations

import contextlib
import termios
import time
from collections.abc import Callable

import serial
from serial.tools import list_ports

from devices.card_reader import sam_status
from devices.card_reader.lift_memory import LiftMemory
from devices.card_reader.photo_decoder import Encoding, PhotoDecoder
from devices.card_reader.resident_card import (
    RESIDENT_ID,
    TornText,
    newest_address,
    parse,
    with_newest_address,
)
from devices.card_reader.sam_frames import Reply, ReplyFinder, pack
from devices.card_reader.sam_status import ending, module_name
from devices.card_reader.usb_lines import ListPorts, NoSuchLine, line_of
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
_READ_NEWEST_ADDRESS = bytes.fromhex("3003")
_MODULE_ID = bytes.fromhex("12FF")

# Published programs wait 0.1 s for find and select and 2 s for a read. More costs nothing while the
# module answers, and a busy machine is not taken for a dead reader.
_SHORT_REPLY_S = 1.0
_READ_REPLY_S = 4.0
_ADDRESS_REPLY_S = 1.5

_PATIENCE_S = {_READ_TEXT_AND_PHOTO: _READ_REPLY_S, _READ_NEWEST_ADDRESS: _ADDRESS_REPLY_S}

_LONGEST_SHORT_REPLY = 128
_ATTEMPTS = 3
_QUIET_S = 0.3
"""A frame's bytes follow each other; after this long without one it does not go on."""

_SLICE_S = 0.05  # how long one look at the line waits, so that the deadline is kept


class SamSerialReader:
    """A SAM module at a serial path, opened at the first call and again after every fault.

    Used from one thread.
    """

    def __init__(
        self,
        port: str = "",
        baud: int = 115200,
        *,
        usb_id: str = "",
        decoder: PhotoDecoder | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        comports: ListPorts = list_ports.comports,
    ) -> None:
        """Name the line, by path or by USB device; nothing is opened yet."""
        self._port = port
        self._baud = baud
        self._usb_id = usb_id
        self._decoder = decoder or PhotoDecoder()
        self._now_s = monotonic
        self._comports = comports
        self._knows_newest_address = True
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
            case sam_status.FOUND:
                return self._memory.card_found()
            case sam_status.NOT_FOUND:
                return self._memory.nothing_found()
            case _:
                return Presence.CANT_TELL

    def identity(self, timeout_s: float) -> str:
        """Return the number of the security module as its label has it, and raw; or ""."""
        try:
            reply = self._exchange(_MODULE_ID, time.monotonic() + timeout_s)
        except _LineFault:
            self.close()
            return ""
        return module_name(reply.data) if reply.status == sam_status.OK else ""

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
            if found == sam_status.NOT_FOUND:
                return self._nothing_found(had_card=attempt > 0)
            if found != sam_status.FOUND:
                return ending(found)
            self._memory.card_found()
            selected = self._exchange(_SELECT, deadline_s).status
            if selected == sam_status.SELECT_FAILED:
                if self._memory.was_read:
                    return Unreadable(UnreadableReason.LIFT_FIRST)
                continue
            if selected != sam_status.OK:
                return ending(selected)
            try:
                reply = self._exchange(_READ_TEXT_AND_PHOTO, deadline_s)
            except _LineFault:
                # The module may have read the card all the same, and hide it from now on.
                self._memory.card_read(self._now_s())
                raise
            if reply.status == sam_status.OK:
                self._memory.card_read(self._now_s())
                return self._understand(reply.data, deadline_s)
            if reply.status not in (sam_status.READ_FAILED, sam_status.RANDOM_FAILED):
                return ending(reply.status)
            failed_reads += 1
            if failed_reads == 2:
                return Unreadable(UnreadableReason.DAMAGED)
        # Found again and again but not selected: it lies at the edge of the field.
        return Unreadable(UnreadableReason.PULLED)

    def _understand(self, data: bytes, deadline_s: float) -> ReadAnswer:
        """Return the person in the data of a read reply: two lengths, text, photo."""
        if len(data) < 4:
            return Unreadable(UnreadableReason.DAMAGED)
        text_end = 4 + int.from_bytes(data[:2], "big")
        photo_end = text_end + int.from_bytes(data[2:4], "big")
        if len(data) < photo_end:
            return Unreadable(UnreadableReason.DAMAGED)
        person = parse(data[4:text_end])
        if isinstance(person, TornText):
            return Unreadable(person.reason)
        if person.document_type == RESIDENT_ID:
            person = with_newest_address(person, self._newest_address(deadline_s))
        left_s = deadline_s - time.monotonic() - _SLICE_S
        photo = self._decoder.jpeg(Encoding.WLT, data[text_end:photo_end], left_s)
        return PersonRead(person, person.document_type, photo)

    def _newest_address(self, deadline_s: float) -> str:
        """Return the address that was added to the card last, or "": few cards have one.

        A module that stays silent to this is not asked again until the line is opened anew.
        """
        if not self._knows_newest_address:
            return ""
        try:
            reply = self._exchange(_READ_NEWEST_ADDRESS, deadline_s)
            if reply.status != sam_status.OK or self._is_another_card(deadline_s):
                return ""
        except _LineFault:
            self._knows_newest_address = False
            return ""
        return newest_address(reply.data)

    def _is_another_card(self, deadline_s: float) -> bool:
        """Say whether a card lies there that was not read yet: the address may be its owner's."""
        if self._exchange(_FIND, deadline_s).status != sam_status.FOUND:
            return False
        self._memory.card_found()
        return self._exchange(_SELECT, deadline_s).status == sam_status.OK

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
            patience_s = _PATIENCE_S.get(command, _SHORT_REPLY_S)
            until_s = min(deadline_s, time.monotonic() + patience_s)
            try:
                reply = self._ask(command, until_s, None if is_read else _LONGEST_SHORT_REPLY)
            except NoSuchLine as error:
                raise _LineFault(str(error)) from error
            except _LINE_ERRORS as error:
                raise _LineFault(_why(self._port, error)) from error
            if reply.status not in sam_status.SENT_WRONG:
                return reply
        raise _LineFault(f"The reader at {self._port} receives garbled commands.")

    def _ask(self, command: bytes, until_s: float, longest: int | None) -> Reply:
        line = self._opened()
        # What lies there is the answer to a question nobody waits for any more.
        line.reset_input_buffer()
        line.write_timeout = max(until_s - time.monotonic(), _SLICE_S)
        line.write(pack(command))
        finder, heard_s = ReplyFinder(), time.monotonic()
        while (left_s := until_s - time.monotonic()) > 0:
            line.timeout = min(left_s, _SLICE_S)
            piece = line.read(max(1, line.in_waiting))
            if piece:
                heard_s = time.monotonic()
            # Never with a piece in hand, however long this process was kept from running.
            is_quiet = not piece and time.monotonic() - heard_s > _QUIET_S
            for reply in finder.after_silence() if is_quiet else finder.feed(piece):
                # A late read reply must not answer a question about the next card.
                if longest is None or len(reply.data) <= longest:
                    return reply
        raise _LineFault(f"The reader at {self._port} does not answer.")

    def _opened(self) -> serial.Serial:
        if self._line is None:
            if self._usb_id:
                # Anew each time: a re-plugged device may come back under another path.
                self._port = line_of(self._usb_id, self._comports)
            self._knows_newest_address = True
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
