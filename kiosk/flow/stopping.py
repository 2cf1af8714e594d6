"""Stopping midway with something in hand: all is wiped first, then a slip says what to bring.

The paper is asked for by a session that knows nobody any more, only the service and which papers
were missing. It belongs to the id of the visit that was stopped, and its page stays until it is
known whether it came out.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import papers
from kiosk.flow.effects import JournalEvent, WriteJournal
from kiosk.flow.moves import Advanced, end_visit, go, wiped
from kiosk.flow.paper_state import AskedSlip, Slip
from kiosk.flow.papers_wanted import open_papers
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.shown_state import ShownState
from kiosk.flow.world import World

_ASKS = frozenset({Overlay.STOP, Overlay.CARD_TAKEN})


def is_offered(session: Session, world: World) -> bool:
    """Say whether who stops now can have a slip: of a service, from a printer that prints."""
    is_asked = session.overlay in _ASKS
    can_print = world.has_printer and not world.cannot_print
    return is_asked and can_print and world.service(session.service_id) is not None


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of stopping with a slip; None: not one of these."""
    match event:
        case ev.SlipAsked(_, Slip.DRAFT) if is_offered(session, world):
            return _stopped(session, event, world)
        case ev.SlipAsked(_, Slip.DRAFT) if _is_stopped(session) and not papers.is_printing(
            session
        ):
            return papers.print_slip(session, AskedSlip(Slip.DRAFT), world)
        case ev.Continued(at) if _is_stopped(session):
            if papers.is_printing(session):  # it would come out in front of somebody else
                return session, ()
            return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
        case _:
            return None


def _is_stopped(session: Session) -> bool:
    return session.step is Step.STOPPED and session.overlay is Overlay.NONE


def _stopped(session: Session, event: ev.SlipAsked, world: World) -> Advanced:
    missing = tuple(replace(paper, pages=()) for paper in open_papers(session, world))
    line = WriteJournal(JournalEvent.VISIT_STOPPED, (("step", session.step.value),))
    nobodys = replace(wiped(session, event.at, world), papers=ShownState(missing))
    stopped = go(nobodys, Step.STOPPED, event.at)
    printing, effects = papers.print_slip(stopped, AskedSlip(Slip.DRAFT), world)
    return printing, (line, *effects)
