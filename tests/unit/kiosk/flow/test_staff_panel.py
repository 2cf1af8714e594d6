"""The staff's own small flow: signing in and out, joining, and the technician's screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.session import Overlay, StaffStep, Step
from kiosk.flow.staff_effects import LookAtPaper
from kiosk.readiness import Health, PortName, PortReport, Report
from tests.support.builders import (
    A_MORNING,
    A_VOLUNTEER,
    ANOTHER_VOLUNTEER,
    EN,
    a_photo,
    a_sealed,
    a_signature,
)
from tests.support.walk import Walk

SIGNED_OUT = (
    ef.SetDuty(None),
    ef.WriteJournal(JournalEvent.SIGNED_OUT, (("staff", "v-7"),)),
)
A_REPORT = Report(A_MORNING, (), (), (), ())


def a_test(port: PortName, health: Health = Health.READY) -> PortReport:
    """Return how a live test ended."""
    return PortReport(port, health, "ok", "It works.")


@pytest.mark.parametrize("step", [Step.HOME, Step.QUESTION, Step.RECEIVED, Step.TAKE_CARD])
def test_the_door_opens_in_front_of_any_screen(step: Step) -> None:
    """What lies behind stays as it is, with reader and camera off."""
    walk = Walk() if step is Step.HOME else Walk().to(step)
    walk.on(ev.StaffDoorOpened)
    assert (walk.step, walk.staff_step) == (step, StaffStep.DOOR)
    assert walk.wanted() == ef.WantedDevices(ReaderMode.OFF, camera=False)
    before = walk.session
    assert walk.on(ev.StaffDoorOpened) == ()
    assert walk.session == before
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().staff) == (step, None)


def test_the_door_is_shut_while_sealing() -> None:
    """Nothing may come between the signature and the number."""
    walk = Walk().to(Step.SEALING)
    walk.on(ev.StaffDoorOpened)
    assert walk.now().staff is None


def test_opening_the_door_answers_the_bell() -> None:
    """Somebody of the staff is here."""
    walk = Walk().to(Step.QUESTION)
    walk.on(ev.HelpAsked)
    assert walk.on(ev.StaffDoorOpened) == (
        ef.HushBell(),
        ef.WriteJournal(JournalEvent.HELP_ANSWERED),
    )
    assert walk.overlay == Overlay.NONE


def test_a_volunteer_signs_in() -> None:
    """Name, PIN, on duty; a second press on the button checks the PIN once."""
    walk = Walk()
    walk.to_staff(StaffStep.VOLUNTEER_PIN)
    assert walk.on(ev.PinTyped, "270418") == (ef.CheckPin("v-7", "270418"),)
    assert walk.staff_step == StaffStep.CHECKING
    assert walk.on(ev.PinTyped, "270418") == ()
    assert walk.on(ev.PinAccepted, A_VOLUNTEER) == (
        ef.SetDuty(A_VOLUNTEER),
        LookAtPaper(),
        ef.WriteJournal(JournalEvent.SIGNED_IN, (("staff", "v-7"),)),
    )
    assert walk.staff_step == StaffStep.ON_DUTY
    assert "270418" not in repr(walk.all(ef.CheckPin))


def test_a_wrong_pin_says_so_and_how_long_to_wait() -> None:
    """The account is journalled, the PIN is not; the next try clears the words."""
    walk = Walk()
    walk.to_staff(StaffStep.CHECKING)
    assert walk.on(ev.PinRejected, 30, "staff.problem.wrong_pin") == (
        ef.WriteJournal(JournalEvent.PIN_REJECTED, (("staff", "v-7"),)),
    )
    panel = walk.now().staff
    assert panel is not None
    assert (panel.step, panel.wait_s) == (StaffStep.VOLUNTEER_PIN, 30)
    assert panel.problem == "staff.problem.wrong_pin"
    walk.on(ev.PinTyped, "270418")
    panel = walk.now().staff
    assert panel is not None
    assert (panel.problem, panel.wait_s) == ("", 0)
    walk.on(ev.PinRejected, 0, "staff.problem.wrong_pin")
    walk.on(ev.WentBack)
    panel = walk.now().staff
    assert panel is not None
    assert (panel.step, panel.problem) == (StaffStep.DOOR, "")


def test_the_technician_has_an_entry_of_their_own() -> None:
    """Without a name, into maintenance; nobody is on duty by that."""
    walk = Walk()
    walk.to_staff(StaffStep.TECHNICIAN_PIN)
    assert walk.on(ev.PinTyped, "804153") == (ef.CheckPin("", "804153"),)
    rejected = walk.on(ev.PinRejected, 0, "staff.problem.no_pin_set")
    assert rejected == (ef.WriteJournal(JournalEvent.PIN_REJECTED, (("staff", "technician"),)),)
    assert walk.staff_step == StaffStep.TECHNICIAN_PIN
    walk.on(ev.PinTyped, "804153")
    assert walk.on(ev.PinAccepted, None) == (
        ef.MakeReport(),
        ef.WriteJournal(JournalEvent.MAINTENANCE_OPENED),
    )
    assert walk.staff_step == StaffStep.MAINTENANCE
    assert walk.world.duty is None


def test_the_answer_to_somebody_who_went_away_opens_nothing() -> None:
    """A PIN that fits one account opens no other's screen, nor a closed door."""
    walk = Walk()
    walk.to_staff(StaffStep.CHECKING)
    assert walk.on(ev.PinAccepted, None) == ()
    assert walk.on(ev.PinAccepted, ANOTHER_VOLUNTEER) == ()
    assert walk.staff_step == StaffStep.CHECKING
    walk.on(ev.WentBack)
    assert walk.staff_step == StaffStep.CHECKING
    walk.on(ev.StaffDoorClosed)
    for kind, *told in (
        (ev.PinAccepted, A_VOLUNTEER),
        (ev.PinRejected, 0, ""),
        (ev.ReportMade, A_REPORT),
        (ev.DeviceTested, a_test(PortName.PRINTER)),
    ):
        assert walk.on(kind, *told) == ()
    walk.on(ev.StaffDoorOpened)
    assert walk.on(ev.PinAccepted, A_VOLUNTEER) == ()
    assert walk.on(ev.PinRejected, 0, "") == ()
    assert walk.staff_step == StaffStep.DOOR


def test_who_is_on_duty_joins_the_visit_behind() -> None:
    """The panel closes, and the visit goes on with a helper."""
    walk = Walk().to(Step.QUESTION)
    walk.to_staff(StaffStep.ON_DUTY)
    joined = ef.WriteJournal(JournalEvent.HELPER_JOINED, (("staff", "v-7"),))
    assert walk.on(ev.HelperJoined) == (joined,)
    assert (walk.now().staff, walk.now().helper) == (None, A_VOLUNTEER)


def test_who_is_on_duty_signs_out_once() -> None:
    """With the PIN that signed them in just now; afterwards the account needs it again."""
    walk = Walk()
    walk.to_staff(StaffStep.ON_DUTY)
    assert walk.on(ev.SignedOut) == SIGNED_OUT
    assert walk.on(ev.SignedOut) == ()
    walk.on(ev.StaffChosen, "v-7")
    assert walk.staff_step == StaffStep.VOLUNTEER_PIN


@pytest.fixture
def looking() -> Walk:
    """Return a machine where somebody touched the name of who is on duty, and typed nothing."""
    walk = Walk()
    walk.to_staff(StaffStep.ON_DUTY)
    walk.on(ev.WentBack)
    assert walk.on(ev.SignedOut) == ()
    walk.on(ev.StaffChosen, "v-7")
    assert walk.staff_step == StaffStep.ON_DUTY
    walk.done.clear()
    return walk


def test_whoever_touches_the_name_on_duty_signs_nobody_out(looking: Walk) -> None:
    """They may look; the PIN of that account ends its duty, and no other one."""
    assert looking.on(ev.SignedOut) == ()
    assert looking.staff_step == StaffStep.VOLUNTEER_PIN
    assert looking.on(ev.PinTyped, "000000") == (ef.CheckPin("v-7", "000000"),)
    looking.on(ev.PinRejected, 0, "staff.problem.wrong_pin")
    assert (looking.staff_step, looking.world.duty) == (StaffStep.VOLUNTEER_PIN, A_VOLUNTEER)
    looking.on(ev.PinTyped, "270418")
    assert looking.on(ev.PinAccepted, A_VOLUNTEER) == SIGNED_OUT
    assert (looking.staff_step, looking.world.duty) == (StaffStep.DOOR, None)
    assert JournalEvent.SIGNED_IN not in looking.journal()


def test_who_does_not_know_the_pin_goes_back_to_looking(looking: Walk) -> None:
    """What was wanted is forgotten: a PIN that is typed later only signs in."""
    looking.on(ev.SignedOut)
    looking.on(ev.WentBack)
    assert looking.staff_step == StaffStep.ON_DUTY
    looking.on(ev.SignedOut)
    looking.on(ev.StaffDoorClosed)
    looking.on(ev.StaffDoorOpened)
    looking.on(ev.StaffChosen, "v-7")
    assert looking.on(ev.PinAccepted, A_VOLUNTEER) == ()
    assert looking.world.duty == A_VOLUNTEER


def test_a_pin_counts_until_the_door_is_closed_or_left() -> None:
    """Who typed it a moment ago is not asked again; whoever comes after them is."""
    for leave in (ev.WentBack, ev.StaffDoorClosed):
        walk = Walk()
        walk.to_staff(StaffStep.ON_DUTY)
        walk.on(leave)
        walk.on(ev.StaffDoorOpened)
        walk.on(ev.StaffChosen, "v-7")
        assert walk.on(ev.SignedOut) == ()
        assert walk.world.duty == A_VOLUNTEER


def test_another_volunteer_needs_their_own_pin() -> None:
    """One being on duty opens nobody else's account."""
    walk = Walk()
    walk.to_staff(StaffStep.ON_DUTY)
    walk.on(ev.WentBack)
    walk.on(ev.StaffChosen, "v-8")
    assert walk.staff_step == StaffStep.VOLUNTEER_PIN


@pytest.mark.parametrize("staff_step", list(StaffStep))
def test_nothing_of_the_residents_screens_works_under_the_panel(staff_step: StaffStep) -> None:
    """Consent, signature and all the rest stay the resident's."""
    walk = Walk().to(Step.SIGN)
    walk.to_staff(staff_step)
    for kind, *told in (
        (ev.Signed, a_signature()),
        (ev.Continued,),
        (ev.HelpAsked,),
        (ev.StopAsked,),
        (ev.Corrected, "alone"),
    ):
        assert walk.on(kind, *told) == ()
        assert (walk.step, walk.overlay, walk.staff_step) == (
            Step.SIGN,
            Overlay.NONE,
            staff_step,
        )
    walk.on(ev.LanguageChosen, EN)
    assert walk.now().display.language == EN


@pytest.mark.parametrize("staff_step", [StaffStep.DOOR, StaffStep.MAINTENANCE])
def test_what_the_visit_waits_for_arrives_behind_the_panel(staff_step: StaffStep) -> None:
    """Printer and camera are heard, and the card is missed when the panel closes."""
    walk = Walk().to(Step.PHOTO)
    walk.on(ev.ShutterPressed)
    walk.to_staff(staff_step)
    walk.answer(ev.PhotoTaken, a_photo())
    assert walk.now().photo == a_photo()
    walk.lift_card()
    assert (walk.overlay, walk.staff_step) == (Overlay.CARD_TAKEN, staff_step)


@pytest.fixture
def maintenance() -> Walk:
    """Return a machine under maintenance, nobody's visit behind."""
    walk = Walk()
    walk.to_staff(StaffStep.MAINTENANCE)
    return walk


def test_maintenance_asks_the_doctor_and_sends_now(maintenance: Walk) -> None:
    """The report is made when opened, on demand, and with everything sent."""
    maintenance.on(ev.ReportMade, A_REPORT)
    panel = maintenance.now().staff
    assert panel is not None
    assert panel.report == A_REPORT
    assert maintenance.on(ev.ReportAsked) == (ef.MakeReport(),)
    assert maintenance.on(ev.SendNowAsked) == (
        ef.WakeCourier(is_urgent=True),
        ef.MakeReport(),
    )


def test_one_part_is_tested_at_a_time(maintenance: Walk) -> None:
    """The newest result of each part stays, in the order they came."""
    language = maintenance.now().display.language
    assert maintenance.on(ev.DeviceTestAsked, PortName.PRINTER) == (
        ef.TestDevice(PortName.PRINTER, language),
    )
    assert maintenance.on(ev.DeviceTestAsked, PortName.PRINTER) == ()
    assert maintenance.on(ev.DeviceTestAsked, PortName.PLATFORM) == ()
    maintenance.on(ev.DeviceTested, a_test(PortName.PRINTER, Health.BROKEN))
    maintenance.on(ev.DeviceTestAsked, PortName.PLATFORM)
    maintenance.on(ev.DeviceTested, a_test(PortName.PLATFORM))
    maintenance.on(ev.DeviceTestAsked, PortName.PRINTER)
    maintenance.on(ev.DeviceTested, a_test(PortName.PRINTER))
    panel = maintenance.now().staff
    assert panel is not None
    assert panel.testing is None
    assert panel.tests == (a_test(PortName.PLATFORM), a_test(PortName.PRINTER))


def test_the_camera_stays_on_while_it_is_looked_through(maintenance: Walk) -> None:
    """Until the technician has seen enough."""
    assert not maintenance.wanted().camera
    maintenance.on(ev.DeviceTestAsked, PortName.CAMERA)
    maintenance.on(ev.DeviceTested, a_test(PortName.CAMERA))
    assert maintenance.wanted().camera
    assert maintenance.on(ev.DeviceTestEnded) == ()
    assert not maintenance.wanted().camera


@pytest.mark.parametrize("kind", [ev.DeviceTestEnded, ev.StaffDoorClosed, ev.WentBack])
def test_the_bell_under_test_rings_until_it_was_heard(
    maintenance: Walk,
    kind: type[ev.DeviceTestEnded | ev.StaffDoorClosed | ev.WentBack],
) -> None:
    """It ends with the test, or with maintenance."""
    maintenance.on(ev.DeviceTestAsked, PortName.SPEAKER)
    maintenance.on(ev.DeviceTested, a_test(PortName.SPEAKER))
    maintenance.on(kind)
    assert maintenance.to_do(ef.HushBell) == [ef.HushBell()]


def test_closing_maintenance_is_journalled(maintenance: Walk) -> None:
    """By both ways out."""
    assert maintenance.on(ev.WentBack) == (ef.WriteJournal(JournalEvent.MAINTENANCE_CLOSED),)
    maintenance.to_staff(StaffStep.MAINTENANCE)
    maintenance.on(ev.StaffDoorClosed)
    assert maintenance.journal().count(JournalEvent.MAINTENANCE_CLOSED) == 2


def test_maintenance_lets_nobody_join(maintenance: Walk) -> None:
    """The technician's screen has no such button; a stray touch does nothing."""
    walk = Walk(replace(maintenance.world, duty=A_VOLUNTEER)).to(Step.RECEIVED)
    walk.to_staff(StaffStep.MAINTENANCE)
    assert walk.on(ev.HelperJoined) == ()
    assert walk.now().sealed == a_sealed()
    assert walk.now().helper is None
