"""What an office printer says, and what is told of the paper then: printers that say little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import MethodType
from unittest.mock import patch

import pytest

from kiosk.ports.printer import (
    Paper,
    PrintAnswer,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
)
from printing import office_printer
from printing.formats import FORMAT_ATTRIBUTES
from printing.ipp_client import Address, IppClient, NoPrinter, NotReached, Refused
from printing.ipp_message import Answer, Attribute, Operation, Value
from printing.office_printer import JOB_NAME, OfficePrinter
from tests.support.papers import a_short_slip

Told = dict[str, tuple[Value, ...]]
PRINTER = Address("ipp://192.0.2.7/ipp/print", "192.0.2.7", 631, "/ipp/print")
QUEUE = Address("ipp://192.0.2.7/printers/A4", "192.0.2.7", 631, "/printers/A4")
WELL: Told = {"printer-state": (4,)}
JAMMED: Told = {"printer-state": (5,), "printer-state-reasons": ("media-jam-error",)}


@dataclass
class Scripted(IppClient):
    """A printer that takes one job, and says of it what it is told to say."""

    states: list[Told] = field(default_factory=lambda: [WELL])
    """One after the other; the last one stays."""
    counts: Told = field(default_factory=dict)
    forgets: bool = False
    is_gone_after_sending: bool = False
    waiting: list[Told] = field(default_factory=list)
    stays: bool = False
    """Nothing that is cancelled goes away."""
    takes: Told = field(default_factory=dict)
    """What it says of formats: nothing."""
    name: str = ""
    """Whose job bears the number that ours had."""
    sent: int = 0
    end: int = 7
    """How a job ends that is asked about after it was cancelled."""
    cancelled: list[Value] = field(default_factory=list)

    def ask(
        self,
        operation: Operation,
        deadline: float,
        *more: Attribute,
        job: tuple[Attribute, ...] = (),
        document: bytes = b"",
        limit_s: float = 5.0,
    ) -> Answer:
        """Answer as it was told."""
        match operation:
            case Operation.GET_PRINTER_ATTRIBUTES if FORMAT_ATTRIBUTES in [
                it.values for it in more
            ]:
                return Answer(0, printer=self.takes)
            case Operation.GET_PRINTER_ATTRIBUTES:
                return Answer(0, printer=self.states.pop(0) if self.states[1:] else self.states[0])
            case Operation.GET_JOBS:
                return Answer(0, jobs=tuple(self.waiting))
            case Operation.PRINT_JOB:
                self.sent += 1
                if self.is_gone_after_sending:
                    self.ask = _nobody  # type: ignore[method-assign]
                    raise NoPrinter
                return Answer(0, jobs=(self._job(5),))
            case Operation.GET_JOB_ATTRIBUTES:
                if self.forgets:
                    raise Refused(0x0406)
                is_over = bool(self.cancelled) and not self.stays
                name: Told = {"job-name": (self.name,)} if self.name else {}
                asked = next(it.values for it in more if it.name == "job-id")
                told = self._job(self.end if is_over else 5)
                return Answer(0, jobs=({**told, **name, "job-id": asked},))
            case _:
                self.cancelled += next(it.values for it in more if it.name == "job-id")
                return Answer(0)

    def _job(self, state: int) -> Told:
        return {"job-id": (1,), "job-state": (state,), **self.counts}


def _nobody(*_: object, **__: object) -> Answer:
    raise NoPrinter


def told(client: Scripted, timeout_s: float = 5.0) -> PrintAnswer:
    """Print one paper, and return what is told of it."""
    office = OfficePrinter(client.address, _render, patience_s=0.0)
    office._client = client
    return office.print_paper(replace(a_short_slip(), job_id="own"), timeout_s)


def _render(_paper: Paper) -> bytes:
    return b"%PDF"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"job-impressions-completed": (0,)}, PrintFailed(PrinterState.JAM)),
        ({"job-impressions-completed": (1,)}, PrintUnconfirmed()),
        ({}, PrintUnconfirmed()),
    ],
)
def test_a_job_taken_back_has_failed_only_if_no_sheet_is_out(
    counts: Told, expected: PrintAnswer
) -> None:
    """Many printers count nothing: of those nobody knows."""
    assert told(Scripted(PRINTER, states=[WELL, JAMMED], counts=counts)) == expected


def test_a_job_that_is_forgotten_is_over() -> None:
    """A printer that keeps no list has nothing more to come, and is not asked to the deadline."""
    client = Scripted(PRINTER, forgets=True)
    assert told(client) == PrintUnconfirmed()
    assert client.cancelled == []


def test_a_printer_that_vanishes_with_the_document_may_print_it_later() -> None:
    """Whether it took the job is not known."""
    assert told(Scripted(PRINTER, is_gone_after_sending=True)) == PrintUnconfirmed(may_follow=True)


@pytest.mark.may_warn("that a stale job is cancelled")
def test_another_kiosk_prints_on_it_too() -> None:
    """What this one left is cancelled, and nothing that somebody else prints just now."""
    names = {1: f"{JOB_NAME} old", 2: "doorstep-elsewhere new", 3: "letter"}
    waiting: list[Told] = [
        {"job-id": (number,), "job-state": (3,), "job-name": (name,)}
        for number, name in names.items()
    ]
    client = Scripted(PRINTER, waiting=waiting, states=[JAMMED])
    told(client)
    assert client.cancelled == [1]


@pytest.mark.parametrize(
    "uri", ["ipp://printer", "ipp://printer:x/ipp", "ipp://u:p@h/p", "usb://x"]
)
def test_a_printer_behind_a_queue_that_can_not_be_asked_is_no_error(uri: str) -> None:
    """The queue's own word stands in."""
    office = OfficePrinter(QUEUE, _render)
    office._client = Scripted(QUEUE, states=[{"printer-state": (3,), "device-uri": (uri,)}])
    assert office.state(1.0) is PrinterState.READY


def test_an_empty_tray_beside_a_full_one_keeps_no_sheet_back() -> None:
    """The job is handed over; with nothing else in the printer it is not."""
    tray = b"type=sheetFeedAutoRemovableTray;mediafeed=29700;mediaxfeed=21000;level=%d;status=0;"
    empty: Told = {"printer-state": (3,), "printer-state-reasons": ("media-empty-warning",)}
    both = Scripted(PRINTER, states=[{**empty, "printer-input-tray": (tray % 0, tray % 80)}])
    both.forgets = True  # printed, and no list kept
    assert told(both) == PrintUnconfirmed()
    alone = Scripted(PRINTER, states=[{**empty, "printer-input-tray": (tray % 0,)}])
    assert told(alone) == PrintFailed(PrinterState.PAPER_OUT)


def test_a_number_that_another_job_has_now_is_not_ours() -> None:
    """A printer that lost its power counts anew: the letter it prints is no paper of the kiosk,
    and is not cancelled either.
    """
    client = Scripted(PRINTER, states=[WELL, JAMMED], name="letter")
    assert told(client) == PrintUnconfirmed()
    assert client.cancelled == []


def test_a_stale_job_is_looked_at_before_it_is_cancelled() -> None:
    """The power may have failed since it was listed, and a letter have its number now."""
    waiting: list[Told] = [
        {"job-id": (it,), "job-state": (3,), "job-name": (f"{JOB_NAME} old",)} for it in (1, 2)
    ]
    client = Scripted(PRINTER, waiting=waiting, name="letter")
    told(client)
    assert client.cancelled == []


@pytest.mark.may_warn("that a stale job is cancelled, and stays")
def test_nothing_is_printed_beside_a_paper_that_stays() -> None:
    """It would come out with the next person's."""
    waiting: list[Told] = [
        {"job-id": (3,), "job-state": (5,), "job-name": (f"{JOB_NAME} old",)},
    ]
    client = Scripted(PRINTER, waiting=waiting, stays=True)
    with patch.object(office_printer, "CANCEL_WITHIN_S", 0.0):
        assert told(client) == PrintFailed(PrinterState.FAULT)
    assert client.cancelled == [3]
    assert client.sent == 0


@pytest.mark.may_warn("that a stale job is cancelled")
def test_a_job_that_cups_named_is_known() -> None:
    """It puts its own number before the name where a printer takes no job without a document."""
    waiting: list[Told] = [
        {"job-id": (3,), "job-state": (5,), "job-name": (f"12 - {JOB_NAME} old",)},
        {"job-id": (4,), "job-state": (5,), "job-name": (f"12 - x {JOB_NAME} old",)},
    ]
    client = Scripted(PRINTER, waiting=waiting, states=[JAMMED])
    told(client)
    assert client.cancelled == [3]


def test_a_printer_that_counts_nothing_is_not_believed_to_have_printed_nothing() -> None:
    """It told no sheets of a job that came out."""
    client = Scripted(PRINTER, counts={"job-impressions-completed": (0,)})
    office = OfficePrinter(PRINTER, _render, patience_s=0.0)
    office._client = client
    client.cancelled, client.end = [9], 9
    assert office.print_paper(replace(a_short_slip(), job_id="one"), 5.0) == Printed()
    client.cancelled, client.end = [], 7
    client.states = [WELL, JAMMED]
    assert office.print_paper(replace(a_short_slip(), job_id="two"), 5.0) == PrintUnconfirmed()


def test_a_printer_that_was_mended_just_before_its_job_was_cancelled() -> None:
    """The sheet may have come out at that moment, whatever its count says."""
    counts: Told = {"job-impressions-completed": (0,)}
    client = Scripted(PRINTER, states=[WELL, JAMMED, WELL], counts=counts)
    assert told(client) == PrintUnconfirmed()


def test_nobody_there_when_the_job_is_to_be_sent() -> None:
    """Not a byte was sent: that is a failure, and no riddle."""
    client = Scripted(PRINTER)
    with patch.object(Scripted, "ask", _gone_for_jobs(client.ask)):
        assert told(client) == PrintFailed(PrinterState.UNREACHABLE)


def test_nothing_is_printed_before_the_printer_behind_a_queue_has_told_its_jobs() -> None:
    """What an earlier run left may lie in it; it is well, and just that answer was lost."""
    queue, behind = Scripted(QUEUE), Scripted(PRINTER)
    lost = _gone_for_jobs(behind.ask, Operation.GET_JOBS)
    behind.ask = MethodType(lost, behind)  # type: ignore[method-assign]
    with patch.object(OfficePrinter, "_behind", lambda *_: behind):
        assert told(queue) == PrintFailed(PrinterState.UNREACHABLE)
    assert queue.sent == 0


@pytest.mark.may_warn("that a stale job is cancelled")
@pytest.mark.parametrize(("status", "cancelled"), [(0x0500, [3]), (0x0501, [])])
def test_an_error_of_the_moment_hides_no_paper_behind_a_queue(
    status: int, cancelled: list[int]
) -> None:
    """It is asked once more for its jobs; one that does not know the question is not."""
    waiting: list[Told] = [{"job-id": (3,), "job-state": (3,), "job-name": (f"{JOB_NAME} old",)}]
    behind = Scripted(PRINTER, waiting=waiting)
    sound = behind.ask
    asked: list[Operation] = []

    def ask(_self: Scripted, operation: Operation, *rest: object, **more: object) -> Answer:
        if operation is Operation.GET_JOBS and not asked:
            asked.append(operation)
            raise Refused(status)
        return sound(operation, *rest, **more)  # type: ignore[arg-type]

    behind.ask = MethodType(ask, behind)  # type: ignore[method-assign]
    with patch.object(OfficePrinter, "_behind", lambda *_: behind):
        told(Scripted(QUEUE, forgets=True))
    assert behind.cancelled == cancelled


@pytest.mark.may_warn("that a stale job is cancelled, and stays")
def test_nothing_is_printed_while_the_printer_behind_a_queue_keeps_a_paper() -> None:
    """It told of the job, and lets nobody cancel it."""
    waiting: list[Told] = [{"job-id": (3,), "job-state": (3,), "job-name": (f"{JOB_NAME} old",)}]
    queue, behind = Scripted(QUEUE), Scripted(PRINTER, waiting=waiting)
    forbidden = _gone_for_jobs(behind.ask, Operation.CANCEL_JOB, Refused(0x0403))
    behind.ask = MethodType(forbidden, behind)  # type: ignore[method-assign]
    with patch.object(OfficePrinter, "_behind", lambda *_: behind):
        assert told(queue) == PrintFailed(PrinterState.FAULT)
    assert queue.sent == 0


def _gone_for_jobs(
    sound: Callable[..., Answer],
    lost: Operation = Operation.PRINT_JOB,
    how: Exception | None = None,
) -> Callable[..., Answer]:
    def ask(_self: Scripted, operation: Operation, *rest: object, **more: object) -> Answer:
        if operation is lost:
            raise how or NotReached
        return sound(operation, *rest, **more)

    return ask
