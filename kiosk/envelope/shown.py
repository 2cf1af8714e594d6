"""The papers of an entry as JSON, with their pages beside it as parts of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.envelope.comparison import MEASURE_UNIT
from kiosk.envelope.people import read_member, told_member
from kiosk.envelope.shapes import (
    Words,
    as_list,
    as_object,
    as_text,
    as_whole,
    as_words,
    read_time,
    told_time,
)
from kiosk.journal import Json
from kiosk.shown_papers import CodeShown, PageCopy, PaperShown, TrustLevel

PAPERS_PART = "papers.json"


@dataclass(frozen=True, slots=True)
class PaperTold:
    """A paper as the office is told of it, with its name in the languages of the service."""

    name: Words
    shown: PaperShown = field(repr=False)


def page_part(paper: int, page: int) -> str:
    """Return the name of the part that holds a page; both count from 1."""
    return f"paper-{paper:02}-{page:02}.jpg"


def page_digests(papers: tuple[PaperShown, ...]) -> dict[str, bytes]:
    """Return the hashes of the pages by the names of their parts: nobody waits for them twice."""
    return {
        page_part(number, page_number): page.sha256
        for number, paper in enumerate(papers, 1)
        for page_number, page in enumerate(paper.pages, 1)
    }


def page_parts(papers: tuple[PaperTold, ...]) -> dict[str, bytes]:
    """Return the pages by the names of their parts."""
    return {
        page_part(number, page_number): page.jpeg
        for number, told in enumerate(papers, 1)
        for page_number, page in enumerate(told.shown.pages, 1)
    }


def papers_json(papers: tuple[PaperTold, ...]) -> list[Json]:
    """Return the papers as JSON, without the pictures."""
    return [_paper(number, told) for number, told in enumerate(papers, 1)]


def _paper(number: int, told: PaperTold) -> dict[str, Json]:
    shown = told.shown
    it: dict[str, Json] = {
        "id": shown.paper_id,
        "name": dict(told.name),
        "required": shown.is_required,
        "open": shown.is_open,
        "level": "" if shown.level is None else shown.level.value,
        "pages": [_page(number, at, page) for at, page in enumerate(shown.pages, 1)],
    }
    if shown.seen_by is not None and shown.seen_at is not None:
        it["seen_by"] = told_member(shown.seen_by)
        it["seen_at"] = told_time(shown.seen_at)
    return it


def _page(paper: int, number: int, page: PageCopy) -> dict[str, Json]:
    return {
        "part": page_part(paper, number),
        "sides": page.sides,
        "advice": list(page.advice),
        "measures": [[name, round(value * MEASURE_UNIT)] for name, value in page.measures],
        "codes": [
            {"kind": code.kind, "text": code.text, "cut_short": code.is_cut_short}
            for code in page.codes
        ],
        "simulated": page.simulated,
    }


def read_papers(value: object, parts: Mapping[str, bytes]) -> tuple[PaperTold, ...]:
    """Return the papers that `papers_json` wrote, with their pages among `parts`; else b"".

    Raises:
        TypeError, KeyError, ValueError: It is anything else.
    """
    return tuple(_read_paper(as_object(it), parts) for it in as_list(value))


def _read_paper(it: Mapping[str, object], parts: Mapping[str, bytes]) -> PaperTold:
    level = as_text(it["level"])
    shown = PaperShown(
        paper_id=as_text(it["id"]),
        is_required=_as_flag(it["required"]),
        level=TrustLevel(level) if level else None,
        pages=tuple(_read_page(as_object(page), parts) for page in as_list(it["pages"])),
        seen_by=read_member(it["seen_by"]) if "seen_by" in it else None,
        seen_at=read_time(it["seen_at"]) if "seen_at" in it else None,
        is_open=_as_flag(it["open"]),
    )
    return PaperTold(as_words(it["name"]), shown)


def _read_page(it: Mapping[str, object], parts: Mapping[str, bytes]) -> PageCopy:
    return PageCopy(
        jpeg=parts.get(as_text(it["part"]), b""),  # who reads in little memory leaves them out
        sides=as_whole(it["sides"]),
        advice=tuple(as_text(advice) for advice in as_list(it["advice"])),
        measures=tuple(
            (as_text(name), as_whole(size) / MEASURE_UNIT)
            for name, size in (as_list(pair) for pair in as_list(it["measures"]))
        ),
        codes=tuple(
            CodeShown(as_text(code["kind"]), as_text(code["text"]), _as_flag(code["cut_short"]))
            for code in (as_object(one) for one in as_list(it["codes"]))
        ),
        simulated=_as_flag(it["simulated"]),
    )


def _as_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
