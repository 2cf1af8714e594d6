"""Card and face in a second application: compared once, as long as it is the same photo."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain import FaceComparison, IdentityAssurance, Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Step
from tests.support.builders import a_person, a_service, a_signature, a_world
from tests.support.builders import a_sealed as sealed
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_face_check import (
    FACE,
    MATCH,
    NO_MATCH,
    PORTRAIT,
    answered,
    photographed,
    rung,
    service_that_compares,
    tell,
)


def to_second(result: FaceComparison | None = MATCH, *, needs_face: bool = True) -> Walk:
    """Walk through a first application, compared or without, into a second that compares."""
    least = FACE if needs_face else IdentityAssurance.ATTENDANT_ALONE
    second = replace(service_that_compares(least), service_id="second")
    first = a_service() if result is None else service_that_compares()
    walk = Walk(replace(a_world(first, second), has_face_matcher=True)).to(Step.CARD)
    walk.lay_card()
    walk.on(ev.CardRead, a_person(), "cn.resident_id", PORTRAIT)
    agree(walk)
    if result is None:
        walk.take_photo()
        walk.on(ev.Continued)
    else:
        tell(walk, photographed(walk), result)
    if walk.step == Step.FACE_CHECK:
        walk.on(ev.Continued)
    walk.on(ev.Continued)
    walk.on(ev.Signed, a_signature())
    walk.answer(ev.ApplicationSealed, sealed())
    walk.answer(ev.ReceiptPrinted)
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    walk.on(ev.ServiceChosen, "s-2", "second")
    walk.on(ev.Continued)
    return walk


def agree(walk: Walk) -> None:
    """Agree to everything that is asked, and answer all questions."""
    walk.on(ev.Consented, Purpose.DATA, "1")
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    if walk.step == Step.CONSENT_COMPARISON:
        walk.on(ev.Consented, Purpose.FACE_COMPARISON, "1")
    answered(walk)


def test_what_was_compared_need_not_be_compared_again() -> None:
    """Asked anew whether it may be used; the same photo has the same outcome."""
    walk = to_second()
    assert rung(walk) is IdentityAssurance.CARD_READ
    agree(walk)
    assert (walk.step, rung(walk)) == (Step.REVIEW, FACE)
    assert len(walk.all(ef.CompareFaces)) == 1


def test_a_service_between_that_compares_nothing_loses_nothing() -> None:
    """The third asks again whether it may be used, and needs no other comparison."""
    least = IdentityAssurance.CARD_READ
    plain = replace(a_service(service_id="plain"), least_identity=least)
    third = replace(service_that_compares(), service_id="third")
    walk = Walk(replace(a_world(service_that_compares(), plain, third), has_face_matcher=True))
    walk.to(Step.CARD)
    walk.lay_card()
    walk.on(ev.CardRead, a_person(), "cn.resident_id", PORTRAIT)
    agree(walk)
    tell(walk, photographed(walk), MATCH)
    for service_id in ("plain", "third"):
        walk.on(ev.Continued)
        walk.on(ev.Signed, a_signature())
        walk.answer(ev.ApplicationSealed, sealed())
        walk.answer(ev.ReceiptPrinted)
        walk.on(ev.Continued)
        walk.on(ev.Continued)
        walk.on(ev.ServiceChosen, walk.new_id(), service_id)
        walk.on(ev.Continued)
        assert rung(walk) is IdentityAssurance.CARD_READ
        agree(walk)
        assert walk.step == Step.REVIEW
        assert (rung(walk) is FACE) is (service_id == "third")
    assert len(walk.all(ef.CompareFaces)) == 1


def test_a_photo_that_was_not_compared_is_shown_and_then_compared() -> None:
    """The first service asked for none; the camera stays off."""
    walk = to_second(None)
    agree(walk)
    assert walk.step == Step.PHOTO
    assert not walk.wanted().camera
    (order,) = walk.on(ev.Continued)
    assert isinstance(order, ef.CompareFaces)
    tell(walk, order, MATCH)
    assert (walk.step, rung(walk)) == (Step.REVIEW, FACE)


def test_who_refuses_the_comparison_now_has_none() -> None:
    """A yes for the first application is none for the second: somebody on duty looks."""
    walk = to_second()
    walk.on(ev.Consented, Purpose.DATA, "1")
    walk.on(ev.Consented, Purpose.FACE_PHOTO, "1")
    walk.on(ev.Refused, Purpose.FACE_COMPARISON, "1")
    assert (walk.step, rung(walk)) == (Step.WITNESS, IdentityAssurance.CARD_READ)
    identity = walk.now().identity
    assert identity is not None
    assert identity.comparison is None


def test_another_photo_is_compared_anew_and_tries_are_counted_over_the_visit() -> None:
    """A second application is no second chance for a stranger's face."""
    walk = to_second(NO_MATCH, needs_face=False)
    assert walk.now().face.misses == 1
    agree(walk)
    assert walk.step == Step.REVIEW
    walk.on(ev.Corrected, "photo")
    order = photographed(walk)
    assert order.tries == 2
