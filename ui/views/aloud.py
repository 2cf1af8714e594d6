"""Number and code read aloud: what may be said, and that others hear it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow import aloud
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.pager import Pager, pager


@dataclass(frozen=True, slots=True)
class SayableView:
    """One thing that can be said: what a touch does, and what will be heard."""

    words: str
    signs: str


@dataclass(frozen=True, slots=True)
class AloudView:
    """The warning, what can be said, and what ends it."""

    title: str
    line: str
    sayable: tuple[SayableView, ...]
    can_say: bool
    """False: the voice failed meanwhile; what would be said stands there to be copied."""
    stop: str
    """"" while nothing was said."""
    close: str
    pager: Pager


def aloud_view(session: Session, world: World, texts: Texts) -> AloudView:
    """Return what is said before anything is said aloud, and meanwhile."""
    found = aloud.sayable(session)
    has_several = len({it.service_id for it in found}) > 1
    return AloudView(
        title=texts.say("aloud.title" if world.has_voice else "aloud.broken_title"),
        line=texts.say("aloud.line" if world.has_voice else "aloud.broken"),
        sayable=tuple(
            SayableView(
                texts.say(f"aloud.{'again' if place == session.spelt else 'say'}.{it.what}"),
                f"{_name(it, world, texts)} · {_signs(it)}" if has_several else _signs(it),
            )
            for place, it in enumerate(found)
        ),
        can_say=world.has_voice,
        stop="" if session.spelt is None else texts.say("aloud.stop"),
        close=texts.say("aloud.close"),
        pager=pager(texts),
    )


def aloud_words(session: Session, world: World, texts: Texts) -> str:
    """Return what stands on the button that leads there; "" where it is not offered."""
    return texts.say("aloud.open") if aloud.is_offered(session, world) else ""


def _signs(it: aloud.Sayable) -> str:
    return " ".join(it.groups)


def _name(it: aloud.Sayable, world: World, texts: Texts) -> str:
    service = world.service(it.service_id)
    return it.service_id if service is None else service.name.say(texts.language)
