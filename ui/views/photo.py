"""The face photo: what to do, when the shutter opens, and that it can be left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.flow.photo import uses_low_camera
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.photos import Photo
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
    camera_on: str = ""
    """That the camera is on, as long as it is."""
    shots: tuple[Photo, ...] = field(default=(), repr=False)
    """What can be chosen from."""
    shot_names: tuple[str, ...] = ()
    chosen: int = 0
    """Which of the shots is `photo`."""
    swap: str = ""
    """The other camera, where there are two."""
    line_open: str = ""
    """The line from when any picture may be taken; "": the same."""


def photo_view(session: Session, world: World, texts: Texts) -> PhotoView:
    """Return what the screen of the photo says; the other way is always on it."""
    taken = session.photo
    is_gone = session.camera_is_gone and taken is None
    if is_gone:
        title, line = texts.say("photo.gone_title"), ""
    elif taken is not None:
        several = len(session.shots) > 1
        title = texts.say("photo.choose_title" if several else "photo.taken_title")
        line = texts.say("photo.choose_line" if several else "photo.taken_line")
    else:
        title = texts.say("photo.title")
        line = texts.say("photo.patience" if session.advice else "photo.line")
    picture = "photo.picture" if taken is None else "photo.taken_picture"
    return PhotoView(
        title=title,
        line=line,
        line_open=_line_open(session, texts),
        caption=_caption(session, world, texts),
        starting="" if is_gone or taken is not None else texts.say("photo.starting"),
        problem=texts.say("photo.gone") if is_gone else "",
        picture=texts.say(picture),
        camera_on=texts.say("photo.camera_on") if taken is None and not is_gone else "",
        photo=taken,
        shots=() if taken is None else session.shots,
        shot_names=tuple(
            texts.say("photo.shot", number=str(number + 1)) for number in range(len(session.shots))
        ),
        chosen=_chosen(session),
        swap=_swap(session, world, texts),
        is_good=not session.advice,
        opens_at_s=session.step_since_s + world.rules.advice_patience_s,
        decline=texts.say("photo.decline"),
        decline_line=texts.say("photo.decline_line"),
        bar=_bar(session, texts),
    )


def _line_open(session: Session, texts: Texts) -> str:
    is_looking = session.photo is None and not session.camera_is_gone
    return texts.say("photo.patience_open") if is_looking and session.advice else ""


def _chosen(session: Session) -> int:
    # The same photo twice can't be: each was captured anew.
    return next((at for at, shot in enumerate(session.shots) if shot is session.photo), 0)


def _swap(session: Session, world: World, texts: Texts) -> str:
    if not world.rules.has_low_camera or session.photo is not None:
        return ""
    return texts.say("photo.usual_camera" if uses_low_camera(session) else "photo.low_camera")


def _caption(session: Session, world: World, texts: Texts) -> str:
    if session.photo is not None or session.camera_is_gone:
        return ""
    if session.is_taking_photo:
        return texts.say("photo.taking")
    if session.advice:
        return texts.say(f"photo.advice.{session.advice[0]}")
    if not session.is_face_judged:  # nobody is told that all is well by who can't know
        return texts.say("photo.unjudged")
    return texts.say("photo.good_itself" if world.rules.takes_photo_itself else "photo.good")


def _bar(session: Session, texts: Texts) -> Bar:
    if session.photo is not None:
        return Bar(texts.say("photo.again"), texts.say("photo.keep"))
    back = texts.say("bar.back")
    if session.camera_is_gone:
        return Bar(back)
    return Bar(back, texts.say("photo.shutter"), is_next_open=not session.is_taking_photo)
