"""One receipt per application: what the paper's lane prints, and what it remembers of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.catalogue.legal_words import load_legal_words
from kiosk.domain import AppId, Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.paper_desk import PaperDesk
from kiosk.paper_seal import PaperSeal
from kiosk.ports.printer import (
    Fact,
    Line,
    PaperForm,
    Printed,
    PrinterState,
    PrintFailed,
    PrintUnconfirmed,
    Tick,
)
from kiosk.store import applications, prints, slips
from kiosk.store.applications import ApplicationRow
from kiosk.store.prints import PrintRecord
from launch.places import LEGAL
from tests.support.builders import FakeClock
from tests.support.paper_desks import TEXTS, some_surroundings
from tests.support.scripted_printer import OUTCOMES, PowerCut, ScriptedPrinter
from tests.support.sealing_places import ZH, SealingPlace
from tests.support.services import the_sample_service

EN = Language("en")
MOST = 3
SAID_AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
"""At the site it is Monday morning by then."""


@pytest.fixture(scope="module")
def desk(place: SealingPlace) -> PaperDesk:
    """What prints from it, on a roll and on sheets."""
    around = some_surroundings(receipts_most=MOST, legal=load_legal_words(LEGAL / "cn.toml"))
    seal = PaperSeal(place.enrolment.kiosk_id, place.keys.sign)
    return PaperDesk(place.store(), ScriptedPrinter(), around, FakeClock(), seal)


@pytest.fixture(scope="module")
def sealed(place: SealingPlace) -> ApplicationRow:
    """An application that was handed in."""
    return place.seal(place.open())


@pytest.fixture
def another(place: SealingPlace, desk: PaperDesk) -> ApplicationRow:
    """One of which the office has said nothing yet."""
    desk.printer = ScriptedPrinter()
    return place.seal(place.open())


@pytest.fixture
def row(desk: PaperDesk, sealed: ApplicationRow) -> ApplicationRow:
    """The same, as if nothing had been printed of it, and no other printer beside."""
    afresh(desk, sealed.app_id)
    desk.office = None
    return sealed


def afresh(desk: PaperDesk, app_id: AppId) -> ScriptedPrinter:
    """Forget every print of an application, and return a new printer."""
    record = prints.load(desk.db, app_id)
    prints.end(desk.db, app_id, ReceiptState.NOT_PRINTED, -record.copies)
    at = desk.clock.now().at
    for slip in slips.COUNTED:
        slips.add(desk.db, app_id, slip, at, -slips.load(desk.db, app_id, slip, at))
    desk.printer = ScriptedPrinter()
    return desk.printer


def printer_of(desk: PaperDesk) -> ScriptedPrinter:
    """Return the printer."""
    assert isinstance(desk.printer, ScriptedPrinter)
    return desk.printer


def order(row: ApplicationRow, *, is_asked: bool = False, helped: bool = False) -> ef.PrintReceipt:
    """Return an order for a receipt."""
    return ef.PrintReceipt("s-1", row.app_id, EN, is_asked=is_asked, is_staff_there=helped)


def lines_of(desk: PaperDesk) -> str:
    """Return the lines of the paper that came out last."""
    return "\n".join(it.text for it in printer_of(desk).papers[-1].blocks if isinstance(it, Line))


def test_the_same_order_twice_prints_once(desk: PaperDesk, row: ApplicationRow) -> None:
    """Unasked there is one, whatever became of it; the second answer says what is known."""
    first = desk.print_receipt(order(row))
    assert isinstance(first, ev.ReceiptPrinted)
    assert (first.app_id, first.copies) == (row.app_id, 1)
    again = desk.print_receipt(order(row))
    assert isinstance(again, ev.ReceiptWithheld)
    assert (again.state, again.copies) == (ReceiptState.PRINTED, 1)
    assert len(printer_of(desk).papers) == 1


def test_a_copy_says_which_it_is_and_when_it_was_printed(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """The first says nothing of the kind."""
    desk.print_receipt(order(row))
    assert "Copy" not in lines_of(desk)
    desk.print_receipt(order(row, is_asked=True))
    number = " ".join(row.number_groups)
    assert f"Copy 2 of receipt {number}" in lines_of(desk)
    assert "Printed 20 November 2026" in lines_of(desk)


def test_the_limit_is_kept_by_who_prints(desk: PaperDesk, row: ApplicationRow) -> None:
    """Durably, by whichever visit it is asked; beside somebody on duty there is none."""
    for _ in range(MOST):
        assert isinstance(desk.print_receipt(order(row, is_asked=True)), ev.ReceiptPrinted)
    assert isinstance(desk.print_receipt(order(row, is_asked=True)), ev.ReceiptWithheld)
    told = desk.print_receipt(order(row, is_asked=True, helped=True))
    assert isinstance(told, ev.ReceiptPrinted)
    assert told.copies == MOST + 1


def test_what_did_not_come_out_is_no_copy(desk: PaperDesk, row: ApplicationRow) -> None:
    """No paper, not counted; what may still come out is, and is asked about."""
    printer_of(desk).answer = PrintFailed(PrinterState.PAPER_OUT)
    told = desk.print_receipt(order(row))
    assert isinstance(told, ev.ReceiptFailed)
    assert (told.state, told.copies) == (PrinterState.PAPER_OUT, 0)
    assert prints.load(desk.db, row.app_id) == PrintRecord(ReceiptState.FAILED, 0)
    printer_of(desk).answer = PrintFailed(PrinterState.COVER_OPEN, may_follow=True)
    desk.print_receipt(order(row, is_asked=True))
    assert prints.load(desk.db, row.app_id) == PrintRecord(ReceiptState.UNCONFIRMED, 1)


def test_after_a_power_cut_nobody_knows_and_nothing_is_printed_by_itself(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """The paper may lie there: whoever returns is asked, and the next is marked."""
    printer_of(desk).is_cut = True
    with pytest.raises(PowerCut):
        desk.print_receipt(order(row))
    printer_of(desk).is_cut = False
    (item,) = applications.status_by_number(desk.db, row.number, row.query_code, SAID_AT)
    assert (item.receipt, item.copies) == (ReceiptState.UNCONFIRMED, 1)
    assert isinstance(desk.print_receipt(order(row)), ev.ReceiptWithheld)
    desk.print_receipt(order(row, is_asked=True))
    assert "Copy 2 of" in lines_of(desk)


def test_the_word_of_the_resident_is_kept(desk: PaperDesk, row: ApplicationRow) -> None:
    """What did not come out for them stays counted: it may lie in the machine."""
    printer_of(desk).answer = PrintUnconfirmed()
    desk.print_receipt(order(row))
    desk.keep_word(ef.KeepPaperWord(row.app_id, came_out=False))
    assert prints.load(desk.db, row.app_id) == PrintRecord(ReceiptState.FAILED, 1)
    desk.keep_word(ef.KeepPaperWord(row.app_id, came_out=True))
    assert prints.load(desk.db, row.app_id) == PrintRecord(ReceiptState.PRINTED, 1)


@pytest.mark.may_warn("a receipt is not counted")
def test_where_nothing_can_be_kept_the_first_is_printed_and_no_copy(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """The first is worth more than the count; copies without one would have no end."""
    desk.db.conn.execute(
        "CREATE TRIGGER refuse BEFORE UPDATE ON applications"
        " BEGIN INSERT INTO nowhere VALUES (1); END"
    )
    try:
        assert isinstance(desk.print_receipt(order(row)), ev.ReceiptPrinted)
        assert isinstance(desk.print_receipt(order(row, is_asked=True)), ev.ReceiptWithheld)
    finally:
        desk.db.conn.execute("DROP TRIGGER refuse")
    assert len(printer_of(desk).papers) == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["unasked", "asked", "helped", "came out", "did not"]),
        st.sampled_from(OUTCOMES),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(steps=STEPS)
def test_never_two_papers_unasked_whatever_the_order(
    desk: PaperDesk, sealed: ApplicationRow, steps: list[tuple[str, object, bool]]
) -> None:
    """Nor more than the site lets, nor an unmarked one after one that may exist; power cuts in
    between change nothing of it.
    """
    printer = afresh(desk, sealed.app_id)
    may_exist = by_themselves = 0
    for what, answer, is_cut in steps:
        printer.answer, printer.is_cut = answer, is_cut  # type: ignore[assignment] # an outcome
        before = len(printer.papers)
        if what in {"came out", "did not"}:
            desk.keep_word(ef.KeepPaperWord(sealed.app_id, came_out=what == "came out"))
            continue
        asked = order(sealed, is_asked=what != "unasked", helped=what == "helped")
        try:
            desk.print_receipt(asked)
        except PowerCut:
            may_exist += len(printer.papers) == before  # nobody knows that nothing came out
        came = len(printer.papers) - before
        assert came <= 1
        if not came:
            continue
        if what == "unasked":
            assert may_exist == 0
        if what == "asked":
            assert may_exist < MOST
            by_themselves += 1
        assert ("Copy" in lines_of(desk)) is (may_exist > 0)
        may_exist += 1
    assert by_themselves <= MOST


@pytest.mark.parametrize(
    ("slip", "title"),
    [
        (Slip.PROGRESS, "How it stands"),
        (Slip.BRING_LIST, "What to bring"),
        (Slip.HELP, "Help"),
        (Slip.DRAFT, "For next time"),
    ],
)
def test_every_slip_of_a_button_comes_out(
    desk: PaperDesk, row: ApplicationRow, slip: Slip, title: str
) -> None:
    """In the language of the screen, and in large print for who reads large."""
    service = the_sample_service().service_id
    told = desk.print_slip(ef.PrintSlip("s-1", slip, EN, True, row.app_id, service))
    assert isinstance(told, ev.SlipTold)
    assert (told.slip, told.app_id, told.state) == (slip, row.app_id, ReceiptState.PRINTED)
    paper = printer_of(desk).papers[-1]
    assert paper.title == TEXTS[EN].say(f"paper.{slip}.title"), title
    assert paper.is_large
    assert prints.load(desk.db, row.app_id) == PrintRecord()


def test_a_slip_that_failed_says_why(desk: PaperDesk, row: ApplicationRow) -> None:
    """And one of which a part may follow is not called unknown to who stands there."""
    for may_follow in (False, True):
        printer_of(desk).answer = PrintFailed(PrinterState.COVER_OPEN, may_follow=may_follow)
        told = desk.print_slip(ef.PrintSlip("s-1", Slip.PROGRESS, EN, app_id=row.app_id))
        assert isinstance(told, ev.SlipTold)
        assert (told.state, told.printer_state) == (ReceiptState.FAILED, PrinterState.COVER_OPEN)


def test_what_is_missing_is_printed_in_the_words_of_the_office(
    desk: PaperDesk, another: ApplicationRow
) -> None:
    """A line each; while the office has named nothing there is no such paper."""
    missing = ef.PrintSlip("s-1", Slip.MISSING, ZH, app_id=another.app_id)
    told = desk.print_slip(missing)
    assert isinstance(told, ev.SlipTold)
    assert told.state is ReceiptState.FAILED
    words = {"zh_CN": "户口本复印件\n\n 近期照片 "}
    applications.set_office_state(desk.db, another.app_id, "more_needed", words, SAID_AT)
    desk.print_slip(missing)
    ticks = [it.text for it in printer_of(desk).papers[-1].blocks if isinstance(it, Tick)]
    assert ticks == ["户口本复印件", "近期照片"]


def test_sheets_come_from_the_office_printer_with_the_day_of_acceptance(
    desk: PaperDesk, another: ApplicationRow
) -> None:
    """The day is the office's, in the zone of the site; before it there is none."""
    office = ScriptedPrinter()
    desk.office = office
    sheet = ef.PrintSlip("s-1", Slip.ACKNOWLEDGEMENT, EN, app_id=another.app_id)
    assert accepted_on(desk, sheet, office) is None
    at = SAID_AT
    applications.set_office_state(desk.db, another.app_id, "accepted", {}, at)
    assert accepted_on(desk, sheet, office) == "Monday 23 November 2026"
    applications.set_office_state(desk.db, another.app_id, "done", {}, at + timedelta(days=9))
    assert accepted_on(desk, sheet, office) == "Monday 23 November 2026"
    later = at + timedelta(days=10)
    applications.set_office_state(desk.db, another.app_id, "more_needed", {}, later)
    assert accepted_on(desk, sheet, office) is None
    assert printer_of(desk).papers == []
    office.answer = Printed()


def accepted_on(desk: PaperDesk, sheet: ef.PrintSlip, office: ScriptedPrinter) -> str | None:
    """Print the acknowledgement and return the day of acceptance on it."""
    desk.print_slip(sheet)
    paper = office.papers[-1]
    assert paper.form is PaperForm.A4
    name = TEXTS[EN].say("paper.acknowledgement.accepted_on")
    facts = {it.name: it.value for it in paper.blocks if isinstance(it, Fact)}
    return facts.get(name)
