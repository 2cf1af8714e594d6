"""Something else in the same visit: another application of the same person, nothing asked twice.

Offered once an application is stored, to whoever applies for themselves and still has the card on
the reader. Each application is whole on its own: number, receipt, consents, signature. What goes on
to the next one is in `kiosk.flow.earlier`.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue import forms
from kiosk.catalogue.service import PhotoNeed, Question, QuestionType, Service
from kiosk.clock import Moment
from kiosk.domain import IdentityAssurance, Purpose
from kiosk.flow import comparing, face_check, for_others, ladder, papers, visit
from kiosk.flow import events as ev
from kiosk.flow.earlier import Earlier
from kiosk.flow.effects import JournalEvent, WriteJournal
from kiosk.flow.face_state import FaceState
from kiosk.flow.moves import Advanced, empty_session, end_visit, go, stay
from kiosk.flow.session import PhotoMissing, ReceiptState, Session, Step
from kiosk.flow.world import World
from kiosk.photos import Photo
from kiosk.ports.card_reader import Presence

_BETWEEN = frozenset({Step.ANOTHER, Step.GUIDE})
"""Where nothing of the next application is said yet."""


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of what is only so after an earlier application; None: the other parts do."""
    if not session.earlier:
        return None
    match session.step, event:
        case Step.ANOTHER, ev.ServiceChosen(at, session_id, service_id):
            return _chosen(session, at, session_id, service_id, world)
        case Step.ANOTHER, ev.Continued(at):
            return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
        case Step.GUIDE, ev.Continued(at):
            return _known_already(session, at, world)
        case Step.GUIDE, ev.WentBack(at):
            return go(session, Step.ANOTHER, at), ()
        case Step.CONSENT_DATA, ev.WentBack(at):
            return _unsaid(session, at, session.session_id, session.service_id, world), ()
        case Step.CONSENT_DATA, ev.Consented(_, Purpose.DATA):
            return visit.advance(_with_answers(session, world), event, world)
        case Step.CONSENT_PHOTO, ev.Consented(_, Purpose.FACE_PHOTO):
            return face_check.advance(_with_photo(session, world), event, world)
        case Step.CONSENT_COMPARISON, ev.Consented(_, Purpose.FACE_COMPARISON):
            return face_check.advance(_with_comparison(session), event, world)
        case _:
            return None


def kept(session: Session, world: World) -> Earlier:
    """Return what is still needed once an application is stored: nothing, where nothing else can
    be applied for.
    """
    before, face = session.earlier, session.face
    done = Earlier((*before.done, session.service_id))
    services = offers(replace(session, earlier=done), world)
    if not services or _is_card_gone(session, session.card_presence):
        return Earlier()
    photos = tuple(
        photo
        for photo in _photos(session)
        if any(_takes_photo(service, photo, world) for service in services)
    )
    result, compared = face.result, face.photo_sha256
    if result is None and not _asks_to_compare(session, world):
        result, compared = before.comparison, before.compared
    is_held = result is not None and any(photo.sha256 == compared for photo in photos)
    uses_portrait = any(_uses_portrait(service) for service in services)
    return replace(
        done,
        photos=photos,
        portrait=face.portrait if uses_portrait else b"",
        comparison=result if is_held and uses_portrait else None,
        compared=compared if is_held and uses_portrait else b"",
        misses=face.misses,
        card_pictures=session.card_pictures,
        answers=_kept_answers(session, services, world),
    )


def offers(session: Session, world: World) -> tuple[Service, ...]:
    """Return what else this person may apply for now, by how it is known who they are.

    Nothing for whoever applied for somebody else, and nothing on a voucher's word, which was given
    for one application.
    """
    identity, earlier = session.identity, session.earlier
    if identity is None or not earlier or not world.takes_applications:
        return ()
    if session.is_on_behalf or identity.assurance is IdentityAssurance.VOUCHED:
        return ()
    return tuple(
        service
        for service in world.services
        if service.service_id not in earlier.done
        and (identity.is_by_chip or service.accepts(identity.assurance))
    )


def offered(session: Session, at: Moment, world: World) -> Advanced:
    """Go on after the rating: ask whether there is something else, or end the visit."""
    if not offers(session, world):
        return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
    return go(session, Step.ANOTHER, at), ()


def card_gone(session: Session, at: Moment, presence: Presence, world: World) -> Advanced | None:
    """Forget the person between two applications once their card is taken; None: it does not
    matter here.
    """
    if not session.earlier or not _is_card_gone(session, presence):
        return None
    if session.step in {Step.RECEIVED, Step.RATING}:
        return stay(session, earlier=Earlier())
    if session.step in _BETWEEN:
        return end_visit(session, world, at, JournalEvent.VISIT_ENDED)
    return None


def _is_card_gone(session: Session, presence: Presence) -> bool:
    is_by_chip = session.identity is not None and session.identity.is_by_chip
    return is_by_chip and presence is Presence.ABSENT


def is_printing(session: Session) -> bool:
    """Say whether a paper is not out yet: it belongs to the id of its own application."""
    return session.receipt is ReceiptState.PRINTING or papers.is_printing(session)


def _chosen(
    session: Session, at: Moment, session_id: str, service_id: str, world: World
) -> Advanced:
    if is_printing(session) or service_id not in {it.service_id for it in offers(session, world)}:
        return session, ()
    line = WriteJournal(JournalEvent.ANOTHER_STARTED, (("service", service_id),))
    return _unsaid(session, at, session_id, service_id, world), (line,)


def _unsaid(
    session: Session, at: Moment, session_id: str, service_id: str, world: World
) -> Session:
    """Return the next application before anything was said in it: the person alone is known."""
    earlier = session.earlier
    begun = replace(
        empty_session(world),
        display=session.display,
        session_id=session_id,
        started_at=at.at,
        service_id=service_id,
        person=session.person,
        identity=session.identity,
        card_pictures=earlier.card_pictures,
        face=FaceState(earlier.portrait, misses=session.face.misses or earlier.misses),
        card_presence=session.card_presence,
        is_camera_low=session.is_camera_low,
        pictures_ordered=session.pictures_ordered,
        helper=session.helper,
        earlier=earlier,
        last_touch_s=at.monotonic_s,
    )
    return go(begun, Step.GUIDE, at)


def _known_already(session: Session, at: Moment, world: World) -> Advanced:
    """Go on to what is agreed to; somebody on duty looks first where this service wants it."""
    if comparing.is_identified(session, world) or comparing.may_match(session, world):
        return for_others.identified(session, at)
    return ladder.ask_witness(session, at), ()


def _with_answers(session: Session, world: World) -> Session:
    """Return the session with what was said to the same questions before, as far as it will do."""
    service = world.service(session.service_id)
    if service is None:
        return session
    said = dict(session.answers)
    facts = forms.facts(session.person, world.today)
    for before, value in session.earlier.answers:
        question = service.question(before.name)
        if question is None or not _asks(service, before) or before.name in said:
            continue
        if isinstance(forms.check(question, value, facts | said, world.today), forms.Accepted):
            said[question.name] = value
    return replace(session, answers=tuple(said.items()))


def _with_photo(session: Session, world: World) -> Session:
    service = world.service(session.service_id)
    if service is None or session.photo is not None:
        return session
    photo = session.earlier.photo(world.photo_format(service))
    if photo is None or not _takes_photo(service, photo, world):
        return session
    if session.is_correcting:  # whoever opens it from the review wants to be asked for a new one
        return session
    return replace(session, photo=photo)


def _with_comparison(session: Session) -> Session:
    earlier, photo = session.earlier, session.photo
    if photo is None or earlier.comparison is None or photo.sha256 != earlier.compared:
        return session
    face = replace(session.face, result=earlier.comparison, photo_sha256=photo.sha256)
    return replace(session, face=face)


def _photos(session: Session) -> tuple[Photo, ...]:
    """Return the photos that may go on: none where one was refused."""
    photo, before = session.photo, session.earlier.photos
    if photo is not None:
        return (*(it for it in before if it.format_id != photo.format_id), photo)
    # Nobody refused: what was agreed to before still holds.
    is_nobodys_will = session.photo_missing in {PhotoMissing.NOT_NEEDED, PhotoMissing.NO_CAMERA}
    return before if is_nobodys_will else ()


def _takes_photo(service: Service, photo: Photo, world: World) -> bool:
    """Say whether this photo from before will do: a portrait of the very format that is wanted."""
    is_wanted = service.photo is PhotoNeed.WANTED and not service.fresh_photo
    return is_wanted and photo.format_id == world.photo_format(service)


def _asks_to_compare(session: Session, world: World) -> bool:
    service = world.service(session.service_id)
    return service is not None and bool(service.consent_comparison)


def _uses_portrait(service: Service) -> bool:
    is_looked_at = not service.accepts(IdentityAssurance.CARD_READ)
    return service.keeps_card_portrait or is_looked_at or bool(service.consent_comparison)


def _kept_answers(
    session: Session, services: tuple[Service, ...], world: World
) -> tuple[tuple[Question, str], ...]:
    """Return the answers that went with the application, and those from before it, as far as one of
    these services asks the same.
    """
    said = {question.name: (question, value) for question, value in session.earlier.answers}
    service = world.service(session.service_id)
    if service is not None:
        answers = forms.facts(session.person, world.today) | dict(session.answers)
        for name, value in forms.effective_answers(service, answers, world.today):
            question = service.question(name)
            if question is not None and value:
                said[name] = (question, value)
    return tuple(
        (question, value)
        for question, value in said.values()
        if any(_asks(it, question) for it in services)
    )


def _asks(service: Service, question: Question) -> bool:
    """Say whether a service asks this too: same name, type, words and choices."""
    other = service.question(question.name)
    if other is None or question.kind in {QuestionType.NOTE, QuestionType.HIDDEN}:
        return False
    is_alike = other.kind is question.kind and other.choices == question.choices
    return is_alike and other.label == question.label
