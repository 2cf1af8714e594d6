"""Numbers of identity cards: what they must look like is data, and their check is exact."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.catalogue.document_numbers import NumberProblem, load_number_rule
from kiosk.domain import Sex
from kiosk.errors import CatalogueError
from tests.support.services import the_number_rule

TODAY = date(2026, 11, 20)
RULE = the_number_rule()


def test_the_published_example_is_right() -> None:
    """GB 11643-1999 prints this number, whose check character is the letter."""
    assert RULE.problem("11010519491231002X", TODAY) is None


def test_exactly_one_check_character_fits() -> None:
    """Every slip in the last place is found."""
    fits = [
        sign for sign in "0123456789X" if RULE.problem(f"99010119450315003{sign}", TODAY) is None
    ]
    assert fits == ["5"]


def test_areas_are_never_judged() -> None:
    """Areas are renamed and dissolved; the number stays."""
    assert RULE.problem("990101194503150035", TODAY) is None


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", NumberProblem.LENGTH),
        ("99010119450315003", NumberProblem.LENGTH),
        ("9901011945031500355", NumberProblem.LENGTH),
        ("X90101194503150035", NumberProblem.LENGTH),
        ("９90101194503150035", NumberProblem.LENGTH),
        ("990101194502300035", NumberProblem.DATE),
        ("990101202611210034", NumberProblem.DATE),
        ("990101194503150053", NumberProblem.CHECK),
    ],
)
def test_what_can_not_be_right_is_told(number: str, problem: NumberProblem) -> None:
    """The first thing that does not fit is named."""
    assert RULE.problem(number, TODAY) is problem


def test_a_number_tells_birth_date_and_sex_and_no_name() -> None:
    """Nothing is made up."""
    person = RULE.person("990101194503150035")
    assert (person.birth_date, person.sex, person.full_name) == (date(1945, 3, 15), Sex.MALE, "")


def test_a_region_without_a_rule_has_none(tmp_path: Path) -> None:
    """Its residents are led to a person."""
    assert load_number_rule(tmp_path / "xx.toml") is None


def test_a_number_of_digits_alone_needs_no_more_than_its_length(tmp_path: Path) -> None:
    """Other countries' numbers tell less."""
    file = tmp_path / "xx.toml"
    file.write_text('document_type = "xx.card"\nlength = 9\n')
    rule = load_number_rule(file)
    assert rule is not None
    assert rule.problem("123456789", TODAY) is None
    assert rule.person("123456789").birth_date is None


@pytest.mark.parametrize(
    "text",
    [
        "length = ",
        "length = 9",
        'document_type = "x"\nlength = "9"',
        'document_type = "x"\nlength = 9\ncolour = 1',
        'document_type = "x"\nlength = 9\nbirth_date = 3',
        'document_type = "x"\nlength = 9\nletter = "x"',
        'document_type = "x"\nlength = 4\n[check]\nmodulus = 2\nweights = [1]\ncharacters = "01"',
        'document_type = "x"\nlength = 4\n[check]\nweights = [1, 1, 1]\ncharacters = "01"',
    ],
)
def test_a_file_that_can_not_be_is_refused(tmp_path: Path, text: str) -> None:
    """With the file's name, before any resident types."""
    file = tmp_path / "xx.toml"
    file.write_text(text)
    with pytest.raises(CatalogueError, match=r"xx\.toml"):
        load_number_rule(file)
