"""What holds for drawn faces holds for photographed ones: measures, advice, crop, report.

The people are in `tests/faces`; what is done to their pictures is what is done to drawn ones.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.camera.drawn_face import Sitter
from devices.camera.faces import FaceDetector
from devices.camera.limits import Limits
from devices.camera.picture import Image, as_image
from devices.camera.portrait import make_portrait
from devices.camera.quality import judge
from devices.camera.seen import Seen, see
from devices.camera.worker_camera import CameraConfig, open_camera
from kiosk.photos import Advice, Findings, Photo
from kiosk.ports.camera import Look
from tests.support.faces import YUNET_SHA256, picture_of, yunet_file
from tests.support.photographed import (
    COLLINS,
    HOPPER,
    PEOPLE,
    Photographed,
    as_photographed,
    seated,
    true_rules,
)
from tests.support.sitters import FORMATS, ID_CARD, cascade, yunet
from tests.support.waiting import wait_until
from tests.unit.devices.test_photo_measures import CAUSES, FAULTS

WHITE = (245, 245, 245)
SIZE = (960, 720)
SLACK_PX = 8.0
"""What a detector may be off on a photograph, of some hundred pixels of the photo."""

RED_PRINT = {"natural_colour"}
"""One of the two is an old print, gone red: the report says so, and is right."""


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    """Return YuNet, or skip."""
    return yunet()


def found(image: Image, detector: FaceDetector) -> Findings:
    """Return what is found on a picture."""
    return judge(see(image, detector, ID_CARD), ID_CARD, Limits())


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
@pytest.mark.parametrize("cause", CAUSES)
def test_each_measure_moves_with_its_cause(
    detector: FaceDetector, who: Photographed, cause: str
) -> None:
    """Blur, motion, light, shadow, distance, roll, wall: step by step, in the same direction."""
    measure, grades, sitter_of, rises = CAUSES[cause]
    values = [
        dict(found(seated(who, sitter_of(grade)), detector).measures)[measure] for grade in grades
    ]
    steps = [after - before for before, after in itertools.pairwise(values)]
    assert all((step > 0) is rises for step in steps if abs(step) > 1e-3), values
    assert (values[-1] - values[0] > 0.01) is rises, values


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_light_is_told_whatever_the_curve_of_the_camera(
    detector: FaceDetector, who: Photographed
) -> None:
    """A gamma darkens and brightens as a gain does, and moves neither sharpness nor evenness."""
    image = seated(who).astype(np.float32) / 255
    told = [
        dict(found(as_image(np.rint(255 * image**gamma).astype(np.uint8)), detector).measures)
        for gamma in (2.2, 1.5, 1.0, 0.6)
    ]
    for name in ("illumination", "luminance"):
        values = [measures[name] for measures in told]
        assert values == sorted(values)
        assert values[-1] - values[0] > 0.15
    for name in ("sharpness", "uniformity"):
        values = [measures[name] for measures in told]
        assert max(values) - min(values) < 0.12, (name, values)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in {"beside", "nobody"}])
def test_each_fault_is_named_alone(detector: FaceDetector, who: Photographed, fault: str) -> None:
    """A single fault gives its own advice and no other; none gives none."""
    sitter, advice = FAULTS[fault]
    assert found(seated(who, sitter, SIZE), detector).advice == advice


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_beside_the_middle_is_told_from_where_the_crop_is_cut(
    detector: FaceDetector, who: Photographed
) -> None:
    """The window follows the face, and at the edge the resident is asked to follow it."""
    lefts = []
    for beside in (-0.10, 0.0, 0.10):
        seen = see(seated(who, Sitter(), SIZE, beside=beside), detector, ID_CARD)
        assert judge(seen, ID_CARD, Limits()).advice == ()
        lefts.append(seen.window.left)
    steps = [after - before for before, after in itertools.pairwise(lefts)]
    assert steps == [pytest.approx(0.10 * SIZE[0], abs=6)] * 2
    for beside in (-0.33, 0.33):
        image = seated(who, Sitter(), SIZE, beside=beside)
        assert found(image, detector).advice == (Advice.MOVE_TO_MIDDLE,)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_a_tilt_is_measured(detector: FaceDetector, who: Photographed) -> None:
    """Within a degree, through glasses too."""
    for roll_deg in (-13.0, -5.0, 0.0, 5.0, 13.0):
        image = seated(who, Sitter(face_width=0.44, roll_deg=roll_deg))
        assert abs(see(image, detector, ID_CARD).faces[0].roll_deg - roll_deg) <= 1


@pytest.fixture(scope="module")
def seen_at(detector: FaceDetector) -> dict[str, tuple[Image, Seen]]:
    """Return each person before a white wall, and what is seen of them."""
    stills = {who.name: seated(who, Sitter(wall=WHITE), SIZE) for who in PEOPLE}
    return {name: (image, see(image, detector, ID_CARD)) for name, image in stills.items()}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_every_rule_of_every_format_is_kept_where_the_head_truly_is(
    detector: FaceDetector, seen_at: dict[str, tuple[Image, Seen]], who: Photographed, name: str
) -> None:
    """Pupils as they were marked by hand, hair as it was cut out."""
    wanted = FORMATS[name]
    window = see(seen_at[who.name][0], detector, wanted).window
    true = true_rules(who, Sitter(), SIZE, window, wanted)
    broken = {
        rule: round(true[rule], 1)
        for rule, span in wanted.spans()
        if rule in true and not span.least - SLACK_PX <= true[rule] <= span.most + SLACK_PX
    }
    assert broken == {}
    assert abs(true["eyes_from_left_px"] - wanted.width_px / 2) < 0.04 * wanted.width_px


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_a_good_still_becomes_a_photo_with_a_good_report(
    detector: FaceDetector, seen_at: dict[str, tuple[Image, Seen]], who: Photographed, name: str
) -> None:
    """Every component is measured and kept, and the file has the size that is wanted."""
    photo = make_portrait(seen_at[who.name][0], detector, FORMATS[name], Limits(), simulated=False)
    report = {line.name: line for line in photo.findings.quality}
    assert photo.findings.advice == ()
    assert all(line.value is not None for line in report.values())
    failed = {line.name for line in report.values() if not line.is_kept}
    assert failed == (RED_PRINT if who is HOPPER else set())
    assert report["file_kb"].value == pytest.approx(len(photo.jpeg) / 1000, abs=0.001)


@pytest.mark.parametrize(("who", "said"), [(COLLINS, "come_closer"), (HOPPER, "cluttered")])
def test_as_they_were_photographed(detector: FaceDetector, who: Photographed, said: str) -> None:
    """One is too small for a photo, the other sits before a flag; the file is not too large."""
    image = as_photographed(who)
    photo = make_portrait(image, detector, ID_CARD, Limits(), simulated=False)
    assert photo.findings.advice == (Advice(said),)
    assert len(photo.jpeg) <= 20_000


def test_wide_hair_is_no_clutter(detector: FaceDetector) -> None:
    """Before a plain wall nothing is behind her, however wide her hair is: it is no wall."""
    for roll_deg in (0.0, 6.0):
        image = seated(COLLINS, Sitter(wall=WHITE, roll_deg=roll_deg), SIZE)
        measures = dict(found(image, detector).measures)
        assert measures["clutter"] < 0.2
        assert measures["wall_deviation"] < 0.02
        assert measures["wall_luminance"] == pytest.approx(245 / 255, abs=0.01)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
def test_a_colour_cast_takes_the_colour_out_of_the_skin(
    detector: FaceDetector, who: Photographed
) -> None:
    """The bluer the light, the further from skin in white light."""
    image = seated(who).astype(np.float32)
    values = []
    for blue in (1.0, 1.6, 2.2):
        cast = image * np.array([blue, 1.0, 1 / blue], np.float32)
        picture = as_image(np.clip(cast, 0, 255).astype(np.uint8))
        values.append(dict(found(picture, detector).measures)["colour"])
    if who is COLLINS:
        assert values == sorted(values)
        assert values[0] == 0
    assert values[-1] > Limits().colour_most


def test_the_cascade_says_nothing_about_photographed_faces_either() -> None:
    """It finds these two; that it would advise them and miss others is why it is silent."""
    for who in PEOPLE:
        seen = see(seated(who), cascade(), ID_CARD)
        assert seen.faces
        assert judge(replace(seen, light=0.8), ID_CARD, Limits()).advice == ()


def test_the_people_are_whom_the_marks_are_of() -> None:
    """The marked pupils are dark, and lie within what was cut out."""
    for who in PEOPLE:
        grey = cv2.cvtColor(as_photographed(who), cv2.COLOR_BGR2GRAY)
        for x, y in who.eyes:
            near = grey[round(y) - 12 : round(y) + 13, round(x) - 12 : round(x) + 13]
            at = grey[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2]
            assert float(at.mean()) < float(np.percentile(near, 25))


def test_the_whole_way_from_a_camera_to_a_photo(tmp_path: Path) -> None:
    """A film of her before a white wall, read by the real camera in its worker."""
    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, SIZE)
    for beside in (-0.002, 0.0, 0.002):
        writer.write(seated(COLLINS, Sitter(wall=WHITE), SIZE, beside=beside))
    writer.release()
    config = CameraConfig(
        str(film),
        ID_CARD,
        *SIZE,
        detector_model=str(yunet_file()),
        detector_sha256=YUNET_SHA256,
        more_formats=tuple(FORMATS.values()),
    )
    camera = open_camera(config)
    try:
        wait_until(lambda: isinstance(camera.look(2.0), Look), 30, "a picture")
        photo = camera.take(5.0, "icao.travel")
    finally:
        camera.close()
    assert isinstance(photo, Photo)
    assert (photo.findings.advice, photo.findings.detector) == ((), "yunet")
    assert [line for line in photo.findings.quality if not line.is_kept] == []
    assert picture_of(photo.jpeg).shape == (531, 413, 3)
