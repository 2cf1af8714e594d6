"""What the settings point at has to be there, and all that is wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain import Language
from kiosk.errors import BadSetting
from kiosk.settings import parse_settings
from launch.settings_check import check_settings

KNOWN = {Language("zh_CN"), Language("en")}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[kiosk]\nlanguages = ["en", "xx"]\nlanguage_default = "en"', "languages"),
        ('[kiosk]\nregion = "atlantis"', "region"),
        ('[camera]\nphoto_format = "cn.holiday"', "photo_format"),
        ('[printer]\nkind = "escpos_tcp"\nhost = "printer.local"', "host"),
        ('[printer]\nextra_fonts = ["no-such.ttf"]', "extra_fonts"),
    ],
)
def test_what_is_not_there_is_named(text: str, named: str, tmp_path: Path) -> None:
    """The message names the setting and says what there is instead."""
    settings = parse_settings(text, tmp_path, "kiosk.toml")
    with pytest.raises(BadSetting, match=named):
        check_settings(settings, KNOWN)


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Two faults, one message: nobody corrects a file one error at a time."""
    text = '[kiosk]\nregion = "atlantis"\n[camera]\nphoto_format = "cn.holiday"'
    with pytest.raises(BadSetting, match=r"region.*photo_format"):
        check_settings(parse_settings(text, tmp_path, "kiosk.toml"), KNOWN)


def test_the_defaults_are_all_there(tmp_path: Path) -> None:
    """A settings file that says nothing describes a kiosk that can be."""
    check_settings(parse_settings("", tmp_path, "kiosk.toml"), KNOWN)
