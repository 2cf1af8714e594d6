"""A paper that comes out after its visit: it lies where the next person takes it for their own.

Nobody can take it back, so it is said: on the screen, by the bell where nobody stands there, and in
the journal. Whose it is says its number, not this machine.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import papers, visit
from kiosk.flow.effects import Effect, HushBell, JournalEvent, RingBell, WriteJournal
from kiosk.flow.moves import Advanced
from kiosk.flow.session import Overlay, Session, Step
from kiosk.flow.world import World

RINGS_S = 300.0
"""So long the bell rings at most."""
_COVERED = frozenset({Overlay.NONE, Overlay.STILL_THERE, Overlay.ALOUD})
_NOBODYS = frozenset({Step.TAKE_CARD, Step.SEALING, Step.OUT_OF_SERVICE})
"""Steps that nothing may cover, or on which the person of that paper may still stand there."""


def told(session: Session, event: ev.Event) -> Advanced | None:
    """Take in what a printer says of a paper whose visit is over; None: it says nothing of one."""
    match event:
        case ev.ReceiptPrinted():
            outcome = "printed"
        case ev.ReceiptUnconfirmed():
            outcome = "unconfirmed"
        case ev.ReceiptFailed(_, _, state):
            outcome = papers.outcome_words(state)
        case ev.SlipTold(is_withheld=False):
            outcome = event.state.value
        case _:
            return None
    if event.session_id == session.session_id:
        return None
    line = WriteJournal(JournalEvent.PAPER_LATE, (("outcome", outcome),))
    if outcome not in {"printed", "unconfirmed"} or session.step in _NOBODYS:
        return session, (line,)
    if session.overlay not in _COVERED or session.staff is not None:
        return session, (line,)  # somebody is coming, or is there
    is_alone = session.step is Step.HOME
    bell: tuple[Effect, ...] = (RingBell(),) if is_alone else ()
    shown = replace(
        session,
        overlay=Overlay.LATE_PAPER,
        is_card_bell=session.is_card_bell or is_alone,
        still_there_since_s=event.at.monotonic_s,
    )
    return shown, (line, *bell)


def lets_begin(session: Session, event: ev.Event) -> bool:
    """Say whether a visit begins beneath the words: on Home, by a card that is put down."""
    is_told = session.overlay is Overlay.LATE_PAPER and session.staff is None
    return is_told and session.step is Step.HOME and isinstance(event, ev.Started)


def begun_beneath(session: Session, event: ev.Event, world: World) -> Advanced:
    """Begin a visit as on any Home; the words lie over it until they were touched, since whoever
    put the card down has not read them yet.
    """
    begun = visit.advance(replace(session, overlay=Overlay.NONE), event, world)
    if begun is None:
        return session, ()
    return replace(begun[0], overlay=Overlay.LATE_PAPER), begun[1]


def tick(session: Session, event: ev.Ticked) -> Advanced:
    """Let time pass over it on Home: the bell ends, the words stay."""
    is_long = event.at.monotonic_s - session.still_there_since_s >= RINGS_S
    if session.is_card_bell and is_long:
        return replace(session, is_card_bell=False), (HushBell(),)
    return session, ()
