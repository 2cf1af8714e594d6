"""The passing of time: nobody is hurried, and nothing of an abandoned visit stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Overlay, ReceiptState, StaffStep, Step
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PrinterState
from kiosk.readiness import PortName
from tests.support.builders import A_VOLUNTEER, EN, a_sealed
from tests.support.walk import Walk

ASKING = [
    Step.GUIDE,
    Step.CARD,
    Step.CONSENT_DATA,
    Step.QUESTION,
    Step.PHOTO,
    Step.REVIEW,
    Step.SIGN,
    Step.RATING,
]


def walk_to(step: Step) -> Walk:
    """Return a visit at a step, its receipt printed."""
    walk = Walk().to(step)
    if step is Step.RATING:
        walk.answer(ev.ReceiptPrinted)
    return walk


@pytest.mark.parametrize("step", ASKING)
def test_after_ninety_seconds_it_asks_and_thirty_later_it_wipes(step: Step) -> None:
    """Not a second earlier, and what is left is an empty session, or the card's reminder."""
    walk = walk_to(step)
    walk.wait(89)
    assert walk.overlay == Overlay.NONE
    walk.wait(1)
    assert (walk.step, walk.overlay) == (step, Overlay.STILL_THERE)
    walk.wait(29)
    assert walk.step == step
    walk.wait(1)
    assert walk.journal()[-1] is JournalEvent.VISIT_TIMED_OUT
    if walk.step == Step.TAKE_CARD:
        assert walk.now().person is None
        walk.lift_card()
        walk.wait(1)
    assert walk.session == empty_session(walk.world)


def test_any_touch_says_somebody_is_there_as_often_as_it_takes() -> None:
    """The touch does nothing else: it was aimed at what lay underneath."""
    walk = Walk().to(Step.REVIEW)
    for kind in (ev.StillHere, ev.Continued, ev.WentBack, ev.StopAsked, ev.HelpAsked) * 3:
        walk.wait(119)
        assert walk.overlay == Overlay.STILL_THERE
        assert walk.on(kind) == ()
        assert (walk.step, walk.overlay) == (Step.REVIEW, Overlay.NONE)


def test_touching_in_time_is_not_asked() -> None:
    """Every touch starts the time anew, also one that changes nothing."""
    walk = Walk().to(Step.REVIEW)
    for _ in range(5):
        walk.wait(80)
        walk.on(ev.Answered, "nonsense", "")
    assert walk.overlay == Overlay.NONE


def test_what_a_machine_says_is_no_sign_of_life() -> None:
    """Advice and failures come without anybody there."""
    walk = Walk().to(Step.PHOTO)
    for _ in range(9):
        walk.wait(10)
        walk.on(ev.AdviceChanged, ())
    assert walk.overlay == Overlay.STILL_THERE


def test_a_card_that_is_laid_down_answers() -> None:
    """Whoever follows the last instruction instead of this one is there too."""
    walk = Walk().to(Step.CARD)
    walk.wait(100)
    assert walk.overlay == Overlay.STILL_THERE
    assert walk.wanted().reader is ReaderMode.PRESENCE
    walk.lay_card()
    assert walk.overlay == Overlay.NONE
    assert walk.wanted().reader is ReaderMode.READ
    walk.wait(89)
    assert walk.overlay == Overlay.NONE


def test_the_question_replaces_another_that_nobody_answers() -> None:
    """A visit left alone with "Stop?" is wiped like any other."""
    walk = Walk().to(Step.REVIEW)
    walk.on(ev.StopAsked)
    walk.wait(90)
    assert walk.overlay == Overlay.STILL_THERE
    walk.wait(30)
    assert walk.step == Step.TAKE_CARD


def test_help_holds_the_visit_and_not_for_ever() -> None:
    """While somebody is called nothing is wiped; after five minutes the bell stops, and it asks."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.HelpAsked)
    assert walk.wait(299) == ()
    assert walk.overlay == Overlay.HELP
    assert walk.wait(1) == (ef.HushBell(),)
    assert walk.overlay == Overlay.STILL_THERE


@pytest.mark.parametrize("how_long_s", [85, 100, 200, 299])
def test_the_question_is_there_its_whole_time_after_a_hold(how_long_s: int) -> None:
    """However long the printer took, there are thirty seconds to answer."""
    walk = Walk().to(Step.RECEIVED)
    walk.wait(how_long_s)
    assert walk.overlay == Overlay.NONE
    assert walk.now().receipt is ReceiptState.PRINTING
    walk.answer(ev.ReceiptFailed, PrinterState.FAULT)
    walk.wait(max(90 - how_long_s, 1))
    assert walk.overlay == Overlay.STILL_THERE
    walk.wait(29)
    assert walk.step == Step.RECEIVED
    walk.wait(1)
    assert walk.step == Step.TAKE_CARD


def test_a_picture_being_taken_and_a_helper_hold_the_visit() -> None:
    """Whoever is helped is not asked after ninety seconds, but five minutes."""
    walk = Walk().to(Step.PHOTO)
    walk.on(ev.ShutterPressed)
    walk.wait(200)
    assert walk.overlay == Overlay.NONE
    walk = Walk().to(Step.QUESTION)
    walk.world = replace(walk.world, duty=A_VOLUNTEER)
    walk.on(ev.HelperJoined)
    walk.wait(299)
    assert walk.overlay == Overlay.NONE
    walk.wait(1)
    assert walk.overlay == Overlay.STILL_THERE


def test_sealing_is_never_wiped() -> None:
    """A slow disk is waited for: the number must be shown."""
    walk = Walk().to(Step.SEALING)
    assert walk.wait(1000) == ()
    assert (walk.step, walk.overlay) == (Step.SEALING, Overlay.NONE)
    walk.answer(ev.ApplicationSealed, a_sealed())
    walk.wait(89)
    assert (walk.step, walk.overlay) == (Step.RECEIVED, Overlay.NONE)


def test_home_takes_its_usual_look_again() -> None:
    """The next resident finds the usual language and size; with nothing to change nothing does."""
    walk = Walk()
    walk.on(ev.LanguageChosen, EN)
    walk.lay_card()
    walk.wait(89)
    assert walk.now().display.language == EN
    walk.wait(1)
    assert walk.now().display.language == Language("zh_CN")
    assert walk.now().card_presence is Presence.PRESENT
    walk.on(ev.ScreenLowered, True)
    walk.on(ev.ScreenLowered, False)
    before = walk.session
    assert walk.wait(200) == ()
    assert walk.session == before


def test_a_bell_on_home_rings_until_answered() -> None:
    """Help that was asked for on Home is not forgotten."""
    walk = Walk()
    walk.on(ev.LanguageChosen, EN)
    walk.on(ev.HelpAsked)
    assert walk.wait(1000) == ()
    assert (walk.overlay, walk.now().display.language) == (Overlay.HELP, EN)


@pytest.mark.parametrize("presence", [Presence.ABSENT, Presence.CANT_TELL])
def test_help_asked_at_the_reminder_is_not_cut_off_and_not_left_ringing(
    presence: Presence,
) -> None:
    """The reminder stays while somebody is called, and the bell ends with it."""
    walk = Walk().to(Step.TAKE_CARD)
    walk.on(ev.HelpAsked)
    walk.on(ev.CardSeen, presence)
    assert walk.wait(299) == ()
    assert (walk.step, walk.overlay) == (Step.TAKE_CARD, Overlay.HELP)
    assert walk.wait(1) == (ef.HushBell(),)
    assert walk.step == Step.HOME


def test_a_suspended_visit_is_wiped_after_five_minutes_once() -> None:
    """Behind maintenance nothing of a visit waits longer, and the technician's screen stays."""
    walk = Walk().to(Step.QUESTION)
    walk.to_staff(StaffStep.MAINTENANCE)
    walk.wait(299)
    assert walk.step == Step.QUESTION
    walk.wait(1)
    assert (walk.step, walk.staff_step) == (Step.TAKE_CARD, StaffStep.MAINTENANCE)
    assert walk.now().person is None
    walk.wait(400)
    assert walk.journal().count(JournalEvent.VISIT_TIMED_OUT) == 1
    assert walk.staff_step == StaffStep.MAINTENANCE
    walk.on(ev.StaffDoorClosed)
    assert walk.step == Step.TAKE_CARD


def test_a_wiped_visit_without_a_card_leaves_home_behind_maintenance() -> None:
    """The technician goes on working in front of an empty Home."""
    walk = Walk().to(Step.GUIDE)
    walk.to_staff(StaffStep.MAINTENANCE)
    walk.wait(200)
    walk.on(ev.ReportAsked)
    walk.wait(100)
    assert (walk.step, walk.now().session_id) == (Step.HOME, "")
    walk.wait(100)
    assert walk.staff_step == StaffStep.MAINTENANCE
    walk.on(ev.StaffDoorClosed)
    assert replace(walk.session, last_touch_s=0) == empty_session(walk.world)


def test_a_visit_goes_on_after_a_short_suspension() -> None:
    """What stands behind the staff's panel is as it was, with its full time."""
    walk = Walk().to(Step.QUESTION)
    walk.wait(80)
    walk.on(ev.StaffDoorOpened)
    walk.wait(80)
    walk.on(ev.StaffDoorClosed)
    walk.wait(89)
    assert (walk.step, walk.overlay) == (Step.QUESTION, Overlay.NONE)
    walk.wait(1)
    assert walk.overlay == Overlay.STILL_THERE


def test_a_staff_door_left_open_closes() -> None:
    """A forgotten panel gives the screen back to residents; the visit behind has its full time."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.StaffDoorOpened)
    walk.wait(90)
    assert walk.now().staff is None
    walk.wait(89)
    assert walk.overlay == Overlay.NONE


def test_maintenance_left_open_closes_after_a_quarter_of_an_hour() -> None:
    """Silently if nothing rings, with the bell hushed if its test was left running."""
    for port, hushed in ((None, ()), (PortName.SPEAKER, (ef.HushBell(),))):
        walk = Walk()
        walk.to_staff(StaffStep.MAINTENANCE)
        if port is not None:
            walk.on(ev.DeviceTestAsked, port)
        assert walk.wait(899) == ()
        closed = walk.wait(1)
        assert closed == (ef.WriteJournal(JournalEvent.MAINTENANCE_CLOSED), *hushed)
        assert walk.now().staff is None


def test_a_clock_that_is_set_hurries_nobody() -> None:
    """Only the monotonic reading counts."""
    walk = Walk().to(Step.REVIEW)
    walk.clock.set_wall(walk.clock.at.replace(year=2036))
    walk.wait(89)
    assert walk.overlay == Overlay.NONE
    walk.clock.set_wall(walk.clock.at.replace(year=1970))
    walk.wait(1)
    assert walk.overlay == Overlay.STILL_THERE
