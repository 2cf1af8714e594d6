"""A conversation with a receipt printer over one open line: sending, asking, listening."""

from __future__ import annotations

import select
import time
from dataclasses import dataclass
from typing import Self, assert_never

from kiosk.ports.printer import PrinterState
from printing.escpos import ASK_FULL_STATUS, CLEAR_BUFFERS, status_request
from printing.escpos_answers import (
    AutomaticStatus,
    BuffersCleared,
    FullStatus,
    ProcessDone,
    Reply,
    ReplyReader,
    StatusByte,
    state_from,
)
from printing.printer_lines import Link, left
from printing.printer_profiles import Confirmation, PrinterProfile, StatusDialect

ANSWER_WITHIN_S = 1.0
"""A printer that does not answer a question by then is taken for one that never does."""
ASK_AGAIN_S = 0.5
"""How often the state is asked while waiting for the paper."""
SURELY_S = 0.1
"""Bad news is asked for a second time after this: a picture may hold the bytes of a question, whose
answer is then taken for another one's."""
PAUSE_S = 1.5
"""Nobody puts in a new roll faster than this. A printer that took nothing for longer may have been
given one, and its paper may be in two parts, whatever it says in the end."""
CHATTER_S = 0.5
"""What never stops talking is listened to no longer than this beyond the time for an answer."""
FILL_S = 1.0
DRAIN_LOOK_S = 0.02

STOPPED = frozenset(
    {
        PrinterState.PAPER_OUT,
        PrinterState.COVER_OPEN,
        PrinterState.CUTTER,
        PrinterState.OFFLINE,
        PrinterState.FAULT,
    }
)
"""What a printer does not get out of by itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the printer is; the rest is None where it can't tell."""

    state: PrinterState
    has_ticket: bool | None = None
    is_busy: bool | None = None


class Talk:
    """One conversation. Methods raise OSError when the line breaks, TimeoutError when it stands."""

    def __init__(self, link: Link, profile: PrinterProfile) -> None:
        """Talk over this link, which is closed at the end."""
        self._link = link
        self._profile = profile
        self._reader = ReplyReader(profile)
        self._unasked: PrinterState | None = None
        self.sent = 0
        """Bytes of the job that were handed over."""
        self.returned: set[bytes] = set()
        """Receipts that came back."""
        self.counts_as_new_ticket = False
        """No paper stood in the mouth before: one that stands there now is this job's."""
        self.was_handed_out = False
        """This job's paper stands in the mouth, whole."""
        self.had_pause = False
        """Nothing moved for a while in the middle of the job."""
        self.is_mute = False
        """It was asked while it should print, and did not answer."""
        self._looked_s = 0.0
        """When it was last known how the job goes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def abort(self) -> None:
        """Close at once and throw away what is still on its way to the printer."""
        self._link.abort()

    def send(self, data: bytes, deadline: float, stall_s: float) -> None:
        """Hand over all bytes until they have left this machine.

        Args:
            data: The job; `sent` counts how much of it went.
            deadline: In monotonic seconds.
            stall_s: With nothing moving for so long, it is given up before the deadline.
        """
        self.sent = 0
        rest = memoryview(data)
        moved_s, waiting, self.had_pause = time.monotonic(), 0, False
        while rest or waiting:
            until = min(deadline, moved_s + stall_s)
            if not rest:
                until_look = min(left(until), DRAIN_LOOK_S)
                readable = select.select([self._link], [], [], until_look)[0]
                writable = None
            else:
                readable, writable, _ = select.select([self._link], [self._link], [], left(until))
            if readable:
                self._take_in()
            count = 0
            if writable:
                count = self._link.write(rest)
                self.sent += count
                rest = rest[count:]
            before, waiting = waiting, self._link.waiting()
            if count or waiting != before:
                now = time.monotonic()
                self.had_pause |= now - moved_s > PAUSE_S
                moved_s = now
        self._looked_s = time.monotonic()

    def fill(self, count: int, deadline: float) -> bool:
        """End a command that was broken off: with as many zeros as it can miss. Printers that miss
        none skip them. Say whether they were taken.
        """
        until = min(time.monotonic() + FILL_S, deadline)
        try:
            self.send(bytes(count), until, FILL_S)
        except TimeoutError:
            return False
        finally:
            self.sent = 0
        return True

    def ask(self, deadline: float) -> Standing:
        """Ask how the printer is, in its dialect; the first silence ends it."""
        self._listen(time.monotonic())  # a late answer to an earlier question is not one to this
        standing = self._ask(deadline)
        if standing.state is not PrinterState.CANT_TELL:
            self._unasked = None  # what it says when asked is newer
            return standing
        unasked = self._unasked
        if unasked in STOPPED and unasked is not None:
            return Standing(unasked)
        return Standing(self._link.port_state())

    def ask_surely(self, deadline: float) -> Standing:
        """Ask, and ask once more before bad news is believed."""
        standing = self.ask(deadline)
        if standing.state not in STOPPED:
            return standing
        self._listen(min(time.monotonic() + SURELY_S, deadline))
        again = self.ask(deadline)
        # What it was once it need not be still; what it can't repeat was not said.
        return again if again.state is not PrinterState.CANT_TELL else standing

    def ask_while_printing(self, done: bytes, until: float) -> Standing:
        """Listen for a while, then ask, unless the paper is done by then.

        Whoever has not looked for a while, as on a machine with too much to do, can't say that
        nobody put in a new roll meanwhile.
        """
        standing = self._look_while_printing(done, until)
        now = time.monotonic()
        self.had_pause |= not self.is_mute and now - self._looked_s > PAUSE_S
        self._looked_s = now
        return standing

    def _look_while_printing(self, done: bytes, until: float) -> Standing:
        pause = min(time.monotonic() + ASK_AGAIN_S, until)
        while not (done and done in self.returned) and self._unasked not in STOPPED:
            if self._replies(pause) is None:
                break
        if done and done in self.returned:
            return Standing(PrinterState.READY)
        answer_by = max(until, time.monotonic()) + ANSWER_WITHIN_S
        if self.is_mute:
            return Standing(self._unasked or PrinterState.CANT_TELL)
        standing = self.ask_surely(answer_by)
        if standing.state is PrinterState.CANT_TELL:
            self.is_mute = True  # asking again would cost a second each time
        if standing.has_ticket and self.counts_as_new_ticket and not standing.is_busy:
            # Twice: between two bands on a slow line it may look as if nothing followed.
            self._listen(time.monotonic() + SURELY_S)
            again = self.ask(answer_by)
            is_ticket = self._profile.confirms is Confirmation.TICKET
            is_still = bool(again.has_ticket) and again.is_busy is False
            self.was_handed_out = is_ticket and is_still and again.state not in STOPPED
        return standing

    def clear(self, deadline: float) -> bool:
        """Make the printer forget what it has not printed; say whether it said that it did."""
        if not self._profile.clears:
            return False
        try:
            self._put(CLEAR_BUFFERS, deadline)
            until = min(time.monotonic() + ANSWER_WITHIN_S, deadline)
            while (replies := self._replies(until)) is not None:
                if BuffersCleared() in replies:
                    return True
        except OSError:
            pass
        return False

    def hear(self, question: bytes, deadline: float) -> list[Reply]:
        """Ask something and return all that is answered by then; for finding out what it knows."""
        self._put(question, deadline)
        heard: list[Reply] = []
        while (replies := self._replies(deadline)) is not None:
            heard += replies
        return heard

    def _ask(self, deadline: float) -> Standing:
        match self._profile.status:
            case StatusDialect.EOT:
                answers: dict[int, int] = {}
                for kind in self._profile.asks:
                    bits = self._answer(status_request(kind), StatusByte, deadline)
                    if not isinstance(bits, StatusByte):
                        break
                    answers[kind] = bits.bits
                return Standing(state_from(answers, self._profile))
            case StatusDialect.FULL:
                found = self._answer(ASK_FULL_STATUS, FullStatus, deadline)
                if isinstance(found, FullStatus):
                    return Standing(found.state, found.has_ticket, found.is_busy)
                return Standing(PrinterState.CANT_TELL)
            case StatusDialect.NONE:
                return Standing(PrinterState.CANT_TELL)
            case _:
                assert_never(self._profile.status)

    def _answer(self, question: bytes, kind: type[Reply], deadline: float) -> Reply | None:
        if time.monotonic() >= deadline:
            return None
        try:
            self._put(question, min(time.monotonic() + ANSWER_WITHIN_S, deadline))
        except TimeoutError:
            return None
        until = min(time.monotonic() + ANSWER_WITHIN_S, deadline)
        while (replies := self._replies(until)) is not None:
            for reply in replies:
                if isinstance(reply, kind):
                    return reply
        return None

    def _put(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            readable, writable, _ = select.select([self._link], [self._link], [], left(deadline))
            if readable:
                self._take_in()
            if writable:
                rest = rest[self._link.write(rest) :]

    def _listen(self, until: float) -> None:
        while self._replies(until) is not None:
            pass

    def _replies(self, until: float) -> list[Reply] | None:
        """Return what came in next, or None when the time is over."""
        left_s = until - time.monotonic()
        if left_s < -CHATTER_S:
            return None
        return self._take_in() if self._has_more(left_s) else None

    def _has_more(self, wait_s: float) -> bool:
        return bool(select.select([self._link], [], [], max(wait_s, 0))[0])

    def _take_in(self) -> list[Reply]:
        replies = self._reader.feed(self._link.read())
        for reply in replies:
            match reply:
                case AutomaticStatus(state):
                    self._unasked = state
                case ProcessDone(receipt):
                    self.returned.add(receipt)
                case StatusByte() | FullStatus() | BuffersCleared():
                    pass  # whoever asked takes it
                case _:
                    assert_never(reply)
        return replies
