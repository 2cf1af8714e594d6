"""Reads a service's questions from its XLSForm workbook, and says row by row what is wrong.

The XLSForm standard is larger than what the kiosk's screens can ask; whatever is outside is refused
here, with a sentence for the office, and never silently left out. pyxform reads the workbook and
has the last word on whether it is XLSForm at all; it is imported only here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.catalogue.expressions import (
    Answer,
    BadExpression,
    Call,
    Expression,
    Literal,
    Node,
    parse,
)
from kiosk.catalogue.forms import FACT_NAMES, NUMBERS
from kiosk.catalogue.service import NO_WORDS, Choice, Question, QuestionType, Words
from kiosk.domain import Language

MOST_QUESTIONS = 60
RESERVED_NAMES = frozenset({"photo", "signature"})
"""What the review calls its other parts."""
_TRANSLATED = ("label", "hint", "required_message", "constraint_message")
_PLAIN = ("type", "name", "required", "relevant", "constraint", "appearance")
_HEADER = re.compile(r"(?P<column>[a-z_ ]+?)\s*::?\s*(?P<language>.+)")
_CODE = re.compile(r"\(([^()]+)\)\s*$")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_PYXFORM_ROW = re.compile(r"\[row : (\d+)\]\s*")
_TYPES = "text, integer, date, select_one LIST, note or hidden"
_YES = frozenset({"yes", "true", "true()"})
_NO = frozenset({"", "no", "false", "false()"})


@dataclass(slots=True)
class Faults:
    """Everything that is wrong with one service, a sentence each, so that it is put right at
    once.
    """

    sentences: list[str] = field(default_factory=list)

    def add(self, place: str, what: str, advice: str) -> None:
        """Note a fault: where, what is wrong, and what to do."""
        self.sentences.append(f"{place}: {what}. {advice}")


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    number: int
    cells: Mapping[str, str]
    """Filled cells; translated columns as `label::en`."""

    def get(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def read_questions(
    file: Path, languages: tuple[Language, ...], faults: Faults
) -> tuple[Question, ...]:
    """Return the questions of a workbook; what is wrong with it is added to `faults`.

    Args:
        file: The workbook.
        languages: The languages that everything has to be written in, the default first.
        faults: Gets a sentence for everything that is wrong; if any came, the result is no use.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert

    place = f"{file.parent.name}/{file.name}"
    if not file.is_file():
        faults.add(place, "there is no workbook", "Put the questions into it.")
        return ()
    before = len(faults.sentences)
    try:
        workbook = get_xlsform(xlsform=str(file), file_type=".xlsx")
    except PyXFormError:
        faults.add(
            place, "it can't be read as a workbook", "Save it again as an Excel file, .xlsx."
        )
        return ()
    try:
        reader = _Reader(place, languages, faults)
        questions = reader.read(workbook.survey or [], workbook.choices or [])
        if len(faults.sentences) == before:
            convert(xlsform=str(file), file_type=".xlsx", validate=False)
    except PyXFormError as error:
        faults.add(place + _row_of(str(error)), _sentence_of(str(error)), "Correct the workbook.")
        return ()
    return questions


def _row_of(complaint: str) -> str:
    row = _PYXFORM_ROW.search(complaint)
    return "" if row is None else f", row {row[1]}"


def _sentence_of(complaint: str) -> str:
    return _PYXFORM_ROW.sub("", complaint).split(" Learn more:")[0].strip().rstrip(".")


class _Reader:
    """Walks through the sheets of one workbook."""

    def __init__(self, place: str, languages: tuple[Language, ...], faults: Faults) -> None:
        self._place = place
        self._languages = languages
        self._faults = faults
        self._earlier: dict[str, Question] = {}

    def read(
        self, survey: list[dict[str, str]], choices: list[dict[str, str]]
    ) -> tuple[Question, ...]:
        lists = self._choices(self._rows("choices", choices))
        rows = [row for row in self._rows("survey", survey) if row.cells]
        for row in rows:
            question = self._question(row, lists)
            if question is not None:
                self._earlier[question.name] = question
        asked = [q for q in self._earlier.values() if q.kind is not QuestionType.HIDDEN]
        if not rows or (not asked and not self._faults.sentences):
            self._fault(f"{self._place}, sheet survey", "there is no question", "Write one.")
        if len(asked) > MOST_QUESTIONS:
            self._fault(
                f"{self._place}, sheet survey",
                f"there are {len(asked)} questions",
                f"Nobody answers more than {MOST_QUESTIONS} on a screen: leave some out.",
            )
        return tuple(self._earlier.values())

    def _fault(self, place: str, what: str, advice: str) -> None:
        self._faults.add(place, what, advice)

    def _rows(self, sheet: str, rows: list[dict[str, str]]) -> list[_Row]:
        complained: set[str] = set()
        found: list[_Row] = []
        for number, cells in enumerate(rows, 2):  # the header is row 1
            place = f"{self._place}, sheet {sheet}, row {number}"
            known: dict[str, str] = {}
            for header, value in cells.items():
                column = self._column(sheet, header)
                if column is not None:
                    known[column] = str(value)
                elif header not in complained:
                    complained.add(header)
                    self._fault(
                        place,
                        f"the kiosk does not know the column {header!r}",
                        self._column_advice(header),
                    )
            found.append(_Row(place, number, known))
        return found

    def _column(self, sheet: str, header: str) -> str | None:
        """Return our name for a column: `name`, `label::en`; None for an unknown one."""
        name = header.strip()
        plain = ("list_name", "name") if sheet == "choices" else _PLAIN
        if name.replace(" ", "_") in plain:
            return name.replace(" ", "_")
        translated = ("label",) if sheet == "choices" else _TRANSLATED
        match = _HEADER.fullmatch(name)
        if match is None or match["column"].replace(" ", "_") not in translated:
            return None
        code = _CODE.search(match["language"])
        language = (code[1] if code else match["language"]).strip().replace("-", "_")
        if language not in self._languages:
            return None
        return f"{match['column'].replace(' ', '_')}::{language}"

    def _column_advice(self, header: str) -> str:
        if header.split(":", maxsplit=1)[0].strip().replace(" ", "_") in _TRANSLATED:
            codes = ", ".join(self._languages)
            return f"Name the language behind two colons, as in label::English (en); here: {codes}."
        return "Empty it or take it out."

    def _words(self, row: _Row, column: str, *, is_needed: bool = False) -> Words:
        told = {language: row.get(f"{column}::{language}") for language in self._languages}
        if not any(told.values()) and not is_needed:
            return NO_WORDS
        missing = [language for language, text in told.items() if not text]
        if missing:
            self._fault(
                row.place,
                f"{column} is missing in {', '.join(missing)}",
                "Everything is said in every language of the service.",
            )
        return Words(tuple(told.items()))

    def _choices(self, rows: list[_Row]) -> dict[str, tuple[Choice, ...]]:
        lists: dict[str, tuple[Choice, ...]] = {}
        for row in rows:
            if not row.cells:
                continue
            if not row.get("list_name") or _NAME.fullmatch(row.get("name")) is None:
                self._fault(
                    row.place,
                    "a choice needs a list_name, and a name of letters, digits and underscores",
                    "Fill both in.",
                )
                continue
            choice = Choice(row.get("name"), self._words(row, "label", is_needed=True))
            lists[row.get("list_name")] = (*lists.get(row.get("list_name"), ()), choice)
        return lists

    def _question(self, row: _Row, lists: dict[str, tuple[Choice, ...]]) -> Question | None:
        kind, _, list_name = row.get("type").partition(" ")
        name = row.get("name")
        if kind not in set(QuestionType) or (list_name and kind != QuestionType.SELECT_ONE):
            what = f"the kiosk can't ask a question of type {row.get('type')!r}"
            self._fault(row.place, what, f"Use {_TYPES}.")
            return None
        if not self._is_good_name(row, name, is_hidden=kind == QuestionType.HIDDEN):
            return None
        if kind == QuestionType.HIDDEN:
            return self._hidden(row, name)
        choices: tuple[Choice, ...] = ()
        if kind == QuestionType.SELECT_ONE:
            choices = lists.get(list_name.strip(), ())
            if not choices:
                what = f"there is no list {list_name.strip()!r} on the sheet choices"
                self._fault(row.place, what, "Write the list there, or correct its name.")
        question = Question(
            name=name,
            kind=QuestionType(kind),
            label=self._words(row, "label", is_needed=True),
            hint=self._words(row, "hint"),
            is_required=self._is_required(row),
            required_message=self._words(row, "required_message"),
            relevant=self._expression(row, "relevant"),
            constraint=self._expression(row, "constraint"),
            constraint_message=self._words(row, "constraint_message"),
            choices=choices,
            appearance=row.get("appearance"),
        )
        self._check_parts(row, question)
        return question

    def _is_good_name(self, row: _Row, name: str, *, is_hidden: bool) -> bool:
        if _NAME.fullmatch(name) is None:
            what = f"{name!r} is no name for a question" if name else "the question has no name"
            advice = "Use Latin letters, digits and underscores, a letter first."
        elif name in self._earlier:
            what, advice = f"there is a question {name!r} already", "Give each its own name."
        elif not is_hidden and (name in FACT_NAMES or name in RESERVED_NAMES):
            what, advice = f"the name {name!r} is taken", "Call the question something else."
        else:
            return True
        self._fault(row.place, what, advice)
        return False

    def _hidden(self, row: _Row, name: str) -> Question | None:
        if name not in FACT_NAMES:
            what = f"the kiosk does not know {name!r}"
            self._fault(row.place, what, f"Hidden can be: {', '.join(sorted(FACT_NAMES))}.")
        filled = set(row.cells) - {"type", "name"}
        if filled:
            what = f"a hidden question has no {min(filled).partition('::')[0]}"
            self._fault(row.place, what, "Leave all but type and name empty.")
        return Question(name, QuestionType.HIDDEN, NO_WORDS)

    def _is_required(self, row: _Row) -> bool:
        told = row.get("required").lower()
        if told not in _YES | _NO:
            self._fault(row.place, f"required can't be {told!r}", "Write yes, or leave it empty.")
        return told in _YES

    def _expression(self, row: _Row, column: str) -> Expression | None:
        if not row.get(column):
            return None
        try:
            return parse(row.get(column))
        except BadExpression as error:
            self._fault(
                row.place,
                f"{column}: {error}",
                "docs/reference/catalogue.md lists what an expression may say.",
            )
            return None

    def _check_parts(self, row: _Row, question: Question) -> None:
        is_note = question.kind is QuestionType.NOTE
        if is_note and (question.is_required or question.constraint):
            what = "a note is not answered, so it has no required and no constraint"
            self._fault(row.place, what, "Empty both.")
        if row.get("constraint") and not question.constraint_message:
            what = "there is a constraint and no constraint_message"
            self._fault(row.place, what, "Tell the resident what to do instead.")
        if question.appearance and (
            question.kind is not QuestionType.TEXT or question.appearance != NUMBERS
        ):
            what = f"the appearance {question.appearance!r} is not known here"
            self._fault(row.place, what, f"Leave it empty, or write {NUMBERS} for a text.")
        if question.relevant is not None:
            self._check_expression(row, "relevant", question.relevant.node, None)
        if question.constraint is not None:
            self._check_expression(row, "constraint", question.constraint.node, question)

    def _check_expression(self, row: _Row, column: str, node: Node, here: Question | None) -> None:
        """Look for what reads well and can never be true: names and choices that do not exist."""
        match node:
            case Answer(""):
                if here is None:
                    what = f"{column}: the point stands for the answer, and there is none yet"
                    self._fault(row.place, what, "Name a question: ${name}.")
            case Answer(name):
                self._check_name(row, column, name)
            case Call(function, arguments):
                if function in {"=", "!=", "selected"}:
                    self._check_choice(row, column, arguments, here)
                for argument in arguments:
                    self._check_expression(row, column, argument, here)
            case Literal():
                pass

    def _check_name(self, row: _Row, column: str, name: str) -> None:
        if name not in self._earlier:
            what = f"{column}: there is no earlier question {name!r}"
            self._fault(row.place, what, "Refer only to questions above this one.")
        elif self._earlier[name].kind is QuestionType.NOTE:
            what = f"{column}: {name!r} is a note, which nobody answers"
            self._fault(row.place, what, "Refer to a question.")

    def _check_choice(
        self, row: _Row, column: str, arguments: tuple[Node, ...], here: Question | None
    ) -> None:
        names = [argument.name for argument in arguments if isinstance(argument, Answer)]
        values = [argument.value for argument in arguments if isinstance(argument, Literal)]
        if len(names) != 1 or len(values) != 1:
            return
        question = self._earlier.get(names[0]) if names[0] else here
        if question is None or question.kind is not QuestionType.SELECT_ONE or values[0] == "":
            return
        known = [choice.name for choice in question.choices]
        if known and values[0] not in known:
            what = f"{column}: {values[0]!r} is no choice of {question.name!r}"
            self._fault(row.place, what, f"Its choices are {', '.join(known)}.")
