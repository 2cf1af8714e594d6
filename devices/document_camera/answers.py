"""What the document camera's worker and the kiosk say to each other, both directions in one place.

The kiosk's side decodes strictly: a worker that was taken over by a picture can make up a page, but
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.camera.answers import NoShot
from devices.wire import Fields, Garbled, Json, JsonObject, Message
from kiosk.ports.document_camera import (
    LONGEST_CODE,
    LONGEST_WATERMARK,
    MOST_CODES,
    MOST_SIDES,
    Corners,
    NotCut,
    Page,
    PageAdvice,
    PageFindings,
    PageKind,
    PageStyle,
    PaperCode,
    PaperFound,
    Point,
    Side,
    Still,
    Upright,
)

LONGEST_SIDE_PX = 10_000
MOST_OTHERS = 8
MOST_MEASURES = 32


def look_message(width_px: int, height_px: int, found: PaperFound | None) -> Message:
    """Say that a live picture lies in the shared memory."""
    return Message({"width": width_px, "height": height_px, "found": _found_json(found)})


def parse_look(message: Message) -> NoShot | tuple[int, int, PaperFound | None]:
    """Take apart width, height and page of a live picture, or why there is none."""
    fields = Fields(message.head)
    if fields.has("no_shot"):
        return fields.choice("no_shot", NoShot)
    width, height = _size(fields)
    return width, height, _parse_found(fields)


def still_message(still: Still) -> Message:
    """Send a captured picture."""
    size: JsonObject = {"width": still.width_px, "height": still.height_px}
    told: JsonObject = {"simulated": still.simulated, "found": _found_json(still.found)}
    return Message({**size, **told}, still.jpeg)


def parse_still(message: Message) -> NoShot | Still:
    """Take apart a captured picture, or why there is none."""
    fields = Fields(message.head)
    if fields.has("no_shot"):
        return fields.choice("no_shot", NoShot)
    width, height = _size(fields)
    return Still(_jpeg(message.blob), width, height, _parse_found(fields), fields.flag("simulated"))


def cut_json(sides: Sequence[Side], style: PageStyle) -> JsonObject:
    """Say what to cut; the stills' files lie in the shared memory, one behind the other."""
    return {
        "sides": [
            {
                "bytes": len(side.still.jpeg),
                "corners": _corners_json(side.corners),
                "quarter_turns": side.quarter_turns,
                "is_one_of_several": _is_one_of_several(side),
            }
            for side in sides
        ],
        "kind": style.kind.value,
        "is_grey": style.is_grey,
        "max_bytes": style.max_bytes,
        "watermark": style.watermark,
    }


def parse_cut(fields: Fields) -> tuple[list[Fields], PageStyle]:
    """Take apart what to cut; in the worker."""
    style = PageStyle(
        fields.choice("kind", PageKind),
        fields.flag("is_grey"),
        fields.integer("max_bytes"),
        fields.text("watermark", LONGEST_WATERMARK),
    )
    return [Fields(side) for side in fields.items("sides", MOST_SIDES)], style


def not_cut_message(reason: NotCut) -> Message:
    """Say that there is no page."""
    return Message({"not_cut": reason.value})


def page_message(page: Page) -> Message:
    """Send a page."""
    findings = page.findings
    return Message(
        {
            "width": page.width_px,
            "height": page.height_px,
            "simulated": page.simulated,
            "advice": [advice.value for advice in findings.advice],
            "upright": findings.upright.value,
            "measures": [[name, value] for name, value in findings.measures],
            "codes": [[code.kind, code.text, code.is_cut_short] for code in page.codes],
        },
        page.jpeg,
    )


def parse_page(message: Message, sides: Sequence[Side], style: PageStyle) -> NotCut | Page:
    """Take apart a page that was asked for, or why there is none."""
    fields = Fields(message.head)
    if fields.has("not_cut"):
        return fields.choice("not_cut", NotCut)
    width, height = _size(fields)
    if len(message.blob) > style.max_bytes:
        raise Garbled("a page beyond its budget")
    advice = tuple(
        Fields({"advice": value}).choice("advice", PageAdvice)
        for value in fields.items("advice", len(PageAdvice))
    )
    measures = tuple(_measure(pair) for pair in fields.items("measures", MOST_MEASURES))
    findings = PageFindings(advice, fields.choice("upright", Upright), measures)
    codes = tuple(_code(item) for item in fields.items("codes", MOST_CODES))
    return Page(
        jpeg=_jpeg(message.blob),
        width_px=width,
        height_px=height,
        style=style,
        sides=len(sides),
        findings=findings,
        codes=codes,
        simulated=fields.flag("simulated") or any(side.still.simulated for side in sides),
    )


def corners_of(fields: Fields) -> Corners:
    """Return four corners, each within the picture."""
    values = [_share(value) for value in _exactly(fields.items("corners", 8), 8)]
    points: list[Point] = [(values[index], values[index + 1]) for index in range(0, 8, 2)]
    return points[0], points[1], points[2], points[3]


def _is_one_of_several(side: Side) -> bool:
    """Say whether the page was chosen by the machine, and there were others."""
    found = side.still.found
    return found is not None and bool(found.others) and side.corners == found.corners


def _corners_json(corners: Corners) -> list[Json]:
    return [share for point in corners for share in point]


def _found_json(found: PaperFound | None) -> JsonObject | None:
    if found is None:
        return None
    return {
        "corners": _corners_json(found.corners),
        "others": [_corners_json(other) for other in found.others[:MOST_OTHERS]],
        "is_whole": found.is_whole,
    }


def _parse_found(fields: Fields) -> PaperFound | None:
    if not fields.has("found"):
        return None
    told = fields.fields("found")
    others = tuple(corners_of(Fields({"corners": it})) for it in told.items("others", MOST_OTHERS))
    return PaperFound(corners_of(told), others, told.flag("is_whole"))


def _size(fields: Fields) -> tuple[int, int]:
    width, height = fields.integer("width"), fields.integer("height")
    if not (0 < width <= LONGEST_SIDE_PX and 0 < height <= LONGEST_SIDE_PX):
        raise Garbled("no picture is that large")
    return width, height


def _share(value: Json) -> float:
    share = Fields({"share": value}).number("share")
    if not 0 <= share <= 1:
        raise Garbled("no place in a picture")
    return share


def _jpeg(blob: bytes) -> bytes:
    if not blob.startswith(b"\xff\xd8\xff"):
        raise Garbled("no JPEG")
    return blob


def _measure(pair: Json) -> tuple[str, float]:
    name, value = _exactly(pair, 2)
    fields = Fields({"name": name, "value": value})
    return fields.text("name", 32), fields.number("value")


def _code(item: Json) -> PaperCode:
    kind, text, is_cut_short = _exactly(item, 3)
    fields = Fields({"kind": kind, "text": text, "is_cut_short": is_cut_short})
    name, words = fields.text("kind", 16), fields.text("text", LONGEST_CODE)
    if not (name + words).isprintable():
        raise Garbled("a code with something unseen in it")
    return PaperCode(name, words, fields.flag("is_cut_short"))


def _exactly(items: object, count: int) -> list[Json]:
    if not isinstance(items, list) or len(items) != count:
        raise Garbled(f"not {count} items")
    return items
