"""The face photo: what to do, when the shutter opens, and that it can be left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain import Photo
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar


@dataclass(frozen=True, slots=True)
class PhotoView:
    """What the screen says; `photo` is the picture that was taken, None while looking."""

    title: str
    line: str
    caption: str
    """What would make the picture better, or how it is."""
    starting: str
    """The caption while there is no live picture yet."""
    problem: str
    picture: str
    """Name of the picture for who can't see it."""
    photo: Photo | None = field(repr=False)
    is_good: bool
    """The shutter is open whatever the time."""
    opens_at_s: float
    """Monotonic seconds from which any picture may be taken."""
    decline: str
    decline_line: str
    bar: Bar


def photo_view(session: Session, world: World, texts: Texts) -> PhotoView:
    """Return what the screen of the photo says; the other way is always on it."""
    taken = session.photo
    is_gone = session.camera_is_gone and taken is None
    if is_gone:
        title, line = texts.say("photo.gone_title"), ""
    elif taken is not None:
        title, line = texts.say("photo.taken_title"), texts.say("photo.taken_line")
    else:
        title = texts.say("photo.title")
        line = texts.say("photo.patience" if session.advice else "photo.line")
    picture = "photo.picture" if taken is None else "photo.taken_picture"
    return PhotoView(
        title=title,
        line=line,
        caption=_caption(session, texts),
        starting="" if is_gone or taken is not None else texts.say("photo.starting"),
        problem=texts.say("photo.gone") if is_gone else "",
        picture=texts.say(picture),
        photo=taken,
        is_good=not session.advice,
        opens_at_s=session.step_since_s + world.rules.advice_patience_s,
        decline=texts.say("photo.decline"),
        decline_line=texts.say("photo.decline_line"),
        bar=_bar(session, texts),
    )


def _caption(session: Session, texts: Texts) -> str:
    if session.photo is not None or session.camera_is_gone:
        return ""
    if session.is_taking_photo:
        return texts.say("photo.taking")
    if session.advice:
        return texts.say(f"photo.advice.{session.advice[0]}")
    return texts.say("photo.good")


def _bar(session: Session, texts: Texts) -> Bar:
    if session.photo is not None:
        return Bar(texts.say("photo.again"), texts.say("photo.keep"))
    back = texts.say("bar.back")
    if session.camera_is_gone:
        return Bar(back)
    return Bar(back, texts.say("photo.shutter"), is_next_open=not session.is_taking_photo)
