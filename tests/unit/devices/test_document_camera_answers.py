"""The kiosk's side takes a document camera worker's answers apart, and takes nothing on trust."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.answers import NoShot, no_shot_message
from devices.document_camera.answers import (
    corners_of,
    cut_json,
    look_message,
    not_cut_message,
    page_message,
    parse_cut,
    parse_look,
    parse_page,
    parse_still,
    still_message,
)
from devices.wire import Fields, Garbled, JsonObject, Message
from kiosk.ports.document_camera import (
    WHOLE_PICTURE,
    NotCut,
    Page,
    PageAdvice,
    PageFindings,
    PageKind,
    PageStyle,
    PaperCode,
    PaperFound,
    Side,
    Still,
    Upright,
)

JPEG = b"\xff\xd8\xff\xe0..."
CORNERS = ((0.1, 0.1), (0.9, 0.12), (0.88, 0.9), (0.1, 0.92))
FOUND = PaperFound(CORNERS, (WHOLE_PICTURE,), is_whole=False)
STILL = Still(JPEG, 2592, 1944, FOUND, simulated=True)
STYLE = PageStyle(PageKind.CARD, is_grey=True, max_bytes=50_000, watermark="仅供办理")
SIDES = (Side(STILL, CORNERS, 3),)
PAGE = Page(
    JPEG,
    800,
    600,
    STYLE,
    1,
    PageFindings((PageAdvice.GLARE,), Upright.UPRIGHT, (("light", 0.2),)),
    (PaperCode("qr", "https://example.invalid", is_cut_short=True),),
    simulated=True,
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def crossed(message: Message) -> Message:
    """Return what arrives of a message."""
    return Message(json.loads(json.dumps(message.head)), message.blob)


def test_answers_cross_unchanged() -> None:
    """What the worker says is what the kiosk reads."""
    assert parse_look(crossed(look_message(960, 720, FOUND))) == (960, 720, FOUND)
    assert parse_look(crossed(look_message(960, 720, None))) == (960, 720, None)
    assert parse_still(crossed(still_message(STILL))) == STILL
    assert parse_page(crossed(page_message(PAGE)), SIDES, STYLE) == PAGE
    for reason in NoShot:
        assert parse_look(crossed(no_shot_message(reason))) is reason
        assert parse_still(crossed(no_shot_message(reason))) is reason
    for why in NotCut:
        assert parse_page(crossed(not_cut_message(why)), SIDES, STYLE) is why


def test_what_to_cut_crosses_unchanged() -> None:
    """What the kiosk asks is what the worker does; a page chosen among several is told as such."""
    chosen = Side(STILL, CORNERS)
    moved = Side(STILL, WHOLE_PICTURE)
    fields, style = parse_cut(Fields(json.loads(json.dumps(cut_json((chosen, moved), STYLE)))))
    assert style == STYLE
    assert [corners_of(side) for side in fields] == [CORNERS, WHOLE_PICTURE]
    assert [side.flag("is_one_of_several") for side in fields] == [True, False]


def test_a_practice_page_stays_one() -> None:
    """A page of a simulated still is simulated, whatever the worker says."""
    message = crossed(page_message(replace(PAGE, simulated=False)))
    page = parse_page(message, SIDES, STYLE)
    assert isinstance(page, Page)
    assert page.simulated


@pytest.mark.parametrize(
    "page",
    [
        replace(PAGE, jpeg=b"GIF89a"),
        replace(PAGE, jpeg=JPEG + bytes(50_000)),
        replace(PAGE, width_px=0),
        replace(PAGE, height_px=10_001),
        replace(PAGE, codes=(PaperCode("qr", "a\nb"),)),
        replace(PAGE, codes=(PaperCode("q\x1br", "a"),)),
        replace(PAGE, codes=(PaperCode("qr", "x" * 1001),)),
        replace(PAGE, codes=(PaperCode("qr", "x"),) * 9),
    ],
    ids=["no JPEG", "too large", "no width", "too high", "unseen", "of no kind", "long", "many"],
)
def test_a_page_that_breaks_the_port_is_refused(page: Page) -> None:
    """Beyond its budget or its bounds: the worker was taken over, and is replaced."""
    with pytest.raises(Garbled):
        parse_page(crossed(page_message(page)), SIDES, STYLE)


@given(
    name=st.sampled_from(
        ["width", "advice", "upright", "measures", "codes", "simulated", "not_cut"]
    ),
    value=anything,
)
def test_whatever_a_worker_says_of_a_page_is_a_page_or_garbled(name: str, value: object) -> None:
    """Any field can be anything: the answer is of the port's types, or refused as a whole."""
    head = json.loads(json.dumps(page_message(PAGE).head))
    head[name] = value
    try:
        answer = parse_page(Message(cast("JsonObject", head), JPEG), SIDES, STYLE)
    except Garbled:
        return
    assert isinstance(answer, NotCut | Page)
    if isinstance(answer, Page):
        assert all(code.text.isprintable() for code in answer.codes)


@given(name=st.sampled_from(["corners", "others", "is_whole", "found"]), value=anything)
def test_whatever_a_worker_finds_lies_in_the_picture(name: str, value: object) -> None:
    """Corners are four, and within the picture; anything else is refused."""
    head = json.loads(json.dumps(look_message(960, 720, FOUND).head))
    (head if name == "found" else head["found"])[name] = value
    try:
        answer = parse_look(Message(cast("JsonObject", head)))
    except Garbled:
        return
    assert not isinstance(answer, NoShot)
    found = answer[2]
    for corners in (found.corners, *found.others) if found else ():
        assert len(corners) == 4
        assert all(0 <= share <= 1 for point in corners for share in point)
