"""The resident's way from Home to the signature: who, for what, may we, questions, photo, review,
sign.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue import forms
from kiosk.catalogue.service import PhotoNeed, Service
from kiosk.clock import Moment
from kiosk.domain import Consent, Purpose
from kiosk.flow import comparing, for_others, ladder, photo
from kiosk.flow import events as ev
from kiosk.flow.effects import (
    ApplicationRecord,
    JournalEvent,
    PrintWhereToGo,
    SealApplication,
    WriteJournal,
)
from kiosk.flow.face_state import FaceState
from kiosk.flow.moves import Advanced, end_visit, go, stay, wiped
from kiosk.flow.papers_wanted import belonging
from kiosk.flow.photo import may_take_photo
from kiosk.flow.questions import (
    answer,
    ask,
    known_answers,
    look_into_camera,
    next_question,
    open_question,
    service_of,
    wants_photo,
)
from kiosk.flow.session import PhotoMissing, Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence, UnreadableReason

_NO_USE = frozenset(
    {
        UnreadableReason.FOREIGN,
        UnreadableReason.DAMAGED,
        UnreadableReason.REFUSED,
        UnreadableReason.NEEDS_KEY,
        UnreadableReason.WRONG_KEY,
        UnreadableReason.UNVERIFIED,
    }
)


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of the steps up to the signature; None: not one of these."""
    match session.step, event:
        case Step.HOME, ev.Started(at, session_id):
            if len(world.services) != 1:
                return session, ()
            return _start(session, at, session_id, world.services[0], world)
        case Step.HOME, ev.ServiceChosen(at, session_id, service_id):
            return _start(session, at, session_id, world.service(service_id), world)
        case Step.GUIDE, ev.Continued(at):
            return go(session, Step.FOR_WHOM, at), ()
        case Step.CARD_NOTICE, ev.Continued(at):
            return _wait_for_card(session, at)
        case Step.CARD, _:
            return _card(session, event, world)
        case ((Step.CONSENT_DATA | Step.CONSENT_PHOTO), (ev.Consented() | ev.Refused())):
            return _consent(session, event, world)
        case Step.QUESTION, ev.Answered(at, name, raw):
            return answer(session, at, name, raw, world)
        case Step.PHOTO, _:
            return _photo(session, event, world)
        case Step.REVIEW, ev.Continued(at):
            return _after_review(session, at, world)
        case Step.REVIEW, ev.Corrected(at, name):
            return _correct(session, at, name, world)
        case Step.SIGN, ev.Signed(at, signature) if not signature.is_blank:
            return seal(replace(session, signature=signature), at, world)
        case _, ev.WentBack(at):
            return _back(session, at, world)
        case _:
            return None


def without_lifted(problem: UnreadableReason | None) -> UnreadableReason | None:
    """Return the card problem once the card is off the reader: having been asked to lift it, it is
    solved.
    """
    return None if problem is UnreadableReason.LIFT_FIRST else problem


def seal(session: Session, at: Moment, world: World) -> Advanced:
    """Ask for the application to be stored; touching again meanwhile changes nothing."""
    service = service_of(session, world)
    person, identity, signature = session.person, session.identity, session.signature
    if person is None or identity is None or signature is None:
        return session, ()
    if session.is_on_behalf and (session.applicant is None or session.relation is None):
        return session, ()
    record = ApplicationRecord(
        session_id=session.session_id,
        service_id=service.service_id,
        catalogue_version=service.version,
        language=session.display.language,
        started_at=session.started_at or at.at,
        person=person,
        identity=identity,
        consents=session.consents,
        answers=forms.effective_answers(service, known_answers(session, world), world.today),
        photo=session.photo,
        photo_missing=session.photo_missing,
        signature=signature,
        helper=session.helper,
        card_pictures=session.card_pictures,
        applicant=session.applicant,
        relation=session.relation,
        papers=belonging(session, world),
        card_portrait=session.face.portrait if service.keeps_card_portrait else b"",
    )
    sealing = go(session, Step.SEALING, at, seal_problem="")
    return sealing, (SealApplication(session.session_id, record),)


def _start(
    session: Session, at: Moment, session_id: str, service: Service | None, world: World
) -> Advanced:
    if service is None:
        return session, ()
    fields = (("service", service.service_id),)
    if not world.takes_applications:  # all of it would be typed for nothing
        return session, (WriteJournal(JournalEvent.VISIT_REFUSED, fields),)
    started = go(
        session,
        Step.GUIDE,
        at,
        session_id=session_id,
        started_at=at.at,
        service_id=service.service_id,
    )
    return started, (WriteJournal(JournalEvent.VISIT_STARTED, fields),)


def _wait_for_card(session: Session, at: Moment) -> Advanced:
    unknown = for_others.anew(session)
    return go(unknown, Step.CARD, at, card_problem=None, reader_is_gone=False), ()


def _card(session: Session, event: ev.Event, world: World) -> Advanced | None:
    match event:
        case ev.CardRead(at, person, _, portrait):
            read = replace(
                session,
                person=person,
                identity=ladder.by_chip(session, person, at),
                document=None,
                face=FaceState(portrait, misses=session.face.misses),
                card_presence=Presence.PRESENT,
                card_problem=None,
                reader_is_gone=False,
                is_same_card=False,
                lift_awaited_s=None,
                last_touch_s=at.monotonic_s,
            )
            if ladder.needs_witness(session, world) and not comparing.may_match(read, world):
                return ladder.ask_witness(read, at), ()
            return for_others.identified(read, at)
        case ev.CardUnreadable(at, reason):
            session = ladder.count_failure(session, reason)
            if reason is session.card_problem or _is_known_already(session, reason):
                return session, ()
            unreadable = replace(
                session,
                card_problem=reason,
                reader_is_gone=False,
                last_touch_s=at.monotonic_s,
            )
            fields = (("reason", reason.value),)
            return unreadable, (WriteJournal(JournalEvent.CARD_UNREADABLE, fields),)
        case ev.ReaderGone():
            return stay(session, reader_is_gone=True)
        case ev.WentBack(at):
            return go(session, Step.CARD_NOTICE, at, card_problem=None), ()
        case _:
            return None


def _is_known_already(session: Session, reason: UnreadableReason) -> bool:
    """Say whether "lift it first" only repeats that the card lying there was no use."""
    return reason is UnreadableReason.LIFT_FIRST and session.card_problem in _NO_USE


def _consent(session: Session, event: ev.Consented | ev.Refused, world: World) -> Advanced:
    is_data = session.step is Step.CONSENT_DATA
    if event.purpose is not (Purpose.DATA if is_data else Purpose.FACE_PHOTO):
        return session, ()
    is_given = isinstance(event, ev.Consented)
    consent = Consent(
        purpose=event.purpose,
        given=is_given,
        text_version=event.text_version,
        language=session.display.language,
        at=event.at.at,
    )
    others = tuple(c for c in session.consents if c.purpose is not event.purpose)
    session = replace(session, consents=(*others, consent))
    service = service_of(session, world)
    if is_data and not is_given:
        return _not_kept(session, event.at, world)
    if is_data and service.photo is PhotoNeed.WANTED:
        return go(session, Step.CONSENT_PHOTO, event.at), ()
    if is_data:
        session = replace(session, photo_missing=PhotoMissing.NOT_NEEDED)
    elif is_given:
        session = replace(session, photo_missing=None)
        if session.is_correcting:
            return look_into_camera(session, event.at), ()
    else:
        session = replace(session, photo=None, photo_missing=PhotoMissing.CONSENT_REFUSED)
    return next_question(session, event.at, world)


def _not_kept(session: Session, at: Moment, world: World) -> Advanced:
    """Wipe everything at once; only the service stays, to say where else to go."""
    display = session.display
    slip = PrintWhereToGo(
        session.session_id, session.service_id, display.language, display.wants_large_print
    )
    line = WriteJournal(JournalEvent.CONSENT_REFUSED, (("purpose", Purpose.DATA.value),))
    not_kept = go(wiped(session, at, world), Step.NOT_KEPT, at)
    return not_kept, (slip, line) if world.has_printer else (line,)


def _after_review(session: Session, at: Moment, world: World) -> Advanced:
    """Go on to sign; a question that a correction opened, and Back left open, comes first."""
    name = open_question(session, world)
    if name is not None:
        return ask(replace(session, is_correcting=True), at, name), ()
    return go(session, Step.SIGN, at), ()


def _photo(session: Session, event: ev.Event, world: World) -> Advanced | None:
    if isinstance(event, ev.WentBack):  # a picture that is being taken is not waited for
        given_up = session.pictures_ordered + 1
        left = replace(session, is_taking_photo=False, pictures_ordered=given_up, shots=())
        return _back(left, event.at, world)
    return photo.advance(session, event, world)


def _correct(session: Session, at: Moment, name: str, world: World) -> Advanced:
    service = service_of(session, world)
    correcting = replace(session, is_correcting=True)
    if name == "photo":
        if service.photo is not PhotoNeed.WANTED:
            return session, ()
        if not wants_photo(session, world):
            return go(correcting, Step.CONSENT_PHOTO, at), ()
        return look_into_camera(replace(correcting, photo=None), at), ()
    relevant = forms.relevant_questions(service, known_answers(session, world), world.today)
    if name not in {question.name for question in relevant}:
        return session, ()
    return ask(correcting, at, name), ()


_BACK = {
    Step.FOR_WHOM: Step.GUIDE,
    Step.CARD_NOTICE: Step.FOR_WHOM,
    Step.CONSENT_PHOTO: Step.CONSENT_DATA,
    Step.SIGN: Step.REVIEW,
}


def _back(session: Session, at: Moment, world: World) -> Advanced | None:
    match session.step:
        case Step.GUIDE:
            return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
        case Step.CONSENT_DATA:
            return _forget_person(session, at), ()
        case Step.CONSENT_PHOTO if session.is_correcting:
            return _back_to_review(session, at)
        case Step.QUESTION:
            return _back_from_question(session, at, world)
        case Step.PHOTO if session.is_correcting:
            return _back_to_review(session, at)
        case Step.PHOTO:
            return _last_question(session, at, world), ()
        case Step.REVIEW if wants_photo(session, world):
            return look_into_camera(session, at), ()
        case Step.REVIEW:
            return _last_question(session, at, world), ()
        case step if step in _BACK:
            return go(session, _BACK[step], at), ()
        case _:
            return None


def _forget_person(session: Session, at: Moment) -> Session:
    """Go back before the card; the next card may be somebody else's, so nothing said stays."""
    return go(
        for_others.anew(session),
        Step.CARD_NOTICE,
        at,
        failed_reads=0,
        is_failure_counted=False,
        answers=(),
        photo=None,
        shots=(),
        photo_missing=None,
    )


def _back_to_review(session: Session, at: Moment) -> Advanced:
    """Leave a correction: without a new photo an attendant checks."""
    missing = session.photo_missing
    if session.photo is None and missing is None:
        missing = PhotoMissing.NOT_WANTED
    return go(session, Step.REVIEW, at, is_correcting=False, photo_missing=missing), ()


def _back_from_question(session: Session, at: Moment, world: World) -> Advanced:
    if session.is_correcting:
        return go(session, Step.REVIEW, at, is_correcting=False), ()
    service = service_of(session, world)
    answers = known_answers(session, world)
    before = forms.previous_question(service, answers, session.question, world.today)
    if before is not None:
        return ask(session, at, before.name), ()
    return _last_consent(session, at, world), ()


def _last_consent(session: Session, at: Moment, world: World) -> Session:
    is_wanted = service_of(session, world).photo is PhotoNeed.WANTED
    return go(session, Step.CONSENT_PHOTO if is_wanted else Step.CONSENT_DATA, at)


def _last_question(session: Session, at: Moment, world: World) -> Session:
    service = service_of(session, world)
    relevant = forms.relevant_questions(service, known_answers(session, world), world.today)
    if not relevant:
        return _last_consent(session, at, world)
    return ask(session, at, relevant[-1].name)


__all__ = ["advance", "known_answers", "may_take_photo", "seal", "service_of", "without_lifted"]
