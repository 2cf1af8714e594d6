"""A passport or travel permit: how its lines get in, each part typed, the picture, the reader."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow import documents
from kiosk.flow.document_try import (
    LONGEST_ACCESS,
    LONGEST_NUMBER,
    DocumentPart,
    DocumentTry,
    DocumentWay,
)
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.photo import PhotoView
from ui.views.question import AnswerKind, DateWords, date_words

_KINDS = {
    DocumentPart.NUMBER: AnswerKind.LETTERS,
    DocumentPart.DIGIT: AnswerKind.DIGITS,
    DocumentPart.BIRTH: AnswerKind.DATE,
    DocumentPart.EXPIRY: AnswerKind.DATE,
    DocumentPart.ACCESS: AnswerKind.DIGITS,
}
_LONGEST = {
    DocumentPart.NUMBER: LONGEST_NUMBER,
    DocumentPart.DIGIT: 1,
    DocumentPart.ACCESS: LONGEST_ACCESS,
}


@dataclass(frozen=True, slots=True)
class WayView:
    """One way for what is printed to get in."""

    way: DocumentWay
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class DocumentWayView:
    """The ways that this machine has."""

    title: str
    line: str
    ways: tuple[WayView, ...]
    bar: Bar


@dataclass(frozen=True, slots=True)
class DocumentTypedView:
    """One part of what is printed; `draft` is what was typed before, a `problem` says what does not
    fit about it.
    """

    part: DocumentPart
    title: str
    hint: str
    problem: str
    draft: str
    kind: AnswerKind
    longest: int
    dates: DateWords
    erase: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class DocumentReadView:
    """The document is to lie on the reader, or does; `leads_on`: the tile goes on without its chip,
    else it calls somebody.
    """

    title: str
    line: str
    problem: str
    progress: str
    """What is being done, while it is; "" while nothing is."""
    is_reader_gone: bool
    other_title: str
    other_line: str
    leads_on: bool
    bar: Bar


def document_way_view(_session: Session, world: World, texts: Texts) -> DocumentWayView:
    """Return how the machine can get to know what is printed in the document."""
    ways = world.documents
    has = {
        DocumentWay.CAMERA: ways is not None and ways.reads_lines,
        DocumentWay.TYPED: True,
        DocumentWay.ACCESS: ways is not None and ways.reads_chip,
    }
    return DocumentWayView(
        title=texts.say("document.way.title"),
        line=texts.say("document.way.line"),
        ways=tuple(
            WayView(way, texts.say(f"document.way.{way}"), texts.say(f"document.way.{way}_line"))
            for way, is_there in has.items()
            if is_there
        ),
        bar=Bar(texts.say("bar.back")),
    )


def document_typed_view(session: Session, _world: World, texts: Texts) -> DocumentTypedView:
    """Return the question for one part, and what does not fit about what was typed."""
    document = session.document or DocumentTry()
    part = document.part
    hint = texts.say(f"document.typed.{part}_hint")
    if document.problem == "number_check":
        hint = texts.say("document.typed.insist")
    problem = texts.say(f"document.typed.{document.problem}") if document.problem else ""
    return DocumentTypedView(
        part=part,
        title=texts.say(f"document.typed.{part}"),
        hint=hint,
        problem=problem,
        draft=document.value(part),
        kind=_KINDS[part],
        longest=_LONGEST.get(part, 0),
        dates=date_words(texts),
        erase=texts.say("pad.erase"),
        bar=Bar(texts.say("bar.back"), texts.say("bar.next")),
    )


def document_picture_view(session: Session, world: World, texts: Texts) -> PhotoView:
    """Return what is said while the page with the lines is held before the camera."""
    unseen = None if session.document is None else session.document.unseen
    is_gone = session.camera_is_gone
    problem = "" if unseen is None else texts.say(f"document.picture.{unseen}")
    if session.is_taking_photo:
        problem = ""
    return PhotoView(
        title=texts.say("document.picture.title"),
        line=texts.say("document.picture.gone_line" if is_gone else "document.picture.line"),
        problem=texts.say("photo.gone_title") if is_gone else problem,
        caption=texts.say("document.picture.reading") if session.is_taking_photo else "",
        starting="" if is_gone else texts.say("photo.starting"),
        is_good=True,
        picture=texts.say("document.picture.name"),
        photo=None,
        decline=texts.say("document.picture.decline"),
        decline_line=texts.say("document.picture.decline_line"),
        opens_at_s=session.step_since_s + world.rules.advice_patience_s,
        bar=Bar(
            texts.say("bar.back"),
            "" if is_gone else texts.say("document.picture.shutter"),
            is_next_open=not session.is_taking_photo,
        ),
    )


def document_read_view(session: Session, world: World, texts: Texts) -> DocumentReadView:
    """Return what is said while the document is to lie on the reader."""
    say, document = texts.say, session.document or DocumentTry()
    reads_chip = world.documents is not None and world.documents.reads_chip
    leads_on = documents.may_go_without_chip(session, world)
    is_possible = documents.without_chip_is_accepted(session, world)
    problem = _read_problem(session, document, texts)
    is_lying = session.card_presence is Presence.PRESENT
    is_reading = document.key is not None and is_lying and not problem
    if not reads_chip:
        title, line = say("document.read.no_reader"), say("document.read.no_reader_line")
    elif is_reading:
        title, line = say("document.read.reading"), say("document.read.reading_line")
    else:
        title, line = say("document.read.title"), say("document.read.line")
    if is_possible:
        other = say("document.read.without")
        other_line = say("document.read.without_line" if leads_on else "document.read.nobody")
    else:
        other = say("card.other")
        other_line = say("card.other_line", phone=world.site.phone)
    return DocumentReadView(
        title=title,
        line="" if problem else line,
        problem=problem,
        progress=say("document.read.progress") if is_reading else "",
        is_reader_gone=session.reader_is_gone or not reads_chip,
        other_title=other,
        other_line=other_line,
        leads_on=leads_on,
        bar=Bar(say("bar.back"), say("document.read.again") if document.is_key_wrong else ""),
    )


def _read_problem(session: Session, document: DocumentTry, texts: Texts) -> str:
    if session.reader_is_gone:
        return texts.say("document.read.reader_gone")
    if document.is_key_wrong:
        return texts.say("document.read.wrong_key")
    if session.card_problem is None:
        return ""
    own = f"document.read.{session.card_problem}"
    return texts.say(own if texts.has(own) else f"card.problems.{session.card_problem}")
