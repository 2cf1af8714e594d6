"""The review: everything that will be sent, masked until held, each with its way to change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kiosk.catalogue.forms import effective_answers, facts
from kiosk.catalogue.service import Question, QuestionType, Service
from kiosk.domain import (
    MASK,
    Identity,
    IdentityAssurance,
    Person,
    mask_name,
    mask_number,
)
from kiosk.flow.paper_step import CORRECTS
from kiosk.flow.session import PhotoMissing, Session
from kiosk.flow.world import World
from kiosk.photos import Photo
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.face_check import compared_words
from ui.views.pager import Pager, pager
from ui.views.paper import paper_rows
from ui.views.words import full_day_words

_LONG_NUMBER = 7
"""From this many digits on, a number tells who or what one is: a phone, an account."""
_ADDRESS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One thing that will be sent; `corrects` is what `Corrected` names, "" if it is fixed."""

    label: str
    shown: str
    whole: str = field(repr=False)
    """What it really says, shown while the resident holds the button."""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The whole application, to be looked over."""

    title: str
    line: str
    rows: tuple[ReviewRow, ...]
    photo: Photo | None = field(repr=False)
    change: str
    hold: str
    pager: Pager
    bar: Bar


def review_view(session: Session, world: World, texts: Texts) -> ReviewView:
    """Return what is to be looked over."""
    service = world.service(session.service_id)
    rows: list[ReviewRow] = []
    is_other = session.applicant is not None
    if session.applicant is not None and session.relation is not None:
        vouched = is_vouched(session.applicant.identity)
        rows += card_rows(session.applicant.person, texts, "others.review.my", is_vouched=vouched)
        rows.append(identity_row(session.applicant.identity, texts))
        rows += _along("card_pictures", texts) if session.applicant.card_pictures else []
        said = texts.say(f"others.relation.{session.relation}")
        rows.append(ReviewRow(texts.say("others.review.for"), said, said))
    if session.person is not None:
        labels = "others.review.their" if is_other else "review"
        rows += card_rows(session.person, texts, labels, is_vouched=is_vouched(session.identity))
    if session.identity is not None:
        label = "others.review.their.identity" if is_other else "identity.label"
        rows.append(identity_row(session.identity, texts, label))
        rows += _comparison_rows(session.identity, texts)
    rows += _along("card_pictures", texts) if session.card_pictures else []
    if service is not None and service.keeps_card_portrait and session.face.portrait:
        rows += _along("portrait", texts)
    if service is not None:
        rows += _answer_rows(service, session, world, texts)
    rows += [
        ReviewRow(name, said, said, CORRECTS + paper_id)
        for paper_id, name, said in paper_rows(session, world, texts)
    ]
    rows += _photo_rows(session, texts)
    return ReviewView(
        title=texts.say("review.title"),
        line=texts.say("review.line"),
        rows=tuple(rows),
        photo=session.photo,
        change=texts.say("review.change"),
        hold=texts.say("review.hold"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("review.go_on")),
    )


def is_vouched(identity: Identity | None) -> bool:
    """Say whether there was no card for the office to read a name from."""
    return identity is not None and identity.voucher is not None


def card_rows(
    person: Person, texts: Texts, labels: str, *, is_vouched: bool = False
) -> list[ReviewRow]:
    """Return what is known of somebody; `labels` is where the names of the rows stand."""
    unknown = texts.say("vouching.name" if is_vouched else "review.name_by_office")
    rows = [ReviewRow(texts.say(f"{labels}.name"), *_name(person, unknown))]
    number = person.document_number
    if number:
        rows.append(ReviewRow(texts.say(f"{labels}.number"), mask_number(number), number))
    elif person.birth_date is not None:
        said = full_day_words(person.birth_date, texts)
        rows.append(ReviewRow(texts.say("vouching.born"), said, said))
    if person.address:
        kept = min(_ADDRESS_SHOWN, len(person.address) // 2)
        shown = person.address[:kept] + MASK * 4
        rows.append(ReviewRow(texts.say(f"{labels}.address"), shown, person.address))
    return rows


def _name(person: Person, unknown: str) -> tuple[str, str]:
    """Return the name masked and whole; a typed number comes without, and the office adds it."""
    if not person.full_name:
        return unknown, unknown
    return mask_name(person.full_name), person.full_name


def identity_row(identity: Identity, texts: Texts, label: str = "identity.label") -> ReviewRow:
    """Return how somebody is known; a voucher's name stays masked, whoever holds the button."""
    name = "" if identity.attendant is None else identity.attendant.name
    voucher = "" if identity.voucher is None else mask_name(identity.voucher.full_name)
    said = texts.say(f"identity.{identity.assurance}", name=name, voucher=voucher)
    if identity.chip is not None:
        said += texts.say("identity.and") + texts.say(f"identity.chip.{identity.chip}")
    if identity.lines_from is not None and not identity.is_by_chip:
        said += texts.say("identity.and") + texts.say(f"identity.lines_from.{identity.lines_from}")
    return ReviewRow(texts.say(label), said, said)


def _comparison_rows(identity: Identity, texts: Texts) -> list[ReviewRow]:
    """Return what the office is told of a comparison that did not already make the rung."""
    result = identity.comparison
    if result is None or identity.assurance is IdentityAssurance.CARD_AND_FACE:
        return []
    said = compared_words(result, texts)
    return [ReviewRow(texts.say("face_check.told.label"), said, said)]


def _along(what: str, texts: Texts) -> list[ReviewRow]:
    """Return that a picture goes along which was seen before, or lies in the chip."""
    said = texts.say("review.goes_along")
    return [ReviewRow(texts.say(f"review.{what}"), said, said)]


def _answer_rows(service: Service, session: Session, world: World, texts: Texts) -> list[ReviewRow]:
    answers = facts(session.person, world.today) | dict(session.answers)
    rows = []
    for name, value in effective_answers(service, answers, world.today):
        question = service.question(name)
        if question is None:
            continue
        whole = _value_words(question, value, session, texts)
        is_private = value.isdecimal() and len(value) >= _LONG_NUMBER
        shown = mask_number(value) if is_private else whole
        label = question.label.say(session.display.language)
        rows.append(ReviewRow(label, shown, whole, name))
    return rows


def _value_words(question: Question, value: str, session: Session, texts: Texts) -> str:
    if value == "":
        return texts.say("review.empty")
    match question.kind:
        case QuestionType.SELECT_ONE:
            for choice in question.choices:
                if choice.name == value:
                    return choice.label.say(session.display.language)
            return value
        case QuestionType.DATE:
            return full_day_words(date.fromisoformat(value), texts)
        case _:
            return value


def _photo_rows(session: Session, texts: Texts) -> list[ReviewRow]:
    label = texts.say("review.photo")
    if session.photo is not None:
        is_from_before = session.earlier.is_photo(session.photo)
        said = texts.say("another.photo" if is_from_before else "review.photo_taken")
        return [ReviewRow(label, said, said, "photo")]
    if session.photo_missing in {None, PhotoMissing.NOT_NEEDED}:
        return []
    said = texts.say("review.photo_missing")
    return [ReviewRow(label, said, said, "photo")]
