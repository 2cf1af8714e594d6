"""The kiosk's side takes a camera worker's answers apart, and takes nothing on trust."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.answers import (
    NoShot,
    look_message,
    no_shot_message,
    parse_look,
    parse_photo,
    photo_message,
)
from devices.wire import Garbled, Json, JsonObject, Message
from kiosk.photos import Advice, Findings, Photo
from tests.support.camera_stages import ID_CARD

FINDINGS = Findings(
    (Advice.TOO_DARK, Advice.BLURRED),
    (10, -3, 200, 240),
    (("luminance", 0.2),),
    "yunet",
    photo_format="cn.id_card",
)
PHOTO = Photo(b"\xff\xd8\xff\xe0...", 358, 441, "cn.id_card", FINDINGS, simulated=True)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def crossed(message: Message) -> Message:
    """Return what arrives of a message."""
    return Message(json.loads(json.dumps(message.head)), message.blob)


def test_answers_cross_unchanged() -> None:
    """What the worker says is what the kiosk reads."""
    assert parse_look(crossed(look_message(640, 480, FINDINGS))) == (640, 480, FINDINGS)
    assert parse_look(crossed(look_message(1, 1, Findings()))) == (1, 1, Findings())
    assert parse_photo(crossed(photo_message(PHOTO)), ID_CARD) == PHOTO
    for reason in NoShot:
        assert parse_look(crossed(no_shot_message(reason))) is reason
        assert parse_photo(crossed(no_shot_message(reason)), ID_CARD) is reason


@given(
    name=st.sampled_from(
        [
            "width",
            "height",
            "findings",
            "advice",
            "face_box",
            "measures",
            "detector",
            "photo_format",
            "no_shot",
        ]
    ),
    value=anything,
)
def test_whatever_a_worker_says_is_an_answer_or_garbled(name: str, value: object) -> None:
    """Any field can be anything: the answer is of the port's types, or refused as a whole."""
    head = json.loads(json.dumps(look_message(640, 480, FINDINGS).head))
    (head if name in head or name == "no_shot" else head["findings"])[name] = value
    try:
        answer = parse_look(Message(cast("JsonObject", head)))
    except Garbled:
        return
    if isinstance(answer, NoShot):
        return
    width, height, findings = answer
    assert 0 < width <= 10_000
    assert 0 < height <= 10_000
    assert all(isinstance(advice, Advice) for advice in findings.advice)
    assert all(type(n) is str and type(v) is float for n, v in findings.measures)
    assert findings.face_box is None or len(findings.face_box) == 4


@pytest.mark.parametrize("blob", [b"", b"GIF89a", b"\xff\xd8"])
def test_a_portrait_is_a_jpeg(blob: bytes) -> None:
    """Other bytes are refused."""
    with pytest.raises(Garbled):
        parse_photo(Message(photo_message(PHOTO).head, blob), ID_CARD)


@pytest.mark.parametrize("advice", [["no_such_advice"], [1], "too_dark", [None], ["too_dark"] * 99])
def test_unknown_advice_is_refused(advice: Json) -> None:
    """A screen never shows what the program does not know."""
    head = json.loads(json.dumps(look_message(640, 480, FINDINGS).head))
    head["findings"]["advice"] = advice
    with pytest.raises(Garbled):
        parse_look(Message(head))
