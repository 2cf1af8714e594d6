"""Papers after the questions: laid down, judged, kept or missing, and never a refusal."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.service import PaperWanted
from kiosk.domain import StaffMember
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.session import Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.card_reader import Presence
from kiosk.ports.document_camera import NotCut, PageAdvice, PageKind
from kiosk.shown_papers import PAGE_BYTES, CodeShown, PaperShown, TrustLevel
from tests.support.builders import A_VOLUNTEER, a_sealed, a_signature, a_world
from tests.support.shown_papers import (
    A_SIDE,
    BOOK,
    CARD,
    CORNERS,
    LETTER,
    a_page,
    service_with_papers,
)
from tests.support.walk import Walk

OTHER_CORNERS = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


def at_papers(*papers: PaperWanted, duty: StaffMember | None = None) -> Walk:
    """Return a visit whose questions are answered."""
    return Walk(a_world(service_with_papers(*papers), duty=duty)).to(Step.PAPER)


def lay(walk: Walk, *advice: PageAdvice) -> TakePage:
    """Let a page lie still, and be taken by itself."""
    walk.on(PageSeen, None, True)
    (order,) = walk.to_do(TakePage)
    walk.answer(PageTaken, A_SIDE, a_page(*advice, sides=1 if order.front is None else 2))
    return order


def keep(walk: Walk, pages: int = 1) -> None:
    """Lay pages down and keep each."""
    for _ in range(pages):
        lay(walk)
        walk.on(ev.Continued)


def record_of(walk: Walk) -> ef.ApplicationRecord:
    """Go on to the signature, and return what is sealed."""
    while walk.step != Step.SIGN:
        walk.go_on()
    walk.on(ev.Signed, a_signature())
    (order,) = walk.to_do(ef.SealApplication)
    return order.record


def shown(walk: Walk, paper: PaperWanted) -> PaperShown:
    """Return what became of a paper."""
    held = walk.session.papers.held(paper.paper_id)
    assert held is not None
    return held


def test_a_service_without_papers_asks_for_none() -> None:
    """The way is what it was."""
    walk = Walk().to(Step.PHOTO)
    assert walk.session.papers == ShownState()


def test_a_page_that_lies_still_is_taken_by_itself_and_judged_before_it_is_kept() -> None:
    """Nobody need find a button, and nobody keeps what they did not see."""
    walk = at_papers(CARD)
    walk.on(PageSeen, PageAdvice.NO_PAPER, False)
    assert walk.session.papers.advice is PageAdvice.NO_PAPER
    assert walk.to_do(TakePage) == []
    order = lay(walk)
    assert (order.style.kind, order.style.max_bytes) == (PageKind.CARD, PAGE_BYTES)
    assert walk.session.papers.page is not None
    assert not walk.wanted().papers
    walk.on(PageSeen, None, True)
    assert walk.to_do(TakePage) == []


def test_advice_never_blocks_the_shutter() -> None:
    """Whoever presses gets a page, whatever the camera thinks of it; once."""
    walk = at_papers(CARD)
    walk.on(PageSeen, PageAdvice.NOT_WHOLE, False)
    walk.on(ev.ShutterPressed)
    assert len(walk.to_do(TakePage)) == 1
    walk.on(ev.ShutterPressed)
    assert walk.to_do(TakePage) == []
    walk.answer(PageTaken, A_SIDE, a_page(PageAdvice.BLURRED))
    walk.on(ev.PhotoRetaken)
    assert walk.session.papers.page is None
    assert walk.wanted().papers


def test_several_pages_are_kept_one_after_the_other() -> None:
    """Up to as many as the paper has; codes go along as data."""
    walk = at_papers(BOOK)
    keep(walk)
    assert (walk.step, len(walk.session.papers.pages)) == (Step.PAPER, 1)
    keep(walk)
    assert walk.step == Step.PHOTO
    (paper,) = record_of(walk).papers
    assert (paper.level, len(paper.pages), paper.is_open) == (TrustLevel.C, 2, False)
    assert paper.pages[0].codes == (CodeShown("qr", "https://example.org/<b>"),)


def test_that_was_all_ends_a_paper_with_fewer_pages() -> None:
    """A booklet may have one page that matters; none at all ends nothing."""
    walk = at_papers(BOOK)
    walk.on(pe.PagesEnded)
    assert walk.step == Step.PAPER
    keep(walk)
    walk.on(pe.PagesEnded)
    assert len(shown(walk, BOOK).pages) == 1
    assert walk.step == Step.PHOTO


def test_a_card_is_turned_over_and_both_sides_are_cut_into_one_page() -> None:
    """The back is cut together with the front that was kept."""
    walk = at_papers(CARD)
    keep(walk)
    assert walk.session.papers.front == A_SIDE
    assert lay(walk).front == A_SIDE
    walk.on(ev.Continued)
    (page,) = shown(walk, CARD).pages
    assert page.sides == 2


def test_a_card_without_a_back_is_its_front() -> None:
    """Some cards are empty behind."""
    walk = at_papers(CARD)
    keep(walk)
    walk.on(pe.PagesEnded)
    assert [page.sides for page in shown(walk, CARD).pages] == [1]


def test_the_edges_are_put_right_by_hand() -> None:
    """The still that was taken is cut once more; what is shown meanwhile is not kept."""
    walk = at_papers(CARD)
    lay(walk)
    walk.on(pe.CornersAsked)
    assert walk.step == Step.PAPER_CORNERS
    walk.on(pe.CornersSet, OTHER_CORNERS)
    (order,) = walk.to_do(CutPage)
    assert (order.side.still, order.side.corners) == (A_SIDE.still, OTHER_CORNERS)
    walk.on(ev.Continued)
    assert walk.session.papers.front is None
    walk.answer(PageCut, A_SIDE, a_page())  # of corners that nobody asks about any more
    assert walk.session.papers.asked == order.side
    walk.answer(PageCut, order.side, a_page(PageAdvice.BLURRED))
    assert walk.session.papers.side == order.side
    walk.on(pe.PageTurned)
    assert walk.to_do(CutPage)[0].side.quarter_turns == 1


def test_corners_that_enclose_nothing_leave_the_page_as_it_was() -> None:
    """It is said, and nothing is lost."""
    walk = at_papers(CARD)
    lay(walk)
    walk.on(pe.CornersAsked)
    walk.on(pe.CornersSet, (CORNERS[0],) * 4)
    (order,) = walk.to_do(CutPage)
    walk.answer(PageCut, order.side, NotCut.NO_AREA)
    papers = walk.session.papers
    assert (papers.problem, papers.side, papers.page) == (NotCut.NO_AREA, A_SIDE, a_page())


def test_everything_missing_is_told_at_once_before_signing_and_refuses_nothing() -> None:
    """At most one trip: the application goes on, and says what is to be brought."""
    walk = at_papers(BOOK, CARD, replace(BOOK, paper_id="second"))
    for _ in range(3):
        assert walk.step == Step.PAPER
        walk.on(ev.PhotoDeclined)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(ev.Continued)
    assert walk.step == Step.PHOTO
    record = record_of(walk)
    assert [(it.paper_id, it.is_open) for it in record.papers] == [
        ("book", True),
        ("card", False),
        ("second", True),
    ]
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert [it.paper_id for it in walk.session.papers.open] == ["book", "second"]


def test_what_is_found_after_all_is_shown_from_the_list() -> None:
    """And is off the list then."""
    walk = at_papers(BOOK)
    walk.on(ev.PhotoDeclined)
    walk.on(pe.PaperChosen, "book")
    assert walk.step == Step.PAPER
    walk.on(ev.PhotoRetaken)
    keep(walk, 2)
    assert walk.step == Step.PHOTO


def test_no_camera_is_no_dead_end() -> None:
    """It is said, no page can be taken, and one goes on without, or to somebody on duty."""
    walk = at_papers(BOOK, duty=A_VOLUNTEER)
    walk.on(ev.CameraGone)
    assert walk.now().camera_is_gone
    walk.on(ev.ShutterPressed)
    assert walk.to_do(TakePage) == []
    walk.on(ev.OtherWayChosen)
    assert walk.step == Step.PAPER_SEEN
    walk.on(ev.WentBack)
    walk.on(PageSeen, None, False)
    assert not walk.now().camera_is_gone
    walk.on(ev.ShutterPressed)
    walk.answer(ev.PhotoFailed)
    assert walk.now().camera_is_gone
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.PAPERS_MISSING


def test_somebody_on_duty_raises_a_copy_by_their_own_pin() -> None:
    """Whoever saw the original is named with it, and in the journal; the pages stay."""
    walk = at_papers(BOOK, duty=A_VOLUNTEER)
    keep(walk, 2)
    assert walk.step == Step.PAPER, "the office would like more, and somebody is there"
    walk.on(ev.OtherWayChosen)
    walk.on(ev.PinTyped, "270418")
    (order,) = walk.to_do(ef.CheckWitness)
    assert (order.staff_id, order.pin) == (A_VOLUNTEER.staff_id, "270418")
    walk.answer(ev.WitnessRejected, 30, "staff.problem.wrong_pin")
    assert (walk.step, walk.session.witness_wait_s) == (Step.PAPER_SEEN, 30)
    assert shown(walk, BOOK).level is TrustLevel.C
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.PHOTO
    seen = shown(walk, BOOK)
    assert (seen.level, seen.seen_by, len(seen.pages)) == (TrustLevel.B, A_VOLUNTEER, 2)
    assert ef.JournalEvent.PAPER_SEEN in walk.journal()


def test_a_pin_that_is_answered_too_late_raises_nothing() -> None:
    """Who went back has no witness any more."""
    walk = at_papers(BOOK, duty=A_VOLUNTEER)
    walk.on(ev.OtherWayChosen)
    walk.on(ev.PinTyped, "270418")
    walk.on(ev.WentBack)
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.session.papers.held("book") is None


def test_without_anybody_on_duty_nobody_vouches() -> None:
    """And a copy goes on at once."""
    walk = at_papers(BOOK)
    walk.on(ev.OtherWayChosen)
    assert walk.step == Step.PAPER
    keep(walk, 2)
    assert walk.step == Step.PHOTO


def test_what_residents_write_themselves_is_d_and_needs_no_original() -> None:
    """Nobody on duty is asked to compare it with anything."""
    own = replace(BOOK, is_own=True, most_pages=1, wants=TrustLevel.D)
    walk = at_papers(own, duty=A_VOLUNTEER)
    walk.on(ev.OtherWayChosen)
    assert walk.step == Step.PAPER
    keep(walk)
    assert (walk.step, shown(walk, own).level) == (Step.PHOTO, TrustLevel.D)


def test_a_copy_below_what_counts_is_sent_and_its_original_asked_for() -> None:
    """The office has the picture; the list says to bring the original."""
    walk = at_papers(replace(BOOK, most_pages=1, least=TrustLevel.B))
    keep(walk)
    assert walk.step == Step.PAPERS_MISSING
    assert shown(walk, BOOK).is_open


def test_papers_follow_the_answers() -> None:
    """One that came to matter by a correction is asked for; one that ceased to is left out."""
    walk = Walk(a_world(service_with_papers(LETTER))).to(Step.REVIEW)
    assert walk.session.papers.decided == ()
    walk.on(ev.Corrected, "alone")
    walk.say("yes")
    assert walk.step == Step.PAPER
    keep(walk)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
    walk.on(ev.Corrected, "alone")
    walk.say("no")
    walk.say("my sister")
    assert record_of(walk).papers == ()


def test_a_paper_is_changed_from_the_review() -> None:
    """It is shown as it was, and shown again in its place; Back leaves it."""
    walk = at_papers(CARD, BOOK)
    keep(walk)
    walk.on(pe.PagesEnded)
    walk.on(ev.PhotoDeclined)
    while walk.step != Step.REVIEW:
        walk.go_on()
    walk.on(ev.Corrected, "paper:book")
    assert (walk.step, walk.wanted().papers) == (Step.PAPER, False)
    walk.on(ev.WentBack)
    assert walk.step == Step.REVIEW
    walk.on(ev.Corrected, "paper:book")
    walk.on(ev.PhotoRetaken)
    assert walk.wanted().papers
    keep(walk, 2)
    assert walk.step == Step.REVIEW
    assert len(shown(walk, BOOK).pages) == 2
    assert walk.on(ev.Corrected, "paper:gone") == ()
    assert walk.step == Step.REVIEW


def test_back_goes_one_thing_at_a_time() -> None:
    """From a page to looking, from kept pages to none, to the paper before, to the questions."""
    walk = at_papers(CARD, BOOK)
    keep(walk, 2)
    keep(walk)
    lay(walk)
    walk.on(ev.WentBack)
    assert (walk.session.papers.page, len(walk.session.papers.pages)) == (None, 1)
    walk.on(ev.WentBack)
    assert walk.session.papers.pages == ()
    walk.on(ev.WentBack)
    assert walk.session.papers.paper_id == "card"
    walk.on(ev.WentBack)
    assert (walk.step, walk.session.question) == (Step.QUESTION, "days_home")
    walk.say("4")
    assert (walk.step, walk.session.papers.paper_id) == (Step.PAPER, "book")
    walk.on(ev.PhotoDeclined)
    walk.on(ev.WentBack)
    assert (walk.step, walk.session.papers.paper_id) == (Step.PAPER, "book")
    walk.on(ev.Continued)
    assert walk.step == Step.PAPERS_MISSING
    walk.on(ev.Continued)
    assert walk.step == Step.PHOTO
    walk.on(ev.WentBack)
    assert (walk.step, walk.session.papers.paper_id) == (Step.PAPER, "book")


def test_the_card_may_be_what_is_laid_under_the_camera() -> None:
    """Taking it from its reader is no question here, and is one again afterwards."""
    walk = at_papers(CARD)
    walk.lay_card()
    walk.lift_card()
    assert walk.overlay == "none"
    assert walk.step == Step.PAPER


def test_nothing_of_the_pages_stays_after_the_visit() -> None:
    """Stopped, timed out or sealed: the next visit knows nothing of them."""
    walk = at_papers(BOOK)
    keep(walk)
    walk.on(ev.CardSeen, Presence.ABSENT)
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert (walk.step, walk.session.papers) == (Step.HOME, ShownState())
    walk = at_papers(BOOK)
    keep(walk, 2)
    record_of(walk)
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.session.papers.decided == ()


def test_another_persons_card_begins_without_the_papers_of_the_first() -> None:
    """Whoever goes back to the card may hand it to somebody else."""
    walk = at_papers(BOOK)
    walk.on(ev.PhotoDeclined)
    walk.on(ev.Continued)
    while walk.step != Step.CARD_NOTICE:
        walk.on(ev.WentBack)
    assert walk.session.papers == ShownState()
