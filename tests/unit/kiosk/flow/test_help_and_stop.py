"""What holds on every screen: help and its bell, stop, the card taken, display, out of service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import StaffMember
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.session import Overlay, Step, TextScale, Theme
from kiosk.ports.card_reader import Presence
from tests.support.builders import A_VOLUNTEER, ANOTHER_VOLUNTEER, EN, a_sealed, a_signature
from tests.support.walk import Walk

WITH_CARD = [
    Step.CONSENT_DATA,
    Step.CONSENT_PHOTO,
    Step.QUESTION,
    Step.PHOTO,
    Step.REVIEW,
    Step.SIGN,
]
NOTHING_TO_LOSE = [Step.GUIDE, Step.FOR_WHOM, Step.CARD_NOTICE, Step.RECEIVED, Step.RATING]
EVERY_STEP = [Step.HOME, *NOTHING_TO_LOSE, Step.CARD, *WITH_CARD, Step.SEALING, Step.TAKE_CARD]


def walk_to(step: Step) -> Walk:
    """Return a visit at a step, or Home."""
    return Walk() if step is Step.HOME else Walk().to(step)


@pytest.mark.parametrize("step", EVERY_STEP)
def test_help_rings_at_once_and_until_answered(step: Step) -> None:
    """On every screen; asking twice rings once, and the journal has both ends."""
    walk = walk_to(step)
    rings = walk.on(ev.HelpAsked)
    fields = (("step", step.value),)
    assert rings == (ef.RingBell(), ef.WriteJournal(JournalEvent.HELP_ASKED, fields))
    assert (walk.step, walk.overlay) == (step, Overlay.HELP)
    assert walk.on(ev.HelpAsked) == ()
    assert walk.on(ev.HelpAnswered) == (
        ef.HushBell(),
        ef.WriteJournal(JournalEvent.HELP_ANSWERED),
    )
    assert (walk.step, walk.overlay) == (step, Overlay.NONE)
    assert walk.on(ev.HelpAnswered) == ()


def test_under_help_no_button_of_the_step_works() -> None:
    """What lies underneath can't be touched, and stays."""
    walk = Walk().to(Step.SIGN)
    walk.on(ev.HelpAsked)
    for kind, *told in (
        (ev.WentBack,),
        (ev.Continued,),
        (ev.Signed, a_signature()),
        (ev.Answered, "alone", "yes"),
        (ev.StillHere,),
        (ev.StopConfirmed,),
        (ev.StopDeclined,),
    ):
        assert walk.on(kind, *told) == ()
        assert (walk.step, walk.overlay) == (Step.SIGN, Overlay.HELP)


@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_touch_that_means_nothing_here_changes_nothing(step: Step) -> None:
    """A button of another screen, pressed in the moment of change, does no harm."""
    walk = walk_to(step)
    before = walk.session
    for kind, *told in (
        (ev.StatusByCardChosen,),
        (ev.StatusTyped, "1", "2"),
        (ev.StillHere,),
        (ev.PinTyped, "270418"),
        (ev.StaffChosen, "v-7"),
        (ev.StaffDoorClosed,),
        (ev.ReportAsked,),
    ):
        assert walk.on(kind, *told) == ()
        assert replace(walk.session, last_touch_s=before.last_touch_s) == before


def test_what_was_asked_of_the_machine_goes_on_under_help() -> None:
    """The number is shown even if help was asked for a moment earlier."""
    walk = Walk().to(Step.SEALING)
    walk.on(ev.HelpAsked)
    walk.answer(ev.ApplicationSealed, a_sealed())
    assert (walk.step, walk.overlay) == (Step.RECEIVED, Overlay.HELP)


def test_the_volunteer_on_duty_joins_the_visit_once() -> None:
    """Record and receipt will say who helped; the bell stops."""
    walk = Walk().to(Step.QUESTION)
    walk.world = replace(walk.world, duty=A_VOLUNTEER)
    walk.on(ev.HelpAsked)
    joined = ef.WriteJournal(JournalEvent.HELPER_JOINED, (("staff", "v-7"),))
    assert walk.on(ev.HelperJoined) == (joined, ef.HushBell())
    assert (walk.now().helper, walk.overlay) == (A_VOLUNTEER, Overlay.NONE)
    assert walk.on(ev.HelperJoined) == ()
    walk.world = replace(walk.world, duty=ANOTHER_VOLUNTEER)
    walk.on(ev.HelperJoined)
    assert walk.now().helper == ANOTHER_VOLUNTEER


def test_who_helped_is_in_the_record() -> None:
    """The helper is sealed with what they helped with, and gone with the visit."""
    walk = Walk().to(Step.SIGN)
    walk.world = replace(walk.world, duty=A_VOLUNTEER)
    walk.on(ev.HelperJoined)
    (order,) = walk.on(ev.Signed, a_signature())
    assert isinstance(order, ef.SealApplication)
    assert order.record.helper == A_VOLUNTEER
    walk.answer(ev.ApplicationSealed, a_sealed())
    walk.on(ev.StopAsked)
    assert walk.now().helper is None


@pytest.mark.parametrize("duty", [None, A_VOLUNTEER])
def test_nobody_joins_without_duty_or_without_a_visit(duty: StaffMember | None) -> None:
    """On Home there is nothing to help with; without anybody on duty nobody helps."""
    walk = Walk() if duty else Walk().to(Step.QUESTION)
    walk.world = replace(walk.world, duty=duty)
    assert walk.on(ev.HelperJoined) == ()
    assert walk.now().helper is None


@pytest.mark.parametrize("step", [Step.CARD, *WITH_CARD])
def test_stop_asks_before_it_wipes(step: Step) -> None:
    """No keeps everything as it is; yes leaves nothing."""
    walk = Walk().to(step)
    before = walk.session
    assert walk.on(ev.StopAsked) == ()
    assert walk.on(ev.StopAsked) == ()
    assert walk.overlay == Overlay.STOP
    walk.on(ev.StopDeclined)
    assert walk.session == before
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    walk.lift_card()
    walk.wait(1)
    assert walk.session == empty_session(walk.world)
    assert walk.journal()[-1] is JournalEvent.VISIT_STOPPED


@pytest.mark.parametrize("step", NOTHING_TO_LOSE)
def test_stop_ends_at_once_where_nothing_is_lost(step: Step) -> None:
    """Where nothing was said yet, or all is stored, nobody is asked."""
    walk = Walk().to(step)
    walk.on(ev.StopAsked)
    assert walk.step in {Step.HOME, Step.TAKE_CARD}
    is_stored = step in {Step.RECEIVED, Step.RATING}
    ended = JournalEvent.VISIT_ENDED if is_stored else JournalEvent.VISIT_STOPPED
    assert walk.journal()[-1] is ended


@pytest.mark.parametrize("step", [Step.HOME, Step.SEALING, Step.TAKE_CARD])
def test_there_is_nothing_to_stop_where_nobody_can(step: Step) -> None:
    """On Home, while sealing, and at the reminder Stop does nothing."""
    walk = walk_to(step)
    assert walk.on(ev.StopAsked) == ()
    assert walk.on(ev.StopConfirmed) == ()
    assert walk.on(ev.StopDeclined) == ()
    assert (walk.step, walk.overlay) == (step, Overlay.NONE)


@pytest.mark.parametrize("step", [Step.GUIDE, Step.REVIEW])
def test_stop_out_of_help_hushes_the_bell(step: Step) -> None:
    """No bell rings for a visit that ended, or for a question that lies over the help."""
    walk = Walk().to(step)
    walk.on(ev.HelpAsked)
    walk.on(ev.StopAsked)
    assert walk.to_do(ef.HushBell) == [ef.HushBell()]
    assert walk.overlay != Overlay.HELP


@pytest.mark.parametrize("step", WITH_CARD)
def test_taking_the_card_before_signing_asks(step: Step) -> None:
    """Going on is possible; putting the card back answers by itself; stopping wipes."""
    walk = Walk().to(step)
    walk.lift_card()
    assert (walk.step, walk.overlay) == (step, Overlay.CARD_TAKEN)
    walk.lay_card()
    assert walk.overlay == Overlay.NONE
    walk.lift_card()
    walk.on(ev.StopDeclined)
    assert (walk.step, walk.overlay) == (step, Overlay.NONE)
    walk.lay_card()
    walk.lift_card()
    walk.on(ev.StopConfirmed)
    assert walk.session == empty_session(walk.world)


@pytest.mark.parametrize("step", [Step.CARD_NOTICE, Step.CARD, Step.SEALING, Step.RECEIVED])
def test_taking_the_card_at_other_times_asks_nothing(step: Step) -> None:
    """Before it was read and after the signature nobody needs it there."""
    walk = Walk().to(step)
    walk.lay_card()
    walk.lift_card()
    assert (walk.step, walk.overlay) == (step, Overlay.NONE)


def test_a_reader_that_stops_telling_has_taken_no_card() -> None:
    """A lost reader is no stolen card."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.CardSeen, Presence.CANT_TELL)
    assert walk.overlay == Overlay.NONE
    walk.lift_card()
    assert walk.overlay == Overlay.NONE


def test_another_question_on_the_screen_is_not_replaced_by_the_card() -> None:
    """Who is asked something already, or is being helped, is asked nothing more."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.HelpAsked)
    walk.lift_card()
    assert walk.overlay == Overlay.HELP
    walk.lay_card()
    assert walk.overlay == Overlay.HELP


def test_a_card_that_lay_there_before_the_visit_is_reminded_of() -> None:
    """Also if it was never read."""
    walk = Walk()
    walk.lay_card()
    assert walk.step == Step.HOME
    walk.to(Step.GUIDE)
    walk.on(ev.StopAsked)
    assert walk.step == Step.TAKE_CARD


def test_the_display_can_be_changed_anywhere() -> None:
    """Language, size, theme and height change at once, even under an overlay."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.HelpAsked)
    walk.on(ev.LanguageChosen, EN)
    walk.on(ev.TextScaleChosen, TextScale.LARGEST)
    walk.on(ev.ThemeChosen, Theme.HIGH_CONTRAST)
    walk.on(ev.ScreenLowered, True)
    display = walk.now().display
    assert (display.language, display.text_scale) == (EN, TextScale.LARGEST)
    assert (display.theme, display.is_lowered) == (Theme.HIGH_CONTRAST, True)
    assert walk.overlay == Overlay.HELP


@pytest.mark.parametrize("step", EVERY_STEP)
def test_a_bug_takes_the_machine_out_of_service(step: Step) -> None:
    """Everything is wiped and silent, and nothing is answered until a new start."""
    walk = walk_to(step)
    walk.on(ev.HelpAsked)
    assert walk.on(ev.Broke) == (ef.HushBell(), ef.WriteJournal(JournalEvent.BROKE))
    broken = replace(empty_session(walk.world), step=Step.OUT_OF_SERVICE)
    assert walk.session == broken
    walk.on(ev.Started, "s-9")
    walk.on(ev.HelpAsked)
    walk.on(ev.StaffDoorOpened)
    walk.lay_card()
    walk.wait(1000)
    assert walk.session == broken
    assert walk.wanted() == ef.WantedDevices(ReaderMode.OFF, camera=False)
