"""The machine inside a receipt printer, as the ESC/POS reference and the manuals of kiosk heads
describe it: it decodes what it gets into pictures, answers, and suffers any fault at any moment.

Like the real ones it answers real-time commands while it is stopped, keeps what it has got until
it can go on, and forgets it when told to. How bytes reach it is in `escpos_printer`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.bool_]
"""Rows by dots, True is black; as wide as the paper."""

DEFAULT_UNITS_PER_INCH = 406
"""Feeding is in half dots until GS P says otherwise."""


class Fault(Enum):
    """What can be wrong with it."""

    PAPER_END = auto()
    NEAR_END = auto()
    COVER_OPEN = auto()
    CUTTER = auto()
    HOT = auto()
    """The head rests until it is cool."""
    OFFLINE = auto()
    """Somebody holds its button."""
    BROKEN = auto()
    """An error that does not pass."""
    MUTE = auto()
    """Prints, and never answers anything."""
    NO_PROCESS_ID = auto()
    """Prints and tells its state, but does not know GS ( H."""
    NO_CLEARING = auto()
    """Does not know DLE DC4 8."""
    STALL = auto()
    """Takes no more bytes and says nothing."""
    DROP = auto()
    """Breaks the connection and forgets what it has not printed."""
    DROP_AFTER_PRINTING = auto()
    """Breaks the connection instead of saying that it has printed."""
    DEAD = auto()
    """Its power is cut: nobody is there any more."""


STOPPING = frozenset(
    {
        Fault.PAPER_END,
        Fault.COVER_OPEN,
        Fault.CUTTER,
        Fault.HOT,
        Fault.OFFLINE,
        Fault.BROKEN,
        Fault.DEAD,
    }
)


class Moment(Enum):
    """When a planned fault strikes."""

    AT_ROW = auto()
    """After so many rows of the job."""
    BEFORE_CUT = auto()
    AFTER_CUT = auto()
    """The paper is out; nothing was said of it yet."""
    AFTER_WORD = auto()
    """It has said that it is done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A fault that is to strike."""

    fault: Fault
    moment: Moment
    rows: int = 0


class EscposDevice:
    """The machine; its owner serves one thread at a time."""

    def __init__(self, width_dots: int = 576, *, is_head: bool = False) -> None:
        """Make one; `is_head`: a kiosk head that answers DLE EOT 20 and sees its mouth."""
        self.width_dots = width_dots
        self.is_head = is_head
        self.unknown = bytearray()
        """Bytes that are no command it knows."""
        self.sends_automatic_status = False
        """ASB: four bytes unasked before every answer."""
        self.commands_to_print = 0
        """How many commands it has got that are not questions, obeyed or not."""
        self.hears_inside = False
        """Obeys questions that stand inside a picture, as some do."""
        self.has_ticket = False
        """A paper stands in the mouth."""
        self.answer: Callable[[bytes], None] = lambda _: None
        self.hang_up: Callable[[], None] = lambda: None
        self.faults: set[Fault] = set()
        self.plans: list[Plan] = []
        self.slips: list[Picture] = []
        self.paper_left_rows: int | None = None
        self.rows: list[npt.NDArray[np.bool_]] = []
        self._half_dots = 0.0
        self._left_dots = 0
        self._units_per_inch = DEFAULT_UNITS_PER_INCH
        self._unread = bytearray()
        self._waiting: list[bytes] = []

    @property
    def paper(self) -> Picture:
        """What was printed and not cut off yet."""
        return np.array(self.rows, np.bool_).reshape(-1, self.width_dots)

    def swallow(self, data: bytes) -> None:
        """Do what the bytes say."""
        self._unread += data
        while (length := command_length(self._unread)) is not None:
            command = bytes(self._unread[:length])
            del self._unread[:length]
            self._take(command)

    def forget(self, *, is_power_cut: bool = False) -> None:
        """Lose what came over a connection that is gone; without power, everything but what is on
        the paper.
        """
        if is_power_cut:
            self._unread.clear()
            self._waiting.clear()
        if not self.is_line:
            self._unread.clear()

    is_line = False
    """A USB device or serial line has no connections: half a command waits for its rest."""

    def work(self) -> None:
        """Go on with what waits, if nothing stops it."""
        while self._waiting and not self.faults & STOPPING:
            if Fault.DROP in self.faults and self._waiting[0][:2] == b"\x1dv":
                self._waiting.clear()
                self.hang_up()
                return
            if self._waiting[0][:2] in {b"\x1dV", b"\x1bi"} and self._strike(Moment.BEFORE_CUT):
                continue  # looks anew at what stops it
            self._obey(self._waiting.pop(0))

    def _take(self, command: bytes) -> None:
        if command[:2] == b"\x10\x04":
            if command[2] == 20:
                if self.is_head:
                    self.answer(self._full_status())
            elif not self.is_head:
                self.answer(bytes((self.status(command[2]),)))
        elif command[:3] == b"\x10\x14\x08":
            if Fault.NO_CLEARING not in self.faults:
                self._waiting.clear()
                self.answer(b"7%\x00")
        elif command != b"\x00":  # printers skip it
            self.commands_to_print += 1
            if self.hears_inside and command[:2] == b"\x1dv":
                for kind in range(1, 5):
                    for _ in range(command.count(bytes((0x10, 0x04, kind)))):
                        self.answer(bytes((self.status(kind),)))
            self._waiting.append(command)
            self.work()

    def _obey(self, command: bytes) -> None:
        match command[:2]:
            case b"\x1b@":
                self._left_dots = 0
                self._units_per_inch = DEFAULT_UNITS_PER_INCH
            case b"\x1dP":
                self._units_per_inch = command[3]
            case b"\x1dL":
                self._left_dots = int.from_bytes(command[2:4], "little")
            case b"\x1bJ":
                self._half_dots += command[2] * 203 / self._units_per_inch
                rows, self._half_dots = int(self._half_dots), self._half_dots % 1
                self._burn(np.zeros((rows, self.width_dots), np.bool_), command)
            case b"\x1dv":
                self._burn(self._decode(command), command)
            case b"\x1dV" | b"\x1bi":
                if self.rows:
                    self.slips.append(self.paper)
                    self.has_ticket = True
                self.rows.clear()
                self._strike(Moment.AFTER_CUT)
            case b"\x1dr":
                self.answer(bytes((self.status(4) & 0x0F,)))
            case b"\x1d(" if not self.is_head:
                self._say_done(command)
            case _:
                self.unknown += command

    def _say_done(self, command: bytes) -> None:
        is_last = command.endswith(b"C")
        if Fault.DROP_AFTER_PRINTING in self.faults and is_last:
            self.hang_up()
            return
        if Fault.NO_PROCESS_ID not in self.faults:
            self.answer(b'7"' + command[7:11] + b"\x00")
        if is_last:
            self._strike(Moment.AFTER_WORD)

    def _strike(self, moment: Moment) -> bool:
        """Let the faults begin that were planned for now; say whether there were any."""
        now = [plan for plan in self.plans if plan.moment is moment]
        for plan in now:
            self.begin(plan)
        return bool(now)

    def begin(self, plan: Plan) -> None:
        """Let a planned fault begin."""
        self.plans.remove(plan)
        self.faults.add(plan.fault)
        if plan.fault in {Fault.DROP, Fault.DEAD}:
            self._waiting.clear()
            self.faults.discard(Fault.DROP)
            self.hang_up()

    def _burn(self, rows: Picture, command: bytes) -> None:
        room = len(rows)
        stroke = next((it for it in self.plans if it.moment is Moment.AT_ROW), None)
        if stroke is not None:
            room = min(room, max(stroke.rows - len(self.rows), 0))
        left = self.paper_left_rows
        taken = room if left is None else min(left, room)
        self.rows.extend(rows[:taken])
        if left is not None:
            self.paper_left_rows = left - taken
            if taken < room:
                self.faults.add(Fault.PAPER_END)
                return  # what was not burned on this roll is lost
        if stroke is not None and len(self.rows) >= stroke.rows:
            self.begin(stroke)
            rest = rows[taken:]
            if len(rest) and stroke.fault not in {Fault.PAPER_END, Fault.DEAD, Fault.DROP}:
                self._waiting.insert(0, _band(rest, self.width_dots))  # it goes on where it was

    def _decode(self, command: bytes) -> Picture:
        width, height = struct.unpack("<HH", command[4:8])
        packed = np.frombuffer(command, np.uint8, offset=8).reshape(height, width)
        rows = np.zeros((height, self.width_dots), np.bool_)
        dots = np.unpackbits(packed, axis=1).astype(np.bool_)
        room = rows[:, self._left_dots :]
        count = min(room.shape[1], dots.shape[1])
        room[:, :count] = dots[:, :count]
        return rows

    def status(self, kind: int) -> int:
        """Return the byte that answers DLE EOT 1 to 4."""
        has = self.faults.__contains__
        bits = {
            1: 0x08 * bool(self.faults & STOPPING),
            2: 0x04 * has(Fault.COVER_OPEN)
            | 0x20 * has(Fault.PAPER_END)
            | 0x40 * any(map(has, (Fault.CUTTER, Fault.HOT, Fault.BROKEN))),
            3: 0x08 * has(Fault.CUTTER) | 0x40 * has(Fault.HOT) | 0x20 * has(Fault.BROKEN),
            4: 0x60 * has(Fault.PAPER_END) | 0x0C * (has(Fault.NEAR_END) or has(Fault.PAPER_END)),
        }
        return 0x12 | bits.get(kind, 0)

    def automatic_status(self) -> bytes:
        """Return the four bytes that are sent unasked."""
        has = self.faults.__contains__
        first = 0x10 | 0x08 * bool(self.faults & STOPPING) | 0x20 * has(Fault.COVER_OPEN)
        second = 0x08 * has(Fault.CUTTER) | 0x40 * has(Fault.HOT) | 0x20 * has(Fault.BROKEN)
        return bytes((first, second, 0x0C * has(Fault.PAPER_END), 0x0F))

    def _full_status(self) -> bytes:
        has = self.faults.__contains__
        paper = has(Fault.PAPER_END) | 0x04 * has(Fault.NEAR_END) | 0x20 * self.has_ticket
        user = 0x02 * has(Fault.COVER_OPEN) | 0x04 * bool(self._waiting or self._unread)
        passing = 0x01 * has(Fault.HOT) | 0x40 * has(Fault.OFFLINE)
        lasting = 0x01 * has(Fault.CUTTER) | 0x04 * has(Fault.BROKEN)
        return bytes((0x10, 0x0F, paper, user, passing, lasting))


def _band(rows: Picture, width_dots: int) -> bytes:
    width = (width_dots + 7) // 8
    packed = np.packbits(rows, axis=1)[:, :width]
    return b"\x1dv0\x00" + struct.pack("<HH", width, len(rows)) + packed.tobytes()


def command_length(stream: bytes | bytearray) -> int | None:
    """Return how long the command at the head of the stream is; None while it is incomplete."""
    if stream[:1] == b"\x00":
        return 1
    if len(stream) < 2:
        return None
    head = bytes(stream[:2])
    if head == b"\x1dv":
        if len(stream) < 8:
            return None
        width, height = struct.unpack("<HH", stream[4:8])
        length = 8 + width * height
    elif head == b"\x1d(":
        if len(stream) < 5:
            return None
        length = 5 + struct.unpack("<H", stream[3:5])[0]
    elif head == b"\x1dV":
        if len(stream) < 3:
            return None
        length = 4 if stream[2] in (65, 66) else 3
    elif head == b"\x10\x14":
        if len(stream) < 3:
            return None
        length = 10 if stream[2] == 8 else 5
    else:
        fixed = {
            b"\x1b@": 2,
            b"\x1bi": 2,
            b"\x1bJ": 3,
            b"\x1dP": 4,
            b"\x1dL": 4,
            b"\x1da": 3,
            b"\x1de": 4,
            b"\x1dr": 3,
            b"\x10\x04": 3,
        }
        length = fixed.get(head, 1)
    return length if len(stream) >= length else None
