"""What does this machine still know about me, and what of mine was never shown to me."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Overlay, ReceiptState, Step
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PrinterState
from tests.support.builders import (
    AN_APP_ID,
    ZH,
    a_known,
    a_known_application,
    a_person,
    a_status,
    an_unseen,
    another_person,
)
from tests.support.walk import Walk


def shown() -> Walk:
    """Return a walk that stands where everything known is told."""
    walk = Walk().to_known()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.answer(ev.KnownFound, a_known(a_known_application()))
    return walk


def test_by_card() -> None:
    """The card is read for the look-up alone; what is found is told, and gone afterwards."""
    walk = Walk().to_known()
    assert walk.step == Step.STATUS_ASK
    walk.on(ev.StatusByCardChosen)
    assert walk.wanted().reader is ReaderMode.READ
    assert walk.on(ev.CardRead, a_person(), "cn.resident_id") == (
        ef.LookUpByCard("s-1", "cn.resident_id", "11010519491231002X", asks_known=True),
    )
    assert walk.now().person is None
    known = a_known(a_known_application())
    walk.answer(ev.KnownFound, known)
    assert (walk.step, walk.now().known) == (Step.KNOWN, known)
    walk.on(ev.Continued)
    assert (walk.step, walk.now().known) == (Step.TAKE_CARD, None)
    assert walk.all(ef.MarkSeen) == []


def test_by_number() -> None:
    """Number and code find that application; a wrong pair says so and stays."""
    walk = Walk().to_known()
    walk.on(ev.StatusByNumberChosen)
    assert walk.on(ev.StatusTyped, "37020001K7", "AAAAAA") == (
        ef.LookUpByNumber("s-1", "37020001K7", "AAAAAA", asks_known=True),
    )
    walk.answer(ev.StatusFound, (), "status.problem.not_here")
    assert (walk.step, walk.now().status_problem) == (
        Step.STATUS_NUMBER,
        "status.problem.not_here",
    )
    walk.on(ev.StatusTyped, "37020001K7", "7K4MPQ")
    walk.answer(ev.KnownFound, a_known(a_known_application(), by_card=False))
    assert walk.step == Step.KNOWN


def test_nothing_known_is_told_too() -> None:
    """An empty answer is an answer, not an error."""
    walk = Walk().to_known()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.answer(ev.KnownFound, a_known())
    assert walk.step == Step.KNOWN


def test_an_answer_to_the_other_question_is_not_shown() -> None:
    """Who went back and asks something else sees the answer to that."""
    walk = Walk().to_known()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.on(ev.WentBack)
    walk.on(ev.WentBack)
    assert not walk.now().asks_known
    walk.on(ev.StatusByCardChosen)
    walk.answer(ev.KnownFound, a_known(a_known_application()))
    assert (walk.step, walk.now().known) == (Step.STATUS_CARD, None)


def test_back_leads_to_the_question_and_then_home() -> None:
    """One step at a time, and nothing found is kept."""
    walk = shown()
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().known, walk.now().asks_known) == (Step.STATUS_ASK, None, True)
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().asks_known) == (Step.STATUS_ASK, False)
    walk.lift_card()
    walk.on(ev.WentBack)
    assert walk.session == empty_session(walk.world)


def test_it_is_printed_on_demand() -> None:
    """Touching twice prints once; what the printer says is told; it can be printed again."""
    walk = shown()
    known = walk.now().known
    assert known is not None
    assert walk.on(ev.ReprintAsked) == (ef.PrintKnown("s-1", known, ZH),)
    assert walk.on(ev.ReprintAsked) == ()
    walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT)
    assert walk.now().receipt is ReceiptState.FAILED
    assert walk.now().printer_state is PrinterState.PAPER_OUT
    assert walk.on(ev.ReprintAsked) != ()
    walk.answer(ev.ReceiptPrinted)
    assert walk.now().receipt is ReceiptState.PRINTED
    walk.on(ev.WentBack)
    assert walk.now().receipt is ReceiptState.NOT_PRINTED


def test_left_alone_it_is_wiped() -> None:
    """The next person does not read it."""
    walk = shown()
    walk.lift_card()
    walk.wait(90)
    assert walk.overlay == Overlay.STILL_THERE
    walk.wait(30)
    assert walk.session == empty_session(walk.world)


def test_stop_ends_it_at_once() -> None:
    """There is nothing to lose."""
    walk = shown()
    walk.lift_card()
    walk.on(ev.StopAsked)
    assert walk.session == empty_session(walk.world)


@pytest.mark.parametrize("leave", [ev.Continued, ev.WentBack])
def test_who_was_told_is_not_told_again(leave: type[ev.Continued | ev.WentBack]) -> None:
    """What nobody had been shown counts as shown once its resident went on from it."""
    walk = Walk().to_known()
    walk.on(ev.StatusByCardChosen)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.answer(ev.KnownFound, a_known(a_known_application(is_unseen=True)))
    walk.on(leave)
    assert walk.to_do(ef.MarkSeen) == [ef.MarkSeen((AN_APP_ID,))]


def test_progress_tells_it_too() -> None:
    """By number as well: whoever has the number has somehow got to know it."""
    from dataclasses import replace

    walk = Walk().to_status()
    walk.on(ev.StatusByNumberChosen)
    item = replace(a_status(), app_id=AN_APP_ID, is_unseen=True)
    walk.answer(ev.StatusFound, (item, a_status()), "")
    walk.on(ev.Continued)
    assert walk.to_do(ef.MarkSeen) == [ef.MarkSeen((AN_APP_ID,))]


# --- at the next card ---


def at_consent() -> Walk:
    """Return a walk that just read a card."""
    return Walk().to(Step.CONSENT_DATA)


def test_at_the_next_card_the_unseen_is_told_first() -> None:
    """Before anything else is asked; then the visit goes on where it was."""
    walk = at_consent()
    number = a_person().document_number
    walk.answer(ev.UnseenFound, number, (an_unseen(),))
    assert (walk.step, walk.now().unseen) == (Step.UNSEEN, (an_unseen(),))
    assert walk.on(ev.Continued) == (ef.MarkSeen((AN_APP_ID,)),)
    assert (walk.step, walk.now().unseen) == (Step.CONSENT_DATA, ())
    assert walk.now().resume is None


def test_mostly_there_is_nothing_to_tell() -> None:
    """Then nobody notices that it was looked for."""
    walk = at_consent()
    before = walk.now()
    walk.answer(ev.UnseenFound, a_person().document_number, ())
    assert walk.session == before


def test_who_is_done_with_that_ends_the_visit() -> None:
    """Nothing has to be handed in once more; nothing of this visit stays."""
    walk = at_consent()
    walk.answer(ev.UnseenFound, a_person().document_number, (an_unseen(),))
    walk.on(ev.WentBack)
    assert walk.to_do(ef.MarkSeen) == [ef.MarkSeen((AN_APP_ID,))]
    assert walk.step == Step.TAKE_CARD
    assert walk.now().person is None
    assert walk.now().unseen == ()


def test_its_receipt_can_be_printed() -> None:
    """The paper that never came out does now, and the visit's own starts anew."""
    walk = at_consent()
    walk.answer(ev.UnseenFound, a_person().document_number, (an_unseen(),))
    assert walk.on(ev.ReprintAsked) == (ef.PrintReceipt("s-1", AN_APP_ID, ZH, is_asked=True),)
    assert walk.on(ev.ReprintAsked) == ()
    walk.answer(ev.ReceiptPrinted)
    assert walk.now().receipt is ReceiptState.PRINTED
    walk.on(ev.Continued)
    assert walk.now().receipt is ReceiptState.NOT_PRINTED


def test_of_several_receipts_all_are_told_or_none() -> None:
    """They are printed one after the other; the first that fails is what is said."""
    walk = at_consent()
    another = replace(an_unseen(), app_id=AppId("01890a5d-ac96-774b-bcce-b302099a8057"))
    walk.answer(ev.UnseenFound, a_person().document_number, (an_unseen(), another))
    first, second = (
        ef.PrintReceipt("s-1", it.app_id, ZH, is_asked=True) for it in (an_unseen(), another)
    )
    assert walk.on(ev.ReprintAsked) == (first,)
    assert walk.answer(ev.ReceiptPrinted) == (second,)
    assert walk.now().receipt is ReceiptState.PRINTING
    walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT)
    assert walk.now().receipt is ReceiptState.FAILED
    assert walk.on(ev.ReprintAsked) == (first,)
    assert second in walk.on(ev.Continued), "what was asked for comes out all the same"
    assert walk.now().unseen_to_print == ()


def test_somebody_elses_is_never_told() -> None:
    """Another card lies there by the time the answer comes: it is dropped."""
    walk = at_consent()
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    assert walk.step == Step.CARD
    walk.on(ev.CardRead, another_person(), "cn.resident_id")
    walk.answer(ev.UnseenFound, a_person().document_number, (an_unseen(),))
    assert (walk.step, walk.now().unseen) == (Step.CONSENT_DATA, ())


def test_a_card_taken_there_is_asked_about() -> None:
    """As everywhere before the signature."""
    walk = at_consent()
    walk.answer(ev.UnseenFound, a_person().document_number, (an_unseen(),))
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.overlay == Overlay.CARD_TAKEN
