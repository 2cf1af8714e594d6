"""The crop keeps every rule of its format: held against where the head was drawn, not found."""

from __future__ import annotations

import io
import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage

from devices.camera.crop import SPARE, middle_window, rule_values, wanted_window, window_in
from devices.camera.drawn_face import CHIN, HAIR, Sitter
from devices.camera.faces import Face, FaceDetector
from devices.camera.head import Head, head_of
from devices.camera.limits import Limits
from devices.camera.measures import measure, wall_beside
from devices.camera.picture import Image, grey
from devices.camera.portrait import encode, make_portrait
from devices.camera.quality import judge
from devices.camera.seen import see
from kiosk.photos import Advice
from tests.support.faces import picture_of
from tests.support.sitters import (
    FORMATS,
    ID_CARD,
    cascade,
    drawn,
    true_head,
    true_values,
    yunet,
)
from ui.widgets.camera_view import OVAL_HEIGHT

SIZES = [(640, 480), (1280, 720), (720, 1280)]
SLACK_PX = 3.0
"""What a detector may be off at a rule's limit, of some hundred pixels."""

SITTERS = {
    "usual": Sitter(),
    "dark": Sitter(skin=0.0),
    "light": Sitter(skin=1.0),
    "high hair": Sitter(hair=0.12),
    "beside the middle": Sitter(from_right_edge=1.6),
}


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    """Return YuNet, or skip."""
    return yunet()


@pytest.fixture(scope="module")
def a_picture() -> Image:
    """Return a good picture."""
    return drawn(Sitter())


@pytest.fixture(scope="module")
def heads(detector: FaceDetector) -> dict[str, Head]:
    """Return the head that is found on each sitter."""
    found = {who: see(drawn(it), detector, ID_CARD).head for who, it in SITTERS.items()}
    return {who: head for who, head in found.items() if head is not None}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("who", SITTERS)
def test_every_rule_of_every_format_is_kept(heads: dict[str, Head], name: str, who: str) -> None:
    """Width, height, hair, eyes and middle lie where the format wants them."""
    wanted, size = FORMATS[name], (1280, 720)
    window = window_in(*size, heads[who], wanted)
    true = true_values(SITTERS[who], size, window, wanted)
    broken = {
        rule: round(true[rule], 1)
        for rule, span in wanted.spans()
        if not span.least - SLACK_PX <= true[rule] <= span.most + SLACK_PX
    }
    assert broken == {}
    middle = wanted.width_px / 2
    assert abs(true["eyes_from_left_px"] - middle) < 0.03 * wanted.width_px


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_crop_is_the_same_on_every_camera(
    detector: FaceDetector, size: tuple[int, int]
) -> None:
    """Large or small, lying or standing: the same head comes to the same place."""
    sitter = Sitter(face_width=0.36 if size[0] > size[1] else 0.2)
    seen = see(drawn(sitter, size), detector, ID_CARD)
    true = true_values(sitter, size, seen.window, ID_CARD)
    assert 193 <= true["face_width_px"] <= 221
    assert true["eyes_from_bottom_px"] >= 207
    assert 7 - SLACK_PX <= true["hair_from_top_px"] <= 21 + SLACK_PX


def test_high_hair_makes_the_head_smaller_before_it_is_cut() -> None:
    """As far as the width allows; then the place of the eyes wins, and the hair is cut."""
    size = (1280, 720)
    found = {}
    for hair in (0.0, 0.15, 0.6):
        head = true_head(Sitter(hair=hair), size)
        found[hair] = rule_values(head, wanted_window(head, ID_CARD), ID_CARD)
    assert found[0.0]["face_width_px"] == pytest.approx(207, abs=1)
    assert 193 <= found[0.15]["face_width_px"] < 206
    assert found[0.15]["hair_from_top_px"] >= 7
    assert found[0.6]["face_width_px"] == pytest.approx(193, abs=1)
    assert found[0.6]["hair_from_top_px"] < 0
    assert found[0.6]["eyes_from_bottom_px"] == pytest.approx(207 + 441 * SPARE, abs=1)


def test_the_hair_is_found_on_a_plain_wall_only(detector: FaceDetector) -> None:
    """Where things hang behind the head, its usual proportions stand in."""
    plain = see(drawn(Sitter(hair=0.2)), detector, ID_CARD).head
    untidy = see(drawn(Sitter(hair=0.2, clutter=0.8)), detector, ID_CARD).head
    assert plain is not None
    assert untidy is not None
    assert (plain.is_hair_seen, untidy.is_hair_seen) == (True, False)
    assert plain.hair_y == pytest.approx(true_head(Sitter(hair=0.2), (1280, 720)).hair_y, abs=9)


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_is_as_its_format_says(
    detector: FaceDetector, a_picture: Image, name: str
) -> None:
    """Pixels, resolution in the JFIF header, and a file no larger than allowed."""
    wanted = FORMATS[name]
    photo = make_portrait(a_picture, detector, wanted, Limits(), simulated=True)
    picture = PillowImage.open(io.BytesIO(photo.jpeg))
    assert picture.format == "JPEG"
    assert picture.size == (wanted.width_px, wanted.height_px)
    assert picture.info["jfif_density"] == (wanted.dpi, wanted.dpi)
    assert picture.info["jfif_unit"] == 1
    assert wanted.file_kb.holds(len(photo.jpeg) / 1000)


def test_quality_is_chosen_for_the_file_size() -> None:
    """The best quality that fits is found: more detail, less quality; nothing beats 95."""
    plain = drawn(Sitter(is_there=False), (358, 441))
    plain[:] = 200
    rough = drawn(Sitter(is_there=False), (358, 441))
    wild = drawn(Sitter(is_there=False), (358, 441))
    for _ in range(4):
        wild = wild[::-1] ^ drawn(Sitter(is_there=False), (358, 441), seed=int(wild[0, 0, 0]))
    wild = wild * 91
    assert len(encode(plain, ID_CARD)) < 14_000  # can't be made larger honestly
    assert 16_000 <= len(encode(rough, ID_CARD)) <= 20_000
    assert len(encode(wild, ID_CARD)) > 20_000  # nor smaller


@given(
    x=st.floats(-200, 1500),
    y=st.floats(-200, 900),
    width=st.floats(5, 2000),
    hair=st.floats(0, 4),
    size=st.tuples(st.integers(16, 1500), st.integers(16, 1500)),
    name=st.sampled_from(sorted(FORMATS)),
)
def test_the_window_is_always_inside(
    x: float, y: float, width: float, hair: float, size: tuple[int, int], name: str
) -> None:
    """No pixel is invented, wherever a detector sees a face; the shape stays the format's."""
    wanted = FORMATS[name]
    head = Head((x, y), 0.46 * width, width, y - hair * width, y + 0.85 * width, is_hair_seen=True)
    for window in (window_in(*size, head, wanted), middle_window(*size, wanted)):
        assert window.left >= 0
        assert window.top >= 0
        assert window.left + window.width <= size[0]
        assert window.top + window.height <= size[1]
        assert abs(window.height - window.width * wanted.height_px / wanted.width_px) <= 3


odd = st.floats(-2_000, 2_000)


@given(
    box=st.tuples(odd, odd, odd, odd),
    eyes=st.tuples(st.tuples(odd, odd), st.tuples(odd, odd)),
    name=st.sampled_from(sorted(FORMATS)),
    has_landmarks=st.booleans(),
)
def test_whatever_a_detector_answers_there_is_a_crop(
    box: tuple[float, float, float, float],
    eyes: tuple[tuple[float, float], tuple[float, float]],
    name: str,
    *,
    has_landmarks: bool,
) -> None:
    """Eyes in one place, boxes without a size, faces far outside: a part of the picture comes out,
    and every measure is a number.
    """
    blank = np.full((48, 64, 3), 200, np.uint8)
    head = head_of(blank, Face(box, eyes, box[2], has_landmarks))
    window = window_in(64, 48, head, FORMATS[name])
    assert 0 <= window.left <= 64 - window.width
    assert 0 <= window.top <= 48 - window.height
    assert min(window.width, window.height) >= 2
    face = Face(box, eyes, box[2], has_landmarks)
    measures = astuple(measure(blank, grey(blank), face))
    head = head_of(blank, face)
    wall = wall_beside(grey(blank), head, face.roll_deg, window, FORMATS[name].height_px)
    assert all(math.isfinite(value) for value in (*measures, *(astuple(wall) if wall else ())))


def test_a_tilted_head_is_levelled(detector: FaceDetector) -> None:
    """The portrait has its eyes level, and they stay where the format wants them."""
    for roll_deg in (-12, 6):
        image = drawn(Sitter(roll_deg=roll_deg), (640, 480))
        photo = make_portrait(image, detector, ID_CARD, Limits(), simulated=True)
        level = see(picture_of(photo.jpeg), detector, ID_CARD)
        assert abs(level.faces[0].roll_deg) < 1.5
        assert abs(441 - level.faces[0].between_eyes[1] - 230) < 30


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_is_taken_too(level: int) -> None:
    """A covered or blinded lens gives a portrait with findings, not a fault."""
    blank = drawn(Sitter(), (640, 480)) * 0 + level
    photo = make_portrait(blank.astype("uint8"), cascade(), ID_CARD, Limits(), simulated=False)
    assert photo.findings.face_box is None
    assert picture_of(photo.jpeg).shape == (441, 358, 3)


def test_a_face_at_the_edge_is_cut_out_as_far_as_the_picture_goes(detector: FaceDetector) -> None:
    """The window is moved, and nothing is painted beside it."""
    size = (1280, 720)
    seen = see(drawn(replace(Sitter(), from_right_edge=0.66), size), detector, ID_CARD)
    assert seen.window.left + seen.window.width <= size[0]
    assert seen.wanted is not None
    assert seen.wanted.left > seen.window.left


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (1920, 1080)], ids=str)
def test_a_head_that_fills_the_oval_will_do_for_every_format(
    detector: FaceDetector, size: tuple[int, int]
) -> None:
    """The outline on the page is one for all: nobody who follows it is sent nearer or away."""
    in_the_oval = Sitter(face_width=OVAL_HEIGHT / (HAIR + CHIN))
    image = drawn(in_the_oval, size)
    told = {
        name: judge(see(image, detector, wanted), wanted, Limits()).advice
        for name, wanted in FORMATS.items()
    }
    assert told == dict.fromkeys(FORMATS, ())


def test_each_format_is_advised_by_its_own_window(detector: FaceDetector) -> None:
    """Who sits well for a photo that the head fills sits too near for one with room around it."""
    near = drawn(Sitter(face_width=0.44), (640, 480))
    advice = {
        name: judge(see(near, detector, FORMATS[name]), FORMATS[name], Limits()).advice
        for name in ("cn.id_card", "icao.travel")
    }
    assert advice == {"cn.id_card": (), "icao.travel": (Advice.STEP_BACK,)}
