"""A number and its code read aloud, for who can't read them and has no paper to take along.

Nothing is said unasked: a first touch shows that others may hear it, a second says the number, a
third the code. Whatever leads away from that page ends the voice at once: its end is decided in one
place, by what the session was and what it is now.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.flow import events as ev
from kiosk.flow.aloud_effects import FallSilent, SpellAloud, Spelt
from kiosk.flow.aloud_events import AloudAsked, AloudClosed, SilenceAsked, SpellAsked
from kiosk.flow.effects import Effect, SayAloud
from kiosk.flow.moves import Advanced, stay
from kiosk.flow.session import Overlay, ReceiptState, Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

_WARNING = "aloud.warning"


@dataclass(frozen=True, slots=True)
class Sayable:
    """A number or a code that stands on the page, and whose application it is of."""

    what: Spelt
    groups: tuple[str, ...] = field(repr=False)
    service_id: str


def sayable(session: Session) -> tuple[Sayable, ...]:
    """Return what stands on the page where the visit is, in its order."""
    match session.step:
        case Step.RECEIVED if session.sealed is not None:
            sealed = session.sealed
            return _both(sealed.number_groups, sealed.query_code, session.service_id)
        case Step.UNSEEN:
            return tuple(
                it
                for item in session.unseen
                for it in _both(item.number_groups, item.query_code, item.service_id)
            )
        case Step.STATUS_SHOWN:
            found = session.status_items
            return tuple(Sayable(Spelt.NUMBER, it.number_groups, it.service_id) for it in found)
        case Step.KNOWN if session.known is not None:
            known = session.known.applications
            return tuple(Sayable(Spelt.NUMBER, it.number_groups, it.service_id) for it in known)
        case _:
            return ()


def is_offered(session: Session, world: World) -> bool:
    """Say whether the page offers it: with a voice, and not to who gets the paper just now."""
    has_receipt = session.step is Step.RECEIVED and session.receipt is ReceiptState.PRINTED
    is_at_hand = has_receipt or session.receipt is ReceiptState.PRINTING
    return world.has_voice and not is_at_hand and bool(sayable(session))


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer what is touched about reading aloud; None: not one of these."""
    is_open = session.overlay is Overlay.ALOUD
    match event:
        case AloudAsked() if session.overlay is Overlay.NONE and is_offered(session, world):
            # Said, too: who does not read is warned all the same.
            return replace(session, overlay=Overlay.ALOUD, spelt=None), (SayAloud(_WARNING),)
        case SpellAsked(_, place) if is_open and world.has_voice:
            return _spell(session, place)
        case SilenceAsked() if is_open and session.spelt is not None:
            return replace(session, spelt=None), (FallSilent(),)
        case AloudClosed() if is_open:
            return stay(session, overlay=Overlay.NONE)
        case _:
            return None


def without_card(session: Session, event: ev.Event) -> Session:
    """Return the session with that page closed, if the card is taken now: its owner goes."""
    is_taken = (
        isinstance(event, ev.CardSeen)
        and event.presence is Presence.ABSENT
        and session.card_presence is Presence.PRESENT
    )
    is_open = session.overlay is Overlay.ALOUD
    return replace(session, overlay=Overlay.NONE) if is_taken and is_open else session


def settled(before: Session, after: Session) -> Advanced:
    """Return the session with nothing being said on any page but the one where it was asked, and
    what ends the voice if it was: the visit is over, the page left or covered, or another language
    chosen.
    """
    is_there = (
        after.overlay is Overlay.ALOUD
        and after.staff is None
        and _place(after) == _place(before)
        and after.display.language == before.display.language
    )
    if is_there:
        return after, ()
    was_open = before.overlay is Overlay.ALOUD
    silence: tuple[Effect, ...] = (FallSilent(),) if was_open else ()
    return (after if after.spelt is None else replace(after, spelt=None)), silence


def _place(session: Session) -> tuple[str, Step]:
    return session.session_id, session.step


def _spell(session: Session, place: int) -> Advanced:
    found = sayable(session)
    if not 0 <= place < len(found):
        return session, ()
    it = found[place]
    return replace(session, spelt=place), (SpellAloud(it.what, it.groups),)


def _both(groups: tuple[str, ...], code: str, service_id: str) -> tuple[Sayable, ...]:
    half = len(code) // 2
    return (
        Sayable(Spelt.NUMBER, groups, service_id),
        Sayable(Spelt.CODE, (code[:half], code[half:]), service_id),
    )
