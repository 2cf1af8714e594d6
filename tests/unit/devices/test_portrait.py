"""From a picture to a portrait: what is found, what is advised, what is cut out."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage

from devices.camera.drawn_face import Sitter, draw_sitter
from devices.camera.faces import CascadeDetector, Face, FaceDetector, load_detector
from devices.camera.formats import load_photo_formats
from devices.camera.picture import Image
from devices.camera.portrait import _window, encode, find_faces, look_at, make_portrait
from devices.camera.quality import judge
from kiosk.domain import Advice
from kiosk.errors import BadSetting
from tests.support.faces import ROOT, YUNET_SHA256, noisy, picture_of, yunet_file

FORMATS = load_photo_formats(ROOT / "assets" / "photo_formats.toml")
ID_CARD = FORMATS["cn.id_card"]
SIZES = [(640, 480), (1280, 720), (720, 1280)]
SIZES_ONLY = """
[[format]]
id = 'x'
width_px = {width}
height_px = 10
dpi = 1
face_width_px = {face}
eyes_from_bottom_px = 5
min_kb = 1
max_kb = 2
"""
Detectors = Callable[[], FaceDetector]


def cascade() -> FaceDetector:
    """Return the detector that ships."""
    return load_detector("", "")


def yunet() -> FaceDetector:
    """Return the detector that a deployer supplies."""
    return load_detector(str(yunet_file()), YUNET_SHA256)


both = pytest.mark.parametrize("detector", [cascade, yunet], ids=["cascade", "yunet"])


def drawn(sitter: Sitter, size: tuple[int, int] = (1280, 720), seed: int = 0) -> Image:
    """Return a sitter as a camera sees them."""
    return noisy(draw_sitter(sitter, *size), seed)


@both
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_good_sitter_needs_no_advice(detector: Detectors, size: tuple[int, int]) -> None:
    """One face in good light at the right place is found and left alone."""
    sitter = Sitter(face_width=0.36 if size[0] > size[1] else 0.2)
    findings = look_at(drawn(sitter, size), detector(), ID_CARD)
    assert findings.advice == ()
    assert findings.face_box is not None
    x, y, width, height = findings.face_box
    assert abs(x + width / 2 - size[0] / 2) < width * 0.1
    assert y < size[1] * 0.47 < y + height / 2
    assert findings.detector == detector().name


@both
@pytest.mark.parametrize(
    ("sitter", "advice"),
    [
        (Sitter(light=0.25), Advice.TOO_DARK),
        (Sitter(light=1.9), Advice.TOO_BRIGHT),
        (Sitter(shade=0.75), Advice.LIGHT_FROM_SIDE),
        (Sitter(face_width=0.18), Advice.COME_CLOSER),
        (Sitter(face_width=0.60), Advice.STEP_BACK),
        (Sitter(from_right_edge=0.66), Advice.MOVE_TO_MIDDLE),
        (Sitter(blur=0.008), Advice.BLURRED),
        (Sitter(is_there=False), Advice.NO_FACE),
    ],
    ids=lambda value: str(value) if isinstance(value, Advice) else "",
)
def test_each_fault_is_named_alone(detector: Detectors, sitter: Sitter, advice: Advice) -> None:
    """A single fault gives its own advice and no other."""
    assert look_at(drawn(sitter), detector(), ID_CARD).advice == (advice,)


def test_faults_come_in_the_order_of_help() -> None:
    """Light before distance before shadows: what makes the rest worth doing comes first."""
    sitter = Sitter(face_width=0.22, light=0.3, shade=0.75)
    findings = look_at(drawn(sitter), yunet(), ID_CARD)
    assert findings.advice == (Advice.TOO_DARK, Advice.COME_CLOSER, Advice.LIGHT_FROM_SIDE)


def test_in_the_dark_light_helps_more_than_a_face() -> None:
    """Where nothing can be seen, "no face" comes after "too dark"."""
    findings = look_at(drawn(Sitter(light=0.08, is_there=False)), cascade(), ID_CARD)
    assert findings.advice == (Advice.TOO_DARK, Advice.NO_FACE)


@both
@pytest.mark.parametrize("skin", [0.0, 0.1, 0.3, 0.7, 1.0])
def test_no_skin_is_too_dark_or_too_bright(detector: Detectors, skin: float) -> None:
    """In good light nobody is told that the light is bad, whatever their skin."""
    findings = look_at(drawn(Sitter(skin=skin)), detector(), ID_CARD)
    assert findings.face_box is not None
    assert findings.advice == ()


def test_a_second_face_is_noticed() -> None:
    """Somebody beside the resident is named first; somebody far behind is not."""
    left, right = (draw_sitter(Sitter(face_width=w), 640, 480) for w in (0.36, 0.30))
    findings = look_at(noisy(np.hstack([left, right])), cascade(), ID_CARD)
    assert findings.advice[0] is Advice.SEVERAL_FACES
    face = Face((100, 100, 200, 250), ((150, 200), (250, 200)), 200, has_landmarks=False)
    image = drawn(Sitter())
    behind = replace(face, box=(900, 100, 60, 70))
    assert Advice.SEVERAL_FACES not in judge(image, (face, behind), ID_CARD, "x").advice


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)], ids=str)
def test_a_tilt_is_measured(size: tuple[int, int]) -> None:
    """The roll is right within 2 degrees, where the network alone is off by up to 8."""
    detector = yunet()
    for roll_deg in (-14, -9, -4, 0, 4, 9, 14):
        for skin in (0.1, 0.7, 1.0):
            image = drawn(Sitter(roll_deg=roll_deg, skin=skin), size, seed=roll_deg + 20)
            face = find_faces(image, detector)[0]
            assert abs(face.roll_deg - roll_deg) <= 2, (roll_deg, skin)


def test_a_tilted_head_is_told_and_levelled() -> None:
    """Over 8 degrees it is advised; the portrait has its eyes level either way."""
    detector = yunet()
    for roll_deg in (-12, 6):
        image = drawn(Sitter(roll_deg=roll_deg))
        is_told = Advice.HOLD_HEAD_STRAIGHT in look_at(image, detector, ID_CARD).advice
        assert is_told is (abs(roll_deg) > 8)
        portrait = picture_of(make_portrait(image, detector, ID_CARD, simulated=True).jpeg)
        assert abs(find_faces(portrait, detector)[0].roll_deg) < 1.5


def test_glasses_do_not_mislead_the_eyes() -> None:
    """Where the pupils found lie implausibly, the landmarks stay."""
    image = drawn(Sitter())
    face = find_faces(image, yunet())[0]
    (x1, y1), _ = face.eyes
    image[round(y1) - 40 : round(y1) - 10, round(x1) - 40 : round(x1) + 40] = 0
    assert abs(find_faces(image, yunet())[0].roll_deg) < 8


@both
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_portrait_is_as_its_format_says(
    detector: Detectors, name: str, size: tuple[int, int]
) -> None:
    """Pixels, resolution, file size, width of the face and height of the eyes."""
    wanted = FORMATS[name]
    sitter = Sitter(face_width=0.36 if size[0] > size[1] else 0.2)
    photo = make_portrait(drawn(sitter, size), detector(), wanted, simulated=True)
    picture = PillowImage.open(io.BytesIO(photo.jpeg))
    assert picture.size == (wanted.width_px, wanted.height_px)
    assert picture.info["dpi"] == (wanted.dpi, wanted.dpi)
    assert len(photo.jpeg) <= wanted.max_kb * 1000
    face = find_faces(picture_of(photo.jpeg), yunet())[0]
    # The cascade's squares vary by a tenth around the same face.
    assert abs(face.width / wanted.face_width_px - 1) < 0.12
    eyes_from_bottom = wanted.height_px - face.between_eyes[1]
    assert abs(eyes_from_bottom / wanted.eyes_from_bottom_px - 1) < 0.08
    assert abs(face.between_eyes[0] - wanted.width_px / 2) < 0.04 * wanted.width_px


def test_quality_is_chosen_for_the_file_size() -> None:
    """The best quality that fits is found: more detail, less quality; nothing beats 95."""
    random = np.random.default_rng(1)
    plain = np.full((441, 358, 3), 200, np.uint8)
    rough = noisy(plain)
    wild = random.integers(0, 256, plain.shape, np.uint8)
    assert len(encode(plain, ID_CARD)) < ID_CARD.min_kb * 1000  # can't be made larger honestly
    assert 16_000 <= len(encode(rough, ID_CARD)) <= 20_000
    assert len(encode(wild, ID_CARD)) > ID_CARD.max_kb * 1000  # nor smaller


@given(
    x=st.floats(-200, 1500),
    y=st.floats(-200, 900),
    width=st.floats(5, 2000),
    size=st.tuples(st.integers(16, 1500), st.integers(16, 1500)),
)
def test_the_window_is_always_inside(
    x: float, y: float, width: float, size: tuple[int, int]
) -> None:
    """No pixel is invented, wherever a detector sees a face; the shape stays the format's."""
    face = Face((x, y, width, width), ((x, y), (x + width / 2, y)), width, has_landmarks=False)
    image = np.empty((size[1], size[0], 3), np.uint8)
    for found in (face, None):
        left, top, across, down = _window(image, found, ID_CARD)
        assert left >= 0
        assert top >= 0
        assert left + across <= size[0]
        assert top + down <= size[1]
        assert abs(down - across * 441 / 358) <= 3


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_is_taken_too(level: int) -> None:
    """A covered or blinded lens gives a portrait with findings, not a fault."""
    photo = make_portrait(
        np.full((480, 640, 3), level, np.uint8), cascade(), ID_CARD, simulated=False
    )
    assert photo.findings.face_box is None
    assert picture_of(photo.jpeg).shape == (441, 358, 3)


@pytest.mark.parametrize("fault", ["missing", "other bytes", "no network"])
def test_a_wrong_detector_file_is_refused(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the file that the checksum names is loaded; the cascade serves meanwhile."""
    path = tmp_path / "model.onnx"
    if fault != "missing":
        path.write_bytes(b"not a network")
    checksum = hashlib.sha256(b"not a network").hexdigest() if fault == "no network" else "0" * 64
    assert isinstance(load_detector(str(path), checksum), CascadeDetector)
    assert "CAMERA_MODEL_REFUSED" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "format = 3",
        "[[format]]\nid = 'x'",
        "[[format",
        SIZES_ONLY.format(width=10, face=11),
        SIZES_ONLY.format(width=0, face=1),
    ],
    ids=["empty", "no list", "no sizes", "no toml", "face too wide", "no width"],
)
def test_impossible_formats_are_refused(text: str, tmp_path: Path) -> None:
    """A file that can't be used is named, with what to do."""
    path = tmp_path / "formats.toml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=r"formats\.toml"):
        load_photo_formats(path)
