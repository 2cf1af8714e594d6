"""From one question to the next, and from the last one on to the photo or the review."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue import forms
from kiosk.catalogue.service import PhotoNeed, Service
from kiosk.clock import Moment
from kiosk.domain import Purpose
from kiosk.flow import comparing
from kiosk.flow.moves import Advanced, go, stay
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World


def service_of(session: Session, world: World) -> Service:
    """Return the visit's service; the catalogue does not change during a visit."""
    service = world.service(session.service_id)
    if service is None:
        raise KeyError(session.service_id)
    return service


def known_answers(session: Session, world: World) -> dict[str, str]:
    """Return the answers together with what the card and the calendar tell."""
    return forms.facts(session.person, world.today) | dict(session.answers)


def answer(session: Session, at: Moment, name: str, raw: str, world: World) -> Advanced:
    """Take in one answer: on to the next question, or say what is wrong with it."""
    service = service_of(session, world)
    question = service.question(name)
    if question is None or name != session.question:
        return session, ()
    checked = forms.check(question, raw, _counting_answers(session, world), world.today)
    if isinstance(checked, forms.Problem):
        return stay(session, question_problem=checked, question_draft=raw)
    others = tuple(pair for pair in session.answers if pair[0] != name)
    session = replace(session, answers=(*others, (name, checked.value)))
    answers = known_answers(session, world)
    if session.is_correcting:
        return next_question(session, at, world)
    relevant = forms.relevant_questions(service, answers, world.today)
    names = [q.name for q in relevant]
    # At midnight a question can cease to be relevant while somebody answers it.
    after = names[names.index(name) + 1 :] if name in names else []
    # What was said in an earlier application of the visit is not asked again.
    after = [it for it in after if not session.earlier.says(it, session.answer(it))]
    if after:
        return ask(session, at, after[0]), ()
    return next_question(session, at, world)


def next_question(session: Session, at: Moment, world: World) -> Advanced:
    """Go to the first question that is still open, else on to the photo."""
    name = open_question(session, world)
    if name is None:
        return _after_questions(session, at, world)
    return ask(session, at, name), ()


def open_question(session: Session, world: World) -> str | None:
    """Return the first question without an answer, or with one that will not do any more because
    of what was answered later; None when all is said.
    """
    service, answers = service_of(session, world), known_answers(session, world)
    counting = _counting_answers(session, world)
    for question in forms.relevant_questions(service, answers, world.today):
        if question.name not in answers:
            return question.name
        checked = forms.check(question, answers[question.name], counting, world.today)
        if isinstance(checked, forms.Problem):
            return question.name
    return None


def _counting_answers(session: Session, world: World) -> dict[str, str]:
    """Return the facts and the answers to relevant questions: what a constraint may look at."""
    service, answers = service_of(session, world), known_answers(session, world)
    effective = forms.effective_answers(service, answers, world.today)
    return forms.facts(session.person, world.today) | dict(effective)


def ask(session: Session, at: Moment, name: str) -> Session:
    """Go to a question."""
    return go(session, Step.QUESTION, at, question=name, question_problem=None, question_draft="")


def _after_questions(session: Session, at: Moment, world: World) -> Advanced:
    is_from_before = session.earlier.is_photo(session.photo)
    is_done = is_from_before and not comparing.is_due(session, world)
    if session.is_correcting or is_done or not wants_photo(session, world):
        return go(session, Step.REVIEW, at, is_correcting=False), ()
    return look_into_camera(session, at), ()


def wants_photo(session: Session, world: World) -> bool:
    """Say whether a face photo is to be taken: the service wants one and the resident agreed."""
    service = service_of(session, world)
    return service.photo is PhotoNeed.WANTED and session.consent(Purpose.FACE_PHOTO) is True


def look_into_camera(session: Session, at: Moment) -> Session:
    """Go to the photo, where the camera says anew what it sees."""
    return go(session, Step.PHOTO, at, advice=(), is_face_judged=True, camera_is_gone=False)
