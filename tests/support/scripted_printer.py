"""A printer that does what a test says, and keeps every paper that came out."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.ports.printer import (
    Paper,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
)


class PowerCut(BaseException):
    """The machine went dark: nothing after this line was done."""


@dataclass
class ScriptedPrinter:
    """See the module."""

    answer: PrintAnswer = field(default_factory=Printed)
    is_cut: bool = False
    """The power fails once the paper is out."""
    papers: list[Paper] = field(default_factory=list)

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Print it, as far as is said."""
        if self.answer != PrintFailed(PrinterState.PAPER_OUT):
            self.papers.append(paper)
        if self.is_cut:
            raise PowerCut
        return self.answer

    def state(self, timeout_s: float) -> PrinterState:
        """Say that all is well."""
        return PrinterState.READY

    def close(self) -> None:
        """Do nothing."""


OUTCOMES: tuple[PrintAnswer, ...] = (
    Printed(),
    PrintUnconfirmed(),
    PrintFailed(PrinterState.PAPER_OUT),
    PrintFailed(PrinterState.COVER_OPEN, may_follow=True),
)
"""Everything that a printer can say of a paper."""
