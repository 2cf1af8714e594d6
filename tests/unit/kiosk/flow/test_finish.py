"""From the signature to an empty Home: stored, told, printed, rated, card taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Overlay, Rating, ReceiptState, Step
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PrinterState
from tests.support.builders import A_VOLUNTEER, EN, a_sealed, a_session
from tests.support.walk import Walk


def test_what_is_durable_is_told_printed_and_sent() -> None:
    """The number is shown, the receipt ordered, the courier woken, in this order."""
    walk = Walk().to(Step.SEALING)
    done = walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.step == Step.RECEIVED
    assert walk.now().sealed == a_sealed()
    language = walk.now().display.language
    assert done == (ef.PrintReceipt("s-1", a_sealed().app_id, language), ef.WakeCourier())
    assert walk.now().receipt is ReceiptState.PRINTING


def test_what_is_sealed_is_no_longer_kept_here() -> None:
    """Answers, photo and signature leave the memory with the commit."""
    session = Walk().to(Step.RECEIVED).session
    assert (session.answers, session.photo, session.signature) == ((), None, None)


def test_a_number_is_shown_once_and_only_for_its_own_visit() -> None:
    """A second answer, or one for another visit, is dropped."""
    walk = Walk().to(Step.SEALING)
    assert walk.on(ev.ApplicationSealed, "s-0", a_sealed("other")) == ()
    assert walk.step == Step.SEALING
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.answer(ev.ApplicationSealed, a_sealed("other")) == ()
    assert walk.answer(ev.SealingFailed, "E-DB-01") == ()
    assert walk.now().sealed == a_sealed()


def test_what_could_not_be_stored_is_still_here_to_try_again() -> None:
    """Nothing is lost by a full disk: the same record is sealed again, once per try."""
    walk = Walk().to(Step.SEALING)
    walk.answer(ev.SealingFailed, "E-DB-01")
    assert walk.step == Step.SEAL_FAILED
    assert walk.now().seal_problem == "E-DB-01"
    assert walk.journal()[-1] is JournalEvent.SEALING_FAILED
    walk.on(ev.Continued)
    assert walk.on(ev.Continued) == ()
    first, second = walk.all(ef.SealApplication)
    assert first == second
    assert (walk.step, walk.now().seal_problem) == (Step.SEALING, "")
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert walk.step == Step.RECEIVED


def test_after_a_failed_sealing_one_may_stop() -> None:
    """Stop asks first, for everything would be wiped."""
    walk = Walk().to(Step.SEALING)
    walk.answer(ev.SealingFailed, "E-DB-01")
    walk.on(ev.StopAsked)
    assert walk.overlay == Overlay.STOP
    walk.on(ev.StopConfirmed)
    assert walk.step == Step.TAKE_CARD


def test_the_paper_is_known_as_far_as_the_printer_knows() -> None:
    """Printed, not certain, or failed with what the printer says; the journal has the failure."""
    for step in (Step.RECEIVED, Step.RATING):
        walk = Walk().to(step)
        walk.answer(ev.ReceiptPrinted)
        assert walk.now().receipt is ReceiptState.PRINTED
        walk = Walk().to(step)
        walk.answer(ev.ReceiptUnconfirmed)
        assert walk.now().receipt is ReceiptState.UNCONFIRMED
        walk = Walk().to(step)
        walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT)
        assert walk.now().receipt is ReceiptState.FAILED
        assert walk.now().printer_state is PrinterState.PAPER_OUT
        assert walk.journal()[-1] is JournalEvent.RECEIPT_FAILED
        assert walk.step == step


def test_a_paper_that_could_not_be_made_is_no_fault_of_the_printer() -> None:
    """The journal says what it was; the resident hears nothing of a printer that was not asked."""
    walk = Walk().to(Step.RECEIVED)
    walk.answer(ev.ReceiptFailed, None)
    (line,) = walk.to_do(ef.WriteJournal)
    assert line == ef.WriteJournal(JournalEvent.RECEIPT_FAILED, (("state", "not_made"),))
    assert (walk.now().receipt, walk.now().printer_state) == (ReceiptState.FAILED, None)


def test_paper_of_another_visit_is_not_ours() -> None:
    """An answer for a visit that is over changes nothing."""
    walk = Walk().to(Step.RECEIVED)
    walk.on(ev.ReceiptFailed, "s-0", PrinterState.FAULT)
    assert walk.now().receipt is ReceiptState.PRINTING


def test_it_is_printed_again_only_when_asked_and_never_twice_at_once() -> None:
    """While the printer is at it, asking again does nothing."""
    walk = Walk().to(Step.RECEIVED)
    assert walk.on(ev.ReprintAsked) == ()
    walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT)
    (order,) = walk.on(ev.ReprintAsked)
    assert isinstance(order, ef.PrintReceipt)
    assert (walk.now().receipt, walk.now().printer_state) == (ReceiptState.PRINTING, None)
    assert walk.on(ev.ReprintAsked) == ()
    walk.answer(ev.ReceiptUnconfirmed)
    missed, again, line = walk.on(ev.ReprintAsked)
    assert missed == ef.KeepPaperWord(order.app_id, came_out=False)
    assert (again, line) == (order, copied(2))
    walk.answer(ev.ReceiptPrinted, order.app_id, 2)
    assert walk.on(ev.ReprintAsked) == (order, copied(3))


def test_there_are_as_many_copies_as_the_site_lets() -> None:
    """Then a person can give more; who says that none came out is believed, and gets no more."""
    walk = Walk().to(Step.RECEIVED)
    app_id = a_sealed().app_id
    walk.answer(ev.ReceiptPrinted, app_id, 3)
    assert walk.on(ev.ReprintAsked) == ()
    walk.session = replace(walk.session, helper=A_VOLUNTEER)
    (order, line) = walk.on(ev.ReprintAsked)
    assert isinstance(order, ef.PrintReceipt)
    assert order.is_staff_there
    assert line == copied(4, helped="yes")
    walk = Walk().to(Step.RECEIVED)
    walk.answer(ev.ReceiptUnconfirmed, app_id, 3)
    assert walk.on(ev.ReprintAsked) == (ef.KeepPaperWord(app_id, came_out=False),)
    assert (walk.now().receipt, walk.now().printer_state) == (ReceiptState.FAILED, None)


def test_what_one_has_to_look_at_is_said_without_the_number() -> None:
    """Only where no paper can be taken for granted, and only on the screen that speaks of it."""
    walk = Walk().to(Step.RECEIVED)
    assert walk.answer(ev.ReceiptPrinted) == ()
    assert walk.answer(ev.ReceiptUnconfirmed) == (ef.SayAloud("received.aloud.look"),)
    walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT)
    assert walk.to_do(ef.SayAloud) == [ef.SayAloud("received.aloud.write_down")]
    walk = Walk().to(Step.RATING)
    walk.answer(ev.ReceiptFailed, PrinterState.PAPER_OUT)
    assert walk.to_do(ef.SayAloud) == []


def test_a_paper_of_another_application_says_nothing_of_this_one() -> None:
    """One of before may come out while this one is on the screen."""
    walk = Walk().to(Step.RECEIVED)
    assert walk.answer(ev.ReceiptPrinted, AppId("019aa0b0-0000-7000-8000-00000000000f")) == ()
    assert walk.now().receipt is ReceiptState.PRINTING


def test_a_receipt_that_was_there_already_is_not_waited_for() -> None:
    """What the desk would not print is known, however often it was ordered."""
    walk = Walk().to(Step.RECEIVED)
    walk.answer(ev.ReceiptWithheld, a_sealed().app_id, ReceiptState.PRINTED, 1)
    assert (walk.now().receipt, walk.now().copies) == (ReceiptState.PRINTED, 1)


def copied(copy: int, helped: str = "no") -> ef.WriteJournal:
    """Return the line for one more receipt."""
    return ef.WriteJournal(JournalEvent.RECEIPT_COPIED, (("copy", str(copy)), ("helped", helped)))


def test_the_resident_knows_whether_the_paper_came() -> None:
    """Asked only where the printer could not tell."""
    walk = Walk().to(Step.RECEIVED)
    printing = walk.session
    walk.on(ev.PaperConfirmed)
    assert walk.session == printing
    walk.answer(ev.ReceiptUnconfirmed)
    assert walk.on(ev.PaperConfirmed) == (ef.KeepPaperWord(a_sealed().app_id, came_out=True),)
    assert walk.now().receipt is ReceiptState.PRINTED


def test_nothing_is_printed_of_what_was_not_sealed() -> None:
    """A receipt is printed from the committed row or not at all."""
    walk = Walk()
    walk.session = a_session(Step.RECEIVED, walk.world, receipt=ReceiptState.FAILED)
    assert walk.on(ev.ReprintAsked) == ()
    walk.session = a_session(Step.RATING, walk.world)
    assert walk.on(ev.Rated, Rating.FAIR) == ()


@pytest.mark.parametrize("rating", list(Rating))
def test_a_rating_is_its_own_entry_and_ends_the_visit(rating: Rating) -> None:
    """It refers to the application, travels on its own, and is given once."""
    walk = Walk()
    walk.on(ev.LanguageChosen, EN)
    walk.to(Step.RATING)
    first, second, *_ = walk.on(ev.Rated, rating)
    assert first == ef.SealRating("s-1", a_sealed().app_id, "days_away", rating, EN)
    assert second == ef.WakeCourier()
    assert walk.step == Step.TAKE_CARD
    assert walk.on(ev.Rated, rating) == ()


def test_the_rating_can_be_skipped() -> None:
    """Next without a choice ends the visit just as well."""
    walk = Walk().to(Step.RATING)
    walk.on(ev.Continued)
    assert walk.step == Step.TAKE_CARD
    assert walk.all(ef.SealRating) == []
    assert walk.journal()[-1] is JournalEvent.VISIT_ENDED


def test_a_card_that_is_off_needs_no_reminder() -> None:
    """Whoever took the card after signing goes Home at once."""
    walk = Walk().to(Step.RECEIVED)
    walk.lift_card()
    assert walk.overlay == Overlay.NONE
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    assert walk.session == empty_session(walk.world)


def test_the_reminder_stays_while_the_card_lies_there() -> None:
    """No touch and no time ends it; taking the card does, and nothing of the visit is left."""
    walk = Walk().to(Step.TAKE_CARD)
    assert walk.wanted().reader is ReaderMode.PRESENCE
    session = walk.session
    assert (session.person, session.sealed, session.consents) == (None, None, ())
    walk.on(ev.Continued)
    walk.wait(1000)
    walk.on(ev.StopAsked)
    assert walk.step == Step.TAKE_CARD
    walk.lift_card()
    walk.wait(1)
    assert walk.session == empty_session(walk.world)


def test_a_reader_that_cannot_tell_reminds_once() -> None:
    """Then the reminder goes after its time, or by a touch."""
    walk = Walk().to(Step.TAKE_CARD)
    walk.on(ev.CardSeen, Presence.CANT_TELL)
    walk.wait(19)
    assert walk.step == Step.TAKE_CARD
    walk.wait(1)
    assert walk.step == Step.HOME
    walk = Walk().to(Step.TAKE_CARD)
    walk.on(ev.CardSeen, Presence.CANT_TELL)
    walk.on(ev.Continued)
    assert walk.step == Step.HOME


def test_late_answers_find_nobody() -> None:
    """What arrives for the visit during the reminder is dropped, but for a paper after it."""
    walk = Walk().to(Step.TAKE_CARD)
    before = walk.session
    assert walk.answer(ev.ReceiptFailed, PrinterState.FAULT) == ()
    assert walk.answer(ev.ApplicationSealed, a_sealed()) == ()
    assert walk.session == before
    walk.lift_card()
    walk.wait(1)
    assert walk.on(ev.ApplicationSealed, "s-1", a_sealed()) == ()
    assert walk.session == empty_session(walk.world)
