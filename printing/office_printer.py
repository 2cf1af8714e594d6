"""An office printer: A4 by IPP, straight to the printer or through a queue of CUPS.

A job is followed to its end. What stops it is told, and then the job is cancelled: paper that comes
out when somebody refills the tray an hour later would be found by a stranger. For the same reason
whatever an earlier run left in the queue is cancelled before anything is printed. Nothing is
printed twice.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.errors import BadSetting
from kiosk.ports.printer import (
    Paper,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
    Supply,
)
from printing.ipp_client import Address, IppClient, NoPrinter, Refused, address_of
from printing.ipp_message import Attribute, Operation, Tag, Value
from printing.office_state import (
    A4_ONCE,
    STATE_ATTRIBUTES,
    STOPPED,
    Job,
    JobIs,
    first_text,
    is_closed,
    is_paused,
    job_from,
    printer_state,
)
from printing.raster import pages_of
from printing.trays import SUPPLY_ATTRIBUTES, supplies

PDF: Final = "application/pdf"
LOOK_EVERY_S = 0.25
PATIENCE_S = 3.0
"""A printer that stops may go on by itself (it draws from another tray); not after so long."""
CANCEL_WITHIN_S = 4.0
"""A printer that has not let go of a cancelled job by then may still print it."""
LAST_WORD_S = 2.0
"""Kept of every deadline to cancel, and to hear what became of the job."""
JOB_NAME: Final = f"doorstep-{socket.gethostname()}"
"""Jobs are named by this and their id: no word of whose they are gets into a printer's list, and no
kiosk takes another one's job for what it left itself."""

_JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-state",
    "job-media-sheets-completed",
    "job-impressions-completed",
)
_NOT_POSSIBLE = 0x0404
_NOT_FOUND = 0x0406
_BUSY = 0x0507

_log = logging.getLogger(__name__)


@dataclass
class OfficePrinter:
    """A printer or queue by its address; used from one thread.

    Args:
        address: Of the printer, or of the queue.
        render: Makes the PDF of a paper.
        patience_s: How long a stopped printer may take to go on by itself.
    """

    address: Address
    render: Callable[[Paper], bytes]
    patience_s: float = PATIENCE_S
    _client: IppClient = field(init=False)
    _pause: threading.Event = field(default_factory=threading.Event, init=False)
    _sheets: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Ask nothing yet."""
        self._client = IppClient(self.address)

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print one paper; `Printed` only if the printer itself says that the sheet is out."""
        deadline = time.monotonic() + timeout_s
        document = self.render(paper)
        answer = self._print(f"{JOB_NAME} {paper.job_id}", document, deadline)
        _log.info("PAPER_SENT outcome=%s bytes=%d", type(answer).__name__, len(document))
        if not isinstance(answer, PrintFailed):
            self._sheets += pages_of(document)
        return answer

    def state(self, timeout_s: float) -> PrinterState:
        """Ask the printer how it is; a paused queue goes on once its cause is gone."""
        deadline = time.monotonic() + timeout_s
        try:
            return self._mended(self._asked(deadline), deadline)
        except (NoPrinter, Refused):
            return PrinterState.UNREACHABLE

    def sheets_used(self) -> int:
        """Return how many came out, or may have; printed on one side."""
        return self._sheets

    def supplies(self, timeout_s: float) -> tuple[Supply, ...]:
        """Ask the printer itself what it has left beside paper."""
        deadline = time.monotonic() + timeout_s
        wanted = ("printer-state-reasons", "device-uri", *SUPPLY_ATTRIBUTES)
        try:
            told = self._client.printer(deadline, *wanted)
            behind = self._behind(told)
            if behind is not None:
                told = IppClient(behind).printer(deadline, *wanted)
        except (NoPrinter, Refused):
            return ()
        return supplies(told)

    def close(self) -> None:
        """Do nothing: no connection outlives a question."""

    # --- one job ---

    def _print(self, name: str, document: bytes, deadline: float) -> PrintAnswer:
        try:
            self._clear_up(deadline)
            before = self._mended(self._asked(deadline), deadline)
            if before in STOPPED:
                return PrintFailed(before)
        except (NoPrinter, Refused):
            return PrintFailed(PrinterState.UNREACHABLE)
        try:
            job = self._send(name, document, deadline)
        except Refused as refused:
            _log.warning("PRINTER_REFUSED status=0x%04x", refused.status)
            return PrintFailed(PrinterState.FAULT)
        if job is None:
            # The line broke: whether it took the job before is its secret until it is asked.
            try:
                job = self._find(name, deadline)
            except (NoPrinter, Refused):
                return PrintUnconfirmed(may_follow=True)
            if job is None:
                return PrintUnconfirmed()
        answer = self._follow(job, deadline)
        return self._checked_behind(name, answer, deadline)

    def _send(self, name: str, document: bytes, deadline: float) -> Job | None:
        """Hand the job over; None if nobody said that it was taken.

        Raises:
            Refused: It was not taken.
        """
        last_word = deadline - LAST_WORD_S
        while True:
            try:
                answer = self._client.ask(
                    Operation.PRINT_JOB,
                    last_word,
                    Attribute("job-name", Tag.NAME, (name,)),
                    Attribute("document-format", Tag.MIME_TYPE, (PDF,)),
                    job=A4_ONCE,
                    document=document,
                    limit_s=60.0,
                )
            except NoPrinter:
                return None
            except Refused as refused:
                # Printers without a queue take the next job when the one before it is out.
                if refused.status != _BUSY or time.monotonic() + LOOK_EVERY_S >= last_word:
                    raise
                self._pause.wait(LOOK_EVERY_S)
            else:
                return next(filter(None, map(job_from, answer.jobs)), None)

    def _follow(self, job: Job, deadline: float) -> PrintAnswer:
        """Look after a job until it is over, or the printer has stopped for good."""
        last_word = deadline - LAST_WORD_S
        stopped_since: float | None = None
        while True:
            try:
                now, state = self._look(job.number, deadline)
            except (NoPrinter, Refused):
                now, state = job, PrinterState.UNREACHABLE
            if now is None:
                return PrintUnconfirmed()  # finished and forgotten: it keeps no list
            job = now
            if job.state.is_over:
                return self._ended(job, state)
            if state in STOPPED or job.state in {JobIs.STOPPED, JobIs.HELD}:
                stopped_since = stopped_since or time.monotonic()
                if time.monotonic() - stopped_since >= self.patience_s:
                    return self._give_up(job, state, deadline)
            else:
                stopped_since = None
            if time.monotonic() >= last_word:
                return self._give_up(job, state, deadline)
            self._pause.wait(LOOK_EVERY_S)

    def _look(self, number: int, deadline: float) -> tuple[Job | None, PrinterState]:
        """Return how the job, None if it is not known any more, and the printer are now.

        The printer is asked first: a job that ends in between has ended, whatever it said before.
        """
        state = self._asked(deadline)
        return self._job(number, deadline), state

    def _ended(self, job: Job, state: PrinterState) -> PrintAnswer:
        if job.state is JobIs.COMPLETED:
            self._forget(job)
            return Printed()
        if job.sheets != 0 and not self.address.is_queue:  # CUPS counts what it hands on
            return PrintUnconfirmed()  # the sheet, or a part of it, may be out
        return PrintFailed(state if state in STOPPED else PrinterState.FAULT)

    def _give_up(self, job: Job, state: PrinterState, deadline: float) -> PrintAnswer:
        """Cancel, and say what became of the job: it may have been quicker."""
        try:
            self._cancel(job.number, deadline)
            now = self._await_end(job.number, deadline)
            if now is not None:
                return self._ended(now, state)
        except (NoPrinter, Refused):
            pass
        return PrintUnconfirmed(may_follow=True)

    def _checked_behind(self, name: str, answer: PrintAnswer, deadline: float) -> PrintAnswer:
        """Return what the printer behind a queue says; a queue's own word is none about paper.

        Queues that only throw bytes at a cable complete a job with the tray empty, and CUPS
        completes one, too, when the printer vanishes with the sheet in it.
        """
        if not self.address.is_queue or isinstance(answer, PrintUnconfirmed):
            return answer
        try:
            job = self._job_behind(name, deadline)
        except (NoPrinter, Refused):
            return PrintUnconfirmed()
        if job is None or not job.state.is_over:
            return PrintUnconfirmed(may_follow=job is not None)
        if job.state is JobIs.COMPLETED:
            return Printed()
        if job.sheets != 0:
            return PrintUnconfirmed()
        return answer if isinstance(answer, PrintFailed) else PrintFailed(PrinterState.FAULT)

    def _job_behind(self, name: str, deadline: float) -> Job | None:
        """Return the job as the printer behind the queue has it, over if that comes soon.

        Raises:
            NoPrinter: Nobody answers.
            Refused: It does not say.
        """
        behind = self._behind(self._client.printer(deadline, "device-uri"))
        if behind is None:
            return None
        asked = OfficePrinter(behind, self.render)
        until = min(time.monotonic() + CANCEL_WITHIN_S, deadline)
        while (job := asked._find(name, deadline)) is not None and not job.state.is_over:
            if time.monotonic() >= until:
                break
            self._pause.wait(LOOK_EVERY_S)
        return job

    def _await_end(self, number: int, deadline: float) -> Job | None:
        """Return a cancelled job once it is over; None if it does not end, or is not known."""
        until = min(time.monotonic() + CANCEL_WITHIN_S, deadline)
        while time.monotonic() < until:
            job = self._job(number, deadline)
            if job is None or job.state.is_over:
                return job
            self._pause.wait(LOOK_EVERY_S)
        return None

    # --- questions ---

    def _asked(self, deadline: float) -> PrinterState:
        """Ask how it is. CUPS knows little of an idle printer: the one behind it is asked itself.

        Raises:
            NoPrinter: Nobody answers.
            Refused: It does not say.
        """
        told = self._client.printer(deadline, *STATE_ATTRIBUTES)
        if is_closed(told):
            return PrinterState.PAUSED
        behind = self._behind(told)
        if behind is None:
            state = printer_state(told)
            is_fine = state not in STOPPED
            return PrinterState.PAUSED if is_fine and is_paused(told) else state
        try:
            own = printer_state(IppClient(behind).printer(deadline, *STATE_ATTRIBUTES))
        except (NoPrinter, Refused):
            return PrinterState.UNREACHABLE
        # What the queue says of the printer may be old; what it says of itself is not.
        return PrinterState.PAUSED if own not in STOPPED and is_paused(told) else own

    def _behind(self, told: dict[str, tuple[Value, ...]]) -> Address | None:
        """Return where the printer behind a queue is; None if it can't be asked."""
        uri = first_text(told, "device-uri") if self.address.is_queue else ""
        try:
            return address_of(uri)
        except BadSetting:
            return None

    def _mended(self, state: PrinterState, deadline: float) -> PrinterState:
        """Let a paused queue go on if nothing else is wrong; say how it is then."""
        if state is not PrinterState.PAUSED or not self.address.is_queue:
            return state
        if is_closed(self._client.printer(deadline, "printer-is-accepting-jobs")):
            return state
        try:
            self._client.ask(Operation.RESUME_PRINTER, deadline)
        except Refused:
            _log.warning("QUEUE_STAYS_PAUSED")
            return state
        _log.info("QUEUE_RESUMED")
        return self._asked(deadline)

    def _job(self, number: int, deadline: float) -> Job | None:
        """Return how a job is; None if the printer knows it no more."""
        try:
            answer = self._client.ask(
                Operation.GET_JOB_ATTRIBUTES,
                deadline,
                Attribute("job-id", Tag.INTEGER, (number,)),
                Attribute("requested-attributes", Tag.KEYWORD, _JOB_ATTRIBUTES),
            )
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return next(filter(None, map(job_from, answer.jobs)), None)

    def _find(self, name: str, deadline: float) -> Job | None:
        """Return the job of this name, wherever in its life it is; None if it is not known.

        Raises:
            NoPrinter: Nobody answers.
            Refused: It does not say.
        """
        for which in ("not-completed", "completed"):
            for told in self._jobs(which, deadline):
                if first_text(told, "job-name") == name and (job := job_from(told)) is not None:
                    return job
        return None

    def _clear_up(self, deadline: float) -> None:
        """Cancel what an earlier run of the kiosk left waiting."""
        for told in self._jobs("not-completed", deadline):
            job = job_from(told)
            if job is not None and first_text(told, "job-name").startswith(f"{JOB_NAME} "):
                _log.warning("STALE_JOB_CANCELLED")
                self._cancel(job.number, deadline)
                self._await_end(job.number, deadline)

    def _jobs(self, which: str, deadline: float) -> tuple[dict[str, tuple[Value, ...]], ...]:
        return self._client.ask(
            Operation.GET_JOBS,
            deadline,
            Attribute("which-jobs", Tag.KEYWORD, (which,)),
            Attribute("my-jobs", Tag.BOOLEAN, (True,)),
            Attribute("requested-attributes", Tag.KEYWORD, _JOB_ATTRIBUTES),
        ).jobs

    def _cancel(self, number: int, deadline: float) -> None:
        """Cancel a job; one that is over already stays as it is."""
        try:
            self._client.ask(
                Operation.CANCEL_JOB, deadline, Attribute("job-id", Tag.INTEGER, (number,))
            )
        except Refused as refused:
            if refused.status not in {_NOT_POSSIBLE, _NOT_FOUND}:
                raise

    def _forget(self, job: Job) -> None:
        """Have CUPS throw the document away at once, whatever it keeps by its settings."""
        if not self.address.is_queue:
            return
        try:
            self._client.ask(
                Operation.CANCEL_JOB,
                time.monotonic() + 1.0,
                Attribute("job-id", Tag.INTEGER, (job.number,)),
                Attribute("purge-job", Tag.BOOLEAN, (True,)),
            )
        except (NoPrinter, Refused) as error:
            _log.warning("JOB_NOT_PURGED why=%s", type(error).__name__)
