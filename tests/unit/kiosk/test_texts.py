"""Words by id: placeholders, plurals, and files that contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain import Language
from kiosk.errors import SettingsError
from kiosk.texts import load_texts
from launch.places import LOCALE

EN, ZH = Language("en"), Language("zh_CN")


def folder(tmp_path: Path, **files: str) -> Path:
    """Write one language."""
    (tmp_path / "en").mkdir()
    for name, text in files.items():
        (tmp_path / "en" / f"{name}.toml").write_text(text)
    return tmp_path


def test_an_id_is_its_path(tmp_path: Path) -> None:
    """Tables within tables, from several files."""
    texts = load_texts(folder(tmp_path, a='[home]\ntitle = "Hello"', b='[help.now]\nx = "Wait"'))
    assert texts[EN].say("home.title") == "Hello"
    assert texts[EN].say("help.now.x") == "Wait"
    assert texts[EN].has("home.title")
    assert not texts[EN].has("home")
    assert texts[EN].keys == {"home.title", "help.now.x"}


def test_places_are_filled_and_one_is_not_many(tmp_path: Path) -> None:
    """Placeholders by name; exactly 1 has a form of its own."""
    texts = load_texts(
        folder(tmp_path, a='[w]\ns = { one = "{n} second", other = "{n} seconds" }\nx = "to {who}"')
    )[EN]
    assert (texts.say("w.s", n=1), texts.say("w.s", n=2)) == ("1 second", "2 seconds")
    assert texts.say("w.x", who="Li") == "to Li"
    with pytest.raises(KeyError):
        texts.say("w.y")
    with pytest.raises(KeyError):
        texts.say("w.x", other="Li")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": 'x = "1"', "b": 'x = "2"'}, "defines x again"),
        ({"a": "x = "}, "can't be read"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, files: dict[str, str], words: str
) -> None:
    """Which file, and what to do."""
    with pytest.raises(SettingsError, match=words):
        load_texts(folder(tmp_path, **files))


def test_no_language_at_all_is_said(tmp_path: Path) -> None:
    """An empty folder is no set of texts."""
    with pytest.raises(SettingsError, match="no languages"):
        load_texts(tmp_path)


def test_both_languages_say_the_same_things() -> None:
    """Every id is there in every language."""
    texts = load_texts(LOCALE)
    assert {EN, ZH} <= set(texts)
    # A plural needs no form of its own in Chinese.
    ids = {key.removesuffix(".one").removesuffix(".other") for key in texts[EN].keys}
    others = {key.removesuffix(".one").removesuffix(".other") for key in texts[ZH].keys}
    assert ids == others
