"""The quality report on a photo, after ISO/IEC 29794-5: component, native value, score, limits.

Pure. Every score has one form, that of the standard's reference implementation: a logistic curve of
the native value, here 50 at the limit, `width` telling how fast it falls. What each component is:
docs/reference/photo-quality.md, which a test holds against this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from devices.camera.crop import rule_values
from devices.camera.formats import PhotoFormat
from devices.camera.limits import Limits
from devices.camera.seen import Seen
from kiosk.photos import QualityComponent

RULE_WIDTH_PX = 4.0
"""How fast the score of a format's rule falls beside its limits."""

FILE_WIDTH_KB = 1.0


@dataclass(frozen=True, slots=True)
class Component:
    """One measure of the report; `limit` names the field of `Limits`, "" for none."""

    name: str
    measure: str
    limit: str
    width: float


COMPONENTS = (
    Component("single_face", "second_face", "second_face_most", 0.03),
    Component("inter_eye_distance", "eye_distance", "eye_distance_least_px", 8.0),
    Component("head_pose_roll", "roll_deg", "roll_most_deg", 2.0),
    Component("illumination", "illumination", "illumination_least", 0.05),
    Component("luminance_mean", "luminance", "", 0.0),
    Component("under_exposure", "underexposed", "underexposed_most", 0.03),
    Component("over_exposure", "overexposed", "overexposed_most", 0.01),
    Component("dynamic_range", "dynamic_range", "", 0.0),
    Component("illumination_uniformity", "uniformity", "uniformity_least", 0.05),
    Component("natural_colour", "colour", "colour_most", 2.0),
    Component("sharpness", "sharpness", "sharpness_least", 0.05),
    Component("motion", "motion", "motion_most", 0.05),
    Component("background_clutter", "clutter", "clutter_most", 0.5),
)
"""In the order of the report; the format's background and rules come after them."""


def report_on(
    seen: Seen, limits: Limits, photo_format: PhotoFormat, file_bytes: int
) -> tuple[QualityComponent, ...]:
    """Return the report on a portrait that was cut out of `seen`.

    Without a detector that can be relied on for every face, all but the file are "not measured":
    a report that some people get and others don't would not be fair.
    """
    values = seen.values() if seen.is_face_judged else {}
    lines = [_line(component, values, limits) for component in COMPONENTS]
    if photo_format.background is not None:
        wall = photo_format.background
        lines.append(
            graded(
                "background_luminance",
                values.get("wall_luminance"),
                wall.least_luminance,
                None,
                0.05,
            )
        )
        deviation = values.get("wall_deviation")
        lines.append(graded("background_deviation", deviation, None, wall.most_deviation, 0.02))
    rules: dict[str, float] = {}
    if seen.is_face_judged and seen.head is not None:
        rules = rule_values(seen.head, seen.window, photo_format)
    lines += [
        graded(name, rules.get(name), span.least, span.most, RULE_WIDTH_PX)
        for name, span in photo_format.spans()
    ]
    size = photo_format.file_kb
    lines.append(graded("file_kb", file_bytes / 1000, size.least, size.most, FILE_WIDTH_KB))
    return tuple(lines)


def graded(
    name: str, value: float | None, least: float | None, most: float | None, width: float
) -> QualityComponent:
    """Return one line; its score is 50 at a limit and 100 where there is none."""
    if value is None:
        return QualityComponent(name, None, None, least, most)
    over = [
        distance
        for distance in (
            None if least is None else value - least,
            None if most is None else most - value,
        )
        if distance is not None
    ]
    exponent = -min(over) / width if over else -math.inf
    score = 0 if exponent > 50 else round(100 / (1 + math.exp(exponent)))
    return QualityComponent(name, round(value, 3), score, least, most)


def _line(component: Component, values: dict[str, float], limits: Limits) -> QualityComponent:
    limit: float | None = getattr(limits, component.limit) if component.limit else None
    is_least = "_least" in component.limit
    value = values.get(component.measure)
    if value is not None and component.measure == "roll_deg":
        value = abs(value)
    least, most = (limit, None) if is_least else (None, limit)
    return graded(component.name, value, least, most, component.width or 1.0)
