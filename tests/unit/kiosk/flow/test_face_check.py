"""Card and face: asked for on its own, one more try, and somebody on duty as the other way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.service import Service, Words
from kiosk.domain import (
    ComparisonOutcome,
    FaceComparison,
    IdentityAssurance,
    Purpose,
    StaffMember,
    WhyNotCompared,
)
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.session import Overlay, PhotoMissing, Step
from kiosk.photos import Photo
from tests.support.builders import (
    A_VOLUNTEER,
    EN,
    a_person,
    a_photo,
    a_sealed,
    a_service,
    a_signature,
    a_world,
    an_unseen,
)
from tests.support.walk import Walk

PORTRAIT = b"\xff\xd8\xff the chip's"
FACE = IdentityAssurance.CARD_AND_FACE
ATTENDED = IdentityAssurance.CARD_AND_ATTENDANT
MATCH = FaceComparison(ComparisonOutcome.MATCH, 0.6, 0.81, "m", "1")
NO_MATCH = FaceComparison(ComparisonOutcome.NO_MATCH, 0.6, 0.33, "m", "1")
NO_FACE = FaceComparison(ComparisonOutcome.NOT_COMPARED, 0.6, why_not=WhyNotCompared.PHOTO_UNUSABLE)
BROKEN = FaceComparison(ComparisonOutcome.NOT_COMPARED, 0.6, why_not=WhyNotCompared.BROKE_OFF)
ANOTHER_PHOTO = replace(a_photo(), jpeg=b"\xff\xd8\xff\xe0 another face \xff\xd9")


def service_that_compares(
    least: IdentityAssurance = IdentityAssurance.ATTENDANT_ALONE, *, keeps: bool = False
) -> Service:
    """Return a service that offers a comparison, or needs it or an attendant."""
    return replace(
        a_service(),
        consent_comparison=Words(((EN, "May a program compare them?"),)),
        least_identity=least,
        beside_face=ATTENDED if least is FACE else None,
        keeps_card_portrait=keeps,
    )


def visit(
    service: Service | None = None,
    *,
    duty: StaffMember | None = A_VOLUNTEER,
    portrait: bytes = PORTRAIT,
    has_matcher: bool = True,
) -> Walk:
    """Return a visit whose card was read and whose data may be used."""
    world = a_world(service or service_that_compares(), duty=duty)
    walk = Walk(replace(world, has_face_matcher=has_matcher)).to(Step.CARD)
    walk.lay_card()
    walk.on(ev.CardRead, a_person(), "cn.resident_id", portrait)
    if walk.step == Step.CONSENT_DATA:
        walk.on(ev.Consented, Purpose.DATA, "1")
    return walk


def agreed(walk: Walk) -> Walk:
    """Agree to photo and comparison, and answer all questions."""
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    assert walk.step == Step.CONSENT_COMPARISON
    walk.on(ev.Consented, Purpose.FACE_COMPARISON, "1")
    return answered(walk)


def answered(walk: Walk) -> Walk:
    """Answer all questions."""
    while walk.step == Step.QUESTION:
        walk.go_on()
    return walk


def photographed(walk: Walk, photo: Photo | None = None) -> ef.CompareFaces:
    """Take and keep a photo; return what is to be compared."""
    assert walk.step == Step.PHOTO
    walk.on(ev.ShutterPressed)
    walk.answer(ev.PhotoTaken, photo or a_photo())
    walk.on(ev.Continued)
    assert walk.step == Step.FACE_CHECK
    (order,) = walk.to_do(ef.CompareFaces)
    return order


def tell(walk: Walk, order: ef.CompareFaces, result: FaceComparison) -> None:
    """Let the matcher answer."""
    walk.answer(ev.FacesCompared, order.photo_sha256, replace(result, tries=order.tries))


def rung(walk: Walk) -> IdentityAssurance:
    """Return what is known of the resident."""
    identity = walk.now().identity
    assert identity is not None
    return identity.assurance


def sealed(walk: Walk) -> ef.ApplicationRecord:
    """Go from the review to the seal."""
    walk.on(ev.Continued)
    assert walk.step == Step.SIGN
    walk.on(ev.Signed, a_signature())
    (order,) = walk.to_do(ef.SealApplication)
    return order.record


def test_a_match_is_a_rung_of_its_own_and_travels_along() -> None:
    """Card and face, with what the program said; the portrait itself does not."""
    walk = agreed(visit())
    order = photographed(walk)
    assert (order.portrait_jpeg, order.photo_jpeg) == (PORTRAIT, a_photo().jpeg)
    tell(walk, order, MATCH)
    assert walk.step == Step.REVIEW
    record = sealed(walk)
    assert record.identity.assurance is FACE
    assert record.identity.comparison == MATCH
    purposes = [it for it in Purpose if it is not Purpose.VOUCHING]
    assert [it.purpose for it in record.consents] == purposes
    assert record.card_portrait == b""
    assert JournalEvent.FACES_COMPARED in walk.journal()


def test_the_program_starts_when_the_resident_agrees() -> None:
    """Whoever waits for it waits less."""
    walk = visit()
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    assert walk.all(ef.PrepareComparison) == []
    walk.on(ev.Consented, Purpose.FACE_COMPARISON, "1")
    assert walk.to_do(ef.PrepareComparison) == [ef.PrepareComparison()]


@pytest.mark.parametrize(
    "walk",
    [
        visit(has_matcher=False),
        visit(portrait=b""),
        visit(a_service()),
        visit(replace(service_that_compares(), least_identity=ATTENDED)),
    ],
    ids=["no program", "no portrait", "not asked for by the service", "an attendant compares"],
)
def test_nobody_is_asked_where_nothing_can_come_of_it(walk: Walk) -> None:
    """No program, no portrait, no service that wants it, or a person compares anyway."""
    if walk.step == Step.WITNESS:
        witness(walk)
        walk.on(ev.Consented, Purpose.DATA, "1")
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    assert walk.step == Step.QUESTION


def test_no_is_a_good_answer() -> None:
    """The visit goes on with the chip alone, and nothing is compared."""
    walk = visit()
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    walk.on(ev.Refused, Purpose.FACE_COMPARISON, "1")
    answered(walk)
    walk.on(ev.ShutterPressed)
    walk.answer(ev.PhotoTaken, a_photo())
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
    assert sealed(walk).identity.comparison is None
    assert walk.all(ef.CompareFaces) == []


def test_no_match_offers_one_more_photo_and_no_third() -> None:
    """Then an attendant, or on without it; and the office is told of both tries."""
    walk = agreed(visit())
    tell(walk, photographed(walk), NO_MATCH)
    assert (walk.step, rung(walk)) == (Step.FACE_CHECK, IdentityAssurance.CARD_READ)
    walk.on(ev.PhotoRetaken)
    tell(walk, photographed(walk, ANOTHER_PHOTO), NO_MATCH)
    assert walk.step == Step.FACE_CHECK
    walk.on(ev.PhotoRetaken)
    assert walk.step == Step.FACE_CHECK
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW
    record = sealed(walk)
    assert record.identity.assurance is IdentityAssurance.CARD_READ
    assert record.identity.comparison == replace(NO_MATCH, tries=2)


def test_a_second_photo_may_match() -> None:
    """It says that it was the second."""
    walk = agreed(visit())
    tell(walk, photographed(walk), NO_FACE)
    walk.on(ev.PhotoRetaken)
    tell(walk, photographed(walk, ANOTHER_PHOTO), MATCH)
    assert (walk.step, rung(walk)) == (Step.REVIEW, FACE)
    assert sealed(walk).identity.comparison == replace(MATCH, tries=2)


def test_another_photo_helps_only_where_the_photo_was_the_matter() -> None:
    """A program that crashed is not the resident's doing."""
    walk = agreed(visit())
    tell(walk, photographed(walk), BROKEN)
    walk.on(ev.PhotoRetaken)
    assert walk.step == Step.FACE_CHECK
    walk.on(ev.Continued)
    assert walk.step == Step.REVIEW


def test_where_more_than_the_chip_is_needed_an_attendant_is_the_other_way() -> None:
    """Nobody goes on without either; what the program said stays beside the attendant's word."""
    walk = agreed(visit(service_that_compares(FACE)))
    tell(walk, photographed(walk), NO_MATCH)
    walk.on(ev.Continued)
    assert walk.step == Step.FACE_CHECK
    walk.on(ev.OtherWayChosen)
    witness(walk)
    assert walk.step == Step.REVIEW
    record = sealed(walk)
    assert record.identity.assurance is ATTENDED
    assert record.identity.attendant == A_VOLUNTEER
    assert record.identity.comparison == NO_MATCH


def witness(walk: Walk) -> None:
    """Let the attendant confirm, with the portrait before them."""
    assert walk.step == Step.WITNESS
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    if walk.now().face.portrait:
        assert walk.step == Step.WITNESS_LOOK
        walk.on(ev.Continued)


def test_a_service_that_needs_it_asks_no_attendant_before() -> None:
    """A match is enough."""
    walk = agreed(visit(service_that_compares(FACE)))
    tell(walk, photographed(walk), MATCH)
    assert sealed(walk).identity.assurance is FACE
    assert walk.all(ef.CheckWitness) == []


@pytest.mark.parametrize("refused", [Purpose.FACE_PHOTO, Purpose.FACE_COMPARISON])
def test_whoever_refuses_what_is_needed_goes_to_an_attendant_at_once(refused: Purpose) -> None:
    """Not after everything was typed; and then the visit goes on where it was."""
    walk = visit(service_that_compares(FACE))
    if refused is Purpose.FACE_COMPARISON:
        walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    walk.on(ev.Refused, refused, "1")
    witness(walk)
    assert walk.step == Step.QUESTION
    answered(walk)
    assert walk.step == (Step.PHOTO if refused is Purpose.FACE_COMPARISON else Step.REVIEW)


def test_back_from_the_attendant_leads_where_it_came_from() -> None:
    """Whoever finds nobody can still agree."""
    walk = visit(service_that_compares(FACE), duty=None)
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    walk.on(ev.Refused, Purpose.FACE_COMPARISON, "1")
    assert walk.step == Step.WITNESS
    walk.on(ev.WentBack)
    assert walk.step == Step.CONSENT_COMPARISON
    walk.on(ev.Consented, Purpose.FACE_COMPARISON, "1")
    tell(walk, photographed(answered(walk)), NO_MATCH)
    walk.on(ev.OtherWayChosen)
    walk.on(ev.WentBack)
    assert walk.step == Step.FACE_CHECK


def test_nothing_is_signed_before_the_rung_is_reached() -> None:
    """Without a camera the review leads to an attendant, as often as it is tried."""
    walk = agreed(visit(service_that_compares(FACE)))
    walk.on(ev.CameraGone)
    walk.on(ev.PhotoDeclined)
    assert walk.step == Step.WITNESS
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().photo_missing) == (Step.REVIEW, PhotoMissing.NO_CAMERA)
    walk.on(ev.Continued)
    witness(walk)
    assert walk.step == Step.REVIEW
    assert sealed(walk).identity.assurance is ATTENDED


def test_without_a_program_an_attendant_is_asked_right_after_the_card() -> None:
    """As with any service that needs more than the chip."""
    walk = visit(service_that_compares(FACE), has_matcher=False)
    witness(walk)
    assert (walk.step, rung(walk)) == (Step.CONSENT_DATA, ATTENDED)


def test_another_photo_loses_the_match_of_the_first() -> None:
    """What is sealed was compared itself."""
    walk = agreed(visit())
    first = photographed(walk)
    tell(walk, first, MATCH)
    walk.on(ev.Corrected, "photo")
    assert rung(walk) is IdentityAssurance.CARD_READ
    second = photographed(walk, ANOTHER_PHOTO)
    tell(walk, first, MATCH)  # an answer about the first, come late
    assert walk.step == Step.FACE_CHECK
    tell(walk, second, NO_MATCH)
    assert rung(walk) is IdentityAssurance.CARD_READ


def test_an_answer_after_going_back_changes_nothing() -> None:
    """The resident looks at the photo again; it is compared when they keep it."""
    walk = agreed(visit())
    order = photographed(walk)
    walk.on(ev.WentBack)
    tell(walk, order, MATCH)
    assert (walk.step, rung(walk)) == (Step.PHOTO, IdentityAssurance.CARD_READ)


def test_a_comparison_that_is_refused_later_leaves_nothing() -> None:
    """Neither rung nor score."""
    walk = agreed(visit())
    tell(walk, photographed(walk), MATCH)
    while walk.step != Step.CONSENT_PHOTO:
        walk.on(ev.WentBack)
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    walk.on(ev.Refused, Purpose.FACE_COMPARISON, "1")
    identity = walk.now().identity
    assert identity is not None
    assert (identity.assurance, identity.comparison) == (IdentityAssurance.CARD_READ, None)


def test_the_attendant_who_is_not_sure_leads_back() -> None:
    """Nothing is written of it, and the next card is read as ever."""
    walk = visit(replace(service_that_compares(), least_identity=ATTENDED))
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.WITNESS_LOOK
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().person) == (Step.CARD_NOTICE, None)
    assert JournalEvent.WITNESSED not in walk.journal()


def test_the_portrait_lives_no_longer_than_it_is_needed() -> None:
    """It is gone with the card that gave it, and once the application is stored."""
    walk = agreed(visit(service_that_compares(keeps=True)))
    tell(walk, photographed(walk), MATCH)
    record = sealed(walk)
    assert record.card_portrait == PORTRAIT
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert PORTRAIT not in repr(walk.now()).encode()
    assert walk.now().face.portrait == b""
    again = visit()
    again.on(ev.WentBack)
    again.on(ev.WentBack)
    assert (again.step, again.now().face.portrait) == (Step.CARD_NOTICE, b"")


def test_what_was_never_shown_is_told_there_too() -> None:
    """And the visit goes on with the same question."""
    walk = visit()
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    walk.answer(ev.UnseenFound, a_person().document_number, (an_unseen(),))
    assert walk.step == Step.UNSEEN
    walk.on(ev.Continued)
    assert walk.step == Step.CONSENT_COMPARISON


def test_a_card_that_is_taken_meanwhile_is_asked_for() -> None:
    """As on every screen before the signature; an answer that comes then is kept."""
    walk = agreed(visit())
    order = photographed(walk)
    walk.lift_card()
    assert walk.overlay == Overlay.CARD_TAKEN
    tell(walk, order, MATCH)
    walk.lay_card()
    assert (walk.step, walk.overlay, rung(walk)) == (Step.REVIEW, Overlay.NONE, FACE)
