"""Somebody applies for somebody else: both are identified, one after the other, and never mixed.

The rungs and the card screen identify one person at a time. The applicant comes first; once they
are known they are put aside whole, everything about them is forgotten where the next one is
identified, and the beneficiary's turn begins from nothing.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.catalogue.service import Service
from kiosk.clock import Moment
from kiosk.domain import Applicant, Person, Relation
from kiosk.flow import events as ev
from kiosk.flow.effects import Effect, PrepareLookUp
from kiosk.flow.moves import Advanced, forgotten, go, stay
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

RELATION = "relation"
"""What the question for the relation is called."""
READ_AGAIN_S = 3.0
"""So long a card that is known already may lie there before it is read once more: whoever swaps
two cards faster than the reader looks has laid down the right one."""


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event that is about whom it is for; None: not one of these."""
    match session.step, event:
        case Step.FOR_WHOM, ev.OnBehalfChosen(at) if is_offered(world.service(session.service_id)):
            return go(anew(session), Step.CARD_NOTICE, at, is_on_behalf=True), ()
        case Step.FOR_WHOM, ev.Continued(at):
            return go(anew(session), Step.CARD_NOTICE, at, is_on_behalf=False), ()
        case Step.RELATION, ev.Answered(at, name, raw) if name == RELATION:
            return _related(session, at, raw, world)
        case Step.RELATION, ev.WentBack(at):
            # Failures at the other one's card are none of the applicant's.
            unread = replace(anew(session), failed_reads=0, is_failure_counted=False)
            return go(unread, Step.CARD_NOTICE, at), ()
        case Step.CARD, ev.WentBack(at) if session.applicant is not None:
            return go(forgotten(session), Step.RELATION, at, card_problem=None), ()
        case Step.CARD, ev.CardRead(at, person, _) if is_applicant(session, person):
            return same_card(session, at), ()
        case _:
            return None


def is_offered(service: Service | None) -> bool:
    """Say whether the service takes applications for somebody else."""
    return service is not None and bool(service.on_behalf)


def is_applicant(session: Session, person: Person) -> bool:
    """Say whether this is the applicant's own number; two cards of one person have the same."""
    number = person.document_number
    return (
        session.applicant is not None
        and number != ""
        and session.applicant.person.document_number == number
    )


def anew(session: Session) -> Session:
    """Return the session before anybody was identified."""
    # A voucher's statement about somebody who is not in this visit any more goes, too.
    return replace(forgotten(session), applicant=None, relation=None, consents=())


def identified(session: Session, at: Moment) -> Advanced:
    """Go on with who was identified just now: the applicant of two, or whom it is about."""
    person, identity = session.person, session.identity
    if person is None or identity is None:
        return session, ()
    if session.is_on_behalf and session.applicant is None:
        applicant = Applicant(person, identity, session.card_pictures)
        # Their number is looked up nowhere: the application is the beneficiary's.
        first = replace(forgotten(session), applicant=applicant, failed_reads=0)
        first = replace(first, is_failure_counted=False, question_problem=None)
        return go(first, Step.RELATION, at), ()
    effects: tuple[Effect, ...] = ()
    if person.document_number:
        number = person.document_number
        effects = (PrepareLookUp(session.session_id, person.document_type, number),)
    return go(session, Step.CONSENT_DATA, at), effects


def same_card(session: Session, at: Moment) -> Session:
    """Say kindly that this card is known already, and wait until it is lifted."""
    # A card that lies there is read again and again, and is no sign of life but the first time.
    touched_s = session.last_touch_s if session.is_same_card else at.monotonic_s
    return replace(
        session,
        is_same_card=True,
        lift_awaited_s=at.monotonic_s,
        card_presence=Presence.PRESENT,
        card_problem=None,
        reader_is_gone=False,
        last_touch_s=touched_s,
    )


def tick(session: Session, at: Moment) -> Session:
    """Have the reader read again, after a while, what lies there."""
    since_s = session.lift_awaited_s
    if since_s is None or at.monotonic_s - since_s < READ_AGAIN_S:
        return session
    return replace(session, lift_awaited_s=None)


def _related(session: Session, at: Moment, raw: str, world: World) -> Advanced:
    service = world.service(session.service_id)
    taken = () if service is None else service.on_behalf
    relation = next((it for it in taken if it == raw), None)
    if relation is None:
        return stay(session, question_problem=Problem(ProblemKind.REQUIRED))
    return go(_before_their_card(session, relation), Step.CARD, at), ()


def _before_their_card(session: Session, relation: Relation) -> Session:
    return replace(
        session,
        relation=relation,
        question_problem=None,
        card_problem=None,
        reader_is_gone=False,
    )
