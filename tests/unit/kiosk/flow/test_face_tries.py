"""Tries at comparing faces count for the visit, whatever is gone back from and laid down anew."""

from __future__ import annotations

from kiosk.domain import IdentityAssurance
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.comparing import MOST_MISSES, may_match
from kiosk.flow.session import Step
from tests.support.builders import a_person
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_face_check import (
    ANOTHER_PHOTO,
    FACE,
    NO_MATCH,
    PORTRAIT,
    agreed,
    photographed,
    service_that_compares,
    tell,
    visit,
)


def missed_twice(least: IdentityAssurance = IdentityAssurance.ATTENDANT_ALONE) -> Walk:
    """Return a visit whose two tries are used up."""
    walk = agreed(visit(service_that_compares(least)))
    tell(walk, photographed(walk), NO_MATCH)
    walk.on(ev.PhotoRetaken)
    tell(walk, photographed(walk, ANOTHER_PHOTO), NO_MATCH)
    assert walk.now().face.misses == MOST_MISSES
    return walk


def back_to_the_card(walk: Walk) -> None:
    """Touch Back until the person is forgotten, and wait for the card anew."""
    for _ in range(40):
        if walk.step == Step.CARD_NOTICE:
            break
        walk.on(ev.WentBack)
    assert walk.step == Step.CARD_NOTICE
    assert walk.now().person is None
    walk.on(ev.Continued)
    assert walk.step == Step.CARD


def test_going_back_to_the_card_gives_no_tries_anew() -> None:
    """The same card, read again in the same visit, is compared no more."""
    walk = missed_twice()
    back_to_the_card(walk)
    walk.on(ev.CardRead, a_person(), "cn.resident_id", PORTRAIT)
    assert walk.now().face.portrait == PORTRAIT
    assert walk.now().face.misses == MOST_MISSES
    assert not may_match(walk.now(), walk.world)
    assert len(walk.all(ef.CompareFaces)) == MOST_MISSES


def test_where_a_match_is_wanted_somebody_on_duty_looks_at_once() -> None:
    """Nobody is sent through the photo for a comparison that is not made."""
    walk = missed_twice(FACE)
    back_to_the_card(walk)
    walk.on(ev.CardRead, a_person(), "cn.resident_id", PORTRAIT)
    assert walk.step == Step.WITNESS


def test_the_next_visit_begins_with_none_of_it() -> None:
    """What a card has used up is not the session's to know (`kiosk.face_tries`)."""
    walk = missed_twice()
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert walk.now().face.misses == 0
