"""Which question comes next, and whether an answer will do: XLSForm's rules over the questions of
one service.

Pure. Answers are text by question name; a hidden question's value is a fact handed in from outside.
An answer to a question that is not relevant counts as not given, wherever it is looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.catalogue.service import NO_WORDS, Question, QuestionType, Service, Words
from kiosk.domain import Person

MAX_TEXT_LENGTH = 200
FACT_NAMES = frozenset({"card_age", "card_birth_date", "card_sex", "card_name", "card_address"})
"""What a hidden question can be called: there is nobody to ask for anything else."""
NUMBERS = "numbers"
"""XLSForm's appearance of a text that is typed on the digit pad."""
_MAX_DIGITS = 9
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")


class ProblemKind(StrEnum):
    """Why an answer will not do; the screen has words for each where the workbook has none."""

    REQUIRED = "required"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_A_CHOICE = "not_a_choice"
    TOO_LONG = "too_long"
    CONSTRAINT = "constraint"


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that will not do; `words` are the workbook's own, or NO_WORDS."""

    kind: ProblemKind
    words: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that will do, in its normal form."""

    value: str


def facts(person: Person | None, today: date) -> dict[str, str]:
    """Return what is known without asking, under the names that hidden questions use.

    `card_age` (years), `card_birth_date` (ISO 8601), `card_sex`, `card_name`, `card_address`; ""
    where the card does not tell.
    """
    if person is None:
        return {}
    age = person.age_on(today)
    return {
        "card_age": "" if age is None else str(age),
        "card_birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "card_sex": person.sex.value,
        "card_name": person.full_name,
        "card_address": person.address,
    }


def relevant_questions(
    service: Service, answers: Mapping[str, str], today: date
) -> tuple[Question, ...]:
    """Return the questions that are to be asked, given the answers (with the facts among them) so
    far.
    """
    return _walk(service, answers, today)[0]


def counting_answers(service: Service, answers: Mapping[str, str], today: date) -> dict[str, str]:
    """Return the answers that rules may look at: facts, and answers to relevant questions."""
    return _walk(service, answers, today)[1]


def effective_answers(
    service: Service, answers: Mapping[str, str], today: date
) -> tuple[tuple[str, str], ...]:
    """Return the answers that belong to the application, in the order of the form.

    Relevant questions only; notes and facts are left out.
    """
    return tuple(
        (question.name, answers[question.name])
        for question in relevant_questions(service, answers, today)
        if question.kind is not QuestionType.NOTE and question.name in answers
    )


def first_open(service: Service, answers: Mapping[str, str], today: date) -> Question | None:
    """Return the first relevant question that has not been passed yet; None when all have."""
    for question in relevant_questions(service, answers, today):
        if question.name not in answers:
            return question
    return None


def previous_question(
    service: Service, answers: Mapping[str, str], name: str, today: date
) -> Question | None:
    """Return the relevant question before `name`, which need not be relevant itself; None at the
    first.
    """
    shown = {question.name for question in relevant_questions(service, answers, today)}
    before: Question | None = None
    for question in service.questions:
        if question.name == name:
            return before
        if question.name in shown:
            before = question
    return None


def check(
    question: Question, raw: str, answers: Mapping[str, str], today: date
) -> Accepted | Problem:
    """Check one answer and bring it into its normal form.

    An empty answer to an optional question is accepted as "". The constraint sees the normal form.

    Args:
        question: The question that is answered.
        raw: As typed or chosen.
        answers: What the constraint may look at, best from `counting_answers`.
        today: The kiosk's own day.
    """
    value = raw.strip()
    if question.kind is QuestionType.NOTE:
        return Accepted("")
    if value == "":
        if question.is_required:
            return Problem(ProblemKind.REQUIRED, question.required_message)
        return Accepted("")
    normal = _normal(question, value)
    if isinstance(normal, Problem):
        return normal
    if question.constraint is not None and not question.constraint.is_true(answers, normal, today):
        return Problem(ProblemKind.CONSTRAINT, question.constraint_message)
    return Accepted(normal)


def _walk(
    service: Service, answers: Mapping[str, str], today: date
) -> tuple[tuple[Question, ...], dict[str, str]]:
    """Go through the form once: which questions are shown, and which answers count."""
    counting = {
        question.name: answers[question.name]
        for question in service.questions
        if question.kind is QuestionType.HIDDEN and question.name in answers
    }
    shown: list[Question] = []
    for question in service.questions:
        if question.kind is QuestionType.HIDDEN:
            continue
        if question.relevant is None or question.relevant.is_true(counting, today=today):
            shown.append(question)
            if question.name in answers:
                counting[question.name] = answers[question.name]
    return tuple(shown), counting


def _normal(question: Question, value: str) -> str | Problem:
    match question.kind:
        case QuestionType.INTEGER:
            digits = _compact(value)
            if re.fullmatch(rf"-?[0-9]{{1,{_MAX_DIGITS}}}", digits) is None:
                return Problem(ProblemKind.NOT_A_NUMBER)
            return str(int(digits))
        case QuestionType.DATE:
            return _normal_date(_compact(value))
        case QuestionType.SELECT_ONE:
            if value not in {choice.name for choice in question.choices}:
                return Problem(ProblemKind.NOT_A_CHOICE)
            return value
        case _:
            text = _compact(value) if NUMBERS in question.appearance.split() else _cleaned(value)
            return Problem(ProblemKind.TOO_LONG) if len(text) > MAX_TEXT_LENGTH else text


def _normal_date(value: str) -> str | Problem:
    match = _DATE.fullmatch(value)
    if match is None:
        return Problem(ProblemKind.NOT_A_DATE)
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return Problem(ProblemKind.NOT_A_DATE)


def _compact(value: str) -> str:
    """Return digits as ASCII and without spaces: some type numbers in groups."""
    return "".join(unicodedata.normalize("NFKC", value).split())


def _cleaned(value: str) -> str:
    """Return text without control characters, and without halves of characters, which no file can
    hold.
    """
    return "".join(char for char in value if unicodedata.category(char) not in {"Cc", "Cs"})
