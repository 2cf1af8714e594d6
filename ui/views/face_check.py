"""Card and face: what became of comparing them, and what a witness sees who compares them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain import ComparisonOutcome, FaceComparison, WhyNotCompared
from kiosk.flow import comparing
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager


@dataclass(frozen=True, slots=True)
class FaceCheckView:
    """What to do now; `again` and `ask` are "" where they lead nowhere."""

    title: str
    lines: tuple[str, ...]
    again: str
    again_line: str
    ask: str
    ask_line: str
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class WitnessLookView:
    """Two pictures to be compared; `photo_jpeg` is None before a photo was taken."""

    title: str
    line: str
    portrait: str
    portrait_jpeg: bytes = field(repr=False)
    photo: str
    photo_jpeg: bytes | None = field(repr=False)
    bar: Bar


def face_check_view(session: Session, world: World, texts: Texts) -> FaceCheckView:
    """Return what is said while faces are compared, and where they did not match."""
    result = session.face.result
    if session.face.is_running or result is None:
        lines: tuple[str, ...] = (texts.say("face_check.comparing_line"),)
        title, may_retake, may_ask, go_on = "face_check.comparing", False, False, ""
    else:
        may_retake, may_ask = comparing.may_retake(session), True
        title, lines = f"face_check.{result.outcome}", (_why(result, texts),)
        is_known = comparing.is_identified(session, world)
        go_on = texts.say("face_check.go_on") if is_known else ""
    name = "" if world.duty is None else world.duty.name
    ask_line = "face_check.ask_nobody" if world.duty is None else "face_check.ask_line"
    return FaceCheckView(
        title=texts.say(title),
        lines=lines,
        again=texts.say("face_check.again") if may_retake else "",
        again_line=texts.say("face_check.again_line"),
        ask=texts.say("face_check.ask") if may_ask else "",
        ask_line=texts.say(ask_line, name=name),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), go_on),
    )


_LINES = {
    WhyNotCompared.PHOTO_UNUSABLE: "no_face_line",
    WhyNotCompared.TOO_OFTEN: "too_often_line",
}


def _why(result: FaceComparison, texts: Texts) -> str:
    if result.outcome is ComparisonOutcome.NO_MATCH:
        return texts.say("face_check.no_match_line")
    line = "not_compared_line" if result.why_not is None else _LINES.get(result.why_not)
    return texts.say(f"face_check.{line or 'not_compared_line'}")


def compared_words(result: FaceComparison, texts: Texts) -> str:
    """Return in half a line what the office will be told of a comparison."""
    return texts.say(f"face_check.told.{result.outcome}")


def witness_look_view(session: Session, world: World, texts: Texts) -> WitnessLookView:
    """Return the portrait of the chip, and the photo where there is one."""
    witness = session.face.witness or world.duty
    has_photo = session.photo is not None
    return WitnessLookView(
        title=texts.say("witness_look.title", name="" if witness is None else witness.name),
        line=texts.say("witness_look.both" if has_photo else "witness_look.line"),
        portrait=texts.say("witness_look.portrait"),
        portrait_jpeg=session.face.portrait,
        photo=texts.say("witness_look.photo"),
        photo_jpeg=None if session.photo is None else session.photo.jpeg,
        bar=Bar(texts.say("witness_look.unsure"), texts.say("witness_look.confirm")),
    )
