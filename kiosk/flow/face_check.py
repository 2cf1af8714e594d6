"""Card and face: asked for on its own, compared by a program, and never the only way.

Whoever refuses, or is not matched, is not suspected of anything: they take the photo once more, or
somebody on duty compares card and face as ever, with the chip's portrait before their eyes.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.clock import Moment
from kiosk.domain import (
    ComparisonOutcome,
    Consent,
    FaceComparison,
    Purpose,
    StaffMember,
)
from kiosk.flow import comparing, ladder, visit
from kiosk.flow import events as ev
from kiosk.flow.effects import (
    CompareFaces,
    Effect,
    JournalEvent,
    PrepareComparison,
    PrepareLookUp,
    WriteJournal,
)
from kiosk.flow.moves import Advanced, go
from kiosk.flow.questions import (
    ask,
    look_into_camera,
    next_question,
    open_question,
    wants_photo,
)
from kiosk.flow.session import PhotoMissing, Session, Step
from kiosk.flow.world import World
from kiosk.photos import Photo


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of comparing card and face; None: the other parts do."""
    match session.step, event:
        case Step.CONSENT_PHOTO, (ev.Consented() | ev.Refused()):
            return _after_photo_consent(session, event, world)
        case Step.CONSENT_COMPARISON, (ev.Consented() | ev.Refused()):
            return _consent(session, event, world)
        case Step.CONSENT_COMPARISON, ev.WentBack(at):
            return go(session, Step.CONSENT_PHOTO, at), ()
        case Step.PHOTO, ev.Continued(at) if comparing.is_due(session, world):
            return _compare(session, at)
        case Step.PHOTO, ev.PhotoDeclined():
            return _declined(session, event, world)
        case Step.FACE_CHECK, _:
            return _check(session, event, world)
        case Step.REVIEW, ev.Continued(at) if _owes(session, world):
            return ladder.ask_witness(session, at), ()
        case Step.WITNESS, ev.WitnessAccepted(at, _, member) if session.is_witness_checked:
            return _pin_accepted(session, at, member, event, world)
        case ((Step.WITNESS | Step.WITNESS_LOOK), ev.WentBack(at)) if _is_late(session):
            return go(_unwitnessed(session), _before_witness(session), at), ()
        case Step.WITNESS_LOOK, _:
            return _look(session, event, world)
        case _:
            return None


def _owes(session: Session, world: World) -> bool:
    """Say whether a chip was read and does not suffice: nothing is signed before it does."""
    is_by_chip = session.identity is not None and session.identity.is_by_chip
    return is_by_chip and not comparing.is_identified(session, world)


def _is_late(session: Session) -> bool:
    """Say whether the witness is asked in the middle of a visit, not right after the card."""
    is_by_chip = session.identity is not None and session.identity.is_by_chip
    return is_by_chip and session.consent(Purpose.DATA) is True


def _after_photo_consent(
    session: Session, event: ev.Consented | ev.Refused, world: World
) -> Advanced | None:
    answered = visit.advance(session, event, world)
    if answered is None or answered[0].step is Step.CONSENT_PHOTO:
        return answered  # an answer to another question
    after, effects = answered
    if isinstance(event, ev.Consented):
        if not comparing.is_offered(after, world):
            return answered
        # Answered before, it is asked again: whoever comes back here thinks it over.
        return go(after, Step.CONSENT_COMPARISON, event.at), effects
    after = replace(after, consents=_without_comparison(after.consents))
    return _or_witness(after, event.at, effects, world)


def _consent(session: Session, event: ev.Consented | ev.Refused, world: World) -> Advanced:
    if event.purpose is not Purpose.FACE_COMPARISON:
        return session, ()
    is_given = isinstance(event, ev.Consented)
    consent = Consent(
        purpose=event.purpose,
        given=is_given,
        text_version=event.text_version,
        language=session.display.language,
        at=event.at.at,
    )
    consents = (*_without_comparison(session.consents), consent)
    # Of a comparison that is not agreed to any more nothing stays.
    face = session.face if is_given else replace(session.face, result=None, photo_sha256=b"")
    asked = comparing.settled(replace(session, consents=consents, face=face))
    if comparing.needs_attendant(asked, world):
        return ladder.ask_witness(asked, event.at), ()
    effects: tuple[Effect, ...] = (PrepareComparison(),) if is_given else ()
    if asked.is_correcting:
        return look_into_camera(asked, event.at), effects
    after, more = next_question(asked, event.at, world)
    return after, (*effects, *more)


def _without_comparison(consents: tuple[Consent, ...]) -> tuple[Consent, ...]:
    return tuple(it for it in consents if it.purpose is not Purpose.FACE_COMPARISON)


def _declined(session: Session, event: ev.PhotoDeclined, world: World) -> Advanced | None:
    answered = visit.advance(session, event, world)
    return None if answered is None else _or_witness(answered[0], event.at, answered[1], world)


def _or_witness(after: Session, at: Moment, effects: tuple[Effect, ...], world: World) -> Advanced:
    """Go where the visit goes, or first to somebody on duty where a comparison was what was
    missing.
    """
    after = comparing.settled(after)
    if comparing.needs_attendant(after, world):
        return ladder.ask_witness(after, at), effects
    return after, effects


def _compare(session: Session, at: Moment) -> Advanced:
    photo, face = session.photo, session.face
    assert isinstance(photo, Photo)
    running = replace(face, result=None, photo_sha256=photo.sha256, is_running=True)
    order = CompareFaces(
        session.session_id, face.portrait, photo.jpeg, photo.sha256, face.misses + 1
    )
    checked = go(session, Step.FACE_CHECK, at, face=running, is_correcting=False, shots=())
    return checked, (order,)


def _check(session: Session, event: ev.Event, world: World) -> Advanced | None:
    face = session.face
    match event:
        case ev.FacesCompared(at, _, sha256, comparison):
            if not face.is_running or sha256 != face.photo_sha256:
                return session, ()
            return _compared(session, at, comparison)
        case ev.WentBack(at):
            return go(session, Step.PHOTO, at, face=replace(face, is_running=False)), ()
        case ev.Touch() if face.is_running:
            return session, ()
        case ev.PhotoRetaken(at) if comparing.may_retake(session):
            return look_into_camera(replace(session, photo=None), at), ()
        case ev.OtherWayChosen(at):
            return ladder.ask_witness(session, at), ()
        case ev.Continued(at) if comparing.is_identified(session, world):
            return go(session, Step.REVIEW, at), ()
        case _:
            return None


def _compared(session: Session, at: Moment, comparison: FaceComparison) -> Advanced:
    is_match = comparison.outcome is ComparisonOutcome.MATCH
    face = replace(
        session.face,
        result=comparison,
        is_running=False,
        misses=session.face.misses + (0 if is_match else 1),
    )
    known = replace(session, face=face, last_touch_s=at.monotonic_s)
    fields = (
        ("outcome", comparison.outcome.value),
        ("why", "" if comparison.why_not is None else comparison.why_not.value),
    )
    journal = WriteJournal(JournalEvent.FACES_COMPARED, fields)
    if is_match:
        return go(known, Step.REVIEW, at), (journal,)
    return go(known, Step.FACE_CHECK, at), (journal,)


def _pin_accepted(
    session: Session, at: Moment, member: StaffMember, event: ev.WitnessAccepted, world: World
) -> Advanced | None:
    """Show the portrait to whoever is asked to compare; without one there is the card alone."""
    if not session.face.portrait:
        return _witnessed(session, event, world)
    looking = replace(session.face, witness=member)
    return go(session, Step.WITNESS_LOOK, at, face=looking, last_touch_s=at.monotonic_s), ()


def _look(session: Session, event: ev.Event, world: World) -> Advanced | None:
    match event, session.face.witness:
        case ev.Continued(at), StaffMember() as member:
            asked = replace(session, step=Step.WITNESS, face=replace(session.face, witness=None))
            said = ev.WitnessAccepted(at, session.session_id, member)
            return _witnessed(asked, said, world)
        case ev.WentBack(at), _:
            return ladder.advance(replace(_unwitnessed(session), step=Step.WITNESS), event, world)
        case _:
            return None


def _witnessed(session: Session, event: ev.WitnessAccepted, world: World) -> Advanced | None:
    """Have the ladder take the witness's word; in the middle of a visit it goes on where it was."""
    answered = ladder.advance(session, event, world)
    if answered is None or answered[0].step is Step.WITNESS or not _is_late(session):
        return answered
    after, effects = answered
    effects = tuple(it for it in effects if not isinstance(it, PrepareLookUp))
    return _resumed(after, event.at, world), effects


def _unwitnessed(session: Session) -> Session:
    face = replace(session.face, witness=None)
    return replace(
        session, face=face, is_witness_checked=False, witness_problem="", witness_wait_s=0
    )


def _resumed(session: Session, at: Moment, world: World) -> Session:
    """Return the visit where it goes on, once the attendant has done what was missing."""
    name = open_question(session, world)
    if name is not None:
        return ask(session, at, name)
    is_photographed = session.photo is not None or session.photo_missing is not None
    if wants_photo(session, world) and not is_photographed:
        return look_into_camera(session, at)
    return go(session, Step.REVIEW, at)


def _before_witness(session: Session) -> Step:
    """Return the screen that led to somebody on duty."""
    result = session.face.result
    if result is not None and result.outcome is not ComparisonOutcome.MATCH:
        return Step.FACE_CHECK
    if session.consent(Purpose.FACE_COMPARISON) is False:
        return Step.CONSENT_COMPARISON
    if session.photo_missing is PhotoMissing.CONSENT_REFUSED:
        return Step.CONSENT_PHOTO
    return Step.REVIEW
