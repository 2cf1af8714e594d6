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
from dataclasses import dataclass, field, replace
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
from printing.formats import AS_PDF, FORMAT_ATTRIBUTES, Format, formats, shown
from printing.ipp_client import Address, IppClient, NoPrinter, NotReached, Refused, address_of
from printing.ipp_message import Attribute, Operation, Tag, Value
from printing.office_jobs import JobList
from printing.office_state import (
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
from printing.pwg_raster import pwg_raster
from printing.raster import pages_of
from printing.trays import SUPPLY_ATTRIBUTES, supplies

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

_BUSY = 0x0507
_UNSUPPORTED = 0x040A
"""client-error-document-format-not-supported (RFC 8011, appendix B)."""
_WHY = {_UNSUPPORTED: PrinterState.UNSUPPORTED_FORMAT}

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
    _counts: bool = field(default=True, init=False)
    """Whether the printer's count of sheets may mean something."""
    _takes: str = field(default="", init=False)
    """What it was last logged to take, of which nothing is made here."""
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
            if not self._formats(deadline):
                return PrinterState.UNSUPPORTED_FORMAT
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
                told = behind.printer(deadline, *wanted)
        except (NoPrinter, Refused):
            return ()
        return supplies(told)

    def close(self) -> None:
        """Do nothing: no connection outlives a question."""

    # --- one job ---

    def _print(self, name: str, document: bytes, deadline: float) -> PrintAnswer:
        try:
            is_clear = self._clear_up(deadline)
            taken = self._formats(deadline)
            before = self._mended(self._asked(deadline), deadline)
        except (NoPrinter, Refused):
            return PrintFailed(PrinterState.UNREACHABLE)
        if not taken:
            return PrintFailed(PrinterState.UNSUPPORTED_FORMAT)
        if before in STOPPED:
            return PrintFailed(before)
        if not is_clear:  # the paper of somebody before would come out beside this one
            _log.warning("STALE_JOB_STAYS")
            return PrintFailed(PrinterState.FAULT)
        try:
            job = self._offer(name, document, taken, deadline)
        except Refused as refused:
            _log.warning("PRINTER_REFUSED status=0x%04x", refused.status)
            return PrintFailed(_WHY.get(refused.status, PrinterState.FAULT))
        except NotReached:
            return PrintFailed(PrinterState.UNREACHABLE)
        if job is None:
            job = self._found(name, deadline)
            if job is None:
                return PrintUnconfirmed(may_follow=True)
        return self._follow(job, deadline)

    def _offer(
        self, name: str, document: bytes, taken: tuple[Format, ...], deadline: float
    ) -> Job | None:
        """Hand the job over in the first form that is not refused after all. Raises as `_send`."""
        for form in taken[:-1]:
            try:
                return self._send(name, document, deadline, form)
            except Refused as refused:  # then there is no job that could come out
                if refused.status != _UNSUPPORTED:
                    raise
        return self._send(name, document, deadline, taken[-1])

    def _send(
        self, name: str, document: bytes, deadline: float, form: Format = AS_PDF
    ) -> Job | None:
        """Hand the job over; None if nobody said that it was taken.

        Raises:
            Refused: It was not taken.
            NotReached: Nothing was sent.
        """
        sent = document if form.raster is None else pwg_raster(document, form.raster)
        last_word = deadline - LAST_WORD_S
        while True:
            try:
                answer = self._client.ask(
                    Operation.PRINT_JOB,
                    last_word,
                    Attribute("job-name", Tag.NAME, (name,)),
                    Attribute("document-format", Tag.MIME_TYPE, (form.mime_type,)),
                    job=form.job,
                    document=sent,
                    limit_s=60.0,
                )
            except NotReached:
                raise
            except NoPrinter:
                return None
            except Refused as refused:
                # Printers without a queue take the next job when the one before it is out.
                if refused.status != _BUSY or time.monotonic() + LOOK_EVERY_S >= last_word:
                    raise
                self._pause.wait(LOOK_EVERY_S)
            else:
                job = next(filter(None, map(job_from, answer.jobs)), None)
                return None if job is None else replace(job, name=name)

    def _found(self, name: str, deadline: float) -> Job | None:
        """Return a job that was handed over on a line that broke; None if nothing is known of it.

        What the printer does not know yet it may still be reading.
        """
        try:
            return self._jobs.find(name, deadline)
        except (NoPrinter, Refused):
            return None

    def _follow(self, job: Job, deadline: float) -> PrintAnswer:
        """Look after a job until it is over, or the printer has stopped for good."""
        last_word = deadline - LAST_WORD_S
        stopped_since: float | None = None
        while True:
            try:
                now, state = self._look(job, deadline)
            except (NoPrinter, Refused):
                now, state = job, PrinterState.UNREACHABLE
            if now is None:
                return PrintUnconfirmed()  # over and forgotten: it keeps no list, or lost its power
            job = now
            if job.state.is_over:
                return self._ended(job, deadline)
            if state in STOPPED or job.state in {JobIs.STOPPED, JobIs.HELD}:
                stopped_since = stopped_since or time.monotonic()
                if time.monotonic() - stopped_since >= self.patience_s:
                    return self._give_up(job, deadline)
            else:
                stopped_since = None
            if time.monotonic() >= last_word:
                return self._give_up(job, deadline)
            self._pause.wait(LOOK_EVERY_S)

    def _look(self, job: Job, deadline: float) -> tuple[Job | None, PrinterState]:
        """Return how the job, None if it is not known any more, and the printer are now.

        The printer is asked first: a job that ends in between has ended, whatever it said before.
        """
        state = self._asked(deadline)
        return self._jobs.look(job, deadline), state

    def _give_up(self, job: Job, deadline: float) -> PrintAnswer:
        """Cancel, and say what became of the job: it may have been quicker."""
        try:
            if self._jobs.look(job, deadline) is None:  # its number may be somebody else's now
                return PrintUnconfirmed()
            self._jobs.cancel(job, deadline)
            until = min(time.monotonic() + CANCEL_WITHIN_S, deadline)
            now = self._jobs.await_end(job, until)
        except (NoPrinter, Refused):
            return PrintUnconfirmed(may_follow=True)
        if now is None:
            return PrintUnconfirmed()
        if now.state.is_over:
            return self._ended(now, deadline)
        return PrintUnconfirmed(may_follow=True)

    def _ended(self, job: Job, deadline: float) -> PrintAnswer:
        """Say what came of a job that is over.

        A queue's own word is none about paper. Queues that only throw bytes at a cable complete a
        job with the tray empty, and CUPS completes one, too, when the printer vanishes with the
        sheet in it. So the printer behind it is asked.
        """
        if not self.address.is_queue or job.never_began:
            return self._told(job, deadline)
        if job.state is JobIs.COMPLETED:
            self._jobs.purge(job, time.monotonic() + 1.0)
        try:
            asked = self._behind(self._client.printer(deadline, "device-uri"))
            if asked is None:
                return PrintUnconfirmed()
            jobs = JobList(asked, LOOK_EVERY_S)
            behind = jobs.ending(job.name, deadline, CANCEL_WITHIN_S)
        except (NoPrinter, Refused):
            return PrintUnconfirmed(may_follow=True)
        if behind is None:  # forgotten; or what CUPS cancelled is just on its way there
            return PrintUnconfirmed(may_follow=job.state is not JobIs.COMPLETED)
        if not behind.state.is_over:
            return PrintUnconfirmed(may_follow=True)
        return self._told(behind, deadline)

    def _told(self, job: Job, deadline: float) -> PrintAnswer:
        """Return what may be told of a printer's own job that is over.

        That no sheet of a cancelled job is out is believed only of a printer that has not moved
        since, for somebody may have mended it just before; and not of one that told none of a
        job that it completed.
        """
        if job.state is JobIs.COMPLETED:
            self._counts &= job.sheets != 0
            return Printed() if job.is_sure else PrintUnconfirmed()
        if job.is_unsupported and not job.sheets:
            return PrintFailed(PrinterState.UNSUPPORTED_FORMAT)
        try:
            state = self._asked(deadline)
        except (NoPrinter, Refused):
            state = PrinterState.UNREACHABLE
        has_not_moved = state in STOPPED - {PrinterState.UNREACHABLE}
        is_none_out = (
            self._counts and job.sheets == 0 and (has_not_moved or job.state is JobIs.ABORTED)
        )
        if not is_none_out and not job.never_began:
            return PrintUnconfirmed()
        return PrintFailed(state if state in STOPPED else PrinterState.FAULT)

    def _clear_up(self, deadline: float) -> bool:
        """Cancel what an earlier run of the kiosk left; say whether none of it can come out.

        What a queue handed on before the machine went dark is in the printer behind it.
        """
        mine = f"{JOB_NAME} "
        is_clear = self._jobs.clear_up(mine, deadline, CANCEL_WITHIN_S)
        behind = None
        if self.address.is_queue:
            behind = self._behind(self._client.printer(deadline, "device-uri"))
        if behind is None:
            return is_clear
        try:
            is_clear &= JobList(behind, LOOK_EVERY_S).clear_up(mine, deadline, CANCEL_WITHIN_S)
        except Refused:
            _log.info("JOBS_BEHIND_NOT_TOLD")
        return is_clear

    # --- questions ---

    @property
    def _jobs(self) -> JobList:
        return JobList(self._client, LOOK_EVERY_S)

    def _formats(self, deadline: float) -> tuple[Format, ...]:
        """Ask in which forms it takes a paper; a queue takes PDF, and CUPS makes of it what the
        printer behind it wants. Raises as `_asked`.
        """
        if self.address.is_queue:
            return (AS_PDF,)
        told = self._client.printer(deadline, *FORMAT_ATTRIBUTES)
        taken = formats(told)
        if not taken and shown(told) != self._takes:
            self._takes = shown(told)
            _log.warning("FORMAT_UNSUPPORTED takes=%s", self._takes)
        return taken

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
            own = printer_state(behind.printer(deadline, *STATE_ATTRIBUTES))
        except (NoPrinter, Refused):
            return PrinterState.UNREACHABLE
        # What the queue says of the printer may be old; what it says of itself is not.
        return PrinterState.PAUSED if own not in STOPPED and is_paused(told) else own

    def _behind(self, told: dict[str, tuple[Value, ...]]) -> IppClient | None:
        """Return who asks the printer behind a queue; None if it can't be asked."""
        uri = first_text(told, "device-uri") if self.address.is_queue else ""
        try:
            return IppClient(address_of(uri), self._client.user)
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
