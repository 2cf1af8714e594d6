"""The fonts and icons that are shipped: named as their licences ask, and of one hand."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from printing.fonts import BOLD, FOLDER, RARE, REGULAR

ICONS = FOLDER.parent / "icons"


@pytest.mark.parametrize("path", [REGULAR, BOLD, RARE], ids=lambda path: path.stem)
def test_fonts_do_not_carry_the_reserved_name(path: Path) -> None:
    """The SIL Open Font License 1.1, condition 3, reserves "Source" to the original."""
    names = TTFont(path)["name"]
    assert names.getDebugName(1).startswith("Doorstep Sans SC")
    assert not any(
        "Source" in names.getDebugName(name_id) or "Noto" in names.getDebugName(name_id)
        for name_id in (1, 2, 4, 6)
    )
    assert "SIL Open Font License" in names.getDebugName(13)
    assert "Adobe" in names.getDebugName(0)


def test_the_licence_is_beside_the_fonts() -> None:
    """Each copy contains the copyright notice and the licence (condition 2)."""
    text = (FOLDER / "LICENSE.OFL.txt").read_text()
    assert "Reserved Font Name 'Source'" in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in text


def test_rare_and_everyday_fonts_complete_each_other() -> None:
    """No character is in both, so loading the rare font always means that it was needed."""
    everyday, bold, rare = (set(TTFont(path).getBestCmap()) for path in (REGULAR, BOLD, RARE))
    assert everyday == bold
    assert everyday & rare == set()
    assert len(everyday | rare) > 32_000


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_icons_are_of_one_hand(path: Path) -> None:
    """One grid, one weight, round ends, one colour that programs may replace."""
    text = path.read_text()
    root = ET.fromstring(text)  # noqa: S314 - our own file
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.75"
    assert root.get("stroke-linecap") == root.get("stroke-linejoin") == "round"
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", text)) == {"#084C57"}


def test_every_icon_is_listed() -> None:
    """The README names each, so that nobody draws one twice."""
    listed = set(re.findall(r"`([a-z_]+)`", (ICONS / "README.md").read_text()))
    assert {path.stem for path in ICONS.glob("*.svg")} == listed
