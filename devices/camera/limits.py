"""What a picture may be before something is advised: one number per measure, from the settings.

The defaults are where to start from: they were found on drawn faces, and hold for two
photographed ones. `kiosk selftest camera` finds
better ones on the real camera, in the real booth (docs/reference/photo-quality.md).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from devices.wire import Fields, JsonObject


@dataclass(frozen=True, slots=True)
class Limits:
    """See docs/reference/photo-quality.md for what each measure is."""

    illumination_least: float = 0.40
    overexposed_most: float = 0.02
    underexposed_most: float = 0.10
    uniformity_least: float = 0.70
    sharpness_least: float = 0.55
    motion_most: float = 0.25
    roll_most_deg: float = 8.0
    eye_distance_least_px: float = 60.0
    colour_most: float = 5.0
    clutter_most: float = 2.0
    second_face_most: float = 0.10

    @classmethod
    def parse(cls, values: Fields) -> Limits:
        """Take the limits apart; raises `Garbled`."""
        return cls(**{field.name: values.number(field.name) for field in fields(cls)})

    def as_json(self) -> JsonObject:
        """Return what `parse` takes apart."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
