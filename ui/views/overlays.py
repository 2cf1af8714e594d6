"""What lies over a step: help, "are you still there?", "do you want to stop?", the card is gone."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow import stopping
from kiosk.flow.paper_state import Slip
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.slips import slip_words


@dataclass(frozen=True, slots=True)
class HelpView:
    """Who comes, whom to call, and how to go on; `join` is "" where nobody could join."""

    title: str
    line: str
    who: str
    phone_name: str
    phone: str
    hours: str
    came: str
    close: str
    print_it: str
    """The button for the help slip; "" where nothing is printed."""
    join: str
    join_line: str
    staff: str


@dataclass(frozen=True, slots=True)
class StillThereView:
    """One question, one answer; nothing on it counts down."""

    title: str
    line: str
    here: str


@dataclass(frozen=True, slots=True)
class StopView:
    """Go on or stop."""

    icon: str
    title: str
    line: str
    go_on: str
    go_on_line: str
    stop: str
    stop_line: str
    slip: str
    """Stop with a paper that says what to bring; "" where it is not offered."""
    slip_line: str


def help_view(session: Session, world: World, texts: Texts) -> HelpView:
    """Return what is said while the bell rings."""
    duty, site = world.duty, world.site
    can_join = duty is not None and session.is_visit and session.helper != duty
    return HelpView(
        title=texts.say("help.title"),
        line=texts.say("help.bell"),
        who=texts.say("help.nobody") if duty is None else texts.say("help.on_duty", name=duty.name),
        phone_name=texts.say("help.phone_name") if duty is not None else "",
        phone=site.phone,
        hours=texts.say("help.hours", hours=site.hours) if site.hours else "",
        came=texts.say("help.came"),
        close=texts.say("help.close"),
        print_it=slip_words(Slip.HELP, session, world, texts),
        join=texts.say("help.join", name=duty.name) if duty is not None and can_join else "",
        join_line=texts.say("help.join_line") if can_join else "",
        staff=texts.say("help.staff"),
    )


def still_there_view(_session: Session, _world: World, texts: Texts) -> StillThereView:
    """Return the calm question."""
    return StillThereView(
        title=texts.say("still_there.title"),
        line=texts.say("still_there.line"),
        here=texts.say("still_there.here"),
    )


def late_paper_view(_session: Session, _world: World, texts: Texts) -> StillThereView:
    """Return what is said of a paper that lies there and is somebody else's."""
    return StillThereView(
        title=texts.say("late_paper.title"),
        line=texts.say("late_paper.line"),
        here=texts.say("late_paper.close"),
    )


def stop_view(session: Session, world: World, texts: Texts) -> StopView:
    """Return the question whether to stop."""
    return _stop_view("stop", "stop", session, world, texts)


def card_taken_view(session: Session, world: World, texts: Texts) -> StopView:
    """Return the question when the card was taken before signing."""
    return _stop_view("card_taken", "id_card", session, world, texts)


def _stop_view(key: str, icon: str, session: Session, world: World, texts: Texts) -> StopView:
    has_slip = stopping.is_offered(session, world)
    return StopView(
        icon=icon,
        title=texts.say(f"{key}.title"),
        line=texts.say(f"{key}.line"),
        go_on=texts.say("stop.go_on"),
        go_on_line=texts.say("stop.go_on_line"),
        stop=texts.say("stop.stop"),
        stop_line=texts.say("stop.stop_line"),
        slip=texts.say("stop.slip") if has_slip else "",
        slip_line=texts.say("stop.slip_line") if has_slip else "",
    )
