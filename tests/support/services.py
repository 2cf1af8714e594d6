"""The sample service and calendar as the kiosk loads them, and small services of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk.catalogue.document_numbers import NumberRule, load_number_rule
from kiosk.catalogue.expressions import parse
from kiosk.catalogue.loader import load_service
from kiosk.catalogue.regions import load_region
from kiosk.catalogue.service import NO_WORDS, Choice, Question, QuestionType, Service, Words
from kiosk.catalogue.workdays import WorkCalendar
from kiosk.domain import Language

ASSETS = Path(__file__).parents[2] / "assets"
CATALOGUE = ASSETS / "catalogue"
SAMPLE = CATALOGUE / "old_age_allowance"


def the_sample_service() -> Service:
    """Return the old-age allowance, as it was built."""
    return load_service(SAMPLE)


def the_calendar() -> WorkCalendar:
    """Return mainland China's working days."""
    return load_region(ASSETS / "regions" / "cn.toml")


def the_number_rule() -> NumberRule:
    """Return what numbers of mainland China's resident cards look like."""
    rule = load_number_rule(ASSETS / "numbers" / "cn.toml")
    assert rule is not None
    return rule


def words(text: str) -> Words:
    """Return a text in one language."""
    return Words(((Language("en"), text),))


def a_question(
    name: str,
    kind: QuestionType = QuestionType.TEXT,
    *,
    relevant: str = "",
    constraint: str = "",
    is_required: bool = False,
    choices: tuple[str, ...] = (),
    appearance: str = "",
) -> Question:
    """Return a question, its rules given as source text."""
    return Question(
        name=name,
        kind=kind,
        label=NO_WORDS if kind is QuestionType.HIDDEN else words(f"{name}?"),
        is_required=is_required,
        relevant=parse(relevant) if relevant else None,
        constraint=parse(constraint) if constraint else None,
        constraint_message=words(f"not {name}") if constraint else NO_WORDS,
        choices=tuple(Choice(choice, words(choice)) for choice in choices),
        appearance=appearance,
    )


def a_service(*questions: Question) -> Service:
    """Return a service that asks these questions."""
    return replace(the_sample_service(), service_id="of_its_own", questions=questions, papers=())
