"""What stands where on a paper."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ports.printer import (
    Band,
    Block,
    Fact,
    Line,
    NumberGroups,
    Paper,
    QrCode,
    Rule,
    Step,
    TextSize,
)
from printing.fonts import FOLDER, Typeface
from printing.layout import compose, render_pdf
from printing.marks import Boxes, Disc, Sheet, Text
from printing.media import PaperWidth, roll
from printing.raster import rasterise
from tests.support.papers import a_chinese_receipt, an_english_receipt


def composed(*blocks: Block, width: PaperWidth = PaperWidth.MM_80, language: str = "en") -> Sheet:
    """Return these blocks laid out."""
    return compose(Paper("job", "t", language, blocks), width, Typeface())


def texts(sheet: Sheet) -> list[Text]:
    """Return the lines of text on the sheet."""
    return [mark for mark in sheet.marks if isinstance(mark, Text)]


def words(text: Text) -> str:
    """Return what the line says."""
    return "".join(run.text for run in text.runs)


def right_end(text: Text) -> float:
    """Return where the line ends."""
    return text.x + text.size * sum(run.width_em for run in text.runs)


@pytest.mark.parametrize("width", list(PaperWidth))
@pytest.mark.parametrize("paper", [a_chinese_receipt(), an_english_receipt()], ids=["zh", "en"])
def test_everything_is_on_the_paper(paper: Paper, width: PaperWidth) -> None:
    """No mark reaches over an edge, and no line of text into the one above."""
    sheet = compose(paper, width, Typeface())
    for mark in sheet.marks:
        match mark:
            case Text():
                assert mark.x >= 0
                assert right_end(mark) <= sheet.width + 1e-6
                assert mark.size * 0.7 < mark.baseline < sheet.height
            case Boxes(boxes):
                assert all(x >= 0 and x + w <= sheet.width for x, _, w, _ in boxes)
                assert all(0 <= y <= y + h <= sheet.height for _, y, _, h in boxes)
            case Disc():
                assert mark.x - mark.radius >= 0


def test_body_text_is_large_enough_for_old_eyes() -> None:
    """An em of body text has at least 3.5 mm on every paper, small print at least 3 mm."""
    for width in PaperWidth:
        body, small = (
            texts(composed(Line("字", size), width=width))[0].size / 8
            for size in (TextSize.BODY, TextSize.SMALL)
        )
        assert body >= 3.5
        assert small >= 3


@pytest.mark.parametrize("width", list(PaperWidth))
def test_the_number_fills_the_paper_on_one_line(width: PaperWidth) -> None:
    """All groups share one baseline, with gaps to speak them by, and leave little room beside."""
    groups = texts(composed(NumberGroups(("3702", "1146", "08")), width=width))
    assert [words(text) for text in groups] == ["3702", "1146", "08"]
    assert len({text.baseline for text in groups}) == 1
    assert groups[1].x > right_end(groups[0]) + 0.3 * groups[0].size
    assert right_end(groups[-1]) - groups[0].x > 0.9 * width.dots


def test_facts_with_short_names_stand_in_columns() -> None:
    """Values begin at one place, on the baseline of their names, and are bold."""
    sheet = composed(Fact("收件时间", "9:52"), Fact("人", "王*䶮"), language="zh_CN")
    name, value, second, second_value = texts(sheet)
    assert value.x == second_value.x > right_end(name)
    assert value.baseline == pytest.approx(name.baseline)
    assert second_value.baseline == pytest.approx(second.baseline)
    assert "Bold" in value.runs[0].font
    assert "Bold" not in name.runs[0].font


def test_facts_with_long_names_are_stacked() -> None:
    """A name that would squeeze its value stands above it."""
    name, value = texts(composed(Fact("Ask if nothing is heard by", "1 May")))
    assert value.x == name.x == roll(PaperWidth.MM_80).margin
    assert value.baseline > name.baseline


def test_a_step_is_a_number_in_a_disc_beside_its_text() -> None:
    """Further lines are indented like the first."""
    sheet = composed(Step(12, "Bring this paper and ask at the desk of the office downstairs."))
    number, *lines = texts(sheet)
    (disc,) = (mark for mark in sheet.marks if isinstance(mark, Disc))
    assert words(number) == "12"
    assert number.is_white
    assert disc.x - disc.radius < number.x < right_end(number) < disc.x + disc.radius
    assert len(lines) > 1
    assert {line.x for line in lines} == {lines[0].x}
    assert lines[0].x > disc.x + disc.radius


def test_centred_lines_are_centred() -> None:
    """As much room at the left as at the right."""
    (text,) = texts(composed(Line("Receipt", is_centred=True)))
    assert text.x == pytest.approx(PaperWidth.MM_80.dots - right_end(text))


def test_a_band_is_black_from_edge_to_edge_with_white_text() -> None:
    """It can't be overlooked, and its text is read from the black."""
    dots = rasterise(render_pdf(Paper("j", "t", "en", (Band("SIMULATED"),)), PaperWidth.MM_80))
    rows = dots.dots()
    band = rows[: next(i for i, row in enumerate(rows) if not row.any())]
    assert band[:, [0, -1]].all()
    assert 0.6 < band.mean() < 0.98


def test_a_rule_is_a_line() -> None:
    """Two dots thick, from margin to margin."""
    rows = rasterise(render_pdf(Paper("j", "t", "en", (Rule(),)), PaperWidth.MM_80)).dots()
    (inked,) = np.nonzero(rows.any(axis=1))
    assert len(inked) == 2
    assert rows[inked[0]].sum() == PaperWidth.MM_80.dots - 2 * roll(PaperWidth.MM_80).margin


@pytest.mark.parametrize("width", list(PaperWidth))
@pytest.mark.parametrize("length", [20, 62, 160, 280])
def test_codes_can_be_scanned(width: PaperWidth, length: int) -> None:
    """Modules have at least four dots and a quiet zone, and a decoder reads the content back."""
    content = "https://platform.example/q?n=" + "7" * (length - 29)
    content = content[:length]
    sheet = composed(QrCode(content), width=width)
    (boxes,) = (mark.boxes for mark in sheet.marks if isinstance(mark, Boxes))
    module = boxes[0][3]
    assert module >= 4
    assert min(x for x, _, _, _ in boxes) >= 4 * module
    assert max(x + w for x, _, w, _ in boxes) <= width.dots - 4 * module
    paper = Paper("j", "t", "en", (QrCode(content),))
    grey = np.where(rasterise(render_pdf(paper, width)).dots(), 0, 255).astype(np.uint8)
    assert cv2.QRCodeDetector().detectAndDecode(grey)[0] == content


def test_modules_are_squares_of_whole_dots() -> None:
    """On paper every module has the same size: none is blurred, none grows into its neighbour."""
    content = "https://platform.example/q?n=990211460800000000021&c=7KX4MP"
    rows = rasterise(render_pdf(Paper("j", "t", "en", (QrCode(content),)), PaperWidth.MM_80)).dots()
    matrix = np.array(segno.make(content, error="m", micro=False, boost_error=False).matrix)
    inked = np.argwhere(rows)
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0) + 1
    expected = np.kron(matrix, np.ones((8, 8))).astype(bool)
    assert (rows[top:bottom, left:right] == expected).all()


def test_a_code_too_dense_to_scan_is_printed_as_text() -> None:
    """What a phone could not read is at least there for the eye."""
    content = "https://platform.example/" + "x" * 1500
    sheet = composed(QrCode(content), width=PaperWidth.MM_58)
    assert not any(isinstance(mark, Boxes) for mark in sheet.marks)
    assert "".join(words(text) for text in texts(sheet)) == content


def test_a_code_beyond_any_size_is_printed_as_text() -> None:
    """More than a QR code can hold stops no print."""
    assert texts(composed(QrCode("x" * 4000)))


def test_the_same_paper_is_the_same_file() -> None:
    """In this process, in another one, and from several threads at once."""
    paper = a_chinese_receipt()
    first = render_pdf(paper, PaperWidth.MM_80)
    with ThreadPoolExecutor(4) as threads:
        others = list(threads.map(lambda _: render_pdf(paper, PaperWidth.MM_80), range(8)))
    program = (
        "import sys\n"
        "from printing.layout import render_pdf\n"
        "from printing.media import PaperWidth\n"
        "from tests.support.papers import a_chinese_receipt\n"
        "sys.stdout.buffer.write(render_pdf(a_chinese_receipt(), PaperWidth.MM_80))\n"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        timeout=60,
        cwd=FOLDER.parent.parent,
    ).stdout
    assert {first, *others, elsewhere} == {first}


def test_every_font_in_the_file_is_in_the_file() -> None:
    """No reader has to replace a font: none is named without being embedded."""
    pdf = render_pdf(an_english_receipt(), PaperWidth.MM_80)
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/Type /Font\n") + pdf.count(b"/Type /Font ") <= pdf.count(b"/FontFile2")


TEXT = st.text(max_size=40)
BLOCKS = st.one_of(
    st.builds(Line, TEXT, st.sampled_from(TextSize), st.booleans(), st.booleans()),
    st.builds(Fact, TEXT, TEXT),
    st.builds(NumberGroups, st.lists(TEXT, max_size=4).map(tuple)),
    st.builds(Step, st.integers(0, 99), TEXT),
    st.builds(QrCode, TEXT),
    st.builds(Rule),
    st.builds(Band, TEXT),
)


@pytest.mark.may_warn("characters that no font has are reported")
@settings(max_examples=40)
@given(st.lists(BLOCKS, max_size=6), st.sampled_from(PaperWidth))
def test_any_paper_can_be_printed(blocks: list[Block], width: PaperWidth) -> None:
    """Whatever a paper says, it becomes a picture as wide as the paper."""
    raster = rasterise(render_pdf(Paper("j", "t", "en", tuple(blocks)), width))
    assert raster.width == width.dots
    assert raster.height > 0
