"""Which papers belong to an application now, what became of them, and what is still open."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue import forms
from kiosk.catalogue.service import PaperForm, PaperWanted
from kiosk.flow.moves import given_up
from kiosk.flow.questions import known_answers
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.ports.document_camera import PageKind, PageStyle
from kiosk.shown_papers import PAGE_BYTES, PageCopy, PaperShown, TrustLevel


def wanted(session: Session, world: World) -> tuple[PaperWanted, ...]:
    """Return the papers that belong to what was answered, in the service's order."""
    service = world.service(session.service_id)
    if service is None or not service.papers:
        return ()
    known = known_answers(session, world)
    counting = forms.counting_answers(service, known, world.today)
    return tuple(
        paper
        for paper in service.papers
        if paper.relevant is None
        or paper.relevant.is_true(
            forms.facts(session.person, world.today) | counting, "", world.today
        )
    )


def paper_now(session: Session, world: World) -> PaperWanted | None:
    """Return the paper on the screen."""
    service = world.service(session.service_id)
    return None if service is None else service.paper(session.papers.paper_id)


def undecided(session: Session, world: World) -> PaperWanted | None:
    """Return the first paper of which nothing was said yet."""
    for paper in wanted(session, world):
        if session.papers.held(paper.paper_id) is None:
            return paper
    return None


def belonging(session: Session, world: World) -> tuple[PaperShown, ...]:
    """Return what became of the papers that belong to the application as it was answered."""
    held = (session.papers.held(paper.paper_id) for paper in wanted(session, world))
    return tuple(paper for paper in held if paper is not None)


def open_papers(session: Session, world: World) -> tuple[PaperShown, ...]:
    """Return those of them that the office still waits for."""
    return tuple(paper for paper in belonging(session, world) if paper.is_open)


def missing(paper: PaperWanted) -> PaperShown:
    """Return a paper that was not shown."""
    return PaperShown(paper.paper_id, paper.is_required, None, is_open=paper.is_required)


def copied(paper: PaperWanted, pages: tuple[PageCopy, ...]) -> PaperShown:
    """Return a paper that was shown to the machine alone."""
    level = TrustLevel.D if paper.is_own else TrustLevel.C
    is_open = paper.is_required and not level.suffices(paper.least)
    return PaperShown(paper.paper_id, paper.is_required, level, pages, is_open=is_open)


def is_short(paper: PaperWanted, shown: PaperShown) -> bool:
    """Say whether the office would like more than what was shown."""
    return shown.level is None or not shown.level.suffices(paper.wants)


def style_of(paper: PaperWanted) -> PageStyle:
    """Return how its pages are made; the words across them are filled in later."""
    kind = PageKind.CARD if paper.form is PaperForm.CARD else PageKind.PAPER
    return PageStyle(kind, max_bytes=PAGE_BYTES)


def with_decided(session: Session, shown: PaperShown) -> Session:
    """Return the session with what became of one paper, and nothing half done."""
    session = fresh(session)
    others = tuple(it for it in session.papers.decided if it.paper_id != shown.paper_id)
    return replace(session, papers=replace(session.papers, decided=(*others, shown)))


def fresh(session: Session) -> Session:
    """Return the session without anything half done of the paper on the screen; a picture that is
    being taken is given up. What the camera sees stays: it may go on looking.
    """
    papers = replace(
        session.papers,
        is_anew=False,
        pages=(),
        front=None,
        front_page=None,
        side=None,
        page=None,
        asked=None,
        problem=None,
    )
    return given_up(replace(session, papers=papers))
