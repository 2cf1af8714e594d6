"""The printers of a kiosk, the roll and the sheets: by which of them a paper comes out, how they
are, and how much paper they have left.

A paper that was begun on one of them is never begun on the other one by itself: who would get two
receipts with one number does not know which one counts. So the way is chosen before, by what the
printers say of themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk import diagnosis, papers
from kiosk.catalogue.service import PrintedOn
from kiosk.domain import Language
from kiosk.errors import StorageError
from kiosk.flow.world import PRINTS_NOT
from kiosk.ports.printer import (
    Band,
    CountsPaper,
    CountsSheets,
    Misset,
    Paper,
    PaperForm,
    PrintAnswer,
    Printer,
    PrinterState,
    PrintFailed,
    TellsSupplies,
)
from kiosk.readiness import Health, PortName, PortReport
from kiosk.store import paper_stock, sheet_stock
from kiosk.store.paper_stock import PaperStock
from kiosk.store.sheet_stock import SheetStock
from kiosk.texts import Texts

if TYPE_CHECKING:
    from kiosk.paper_desk import PaperDesk

PRINT_TIMEOUT_S = 60.0
"""A serial line at 9600 needs half of it; a printer that stands still is given up long before."""
STATE_TIMEOUT_S = 3.0
_HAS_PAPER = frozenset({PrinterState.READY, PrinterState.PAPER_LOW})
_PORTS = {PaperForm.SLIP: PortName.PRINTER, PaperForm.A4: PortName.OFFICE_PRINTER}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a paper, and which printer it went to."""

    answer: PrintAnswer
    form: PaperForm


def print_paper(desk: PaperDesk, paper: Paper, *, may_switch: bool = True) -> Outcome:
    """Print by the printer that the paper is made for, or by the one there is, and count it.

    Args:
        desk: Whose printers they are.
        paper: Its form says which printer is wanted.
        may_switch: Whether the other one will do while this one is known to print nothing.
    """
    ways = _ways(desk, paper.form)
    if not ways:
        return Outcome(PrintFailed(PrinterState.UNREACHABLE), paper.form)
    way = ways[0]
    if may_switch and _may_switch(desk, ways) and _prints_not(desk, way):
        way = way if _prints_not(desk, ways[1]) else ways[1]
    printer = _printer(desk, way)
    assert printer is not None
    answer = _print(desk, printer, paper, way)
    return Outcome(answer, _comes_as(printer, way))


def states(desk: PaperDesk) -> tuple[PrinterState, PrinterState | None]:
    """Return whether papers would come out: how the printer is that a slip would come from, and
    that a receipt on sheets would; None where no service has one. Each is asked once at most.
    """
    asked: dict[PaperForm, PrinterState] = {}

    def now(way: PaperForm) -> PrinterState:
        if way not in asked:
            asked[way] = _of_roll(desk) if way is PaperForm.SLIP else _of_sheets(desk)
        return asked[way]

    def would(form: PaperForm) -> PrinterState:
        ways = _ways(desk, form)
        if not ways:
            return PrinterState.UNREACHABLE
        first = now(ways[0])
        if first not in PRINTS_NOT or not _may_switch(desk, ways):
            return first
        other = now(ways[1])
        return first if other in PRINTS_NOT else other

    is_wanted = any(it.receipt_on is PrintedOn.SHEETS for it in desk.around.services)
    return would(PaperForm.SLIP), would(PaperForm.A4) if is_wanted else None


def reports(desk: PaperDesk, texts: Texts) -> tuple[PortReport, ...]:
    """Report on every printer, and on how much paper it has left."""
    office = () if desk.office is None else (_report_on_sheets(desk, desk.office, texts),)
    return (_report_on_roll(desk, texts), *office)


def try_out(desk: PaperDesk, paper: Paper, port: PortName, texts: Texts) -> PortReport:
    """Print a test page by this printer, and by no other."""
    form = next(form for form, its in _PORTS.items() if its is port)
    printer = _printer(desk, form)
    if printer is None:
        return diagnosis.report(port, Health.OFF, "none", texts)
    if isinstance(printer, Misset):
        return _misset(port, printer, texts)
    return diagnosis.of_print(_print(desk, printer, paper, form), texts, port)


def refill(desk: PaperDesk, port: PortName) -> None:
    """Begin to count new paper; failing, what was there is counted on."""
    store = sheet_stock.refill if port is PortName.OFFICE_PRINTER else paper_stock.new_roll
    _keep(lambda: store(desk.db, desk.clock.now().at))


def _report_on_roll(desk: PaperDesk, texts: Texts) -> PortReport:
    if desk.printer is None:
        return diagnosis.report(PortName.PRINTER, Health.OFF, "none", texts)
    if isinstance(desk.printer, Misset):
        return _misset(PortName.PRINTER, desk.printer, texts)
    stock = _roll(desk)
    told = [f"{stock.roll_mm / 1000:.1f} m, {stock.papers}"] if stock.papers else []
    left = stock.receipts_left(desk.around.roll_m)
    told += [] if left is None else [texts.say("left.roll", n=left)]
    part = diagnosis.of_printer(_of_roll(desk), texts, "; ".join(told))
    return replace(part, is_refilled_by_hand=isinstance(desk.printer, CountsPaper))


def _report_on_sheets(desk: PaperDesk, printer: Printer, texts: Texts) -> PortReport:
    stock = _sheets(desk)
    if isinstance(printer, Misset):
        return _misset(PortName.OFFICE_PRINTER, printer, texts)
    told = [texts.say("left.used", n=stock.used)] if stock.used else []
    left = stock.left(desk.around.tray_sheets)
    told += [] if left is None else [texts.say("left.sheets", n=left)]
    now = _of_sheets(desk)
    supplies = printer.supplies(STATE_TIMEOUT_S) if isinstance(printer, TellsSupplies) else ()
    told += [f"{it.name} {it.percent} %" for it in supplies if it.percent is not None]
    detail = "; ".join(told)
    port = PortName.OFFICE_PRINTER
    if now is PrinterState.READY and any(supply.is_low for supply in supplies):
        part = diagnosis.report(port, Health.WARNING, "supply_low", texts, detail)
    else:
        part = diagnosis.of_printer(now, texts, detail, port)
    return replace(part, is_refilled_by_hand=isinstance(printer, CountsSheets))


def _misset(port: PortName, printer: Misset, texts: Texts) -> PortReport:
    return diagnosis.report(port, Health.BROKEN, "misset", texts, printer.misset())


def _of_roll(desk: PaperDesk) -> PrinterState:
    is_low = _roll(desk).is_low(desk.around.roll_m)
    return _asked(desk, PaperForm.SLIP, is_low=is_low)


def _of_sheets(desk: PaperDesk) -> PrinterState:
    is_low = _sheets(desk).is_low(desk.around.tray_sheets)
    return _asked(desk, PaperForm.A4, is_low=is_low)


def _asked(desk: PaperDesk, form: PaperForm, *, is_low: bool) -> PrinterState:
    """Ask a printer how it is. What was counted tells of little paper where no sensor does, and a
    printer that was out of paper and is not any more has new paper.
    """
    printer, port = _printer(desk, form), _PORTS[form]
    if printer is None:
        return PrinterState.UNREACHABLE
    now = printer.state(STATE_TIMEOUT_S)
    if port in desk.was_out and now in _HAS_PAPER:
        refill(desk, port)
        is_low = False
    if now is PrinterState.PAPER_OUT:
        desk.was_out.add(port)
    elif now in _HAS_PAPER:
        desk.was_out.discard(port)
    return PrinterState.PAPER_LOW if now is PrinterState.READY and is_low else now


def _print(desk: PaperDesk, printer: Printer, paper: Paper, form: PaperForm) -> PrintAnswer:
    used = _used(printer, form)
    made = papers.suited(paper, _comes_as(printer, form), [*desk.around.texts.values()])
    answer = printer.print_paper(_marked(desk, made, form), PRINT_TIMEOUT_S)
    _count(desk, form, _used(printer, form) - used)
    if isinstance(answer, PrintFailed) and answer.state is PrinterState.PAPER_OUT:
        desk.was_out.add(_PORTS[form])
    return answer


def _prints_not(desk: PaperDesk, form: PaperForm) -> bool:
    printer = _printer(desk, form)
    return printer is None or printer.state(STATE_TIMEOUT_S) in PRINTS_NOT


def _ways(desk: PaperDesk, form: PaperForm) -> tuple[PaperForm, ...]:
    """Return the printers there are for a paper, the one that it is made for first."""
    other = PaperForm.SLIP if form is PaperForm.A4 else PaperForm.A4
    return tuple(way for way in (form, other) if _printer(desk, way) is not None)


def _may_switch(desk: PaperDesk, ways: tuple[PaperForm, ...]) -> bool:
    """Say whether the second of these may take over from the first."""
    leads_to_sheets = ways[0] is PaperForm.SLIP and not desk.around.sheets_take_over
    return len(ways) > 1 and not leads_to_sheets


def _printer(desk: PaperDesk, form: PaperForm) -> Printer | None:
    return desk.office if form is PaperForm.A4 else desk.printer


def _comes_as(printer: Printer, form: PaperForm) -> PaperForm:
    """Return what comes out: an office printer may be the only one, in the place of the other."""
    return PaperForm.A4 if isinstance(printer, CountsSheets) else form


def _marked(desk: PaperDesk, paper: Paper, form: PaperForm) -> Paper:
    """Return a paper for this printer. In practice a real one has to say what simulated ones say by
    themselves: that nothing of it is valid.
    """
    is_marked = bool(paper.blocks) and isinstance(paper.blocks[0], Band)
    is_simulated = _PORTS[form].value in desk.around.simulated
    if is_marked or is_simulated or not desk.around.is_practice:
        return paper
    told = desk.around.texts
    texts = told.get(Language(paper.language)) or next(iter(told.values()))
    return replace(paper, blocks=(Band(texts.say("paper.simulated")), *paper.blocks))


def _used(printer: Printer, form: PaperForm) -> int:
    """Return what went through it since it was opened: mm of a roll, or sheets."""
    if form is PaperForm.A4:
        return printer.sheets_used() if isinstance(printer, CountsSheets) else 0
    return printer.paper_used_mm() if isinstance(printer, CountsPaper) else 0


def _count(desk: PaperDesk, form: PaperForm, used: int) -> None:
    """Count paper; failing, there seems to be more left than there is."""
    if used > 0:
        store = sheet_stock.count if form is PaperForm.A4 else paper_stock.count
        _keep(lambda: store(desk.db, used))


def _roll(desk: PaperDesk) -> PaperStock:
    try:
        return paper_stock.load(desk.db)
    except StorageError:
        return PaperStock()


def _sheets(desk: PaperDesk) -> SheetStock:
    try:
        return sheet_stock.load(desk.db)
    except StorageError:
        return SheetStock()


def _keep(keep: Callable[[], None]) -> None:
    try:
        keep()
    except StorageError as error:
        _log.error("PAPER_NOT_COUNTED code=%s", error.code)
