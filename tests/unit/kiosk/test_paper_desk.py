"""The paper's lane: receipts in large print and in two languages, and warming up in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.lanes import FOREVER_S
from kiosk.paper_desk import WARM_UP_AFTER_S, PaperDesk
from kiosk.ports.printer import Paper, PrintAnswer, Printed, PrinterState, PrintFailed, Step
from kiosk.store.applications import ApplicationRow
from kiosk.texts import load_texts
from tests.support.builders import FakeClock
from tests.support.paper_desks import some_surroundings
from tests.support.sealing_places import ZH, SealingPlace
from tests.support.services import ASSETS, the_sample_service

EN = Language("en")


class KeepingPrinter:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Keep it."""
        self.papers.append(paper)
        return Printed()

    def state(self, timeout_s: float) -> PrinterState:
        """Say that all is well."""
        return PrinterState.READY

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(scope="module")
def row(place: SealingPlace) -> ApplicationRow:
    """An application in it."""
    return place.seal(place.open())


@pytest.fixture
def desk(place: SealingPlace) -> PaperDesk:
    """What prints from it."""
    around = some_surroundings(receipts_most=99)
    return PaperDesk(place.store(), KeepingPrinter(), around, FakeClock())


def printed(desk: PaperDesk) -> Paper:
    """Return the last paper."""
    assert isinstance(desk.printer, KeepingPrinter)
    return desk.printer.papers[-1]


class JammedPrinter(KeepingPrinter):
    """Keeps what it was given, and holds it fast."""

    def print_paper(self, paper: Paper, timeout_s: float) -> PrintAnswer:
        """Fail: it may follow."""
        super().print_paper(paper, timeout_s)
        return PrintFailed(PrinterState.JAM, may_follow=True)


def test_a_receipt_that_failed_is_another_job_when_it_is_printed_again(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """Else the printer's late word on the first would be taken for one on the second."""
    printer = desk.printer = JammedPrinter()
    for _ in range(2):
        desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, ZH, is_asked=True))
    first, second = printer.papers
    assert first.job_id != second.job_id


def test_a_receipt_comes_in_large_print_when_it_is_asked_for(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """And in usual print when it is not."""
    for is_large in (True, False):
        told = desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, ZH, is_large, is_asked=True))
        assert isinstance(told, ev.ReceiptPrinted)
        assert printed(desk).is_large is is_large


def test_a_second_language_of_the_settings_is_on_every_paper(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """Under the resident's; who speaks it gets it once."""
    desk.around = replace(desk.around, second_language=EN)
    desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, ZH, is_asked=True))
    assert printed(desk).title == "收件凭条 · Receipt"
    desk.print_where_to_go(ef.PrintWhereToGo("s-1", "old_age_allowance", ZH, is_large=True))
    assert printed(desk).title == "换个地方办 · Another way"
    assert printed(desk).is_large
    desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN, is_asked=True))
    assert printed(desk).title == "Receipt"


def test_a_receipt_misses_no_photo_that_nobody_wanted(desk: PaperDesk, place: SealingPlace) -> None:
    """Staff come to look at somebody only where the service takes a photo."""
    service, told = the_sample_service(), load_texts(ASSETS / "locale")[EN]
    missing = told.say("paper.receipt.photo_missing")
    for need in PhotoNeed:
        desk.around = replace(desk.around, services=(replace(service, photo=need),))
        row = place.seal(place.open())
        desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN))
        steps = [it.text for it in printed(desk).blocks if isinstance(it, Step)]
        assert (missing in steps) is (need is PhotoNeed.WANTED)


def test_warming_up_waits_until_the_screen_is_done(desk: PaperDesk) -> None:
    """Once, some seconds after the first look; without anything to warm there is only rest."""
    assert desk.rest() == FOREVER_S
    warmed: list[float] = []
    desk.warm_up = lambda: warmed.append(desk.clock.now().monotonic_s)
    clock = desk.clock
    assert isinstance(clock, FakeClock)
    began_s = clock.now().monotonic_s
    assert desk.rest() == pytest.approx(WARM_UP_AFTER_S)
    clock.pass_s(WARM_UP_AFTER_S - 1)
    assert desk.rest() == pytest.approx(1)
    assert not warmed
    clock.pass_s(1)
    assert desk.rest() == FOREVER_S
    clock.pass_s(100)
    assert desk.rest() == FOREVER_S
    assert warmed == [began_s + WARM_UP_AFTER_S]
