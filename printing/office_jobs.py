"""The list of jobs that a printer or a queue keeps: ours in it looked at, found, cancelled.

A job is known by its number and its name together. Numbers begin again when a printer lost its
power, and then the same one may be a letter of the office.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass, field, replace

from printing.ipp_client import IppClient, NoPrinter, Refused
from printing.ipp_message import Attribute, Operation, Tag, Value
from printing.office_state import Job, job_from

_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-media-sheets-completed",
    "job-impressions-completed",
    "time-at-creation",
    "time-at-processing",
)
_PUT_BEFORE = re.compile(r"\A\d+ - ")
"""What CUPS puts before a job's name if the printer takes job and document only together."""
_NOT_POSSIBLE = 0x0404
_NOT_FOUND = 0x0406
_FOR_NOW = frozenset({0x0500, 0x0502, 0x0504, 0x0505, 0x0507})
"""An error of its own, which may be over: not that it does not do this (RFC 8011, appendix B)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobList:
    """Asks for jobs. Every method raises NoPrinter if nobody answers, Refused if it is not told.

    Args:
        client: Asks the printer or the queue.
        look_every_s: How long to wait between two looks at a job.
    """

    client: IppClient
    look_every_s: float
    _pause: threading.Event = field(default_factory=threading.Event)

    def look(self, job: Job, deadline: float) -> Job | None:
        """Return how a job is now; None if it is not known any more."""
        try:
            answer = self.client.ask(
                Operation.GET_JOB_ATTRIBUTES,
                deadline,
                Attribute("job-id", Tag.INTEGER, (job.number,)),
                Attribute("requested-attributes", Tag.KEYWORD, _ATTRIBUTES),
            )
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        found = next(filter(None, map(job_from, answer.jobs)), None)
        # Some printers cut long names short, and some tell none.
        if found is None or found.number != job.number or not job.name.startswith(found.name):
            return None
        return replace(found, name=job.name)

    def find(self, name: str, deadline: float) -> Job | None:
        """Return the job of this name, wherever in its life it is; None if it is not known."""
        for which in ("not-completed", "completed"):
            for told in self._listed(which, deadline):
                job = job_from(told)
                if job is not None and _as_we_named(job) == name:
                    return job
        return None

    def cancel(self, job: Job, deadline: float) -> None:
        """Cancel a job that was just looked at; one that is over is let be."""
        try:
            self.client.ask(
                Operation.CANCEL_JOB, deadline, Attribute("job-id", Tag.INTEGER, (job.number,))
            )
        except Refused as refused:
            if refused.status not in {_NOT_POSSIBLE, _NOT_FOUND}:
                raise

    def await_end(self, job: Job, until: float) -> Job | None:
        """Return a cancelled job once it is over, or as it is when the time is up; None if it is
        not known any more.
        """
        while True:
            now = self.look(job, until)
            if now is None or now.state.is_over:
                return now
            if time.monotonic() + self.look_every_s >= until:
                return now
            self._pause.wait(self.look_every_s)

    def ending(self, name: str, deadline: float, within_s: float) -> Job | None:
        """Return the job of this name, over if that comes soon; None if it is not known."""
        job = self.find(name, deadline)
        if job is None or job.state.is_over:
            return job
        return self.await_end(job, min(time.monotonic() + within_s, deadline))

    def clear_up(self, prefix: str, deadline: float, within_s: float) -> bool:
        """Cancel the jobs whose names begin so; say whether none of them can come out any more.

        Refused is raised for the list alone: a job that it tells and does not let go of stays.
        """
        told = map(job_from, self._waiting(deadline))
        left = [job for job in told if job is not None and _as_we_named(job).startswith(prefix)]
        try:
            for job in left:
                # Since it was listed the printer may have lost its power, and have a letter there.
                if self.look(job, deadline) is not None:
                    _log.warning("STALE_JOB_CANCELLED")
                    self.cancel(job, deadline)
            until = min(time.monotonic() + within_s, deadline)
            ends = [self.await_end(job, until) for job in left]
        except Refused:
            return False
        return all(job is None or job.state.is_over for job in ends)

    def purge(self, job: Job, deadline: float) -> None:
        """Have CUPS throw the document away at once, whatever it keeps by its settings."""
        try:
            self.client.ask(
                Operation.CANCEL_JOB,
                deadline,
                Attribute("job-id", Tag.INTEGER, (job.number,)),
                Attribute("purge-job", Tag.BOOLEAN, (True,)),
            )
        except (NoPrinter, Refused) as error:
            _log.warning("JOB_NOT_PURGED why=%s", type(error).__name__)

    def _waiting(self, deadline: float) -> tuple[dict[str, tuple[Value, ...]], ...]:
        """Return what is not over. Asked once more if it is only refused just now: what is not
        known to lie there comes out beside somebody else's.
        """
        try:
            return self._listed("not-completed", deadline)
        except Refused as refused:
            if refused.status not in _FOR_NOW:
                raise
        self._pause.wait(self.look_every_s)
        return self._listed("not-completed", deadline)

    def _listed(self, which: str, deadline: float) -> tuple[dict[str, tuple[Value, ...]], ...]:
        return self.client.ask(
            Operation.GET_JOBS,
            deadline,
            Attribute("which-jobs", Tag.KEYWORD, (which,)),
            Attribute("my-jobs", Tag.BOOLEAN, (True,)),
            Attribute("requested-attributes", Tag.KEYWORD, _ATTRIBUTES),
        ).jobs


def _as_we_named(job: Job) -> str:
    return _PUT_BEFORE.sub("", job.name)
