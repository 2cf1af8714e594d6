"""Papers on A4, in large print, and with characters that no font has."""

from __future__ import annotations

import logging

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ports.printer import (
    Block,
    Fact,
    Line,
    Paper,
    PaperForm,
    QrCode,
    SealPlace,
    Step,
    TextSize,
    Tick,
)
from printing.fonts import Typeface
from printing.layout import compose, compose_a4, render_a4, render_pdf
from printing.marks import Boxes, Ring, Sheet, Text
from printing.media import PaperWidth, a4


def on_a4(*blocks: Block, is_large: bool = False) -> tuple[Sheet, ...]:
    """Return these blocks on pages."""
    paper = Paper("job", "t", "en", blocks, PaperForm.A4, is_large)
    return compose_a4(paper, Typeface())


def words(sheet: Sheet) -> list[str]:
    """Return the lines of text on a page."""
    return [
        "".join(run.text for run in mark.runs) for mark in sheet.marks if isinstance(mark, Text)
    ]


def lowest(sheet: Sheet) -> float:
    """Return the baseline of the last line."""
    return max(mark.baseline for mark in sheet.marks if isinstance(mark, Text))


def test_one_page_has_no_number() -> None:
    """A page of A4, 210 by 297 mm, with margins on all sides."""
    (sheet,) = on_a4(Line("one"))
    assert words(sheet) == ["one"]
    pdf = render_a4(Paper("job", "t", "en", (Line("one"),), PaperForm.A4))
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx((210, 297), abs=0.2)


def test_long_papers_go_on_with_numbered_pages() -> None:
    """Nothing is lost, nothing is twice, nothing stands below the margin."""
    sheets = on_a4(*(Line(f"line {number}") for number in range(120)))
    assert len(sheets) > 1
    told = [word for sheet in sheets for word in words(sheet)[:-1]]
    assert told == [f"line {number}" for number in range(120)]
    assert [words(sheet)[-1] for sheet in sheets] == [
        f"{number} / {len(sheets)}" for number in range(1, len(sheets) + 1)
    ]
    assert all(lowest(sheet) <= sheet.height - 8 * 10 for sheet in sheets)


@pytest.mark.parametrize("before", range(40, 52))
def test_a_heading_is_never_the_last_on_a_page(before: int) -> None:
    """It goes over to the next one with what it heads."""
    sheets = on_a4(
        *(Line("text") for _ in range(before)), Line("Heading", TextSize.LARGE), Line("headed")
    )
    page = next(words(sheet) for sheet in sheets if "Heading" in words(sheet))
    assert page[page.index("Heading") + 1] == "headed"


def test_a_block_longer_than_a_page_is_parted() -> None:
    """Every sentence of it is printed, in order."""
    text = " ".join(f"Sentence {number}." for number in range(1200))
    sheets = on_a4(Line("before"), Line(text), Line("after"))
    assert len(sheets) > 2
    told = " ".join(word for sheet in sheets for word in words(sheet)[:-1])
    assert told.replace(" ", "") == f"before{text}after".replace(" ", "")


def test_a_seal_has_its_place_beside_the_code() -> None:
    """45 mm, its words within it, at the right; the code at the left in the same height."""
    (sheet,) = on_a4(SealPlace(("Office of everything", "Date:"), "x" * 250))
    (ring,) = (mark for mark in sheet.marks if isinstance(mark, Ring))
    (code,) = (mark for mark in sheet.marks if isinstance(mark, Boxes))
    assert 2 * ring.radius / 8 >= 42
    assert ring.x + ring.radius <= sheet.width - a4().margin
    assert max(x + w for x, _, w, _ in code.boxes) < ring.x - ring.radius
    assert min(y for _, y, _, _ in code.boxes) < ring.y < max(y for _, y, _, _ in code.boxes)
    for mark in sheet.marks:
        if isinstance(mark, Text):
            assert ring.y - ring.radius < mark.baseline < ring.y + ring.radius


@pytest.mark.parametrize("is_large", [False, True])
def test_the_words_of_a_seal_stand_within_it(is_large: bool) -> None:  # noqa: FBT001
    """However many they are, in large print too."""
    words = ("槐树里民政局（受理专用章）\nHuaishuli Civil Affairs Bureau (seal)", "日期：\nDate:")
    (sheet,) = on_a4(SealPlace(words), is_large=is_large)
    (ring,) = (mark for mark in sheet.marks if isinstance(mark, Ring))
    lines = [mark for mark in sheet.marks if isinstance(mark, Text)]
    assert min(line.baseline - line.size for line in lines) > ring.y - 0.8 * ring.radius
    assert max(line.baseline for line in lines) < ring.y + 0.8 * ring.radius


def test_a_telephone_number_is_not_torn_to_stand_beside_its_name() -> None:
    """It goes below then, in one piece."""
    paper = Paper("j", "t", "en", (Fact("Please call", "0531-0000-0001"),), is_large=True)
    assert words(compose(paper, PaperWidth.MM_80, Typeface())) == ["Please call", "0531-0000-0001"]


def test_what_is_made_for_a4_comes_out_of_a_roll_too() -> None:
    """Code above seal, nothing over the edge."""
    for width in PaperWidth:
        paper = Paper("job", "t", "en", (SealPlace(("Office",), "x" * 250),), PaperForm.A4)
        sheet = compose(paper, width, Typeface())
        (ring,) = (mark for mark in sheet.marks if isinstance(mark, Ring))
        (code,) = (mark for mark in sheet.marks if isinstance(mark, Boxes))
        assert ring.x - ring.radius >= 0
        assert ring.x + ring.radius <= width.dots
        assert max(y for _, y, _, _ in code.boxes) < ring.y - ring.radius


@pytest.mark.parametrize("width", [*PaperWidth, None])
def test_large_print_is_large(width: PaperWidth | None) -> None:
    """At least 5 mm on rolls and 18 points on A4, a quarter more than usual."""

    def em(*, is_large: bool) -> float:
        paper = Paper("job", "t", "en", (Line("x"),), is_large=is_large)
        sheet = (
            compose_a4(paper, Typeface())[0] if width is None else compose(paper, width, Typeface())
        )
        return next(mark.size for mark in sheet.marks if isinstance(mark, Text))

    assert em(is_large=True) >= 1.25 * em(is_large=False)
    assert em(is_large=True) / 8 >= (18 / 72 * 25.4 if width is None else 5)


@pytest.mark.parametrize("width", [*PaperWidth, None])
def test_a_character_that_no_font_has_is_shown_explained_and_reported(
    width: PaperWidth | None, caplog: pytest.LogCaptureFixture
) -> None:
    """〓 in its place, a note at the end; the log tells which fonts are wanting, not the name."""
    paper = Paper("job", "t", "en", (Fact("Name", "\U0001f600x"),), missing_note="〓 stands for")
    with caplog.at_level(logging.WARNING):
        sheet = (
            compose_a4(paper, Typeface())[0] if width is None else compose(paper, width, Typeface())
        )
    assert words(sheet) == ["Name", "〓x", "〓 stands for"]
    assert [record.getMessage() for record in caplog.records] == ["GLYPH_MISSING blocks=U+1F6xx"]


def test_where_every_character_is_there_nothing_is_explained(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The sign itself in a text is no gap."""
    paper = Paper("job", "t", "en", (Line("〓 䶮𠮷"),), missing_note="note")
    assert words(compose(paper, PaperWidth.MM_80, Typeface())) == ["〓 䶮𠮷"]
    assert not caplog.records


def test_the_second_language_of_a_paper_has_its_own_quotes() -> None:
    """A line in Latin letters on a Chinese paper has narrow ones."""
    (sheet,) = compose_a4(
        Paper("job", "t", "zh_CN", (Step(1, "按“好”。\nTouch “OK”."),)), Typeface()
    )
    assert words(sheet)[1:] == ["按“好”。", "Touch \ue01cOK\ue01d."]


TEXT = st.text("一，。 aé“”\n", max_size=300)
BLOCKS = st.one_of(
    st.builds(Line, TEXT, st.sampled_from(TextSize)),
    st.builds(Fact, TEXT, TEXT),
    st.builds(Step, st.integers(0, 99), TEXT),
    st.builds(Tick, TEXT),
    st.builds(QrCode, TEXT),
    st.builds(SealPlace, st.lists(TEXT, max_size=2).map(tuple), TEXT),
)


@settings(max_examples=25)
@given(st.lists(BLOCKS, max_size=30), st.booleans())
def test_any_paper_fits_on_pages(blocks: list[Block], is_large: bool) -> None:  # noqa: FBT001
    """No line of text stands below the page, and a PDF comes of it."""
    paper = Paper("job", "t", "zh_CN", tuple(blocks), PaperForm.A4, is_large)
    for sheet in compose_a4(paper, Typeface()):
        assert all(mark.baseline <= sheet.height for mark in sheet.marks if isinstance(mark, Text))
    assert render_pdf(paper, PaperWidth.MM_58).startswith(b"%PDF")
