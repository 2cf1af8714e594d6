"""What is said aloud while papers are shown: hands and eyes are at the paper then, not on a screen.

One sentence at a time, when it changes, and never before the last one was heard: what came up
meanwhile and is still so is said then. Nothing that is said names a paper, a person or a service.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow.effects import SayAloud
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.document_camera import PageAdvice

Said = tuple[Session, tuple[SayAloud, ...]]

HEARD_S = 4.0
"""So long a sentence takes to be heard, with a moment to follow it."""
TAKE_AWAY = "paper_step.aloud.take_away"


def said(before: Session, after: Session, event: ev.Event) -> Said:
    """Return the session and what is to be said now, after `event` led from one to the other."""
    if after.overlay is not Overlay.NONE or after.staff is not None:
        return after, ()
    now_s = event.at.monotonic_s
    if _is_kept(before, after):
        # Said at once, whatever is heard: whoever goes on without it is gone.
        return _say(after, TAKE_AWAY, now_s)
    if after.step is not Step.PAPER:
        return after, ()
    papers, key = after.papers, _now(after)
    if key == papers.said:
        return after, ()
    if key == "":
        return replace(after, papers=replace(papers, said="")), ()
    if papers.said_s is not None and now_s - papers.said_s < HEARD_S:
        return after, ()
    return _say(after, key, now_s)


def _say(session: Session, key: str, now_s: float) -> Said:
    papers = replace(session.papers, said=key, said_s=now_s)
    return replace(session, papers=papers), (SayAloud(key),)


def _is_kept(before: Session, after: Session) -> bool:
    """Say whether the last page of a paper was kept just now, which still lies there."""
    if before.step is not Step.PAPER or before.session_id != after.session_id:
        return False
    shown = after.papers.held(before.papers.paper_id)
    if shown is None or not shown.pages:
        return False
    return shown != before.papers.held(before.papers.paper_id)


def _now(session: Session) -> str:
    """Return what the screen asks for now; "" for nothing new."""
    papers = session.papers
    if papers.page is not None:
        return _judged(papers)
    if papers.shown is not None or session.is_taking_photo:
        return ""
    if session.camera_is_gone:
        return "paper_step.gone"
    if papers.problem is not None:
        return f"paper_step.not_cut.{papers.problem}"
    return _looked_for(papers)


def _judged(papers: ShownState) -> str:
    if papers.asked is not None:
        return ""
    if papers.problem is not None:
        return f"paper_step.not_cut.{papers.problem}"
    assert papers.page is not None
    advice = papers.page.findings.advice
    return f"paper_step.taken.{advice[0]}" if advice else "paper_step.taken_title"


def _looked_for(papers: ShownState) -> str:
    is_nothing = papers.advice is PageAdvice.NO_PAPER
    if papers.front is not None and (is_nothing or papers.is_same):
        return "paper_step.turn_over"
    if papers.pages and (is_nothing or papers.is_same):
        return "paper_step.aloud.next_page"
    if papers.advice is not None:
        return f"paper_step.advice.{papers.advice}"
    return "paper_step.same.other" if papers.is_same else ""
