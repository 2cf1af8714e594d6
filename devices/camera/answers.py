"""What a camera's worker and the kiosk say to each other, both directions in one place.

The kiosk's side decodes strictly: a worker that was taken over by a picture can make up a picture,
but nothing else.
"""

from __future__ import annotations

from enum import StrEnum

from devices.camera.formats import PhotoFormat
from devices.wire import Fields, Garbled, Json, JsonObject, Message
from kiosk.photos import Advice, Findings, Photo, QualityComponent

LONGEST_SIDE_PX = 10_000
WHOLE = "whole"
"""The format of a picture that was not cropped."""


class NoShot(StrEnum):
    """Why the worker has no picture; the kiosk's side knows whether there were any before."""

    MISSING = "missing"
    """It can't be opened."""
    OPENING = "opening"
    """It was opened and has not delivered yet."""
    LOST = "lost"
    """It delivered, and nothing for a while."""
    TOO_LARGE = "too_large"
    """Its pictures have more pixels than can be opened."""
    QUIET = "quiet"
    """It delivers, but nothing new within the time limit of this call."""


def no_shot_message(reason: NoShot) -> Message:
    """Say that there is no picture."""
    return Message({"no_shot": reason.value})


def look_message(width_px: int, height_px: int, findings: Findings) -> Message:
    """Say that a live picture lies in the shared memory."""
    return Message({"width": width_px, "height": height_px, "findings": _findings_json(findings)})


def photo_message(photo: Photo) -> Message:
    """Send a portrait."""
    return Message(
        {"simulated": photo.simulated, "findings": _findings_json(photo.findings)}, photo.jpeg
    )


def parse_look(message: Message) -> NoShot | tuple[int, int, Findings]:
    """Take apart width, height and findings of a live picture, or why there is none."""
    fields = Fields(message.head)
    if fields.has("no_shot"):
        return fields.choice("no_shot", NoShot)
    width, height = _size(fields)
    return width, height, _parse_findings(fields.fields("findings"))


def whole_message(photo: Photo) -> Message:
    """Send a whole picture."""
    size: JsonObject = {"width": photo.width_px, "height": photo.height_px}
    return Message({"simulated": photo.simulated, **size}, photo.jpeg)


def parse_whole(message: Message) -> NoShot | Photo:
    """Take apart a whole picture, or why there is none."""
    fields = Fields(message.head)
    if fields.has("no_shot"):
        return fields.choice("no_shot", NoShot)
    width, height = _size(fields)
    if not message.blob.startswith(b"\xff\xd8\xff"):
        raise Garbled("no JPEG")
    return Photo(
        jpeg=message.blob,
        width_px=width,
        height_px=height,
        format_id=WHOLE,
        findings=Findings(),
        simulated=fields.flag("simulated"),
    )


def parse_photo(message: Message, photo_format: PhotoFormat) -> NoShot | Photo:
    """Take apart a portrait, or why there is none."""
    fields = Fields(message.head)
    if fields.has("no_shot"):
        return fields.choice("no_shot", NoShot)
    if not message.blob.startswith(b"\xff\xd8\xff"):
        raise Garbled("no JPEG")
    return Photo(
        jpeg=message.blob,
        width_px=photo_format.width_px,
        height_px=photo_format.height_px,
        format_id=photo_format.id,
        findings=_parse_findings(fields.fields("findings")),
        simulated=fields.flag("simulated"),
    )


def _size(fields: Fields) -> tuple[int, int]:
    """Return width and height in pixels."""
    width, height = fields.integer("width"), fields.integer("height")
    if not (0 < width <= LONGEST_SIDE_PX and 0 < height <= LONGEST_SIDE_PX):
        raise Garbled("no picture is that large")
    return width, height


def _findings_json(findings: Findings) -> JsonObject:
    """Return the findings as JSON."""
    return {
        "advice": [advice.value for advice in findings.advice],
        "face_box": None if findings.face_box is None else list(findings.face_box),
        "measures": [[name, value] for name, value in findings.measures],
        "detector": findings.detector,
        "is_face_judged": findings.is_face_judged,
        "photo_format": findings.photo_format,
        "quality": [[it.name, it.value, it.score, it.least, it.most] for it in findings.quality],
    }


def _parse_findings(fields: Fields) -> Findings:
    """Take findings apart."""
    box: tuple[int, int, int, int] | None = None
    if fields.has("face_box"):
        x, y, width, height = (_integer(side) for side in _exactly(fields.items("face_box"), 4))
        box = (x, y, width, height)
    return Findings(
        advice=tuple(_advice(value) for value in fields.items("advice", len(Advice))),
        face_box=box,
        measures=tuple(_measure(pair) for pair in fields.items("measures", 64)),
        detector=fields.text("detector", 32),
        is_face_judged=fields.flag("is_face_judged"),
        quality=tuple(_component(line) for line in fields.items("quality", 64)),
        photo_format=fields.text("photo_format", 64),
    )


def _advice(value: Json) -> Advice:
    """Return one piece of advice."""
    return Fields({"advice": value}).choice("advice", Advice)


def _measure(pair: Json) -> tuple[str, float]:
    """Return a measure's name and value."""
    if not isinstance(pair, list):
        raise Garbled("a measure is a name and a number")
    name, value = _exactly(pair, 2)
    fields = Fields({"name": name, "value": value})
    return fields.text("name", 32), fields.number("value")


def _component(line: Json) -> QualityComponent:
    """Return one line of the quality report."""
    name, value, score, least, most = _exactly(line, 5)
    fields = Fields({"name": name, "value": value, "score": score, "least": least, "most": most})
    told = fields.integer("score") if fields.has("score") else None
    if told is not None and not 0 <= told <= 100:
        raise Garbled("a score is between 0 and 100")
    value, least, most = (
        fields.number(side) if fields.has(side) else None for side in ("value", "least", "most")
    )
    return QualityComponent(fields.text("name", 32), value, told, least, most)


def _integer(value: Json) -> int:
    """Return a whole number that a place in a picture can be."""
    number = Fields({"side": value}).integer("side")
    if abs(number) > LONGEST_SIDE_PX:
        raise Garbled("no place in a picture")
    return number


def _exactly(items: object, count: int) -> list[Json]:
    """Return the items if there are `count` of them."""
    if not isinstance(items, list) or len(items) != count:
        raise Garbled(f"not {count} items")
    return items
