"""What is advised about a picture: the measures against their limits, most helpful first. Pure.

Advice that only some people would get is given to nobody: with a detector that misses dark faces
(`FaceDetector.is_fair`) only the light of the picture is judged.
"""

from __future__ import annotations

from devices.camera.formats import PhotoFormat
from devices.camera.limits import Limits
from devices.camera.seen import Seen, second_face
from kiosk.photos import Advice, Findings

LEAST_OF_FORMAT = 0.80
"""A face may be enlarged to the format by a quarter, no more."""

OFF_CENTRE = 0.04
"""How far beside the picture the format's window may be, of the window's width."""

DARK_ROOM = 0.5
"""With less than this share of the least light, darkness explains that no face was found."""


def judge(seen: Seen, photo_format: PhotoFormat, limits: Limits) -> Findings:
    """Return what was measured on a picture and what would make it better."""
    box = None
    if seen.faces:
        x, y, width, height = seen.faces[0].box
        box = (round(x), round(y), round(width), round(height))
    return Findings(
        advice=_advice(seen, photo_format, limits),
        face_box=box,
        measures=tuple((name, round(value, 4)) for name, value in seen.values().items()),
        detector=seen.detector,
        is_face_judged=seen.is_face_judged,
        photo_format=photo_format.id,
    )


def _advice(seen: Seen, photo_format: PhotoFormat, limits: Limits) -> tuple[Advice, ...]:
    """Return advice in the order in which following it helps most."""
    if seen.measures is None:
        return _without_a_face(seen, limits)
    advice: list[Advice] = []
    measures = seen.measures
    if second_face(seen.faces) > limits.second_face_most:
        advice.append(Advice.SEVERAL_FACES)
    if measures.illumination < limits.illumination_least:
        advice.append(Advice.TOO_DARK)
    elif measures.overexposed > limits.overexposed_most:
        advice.append(Advice.TOO_BRIGHT)
    advice += _place(seen, photo_format, limits)
    if abs(measures.roll_deg) > limits.roll_most_deg:
        advice.append(Advice.HOLD_HEAD_STRAIGHT)
    if measures.uniformity < limits.uniformity_least:
        advice.append(Advice.LIGHT_FROM_SIDE)
    if measures.sharpness < limits.sharpness_least:
        is_moving = measures.motion > limits.motion_most
        advice.append(Advice.HOLD_STILL if is_moving else Advice.BLURRED)
    if seen.wall is not None and seen.wall.clutter > limits.clutter_most:
        advice.append(Advice.CLUTTERED)
    return tuple(advice)


def _without_a_face(seen: Seen, limits: Limits) -> tuple[Advice, ...]:
    """Return what can be said of a picture in which no face was found, or none could be judged."""
    if not seen.is_face_judged:
        return (Advice.TOO_DARK,) if seen.light < limits.illumination_least else ()
    # In the dark "no face" would be true and no help.
    is_dark = seen.light < DARK_ROOM * limits.illumination_least
    return (Advice.TOO_DARK, Advice.NO_FACE) if is_dark else (Advice.NO_FACE,)


def _place(seen: Seen, photo_format: PhotoFormat, limits: Limits) -> list[Advice]:
    """Return where to go: at most one piece."""
    wanted, measures = seen.wanted, seen.measures
    assert wanted is not None
    assert measures is not None
    height, width = seen.image.shape[:2]
    is_small = wanted.width < LEAST_OF_FORMAT * photo_format.width_px
    if is_small or measures.eye_distance < limits.eye_distance_least_px:
        return [Advice.COME_CLOSER]
    if wanted.height > height or wanted.width > width:
        return [Advice.STEP_BACK]
    beyond = max(
        -wanted.left,
        wanted.left + wanted.width - width,
        -wanted.top,
        wanted.top + wanted.height - height,
    )
    return [Advice.MOVE_TO_MIDDLE] if beyond > OFF_CENTRE * wanted.width else []
