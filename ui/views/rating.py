"""The rating: five levels, the resident's own, and it can be left out. Then: take your card."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.session import Rating, Session
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager

_FACES = {
    Rating.VERY_SATISFIED: "face_very_satisfied",
    Rating.SATISFIED: "face_satisfied",
    Rating.FAIR: "face_neutral",
    Rating.DISSATISFIED: "face_dissatisfied",
    Rating.VERY_DISSATISFIED: "face_very_dissatisfied",
}


@dataclass(frozen=True, slots=True)
class FaceView:
    """One level."""

    rating: Rating
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class RatingView:
    """How was it; `own` says whose opinion is asked."""

    title: str
    line: str
    own: str
    faces: tuple[FaceView, ...]
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class TakeCardView:
    """The reminder of the card."""

    title: str
    lines: tuple[str, ...]
    pager: Pager
    bar: Bar


def rating_view(session: Session, _world: World, texts: Texts) -> RatingView:
    """Return what the screen of the rating says."""
    helper = session.helper
    own = (
        texts.say("rating.own") if helper is None else texts.say("rating.helped", name=helper.name)
    )
    return RatingView(
        title=texts.say("rating.title"),
        line=texts.say("rating.line"),
        own=own,
        faces=tuple(
            FaceView(rating, icon, texts.say(f"rating.levels.{rating}"))
            for rating, icon in _FACES.items()
        ),
        pager=pager(texts),
        bar=Bar(next=texts.say("rating.skip"), is_next_main=False),
    )


def take_card_view(session: Session, _world: World, texts: Texts) -> TakeCardView:
    """Return the reminder of the card: where the reader sees it there is nothing to press."""
    is_there = session.card_presence is Presence.PRESENT
    line = texts.say("take_card.present" if is_there else "take_card.cant_tell")
    usual = (line, texts.say("take_card.wiped"))
    return TakeCardView(
        title=texts.say("take_card.title"),
        lines=(texts.say("take_card.left"), line) if session.is_card_left else usual,
        pager=pager(texts),
        bar=Bar(next="" if is_there else texts.say("take_card.taken")),
    )
