"""Papers, after the questions: one at a time, and never a reason to send anybody away.

What is not there is said all at once, before signing; the application goes on without it. Without
a camera, or with one that is lost, somebody on duty looks at the original, or it is brought later.
Until they are done the card may lie wherever it is needed: it may be what is shown.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue import forms
from kiosk.catalogue.service import PaperForm, PaperWanted, PhotoNeed
from kiosk.clock import Moment
from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.effects import CheckWitness, JournalEvent, WriteJournal
from kiosk.flow.moves import Advanced, checking_pin, given_up, go, ordering, pin_rejected, stay
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.papers_wanted import (
    copied,
    fresh,
    is_short,
    missing,
    open_papers,
    paper_now,
    style_of,
    undecided,
    wanted,
    with_decided,
)
from kiosk.flow.questions import ask, known_answers, next_question, service_of
from kiosk.flow.session import Session, Step
from kiosk.flow.shown_state import ShownState
from kiosk.flow.world import World
from kiosk.ports.document_camera import NotCut, Page, Side
from kiosk.shown_papers import CodeShown, PageCopy, PaperShown, TrustLevel

CORRECTS = "paper:"
"""What `Corrected` names begins so, for a paper; no question can be called so."""
_BEHIND = frozenset({Step.PHOTO, Step.REVIEW, Step.SIGN})
"""Where nobody stands before every paper was asked for."""


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of the screens for papers; None: not one of these."""
    match session.step, event:
        case Step.PAPER, _:
            return _paper(session, event, world)
        case Step.PAPER_CORNERS, pe.CornersSet(at, corners) if session.papers.aimed is not None:
            side = replace(session.papers.aimed, corners=corners)
            return _cut(go(session, Step.PAPER, at), side, world)
        case ((Step.PAPER_CORNERS | Step.PAPER_SEEN), PageCut()):
            return _was_cut(session, event)
        case Step.PAPER_CORNERS, ev.WentBack(at):
            return go(session, Step.PAPER, at), ()
        case Step.PAPER_SEEN, _:
            return _witness(session, event, world)
        case Step.PAPERS_MISSING, ev.Continued(at):
            ids = tuple(it.paper_id for it in open_papers(session, world))
            told = replace(session.papers, told=ids)
            return next_question(replace(session, papers=told), at, world)
        case Step.PAPERS_MISSING, (pe.PaperChosen(at, paper_id)):
            return _from_list(session, at, paper_id, world)
        case Step.PAPERS_MISSING, ev.WentBack(at):
            return _last(session, at, world), ()
        case Step.REVIEW, ev.Corrected(at, name) if name.startswith(CORRECTS):
            return _chosen(session, at, name.removeprefix(CORRECTS), world, is_correcting=True)
        case _:
            return None


def led(before: Session, after: Session, event: ev.Event, world: World) -> Session:
    """Return the session where papers still come before it; and never with another's papers."""
    if after.papers != ShownState() and _is_another(before, after):
        after = replace(after, papers=ShownState())
    if after.step in _BEHIND:
        # What a correction brought leads back to the review, not through the photo once more.
        is_later = before.is_correcting or before.step in {Step.REVIEW, Step.SIGN}
        paper = undecided(after, world)
        if paper is not None:
            return replace(_opened(after, event.at, paper), is_correcting=is_later)
        ids = tuple(it.paper_id for it in open_papers(after, world))
        if not set(ids) <= set(after.papers.told):
            return go(after, Step.PAPERS_MISSING, event.at, is_correcting=is_later)
    is_back = isinstance(event, ev.WentBack) and before.step in _BEHIND
    if is_back and after.step is Step.QUESTION and wanted(after, world):
        return _last(after, event.at, world)
    return after


def _is_another(before: Session, after: Session) -> bool:
    if after.sealed is not None or after.step is Step.STOPPED:  # only what was open is left
        return False
    return before.person is not None and after.person != before.person


def _opened(session: Session, at: Moment, paper: PaperWanted) -> Session:
    session = fresh(session)
    papers = replace(session.papers, paper_id=paper.paper_id, is_from_list=False, said="")
    return go(session, Step.PAPER, at, papers=papers, camera_is_gone=False)


def _chosen(
    session: Session, at: Moment, paper_id: str, world: World, *, is_correcting: bool = False
) -> Advanced:
    """Open a paper once more."""
    for paper in wanted(session, world):
        if paper.paper_id == paper_id:
            chosen = _opened(session, at, paper)
            is_correcting = is_correcting or session.is_correcting
            return replace(chosen, is_correcting=is_correcting), ()
    return session, ()


def _from_list(session: Session, at: Moment, paper_id: str, world: World) -> Advanced:
    """Open a paper of the list, to come back there; one that was not shown is looked for at once,
    for that is what it was touched for.
    """
    paper = next((it for it in open_papers(session, world) if it.paper_id == paper_id), None)
    if paper is None:
        return session, ()
    opened, effects = _chosen(session, at, paper_id, world)
    # Told once more, as long as anything is open.
    papers = replace(opened.papers, is_from_list=True, is_anew=not paper.is_shown, told=())
    return replace(opened, papers=papers), effects


def _last(session: Session, at: Moment, world: World) -> Session:
    return _opened(session, at, wanted(session, world)[-1])


def _paper(session: Session, event: ev.Event, world: World) -> Advanced | None:
    papers, paper = session.papers, paper_now(session, world)
    if paper is None:
        return None
    match event:
        case PageSeen() | ev.CameraGone() | ev.PhotoFailed() | PageTaken() | PageCut():
            return _seen(session, event, paper)
        case ev.ShutterPressed():
            return _take(session, paper)
        case ev.PhotoRetaken(at):
            return _again(session, at), ()
        case pe.PageTurned() if papers.page is not None and papers.aimed is not None:
            turns = (papers.aimed.quarter_turns + 1) % 4
            return _cut(session, replace(papers.aimed, quarter_turns=turns), world)
        case pe.CornersAsked(at) if papers.page is not None:
            return go(session, Step.PAPER_CORNERS, at), ()
        case ev.Continued(at) if papers.shown is not None:
            return _go_on(session, at, world)
        case ev.Continued(at) if papers.page is not None and papers.asked is None:
            return _keep(session, at, paper, papers.page, world)
        case pe.PagesEnded(at):
            return _ended(session, at, paper, world)
        case ev.PhotoDeclined(at) if papers.is_looking:
            return _go_on(with_decided(session, missing(paper)), at, world)
        case ev.OtherWayChosen(at) if world.duty is not None and not paper.is_own:
            return go(given_up(_unasked(session)), Step.PAPER_SEEN, at), ()
        case ev.WentBack(at):
            return _back(session, at, world), ()
        case _:
            return None


def _seen(session: Session, event: ev.Event, paper: PaperWanted) -> Advanced:
    papers = session.papers
    match event:
        case PageSeen(_, advice, is_still, is_same):
            looked = replace(papers, advice=advice, is_same=is_same)
            seen = replace(session, papers=looked, camera_is_gone=False)
            return _take(seen, paper) if is_still and advice is None else (seen, ())
        case ev.CameraGone():
            gone = replace(papers, advice=None)
            return stay(given_up(session), papers=gone, camera_is_gone=True)
        case ev.PhotoFailed() if session.is_taking_photo:
            return stay(session, camera_is_gone=True, is_taking_photo=False)
        case PageTaken(at, _, side, page, order) if session.is_taking_photo and papers.is_looking:
            if order not in {None, session.pictures_ordered}:
                return session, ()  # of a paper that was given up meanwhile
            taken = _with_page(papers, side, page)
            touched = replace(session, papers=taken, is_taking_photo=False)
            return replace(touched, last_touch_s=at.monotonic_s), ()
        case PageCut():
            return _was_cut(session, event)
        case _:
            return session, ()


def _was_cut(session: Session, event: PageCut) -> Advanced:
    """Take in a page that was cut anew, wherever the visit stands with it meanwhile."""
    papers = session.papers
    if papers.page is None or event.side != papers.asked:
        return session, ()
    cut = replace(_with_page(papers, event.side, event.page), asked=None)
    return stay(session, papers=cut, last_touch_s=event.at.monotonic_s)


def _with_page(papers: ShownState, side: Side, page: Page | NotCut) -> ShownState:
    if isinstance(page, NotCut):  # what was there before stays
        return replace(papers, problem=page)
    return replace(papers, side=side, page=page, problem=None)


def _take(session: Session, paper: PaperWanted) -> Advanced:
    papers = session.papers
    if session.camera_is_gone or session.is_taking_photo or not papers.is_looking:
        return session, ()
    if session.staff is not None:
        return session, ()  # what lies there now is the technician's
    taking = ordering(replace(session, papers=replace(papers, problem=None)))
    style, number = style_of(paper), taking.pictures_ordered
    order = TakePage(session.session_id, session.service_id, style, papers.front, number)
    return taking, (order,)


def _cut(session: Session, side: Side, world: World) -> Advanced:
    papers, paper = session.papers, paper_now(session, world)
    if paper is None or papers.page is None:
        return session, ()
    order = CutPage(session.session_id, session.service_id, style_of(paper), side, papers.front)
    return replace(session, papers=replace(papers, asked=side, problem=None)), (order,)


def _again(session: Session, at: Moment) -> Session:
    """Drop the page that was taken; of a paper that was decided, begin anew."""
    papers = session.papers
    if papers.shown is not None:
        return go(fresh(session), Step.PAPER, at, papers=replace(papers, is_anew=True))
    nothing = replace(papers, side=None, page=None, asked=None, problem=None, advice=None)
    return go(session, Step.PAPER, at, papers=nothing)


def _keep(session: Session, at: Moment, paper: PaperWanted, page: Page, world: World) -> Advanced:
    papers = session.papers
    bare = replace(papers, side=None, page=None, asked=None, problem=None, advice=None)
    if paper.form is PaperForm.CARD and papers.front is None:
        front = replace(bare, front=papers.side, front_page=page)
        return go(session, Step.PAPER, at, papers=front), ()
    pages = (*papers.pages, _copy(page))
    kept = replace(bare, pages=pages, front=None, front_page=None)
    if len(pages) < paper.most_pages:
        return go(session, Step.PAPER, at, papers=kept), ()
    return _decide(session, at, paper, pages, world)


def _ended(session: Session, at: Moment, paper: PaperWanted, world: World) -> Advanced:
    """Take it that no further page, or no back, belongs to the paper."""
    papers = session.papers
    front = () if papers.front_page is None else (_copy(papers.front_page),)
    pages = (*papers.pages, *front)
    if not papers.is_looking or not pages:
        return session, ()
    return _decide(session, at, paper, pages, world)


def _decide(
    session: Session, at: Moment, paper: PaperWanted, pages: tuple[PageCopy, ...], world: World
) -> Advanced:
    shown = copied(paper, pages)
    decided = with_decided(session, shown)
    if is_short(paper, shown) and world.duty is not None and not paper.is_own:
        return go(decided, Step.PAPER, at), ()  # somebody is there who could look at the original
    return _go_on(decided, at, world)


def _go_on(session: Session, at: Moment, world: World) -> Advanced:
    """Go to the next paper, or where the visit goes on: `led` keeps what comes before that."""
    session = fresh(session)
    here = session.papers.paper_id
    papers = wanted(session, world)
    after = [paper for paper in papers if paper.paper_id == here]
    rest = papers[papers.index(after[0]) + 1 :] if after else ()
    if rest and not session.is_correcting and not session.papers.is_from_list:
        return _opened(session, at, rest[0]), ()
    return next_question(session, at, world)


def _back(session: Session, at: Moment, world: World) -> Session:
    papers = session.papers
    if papers.page is not None:
        return _again(session, at)
    if papers.front is not None:
        return go(session, Step.PAPER, at, papers=replace(papers, front=None, front_page=None))
    if papers.pages:
        return go(session, Step.PAPER, at, papers=replace(papers, pages=papers.pages[:-1]))
    if papers.is_from_list and not open_papers(session, world):
        return _go_on(session, at, world)[0]  # that list is done
    if papers.is_from_list:
        return go(fresh(session), Step.PAPERS_MISSING, at)
    if papers.is_anew:
        return go(fresh(session), Step.PAPER, at)
    session = fresh(session)
    if session.is_correcting and papers.shown is not None:
        return go(session, Step.REVIEW, at, is_correcting=False)
    before: PaperWanted | None = None
    for paper in wanted(session, world):
        if paper.paper_id == papers.paper_id:
            break
        before = paper
    if before is not None and not session.is_correcting:
        return _opened(session, at, before)
    return _before_papers(session, at, world)


def _before_papers(session: Session, at: Moment, world: World) -> Session:
    service = service_of(session, world)
    questions = forms.relevant_questions(service, known_answers(session, world), world.today)
    if not questions:
        is_wanted = service.photo is PhotoNeed.WANTED
        return go(session, Step.CONSENT_PHOTO if is_wanted else Step.CONSENT_DATA, at)
    return ask(session, at, questions[-1].name)


def _copy(page: Page) -> PageCopy:
    return PageCopy(
        jpeg=page.jpeg,
        sides=page.sides,
        advice=tuple(advice.value for advice in page.findings.advice),
        measures=page.findings.measures,
        codes=tuple(CodeShown(it.kind, it.text, it.is_cut_short) for it in page.codes),
        simulated=page.simulated,
    )


def _witness(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Have somebody on duty say with their own PIN that they saw the original."""
    match event:
        case ev.PinTyped(_, pin) if world.duty is not None and not session.is_witness_checked:
            checked = checking_pin(_unasked(session))
            number = checked.pictures_ordered
            return checked, (CheckWitness(session.session_id, world.duty.staff_id, pin, number),)
        case ev.WitnessAccepted(at, _, member) if session.is_witness_checked:
            paper, papers = paper_now(session, world), session.papers
            if paper is None:
                return session, ()
            held, half = papers.shown, papers.page or papers.front_page
            pages = papers.pages if held is None else held.pages
            if held is None and half is not None and len(pages) < paper.most_pages:
                pages = (*pages, _copy(half))
            shown = PaperShown(
                paper.paper_id, paper.is_required, TrustLevel.B, pages, member, at.at
            )
            seen = replace(_unasked(with_decided(session, shown)), helper=member)
            after, effects = _go_on(replace(seen, last_touch_s=at.monotonic_s), at, world)
            told = (("staff", member.staff_id), ("paper", paper.paper_id))
            return after, (*effects, WriteJournal(JournalEvent.PAPER_SEEN, told))
        case ev.WitnessRejected() if session.is_witness_checked:
            return pin_rejected(session, event, world)
        case ev.WentBack(at):
            return go(_unasked(session), Step.PAPER, at), ()
        case _:
            return None


def _unasked(session: Session) -> Session:
    """Return the session without a witness: an answer on its way is for one who has gone."""
    return replace(session, is_witness_checked=False, witness_problem="", witness_wait_s=0)
