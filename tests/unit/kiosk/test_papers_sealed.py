"""Papers in a sealed application: the pages as parts, levels, what is open, codes as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.envelope import (
    CodeShown,
    Contents,
    PageCopy,
    PaperShown,
    PaperTold,
    ReceiptNumber,
    TrustLevel,
    from_parts,
    page_part,
    to_parts,
)
from kiosk.journal import canonical, parse_canonical
from kiosk.store import entries
from tests.support.builders import A_MORNING, A_VOLUNTEER
from tests.support.entries import some_contents
from tests.support.sealing_places import ASK_BY, SERVICE, SealingPlace, a_record, now
from tests.support.shown_papers import BOOK, CARD

CODE = CodeShown("qr", "https://example.org/?a=<b>", is_cut_short=True)
PAGE = PageCopy(b"\xff\xd8\xff one", 1, ("blurred",), (("blur", 2.5),), (CODE,), simulated=True)
PAPERS = (
    PaperShown("book", True, TrustLevel.B, (PAGE, PAGE), A_VOLUNTEER, A_MORNING),
    PaperShown("card", False, None),
    PaperShown("gone", True, TrustLevel.C, (replace(PAGE, jpeg=b"\xff\xd8\xff 2"),), is_open=True),
)
TOLD = tuple(PaperTold((("en", paper.paper_id),), paper) for paper in PAPERS)


def contents(papers: tuple[PaperTold, ...] = TOLD) -> Contents:
    """Return what a visit with papers holds."""
    return replace(some_contents(ReceiptNumber(3702, 1)), papers=papers)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder to seal in."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


def test_what_is_sealed_is_what_the_office_reads(place: SealingPlace) -> None:
    """Pages, levels, who saw the original, what is open; and the names in the service's words."""
    sealer = place.open()
    service = replace(SERVICE, papers=(BOOK, CARD))
    record = replace(a_record(), papers=PAPERS)
    row = sealer.seal_application(record, service, ASK_BY, now(), counts_from_delivery=False)
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    opened = place.contents(entry.file)
    assert opened is not None
    assert [told.shown for told in opened.papers] == list(PAPERS)
    assert [dict(told.name).get("en", "") for told in opened.papers] == ["Book", "Card", ""]


def test_nothing_of_a_page_lies_on_the_disk_in_clear(place: SealingPlace) -> None:
    """Neither a page nor what its codes say."""
    sealer = place.open()
    mark = b"a page that nobody may find" * 40
    page = replace(PAGE, jpeg=b"\xff\xd8\xff" + mark)
    record = replace(a_record(), papers=(replace(PAPERS[0], pages=(page,)),))
    sealer.seal_application(record, SERVICE, ASK_BY, now(), counts_from_delivery=False)
    for file in place.folder.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert b"nobody may find" not in data
        assert b"example.org" not in data


def test_pages_are_parts_of_their_own() -> None:
    """Named by paper and page, so that who wants little memory leaves them out."""
    parts = to_parts(contents())
    assert parts[page_part(1, 2)] == PAGE.jpeg
    assert parts["paper-03-01.jpg"] == PAPERS[2].pages[0].jpeg
    small = {name: data for name, data in parts.items() if name.endswith(".json")}
    read = from_parts(small)
    assert read is not None
    assert [page.jpeg for told in read.papers for page in told.shown.pages] == [b""] * 3
    assert from_parts(parts) == contents()


def test_an_application_without_papers_is_as_it_was() -> None:
    """No part more."""
    parts = to_parts(contents(()))
    assert "papers.json" not in parts
    assert not any(name.startswith("paper-") for name in parts)


@pytest.mark.parametrize(
    ("name", "value"),
    [("level", "E"), ("level", 4), ("open", 1), ("pages", {}), ("id", 4), ("seen_by", "me")],
)
def test_what_is_not_of_that_shape_is_not_read(name: str, value: object) -> None:
    """A platform is never fooled into half of it."""
    parts = to_parts(contents())
    told = parse_canonical(parts["papers.json"])
    assert isinstance(told, list)
    first = told[0]
    assert isinstance(first, dict)
    first[name] = value
    assert from_parts({**parts, "papers.json": canonical(told)}) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.lists(st.floats(0, 300), max_size=3), st.integers(0, 2))
def test_any_page_comes_back(text: str, values: list[float], sides: int) -> None:
    """Whatever a code says, and whatever was measured, to the thousandth."""
    plain = text.encode("utf-8", "ignore").decode()
    measures = tuple((f"m{number}", round(value, 3)) for number, value in enumerate(values))
    page = PageCopy(b"jpeg", sides, (), measures, (CodeShown("qr", plain),))
    shown = replace(PAPERS[2], pages=(page,))
    read = from_parts(to_parts(contents((PaperTold((), shown),))))
    assert read is not None
    (told,) = read.papers
    assert told.shown.pages[0].codes == page.codes
    assert [value for _, value in told.shown.pages[0].measures] == pytest.approx(
        [value for _, value in measures]
    )
