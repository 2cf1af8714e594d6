"""Without the chip: nobody is sent away, and what was seen by whom travels along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import IdentityAssurance, StaffMember
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow import ladder
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.session import Session, Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.support.builders import (
    A_VOLUNTEER,
    a_photo,
    a_service,
    a_world,
    an_unseen,
)
from tests.support.walk import Walk

NUMBER = "990101194503150035"
WRONG_CHECK = "990101194503150036"
PIN = "270418"


def at_card(
    duty: StaffMember | None = A_VOLUNTEER,
    least: IdentityAssurance = IdentityAssurance.ATTENDANT_ALONE,
) -> Walk:
    """Return a visit that waits for the card."""
    service = replace(a_service(PhotoNeed.NONE), least_identity=least)
    return Walk(a_world(service, duty=duty)).to(Step.CARD)


def fail(walk: Walk, reason: UnreadableReason = UnreadableReason.DAMAGED) -> None:
    """Lay a card down that can't be read, and take it away again."""
    walk.lay_card()
    walk.on(ev.CardUnreadable, reason)
    walk.on(ev.CardUnreadable, reason)
    walk.lift_card()


def typed(walk: Walk) -> Walk:
    """Type the number."""
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    walk.on(ev.NumberTyped, NUMBER)
    assert walk.step == Step.CARD_PICTURE
    return walk


def take_side(walk: Walk) -> None:
    """Take one side of the card, and keep the picture."""
    assert walk.on(ev.ShutterPressed) == (ef.TakeCardPicture(walk.now().session_id),)
    walk.answer(ev.CardPictureTaken, a_photo())
    walk.on(ev.Continued)


def to_witness(walk: Walk) -> Walk:
    """Type the number and take both sides."""
    typed(walk)
    take_side(walk)
    assert walk.step == Step.CARD_PICTURE
    take_side(walk)
    assert walk.step == Step.WITNESS
    return walk


def confirm(walk: Walk) -> Session:
    """Let the attendant confirm with the right PIN."""
    walk.on(ev.PinTyped, PIN)
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    return walk.now()


def test_each_card_laid_down_counts_once() -> None:
    """A card that lies there is read again and again, and is one failed read."""
    walk = at_card()
    fail(walk)
    assert walk.now().failed_reads == 1
    assert not ladder.is_next_rung_offered(walk.now())
    fail(walk)
    assert walk.now().failed_reads == 2
    assert ladder.is_next_rung_offered(walk.now())


def test_lifting_too_soon_counts_each_time_and_being_asked_to_lift_never() -> None:
    """A card pulled mid-read is off the reader; "lift it first" is no reading at all."""
    walk = at_card()
    walk.on(ev.CardUnreadable, UnreadableReason.LIFT_FIRST)
    assert walk.now().failed_reads == 0
    walk.on(ev.CardUnreadable, UnreadableReason.PULLED)
    walk.on(ev.CardUnreadable, UnreadableReason.PULLED)
    assert walk.now().failed_reads == 2


def test_the_reader_goes_on_trying_after_two_failures() -> None:
    """The next rung is an offer: the third try may still succeed, and is a chip that was read."""
    walk = at_card()
    fail(walk)
    fail(walk)
    assert walk.wanted().reader is ReaderMode.READ
    walk.go_on()
    session = walk.now()
    assert session.identity is not None
    assert session.identity.assurance is IdentityAssurance.CARD_READ
    assert session.identity.failed_reads == 2


def test_a_reader_that_is_gone_offers_the_next_rung_at_once() -> None:
    """Nobody lays cards on a dead reader twice."""
    walk = at_card()
    walk.on(ev.ReaderGone)
    assert ladder.is_next_rung_offered(walk.now())


def test_number_pictures_and_witness_make_an_identity() -> None:
    """What was typed, photographed and seen, by whom, is all in the record."""
    walk = at_card()
    fail(walk)
    fail(walk)
    session = confirm(to_witness(walk))
    assert walk.step == Step.CONSENT_DATA
    assert session.identity is not None
    assert session.identity.assurance is IdentityAssurance.TYPED_AND_ATTENDANT
    assert (session.identity.attendant, session.identity.failed_reads) == (A_VOLUNTEER, 2)
    assert session.helper == A_VOLUNTEER
    assert session.person is not None
    assert (session.person.document_number, session.person.full_name) == (NUMBER, "")
    assert JournalEvent.WITNESSED in walk.journal()
    while walk.step != Step.SEALING:
        walk.go_on()
    [order] = walk.all(ef.SealApplication)
    assert order.record.identity == session.identity
    assert len(order.record.card_pictures) == 2


def test_without_a_camera_the_attendants_word_is_a_lower_rung() -> None:
    """No pictures, no dead end, and the record says so."""
    walk = typed(at_card())
    walk.on(ev.CameraGone)
    walk.on(ev.PhotoDeclined)
    identity = confirm(walk).identity
    assert identity is not None
    assert identity.assurance is IdentityAssurance.ATTENDANT_ALONE


def test_one_picture_is_none() -> None:
    """Who has taken the front and declines the back has no pictures."""
    walk = typed(at_card())
    take_side(walk)
    walk.on(ev.PhotoDeclined)
    assert walk.now().card_pictures == ()


@pytest.mark.parametrize("number", [WRONG_CHECK, "990101194513150035", "990101299903150035"])
def test_a_number_that_does_not_fit_is_asked_again_and_then_taken(number: str) -> None:
    """Typed twice alike it stands so on the card: it is taken, and the office is told."""
    walk = at_card()
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    walk.on(ev.NumberTyped, number)
    assert walk.step == Step.TYPED_NUMBER
    walk.on(ev.NumberTyped, number)
    assert walk.step == Step.CARD_PICTURE
    walk.on(ev.PhotoDeclined)
    identity = confirm(walk).identity
    assert identity is not None
    assert identity.is_number_doubtful


def test_a_number_of_another_length_is_never_taken() -> None:
    """Half a number is nobody's."""
    walk = at_card()
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    for _ in range(3):
        walk.on(ev.NumberTyped, "9901")
    assert walk.step == Step.TYPED_NUMBER


def test_without_anybody_on_duty_it_waits_and_goes_on_once_somebody_signs_in() -> None:
    """The visit is not lost: the rung opens as soon as somebody is there."""
    walk = at_card(duty=None)
    walk.on(ev.ReaderGone)
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    assert walk.step == Step.OTHER_WAY
    walk.on(ev.StaffDoorOpened)
    walk.on(ev.StaffChosen, A_VOLUNTEER.staff_id)
    walk.on(ev.PinTyped, PIN)
    walk.on(ev.PinAccepted, A_VOLUNTEER)
    walk.on(ev.StaffDoorClosed)
    assert walk.step == Step.OTHER_WAY
    walk.on(ev.Continued)
    assert walk.step == Step.TYPED_NUMBER


def test_a_wrong_pin_identifies_nobody() -> None:
    """It is said, journalled, and may be tried again."""
    walk = to_witness(at_card())
    walk.on(ev.PinTyped, PIN)
    assert walk.on(ev.PinTyped, PIN) == ()  # pressing twice checks once
    walk.answer(ev.WitnessRejected, 30, "staff.problem.locked")
    assert walk.step == Step.WITNESS
    assert (walk.now().witness_problem, walk.now().identity) == ("staff.problem.locked", None)
    assert walk.journal()[-1] is JournalEvent.PIN_REJECTED
    assert confirm(walk).identity is not None


def test_an_answer_that_comes_after_going_back_identifies_nobody() -> None:
    """Who went back has no witness any more."""
    walk = to_witness(at_card())
    walk.on(ev.PinTyped, PIN)
    walk.on(ev.WentBack)
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.CARD_PICTURE
    assert walk.now().identity is None


def test_a_service_that_wants_the_chip_offers_no_typed_number() -> None:
    """Only rungs that the service accepts are offered."""
    walk = at_card(least=IdentityAssurance.CARD_READ)
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    assert walk.step == Step.OTHER_WAY


def test_a_service_that_wants_pictures_takes_no_word_alone() -> None:
    """The camera is waited for."""
    walk = typed(at_card(least=IdentityAssurance.TYPED_AND_ATTENDANT))
    walk.on(ev.CameraGone)
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.CARD_PICTURE


def test_a_service_that_wants_more_than_the_chip_asks_for_a_witness() -> None:
    """Card and face are compared by somebody on duty before anything is asked."""
    walk = at_card(least=IdentityAssurance.CARD_AND_ATTENDANT)
    walk.go_on()
    assert walk.step == Step.WITNESS
    identity = confirm(walk).identity
    assert walk.step == Step.CONSENT_DATA
    assert identity is not None
    assert identity.assurance is IdentityAssurance.CARD_AND_ATTENDANT


def test_a_typed_number_is_told_nothing_of_earlier_visits() -> None:
    """A number is no proof: what nobody was shown is told to who lays down the card alone."""
    walk = to_witness(at_card())
    confirm(walk)
    walk.answer(ev.UnseenFound, NUMBER, (an_unseen(),))
    assert walk.step == Step.CONSENT_DATA


def test_taking_a_card_that_was_not_read_asks_nothing() -> None:
    """The chip plays no part any more."""
    walk = to_witness(at_card())
    walk.lay_card()
    confirm(walk)
    walk.lift_card()
    assert walk.overlay == "none"


def test_going_back_to_the_card_forgets_number_and_pictures() -> None:
    """The next card may be somebody else's."""
    walk = to_witness(at_card())
    confirm(walk)
    walk.on(ev.WentBack)
    session = walk.now()
    assert walk.step == Step.CARD_NOTICE
    assert (session.person, session.identity, session.card_pictures) == (None, None, ())


def test_back_leads_from_rung_to_rung() -> None:
    """Every rung can be left the way it was entered."""
    walk = to_witness(at_card())
    steps = []
    for _ in range(5):
        walk.on(ev.WentBack)
        steps.append(walk.step)
    assert steps == [
        Step.CARD_PICTURE,
        Step.CARD_PICTURE,
        Step.TYPED_NUMBER,
        Step.OTHER_WAY,
        Step.CARD,
    ]
    assert walk.now().person is None
    walk.on(ev.CardSeen, Presence.ABSENT)
    walk.go_on()
    assert walk.step == Step.CONSENT_DATA
