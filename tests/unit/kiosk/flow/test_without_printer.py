"""A machine that is meant to print nothing: nothing is asked of a printer, so nothing fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent
from kiosk.flow.session import ReceiptState, Step
from tests.support.builders import (
    AN_APP_ID,
    a_known,
    a_known_application,
    a_person,
    a_status,
    a_world,
    an_unseen,
)
from tests.support.walk import Walk

ORDERS = (ef.PrintReceipt, ef.PrintKnown, ef.PrintSlip, ef.PrintWhereToGo)


@pytest.fixture
def walk() -> Walk:
    """Somebody at such a machine."""
    return Walk(replace(a_world(), has_printer=False))


def orders(walk: Walk) -> list[ef.Effect]:
    """Return what was ordered on paper so far."""
    return [effect for effect in walk.done if isinstance(effect, ORDERS)]


def test_an_application_orders_no_receipt_and_journals_no_failure(walk: Walk) -> None:
    """The number is said to be written down, to who hears it, too."""
    walk.to(Step.RECEIVED)
    assert ef.SayAloud("received.aloud.no_printer") in walk.last
    assert walk.now().receipt is ReceiptState.NOT_PRINTED
    assert walk.on(ev.ReprintAsked) == ()
    walk.on(ev.Continued)
    assert walk.step == Step.RATING
    assert orders(walk) == []
    assert JournalEvent.RECEIPT_FAILED not in walk.journal()


def test_who_keeps_their_data_gets_no_slip_ordered(walk: Walk) -> None:
    """Where else to go stands on the screen."""
    walk.to(Step.CONSENT_DATA)
    walk.refuse(Purpose.DATA)
    assert walk.step == Step.NOT_KEPT
    assert orders(walk) == []


def test_no_button_orders_paper_where_somebody_returns(walk: Walk) -> None:
    """Not for what is known of them, nor for what they were never shown, nor for what was found."""
    walk.to_known()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.answer(ev.KnownFound, a_known(a_known_application()))
    assert walk.on(ev.ReprintAsked) == ()
    unseen = Walk(walk.world).to(Step.CONSENT_DATA)
    unseen.answer(ev.UnseenFound, a_person().document_number, (an_unseen(),))
    assert unseen.on(ev.ReprintAsked) == ()
    found = Walk(walk.world).to_status()
    found.on(ev.StatusByNumberChosen)
    found.on(ev.StatusTyped, "3702 0001 K7", "7K4MPQ")
    found.answer(ev.StatusFound, (replace(a_status(), app_id=AN_APP_ID),), "")
    found.on(ev.PapersChosen)
    assert found.step == Step.STATUS_SHOWN
    assert [*orders(walk), *orders(unseen), *orders(found)] == []
