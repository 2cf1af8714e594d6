"""The machine inside an office printer: a list of jobs, an engine that puts sheets out, faults.

It is played in this process, so that a fault strikes exactly where it is meant to. How it is asked
is in `ipp_server`. A PDF names whose it is and how many sheets it makes; of PWG raster the pages
are counted, and the job's name says whose it is.
"""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto, unique

from printing.office_state import JobIs
from tests.support.pwg_reader import BadRasterError, read_pwg

_HEAD = b"%PDF-1.7 doorstep "
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 36 36]>>"
_VISIT = re.compile(r" visit-(\d+)\Z")
_MIME, _RESOLUTION, _KEYWORD = 0x49, 0x32, 0x44
PDF, RASTER = "application/pdf", "image/pwg-raster"


def document_for(visit: int, pages: int) -> bytes:
    """Return a document that the machine understands: a PDF of small, empty pages."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (pages, kids),
    ]
    objects += [_PAGE] * pages
    body = b"".join(b"%d 0 obj%b endobj\n" % (it, what) for it, what in enumerate(objects, start=1))
    return _HEAD + b"%d %d\n%btrailer<</Root 1 0 R>>\n%%%%EOF\n" % (visit, pages, body)


def visit_of(document: bytes) -> int:
    """Return whose a document is."""
    return int(document.removeprefix(_HEAD).split()[0])


def _read(name: str, document: bytes) -> tuple[int, int] | None:
    """Return whose a document is, and how many sheets it makes; None if it can't be read."""
    if document.startswith(_HEAD) and document.endswith(b"%%EOF\n"):
        words = document.removeprefix(_HEAD).split(b"\n", 1)[0].split()
        return int(words[0]), int(words[1])
    found = _VISIT.search(name)
    try:
        return None if found is None else (int(found[1]), len(read_pwg(document)))
    except BadRasterError:
        return None


@unique
class Stop(Enum):
    """What stops the engine, as IPP names it."""

    EMPTY = "media-empty-error"
    JAM = "media-jam-error"
    COVER = "cover-open-error"
    PAUSED = "paused"
    UNKNOWN = "something-new-error"
    SILENT = "none"
    """It stops and does not say why."""


class Loss(Enum):
    """How it can vanish."""

    POWER = auto()
    """All jobs are forgotten, and the numbers begin again."""
    CABLE = auto()
    """Nobody reaches it, and it goes on printing."""


class Moment(Enum):
    """When a planned fault strikes."""

    TAKEN = auto()
    """The job is in the list."""
    BEGUN = auto()
    SHEET_IN_PATH = auto()
    SHEET_OUT = auto()
    ALL_OUT = auto()
    """Nothing was said yet of its being done."""
    DONE = auto()


@dataclass
class Job:
    """One in the list."""

    number: int
    name: str
    user: str
    visit: int
    """Whose it is; below zero: somebody's in the office."""
    pages: int
    state: JobIs = JobIs.PENDING
    sheets: int = 0
    is_cancelled: bool = False
    has_begun: bool = False
    reason: str = "none"


@dataclass(frozen=True, slots=True)
class Plan:
    """A fault that is to strike when our next job has come so far."""

    fault: Stop | Loss
    moment: Moment


@dataclass
class Ways:
    """What a model does in its own way."""

    counts_sheets: bool = True
    keeps_list: bool = True
    """It knows jobs that are over."""
    is_stubborn: bool = False
    """While it is stopped it does not let go of a job that is cancelled."""
    tells_language: bool = False
    """Names come with their language (RFC 8011, section 5.1.3)."""
    filters: bool = True
    """It honours which jobs and which attributes are asked for."""
    takes_one: bool = False
    """It has no queue: while it prints it is busy."""
    takes: tuple[str, ...] = (PDF, "application/octet-stream")
    refuses: tuple[str, ...] = ()
    """Of what it says that it takes."""
    raster_types: tuple[str, ...] = ("sgray_8",)
    dpi: tuple[int, ...] = (300,)
    chokes: bool = False
    """It takes a job, and finds out then that it can't read its document."""
    creates: bool = False
    """It takes a job first, and its document then (RFC 8011, section 4.2.4)."""
    sheet_s: float = 0.03

    def takes_format(self, name: str) -> bool:
        """Say whether it takes a document that is called this."""
        return not name or (name in self.takes and name not in self.refuses)

    def of_formats(self) -> list[tuple[int, str, bytes]]:
        """Return what it says of them, as IPP has it."""
        told = [(_MIME, "document-format-supported", it.encode()) for it in self.takes]
        if RASTER not in self.takes:
            return told
        name = "pwg-raster-document-resolution-supported"
        told += [(_RESOLUTION, name, struct.pack(">iib", it, it, 3)) for it in self.dpi]
        name = "pwg-raster-document-type-supported"
        return told + [(_KEYWORD, name, it.encode()) for it in self.raster_types]


@dataclass
class IppDevice:
    """The machine. Everything is done under its lock."""

    ways: Ways = field(default_factory=Ways)
    jobs: list[Job] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)
    """Whose sheets came out, one after the other."""
    began_at: dict[int, int] = field(default_factory=dict)
    """How many sheets were out when a visit's job was taken."""
    documents: list[bytes] = field(default_factory=list)
    """What it took, one after the other."""
    lost: set[int] = field(default_factory=set)
    """Whose jobs a power cut took; and letters of the office that CUPS did."""
    plans: list[Plan] = field(default_factory=list)
    stops: set[Stop] = field(default_factory=set)
    vanish: Callable[[Loss], None] = lambda _loss: None
    lock: threading.Condition = field(default_factory=threading.Condition)
    _next: int = 1
    _ends: bool = False
    _run: int = 0
    """Counts how often it lost its power."""

    def __post_init__(self) -> None:
        """Have its engine run."""
        self._engine = threading.Thread(target=self._work, name="office-printer")
        self._engine.start()

    def close(self) -> None:
        """Switch it off for good."""
        with self.lock:
            self._ends = True
            self.lock.notify_all()
        self._engine.join(10)

    def put(self, name: str, user: str, document: bytes) -> Job | None:
        """Take a job; None if these bytes are no document, or nobody's."""
        with self.lock:
            return self.fill(self.create(name, user), document)

    def create(self, name: str, user: str) -> Job:
        """Take a job whose document comes later."""
        with self.lock:
            job = Job(self._next, name, user, visit=-1, pages=0, state=JobIs.HELD)
            self._next += 1
            self.jobs.append(job)
            return job

    def fill(self, job: Job, document: bytes) -> Job | None:
        """Take a job's document; None if these bytes are none, or nobody's."""
        read = _read(job.name, document)
        with self.lock:
            if read is None or job.state is not JobIs.HELD:
                if not job.state.is_over:
                    job.state = JobIs.ABORTED
                return None
            (job.visit, job.pages), job.state = read, JobIs.PENDING
            self.documents.append(document)
            self.began_at.setdefault(job.visit, len(self.sheets))
            self._strike(job, Moment.TAKEN)
            self.lock.notify_all()
        return job

    def cancel(self, number: int) -> bool:
        """Let go of a job, if it can; say whether there was anything to let go of."""
        with self.lock:
            job = self.job(number)
            if job is None or job.state.is_over:
                return False
            if job.state in {JobIs.PENDING, JobIs.HELD}:
                job.state = JobIs.CANCELED
            job.is_cancelled = True
            self.lock.notify_all()
            return True

    def cancel_for_cups(self, number: int) -> bool:
        """Cancel for CUPS, which knows its job by the number alone: after a power cut that may be a
        letter's, and no kiosk can help it.
        """
        with self.lock:
            job = self.job(number)
            if job is not None and job.visit < 0:
                self.lost.add(job.visit)
            return self.cancel(number)

    def job(self, number: int) -> Job | None:
        """Return a job it knows."""
        known = (it for it in self.jobs if it.number == number)
        return next((it for it in known if self.ways.keeps_list or not it.state.is_over), None)

    @property
    def is_busy(self) -> bool:
        """Say whether anything is still to come; what has no document yet never does by itself."""
        with self.lock:
            return any(job.state in {JobIs.PENDING, JobIs.PROCESSING} for job in self.jobs)

    def stop(self, stop: Stop) -> None:
        """Stop, whatever it does."""
        with self.lock:
            self.stops.add(stop)
            self.lock.notify_all()

    def mend(self) -> None:
        """Have it go on."""
        with self.lock:
            self.stops.clear()
            self.plans.clear()
            self.lock.notify_all()

    def lose_power(self) -> None:
        """Forget every job; what is out is out."""
        with self.lock:
            self._run += 1
            self.lost |= {job.visit for job in self.jobs if not job.state.is_over}
            self.jobs.clear()
            self.stops.clear()
            self._next = 1
            self.lock.notify_all()

    # --- the engine ---

    def _work(self) -> None:
        with self.lock:
            while not self._ends:
                job = next((it for it in self.jobs if it.state is JobIs.PENDING), None)
                if job is None or self.stops:
                    self.lock.wait()
                    continue
                run = self._run
                self._print(job)
                if run == self._run and not job.state.is_over:
                    job.state = JobIs.CANCELED if job.is_cancelled else JobIs.COMPLETED
                    self._strike(job, Moment.DONE)

    def _print(self, job: Job) -> None:
        job.state, job.has_begun = JobIs.PROCESSING, True
        run = self._run
        self._strike(job, Moment.BEGUN)
        if self.ways.chokes:
            job.state, job.reason = JobIs.ABORTED, "unsupported-document-format"
            return
        while job.sheets < job.pages:
            if not self._goes_on(job, run) or job.is_cancelled:
                return
            self.lock.wait_for(lambda: self._ends or run != self._run, self.ways.sheet_s)
            self._strike(job, Moment.SHEET_IN_PATH)
            if not self._goes_on(job, run):  # a sheet on its way comes out, cancelled or not
                return
            self.sheets.append(job.visit)
            job.sheets += 1
            self._strike(job, Moment.SHEET_OUT)
            if run != self._run:
                return
        self._strike(job, Moment.ALL_OUT)
        self._goes_on(job, run)  # while it is stopped it does not call the job done

    def _goes_on(self, job: Job, run: int) -> bool:
        """Wait while it is stopped; say whether the job goes on then."""

        def is_decided() -> bool:
            lets_go = job.is_cancelled and not self.ways.is_stubborn
            return self._ends or run != self._run or not self.stops or lets_go

        self.lock.wait_for(is_decided)
        return not self._ends and run == self._run and not self.stops

    def _strike(self, job: Job, moment: Moment) -> None:
        if job.visit < 0:
            return
        for plan in [it for it in self.plans if it.moment is moment]:
            self.plans.remove(plan)
            if isinstance(plan.fault, Stop):
                self.stops.add(plan.fault)
            else:
                self.vanish(plan.fault)
