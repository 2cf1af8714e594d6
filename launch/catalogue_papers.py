"""The papers of a service as its `service.toml` names them: those to be shown, and where those that
are given out are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from kiosk.catalogue.compiled import ID
from kiosk.catalogue.expressions import BadExpression, Expression, parse
from kiosk.catalogue.forms import FACT_NAMES
from kiosk.catalogue.service import (
    PaperForm,
    PaperWanted,
    PrintedOn,
    Question,
    QuestionType,
    Words,
)
from kiosk.shown_papers import MOST_PAGES, TrustLevel

_FIELDS = ("id", "name", "why", "form", "pages", "required", "relevant", "own", "wants", "least")
_Kind = TypeVar("_Kind", bound=StrEnum)


def read_papers(
    told: object,
    questions: Iterable[Question],
    words: Callable[[object, str], Words],
    fault: Callable[[str, str], None],
) -> tuple[PaperWanted, ...]:
    """Return the papers; whatever is wrong is told to `fault`: what, and what to do.

    Args:
        told: What stands under `papers`.
        questions: Of the service, which `relevant` may name.
        words: Reads a text in every language of the service.
        fault: Takes what is wrong, and what to do about it.
    """
    if not isinstance(told, list) or not all(isinstance(item, dict) for item in told):
        fault("papers is no list", "Write one [[papers]] table per paper.")
        return ()
    known = {q.name for q in questions if q.kind is not QuestionType.NOTE} | set(FACT_NAMES)
    papers = tuple(
        _Paper(item, f"papers, entry {number}", words, fault).read(known)
        for number, item in enumerate(told, 1)
    )
    ids = [paper.paper_id for paper in papers]
    for twice in sorted({it for it in ids if ids.count(it) > 1}):
        fault(f"two papers have the id {twice!r}", "Give each its own.")
    if sum(paper.most_pages for paper in papers) > MOST_PAGES:
        fault(f"the papers have more than {MOST_PAGES} pages together", "Ask for fewer pages.")
    return papers


def read_place(
    told: Mapping[str, object], name: str, usual: PrintedOn, fault: Callable[[str, str], None]
) -> PrintedOn:
    """Return which printer a paper of the service is for; what is wrong is told to `fault`."""
    value = told.get(name, usual.value)
    if isinstance(value, str) and value in set(PrintedOn):
        return PrintedOn(value)
    fault(f"{name} can't be {value!r}", 'Write "roll" or "sheets": the printer that it is for.')
    return usual


class _Paper:
    """One table."""

    def __init__(
        self,
        told: dict[str, object],
        place: str,
        words: Callable[[object, str], Words],
        fault: Callable[[str, str], None],
    ) -> None:
        self._told = told
        self._place = place
        self._words = words
        self._tell = fault

    def read(self, known: set[str]) -> PaperWanted:
        """Return the paper; with a fault told, what it holds does not matter."""
        for name in sorted(set(self._told) - set(_FIELDS)):
            self._fault(f"there is no field {name!r}", "Correct its name or take it out.")
        is_own = self._flag("own", is_usual=False)
        usual = TrustLevel.D if is_own else TrustLevel.C
        paper = PaperWanted(
            paper_id=self._id(),
            name=self._words(self._told.get("name"), f"{self._place}: name"),
            why=self._words(self._told.get("why"), f"{self._place}: why"),
            form=self._kind("form", PaperForm, PaperForm.PAPER),
            most_pages=self._pages(),
            is_required=self._flag("required", is_usual=True),
            relevant=self._relevant(known),
            is_own=is_own,
            wants=self._kind("wants", TrustLevel, usual),
            least=self._kind("least", TrustLevel, TrustLevel.D),
        )
        if paper.least is TrustLevel.A:
            self._fault("least can't be 'A'", "No kiosk makes A out of paper: write B, C or D.")
        if not paper.wants.suffices(paper.least):
            self._fault("wants is less than least", "Want at least what counts at all.")
        if paper.form is PaperForm.CARD and paper.most_pages != 1:
            self._fault("a card has one page", "Front and back go into one: leave out pages.")
        return paper

    def _fault(self, what: str, advice: str) -> None:
        self._tell(f"{self._place}: {what}", advice)

    def _id(self) -> str:
        value = self._told.get("id")
        if not isinstance(value, str) or ID.fullmatch(value) is None:
            self._fault(f"id can't be {value!r}", "Small Latin letters, digits and underscores.")
            return "none"
        return value

    def _pages(self) -> int:
        value = self._told.get("pages", 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_PAGES:
            self._fault(f"pages can't be {value!r}", f"A number from 1 to {MOST_PAGES}.")
            return 1
        return value

    def _flag(self, name: str, *, is_usual: bool) -> bool:
        value = self._told.get(name, is_usual)
        if not isinstance(value, bool):
            self._fault(f"{name} can't be {value!r}", "Write true or false, or leave it out.")
        return value is True

    def _kind(self, name: str, kinds: type[_Kind], usual: _Kind) -> _Kind:
        value = self._told.get(name, usual.value)
        if value not in set(kinds):
            self._fault(f"{name} can't be {value!r}", f"Write one of: {', '.join(kinds)}.")
            return usual
        return kinds(str(value))

    def _relevant(self, known: set[str]) -> Expression | None:
        source = self._told.get("relevant")
        if source is None:
            return None
        try:
            expression = parse(str(source))
        except BadExpression as error:
            self._fault(f"relevant: {error}", "docs/reference/catalogue.md lists what one may say.")
            return None
        for name in sorted(expression.names - known):
            what = f"relevant: there is no question {name!r}"
            self._fault(what, "Refer to a question of form.xlsx.")
        return expression
