"""The signature: what is signed, in plain words, and by whom alone."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager


@dataclass(frozen=True, slots=True)
class SignView:
    """What is signed; `helped` says who should not sign, "" when nobody helps."""

    title: str
    statement: tuple[str, ...]
    own: str
    helped: str
    pad: str
    here: str
    clear: str
    mark: str
    blank: str
    """What to say when nothing was drawn."""
    pager: Pager
    bar: Bar


def sign_view(session: Session, world: World, texts: Texts) -> SignView:
    """Return what the screen of the signature says."""
    service = world.service(session.service_id)
    said = [texts.say("sign.true")]
    if service is not None:
        language = session.display.language
        authority = service.competent_authority.say(language)
        said.insert(0, texts.say("sign.applies", service=service.name.say(language)))
        said.append(texts.say("sign.sends", authority=authority))
    helper = session.helper
    return SignView(
        title=texts.say("sign.title"),
        statement=tuple(said),
        own=texts.say("sign.own") if helper is None else "",
        helped="" if helper is None else texts.say("sign.helped", name=helper.name),
        pad=texts.say("sign.pad"),
        here=texts.say("sign.here"),
        clear=texts.say("sign.clear"),
        mark=texts.say("sign.mark"),
        blank=texts.say("sign.blank"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("sign.hand_in")),
    )
