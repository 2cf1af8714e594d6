"""ID-photo formats are data: what a file may say, how one builds on another, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.formats import SPANS, PhotoFormat, load_photo_formats
from devices.wire import Fields, Garbled
from kiosk.errors import BadSetting
from tests.support.faces import ROOT
from tests.support.sitters import FORMATS

SHIPPED = ROOT / "assets" / "photo_formats.toml"
OWN = """
[[format]]
id = "cn.my_city"
like = "cn.social_security_card"
file_kb = { least = 9, most = 30 }
"""
GOOD = """
[[format]]
id = "x"
width_px = 100
height_px = 120
dpi = 300
face_width_px = { least = 40, most = 60 }
eyes_from_bottom_px = { least = 50 }
file_kb = { least = 1, most = 9 }
"""


def written(folder: Path, text: str) -> Path:
    """Write a file of formats."""
    path = folder / "my_formats.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_survives_the_way_into_the_worker(name: str) -> None:
    """The worker is told the same format."""
    assert PhotoFormat.parse(Fields(FORMATS[name].as_json())) == FORMATS[name]


def test_a_city_changes_what_differs(tmp_path: Path) -> None:
    """A deployer's format takes the rest from one that ships."""
    mine = load_photo_formats(SHIPPED, written(tmp_path, OWN))["cn.my_city"]
    like = FORMATS["cn.social_security_card"]
    assert mine.face_width_px == like.face_width_px
    assert mine.background == like.background
    assert (mine.file_kb.least, mine.file_kb.most) == (9, 30)


def test_a_deployers_format_takes_the_place_of_ours(tmp_path: Path) -> None:
    """The office's own numbers win."""
    own = OWN.replace("cn.my_city", "cn.id_card")
    assert load_photo_formats(SHIPPED, written(tmp_path, own))["cn.id_card"].file_kb.most == 30


def test_what_is_left_out_is_as_wide_as_the_picture(tmp_path: Path) -> None:
    """A rule may have one side only; it aims at its middle."""
    eyes = load_photo_formats(written(tmp_path, GOOD))["x"].eyes_from_bottom_px
    assert eyes is not None
    assert (eyes.least, eyes.aim, eyes.most) == (50, 85, 120)


BAD = {
    "no list": ("format = 3", "format"),
    "no toml": ("[[format", "format"),
    "nothing": ("", "format"),
    "no table": ("format = [3]", "format 1: it must be a table"),
    "no id": ("[[format]]\nwidth_px = 3", "format 1: id"),
    "no sizes": ("[[format]]\nid = 'x'", "format 'x': width_px"),
    "no width": (GOOD.replace("width_px = 100", "width_px = 0"), "width_px must be between"),
    "too wide": (GOOD.replace("most = 60", "most = 101"), "face_width_px must keep"),
    "turned round": (GOOD.replace("least = 40", "least = 70"), "face_width_px must keep"),
    "negative": (GOOD.replace("least = 40", "least = -1"), "face_width_px must keep"),
    "a word": (GOOD.replace("least = 40", "least = 'wide'"), "least is no number"),
    "misspelt": (GOOD.replace("face_width_px", "face_widht_px"), "face_widht_px is no rule"),
    "no scale": (GOOD.replace("face_width_px", "eyes_from_left_px"), "must tell the scale"),
    "no height": (GOOD.replace("eyes_from_bottom_px", "eyes_from_left_px"), "tell the height"),
    "no file": (GOOD.replace("file_kb", "# file_kb"), "format 'x': "),
    "twice": (GOOD + GOOD, "same id"),
    "like nobody": ("[[format]]\nid = 'x'\nlike = 'y'", "no format above it has that id"),
    "black wall": (GOOD + "background = { least_luminance = 9, most_deviation = 1 }", "background"),
}


@pytest.mark.parametrize("fault", BAD)
def test_impossible_formats_are_refused(fault: str, tmp_path: Path) -> None:
    """The sentence names the file, the format and what is wrong, and says what to do."""
    text, says = BAD[fault]
    with pytest.raises(BadSetting, match=r"my_formats\.toml can't be used") as caught:
        load_photo_formats(SHIPPED, written(tmp_path, text))
    assert says in str(caught.value)
    assert "docs/reference/photo-formats.md" in str(caught.value)


rules = st.dictionaries(
    st.sampled_from(["least", "aim", "most"]), st.floats() | st.integers(-9, 10_010) | st.text()
)
tables = st.fixed_dictionaries(
    {"id": st.just("x"), "dpi": st.just(300), "file_kb": rules},
    optional={
        "width_px": st.integers(-1, 10_001),
        "height_px": st.integers(-1, 10_001),
        "background": rules | st.just({"least_luminance": 0.5, "most_deviation": 0.1}),
        **dict.fromkeys(SPANS, rules),
    },
)


@given(tables)
def test_whatever_a_file_says_is_a_format_or_refused(table: dict[str, Any]) -> None:
    """Nothing else happens, and what is taken is told on as it was."""
    try:
        found = PhotoFormat.parse(Fields(table))
    except Garbled:
        return
    assert PhotoFormat.parse(Fields(found.as_json())) == found
    assert all(0 <= span.least <= span.aim <= span.most for _, span in found.spans())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """So is one that is no text."""
    with pytest.raises(BadSetting, match=r"nowhere\.toml"):
        load_photo_formats(SHIPPED, tmp_path / "nowhere.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(BadSetting, match=r"picture\.toml"):
        load_photo_formats(tmp_path / "picture.toml")
