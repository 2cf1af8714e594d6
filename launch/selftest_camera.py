"""`kiosk selftest camera`: looks through the camera for a while and says what fits this booth.

No picture is kept or shown. The kiosk must not be running: it would hold the camera.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from devices.camera.found import is_stable, plugged_in
from devices.desk_state import DeskState
from kiosk.errors import BadSetting
from kiosk.ports.camera import Camera, CameraMount, Look
from kiosk.settings import CameraKind, Settings
from launch.devices_chosen import camera_config, open_camera

if TYPE_CHECKING:
    from devices.camera.calibration import Proposal, Spread, Subject
    from devices.camera.limits import Limits

LOOK_S = 5.0
WAIT_S = 30.0
"""How long a camera may take until its first picture, or its next."""

_EXPLAINED = {
    "person": "Do this with at least five people of different skin, age and hair, and keep the"
    " widest of each limit: the lowest _least, the highest _most.",
    "empty": "Now do the same with --subject grey and --subject person.",
    "grey": "Hold the card where the face is, so that it fills the middle of the picture.",
}


@dataclass(slots=True)
class Gathered:
    """What many pictures told; no picture is in it."""

    width_px: int = 0
    height_px: int = 0
    detector: str = ""
    is_face_judged: bool = True
    pictures: int = 0
    faces: int = 0
    took_s: float = 0.0
    values: dict[str, list[float]] = field(default_factory=dict)


def run_selftest(
    settings: Settings, subject_name: str, pictures: int, *, is_low: bool, prints_json: bool
) -> int:
    """Look, report, propose; return 0 if there was enough to tell.

    Raises:
        BadSetting: The settings choose no camera, or no second one.
    """
    from devices.camera.calibration import Subject

    if settings.camera.kind is CameraKind.NONE:
        raise BadSetting("The settings choose no camera.", 'Set kind = "opencv" in [camera].')
    if is_low and not settings.camera.low_source:
        raise BadSetting("There is no second camera.", "Name it in [camera] low_source.")
    if subject_name not in set(Subject):
        raise BadSetting(
            f"There is no subject {subject_name!r}.", f"Use --subject {', '.join(Subject)}."
        )
    subject = Subject(subject_name)
    limits = camera_config(settings).limits
    source = settings.camera.low_source if is_low else settings.camera.source
    if not prints_json:  # before the looking: a camera that is silent is waited for
        print("\n".join((*_cameras(settings, source), "Looking ...")), flush=True)
    camera = open_camera(settings, DeskState(settings.kiosk.state_folder))
    try:
        camera.use(CameraMount.LOW if is_low else CameraMount.USUAL)
        gathered = gather(camera, pictures, subject)
    finally:
        camera.close()
    if prints_json:
        print(json.dumps(as_json(gathered, subject, limits)))
    else:
        for line in report(gathered, subject, limits):
            print(line)
    return 0 if _is_enough(gathered, subject) else 1


def gather(camera: Camera, pictures: int, subject: Subject) -> Gathered:
    """Look at so many pictures and keep what was measured."""
    import numpy as np

    from devices.camera.calibration import Subject, look_over
    from devices.camera.picture import as_image

    gathered = Gathered()
    began_s = seen_s = monotonic()
    while gathered.pictures < pictures:
        look = camera.look(LOOK_S)
        if not isinstance(look, Look):
            if monotonic() - seen_s > WAIT_S:
                break
            continue
        seen_s = monotonic()
        frame, findings = look.frame, look.findings
        if gathered.pictures == 0:
            began_s = seen_s
        shape = (frame.height_px, frame.width_px, 3)
        told = look_over(as_image(np.frombuffer(frame.bgr, np.uint8).reshape(shape)))
        if subject is Subject.PERSON:
            # What is measured on a whole picture is of no use beside what is measured on a head.
            told = {"light": told["light"], **dict(findings.measures)}
        for name, value in told.items():
            gathered.values.setdefault(name, []).append(value)
        gathered.pictures += 1
        gathered.faces += findings.face_box is not None
        gathered.width_px, gathered.height_px = frame.width_px, frame.height_px
        gathered.detector, gathered.is_face_judged = findings.detector, findings.is_face_judged
    gathered.took_s = monotonic() - began_s
    return gathered


def report(gathered: Gathered, subject: Subject, limits: Limits) -> Iterator[str]:
    """Yield what a technician reads."""
    from devices.camera.calibration import LEAST_PICTURES

    if gathered.pictures == 0:
        yield f"No picture came within {WAIT_S:.0f} s. Check the cable and [camera] source."
        return
    if gathered.pictures < LEAST_PICTURES:
        yield f"Only {gathered.pictures} pictures came. Check the cable and [camera] source."
        return
    rate = gathered.pictures / max(gathered.took_s, 0.001)
    yield (
        f"{gathered.pictures} pictures of {gathered.width_px} x {gathered.height_px},"
        f" {rate:.0f} per second; faces are looked for by: {gathered.detector}."
    )
    yield f"A face in {gathered.faces} of them."
    if not gathered.is_face_judged:
        yield (
            "This detector misses people with dark skin, so nothing is advised about faces and no"
            " limit can be found. Supply a better one: [camera] detector_model"
            " (assets/models/README.md)."
        )
    if gathered.is_face_judged and subject.value == "person" and not _is_enough(gathered, subject):
        yield (
            "That is less than half, so no limit is proposed. Let the person sit as for a photo, in"
            " the light of every day."
        )
    yield from _remarks(gathered, subject)
    found = _proposals(gathered, subject, limits)
    if found:
        yield ""
        yield f"{'setting':<24}{'now':>8}{'10 %':>9}{'median':>9}{'90 %':>9}{'proposed':>10}"
        for it in found:
            low, middle, high = it.measured.low, it.measured.middle, it.measured.high
            yield (
                f"{it.setting:<24}{it.now:>8.2f}{low:>9.3f}{middle:>9.3f}{high:>9.3f}"
                f"{it.proposed:>10.2f}"
            )
        yield ""
        yield "[photo_quality]"
        for it in found:
            yield f"{it.setting} = {it.proposed}"
    yield ""
    yield _EXPLAINED[subject.value]


def as_json(gathered: Gathered, subject: Subject, limits: Limits) -> dict[str, object]:
    """Return the form that `--json` prints."""
    return {
        "subject": subject.value,
        "pictures": gathered.pictures,
        "faces": gathered.faces,
        "detector": gathered.detector,
        "is_face_judged": gathered.is_face_judged,
        "remarks": list(_remarks(gathered, subject)) if gathered.pictures else [],
        "measured": {name: asdict(it) for name, it in _spreads(gathered).items()},
        "proposed": {it.setting: it.proposed for it in _proposals(gathered, subject, limits)},
    }


def _cameras(settings: Settings, source: str) -> Iterator[str]:
    """Yield which cameras are plugged in, by the names that the settings should have."""
    if settings.camera.kind is CameraKind.SIMULATED:
        yield "The camera is simulated: the figures say nothing about a booth."
        return
    found = plugged_in()
    for path in found:
        yield f"plugged in: {path}"
    if not found and source.startswith("/dev/"):
        yield "plugged in: no camera that Linux offers as a video device"
    elif not is_stable(source) and found:
        yield f"{source} may be another camera after the next start: name it by one of these."


def _spreads(gathered: Gathered) -> dict[str, Spread]:
    from devices.camera.calibration import spread

    return {name: spread(values) for name, values in gathered.values.items()}


def _remarks(gathered: Gathered, subject: Subject) -> list[str]:
    from devices.camera.calibration import flicker, remarks

    told = remarks(subject, _spreads(gathered), flicker(gathered.values["light"]))
    if gathered.faces and subject.value == "empty":
        what = "The booth is not empty: somebody, or a picture of a face, is before the camera."
        told.insert(0, what)
    return told


def _proposals(gathered: Gathered, subject: Subject, limits: Limits) -> list[Proposal]:
    from devices.camera.calibration import propose

    return propose(subject, _spreads(gathered), limits) if _is_enough(gathered, subject) else []


def _is_enough(gathered: Gathered, subject: Subject) -> bool:
    """Say whether there are pictures enough, and a face on most of them where one is wanted, or on
    few where none is.
    """
    from devices.camera.calibration import LEAST_PICTURES, Subject

    if gathered.pictures < LEAST_PICTURES:
        return False
    has_faces = gathered.faces * 2 >= gathered.pictures
    match subject:
        case Subject.PERSON:
            return gathered.is_face_judged and has_faces
        case Subject.EMPTY:
            return not has_faces
        case Subject.GREY:
            return True
