"""What is missing: shown after all from the list, printed before and after handing in."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import AppId
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.paper_state import AskedSlip, ReceiptState, Slip
from kiosk.flow.session import Overlay, Step
from kiosk.ports.printer import PrinterState
from kiosk.shown_papers import PaperShown, TrustLevel
from tests.support.builders import A_VOLUNTEER, ZH, a_sealed, a_service, a_world
from tests.support.shown_papers import BOOK, CARD, a_page, service_with_papers
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_shown_papers import at_papers, keep, lay, record_of

SHEET = replace(BOOK, paper_id="sheet", most_pages=1)
NOTE = replace(SHEET, paper_id="note")
LOST = PaperShown("book", is_required=True, level=None, is_open=True)


def at_list(*, is_helped: bool = False) -> Walk:
    """Return a visit that stands at the list of three papers, none of which is there."""
    walk = at_papers(BOOK, SHEET, NOTE, duty=A_VOLUNTEER if is_helped else None)
    for _ in range(3):
        walk.on(ev.PhotoDeclined)
    assert walk.step == Step.PAPERS_MISSING
    return walk


def test_a_missing_paper_is_looked_for_at_one_touch_and_leads_back_to_the_list() -> None:
    """Which is shorter then; with nothing left on it the visit goes on."""
    walk = at_list()
    walk.on(pe.PaperChosen, "sheet")
    assert (walk.step, walk.now().papers.paper_id) == (Step.PAPER, "sheet")
    assert walk.wanted().papers, "it is looked for at once"
    keep(walk)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(pe.PaperChosen, "book")
    keep(walk, 2)
    walk.on(pe.PaperChosen, "note")
    keep(walk)
    assert walk.step == Step.PHOTO
    assert [it.level for it in record_of(walk).papers] == [TrustLevel.C] * 3


def test_back_and_without_it_lead_to_the_list_as_it_was() -> None:
    """Whoever finds that it is not there after all has lost nothing."""
    walk = at_list()
    for leave in (ev.WentBack, ev.PhotoDeclined):
        walk.on(pe.PaperChosen, "sheet")
        walk.on(leave)
        assert walk.step == Step.PAPERS_MISSING
    walk.on(pe.PaperChosen, "gone")
    walk.on(pe.PaperChosen, "sheet")
    lay(walk)
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().papers.page) == (Step.PAPER, None)
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    assert walk.step == Step.PHOTO
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    assert walk.step == Step.PHOTO, "told once is enough"


def test_the_list_after_a_correction_leads_back_to_the_review() -> None:
    """And a paper that is shown from it, too."""
    walk = at_list()
    walk.on(ev.Continued)
    while walk.step != Step.REVIEW:
        walk.go_on()
    walk.on(ev.Corrected, "paper:book")
    walk.on(ev.PhotoRetaken)
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.REVIEW
    walk.on(ev.Corrected, "paper:book")
    walk.on(ev.PhotoRetaken)
    keep(walk, 2)
    assert walk.step == Step.REVIEW


def test_an_original_that_lacks_is_shown_to_somebody_from_the_list() -> None:
    """A copy was made already: another would not help."""
    walk = at_papers(replace(SHEET, least=TrustLevel.B), duty=A_VOLUNTEER)
    keep(walk)
    walk.on(ev.Continued)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(pe.PaperChosen, "sheet")
    assert not walk.wanted().papers
    walk.on(ev.OtherWayChosen)
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.PHOTO, "nothing is missing any more"


def test_back_from_a_paper_that_is_missing_no_more_goes_on() -> None:
    """An empty list is no place to be."""
    walk = at_papers(SHEET, duty=A_VOLUNTEER)
    walk.on(ev.PhotoDeclined)
    walk.on(pe.PaperChosen, "sheet")
    keep(walk)
    assert walk.step == Step.PAPER, "the office would like more, and somebody is there"
    walk.on(ev.WentBack)
    assert walk.step == Step.PHOTO


def test_the_list_is_printed_before_it_is_handed_in() -> None:
    """Without number and pages; one at a time, as often as it is touched."""
    walk = at_list()
    (order,) = walk.on(ev.SlipAsked, Slip.MISSING)
    assert isinstance(order, ef.PrintSlip)
    assert (order.session_id, order.app_id) == (walk.now().session_id, None)
    assert (order.service_id, order.language) == ("days_away", ZH)
    assert [it.paper_id for it in order.missing] == ["book", "sheet", "note"]
    assert walk.on(ev.SlipAsked, Slip.MISSING) == ()
    walk.answer(ev.SlipTold, Slip.MISSING, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)
    failed = AskedSlip(Slip.MISSING, None, ReceiptState.FAILED, PrinterState.PAPER_OUT)
    assert walk.now().slip == failed
    assert len(walk.on(ev.SlipAsked, Slip.MISSING)) == 1


def test_what_was_copied_goes_to_paper_without_its_picture() -> None:
    """A slip is drawn by another thread, which has no business with pages."""
    walk = at_papers(replace(SHEET, least=TrustLevel.B), CARD)
    keep(walk)
    walk.on(ev.PhotoDeclined)
    (order,) = walk.on(ev.SlipAsked, Slip.MISSING)
    assert isinstance(order, ef.PrintSlip)
    assert [(it.paper_id, it.is_shown, it.pages) for it in order.missing] == [("sheet", True, ())]


def test_the_list_is_printed_once_it_is_handed_in() -> None:
    """For its own application alone, and not where nothing is missing."""
    walk = at_list()
    record_of(walk)
    walk.answer(ev.ApplicationSealed, a_sealed())
    own = a_sealed().app_id
    assert walk.on(ev.SlipAsked, Slip.MISSING) == ()
    assert walk.on(ev.SlipAsked, Slip.MISSING, AppId("another")) == ()
    (order,) = walk.on(ev.SlipAsked, Slip.MISSING, own)
    assert isinstance(order, ef.PrintSlip)
    assert (order.app_id, len(order.missing)) == (own, 3)
    whole = Walk(a_world(service_with_papers(SHEET))).to(Step.PAPER)
    keep(whole)
    record_of(whole)
    whole.answer(ev.ApplicationSealed, a_sealed())
    assert whole.on(ev.SlipAsked, Slip.MISSING, own) == ()


def test_no_list_is_offered_where_there_is_no_printer_or_no_list() -> None:
    """Nor from any other page."""
    walk = at_list()
    walk.world = replace(walk.world, has_printer=False)
    assert walk.on(ev.SlipAsked, Slip.MISSING) == ()
    walk.world = replace(walk.world, has_printer=True)
    walk.on(ev.Continued)
    assert walk.on(ev.SlipAsked, Slip.MISSING) == ()


def test_a_list_that_is_still_being_printed_holds_back_the_next_application() -> None:
    """It carries the id of this one, and would be told as somebody else's late paper."""
    service = replace(service_with_papers(SHEET), service_id="first")
    walk = Walk(a_world(service, a_service(service_id="second")))
    walk.on(ev.ServiceChosen, walk.new_id(), "first")
    while walk.step != Step.RECEIVED:
        walk.go_on()
    session_id, own = walk.now().session_id, a_sealed().app_id
    walk.answer(ev.ReceiptPrinted)
    assert len(walk.on(ev.SlipAsked, Slip.MISSING, own)) == 1
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    assert walk.step == Step.ANOTHER
    walk.on(ev.ServiceChosen, walk.new_id(), "second")
    assert walk.step == Step.ANOTHER
    walk.on(ev.SlipTold, session_id, Slip.MISSING, own, ReceiptState.PRINTED)
    assert (walk.overlay, walk.now().slip) == (Overlay.NONE, None)
    walk.on(ev.ServiceChosen, walk.new_id(), "second")
    assert (walk.step, walk.now().papers.decided) == (Step.GUIDE, ())


def test_a_list_that_comes_out_after_its_visit_is_told_as_a_late_paper() -> None:
    """As every other paper: it lies in front of whoever comes next."""
    walk = at_list()
    walk.on(ev.SlipAsked, Slip.MISSING)
    session_id = walk.now().session_id
    walk.lift_card()
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert (walk.step, walk.now().slip) == (Step.HOME, None)
    walk.on(ev.SlipTold, session_id, Slip.MISSING, None, ReceiptState.PRINTED)
    assert walk.overlay == Overlay.LATE_PAPER


def test_pages_of_a_paper_that_does_not_belong_any_more_are_on_no_list() -> None:
    """What is open follows the answers, on paper as on the screen."""
    walk = at_list()
    odd = replace(LOST, paper_id="odd")
    papers = replace(walk.session.papers, decided=(*walk.session.papers.decided, odd))
    walk.session = replace(walk.session, papers=papers)
    (order,) = walk.on(ev.SlipAsked, Slip.MISSING)
    assert isinstance(order, ef.PrintSlip)
    assert "odd" not in {it.paper_id for it in order.missing}
    assert a_page().jpeg not in repr(order).encode()


def test_back_from_the_first_paper_of_a_service_without_questions_leads_to_its_last_consent() -> (
    None
):
    """One page at a time, as everywhere."""
    for need, step in ((PhotoNeed.WANTED, Step.CONSENT_PHOTO), (PhotoNeed.NONE, Step.CONSENT_DATA)):
        service = replace(a_service(need), questions=(), papers=(SHEET,))
        walk = Walk(a_world(service)).to(Step.PAPER)
        walk.on(ev.WentBack)
        assert walk.step == step


def test_a_paper_shown_from_a_second_list_leads_back_to_that_list() -> None:
    """Though what is left on it was told before."""
    walk = at_papers(BOOK, SHEET)
    walk.on(ev.PhotoDeclined)
    keep(walk)
    walk.on(ev.Continued)
    while walk.step != Step.REVIEW:
        walk.go_on()
    walk.on(ev.Corrected, "paper:sheet")
    walk.on(ev.PhotoRetaken)
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(pe.PaperChosen, "sheet")
    keep(walk)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
