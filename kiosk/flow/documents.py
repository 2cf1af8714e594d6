"""A passport or travel permit instead of a card: what is printed in it, then its chip.

A chip opens only with what is printed in the document. So that is seen by a camera or typed first,
then the document is laid down and left. Without a chip, somebody on duty is the witness, as for a
number that was typed.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.clock import Moment
from kiosk.domain import IdentityAssurance, LinesFrom
from kiosk.flow import document_events as de
from kiosk.flow import events as ev
from kiosk.flow import for_others, ladder, visit
from kiosk.flow.answers import LinesRead
from kiosk.flow.document_try import (
    DocumentPart,
    DocumentTry,
    DocumentWay,
    access_key,
    checked,
    cleaned,
    part_before,
    problem_of,
    seen,
)
from kiosk.flow.effects import JournalEvent, ReaderMode, ReadLines, WriteJournal
from kiosk.flow.moves import Advanced, forgotten, go, ordering, stay
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import DocumentKey, Presence, UnreadableReason
from kiosk.ports.line_reader import LinesSeen, LinesUnseen


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event of a visit with a travel document; None: not one of these."""
    if world.documents is None:
        return None
    match session.step, event:
        case Step.CARD, de.DocumentChosen(at):
            return _begin(session, at)
        case Step.CARD, ev.CardUnreadable(at, UnreadableReason.NEEDS_KEY):
            if session.card_problem is UnreadableReason.LIFT_FIRST:
                return session, ()  # gone back from, it still lies there
            return _begin(replace(session, last_touch_s=at.monotonic_s), at)
        case ((Step.DOCUMENT_WAY | Step.DOCUMENT_PICTURE), de.WayChosen(at, way)):
            return _choose(session, at, way, world)
        case Step.DOCUMENT_WAY, ev.WentBack(at):
            return _back_to_card(session, at), ()
        case Step.DOCUMENT_TYPED, _ if session.document is not None:
            return _type(session, session.document, event, world)
        case Step.DOCUMENT_PICTURE, _:
            return _picture(session, event, world)
        case Step.DOCUMENT_READ, _ if session.document is not None:
            return _read(session, session.document, event, world)
        case _:
            return None


def reader_wanted(session: Session) -> tuple[ReaderMode, DocumentKey | None]:
    """Say what the reader does while the document is to lie on it: nothing with a wrong key."""
    document = session.document
    if document is None or document.key is None:
        return ReaderMode.PRESENCE, None
    return ReaderMode.READ, document.key


def may_go_without_chip(session: Session, world: World) -> bool:
    """Say whether somebody on duty can be the witness instead of the chip now."""
    return world.duty is not None and without_chip_is_accepted(session, world)


def without_chip_is_accepted(session: Session, world: World) -> bool:
    """Say whether the service takes a document whose chip was not read."""
    service = world.service(session.service_id)
    return ladder.accepted(service, IdentityAssurance.TYPED_AND_ATTENDANT)


def _begin(session: Session, at: Moment) -> Advanced:
    changes = {"document": DocumentTry(), "card_problem": None, "camera_is_gone": False}
    return go(session, Step.DOCUMENT_WAY, at, **changes), ()


def _back_to_card(session: Session, at: Moment) -> Session:
    """Go back to the card's screen, which a document that still lies there would leave at once."""
    is_there = session.card_presence is Presence.PRESENT
    problem = UnreadableReason.LIFT_FIRST if is_there else None
    return go(forgotten(session), Step.CARD, at, card_problem=problem)


def _choose(session: Session, at: Moment, way: DocumentWay, world: World) -> Advanced:
    ways = world.documents
    match way:
        case DocumentWay.CAMERA if ways is not None and ways.reads_lines:
            return _to_picture(session, at), ()
        case DocumentWay.TYPED:
            return _ask(session, DocumentTry(), DocumentPart.NUMBER, at), ()
        case DocumentWay.ACCESS if ways is not None and ways.reads_chip:
            return _ask(session, DocumentTry(), DocumentPart.ACCESS, at), ()
        case _:
            return session, ()


def _to_picture(session: Session, at: Moment) -> Session:
    return go(
        session,
        Step.DOCUMENT_PICTURE,
        at,
        document=DocumentTry(lines_from=LinesFrom.CAMERA),
        is_taking_photo=False,
        camera_is_gone=False,
    )


def _ask(session: Session, document: DocumentTry, part: DocumentPart, at: Moment) -> Session:
    asked = replace(document, part=part, problem="")
    return go(session, Step.DOCUMENT_TYPED, at, document=asked, is_taking_photo=False)


def _type(session: Session, document: DocumentTry, event: ev.Event, world: World) -> Advanced:
    match event:
        case de.DocumentTyped(at, typed):
            text = cleaned(document.part, typed)
            problem = problem_of(document.part, text, world.today)
            if problem:
                return stay(session, document=replace(document, problem=problem))
            return _typed(session, document, at, text, world)
        case ev.WentBack(at):
            before = part_before(document.part)
            if before is None:
                return go(session, Step.DOCUMENT_WAY, at, document=DocumentTry()), ()
            return _ask(session, document, before, at), ()
        case _:
            return session, ()


def _typed(
    session: Session, document: DocumentTry, at: Moment, text: str, world: World
) -> Advanced:
    match document.part:
        case DocumentPart.NUMBER:
            told = replace(document, number=text)
            return _ask(session, told, DocumentPart.DIGIT, at), ()
        case DocumentPart.DIGIT:
            return _check_number(session, document, at, text)
        case DocumentPart.BIRTH:
            told = replace(document, birth=text)
            return _ask(session, told, DocumentPart.EXPIRY, at), ()
        case DocumentPart.EXPIRY:
            whole = replace(document, expiry=text)
            return _to_reader(session, replace(whole, key=whole.fields), at, world), ()
        case DocumentPart.ACCESS:
            opened = replace(document, access_number=text, key=access_key(text))
            return _to_reader(session, opened, at, world), ()


def _check_number(session: Session, document: DocumentTry, at: Moment, digit: str) -> Advanced:
    number = checked(document.number, digit)
    tried = document.number + digit
    if number is None and tried != document.tried:
        wrong = replace(
            document, digit=digit, tried=tried, part=DocumentPart.NUMBER, problem="number_check"
        )
        return go(session, Step.DOCUMENT_TYPED, at, document=wrong), ()
    if number not in (None, document.number) and tried != document.tried:
        # One reading in ten fits by chance: whoever typed it looks at it once more.
        shown = replace(
            document,
            number=number,
            digit=digit,
            tried=tried,
            part=DocumentPart.NUMBER,
            problem="repaired",
        )
        return go(session, Step.DOCUMENT_TYPED, at, document=shown), ()
    # Typed twice alike it may well stand so in the document: it is taken, and the office is told.
    told = replace(document, digit=digit, is_doubtful=number != document.number)
    return _ask(session, told, DocumentPart.BIRTH, at), ()


def _picture(session: Session, event: ev.Event, world: World) -> Advanced:
    match event:
        case ev.AdviceChanged():  # about faces, and there is none to be looked for
            return stay(session, camera_is_gone=False)
        case ev.CameraGone():
            return stay(session, camera_is_gone=True, is_taking_photo=False)
        case ev.ShutterPressed():
            if session.camera_is_gone or session.is_taking_photo:
                return session, ()
            taking = ordering(session)
            return taking, (ReadLines(taking.session_id, taking.pictures_ordered),)
        case LinesRead(at, _, found) if session.is_taking_photo:
            session = replace(session, is_taking_photo=False, last_touch_s=at.monotonic_s)
            return _seen(session, at, found, world), ()
        case ev.PhotoFailed():
            return stay(session, is_taking_photo=False, camera_is_gone=True)
        case ev.PhotoDeclined(at):
            return _ask(session, DocumentTry(), DocumentPart.NUMBER, at), ()
        case ev.WentBack(at):
            back = {"document": DocumentTry(), "is_taking_photo": False}
            return go(session, Step.DOCUMENT_WAY, at, **back), ()
        case _:
            return session, ()


def _seen(session: Session, at: Moment, found: LinesSeen | LinesUnseen, world: World) -> Session:
    document = seen(found.fields, world.today) if isinstance(found, LinesSeen) else None
    if document is None:
        unseen = found if isinstance(found, LinesUnseen) else LinesUnseen.UNSURE
        told = DocumentTry(lines_from=LinesFrom.CAMERA, unseen=unseen)
        return replace(session, document=told)
    return _to_reader(session, document, at, world)


def _to_reader(session: Session, document: DocumentTry, at: Moment, world: World) -> Session:
    """Go to where the document is laid down; its key is of use only where chips are read."""
    ways = world.documents
    key = document.key if ways is not None and ways.reads_chip else None
    told = replace(document, key=key, is_key_wrong=False, problem="")
    return go(
        session,
        Step.DOCUMENT_READ,
        at,
        document=told,
        card_problem=None,
        reader_is_gone=False,
        is_taking_photo=False,
    )


def _read(
    session: Session, document: DocumentTry, event: ev.Event, world: World
) -> Advanced | None:
    match event:
        case ev.CardRead(at, person, _) if for_others.is_applicant(session, person):
            return _applicants_own(session, at), ()
        case ev.CardRead():
            return visit.advance(replace(session, step=Step.CARD), event, world)
        case ev.CardUnreadable(at, reason):
            session = ladder.count_failure(session, reason)
            if reason is UnreadableReason.WRONG_KEY:
                # Chips slow down with every wrong try, so this key is not tried again.
                wrong = replace(document, key=None, is_key_wrong=True, digit="")
                session = replace(session, document=wrong)
            if reason is session.card_problem:
                return session, ()
            told = replace(
                session, card_problem=reason, reader_is_gone=False, last_touch_s=at.monotonic_s
            )
            fields = (("reason", reason.value),)
            return told, (WriteJournal(JournalEvent.CARD_UNREADABLE, fields),)
        case ev.ReaderGone():
            return stay(session, reader_is_gone=True)
        case ev.Continued(at) if document.is_key_wrong:
            return _again(session, document, at), ()
        case de.WithoutChipChosen(at) if may_go_without_chip(session, world):
            return _without_chip(session, document, at), ()
        case ev.WentBack(at):
            return _again(session, document, at), ()
        case _:
            return session, ()


def _again(session: Session, document: DocumentTry, at: Moment) -> Session:
    """Go back to what was typed or seen; what was typed is still there, to be compared."""
    session = replace(session, card_problem=None)
    untold = replace(document, key=None, is_key_wrong=False)
    if document.access_number:
        return _ask(session, untold, DocumentPart.ACCESS, at)
    if document.lines_from is LinesFrom.CAMERA:
        return _to_picture(session, at)
    return _ask(session, untold, DocumentPart.NUMBER, at)


def _applicants_own(session: Session, at: Moment) -> Session:
    """Say kindly that this is the applicant's: the other one's card or document is waited for."""
    return for_others.same_card(go(forgotten(session), Step.CARD, at), at)


def _without_chip(session: Session, document: DocumentTry, at: Moment) -> Session:
    person = document.person
    if person is None:  # an access number tells nobody's name or number
        return _ask(session, DocumentTry(), DocumentPart.NUMBER, at)
    if for_others.is_applicant(session, person):
        return _applicants_own(session, at)
    return go(
        session,
        Step.CARD_PICTURE,
        at,
        person=person,
        is_number_doubtful=document.is_doubtful,
        card_pictures=(),
        card_picture=None,
        camera_is_gone=False,
        is_taking_photo=False,
    )
