"""Something else today: what the same person can go on with, or the end."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow import another
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.home import ServiceTile
from ui.views.pager import Pager, pager


@dataclass(frozen=True, slots=True)
class AnotherView:
    """The offer; `wait` says why nothing can be chosen yet, and stands alone then, or is ""."""

    title: str
    line: str
    wait: str
    services: tuple[ServiceTile, ...]
    pager: Pager
    bar: Bar


def another_view(session: Session, world: World, texts: Texts) -> AnotherView:
    """Return what else can be done; a paper that is being printed is waited for."""
    language = session.display.language
    is_printing = another.is_printing(session)
    return AnotherView(
        title=texts.say("another.title"),
        line="" if is_printing else texts.say("another.line"),
        wait=texts.say("another.wait") if is_printing else "",
        services=tuple(
            ServiceTile(it.service_id, it.icon, it.name.say(language), it.tagline.say(language))
            for it in another.offers(session, world)
            if not is_printing
        ),
        pager=pager(texts),
        bar=Bar(next=texts.say("another.done"), is_next_main=False),
    )
