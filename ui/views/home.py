"""Home: what can be done here, by whom it is looked after, and that it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import Language
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager


@dataclass(frozen=True, slots=True)
class ServiceTile:
    """One service to choose."""

    service_id: str
    icon: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """What Home shows; `hero_title` is "" where several services must be chosen between first.

    `notice` is what the office wants said. With a `closed_title` nothing can be begun, and
    `closed_lines` say when and where instead, the most useful first.
    """

    title: str
    hero_title: str
    hero_line: str
    services: tuple[ServiceTile, ...]
    duty: str
    free: str
    pager: Pager
    bar: Bar
    closed_title: str = ""
    closed_lines: tuple[str, ...] = ()
    notice: str = ""


def home_view(session: Session, world: World, texts: Texts) -> HomeView:
    """Return what Home shows."""
    language = session.display.language
    is_open = world.takes_applications
    has_one = is_open and len(world.services) == 1
    if world.duty is not None:
        duty = texts.say("home.on_duty", name=world.duty.name)
    else:
        duty = texts.say("home.nobody_on_duty", phone=world.site.phone)
    return HomeView(
        title=texts.say("home.title") if is_open else "",
        hero_title=texts.say("home.hero_title") if has_one else "",
        hero_line=texts.say("home.hero_line") if has_one else "",
        services=tuple(
            ServiceTile(s.service_id, s.icon, s.name.say(language), s.tagline.say(language))
            for s in world.services
            if is_open
        ),
        duty=duty,
        free=texts.say("home.free") if is_open else "",
        pager=pager(texts),
        bar=Bar(texts.say("home.progress"), texts.say("home.staff"), is_next_main=False),
        closed_title="" if is_open else texts.say("home.closed"),
        closed_lines=() if is_open else _closed_lines(world, texts, language),
        # Where nothing can be begun, there is room for what to do instead, and no more.
        notice=_notice(world, texts, language) if is_open else "",
    )


def _notice(world: World, texts: Texts, language: Language) -> str:
    """Return what the office wants said; there being room for one thing, that no paper comes out
    is said where the office says nothing; the screen with the number says it in any case.
    """
    said = " ".join(it.words.say(language) for it in world.notices_today)
    lacks = [world.cannot_print_receipt(service) for service in world.services]
    if said or not any(lacks):
        return said
    return texts.say("home.no_paper" if all(lacks) else "home.no_paper_some")


def _closed_lines(world: World, texts: Texts, language: Language) -> tuple[str, ...]:
    """Return when, and where else: in one place only if there is one service only."""
    site = world.site
    where = texts.say("home.closed_phone", phone=site.phone)
    if len(world.services) == 1:
        (service,) = world.services
        place, phone = service.where_to_go.say(language), service.authority_phone or site.phone
        where = texts.say("home.closed_where", where=place, phone=phone) if place else where
    return (
        texts.say("home.closed_line" if world.has_recipients else "home.closed_keys"),
        where,
        texts.say("home.closed_safe"),
        *((texts.say("home.closed_hours", hours=site.hours),) if site.hours else ()),
    )
