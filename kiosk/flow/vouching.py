"""The lowest rung: nothing can be shown, and somebody with a card of their own vouches.

The voucher is identified by the chip of their card, says what they are to this person and since
when they know them, and states it; somebody on duty witnesses it with their own PIN. Nothing of
the voucher stays in the visit but what goes with the application.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from kiosk.catalogue import forms
from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.catalogue.service import NO_WORDS, Question, QuestionType
from kiosk.clock import Moment
from kiosk.domain import Consent, IdentityAssurance, KnownFor, Person, Purpose, Standing, Voucher
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, WriteJournal
from kiosk.flow.for_others import is_applicant, same_card
from kiosk.flow.moves import Advanced, forgotten, go, stay
from kiosk.flow.session import Session, Step, Vouching
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence

STANDING, KNOWN_FOR, BIRTH = "standing", "known_for", "birth_date"
"""What the questions are called."""
TEXT_VERSION = "2026-11"
"""Of the voucher's statement in the texts; a new one whenever its words change."""
_BIRTH = Question(BIRTH, QuestionType.DATE, NO_WORDS)
_Said = TypeVar("_Said", bound=StrEnum)


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of vouching; None: not one of these."""
    match session.step, event:
        case Step.OTHER_WAY, ev.VouchingChosen(at) if may_vouch(session, world):
            return go(forgotten(session), Step.VOUCH_NOTICE, at), ()
        case Step.VOUCH_NOTICE, ev.Continued(at):
            return _to_card(session, at), ()
        case Step.VOUCHER_CARD, _:
            return _card(session, event)
        case ((Step.VOUCHER_STANDING | Step.VOUCHER_KNOWN_FOR), ev.Answered(at, name, raw)):
            return _answered(session, at, name, raw, world)
        case Step.VOUCHED_NUMBER, ev.NumberTyped(at, number):
            return _numbered(session, at, number, world)
        case Step.VOUCHED_BIRTH, ev.Answered(at, name, raw) if name == BIRTH:
            return _born(session, at, raw, world)
        case Step.VOUCHER_STATES, (ev.Consented() | ev.Refused()):
            return _stated(session, event)
        case _, ev.WentBack(at):
            return _back(session, at, world)
        case _:
            return None


def is_accepted(session: Session, world: World) -> bool:
    """Say whether the service takes somebody's word for who the resident is."""
    service = world.service(session.service_id)
    return service is not None and IdentityAssurance.VOUCHED.suffices(service.least_identity)


def may_vouch(session: Session, world: World) -> bool:
    """Say whether it may be done now: somebody on duty has to witness it."""
    return world.duty is not None and is_accepted(session, world)


def voucher_of(session: Session) -> Voucher | None:
    """Return who vouches, once all is said; None before."""
    it = session.vouching
    if it.card is None or it.standing is None or it.known_for is None or it.statement is None:
        return None
    card = it.card
    return Voucher(
        card.document_type, card.document_number, card.full_name, it.standing, it.known_for
    )


def _to_card(session: Session, at: Moment) -> Session:
    waiting = replace(forgotten(session), card_problem=None, reader_is_gone=False)
    return go(waiting, Step.VOUCHER_CARD, at)


def _card(session: Session, event: ev.Event) -> Advanced | None:
    match event:
        case ev.CardRead(at, person, _) if is_applicant(session, person):
            return same_card(session, at), ()  # nobody vouches for whom they apply for
        case ev.CardRead(at, person, _):
            read = replace(
                forgotten(session),
                vouching=Vouching(card=person),
                card_presence=Presence.PRESENT,
                card_problem=None,
                reader_is_gone=False,
                question_problem=None,
                last_touch_s=at.monotonic_s,
            )
            return go(read, Step.VOUCHER_STANDING, at), ()
        case ev.CardUnreadable(at, reason):
            if reason is session.card_problem:
                return session, ()
            touched_s = at.monotonic_s
            unreadable = replace(session, card_problem=reason, last_touch_s=touched_s)
            fields = (("reason", reason.value),)
            return replace(unreadable, reader_is_gone=False), (
                WriteJournal(JournalEvent.CARD_UNREADABLE, fields),
            )
        case ev.ReaderGone():
            return stay(session, reader_is_gone=True)
        case ev.WentBack(at):
            return go(forgotten(session), Step.VOUCH_NOTICE, at, card_problem=None), ()
        case _:
            return None


def _answered(session: Session, at: Moment, name: str, raw: str, world: World) -> Advanced:
    if (session.step, name) == (Step.VOUCHER_STANDING, STANDING):
        standing = _one_of(Standing, raw)
        if standing is None:
            return _unanswered(session)
        said = replace(session.vouching, standing=standing)
        return go(_with(session, said), Step.VOUCHER_KNOWN_FOR, at), ()
    if (session.step, name) == (Step.VOUCHER_KNOWN_FOR, KNOWN_FOR):
        known_for = _one_of(KnownFor, raw)
        if known_for is None:
            return _unanswered(session)
        said = replace(session.vouching, known_for=known_for)
        step = Step.VOUCHED_BIRTH if world.number_rule is None else Step.VOUCHED_NUMBER
        return go(_with(session, said), step, at, tried_number=""), ()
    return session, ()


def _numbered(session: Session, at: Moment, number: str, world: World) -> Advanced:
    """Take the number of whom is vouched for; none is as good: there is nothing to copy it from."""
    rule = world.number_rule
    nobody = replace(session, tried_number="", is_number_doubtful=False, person=None)
    if not number or rule is None:
        return go(nobody, Step.VOUCHED_BIRTH, at), ()
    problem = rule.problem(number, world.today)
    is_insisted = number == session.tried_number and len(number) == rule.length
    person = rule.person(number) if problem is None or is_insisted else None
    if person is None or is_somebody_known(session, person):
        return stay(session, tried_number=number)
    typed = replace(nobody, person=person, is_number_doubtful=problem is not None)
    step = Step.VOUCHED_BIRTH if person.birth_date is None else Step.VOUCHER_STATES
    return go(typed, step, at), ()


def is_somebody_known(session: Session, person: Person) -> bool:
    """Say whether this is the number of the voucher or the applicant, and not of a third person."""
    card = session.vouching.card
    is_voucher = card is not None and card.document_number == person.document_number
    return is_voucher or is_applicant(session, person)


def _born(session: Session, at: Moment, raw: str, world: World) -> Advanced:
    """Take the day of birth, which may be left empty too."""
    checked = forms.check(_BIRTH, raw, {}, world.today)
    if isinstance(checked, Problem):
        return stay(session, question_problem=checked, question_draft=raw)
    born = date.fromisoformat(checked.value) if checked.value else None
    if born is not None and born > world.today:
        problem = Problem(ProblemKind.NOT_A_DATE)
        return stay(session, question_problem=problem, question_draft=raw)
    person = session.person or Person(document_type="", document_number="", full_name="")
    known = replace(session, person=replace(person, birth_date=born), question_draft="")
    return go(replace(known, question_problem=None), Step.VOUCHER_STATES, at), ()


def _stated(session: Session, event: ev.Consented | ev.Refused) -> Advanced:
    if event.purpose is not Purpose.VOUCHING:
        return session, ()
    if isinstance(event, ev.Refused):  # nothing of them stays
        return go(forgotten(session), Step.OTHER_WAY, event.at), ()
    statement = Consent(
        Purpose.VOUCHING, True, event.text_version, session.display.language, event.at.at
    )
    said = replace(session.vouching, statement=statement)
    unchecked = {"is_witness_checked": False, "witness_problem": "", "witness_wait_s": 0}
    return go(_with(session, said), Step.WITNESS, event.at, **unchecked), ()


def _back(session: Session, at: Moment, world: World) -> Advanced | None:
    said = session.vouching
    match session.step:
        case Step.VOUCH_NOTICE:
            return go(forgotten(session), Step.OTHER_WAY, at), ()
        case Step.VOUCHER_STANDING:
            return _to_card(session, at), ()
        case Step.VOUCHER_KNOWN_FOR:
            return go(_with(session, said), Step.VOUCHER_STANDING, at), ()
        case Step.VOUCHED_NUMBER:
            return go(_with(session, said), Step.VOUCHER_KNOWN_FOR, at), ()
        case Step.VOUCHER_STATES if (
            session.person is not None and not session.person.document_number
        ):
            born = session.person.birth_date  # without a number the day was asked for
            draft = "" if born is None else born.isoformat()
            asked = replace(_with(session, said), person=None, question_draft=draft)
            return go(asked, Step.VOUCHED_BIRTH, at), ()
        case Step.VOUCHED_BIRTH | Step.VOUCHER_STATES:
            is_numbered = world.number_rule is not None
            step = Step.VOUCHED_NUMBER if is_numbered else Step.VOUCHER_KNOWN_FOR
            asked = replace(_with(session, said), person=None, tried_number="")
            return go(asked, step, at), ()
        case Step.WITNESS if said.statement is not None:
            unsaid = _with(session, replace(said, statement=None))
            unasked = {"is_witness_checked": False, "witness_problem": "", "witness_wait_s": 0}
            return go(unsaid, Step.VOUCHER_STATES, at, **unasked), ()
        case _:
            return None


def _with(session: Session, said: Vouching) -> Session:
    return replace(session, vouching=said, question_problem=None, question_draft="")


def _unanswered(session: Session) -> Advanced:
    return stay(session, question_problem=Problem(ProblemKind.REQUIRED))


def _one_of(kind: type[_Said], raw: str) -> _Said | None:
    return kind(raw) if raw in set(kind) else None
