"""Stopped midway: all is wiped, and how the slip went that says what to bring."""

from __future__ import annotations

from kiosk.flow import papers
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.notice import NoticeView
from ui.views.pager import pager
from ui.views.paper import to_bring
from ui.views.slips import why_words


def stopped_view(session: Session, world: World, texts: Texts) -> NoticeView:
    """Return what is said to who stopped; it names nobody."""
    service, names = world.service(session.service_id), to_bring(session, world)
    lines = [_paper(session, texts)]
    if service is not None:
        lines.append(texts.say("stopped.line", n=service.minutes))
    if names:
        told = texts.say("stopped.and").join(names)
        lines.append(texts.say("stopped.papers", papers=told))
    is_printing = papers.is_printing(session)
    return NoticeView(
        icon="printer",
        title=texts.say("stopped.title"),
        lines=tuple(line for line in lines if line),
        small="",
        pager=pager(texts),
        bar=Bar(
            "" if is_printing else texts.say("stopped.again"),
            texts.say("stopped.done"),
            is_next_open=not is_printing,
        ),
    )


def _paper(session: Session, texts: Texts) -> str:
    slip = session.slip
    if slip is None:
        return ""
    if slip.slip is not Slip.DRAFT:  # asked for beside the bell
        return texts.say("slips.told.printing") if papers.is_printing(session) else ""
    if slip.is_withheld:
        return texts.say("stopped.paper.withheld")
    if slip.state is ReceiptState.FAILED:
        return texts.say("stopped.paper.failed", why=why_words(slip.printer_state, texts))
    return texts.say(f"stopped.paper.{slip.state}")
