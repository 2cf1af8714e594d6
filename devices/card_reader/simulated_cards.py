"""The simulated reader's sample cards: invented people, a file each in `assets/simulated/cards`.

A person's card is kept as the fields of its text block, a contact card as those of its chip's files
(`sample_chips`), a passport as its printed lines; all go through the same parsers as real ones. A
file is named as the desk names the card.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.card_reader.resident_card import compose
from kiosk.ports.card_reader import UnreadableReason

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "simulated" / "cards"


@dataclass(frozen=True, slots=True)
class SampleCard:
    """One sample card: `titles` per language, and a text block, or a chip's family and fields, or a
    passport's lines, or why it can't be read.
    """

    name: str
    titles: Mapping[str, str]
    text_block: bytes = field(default=b"", repr=False)
    refusal: UnreadableReason | None = None
    lines: tuple[str, ...] = field(default=(), repr=False)
    family: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    portrait_jpeg: bytes = field(default=b"", repr=False)
    """What its chip gives as portrait: a drawn face, or none."""


def sample_names(folder: Path = SAMPLE_FOLDER) -> list[str]:
    """Return the names of all sample cards, sorted."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def sample_card(name: str, folder: Path = SAMPLE_FOLDER) -> SampleCard | None:
    """Return the sample card of that name, or None when there is none.

    Raises:
        ValueError: its file is not as it has to be.
    """
    if name not in sample_names(folder):
        return None
    with (folder / f"{name}.toml").open("rb") as file:
        values = tomllib.load(file)
    titles = {str(language): str(title) for language, title in values["title"].items()}
    if "refusal" in values:
        return SampleCard(name, titles, refusal=UnreadableReason(values["refusal"]))
    if "lines" in values:
        return SampleCard(name, titles, lines=tuple(str(line) for line in values["lines"]))
    if "family" in values:
        said = {str(key): str(text) for key, text in values["fields"].items()}
        return SampleCard(name, titles, family=str(values["family"]), fields=said)
    texts = {str(key): str(text) for key, text in values["text"].items()}
    return SampleCard(
        name,
        titles,
        text_block=compose(str(values["layout"]), texts),
        portrait_jpeg=_portrait(folder, values.get("portrait")),
    )


def _portrait(folder: Path, file: object) -> bytes:
    """Return a portrait that lies beside the cards; b"" for a card without one."""
    return b"" if file is None else (folder / Path(str(file)).name).read_bytes()
