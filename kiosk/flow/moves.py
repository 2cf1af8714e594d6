"""Small moves that every part of the flow makes: to a step, to nobody's visit, to the end of
one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.clock import Moment
from kiosk.domain import Language
from kiosk.flow.answers import Wanting, WitnessRejected
from kiosk.flow.earlier import Earlier
from kiosk.flow.effects import Effect, HushBell, JournalEvent, WriteJournal
from kiosk.flow.face_state import FaceState
from kiosk.flow.session import Display, Overlay, Session, Step, Vouching
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

Advanced = tuple[Session, tuple[Effect, ...]]
"""What every part of the flow answers: the new session, and what is to be done."""


def empty_session(world: World) -> Session:
    """Return nobody's visit, as it is before the first and after every other."""
    languages = world.rules.languages
    return Session(display=Display(language=languages[0] if languages else Language("en")))


def go(session: Session, step: Step, at: Moment, **changes: Any) -> Session:  # noqa: ANN401
    """Return the session at another step, since now; `changes` are fields of the session."""
    return replace(session, step=step, step_since_s=at.monotonic_s, **changes)


def wanting(session: Session) -> Wanting:
    """Return what tells the visit as it stands here from every other time that a card is wanted."""
    return session.session_id, session.step, session.step_since_s


def forgotten(session: Session) -> Session:
    """Return the session without anything that told who is being identified, or who vouches."""
    return replace(
        session,
        person=None,
        identity=None,
        tried_number="",
        is_number_doubtful=False,
        document=None,
        card_pictures=(),
        card_picture=None,
        is_witness_checked=False,
        witness_problem="",
        witness_wait_s=0,
        is_taking_photo=False,
        pictures_ordered=session.pictures_ordered + 1,
        face=FaceState(misses=session.face.misses),  # else Back would give tries anew
        vouching=Vouching(),
        is_same_card=False,
        lift_awaited_s=None,
        question_problem=None,
        question_draft="",
        earlier=Earlier(),
    )


def ordering(session: Session) -> Session:
    """Return the session while the camera takes a picture; `pictures_ordered` numbers the order."""
    return replace(session, is_taking_photo=True, pictures_ordered=session.pictures_ordered + 1)


def given_up(session: Session) -> Session:
    """Return the session without the picture that is being taken: neither it nor its failure, when
    they come, is news of the camera that is looked through then.
    """
    ordered = session.pictures_ordered + int(session.is_taking_photo)
    return replace(session, is_taking_photo=False, pictures_ordered=ordered)


def checking_pin(session: Session) -> Session:
    """Return the session while a witness's PIN is checked; its order is numbered like pictures."""
    return replace(session, is_witness_checked=True, pictures_ordered=session.pictures_ordered + 1)


def pin_rejected(session: Session, event: WitnessRejected, world: World) -> Advanced:
    """Return the session after a wrong PIN of the witness: why, and how long until the next try."""
    rejected = replace(
        session,
        is_witness_checked=False,
        witness_problem=event.problem,
        witness_wait_s=event.wait_s,
        last_touch_s=event.at.monotonic_s,
    )
    fields = (("staff", "" if world.duty is None else world.duty.staff_id),)
    return rejected, (WriteJournal(JournalEvent.PIN_REJECTED, fields),)


def stay(session: Session, **changes: Any) -> Advanced:  # noqa: ANN401
    """Return the session changed where it stands, with nothing to do."""
    return replace(session, **changes), ()


def wiped(session: Session, at: Moment, world: World) -> Session:
    """Return a session that knows nobody any more, for a last page of this visit: only its id, its
    service, and how its screens look, are as before.
    """
    return replace(
        empty_session(world),
        display=session.display,
        session_id=session.session_id,
        service_id=session.service_id,
        card_presence=session.card_presence,
        last_touch_s=at.monotonic_s,
    )


def end_visit(session: Session, world: World, at: Moment, why: JournalEvent) -> Advanced:
    """Wipe the visit; go Home, or by way of "take your card" where one may still lie there.

    The staff's panel, if it is open, stays in front.
    """
    effects: list[Effect] = [WriteJournal(why, (("step", session.step.value),))]
    if session.overlay is Overlay.HELP:
        effects.append(HushBell())
    empty = empty_session(world)
    if session.card_presence is Presence.ABSENT:
        touched_s = 0.0 if session.staff is None else session.last_touch_s
        return replace(empty, staff=session.staff, last_touch_s=touched_s), tuple(effects)
    reminder = replace(
        empty,
        staff=session.staff,
        display=session.display,
        session_id=session.session_id,
        card_presence=session.card_presence,
        last_touch_s=at.monotonic_s,
    )
    return go(reminder, Step.TAKE_CARD, at), tuple(effects)
