"""The staff's own small flow, in front of a suspended visit: who is on duty, and the technician's
screen.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.clock import Moment
from kiosk.domain import StaffMember
from kiosk.flow import events as ev
from kiosk.flow.answers import PoseHeld
from kiosk.flow.effects import (
    CheckPin,
    Effect,
    HushBell,
    JournalEvent,
    MakeReport,
    SetDuty,
    TestDevice,
    WakeCourier,
    WriteJournal,
)
from kiosk.flow.moves import Advanced
from kiosk.flow.paper_answers import PageSeen
from kiosk.flow.session import Overlay, Session, StaffPanel, StaffStep, Step
from kiosk.flow.staff_effects import LookAtPaper, RefillPaper
from kiosk.flow.staff_events import RefillAsked, RefillConfirmed, RefillDropped
from kiosk.flow.staff_state import PinFor
from kiosk.flow.world import World
from kiosk.readiness import PortName, PortReport

_GO_ON = frozenset({PortName.CAMERA, PortName.DOCUMENT_CAMERA, PortName.SPEAKER})
_CLOSED_DOOR = frozenset({Step.SEALING, Step.OUT_OF_SERVICE})


def advance(session: Session, event: ev.Event, world: World) -> Advanced | None:
    """Answer an event while the staff's panel is open, or open it; None: not the staff's
    business.
    """
    panel = session.staff
    if isinstance(event, ev.StaffDoorOpened):
        if panel is not None or session.step in _CLOSED_DOOR:
            return session, ()
        return _open(session, event.at)
    if panel is None:
        is_ours = isinstance(event, ev.PinAccepted | ev.PinRejected | ev.ReportMade)
        return (session, ()) if is_ours or isinstance(event, ev.DeviceTested) else None
    if panel.step is StaffStep.MAINTENANCE:
        return _maintenance(session, panel, event, world)
    answered = _on_duty(session, panel, event, world) if panel.step is StaffStep.ON_DUTY else None
    return answered or _sign_in(session, panel, event, world)


def _open(session: Session, at: Moment) -> Advanced:
    """Somebody of the staff is here: the bell has done its work."""
    effects: tuple[Effect, ...] = ()
    if session.overlay is Overlay.HELP:
        effects = (HushBell(), WriteJournal(JournalEvent.HELP_ANSWERED))
    panel = StaffPanel(StaffStep.DOOR, opened_at=at)
    return replace(session, staff=panel, overlay=Overlay.NONE), effects


def _show(session: Session, panel: StaffPanel | None, *effects: Effect) -> Advanced:
    return replace(session, staff=panel), effects


def _on_duty(session: Session, panel: StaffPanel, event: ev.Event, world: World) -> Advanced | None:
    """Answer what somebody on duty does; what changes something is done with their PIN alone."""
    match event:
        case ev.ReportMade(_, report):
            return _show(session, replace(panel, report=report))
        case _ if world.duty is None:
            return None
        case ev.SignedOut() if panel.is_proven:
            return _sign_out(session, panel, world)
        case ev.SignedOut():
            return _show(session, _asking(panel, PinFor.SIGN_OUT))
        case RefillConfirmed() if panel.refilling is not None and not panel.is_proven:
            return _show(session, _asking(panel, PinFor.REFILL))
        case RefillAsked() | RefillConfirmed() | RefillDropped():
            return _refill(session, panel, event, world)
        case _:
            return None


def _sign_in(session: Session, panel: StaffPanel, event: ev.Event, world: World) -> Advanced | None:
    match event:
        case ev.StaffDoorClosed():
            return _show(session, None)
        case ev.WentBack() if panel.step is StaffStep.DOOR:
            return _show(session, None)
        case ev.WentBack() if panel.step is not StaffStep.CHECKING:
            is_asked = panel.pin_for is not None and world.duty is not None
            step = StaffStep.ON_DUTY if is_asked else StaffStep.DOOR
            return _show(session, _anew(panel, step))
        case ev.StaffChosen(_, staff_id) if panel.step is StaffStep.DOOR:
            chosen = _chosen(panel, staff_id, world.duty)
            looks = (LookAtPaper(),) if chosen.step is StaffStep.ON_DUTY else ()
            return _show(session, chosen, *looks)
        case ev.PinTyped(_, pin) if panel.step in {
            StaffStep.VOLUNTEER_PIN,
            StaffStep.TECHNICIAN_PIN,
        }:
            checking = replace(panel, step=StaffStep.CHECKING, problem="", wait_s=0)
            return _show(session, checking, CheckPin(panel.chosen_id, pin))
        case ev.PinAccepted(_, member) if panel.step is StaffStep.CHECKING:
            return _accepted(session, panel, member, world)
        case ev.PinRejected(_, wait_s, problem) if panel.step is StaffStep.CHECKING:
            step = StaffStep.VOLUNTEER_PIN if panel.chosen_id else StaffStep.TECHNICIAN_PIN
            rejected = replace(panel, step=step, wait_s=wait_s, problem=problem)
            fields = (("staff", panel.chosen_id or "technician"),)
            return _show(session, rejected, WriteJournal(JournalEvent.PIN_REJECTED, fields))
        case ev.HelperJoined() | ev.CardSeen():
            return None  # the same as anywhere
        case ev.LanguageChosen() | ev.TextScaleChosen() | ev.ThemeChosen() | ev.ScreenLowered():
            return None
        case ev.Touch():
            return session, ()
        case _:
            return None


def _chosen(panel: StaffPanel, staff_id: str, duty: StaffMember | None) -> StaffPanel:
    if not staff_id:
        return replace(panel, step=StaffStep.TECHNICIAN_PIN, chosen_id="")
    is_signed_in = duty is not None and duty.staff_id == staff_id
    step = StaffStep.ON_DUTY if is_signed_in else StaffStep.VOLUNTEER_PIN
    return replace(panel, step=step, chosen_id=staff_id)


def _anew(panel: StaffPanel, step: StaffStep) -> StaffPanel:
    """Return the panel at a step where nothing is proven, asked or wrong."""
    return StaffPanel(step, panel.opened_at, panel.chosen_id, report=panel.report)


def _asking(panel: StaffPanel, why: PinFor) -> StaffPanel:
    return replace(panel, step=StaffStep.VOLUNTEER_PIN, pin_for=why)


def _sign_out(session: Session, panel: StaffPanel, world: World) -> Advanced:
    fields = (("staff", "" if world.duty is None else world.duty.staff_id),)
    journal = WriteJournal(JournalEvent.SIGNED_OUT, fields)
    return _show(session, _anew(panel, StaffStep.DOOR), SetDuty(None), journal)


def _accepted(
    session: Session, panel: StaffPanel, member: StaffMember | None, world: World
) -> Advanced:
    if panel.chosen_id != ("" if member is None else member.staff_id):
        return session, ()  # the answer to somebody who went away meanwhile
    if member is None:
        opened = replace(panel, step=StaffStep.MAINTENANCE, problem="", wait_s=0)
        journal = WriteJournal(JournalEvent.MAINTENANCE_OPENED)
        return _show(session, opened, MakeReport(), journal)
    on_duty = replace(
        panel, step=StaffStep.ON_DUTY, problem="", wait_s=0, is_proven=True, pin_for=None
    )
    if member == world.duty and panel.pin_for is PinFor.SIGN_OUT:
        return _sign_out(session, on_duty, world)
    if member == world.duty and panel.pin_for is PinFor.REFILL:
        return _refilled(session, on_duty, world)
    fields = (("staff", member.staff_id),)
    journal = WriteJournal(JournalEvent.SIGNED_IN, fields)
    return _show(session, on_duty, SetDuty(member), LookAtPaper(), journal)


def _refill(
    session: Session,
    panel: StaffPanel,
    event: RefillAsked | RefillConfirmed | RefillDropped,
    world: World,
) -> Advanced:
    """Count new paper once somebody has said twice that it is in."""
    match event:
        case RefillAsked(_, asked):
            is_counted = asked in refillable(panel)
            return _show(session, replace(panel, refilling=asked) if is_counted else panel)
        case RefillConfirmed():
            return _refilled(session, panel, world)
        case _:
            return _show(session, replace(panel, refilling=None))


def _refilled(session: Session, panel: StaffPanel, world: World) -> Advanced:
    port = panel.refilling
    if port is None:
        return session, ()
    duty = None if panel.step is StaffStep.MAINTENANCE else world.duty
    who = "technician" if duty is None else duty.staff_id
    journal = WriteJournal(JournalEvent.PAPER_REFILLED, (("part", port.value), ("staff", who)))
    return _show(session, replace(panel, refilling=None), RefillPaper(port), journal)


def refillable(panel: StaffPanel) -> tuple[PortName, ...]:
    """Return the printers whose paper is counted, as far as they were asked."""
    parts = () if panel.report is None else panel.report.ports
    return tuple(part.port for part in parts if part.is_refilled_by_hand)


def _maintenance(
    session: Session, panel: StaffPanel, event: ev.Event, world: World
) -> Advanced | None:
    match event:
        case RefillAsked() | RefillConfirmed() | RefillDropped():
            return _refill(session, panel, event, world)
        case ev.StaffDoorClosed() | ev.WentBack():
            journal = WriteJournal(JournalEvent.MAINTENANCE_CLOSED)
            return _show(session, None, journal, *silence(panel))
        case ev.ReportAsked():
            return _show(session, panel, MakeReport())
        case ev.SendNowAsked():
            return _show(session, panel, WakeCourier(is_urgent=True), MakeReport())
        case ev.ReportMade(_, report):
            return _show(session, replace(panel, report=report))
        case ev.DeviceTestAsked(_, port) if panel.testing is None:
            test = TestDevice(port, session.display.language)
            return _show(session, replace(panel, testing=port), test)
        case PageSeen(_, advice, is_still, is_same):
            # Measured anew for each page that comes to lie there, and when it is taken away.
            is_there = is_still or is_same or advice is not None
            if panel.testing is not PortName.DOCUMENT_CAMERA or not is_there:
                return session, ()
            return session, (TestDevice(panel.testing, session.display.language),)
        case PoseHeld() | ev.ShutterPressed():
            return session, ()  # whoever tests the camera is not who is to be photographed
        case ev.DeviceTestEnded():
            return _show(session, replace(panel, testing=None), *silence(panel))
        case ev.DeviceTested(_, result):
            return _show(session, _with_result(panel, result))
        case ev.LanguageChosen() | ev.TextScaleChosen() | ev.ThemeChosen() | ev.ScreenLowered():
            return None
        case ev.CardSeen():
            return None
        case ev.Touch():
            return session, ()
        case _:
            return None


def silence(panel: StaffPanel) -> tuple[Effect, ...]:
    """Return what ends a live test that would go on being heard."""
    return (HushBell(),) if panel.testing is PortName.SPEAKER else ()


def _with_result(panel: StaffPanel, result: PortReport) -> StaffPanel:
    """Keep the newest result per part; camera and bell go on until they were seen and heard."""
    others = tuple(test for test in panel.tests if test.port is not result.port)
    is_over = panel.testing is result.port and result.port not in _GO_ON
    return replace(panel, tests=(*others, result), testing=None if is_over else panel.testing)
