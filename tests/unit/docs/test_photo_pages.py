"""The pages on photo quality and photo formats say what the code does."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from devices.camera.formats import SPANS
from devices.camera.limits import Limits
from devices.camera.report import COMPONENTS
from kiosk.flow.coach import HOLD_S, ORDER, READY_S, RISE_S
from kiosk.flow.photo import ITSELF_AFTER_S
from kiosk.photos import Advice
from tests.support.sitters import FORMATS

PAGES = Path(__file__).parents[3] / "docs" / "reference"


def rows(page: str, title: str) -> list[list[str]]:
    """Return the cells of the table below a heading, without its head."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    part = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in lines[2:]]


def test_every_component_is_on_the_page() -> None:
    """Name, setting, default and width, in the order of the report."""
    page = [(row[0], row[2], row[3], row[4]) for row in rows("photo-quality", "Components")]
    code = []
    for it in COMPONENTS:
        default = str(getattr(Limits(), it.limit)) if it.limit else ""
        code.append((it.name, it.limit, default, str(it.width) if it.limit else ""))
    assert page == code


def test_every_limit_belongs_to_a_component() -> None:
    """No setting is without use."""
    assert {it.limit for it in COMPONENTS} - {""} == {it.name for it in fields(Limits)}


def test_every_piece_of_advice_is_on_the_page() -> None:
    """In the order in which it is given: `judge`, the coach and the page agree."""
    listed = [row[0] for row in rows("photo-quality", "Advice")]
    assert listed == [advice.value for advice in ORDER]
    assert len(listed) == len(Advice)


def test_the_times_are_those_of_the_code() -> None:
    """Whoever reads how long it takes reads the truth."""
    text = (PAGES / "photo-quality.md").read_text(encoding="utf-8").replace("\n", " ")
    for said in (
        f"for {RISE_S} seconds on the whole, stays at least {HOLD_S} seconds",
        f"all was well for {READY_S} seconds",
        f"the earliest {ITSELF_AFTER_S:.0f} seconds",
    ):
        assert said in text


def test_every_format_is_on_the_page() -> None:
    """With its pixels, resolution and file size."""
    text = (PAGES / "photo-formats.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert listed == [
        (
            it.id,
            f"{it.width_px} x {it.height_px}, {it.dpi}",
            f"{it.file_kb.least:g}-{it.file_kb.most:g} kB",
        )
        for it in FORMATS.values()
    ]


def test_every_key_of_a_format_is_on_the_page() -> None:
    """Whoever writes one finds each, and none that is not known."""
    keys = {row[0] for row in rows("photo-formats", "Adding a format")}
    known = {"id", "like", "width_px", "height_px", "dpi", "background", "file_kb", *SPANS}
    assert keys == known
