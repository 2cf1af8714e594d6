"""The rungs below the chip: the number typed, the card photographed, somebody on duty as witness.

Nobody is sent away because a card or a reader failed. What was reached, and who saw it, is the
visit's `Identity`; the office weighs it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.service import Service
from kiosk.clock import Moment
from kiosk.domain import ChipCheck, Identity, IdentityAssurance, Person, StaffMember
from kiosk.flow import events as ev
from kiosk.flow import for_others, vouching
from kiosk.flow.effects import CheckWitness, JournalEvent, TakeCardPicture, WriteJournal
from kiosk.flow.moves import Advanced, checking_pin, forgotten, go, ordering, pin_rejected, stay
from kiosk.flow.session import Session, Step, Vouching
from kiosk.flow.world import World
from kiosk.photos import Photo
from kiosk.ports.card_reader import UnreadableReason

READS_BEFORE_HELP = 2
"""So many failed reads, and the screen shows how the card is laid, and the next rung."""
CARD_SIDES = 2


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of the rungs below the chip; None: not one of these."""
    match session.step, event:
        case Step.CARD, ev.OtherWayChosen(at):
            waiting = replace(session, is_same_card=False, lift_awaited_s=None)
            return go(waiting, Step.OTHER_WAY, at), ()
        case Step.OTHER_WAY, ev.Continued(at) if may_type(session, world):
            return go(session, Step.TYPED_NUMBER, at, tried_number=""), ()
        case Step.OTHER_WAY, ev.WentBack(at):
            return go(session, Step.CARD, at, card_problem=None), ()
        case Step.TYPED_NUMBER, ev.NumberTyped(at, number):
            return _typed(session, at, number, world)
        case Step.TYPED_NUMBER, ev.WentBack(at):
            return _forget_number(session, at), ()
        case Step.CARD_PICTURE, _:
            return _picture(session, event, world)
        case Step.WITNESS, _:
            return _witness(session, event, world)
        case _:
            return None


def accepted(service: Service | None, assurance: IdentityAssurance) -> bool:
    """Say whether a service takes applications of this assurance."""
    return service is not None and service.accepts(assurance)


def typed_is_accepted(session: Session, world: World) -> bool:
    """Say whether the service takes a typed number, and there is a rule to check it by."""
    service = world.service(session.service_id)
    rung = IdentityAssurance.TYPED_AND_ATTENDANT
    return world.number_rule is not None and accepted(service, rung)


def may_type(session: Session, world: World) -> bool:
    """Say whether the number may be typed now: somebody on duty has to be there."""
    return world.duty is not None and typed_is_accepted(session, world)


def may_go_without_pictures(session: Session, world: World) -> bool:
    """Say whether the attendant's word alone will do for the service."""
    service = world.service(session.service_id)
    return accepted(service, IdentityAssurance.ATTENDANT_ALONE)


def needs_witness(session: Session, world: World) -> bool:
    """Say whether a chip alone is not enough for the service."""
    return not accepted(world.service(session.service_id), IdentityAssurance.CARD_READ)


def count_failure(session: Session, reason: UnreadableReason) -> Session:
    """Count a failed read: once for each time that a card is laid down."""
    if reason is UnreadableReason.LIFT_FIRST:
        return session
    is_pulled = reason is UnreadableReason.PULLED  # it is off the reader by now
    if session.is_failure_counted and not is_pulled:
        return session
    return replace(session, failed_reads=session.failed_reads + 1, is_failure_counted=not is_pulled)


def is_next_rung_offered(session: Session) -> bool:
    """Say whether the screen of the card shows how to lay it, and leads on without the chip."""
    return session.failed_reads >= READS_BEFORE_HELP or session.reader_is_gone


def by_chip(session: Session, person: Person, at: Moment) -> Identity:
    """Return the identity of whoever's chip was read just now; how sure a travel document's chip is
    goes with it.
    """
    identity = Identity(IdentityAssurance.CARD_READ, at.at, failed_reads=session.failed_reads)
    told = dict(person.details).get("authenticity")
    if session.document is None or told is None:
        return identity  # or a card was laid down after all, instead of the document
    chip = ChipCheck(told) if told in set(ChipCheck) else ChipCheck.NOT_CHECKED
    return replace(identity, chip=chip, lines_from=session.document.lines_from)


def _forget_number(session: Session, at: Moment) -> Session:
    return go(forgotten(session), Step.OTHER_WAY, at)


def _typed(session: Session, at: Moment, number: str, world: World) -> Advanced:
    rule = world.number_rule
    if rule is None or not may_type(session, world):
        return _forget_number(session, at), ()  # whoever was on duty has signed out meanwhile
    problem = rule.problem(number, world.today)
    # Typed twice alike it may well stand so on the card: it is taken, and the office is told.
    is_insisted = number == session.tried_number and len(number) == rule.length
    if problem is not None and not is_insisted:
        return stay(session, tried_number=number)
    person = rule.person(number)
    if for_others.is_applicant(session, person):  # a doubtful number is one person's, too
        return stay(session, tried_number=number)
    typed = replace(
        session,
        person=person,
        tried_number="",
        is_number_doubtful=problem is not None,
        card_pictures=(),
        card_picture=None,
    )
    return go(typed, Step.CARD_PICTURE, at, camera_is_gone=False, is_taking_photo=False), ()


def _picture(session: Session, event: ev.Event, world: World) -> Advanced | None:
    match event:
        case ev.AdviceChanged():  # about faces, and there is none to be looked for
            return stay(session, camera_is_gone=False)
        case ev.CameraGone():
            return stay(session, camera_is_gone=True, is_taking_photo=False)
        case ev.ShutterPressed():
            is_busy = session.camera_is_gone or session.is_taking_photo
            if is_busy or session.card_picture is not None:
                return session, ()
            taking = ordering(session)
            return taking, (TakeCardPicture(taking.session_id, taking.pictures_ordered),)
        case ev.CardPictureTaken(at, _, picture) if session.is_taking_photo:
            return stay(
                session, card_picture=picture, is_taking_photo=False, last_touch_s=at.monotonic_s
            )
        case ev.PhotoFailed():
            return stay(session, is_taking_photo=False, camera_is_gone=True)
        case ev.PhotoRetaken():
            return stay(session, card_picture=None)
        case ev.Continued(at) if session.card_picture is not None:
            return _keep(session, at, session.card_picture)
        case ev.PhotoDeclined(at) if may_go_without_pictures(session, world):
            return _to_witness(replace(session, card_pictures=()), at), ()
        case ev.WentBack(at):
            return _back_from_picture(session, at), ()
        case _:
            return None


def _keep(session: Session, at: Moment, picture: Photo) -> Advanced:
    pictures = (*session.card_pictures, picture)
    kept = replace(session, card_pictures=pictures, card_picture=None)
    if len(pictures) < CARD_SIDES:
        return go(kept, Step.CARD_PICTURE, at), ()
    return _to_witness(kept, at), ()


def _to_witness(session: Session, at: Moment) -> Session:
    return go(session, Step.WITNESS, at, card_picture=None, is_taking_photo=False)


def _back_from_picture(session: Session, at: Moment) -> Session:
    if session.card_pictures:
        last = replace(session, card_pictures=session.card_pictures[:-1], card_picture=None)
        return go(last, Step.CARD_PICTURE, at, is_taking_photo=False)
    if session.document is not None:
        document = session.document  # whatever else is forgotten, it need not be typed again
        return go(forgotten(session), Step.DOCUMENT_READ, at, document=document)
    return go(forgotten(session), Step.TYPED_NUMBER, at)


def ask_witness(session: Session, at: Moment) -> Session:
    """Go to whoever is on duty, who compares card and face."""
    return go(session, Step.WITNESS, at, witness_problem="", witness_wait_s=0)


def _witness(session: Session, event: ev.Event, world: World) -> Advanced | None:
    match event:
        case ev.PinTyped(_, pin) if world.duty is not None and not session.is_witness_checked:
            asked = checking_pin(replace(session, witness_problem="", witness_wait_s=0))
            number = asked.pictures_ordered
            return asked, (CheckWitness(session.session_id, world.duty.staff_id, pin, number),)
        case ev.WitnessAccepted(at, _, member) if session.is_witness_checked:
            return _witnessed(session, at, member, world)
        case ev.WitnessRejected() if session.is_witness_checked:
            return pin_rejected(session, event, world)
        case ev.WentBack(at):
            # An answer that is on its way is for a witness who has gone.
            unasked = replace(
                session, is_witness_checked=False, witness_problem="", witness_wait_s=0
            )
            if session.identity is not None:
                is_second = session.applicant is not None
                return go(forgotten(session), Step.CARD if is_second else Step.CARD_NOTICE, at), ()
            if session.card_pictures:
                return _back_from_picture(unasked, at), ()
            return go(unasked, Step.CARD_PICTURE, at), ()
        case _:
            return None


def _witnessed(session: Session, at: Moment, member: StaffMember, world: World) -> Advanced:
    if session.person is None:
        return session, ()
    voucher = vouching.voucher_of(session)
    if voucher is not None:
        assurance = IdentityAssurance.VOUCHED
    elif session.identity is not None:
        assurance = IdentityAssurance.CARD_AND_ATTENDANT
    elif len(session.card_pictures) == CARD_SIDES:
        assurance = IdentityAssurance.TYPED_AND_ATTENDANT
    else:
        assurance = IdentityAssurance.ATTENDANT_ALONE
    if not accepted(world.service(session.service_id), assurance):
        return stay(session, is_witness_checked=False)
    statement = session.vouching.statement
    before = session.identity  # of a chip that was read: what it was worth stays said
    typed_from = None if session.document is None else session.document.lines_from
    identity = Identity(
        assurance=assurance,
        at=at.at,
        attendant=member,
        failed_reads=session.failed_reads,
        is_number_doubtful=session.is_number_doubtful,
        voucher=voucher,
        chip=None if before is None else before.chip,
        lines_from=typed_from if before is None else before.lines_from,
    )
    witnessed = replace(
        session,
        identity=identity,
        document=None,
        helper=member,
        consents=session.consents if statement is None else (*session.consents, statement),
        vouching=Vouching(),
        is_witness_checked=False,
        witness_problem="",
        last_touch_s=at.monotonic_s,
    )
    fields = (("staff", member.staff_id), ("assurance", assurance.value))
    gone_on, effects = for_others.identified(witnessed, at)
    return gone_on, (*effects, WriteJournal(JournalEvent.WITNESSED, fields))


def left_the_reader(session: Session) -> Session:
    """Return the session once the card is off the reader: the next one laid down is a new try."""
    return replace(session, is_failure_counted=False)
