"""One question: what is asked, how it is answered, and what is wrong with the answer so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.catalogue.forms import Problem
from kiosk.catalogue.service import Question, QuestionType
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager


class AnswerKind(StrEnum):
    """How an answer is given."""

    CHOICES = "choices"
    DIGITS = "digits"
    """A number, or text of which only digits are asked for."""
    LETTERS = "letters"
    """Text; without handwriting and pinyin there are digits and Latin letters."""
    DATE = "date"
    NOTHING = "nothing"
    """A note is only read."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One option."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class DateWords:
    """What the three fields of a date are called, in the order in which the language says them."""

    order: tuple[str, ...]
    """`year`, `month`, `day`."""
    names: tuple[str, ...]
    units: tuple[str, ...]
    """What follows each number, "" for nothing."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question; `draft` is what was typed or given before, `name` tells one question from the
    next.
    """

    name: str
    title: str
    hint: str
    kind: AnswerKind
    choices: tuple[ChoiceView, ...]
    draft: str
    problem: str
    dates: DateWords
    erase: str
    pager: Pager
    bar: Bar
    since_s: float = 0.0
    """Monotonic seconds since when it is asked: asked anew, perhaps of somebody else, it holds what
    `draft` says and nothing that was typed before."""


def question_view(session: Session, world: World, texts: Texts) -> QuestionView:
    """Return the present question."""
    language = session.display.language
    service = world.service(session.service_id)
    question = None if service is None else service.question(session.question)
    draft = session.question_draft or session.answer(session.question) or ""
    is_note = question is None or question.kind is QuestionType.NOTE
    return QuestionView(
        name=session.question,
        title="" if question is None else question.label.say(language),
        hint="" if question is None else question.hint.say(language),
        kind=_kind(question),
        choices=tuple(
            ChoiceView(choice.name, choice.label.say(language))
            for choice in (question.choices if question is not None else ())
        ),
        draft=draft,
        problem=problem_words(session.question_problem, session, texts),
        dates=date_words(texts),
        erase=texts.say("pad.erase"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("bar.read" if is_note else "bar.next")),
        since_s=session.step_since_s,
    )


def problem_words(problem: Problem | None, session: Session, texts: Texts) -> str:
    """Return what is wrong with an answer: the workbook's own words, else the kiosk's; "" when
    nothing is.
    """
    if problem is None:
        return ""
    own = problem.words.say(session.display.language)
    return own or texts.say(f"question.problems.{problem.kind}")


def date_words(texts: Texts) -> DateWords:
    """Return the fields of a date as the language orders and calls them."""
    order = tuple(texts.say("dates.order").split())
    names = tuple(texts.say(f"dates.fields.{name}") for name in order)
    return DateWords(order, names, tuple(texts.say(f"dates.units.{name}") for name in order))


def _kind(question: Question | None) -> AnswerKind:
    if question is None:
        return AnswerKind.NOTHING
    match question.kind:
        case QuestionType.SELECT_ONE:
            return AnswerKind.CHOICES
        case QuestionType.INTEGER:
            return AnswerKind.DIGITS
        case QuestionType.DATE:
            return AnswerKind.DATE
        case QuestionType.TEXT:
            is_number = "numbers" in question.appearance.split()
            return AnswerKind.DIGITS if is_number else AnswerKind.LETTERS
        case QuestionType.NOTE | QuestionType.HIDDEN:
            return AnswerKind.NOTHING
