"""What a camera or a reader answers too late is for nobody any more, and least of all for another.

The ids of orders and readings travel with their answers, as the lanes send them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import ComparisonOutcome, FaceComparison
from kiosk.flow import document_events as de
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.document_try import DocumentWay, DocumentWays
from kiosk.flow.moves import wanting
from kiosk.flow.session import Step
from kiosk.photos import Photo
from kiosk.ports.card_reader import UnreadableReason
from tests.support.builders import A_VOLUNTEER, a_person, a_photo, a_service, a_world
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_face_check import agreed, visit

NUMBERS = ("990101194503150035", "990101195001010018")


def a_shot(mark: int) -> Photo:
    """Return a picture that differs from others."""
    return replace(a_photo(), jpeg=bytes([0xFF, 0xD8, 0xFF, mark]))


def ordered(walk: Walk) -> int:
    """Press the shutter, and return the number of the order."""
    walk.on(ev.ShutterPressed)
    (order,) = [it for it in walk.last if isinstance(it, ef.TakePhoto | ef.TakeCardPicture)]
    return order.number


def typed(walk: Walk, number: str) -> None:
    """Type a number, and insist on it."""
    while walk.step != Step.TYPED_NUMBER:
        walk.on(ev.OtherWayChosen)
        walk.on(ev.Continued)
    walk.on(ev.NumberTyped, number)
    walk.on(ev.NumberTyped, number)
    assert walk.step == Step.CARD_PICTURE


def test_a_picture_of_one_card_never_becomes_that_of_another() -> None:
    """Whoever went back and typed another number has given the first picture up."""
    walk = Walk(a_world(a_service(), duty=A_VOLUNTEER)).to(Step.CARD)
    typed(walk, NUMBERS[0])
    first = ordered(walk)
    walk.on(ev.WentBack)
    typed(walk, NUMBERS[1])
    second = ordered(walk)
    walk.answer(ev.CardPictureTaken, a_shot(1), first)
    assert walk.now().card_picture is None
    assert walk.now().is_taking_photo
    walk.answer(ev.PhotoFailed, first)
    assert walk.now().is_taking_photo
    walk.answer(ev.CardPictureTaken, a_shot(2), second)
    assert walk.now().card_picture == a_shot(2)


def test_a_photo_that_was_left_is_not_waited_for() -> None:
    """It does not turn up for the next one before the camera either."""
    walk = Walk(a_world(a_service())).to(Step.PHOTO)
    first = ordered(walk)
    while walk.step != Step.CARD_NOTICE:
        walk.on(ev.WentBack)
    while walk.step != Step.PHOTO:
        walk.go_on()
    walk.answer(ev.PhotoTaken, a_shot(1), first)
    assert walk.now().photo is None
    walk.answer(ev.PhotoTaken, a_shot(2), ordered(walk))
    assert walk.now().photo == a_shot(2)


def test_a_card_that_was_read_for_who_stood_there_before_counts_no_more() -> None:
    """The reader took its time, and somebody went back and came again."""
    walk = Walk(a_world(a_service())).to(Step.CARD)
    since = wanting(walk.now())
    walk.on(ev.WentBack)
    walk.clock.pass_s(1)
    walk.on(ev.Continued)
    walk.on(ev.CardRead, a_person(), "cn.resident_id", b"", since)
    assert (walk.step, walk.now().person) == (Step.CARD, None)
    walk.on(ev.CardRead, a_person(), "cn.resident_id", b"", wanting(walk.now()))
    assert walk.step == Step.CONSENT_DATA


def test_a_wrong_key_is_not_said_of_the_next_one() -> None:
    """It was put right while the chip was still thinking."""
    ways = DocumentWays(reads_chip=True, reads_lines=True)
    walk = Walk(replace(a_world(a_service()), documents=ways)).to(Step.CARD)
    walk.on(de.DocumentChosen)
    walk.on(de.WayChosen, DocumentWay.ACCESS)
    walk.on(de.DocumentTyped, "123456")
    since = wanting(walk.now())
    walk.on(ev.WentBack)
    walk.clock.pass_s(1)
    walk.on(de.DocumentTyped, "654321")
    walk.on(ev.CardUnreadable, UnreadableReason.WRONG_KEY, since)
    document = walk.now().document
    assert document is not None
    assert not document.is_key_wrong
    assert walk.wanted().key is not None


@pytest.mark.parametrize("outcome", [ComparisonOutcome.MATCH, ComparisonOutcome.NO_MATCH])
def test_only_the_photo_that_was_chosen_goes_on(outcome: ComparisonOutcome) -> None:
    """Also by way of comparing it with the card."""
    walk = agreed(visit())
    for mark in (1, 2):
        walk.on(ev.PhotoRetaken)
        walk.on(ev.ShutterPressed)
        walk.answer(ev.PhotoTaken, a_shot(mark))
    assert len(walk.now().shots) == 2
    walk.on(ev.Continued)
    assert walk.step == Step.FACE_CHECK
    assert walk.now().shots == ()
    told = FaceComparison(outcome, 0.5, 0.7)
    walk.answer(ev.FacesCompared, a_shot(2).sha256, told)
    assert walk.now().shots == ()
