"""From many pictures of a real booth to the limits that fit it. Pure; no picture is kept.

What is before the camera decides what can be told: an empty booth shows the wall and its light, a
grey card the colour and the evenness of the light on the face, a person the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from devices.camera.limits import Limits
from devices.camera.picture import Image, as_image, grey

UNEVEN_MOST, FLICKER_MOST, CAST_MOST = 0.20, 0.03, 6.0
"""Of the light on a wall or a card: between its parts, from picture to picture, from grey (CIE
L*a*b*)."""

LEAST_PICTURES = 10


class Subject(StrEnum):
    """What is before the camera."""

    EMPTY = "empty"
    GREY = "grey"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure was spread over the pictures."""

    low: float
    """A tenth of the pictures are below it."""
    middle: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return 10th percentile, median and 90th percentile of at least one value."""
    low, middle, high = (float(value) for value in np.percentile(values, (10, 50, 90)))
    return Spread(low, middle, high)


def look_over(image: Image) -> dict[str, float]:
    """Return what a picture without a face tells: of the whole of it, or of the card in its middle.

    `light` is the mean of 1, `uneven` what its parts differ by as a share of it, `cast` the
    distance from grey, `clutter` as in the quality report, `middle_…` the same of the middle ninth.
    """
    height, width = image.shape[:2]
    middle = as_image(image[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3])
    told = _of_surface(image)
    told |= {f"middle_{name}": value for name, value in _of_surface(middle).items()}
    return told


def _of_surface(image: Image) -> dict[str, float]:
    luminance = grey(image)
    parts = cv2.resize(luminance, (3, 3), interpolation=cv2.INTER_AREA).astype(float) / 255
    mean = float(luminance.mean()) / 255
    colour = image.reshape(-1, 3).mean(axis=0).astype(np.float32).reshape(1, 1, 3) / 255
    _, a, b = (float(value) for value in cv2.cvtColor(colour, cv2.COLOR_BGR2LAB)[0, 0])
    calm = cv2.GaussianBlur(luminance, (5, 5), 0)
    across = cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=0.25)
    return {
        "light": mean,
        "uneven": float(parts.max() - parts.min()) / max(mean, 0.01),
        "cast": float(np.hypot(a, b)),
        "clutter": float(cv2.magnitude(across, down).mean()),
    }


def flicker(lights: Sequence[float]) -> float:
    """Return how much the light changes from picture to picture, as a share of it."""
    return float(np.std(lights)) / max(float(np.mean(lights)), 0.01)


def remarks(subject: Subject, spreads: Mapping[str, Spread], flickers: float) -> list[str]:
    """Return what should be mended in the booth before any limit is changed."""
    told = []
    part = "middle_" if subject is Subject.GREY else ""
    if flickers > FLICKER_MOST:
        told.append(
            "The light changes from picture to picture: a lamp flickers, or the camera's exposure"
            " does not come to rest. Set the camera's exposure for 50 or 60 Hz, or fix it."
        )
    if subject is Subject.PERSON:
        return told
    if spreads[f"{part}uneven"].middle > UNEVEN_MOST:
        told.append("The light is uneven: move the lamps, or add one on the darker side.")
    if spreads[f"{part}cast"].middle > CAST_MOST and subject is Subject.GREY:
        told.append("The light is not white: set the camera's white balance, or change the lamps.")
    if spreads[f"{part}light"].middle < 0.15:
        told.append("It is dark: add light before anything else.")
    return told


# What a limit becomes from the spread of its measure: room for people who differ from this one, and
# never beyond what the settings take.
_RULES: dict[str, tuple[str, Callable[[Spread], float]]] = {
    "illumination_least": ("illumination", lambda it: min(0.5 * it.low, 0.5)),
    "overexposed_most": ("overexposed", lambda it: min(max(2 * it.high, 0.01), 1.0)),
    "underexposed_most": ("underexposed", lambda it: min(max(2 * it.high, 0.05), 1.0)),
    "uniformity_least": ("uniformity", lambda it: min(0.85 * it.low, 0.85)),
    "sharpness_least": ("sharpness", lambda it: 0.8 * it.low),
    "motion_most": ("motion", lambda it: min(max(it.high + 0.12, 0.2), 1.0)),
    "eye_distance_least_px": ("eye_distance", lambda it: min(max(0.75 * it.low, 40.0), 500.0)),
    "colour_most": ("colour", lambda it: min(max(it.high + 3.0, 5.0), 100.0)),
    "clutter_most": ("clutter", lambda it: min(max(1.6 * it.high, 1.0), 100.0)),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One setting: what it is, what was measured, what it should be."""

    setting: str
    now: float
    measured: Spread
    proposed: float


def propose(subject: Subject, spreads: Mapping[str, Spread], limits: Limits) -> list[Proposal]:
    """Return the limits that fit what was measured; only those that this subject can tell."""
    wanted = set(_RULES) if subject is Subject.PERSON else {"clutter_most"}
    if subject is Subject.GREY:
        wanted = set()
    found = []
    for setting, (measure, rule) in _RULES.items():
        if setting in wanted and measure in spreads:
            measured = spreads[measure]
            proposed = round(rule(measured), 2)
            found.append(Proposal(setting, getattr(limits, setting), measured, proposed))
    return found
