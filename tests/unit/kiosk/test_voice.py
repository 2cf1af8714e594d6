"""Reading a number aloud follows the rules of a language, and every language has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Language
from kiosk.flow.aloud_effects import Spelt
from kiosk.journal.numbers import QUERY_CODE_ALPHABET
from kiosk.texts import Texts, load_texts
from kiosk.voice import spelt

TEXTS = load_texts(Path(__file__).resolve().parents[3] / "assets" / "locale")
SIGNS = sorted({*"0123456789", *QUERY_CODE_ALPHABET})


def test_a_number_is_read_digit_by_digit() -> None:
    """In Chinese, a one in a number is read yāo, as everybody reads numbers there."""
    zh, en = TEXTS[Language("zh_CN")], TEXTS[Language("en")]
    groups = ("3702", "1146", "08")
    assert spelt(Spelt.NUMBER, groups, zh)[1:] == (
        "三，七，零，二。",
        "幺，幺，四，六。",
        "零，八。",
    )
    assert spelt(Spelt.NUMBER, groups, en)[2] == "one, one, four, six."
    assert spelt(Spelt.CODE, ("7K",), en) == ("Your query code is:", "seven, K as in king.")


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_sign_has_a_name_of_its_own(language: Language) -> None:
    """None is left to the voice's guess, and no two sound alike."""
    texts = TEXTS[language]
    names = [texts.say(f"aloud.sign.{sign}") for sign in SIGNS]
    assert len(set(names)) == len(SIGNS)
    assert texts.say("aloud.between").strip() in {",", "，"}  # where a voice takes a breath


@given(st.lists(st.text(SIGNS, min_size=1, max_size=5), min_size=1, max_size=4))
def test_nothing_is_left_out_and_nothing_swapped(groups: list[str]) -> None:
    """Whoever writes down what is said has what stands on the screen."""
    for texts in TEXTS.values():
        names = {texts.say(f"aloud.sign.{sign}"): sign for sign in SIGNS}
        between, end = texts.say("aloud.between"), texts.say("aloud.group", signs="")
        _, *said = spelt(Spelt.NUMBER, groups, texts)
        assert ["".join(_heard(it.removesuffix(end), between, names)) for it in said] == groups


def _heard(said: str, between: str, names: dict[str, str]) -> list[str]:
    """Take apart what is said, longest names first: one may hold what stands between."""
    heard: list[str] = []
    while said:
        name = max((it for it in names if f"{said}{between}".startswith(it + between)), key=len)
        heard.append(names[name])
        said = said[len(name) + len(between) :]
    return heard


def test_a_language_without_a_rule_leaves_it_to_the_voice() -> None:
    """A new language works before all of its texts are written."""
    words = {"aloud.first.number": "No.", "aloud.between": " ", "aloud.group": "{signs}."}
    texts = Texts(Language("xx"), {**words, "aloud.sign.1": "uno"})
    assert spelt("number", ("12", ""), texts) == ("No.", "uno 2.")
