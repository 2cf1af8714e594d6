"""Home: what can be done here, by whom it is looked after, and that it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

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
    """What Home shows; `hero_title` is "" where several services must be chosen between first."""

    title: str
    hero_title: str
    hero_line: str
    services: tuple[ServiceTile, ...]
    duty: str
    free: str
    pager: Pager
    bar: Bar


def home_view(session: Session, world: World, texts: Texts) -> HomeView:
    """Return what Home shows."""
    language = session.display.language
    has_one = len(world.services) == 1
    if world.duty is not None:
        duty = texts.say("home.on_duty", name=world.duty.name)
    else:
        duty = texts.say("home.nobody_on_duty", phone=world.site.phone)
    return HomeView(
        title=texts.say("home.title"),
        hero_title=texts.say("home.hero_title") if has_one else "",
        hero_line=texts.say("home.hero_line") if has_one else "",
        services=tuple(
            ServiceTile(s.service_id, s.icon, s.name.say(language), s.tagline.say(language))
            for s in world.services
        ),
        duty=duty,
        free=texts.say("home.free"),
        pager=pager(texts),
        bar=Bar(texts.say("home.progress"), texts.say("home.staff"), is_next_main=False),
    )
