"""What the pictures show of the papers of a visit: the household register of the sample service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.flow.session import Session, Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.document_camera import PageAdvice
from kiosk.shown_papers import PaperShown

_PAPER = "household_register"


def shown_paper_sessions(visit: Session) -> Iterator[tuple[str, Session]]:
    """Yield the screens of it that need no page: looked for, lost, not there, told at the end."""
    looking = ShownState(paper_id=_PAPER)
    at_paper = replace(visit, step=Step.PAPER, papers=looking)
    yield "paper-lay", at_paper
    nothing = replace(looking, advice=PageAdvice.NO_PAPER)
    yield "paper-nothing", replace(at_paper, papers=nothing)
    yield "paper-no-camera", replace(at_paper, camera_is_gone=True)
    yield "paper-seen", replace(at_paper, step=Step.PAPER_SEEN)
    told = replace(looking, decided=(PaperShown(_PAPER, True, None, is_open=True),))
    yield "paper-missing", replace(at_paper, papers=told)
    yield "papers-missing", replace(at_paper, step=Step.PAPERS_MISSING, papers=told)
