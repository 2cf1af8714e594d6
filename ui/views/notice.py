"""Screens that only tell something: it is being stored, it could not be, it was wiped, closed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A large sign, what it is, what to do, and small print for who comes to help."""

    icon: str
    title: str
    lines: tuple[str, ...]
    small: str
    pager: Pager
    bar: Bar


def sealing_view(_session: Session, _world: World, texts: Texts) -> NoticeView:
    """Return what is said while the application is stored."""
    return NoticeView(
        icon="lock",
        title=texts.say("sealing.title"),
        lines=(texts.say("sealing.line"),),
        small="",
        pager=pager(texts),
        bar=Bar(),
    )


def seal_failed_view(session: Session, world: World, texts: Texts) -> NoticeView:
    """Return what is said when it could not be stored: nothing is lost, and what to do."""
    return NoticeView(
        icon="warning",
        title=texts.say("seal_failed.title"),
        lines=(
            texts.say("seal_failed.line"),
            texts.say("seal_failed.other", phone=world.site.phone),
        ),
        small=texts.say("seal_failed.code", code=session.seal_problem),
        pager=pager(texts),
        bar=Bar(next=texts.say("seal_failed.again")),
    )


def not_kept_view(session: Session, world: World, texts: Texts) -> NoticeView:
    """Return what is said after the data consent was refused: wiped, and where to go instead."""
    service = world.service(session.service_id)
    where, phone = "", world.site.phone
    if service is not None:
        where = service.where_to_go.say(session.display.language)
        phone = service.authority_phone or phone
    lines = (
        texts.say("not_kept.line"),
        texts.say("not_kept.where", where=where, phone=phone) if where else "",
        texts.say("not_kept.slip") if world.has_printer and not world.cannot_print else "",
    )
    return NoticeView(
        icon="check",
        title=texts.say("not_kept.title"),
        lines=tuple(line for line in lines if line),
        small="",
        pager=pager(texts),
        bar=Bar(next=texts.say("not_kept.go_on")),
    )


def out_of_service_view(_session: Session, world: World, texts: Texts) -> NoticeView:
    """Return what is said while the machine is out of service."""
    lines = [
        texts.say("out_of_service.line"),
        texts.say("out_of_service.phone", phone=world.site.phone),
    ]
    if world.site.hours:
        lines.append(texts.say("out_of_service.hours", hours=world.site.hours))
    return NoticeView(
        icon="wrench",
        title=texts.say("out_of_service.title"),
        lines=tuple(lines),
        small="",
        pager=pager(texts),
        bar=Bar(),
    )
