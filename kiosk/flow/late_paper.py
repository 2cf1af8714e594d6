"""A paper that comes out after its visit: it lies where the next person takes it for their own.

Nobody can take it back, so it is said: on the screen, by the bell where nobody stands there, and in
the journal. Whose it is says its number, not this machine.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.flow import events as ev
from kiosk.flow import papers
from kiosk.flow.effects import HushBell, JournalEvent, RingBell, WriteJournal
from kiosk.flow.moves import Advanced
from kiosk.flow.session import Overlay, Session, Step

RINGS_S = 300.0
"""So long the bell rings at most."""
_COVERED = frozenset({Overlay.NONE, Overlay.ALOUD})
_NOBODYS = frozenset({Step.TAKE_CARD, Step.OUT_OF_SERVICE})
"""Where the person of that paper may still stand there, or nobody is served."""
_BARE = _NOBODYS | {Step.SEALING}
"""Steps that nothing may cover."""


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
    if session.overlay is Overlay.LATE_PAPER:
        return session, (line,)
    if not _is_free(session):  # somebody is coming, or is asked something: it comes after that
        return replace(session, has_late_paper=True), (line,)
    shown, bell = _shown(session, event)
    return shown, (line, *bell)


def carried(before: Session, advanced: Advanced, event: ev.Event) -> Advanced:
    """Keep the words until they were touched: a question may lie over them meanwhile, and a visit
    that nobody goes on with may end.
    """
    after, effects = advanced
    is_shown = before.overlay is Overlay.LATE_PAPER
    is_read = is_shown and isinstance(event, ev.Touch) and not lets_begin(before, event)
    is_told = is_shown and not is_read
    if not (is_told or before.has_late_paper or after.has_late_paper):
        return advanced
    if is_read:
        return replace(after, has_late_paper=False), effects
    if after.overlay is Overlay.LATE_PAPER:
        if after.step not in _BARE:
            return replace(after, has_late_paper=False), effects
        after = replace(after, overlay=Overlay.NONE)
    if not _is_free(after):
        return replace(after, has_late_paper=True), effects
    after, bell = _shown(replace(after, has_late_paper=False), event)
    return after, (*effects, *bell)


def _is_free(session: Session) -> bool:
    is_open = session.overlay in _COVERED and session.staff is None
    return is_open and session.step not in _BARE


def _shown(session: Session, event: ev.Event) -> Advanced:
    """Return the words in front, and the bell where nobody stands there."""
    is_alone = session.step is Step.HOME and not isinstance(event, ev.Touch)
    shown = replace(
        session,
        overlay=Overlay.LATE_PAPER,
        is_card_bell=session.is_card_bell or is_alone,
        still_there_since_s=event.at.monotonic_s,
    )
    return shown, (RingBell(),) if is_alone else ()


def lets_begin(session: Session, event: ev.Event) -> bool:
    """Say whether a visit begins beneath the words: on Home, by a card that is put down. Whoever
    put it down has not read them yet.
    """
    is_told = session.overlay is Overlay.LATE_PAPER and session.staff is None
    return is_told and session.step is Step.HOME and isinstance(event, ev.Started)


def tick(session: Session, event: ev.Ticked) -> Advanced:
    """Let time pass over it on Home: the bell ends, the words stay."""
    is_long = event.at.monotonic_s - session.still_there_since_s >= RINGS_S
    if session.is_card_bell and is_long:
        return replace(session, is_card_bell=False), (HushBell(),)
    return session, ()
