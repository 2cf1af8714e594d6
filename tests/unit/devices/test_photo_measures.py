"""Each measure moves with its cause and stays with every other; advice follows, alike for all.

On drawn faces, which come in all tones; photographed ones are in `test_photographed_faces`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from devices.camera.drawn_face import Sitter, draw_sitter
from devices.camera.faces import Face, FaceDetector
from devices.camera.limits import Limits
from devices.camera.portrait import make_portrait
from devices.camera.quality import judge
from devices.camera.report import COMPONENTS, graded
from devices.camera.seen import see
from kiosk.photos import Advice, Findings
from tests.support.faces import noisy
from tests.support.sitters import ID_CARD, TONES, WALLS, cascade, drawn, yunet

SIZE = (640, 480)
BASE = Sitter(face_width=0.44)


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    """Return YuNet, or skip."""
    return yunet()


def findings_of(sitter: Sitter, detector: FaceDetector, seed: int = 0) -> Findings:
    """Return what is found on a drawn sitter."""
    return judge(see(drawn(sitter, SIZE, seed), detector, ID_CARD), ID_CARD, Limits())


# (measure, grades of the cause, sitter of a grade, whether the measure rises with it)
CAUSES: dict[str, tuple[str, tuple[float, ...], Callable[[float], Sitter], bool]] = {
    "blur": ("sharpness", (0, 0.002, 0.004, 0.007), lambda g: replace(BASE, blur=g), False),
    "motion": ("motion", (0, 0.01, 0.025, 0.05), lambda g: replace(BASE, motion=g), True),
    "shaking": ("sharpness", (0, 0.01, 0.025, 0.05), lambda g: replace(BASE, motion=g), False),
    "light": ("illumination", (0.2, 0.4, 0.7, 1), lambda g: replace(BASE, light=g), True),
    "darkness": ("underexposed", (0.7, 0.4, 0.3, 0.25), lambda g: replace(BASE, light=g), True),
    "glare": ("overexposed", (1, 1.3, 1.6, 2.0), lambda g: replace(BASE, light=g), True),
    "side light": ("uniformity", (0, 0.25, 0.5, 0.8), lambda g: replace(BASE, shade=g), False),
    "nearness": (
        "eye_distance",
        (0.22, 0.3, 0.4, 0.5),
        lambda g: replace(BASE, face_width=g),
        True,
    ),
    "roll": ("roll_deg", (-14, -6, 0, 7, 13), lambda g: replace(BASE, roll_deg=g), True),
    "things on the wall": (
        "clutter",
        (0, 0.2, 0.5, 1),
        lambda g: replace(BASE, clutter=g),
        True,
    ),
    "wall": (
        "wall_luminance",
        (60, 120, 180, 240),
        lambda g: replace(BASE, wall=(int(g), int(g), int(g))),
        True,
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("skin", [0.0, 0.6])
def test_each_measure_moves_with_its_cause(detector: FaceDetector, cause: str, skin: float) -> None:
    """Step by step, and always in the same direction."""
    measure, grades, sitter_of, rises = CAUSES[cause]
    values = [
        dict(findings_of(replace(sitter_of(grade), skin=skin), detector).measures)[measure]
        for grade in grades
    ]
    steps = [after - before for before, after in itertools.pairwise(values)]
    assert all((step > 0) is rises for step in steps if abs(step) > 1e-3), values
    assert (values[-1] - values[0] > 0.01) is rises, values


def test_a_grey_picture_has_no_skin_colour(detector: FaceDetector) -> None:
    """The further from colour, the further from skin."""
    image = drawn(BASE, SIZE).astype(np.float32)
    grey = image.mean(axis=2, keepdims=True)
    found = []
    for share in (0.0, 0.6, 1.0):
        mixed = (image * (1 - share) + grey * share).astype(np.uint8)
        found.append(dict(judge(see(mixed, detector, ID_CARD), ID_CARD, Limits()).measures))
    colours = [measures["colour"] for measures in found]
    assert colours[0] == 0
    assert 0 <= colours[1] <= colours[2]
    assert colours[2] > Limits().colour_most


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)], ids=str)
def test_a_tilt_is_measured(detector: FaceDetector, size: tuple[int, int]) -> None:
    """The roll is right within 2 degrees, where the network alone is off by up to 8."""
    for roll_deg, skin in zip((-14, -9, -4, 0, 4, 9, 14), itertools.cycle((0.1, 0.7, 1.0))):
        image = drawn(Sitter(roll_deg=roll_deg, skin=skin), size, seed=roll_deg + 20)
        found = see(image, detector, ID_CARD).faces[0].roll_deg
        assert abs(found - roll_deg) <= 2, (roll_deg, skin)


def test_glasses_do_not_mislead_the_eyes(detector: FaceDetector) -> None:
    """Where the pupils found lie implausibly, the landmarks stay."""
    image = drawn(BASE, SIZE)
    (x1, y1), _ = see(image, detector, ID_CARD).faces[0].eyes
    image[round(y1) - 30 : round(y1) - 8, round(x1) - 30 : round(x1) + 30] = 0
    assert abs(see(image, detector, ID_CARD).faces[0].roll_deg) < 8


FAULTS = {
    "well": (Sitter(), ()),
    "dark": (Sitter(light=0.25), (Advice.TOO_DARK,)),
    "bright": (Sitter(light=1.9), (Advice.TOO_BRIGHT,)),
    "from the side": (Sitter(shade=0.75), (Advice.LIGHT_FROM_SIDE,)),
    "far": (Sitter(face_width=0.19), (Advice.COME_CLOSER,)),
    "near": (Sitter(face_width=0.60), (Advice.STEP_BACK,)),
    "beside": (Sitter(from_right_edge=0.66), (Advice.MOVE_TO_MIDDLE,)),
    "tilted": (Sitter(roll_deg=14), (Advice.HOLD_HEAD_STRAIGHT,)),
    "blurred": (Sitter(blur=0.007), (Advice.BLURRED,)),
    "moving": (Sitter(motion=0.04), (Advice.HOLD_STILL,)),
    "untidy": (Sitter(clutter=0.8), (Advice.CLUTTERED,)),
    "nobody": (Sitter(is_there=False), (Advice.NO_FACE,)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_alone(detector: FaceDetector, fault: str) -> None:
    """A single fault gives its own advice and no other; none gives none."""
    sitter, advice = FAULTS[fault]
    found = judge(see(drawn(sitter), detector, ID_CARD), ID_CARD, Limits())
    assert found.advice == advice
    assert found.is_face_judged


def test_faults_come_in_the_order_of_help(detector: FaceDetector) -> None:
    """Light before distance before shadows: what makes the rest worth doing comes first."""
    sitter = Sitter(face_width=0.22, light=0.3, shade=0.75)
    found = judge(see(drawn(sitter), detector, ID_CARD), ID_CARD, Limits())
    assert found.advice[:3] == (Advice.TOO_DARK, Advice.COME_CLOSER, Advice.LIGHT_FROM_SIDE)


def test_in_the_dark_light_helps_more_than_a_face(detector: FaceDetector) -> None:
    """Where nothing can be seen, "no face" comes after "too dark"."""
    found = findings_of(Sitter(light=0.08, is_there=False), detector)
    assert found.advice == (Advice.TOO_DARK, Advice.NO_FACE)


def test_a_second_face_is_noticed(detector: FaceDetector) -> None:
    """Somebody beside the resident is named first; somebody far behind is not."""
    left, right = (draw_sitter(Sitter(face_width=w), 640, 480) for w in (0.36, 0.30))
    seen = see(noisy(np.hstack([left, right])), detector, ID_CARD)
    assert judge(seen, ID_CARD, Limits()).advice[0] is Advice.SEVERAL_FACES
    far = Face((0, 0, 40, 40), ((10, 10), (30, 10)), 40, has_landmarks=True)
    behind = replace(seen, faces=(seen.faces[0], far))
    assert Advice.SEVERAL_FACES not in judge(behind, ID_CARD, Limits()).advice


# --- alike for everybody ---

UNFAIR_FAULTS = ("well", "far", "blurred", "dark")


@pytest.mark.parametrize("fault", UNFAIR_FAULTS)
def test_every_tone_gets_the_same_advice_before_every_wall(
    detector: FaceDetector, fault: str
) -> None:
    """Eight tones before four walls: what is said first depends on the fault alone."""
    sitter, advice = FAULTS[fault]
    told: dict[str, set[tuple[Advice, ...]]] = {}
    for (name, wall), skin in itertools.product(WALLS.items(), TONES):
        at = replace(sitter, wall=wall, skin=skin, face_width=max(sitter.face_width, 0.2))
        image = drawn(replace(at, face_width=0.3) if fault == "far" else at, SIZE)
        found = judge(see(image, detector, ID_CARD), ID_CARD, Limits())
        told.setdefault(name, set()).add(found.advice[:1])
    assert told == {name: {advice[:1]} for name in WALLS}


@pytest.mark.parametrize("wall", ["white", "grey", "blue"])
def test_every_tone_gets_the_same_report(detector: FaceDetector, wall: str) -> None:
    """What the office reads about a good photo holds for all skins: the same lines are kept."""
    kept = set()
    for skin in TONES:
        image = drawn(replace(BASE, skin=skin, wall=WALLS[wall]), SIZE)
        photo = make_portrait(image, detector, ID_CARD, Limits(), simulated=True)
        kept.add(tuple((line.name, line.is_kept) for line in photo.findings.quality))
    assert len(kept) == 1, kept


@pytest.mark.parametrize("skin", [0.0, 0.5, 1.0])
def test_a_detector_that_misses_faces_advises_nobody_about_theirs(skin: float) -> None:
    """The cascade finds light faces only: then all are treated as those it misses."""
    for fault in ("well", "far", "tilted", "nobody", "from the side"):
        sitter, _ = FAULTS[fault]
        found = findings_of(replace(sitter, skin=skin), cascade())
        assert found.advice == (), fault
        assert not found.is_face_judged
    assert findings_of(Sitter(skin=skin, light=0.25), cascade()).advice == (Advice.TOO_DARK,)


# --- the report ---


def test_a_good_photo_has_a_good_report(detector: FaceDetector) -> None:
    """Every component has a value, a score above 50, and keeps its limits."""
    wanted = ID_CARD
    image = drawn(Sitter(wall=(240, 240, 240)))
    report = make_portrait(image, detector, wanted, Limits(), simulated=True).findings.quality
    names = [line.name for line in report]
    assert names[: len(COMPONENTS)] == [component.name for component in COMPONENTS]
    assert {"background_luminance", "face_width_px", "eyes_from_bottom_px", "file_kb"} <= set(names)
    for line in report:
        assert line.is_kept, line
        assert line.score is not None
        assert line.score >= 50, line


def test_a_fault_is_in_the_report(detector: FaceDetector) -> None:
    """The component of the fault falls below 50, and the photo is taken all the same."""
    for sitter, name in (
        (replace(BASE, blur=0.008), "sharpness"),
        (replace(BASE, shade=0.8), "illumination_uniformity"),
        (replace(BASE, light=0.25), "illumination"),
        (replace(BASE, roll_deg=14), "head_pose_roll"),
        (replace(BASE, wall=(90, 90, 90)), "background_luminance"),
    ):
        photo = make_portrait(drawn(sitter, SIZE), detector, ID_CARD, Limits(), simulated=True)
        line = {it.name: it for it in photo.findings.quality}[name]
        assert line.is_kept is False, line
        assert line.score is not None
        assert line.score < 50, line


def test_without_a_fair_detector_the_report_says_what_was_not_measured() -> None:
    """No value is made up, and none is given that some people would not get."""
    photo = make_portrait(drawn(BASE, SIZE), cascade(), ID_CARD, Limits(), simulated=True)
    measured = {line.name for line in photo.findings.quality if line.value is not None}
    assert measured == {"file_kb"}
    assert all(line.score is None for line in photo.findings.quality if line.name != "file_kb")


def test_a_score_is_50_at_its_limit_and_falls_beside_it() -> None:
    """Whatever the unit, on either side."""
    assert [graded("x", v, 10, None, 2).score for v in (-1e9, 4, 10, 16)] == [0, 5, 50, 95]
    assert [graded("x", v, None, 10, 2).score for v in (1e9, 16, 10, 4)] == [0, 5, 50, 95]
    assert graded("x", 15, 10, 20, 1).score == 99
    assert graded("x", 3, None, None, 1).score == 100
    assert graded("x", None, 1, 2, 1).is_kept is None
