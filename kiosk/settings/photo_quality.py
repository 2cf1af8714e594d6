"""The options that say how good a face photo has to be before something is advised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.settings.option import Rule, Table, option


@dataclass(frozen=True, slots=True)
class PhotoQualitySettings(Table):
    """Limits of the measures on a face photo."""

    says: ClassVar[str] = (
        "When something is advised about a face photo, and what its report is held against; "
        "nothing is ever refused. `kiosk selftest camera` proposes values for a booth; "
        "docs/reference/photo-quality.md says what each measure is."
    )

    illumination_least: float = option(
        0.40,
        Rule("Light on the face, whatever the skin, of 1; below it: too dark.", least=0, most=1),
    )
    overexposed_most: float = option(
        0.02, Rule("Share of the face that is burnt out; above it: too bright.", least=0, most=1)
    )
    underexposed_most: float = option(
        0.10, Rule("Share of the face that is black; in the report.", least=0, most=1)
    )
    uniformity_least: float = option(
        0.70,
        Rule("Darker cheek over brighter one; below it: light from the side.", least=0, most=1),
    )
    sharpness_least: float = option(
        0.55, Rule("Sharpness of the face; below it: blurred, or moving.", least=0, most=1)
    )
    motion_most: float = option(
        0.25,
        Rule("Difference of sharpness across and down; above it, it moves.", least=0, most=1),
    )
    roll_most_deg: float = option(
        8.0, Rule("Tilt of the head, to either side.", unit="deg", least=1, most=30)
    )
    eye_distance_least_px: float = option(
        60.0, Rule("Between the eyes, as the camera sees them.", unit="px", least=20, most=500)
    )
    colour_most: float = option(
        5.0,
        Rule("How far the cheeks are from skin in white light; in the report.", least=0, most=100),
    )
    clutter_most: float = option(
        2.0, Rule("How uneven what is behind the head may be.", least=0.1, most=100)
    )
    second_face_most: float = option(
        0.10, Rule("Size of a second face, of the first one's.", least=0, most=1)
    )
