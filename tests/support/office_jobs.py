"""Papers for an office printer that is broken at will, and what may be told of them: the judge.

It looks at the sheets that came out, at whose they are, and at what each was preceded by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from unittest.mock import patch

from kiosk.ports.printer import Paper, PrintAnswer, Printed, PrintFailed
from printing import office_printer
from printing.ipp_client import Address, IppClient
from printing.ipp_message import Answer, Attribute, Operation
from printing.office_printer import JOB_NAME, OfficePrinter
from tests.support.ipp_device import document_for

STALE = 1_000_000
"""Visits from here on are those of a program that died before the case began."""
ASK_S = 1.5
PATIENCE_S = 0.15
TIMEOUT_S = 5.0


class Machine(Protocol):
    """A printer that says truly what came out of it."""

    @property
    def sheets(self) -> list[int]:
        """Whose sheets came out, in this order."""

    @property
    def began_at(self) -> Mapping[int, int]:
        """Visit to how many sheets were out when its job was taken."""


class Killed(BaseException):
    """The program is no more."""


@dataclass
class Dying(IppClient):
    """Asks a printer until its program is killed, before a question or before its answer."""

    questions: int = 0
    """How many are asked before that."""
    is_asked: bool = False
    """The last one is heard, and nobody takes the answer."""

    def ask(
        self,
        operation: Operation,
        deadline: float,
        *more: Attribute,
        job: tuple[Attribute, ...] = (),
        document: bytes = b"",
        limit_s: float = ASK_S,
    ) -> Answer:
        """Ask, or die."""
        self.questions -= 1
        if self.questions < 0 and not self.is_asked:
            raise Killed
        answer = super().ask(
            operation, deadline, *more, job=job, document=document, limit_s=limit_s
        )
        if self.questions < 0:
            raise Killed
        return answer


@dataclass
class OfficeStage:
    """A printer, who prints on it, and what was told."""

    machine: Machine
    address: Address
    pages: int = 1
    timeout_s: float = TIMEOUT_S
    told: dict[int, PrintAnswer] = field(default_factory=dict)
    out_when_told: dict[int, int] = field(default_factory=dict)
    """Visit to how many sheets of it were out when it was told."""

    def printer(self) -> OfficePrinter:
        """Return the printer as a program that has just been started sees it."""
        made = OfficePrinter(self.address, self._render, patience_s=PATIENCE_S)
        made._client = IppClient(self.address, user="kiosk")
        return made

    def print_for(self, visit: int) -> PrintAnswer:
        """Print a visit's paper, and remember what was told of it."""
        paper = Paper(f"visit-{visit}", f"{visit}", "en", ())
        answer = self.printer().print_paper(paper, self.timeout_s)
        self.out_when_told[visit] = self.machine.sheets.count(visit)
        self.told[visit] = answer
        return answer

    def die_printing_for(self, visit: int, questions: int, *, is_asked: bool) -> None:
        """Be killed while a visit's paper is printed."""
        printer = self.printer()
        printer._client = Dying(self.address, "kiosk", questions=questions, is_asked=is_asked)
        try:
            answer = printer.print_paper(Paper(f"visit-{visit}", "", "en", ()), self.timeout_s)
        except Killed:
            return
        self.out_when_told[visit] = self.machine.sheets.count(visit)
        self.told[visit] = answer

    def problems(self, others: Mapping[int, int]) -> Iterator[str]:
        """Yield what was told and is not so, once everything is mended and has run out.

        Args:
            others: Whose papers in the office must come out, with their pages.
        """
        sheets = self.machine.sheets
        for visit, answer in self.told.items():
            yield from self._problems_of(visit, answer, sheets.count(visit))
        for visit in sorted(set(sheets)):
            if visit >= 0 and sheets.count(visit) > self.pages:
                yield f"{visit}: {sheets.count(visit)} sheets for {self.pages} pages"
        for visit, pages in others.items():
            if sheets.count(visit) != pages:
                yield f"the office lost its job: {sheets.count(visit)} of {pages} sheets"
        yield from self._beside(sheets)

    def _problems_of(self, visit: int, answer: PrintAnswer, count: int) -> Iterator[str]:
        then = self.out_when_told[visit]
        if isinstance(answer, Printed):
            if then < self.pages:
                yield f"claimed printed with {then} of {self.pages} sheets out"
        elif count > then and not answer.may_follow:
            yield f"{count - then} sheets came out later, and nobody said so"
        if isinstance(answer, PrintFailed) and then >= self.pages:
            yield "claimed failed, and it was printed"

    def _beside(self, sheets: list[int]) -> Iterator[str]:
        """Yield sheets of one visit that came out where another's were to come."""
        for visit, began in self.machine.began_at.items():
            if visit not in self.told:
                continue
            end = max((at for at, whose in enumerate(sheets) if whose == visit), default=began)
            for whose in sorted(set(sheets[began:end])):
                if whose >= 0 and whose != visit:
                    yield f"a sheet of visit {whose} beside the paper of visit {visit}"

    def _render(self, paper: Paper) -> bytes:
        return document_for(int(paper.job_id.removeprefix("visit-")), self.pages)


def stale_name(visit: int) -> str:
    """Return how a job of an earlier run is called."""
    return f"{JOB_NAME} visit-{visit}"


@contextmanager
def impatient_office(cancel_s: float = 0.6) -> Iterator[None]:
    """Cut the driver's patience short, for printers that answer at once or never."""
    with (
        patch.object(office_printer, "LOOK_EVERY_S", 0.02),
        patch.object(office_printer, "CANCEL_WITHIN_S", cancel_s),
        patch.object(office_printer, "LAST_WORD_S", 1.0),
        patch.dict(IppClient.ask.__kwdefaults__, limit_s=ASK_S),
    ):
        yield
