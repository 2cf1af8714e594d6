"""What an ID photo has to look like: data from `assets/photo_formats.toml`, none of it in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.wire import Fields, Garbled, JsonObject
from kiosk.errors import BadSetting


@dataclass(frozen=True, slots=True)
class PhotoFormat:
    """One kind of portrait.

    `face_width_px` is the face from cheekbone to cheekbone, `eyes_from_bottom_px` the height of the
    eyes above the lower edge. The file has at least `min_kb` and at most `max_kb` kilobytes where
    its quality can be chosen so.
    """

    id: str
    width_px: int
    height_px: int
    dpi: int
    face_width_px: int
    eyes_from_bottom_px: int
    min_kb: int
    max_kb: int

    @classmethod
    def parse(cls, values: Fields) -> PhotoFormat:
        """Take one format apart; raises `Garbled` for values that no picture can have."""
        numbers = {
            name: values.integer(name)
            for name in (
                "width_px",
                "height_px",
                "dpi",
                "face_width_px",
                "eyes_from_bottom_px",
                "min_kb",
                "max_kb",
            )
        }
        if not all(0 < number <= 10_000 for number in numbers.values()):
            raise Garbled("sizes are between 1 and 10000")
        if (
            numbers["face_width_px"] > numbers["width_px"]
            or numbers["eyes_from_bottom_px"] >= numbers["height_px"]
            or numbers["min_kb"] > numbers["max_kb"]
        ):
            raise Garbled("the face is larger than the picture, or the least size than the largest")
        return cls(id=values.text("id", 64), **numbers)

    def as_json(self) -> JsonObject:
        """Return what `parse` takes apart."""
        return {
            "id": self.id,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "dpi": self.dpi,
            "face_width_px": self.face_width_px,
            "eyes_from_bottom_px": self.eyes_from_bottom_px,
            "min_kb": self.min_kb,
            "max_kb": self.max_kb,
        }


def load_photo_formats(path: Path) -> Mapping[str, PhotoFormat]:
    """Return the formats of a file by their ids.

    Raises:
        BadSetting: the file is not there or a format can't be.
    """
    try:
        values = Fields(tomllib.loads(path.read_text(encoding="utf-8")))
        formats = [PhotoFormat.parse(Fields(item)) for item in values.items("format")]
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, Garbled) as error:
        raise BadSetting(
            f"The photo formats in {path} can't be used: {error}.",
            "Restore the file from the installation, or correct what is named.",
        ) from error
    return {photo_format.id: photo_format for photo_format in formats}
