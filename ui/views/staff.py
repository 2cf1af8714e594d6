"""The staff's door: who signs in, the PIN, and what somebody on duty can do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kiosk.domain import StaffRole
from kiosk.flow.session import Session, StaffPanel, StaffStep
from kiosk.flow.staff_state import PinFor
from kiosk.flow.world import World
from kiosk.readiness import PortName
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.notice import NoticeView
from ui.views.pager import Pager, pager

_LONG_WAIT_S = 120


@dataclass(frozen=True, slots=True)
class DoorRow:
    """Somebody who may sign in; `staff_id` "" is the technician."""

    staff_id: str
    icon: str
    name: str
    line: str


@dataclass(frozen=True, slots=True)
class DoorView:
    """Who is there to sign in."""

    title: str
    line: str
    rows: tuple[DoorRow, ...]
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class PinView:
    """The PIN of one of them; a `problem` empties the field."""

    title: str
    hint: str
    problem: str
    erase: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class PaperTile:
    """A printer whose paper somebody may have put in; `port` None says that nobody has."""

    port: PortName | None
    words: str
    line: str
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class OnDutyView:
    """Signed in; `join` is "" where there is no visit to help in."""

    title: str
    line: str
    joined: str
    join: str
    join_line: str
    sign_out: str
    sign_out_line: str
    pager: Pager
    bar: Bar
    paper: tuple[PaperTile, ...] = ()
    """While it is asked whether it is so, nothing else is offered."""


def door_view(_session: Session, world: World, texts: Texts) -> DoorView:
    """Return who may sign in."""
    on_duty = "" if world.duty is None else world.duty.staff_id
    rows = [
        DoorRow(
            member.staff_id,
            "person",
            member.name,
            texts.say("staff.is_on_duty") if member.staff_id == on_duty else "",
        )
        for member in world.staff
        if member.role is not StaffRole.TECHNICIAN
    ]
    line = texts.say("staff.door_line" if rows else "staff.nobody")
    technician = texts.say("staff.technician")
    rows.append(DoorRow("", "wrench", technician, texts.say("staff.technician_line")))
    return DoorView(
        title=texts.say("staff.door_title"),
        line=line,
        rows=tuple(rows),
        pager=pager(texts),
        bar=Bar(texts.say("staff.close")),
    )


def pin_view(session: Session, world: World, texts: Texts) -> PinView:
    """Return what is said while a PIN is typed."""
    panel = session.staff
    name = _name(panel, world)
    title = texts.say("staff.pin_title", name=name) if name else ""
    return PinView(
        title=title or texts.say("staff.technician_pin_title"),
        hint=texts.say("staff.pin_hint"),
        problem=_problem(panel, texts),
        erase=texts.say("pad.erase"),
        bar=Bar(texts.say("bar.back"), _pin_words(panel, texts)),
    )


def checking_view(_session: Session, _world: World, texts: Texts) -> NoticeView:
    """Return what is said while a PIN is checked."""
    return NoticeView(
        icon="lock",
        title=texts.say("staff.checking"),
        lines=(texts.say("staff.checking_line"),),
        small="",
        pager=pager(texts),
        bar=Bar(),
    )


def on_duty_view(session: Session, world: World, texts: Texts) -> OnDutyView:
    """Return what somebody on duty can do."""
    name = "" if world.duty is None else world.duty.name
    is_helping = world.duty is not None and session.helper == world.duty
    paper = _paper(session.staff, texts)
    is_asked = any(tile.is_sure for tile in paper)
    can_join = session.is_visit and not is_helping and not is_asked
    return OnDutyView(
        title=texts.say("staff.on_duty_title", name=name),
        line=texts.say("staff.on_duty_line"),
        joined=texts.say("staff.joined") if session.is_visit and is_helping else "",
        join=texts.say("staff.join") if can_join else "",
        join_line=texts.say("staff.join_line") if can_join else "",
        sign_out="" if is_asked else texts.say("staff.sign_out"),
        sign_out_line=texts.say("staff.sign_out_line"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("staff.close")),
        paper=paper,
    )


def _paper(panel: StaffPanel | None, texts: Texts) -> tuple[PaperTile, ...]:
    if panel is None or panel.report is None:
        return ()
    asked = panel.refilling
    if asked is not None:
        line, words = texts.say("staff.refilled.line"), texts.say(f"staff.refilled.{asked}")
        no = PaperTile(None, texts.say("staff.refilled.no"), texts.say("staff.refilled.no_line"))
        return PaperTile(asked, words, line, is_sure=True), no
    return tuple(
        PaperTile(part.port, texts.say(f"staff.refill.{part.port}"), part.sentence)
        for part in panel.report.ports
        if part.is_refilled_by_hand
    )


def _name(panel: StaffPanel | None, world: World) -> str:
    if panel is None or panel.step is StaffStep.TECHNICIAN_PIN:
        return ""
    return next((m.name for m in world.staff if m.staff_id == panel.chosen_id), "")


def _pin_words(panel: StaffPanel | None, texts: Texts) -> str:
    """Return what is done once the PIN is right."""
    match panel:
        case StaffPanel(pin_for=PinFor.SIGN_OUT):
            return texts.say("staff.sign_out")
        case StaffPanel(pin_for=PinFor.REFILL):
            return texts.say("staff.refilled.confirm")
        case _:
            return texts.say("staff.sign_in")


def _problem(panel: StaffPanel | None, texts: Texts) -> str:
    return "" if panel is None else pin_problem(panel.problem, panel.wait_s, texts)


def pin_problem(problem: str, wait_s: int, texts: Texts) -> str:
    """Return in words why a PIN would not do, "" for no problem."""
    if not problem:
        return ""
    said = texts.say(problem)
    if not wait_s:
        return said
    if wait_s < _LONG_WAIT_S:
        return said + texts.say("staff.gap") + texts.say("staff.wait_seconds", n=wait_s)
    minutes = math.ceil(wait_s / 60)
    return said + texts.say("staff.gap") + texts.say("staff.wait_minutes", n=minutes)
