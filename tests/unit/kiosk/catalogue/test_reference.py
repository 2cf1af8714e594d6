"""The page that offices read is complete."""

from __future__ import annotations

from dataclasses import fields

import pytest

from kiosk.catalogue.expressions import FUNCTIONS
from kiosk.catalogue.forms import FACT_NAMES
from kiosk.catalogue.service import Question, QuestionType, Service
from tests.support.services import ASSETS

PAGE = (ASSETS.parent / "docs" / "reference" / "catalogue.md").read_text(encoding="utf-8")
CALLED_OTHERWISE = {"kind": "type", "is_required": "required"}
NOT_WRITTEN = {"service_id", "questions"}


@pytest.mark.parametrize("name", sorted({f.name for f in fields(Service)} - NOT_WRITTEN))
def test_every_field_of_a_service_is_explained(name: str) -> None:
    """Each field has its row."""
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize("name", sorted(f.name for f in fields(Question)))
def test_every_column_is_explained(name: str) -> None:
    """Each column of the survey has its row."""
    column = CALLED_OTHERWISE.get(name, name)
    assert column == "choices" or f"| `{column}` |" in PAGE


@pytest.mark.parametrize("name", sorted([*QuestionType, *FACT_NAMES]))
def test_every_type_and_fact_is_explained(name: str) -> None:
    """Each type of question and each fact of the card has its row."""
    assert f"| `{name}" in PAGE


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_named(name: str) -> None:
    """Each function of the expressions is shown with its parenthesis."""
    assert f"`{name}(" in PAGE
