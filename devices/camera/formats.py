"""What an ID photo has to look like: data from `assets/photo_formats.toml`, none of it in code.

A deployer adds formats in a file of the same form (docs/reference/photo-formats.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.wire import Fields, Garbled, Json, JsonObject
from kiosk.errors import BadSetting

LARGEST = 10_000
"""Pixels or kilobytes; beyond it a number is a slip of the pen."""

SPANS = (
    "face_width_px",
    "head_width_px",
    "head_height_px",
    "eye_distance_px",
    "hair_from_top_px",
    "eyes_from_bottom_px",
    "eyes_from_left_px",
)
"""The rules of a head's place and size that a format may give."""

_SIZES = ("width_px", "height_px", "dpi")
_KNOWN = {"id", "like", *_SIZES, *SPANS, "background", "file_kb"}


@dataclass(frozen=True, slots=True)
class Span:
    """From `least` to `most`, aimed at `aim`; all in pixels of the photo, or in kilobytes."""

    least: float
    aim: float
    most: float

    def holds(self, value: float) -> bool:
        """Say whether a value keeps to the rule."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Background:
    """What lies beside the head: mean luminance of 1, and its standard deviation of 1."""

    least_luminance: float
    most_deviation: float


@dataclass(frozen=True, slots=True)
class PhotoFormat:
    """One kind of portrait; a rule that is None is not given by the format.

    `face_width_px` is from cheekbone to cheekbone, `head_width_px` from ear to ear,
    `head_height_px` from the top of the hair to the chin; `eyes_from_bottom_px` and
    `eyes_from_left_px` place the point between the pupils.
    """

    id: str
    width_px: int
    height_px: int
    dpi: int
    file_kb: Span
    face_width_px: Span | None = None
    head_width_px: Span | None = None
    head_height_px: Span | None = None
    eye_distance_px: Span | None = None
    hair_from_top_px: Span | None = None
    eyes_from_bottom_px: Span | None = None
    eyes_from_left_px: Span | None = None
    background: Background | None = None

    @classmethod
    def parse(cls, values: Fields) -> PhotoFormat:
        """Take one format apart; raises `Garbled` for values that no picture can have."""
        known = values.text("id", 64)
        sizes = {name: values.integer(name) for name in _SIZES}
        for name, size in sizes.items():
            if not 0 < size <= LARGEST:
                raise Garbled(f"{name} must be between 1 and {LARGEST}")
        limits = {
            "hair_from_top_px": sizes["height_px"],
            "eyes_from_bottom_px": sizes["height_px"],
            "head_height_px": sizes["height_px"],
        }
        spans = {
            name: _span(values.fields(name), name, limits.get(name, sizes["width_px"]))
            for name in SPANS
            if values.has(name)
        }
        if not spans.keys() & {"face_width_px", "head_width_px", "head_height_px"}:
            raise Garbled("face_width_px, head_width_px or head_height_px must tell the scale")
        if not spans.keys() & {"eyes_from_bottom_px", "hair_from_top_px"}:
            raise Garbled("eyes_from_bottom_px or hair_from_top_px must tell the height")
        background = _background(values.fields("background")) if values.has("background") else None
        file_kb = _span(values.fields("file_kb"), "file_kb", LARGEST)
        return cls(
            known,
            sizes["width_px"],
            sizes["height_px"],
            sizes["dpi"],
            file_kb,
            **spans,
            background=background,
        )

    def spans(self) -> Iterator[tuple[str, Span]]:
        """Yield the rules that the format gives, by name."""
        for name in SPANS:
            span = getattr(self, name)
            if span is not None:
                yield name, span

    def as_json(self) -> JsonObject:
        """Return what `parse` takes apart."""
        told: dict[str, Json] = {"id": self.id, "file_kb": _span_json(self.file_kb)}
        told |= {name: getattr(self, name) for name in _SIZES}
        told |= {name: _span_json(span) for name, span in self.spans()}
        if self.background is not None:
            told["background"] = {
                "least_luminance": self.background.least_luminance,
                "most_deviation": self.background.most_deviation,
            }
        return told


def load_photo_formats(path: Path, more: Path | None = None) -> Mapping[str, PhotoFormat]:
    """Return the formats of a file, and of a deployer's own, by their ids.

    One of the second file takes the place of one in the first that has the same id.

    Raises:
        BadSetting: a file is not there or a format can't be.
    """
    tables: dict[str, JsonObject] = {}
    formats: dict[str, PhotoFormat] = {}
    for file in (path, more):
        if file is not None:
            formats |= _load(file, tables)
    return formats


def _load(path: Path, tables: dict[str, JsonObject]) -> dict[str, PhotoFormat]:
    """Return a file's formats, and add their tables to those that may be built upon."""
    name = ""
    formats: dict[str, PhotoFormat] = {}
    seen: set[str] = set()
    try:
        values = Fields(tomllib.loads(path.read_text(encoding="utf-8")))
        for number, item in enumerate(values.items("format"), 1):
            name = f"format {number}: "
            table = _table(item, tables)
            name = f"format {table['id']!r}: "
            _refuse_second(table, seen)
            photo_format = PhotoFormat.parse(Fields(table))
            formats[photo_format.id], tables[photo_format.id] = photo_format, table
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, Garbled) as error:
        raise BadSetting(
            f"The photo formats in {path} can't be used: {name}{error}.",
            "Correct what is named (docs/reference/photo-formats.md), or restore the file.",
        ) from error
    return formats


def _table(item: Json, tables: Mapping[str, JsonObject]) -> JsonObject:
    """Return one format's own values over those of the format that it is like."""
    if not isinstance(item, dict):
        raise Garbled("it must be a table")
    own = Fields(item)
    own.text("id", 64)
    unknown = sorted(set(item) - _KNOWN)
    if unknown:
        raise Garbled(f"{unknown[0]} is no rule that is known; it may be misspelt")
    if not own.has("like"):
        return dict(item)
    like = own.text("like", 64)
    if like not in tables:
        raise Garbled(f"like names {like!r}, and no format above it has that id")
    merged = {**tables[like], **item}
    del merged["like"]
    return merged


def _refuse_second(table: JsonObject, seen: set[str]) -> None:
    """Keep a format's id in mind, and refuse one that was there before."""
    if table["id"] in seen:
        raise Garbled("another format of this file has the same id")
    seen.add(str(table["id"]))


def _span(values: Fields, name: str, largest: float) -> Span:
    """Take one rule apart; what is left out is as wide as the picture allows."""
    least = values.number("least") if values.has("least") else 0.0
    most = values.number("most") if values.has("most") else float(largest)
    aim = values.number("aim") if values.has("aim") else (least + most) / 2
    if not 0 <= least <= aim <= most <= largest:
        raise Garbled(f"{name} must keep 0 <= least <= aim <= most <= {largest:g}")
    return Span(least, aim, most)


def _span_json(span: Span) -> JsonObject:
    return {"least": span.least, "aim": span.aim, "most": span.most}


def _background(values: Fields) -> Background:
    background = Background(values.number("least_luminance"), values.number("most_deviation"))
    if not (0 <= background.least_luminance <= 1 and 0 < background.most_deviation <= 1):
        raise Garbled("background must keep least_luminance and most_deviation between 0 and 1")
    return background
