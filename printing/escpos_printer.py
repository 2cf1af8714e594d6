"""A receipt printer that speaks ESC/POS, over TCP, USB or a serial line: one driver.

Opened per job, since most printers serve one at a time. One deadline holds for a whole call, and
another for a line on which nothing moves. Nothing is ever printed twice by itself, and nothing is
said of a paper that is not known: see ADR 0022 and 0083.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.ports.printer import (
    Paper,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
)
from printing.escpos import Job, cut_off, encode
from printing.escpos_talk import STOPPED, Standing, Talk
from printing.layout import render_pdf
from printing.media import DOTS_PER_MM, PaperWidth
from printing.printer_lines import Line
from printing.printer_profiles import GENERIC, PrinterProfile
from printing.raster import Raster, rasterise
from printing.under_way import UnderWay

SLOWEST_MM_PER_S = 60
"""Half of what the slowest printers promise."""
TO_CUTTER_DOTS = 15 * DOTS_PER_MM
"""What lies between head and cutter is fed with each paper."""
CONFIRM_GRACE_S = 3.0
"""For feeding and cutting, on top of the time the paper takes."""
LAST_WORD_S = 2.0
"""Kept of every deadline to ask why something went wrong."""
STALL_S = 10.0
"""A line on which nothing moved for so long is given up: a hot head may rest for seconds."""
BAND_S = 0.5
"""On a slow line a command takes no longer than this: so soon a broken one can be ended."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Progress:
    """How far a job came; what is told of it is decided from this alone."""

    job: Job
    handed_over: int = 0
    """Bytes that may have reached the printer."""
    is_line_sound: bool = True
    """No answer was lost."""
    returned: frozenset[bytes] = frozenset()
    """Receipts that came back."""
    was_handed_out: bool = False
    """A paper came to stand in the mouth, and nothing moves any more."""
    had_pause: bool = False
    """It may be in two parts."""

    @property
    def is_done(self) -> bool:
        says_done = bool(self.job.done) and self.job.done in self.returned
        return (says_done or self.was_handed_out) and not self.had_pause

    def cannot_be_whole(self) -> bool:
        """Say whether it is certain that no whole paper is there."""
        if self.handed_over < self.job.inked_bytes:
            return True
        # It confirms, and it has not confirmed this: answers come in their order.
        confirms = bool(self.job.begun) and self.job.begun in self.returned
        return self.is_line_sound and confirms and self.job.drawn not in self.returned


class EscposPrinter:
    """A printer at a line; used from one thread."""

    def __init__(
        self,
        line: Line,
        width: PaperWidth,
        profile: PrinterProfile = GENERIC,
        extra_fonts: Sequence[Path] = (),
        under_way: Path | None = None,
    ) -> None:
        """Keep where the printer is and what it is like; nothing is opened.

        Args:
            line: The way there.
            width: Of its paper.
            profile: Its own ways.
            extra_fonts: As in `layout.render_pdf`.
            under_way: A file that is there while a paper is: a program that is killed leaves it to
                the next one.
        """
        self._line = line
        self._width = width
        self._profile = profile
        self._extra_fonts = tuple(extra_fonts)
        self._owed = 0
        """Bytes a command that was broken off may still wait for; they would be taken from the
        next job."""
        self._is_torn = False
        """A part of a paper may hang there; it would be the head of the next one."""
        self._used_dots = 0.0
        self._under_way = None if under_way is None else UnderWay(under_way)
        left = None if self._under_way is None else self._under_way.left()
        if left is not None:
            self._owed, self._is_torn = left, True

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print one slip; `Printed` only if the printer itself says so."""
        deadline = time.monotonic() + timeout_s
        pdf = render_pdf(paper, self._width, self._extra_fonts)
        return self.print_raster(rasterise(pdf), paper.job_id, deadline)

    def print_raster(self, raster: Raster, job_id: str, deadline: float) -> PrintAnswer:
        """Print a picture by a deadline (monotonic seconds)."""
        speed = self._line.bytes_per_s
        band_bytes = None if speed is None else int(speed * BAND_S)
        job = encode(raster, job_id, self._profile, band_bytes=band_bytes)
        if speed is not None and len(job.data) / speed > deadline - time.monotonic() - LAST_WORD_S:
            _log.error("LINE_TOO_SLOW bytes=%d bytes_per_s=%d", len(job.data), speed)
            return PrintFailed(PrinterState.FAULT)
        answer = self._print(job, deadline)
        self._note(self._owed if self._owed or self._is_torn else None)
        _log.info("PAPER_SENT outcome=%s bytes=%d", type(answer).__name__, len(job.data))
        if not isinstance(answer, Printed) and answer.may_follow:
            _log.warning("PAPER_MAY_FOLLOW")
        return answer

    def state(self, timeout_s: float) -> PrinterState:
        """Ask the printer how it is; silence is CANT_TELL."""
        deadline = time.monotonic() + timeout_s
        try:
            with self._talk(deadline) as talk:
                return talk.ask(deadline).state
        except OSError:
            return PrinterState.UNREACHABLE

    def paper_used_mm(self) -> int:
        """Return how much paper went through since it was opened."""
        return round(self._used_dots / DOTS_PER_MM)

    def close(self) -> None:
        """Let go of the note of what hangs there; no connection outlives a call."""
        if self._under_way is not None:
            self._under_way.close()

    def _note(self, owed: int | None) -> None:
        """Keep for another program what a command may miss; None: no paper is under way."""
        if self._under_way is not None:
            self._under_way.note(owed)

    def _talk(self, deadline: float) -> Talk:
        talk = Talk(self._line.open(deadline), self._profile)
        try:
            if self._owed and talk.fill(self._owed, deadline):
                self._owed = 0
                talk.clear(deadline)
        except BaseException:
            talk.abort()  # a line that stays open is one that nobody can open again
            raise
        return talk

    def _print(self, job: Job, deadline: float) -> PrintAnswer:
        try:
            with self._talk(deadline) as talk:
                before = talk.ask_surely(deadline)
                if before.state in STOPPED or before.state is PrinterState.OVERHEATED:
                    return PrintFailed(before.state)
                if self._is_torn:
                    talk.send(cut_off(self._profile), deadline, STALL_S)
                    self._is_torn = False
                    before = talk.ask(deadline)
                return self._hand_over(talk, job, deadline, before)
        except OSError:
            return PrintFailed(PrinterState.UNREACHABLE)  # before a byte of the job was sent

    def _hand_over(self, talk: Talk, job: Job, deadline: float, before: Standing) -> PrintAnswer:
        progress = _Progress(job)
        now = time.monotonic()
        last_word = deadline - min(LAST_WORD_S, (deadline - now) / 2)
        talk.counts_as_new_ticket = before.has_ticket is False
        self._note(job.longest)
        try:
            talk.send(job.data, last_word, STALL_S)
            state = self._await(talk, progress, last_word)
            if state is None and talk.is_mute and before.state is not PrinterState.CANT_TELL:
                state = PrinterState.CANT_TELL  # it spoke before, and fell silent over this job
                progress.is_line_sound = False
        except OSError:
            progress.handed_over = talk.sent
            progress.returned = frozenset(talk.returned)
            progress.had_pause = talk.had_pause
            progress.is_line_sound = False
            return self._after_break(talk, progress, deadline)
        finally:
            self._used_dots += (job.rows + TO_CUTTER_DOTS) * talk.sent / len(job.data)
        if progress.is_done:
            return Printed()
        return self._give_up(talk, progress, state, deadline)

    def _give_up(
        self, talk: Talk, progress: _Progress, state: PrinterState | None, deadline: float
    ) -> PrintAnswer:
        """Have the rest forgotten, and say what is known then; None: nothing is known to be wrong.

        A printer that does not confirm and seems well has printed long ago: it is let be.
        """
        cannot_be_whole = state is not None and progress.cannot_be_whole()
        may_follow = False
        is_ended = progress.job.done in talk.returned
        if not is_ended and (state is not None or progress.job.begun in talk.returned):
            may_follow = not talk.clear(deadline)
            self._is_torn = True
        progress.returned = frozenset(talk.returned)  # what came in before it forgot
        if state is None and progress.is_done:
            return Printed()
        # One that stopped and went on again may have been given a new roll: not "printed", either.
        is_drawn = progress.job.drawn in progress.returned
        if state is not None and cannot_be_whole and not is_drawn:
            return PrintFailed(state, may_follow=may_follow)
        return PrintUnconfirmed(may_follow=may_follow)

    def _await(self, talk: Talk, progress: _Progress, last_word: float) -> PrinterState | None:
        """Wait until the printer says that the job is done (None), what stopped it, or for as long
        as it could take (None).
        """
        job = progress.job
        seconds = job.rows / DOTS_PER_MM / SLOWEST_MM_PER_S + CONFIRM_GRACE_S
        until = min(time.monotonic() + seconds, last_word)
        progress.handed_over = talk.sent
        while True:
            standing = talk.ask_while_printing(job.done, until)
            progress.had_pause = talk.had_pause
            progress.returned = frozenset(talk.returned)
            progress.was_handed_out = talk.was_handed_out
            if progress.is_done or job.done in talk.returned:
                return None
            if standing.state in STOPPED:
                return standing.state
            if standing.state is PrinterState.OVERHEATED:
                until = last_word  # it goes on by itself
            if time.monotonic() >= until:
                is_hot = standing.state is PrinterState.OVERHEATED
                return standing.state if is_hot else None

    def _after_break(self, talk: Talk, progress: _Progress, deadline: float) -> PrintAnswer:
        """Say what is known of a job whose line broke or stood still, and clean up behind it."""
        talk.abort()
        self._owed = progress.job.longest
        self._is_torn = True
        if progress.is_done:
            return Printed()
        cannot_be_whole = progress.cannot_be_whole()
        state, is_clear = self._clean_up(deadline)
        if not cannot_be_whole:
            return PrintUnconfirmed(may_follow=not is_clear)
        is_fine = state in {PrinterState.READY, PrinterState.PAPER_LOW}
        # It took only a part of the job and says that all is well: somebody has to look.
        return PrintFailed(PrinterState.FAULT if is_fine else state, may_follow=not is_clear)

    def _clean_up(self, deadline: float) -> tuple[PrinterState, bool]:
        """Ask on a new connection what is wrong, and have the rest forgotten; say whether it was.

        The question comes first: a printer that takes no data may still answer it.
        """
        try:
            with Talk(self._line.open(deadline), self._profile) as talk:
                state = talk.ask(deadline).state
                if talk.fill(self._owed, deadline):
                    self._owed = 0
                is_clear = talk.clear(deadline)
                return state, is_clear
        except OSError:
            return PrinterState.UNREACHABLE, False
