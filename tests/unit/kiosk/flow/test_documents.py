"""A passport or travel permit: typed or seen, laid down, read, and what goes wrong on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import ChipCheck, IdentityAssurance, LinesFrom, Person, StaffMember
from kiosk.flow import document_events as de
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.answers import LinesRead
from kiosk.flow.document_try import DocumentPart, DocumentTry, DocumentWay, DocumentWays
from kiosk.flow.effects import ReaderMode
from kiosk.flow.session import Step
from kiosk.ports.card_reader import AccessNumber, Presence, PrintedFields, UnreadableReason
from kiosk.ports.line_reader import LinesSeen, LinesUnseen
from tests.support.builders import A_VOLUNTEER, a_photo, a_service, a_world
from tests.support.walk import Walk

NUMBER, DIGIT, BIRTH, EXPIRY = "L898902C3", "6", "1974-08-12", "2032-04-15"
KEY = PrintedFields(NUMBER, "740812", "320415")
SEEN = LinesSeen("", KEY, 0.95)
PERSON = Person(
    "icao.passport", NUMBER, "ERIKSSON ANNA MARIA", details=(("authenticity", "proven"),)
)


def at_card(
    duty: StaffMember | None = A_VOLUNTEER,
    ways: DocumentWays | None = DocumentWays(reads_chip=True, reads_lines=True),  # noqa: B008
    least: IdentityAssurance = IdentityAssurance.ATTENDANT_ALONE,
) -> Walk:
    """Return a visit that waits for the card."""
    service = replace(a_service(PhotoNeed.NONE), least_identity=least)
    return Walk(replace(a_world(service, duty=duty), documents=ways)).to(Step.CARD)


def the_document(walk: Walk) -> DocumentTry:
    """Return what is known of the document."""
    document = walk.now().document
    assert document is not None
    return document


def typed(walk: Walk, *texts: str) -> Walk:
    """Choose to type, and type one part after the other."""
    walk.on(de.DocumentChosen)
    walk.on(de.WayChosen, DocumentWay.TYPED)
    for text in texts or (NUMBER, DIGIT, BIRTH, EXPIRY):
        walk.on(de.DocumentTyped, text)
    return walk


def shown(walk: Walk, found: LinesSeen | LinesUnseen = SEEN) -> Walk:
    """Hold the page before the camera."""
    walk.on(de.DocumentChosen)
    walk.on(de.WayChosen, DocumentWay.CAMERA)
    walk.on(ev.ShutterPressed)
    assert walk.to_do(ef.ReadLines)
    walk.answer(LinesRead, found)
    return walk


def test_typed_laid_down_and_read() -> None:
    """The key goes to the reader, and nowhere else; the chip's worth travels with the identity."""
    walk = typed(at_card())
    assert walk.step == Step.DOCUMENT_READ
    assert walk.wanted() == ef.WantedDevices(ReaderMode.READ, camera=False, key=KEY)
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.on(ev.CardRead, PERSON, "icao.travel_document")
    session = walk.now()
    assert walk.step == Step.CONSENT_DATA
    assert session.identity is not None
    assert session.identity.assurance is IdentityAssurance.CARD_READ
    assert (session.identity.chip, session.identity.lines_from) == (
        ChipCheck.PROVEN,
        LinesFrom.TYPED,
    )
    assert session.document is None
    assert walk.wanted().key is None
    assert walk.to_do(ef.PrepareLookUp)


def test_the_camera_reads_the_lines() -> None:
    """One press, and the document may be laid down."""
    walk = shown(at_card())
    assert walk.wanted().key == KEY
    walk.on(ev.CardRead, PERSON, "icao.travel_document")
    identity = walk.now().identity
    assert identity is not None
    assert identity.lines_from is LinesFrom.CAMERA


@pytest.mark.parametrize("why", list(LinesUnseen))
def test_a_picture_that_tells_nothing_is_tried_again_or_typed(why: LinesUnseen) -> None:
    """Nothing is taken for sure that is not, and the other way is open."""
    walk = shown(at_card(), why)
    assert walk.step == Step.DOCUMENT_PICTURE
    assert the_document(walk).unseen is why
    walk.on(ev.ShutterPressed)
    assert walk.to_do(ef.ReadLines)
    walk.on(ev.ShutterPressed)
    assert not walk.to_do(ef.ReadLines)  # one picture at a time
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.DOCUMENT_TYPED
    walk.answer(LinesRead, SEEN)  # an answer that comes too late
    assert walk.step == Step.DOCUMENT_TYPED


def test_a_passport_laid_down_like_a_card_leads_here() -> None:
    """Its chip says that it wants a key: that is no failed reading."""
    walk = at_card()
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.on(ev.CardUnreadable, UnreadableReason.NEEDS_KEY)
    assert walk.step == Step.DOCUMENT_WAY
    assert walk.now().failed_reads == 0
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().document) == (Step.CARD, None)


def test_the_check_digit_puts_one_sign_right() -> None:
    """O for 0 is put right where that alone fits, and shown: nothing is changed behind a back."""
    walk = typed(at_card(), "L8989O2C3", DIGIT)
    document = the_document(walk)
    assert (document.part, document.number) == (DocumentPart.NUMBER, NUMBER)
    assert document.problem == "repaired"
    for text in (NUMBER, DIGIT):
        walk.on(de.DocumentTyped, text)
    assert the_document(walk).part is DocumentPart.BIRTH
    assert not the_document(walk).is_doubtful


def test_a_number_that_does_not_fit_is_asked_once_more_and_then_taken() -> None:
    """Typed twice alike it may well be printed so; the chip decides, or the office."""
    walk = typed(at_card(), "L898902C7", DIGIT)
    document = the_document(walk)
    assert (document.part, document.problem) == (DocumentPart.NUMBER, "number_check")
    walk.on(de.DocumentTyped, "L898902C5")  # another one that does not fit either
    walk.on(de.DocumentTyped, DIGIT)
    assert the_document(walk).problem == "number_check"
    walk.on(de.DocumentTyped, "L898902C5")
    walk.on(de.DocumentTyped, DIGIT)
    assert the_document(walk).part is DocumentPart.BIRTH
    assert the_document(walk).is_doubtful


@pytest.mark.parametrize(
    ("before", "text", "problem"),
    [
        ((), "L89", "number_length"),
        ((NUMBER, DIGIT), "1974-02-30", "date"),
        ((NUMBER, DIGIT), "2032-01-01", "birth_to_come"),
        ((NUMBER, DIGIT, BIRTH), "2132-04-15", "date"),
    ],
)
def test_what_can_not_be_is_said_and_stays(
    before: tuple[str, ...], text: str, problem: str
) -> None:
    """A sentence, and the same question again."""
    walk = typed(at_card(), *before, text)
    assert walk.step == Step.DOCUMENT_TYPED
    assert the_document(walk).problem == problem


def test_back_goes_from_part_to_part_and_keeps_what_was_typed() -> None:
    """Nobody types a number again because of a date."""
    walk = typed(at_card(), NUMBER, DIGIT, BIRTH)
    for part in (DocumentPart.BIRTH, DocumentPart.DIGIT, DocumentPart.NUMBER):
        walk.on(ev.WentBack)
        assert the_document(walk).part is part
    assert the_document(walk).number == NUMBER
    walk.on(ev.WentBack)
    assert walk.step == Step.DOCUMENT_WAY
    assert the_document(walk).number == ""


def test_an_access_number_opens_it_too() -> None:
    """Six digits are enough of a key."""
    walk = at_card()
    walk.on(de.DocumentChosen)
    walk.on(de.WayChosen, DocumentWay.ACCESS)
    walk.on(de.DocumentTyped, "12345")
    assert the_document(walk).problem == "access_length"
    walk.on(de.DocumentTyped, "123456")
    assert walk.wanted().key == AccessNumber("123456")


def test_a_wrong_key_is_not_tried_again() -> None:
    """Chips slow down with each: it is compared first, with all that was typed still there."""
    walk = typed(at_card())
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.on(ev.CardUnreadable, UnreadableReason.WRONG_KEY)
    assert walk.wanted() == ef.WantedDevices(ReaderMode.PRESENCE, camera=False)
    assert walk.now().failed_reads == 1
    walk.on(ev.Continued)
    assert (walk.step, the_document(walk).part) == (Step.DOCUMENT_TYPED, DocumentPart.NUMBER)
    assert the_document(walk).birth == BIRTH
    for text in (NUMBER, DIGIT, BIRTH, EXPIRY):
        walk.on(de.DocumentTyped, text)
    assert walk.wanted().key == KEY


@pytest.mark.parametrize(
    "reason", [UnreadableReason.PULLED, UnreadableReason.DAMAGED, UnreadableReason.REFUSED]
)
def test_it_is_tried_again_as_often_as_it_is_laid_down(reason: UnreadableReason) -> None:
    """Lost in the middle is said, and the reader goes on with the same key."""
    walk = typed(at_card())
    walk.on(ev.CardUnreadable, reason)
    assert walk.now().card_problem is reason
    assert walk.wanted().key == KEY
    walk.on(ev.CardRead, PERSON, "icao.travel_document")
    identity = walk.now().identity
    assert identity is not None
    assert identity.failed_reads == 1


def without_chip(walk: Walk) -> Walk:
    """Go on without the chip, with both pictures and the witness."""
    walk.on(de.WithoutChipChosen)
    assert walk.step == Step.CARD_PICTURE
    for _ in range(2):
        walk.on(ev.ShutterPressed)
        walk.answer(ev.CardPictureTaken, a_photo())
        walk.on(ev.Continued)
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    return walk


def test_without_a_chip_somebody_on_duty_is_the_witness() -> None:
    """The rung of a typed number; what the camera read is said with it. No name is taken over."""
    walk = without_chip(shown(at_card(ways=DocumentWays(reads_chip=False, reads_lines=True))))
    session = walk.now()
    assert walk.step == Step.CONSENT_DATA
    assert session.identity is not None
    assert session.identity.assurance is IdentityAssurance.TYPED_AND_ATTENDANT
    assert (session.identity.chip, session.identity.lines_from) == (None, LinesFrom.CAMERA)
    assert session.person is not None
    assert (session.person.document_number, session.person.full_name) == (NUMBER, "")
    assert str(session.person.birth_date) == BIRTH
    assert str(session.person.valid_until) == EXPIRY


def test_where_chips_are_not_read_no_key_is_held_out() -> None:
    """A reader that has no use for it is not given it."""
    walk = typed(at_card(ways=DocumentWays(reads_chip=False, reads_lines=False)))
    assert walk.wanted() == ef.WantedDevices(ReaderMode.PRESENCE, camera=False)


def test_without_chip_needs_somebody_and_a_service_that_takes_it() -> None:
    """Otherwise the tile calls somebody, and nothing moves by itself."""
    for walk in (at_card(duty=None), at_card(least=IdentityAssurance.CARD_READ)):
        typed(walk).on(de.WithoutChipChosen)
        assert walk.step == Step.DOCUMENT_READ


def test_back_from_the_pictures_leads_to_the_document() -> None:
    """And its chip may be tried after all."""
    walk = typed(at_card())
    walk.on(de.WithoutChipChosen)
    walk.on(ev.WentBack)
    assert walk.step == Step.DOCUMENT_READ
    assert walk.now().person is None
    assert walk.wanted().key == KEY


def test_a_document_whose_number_nobody_typed_needs_it_without_the_chip() -> None:
    """An access number tells nobody's number."""
    walk = at_card()
    walk.on(de.DocumentChosen)
    walk.on(de.WayChosen, DocumentWay.ACCESS)
    walk.on(de.DocumentTyped, "123456")
    walk.on(de.WithoutChipChosen)
    assert (walk.step, the_document(walk).part) == (Step.DOCUMENT_TYPED, DocumentPart.NUMBER)


def test_stopping_wipes_what_was_typed() -> None:
    """Nothing of a document outlives the visit."""
    walk = typed(at_card())
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert walk.now().document is None
    assert NUMBER not in repr(typed(at_card()).now())
