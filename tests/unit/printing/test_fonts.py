"""The fonts: what they can draw, and that a PDF's text can be read back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from kiosk.ports.printer import Line, Paper
from printing import fonts
from printing.fonts import BOLD, RARE, REGULAR, Typeface, suit_language
from printing.layout import render_pdf
from printing.media import PaperWidth
from printing.raster import rasterise

LEVEL_TWO = "䶮㛃㑇㙘㭎䎖䓖䗛䲠"
"""Characters of 通用规范汉字表 that common Chinese fonts lack."""


def font_names(text: str, *, is_bold: bool = False) -> list[str]:
    """Return the fonts that draw the text."""
    return [run.font for run in Typeface().runs(text, is_bold=is_bold)]


def read_back(pdf: bytes) -> str:
    """Return the text that a reader copies out of the PDF."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text_page = page.get_textpage()
    text = str(text_page.get_text_range())
    text_page.close()
    page.close()
    document.close()
    return text


@pytest.mark.parametrize("is_bold", [False, True])
def test_everyday_text_needs_one_font(*, is_bold: bool) -> None:
    """GB 2312, the general table's rarer characters, Latin with accents and signs are all in it."""
    level_one = bytes(
        byte for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) for byte in (row, cell)
    ).decode("gb2312", "ignore")
    text = level_one + LEVEL_TWO + "Straße, ñandú, Łódź; 1234 ①⑳ ✓→←★☎⚠℃№—…·"
    expected = BOLD if is_bold else REGULAR
    assert font_names(text, is_bold=is_bold) == [expected.stem]


def test_a_rare_character_comes_from_the_rare_font() -> None:
    """Only the character changes its font, and in bold text it is drawn thicker."""
    runs = Typeface().runs("志愿者𠮷田", is_bold=True)
    assert [(run.font, run.text) for run in runs] == [
        (BOLD.stem, "志愿者"),
        (RARE.stem, "𠮷"),
        (BOLD.stem, "田"),
    ]
    assert [run.is_emboldened for run in runs] == [False, True, False]


def test_what_no_font_has_becomes_a_sign_and_never_nothing() -> None:
    """A character without a glyph leaves a mark."""
    (run,) = Typeface().runs("\U0001f600", is_bold=False)
    assert run.text == "〓"
    assert run.width_em == pytest.approx(1.0)


def test_fonts_of_the_settings_are_asked_last() -> None:
    """A deployer's font draws what ours lack; one that can't be used changes nothing."""
    deja_vu = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    if not deja_vu.exists():
        pytest.skip("needs DejaVu Sans to stand for a deployer's font")
    assert [run.font for run in Typeface([deja_vu]).runs("王ش", is_bold=False)] == [
        REGULAR.stem,
        "DejaVuSans",
    ]


@pytest.mark.may_warn("the unusable font is said once")
def test_a_font_that_cannot_be_used_is_passed_over(tmp_path: Path) -> None:
    """A broken file among the extra fonts costs a warning, not the receipt."""
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    assert Typeface([broken]).runs("ش", is_bold=False)[0].text == "〓"


@pytest.mark.parametrize("text", ["王䶮 1234", "𠮷田", "don’t “wait”…", "“查进度”……", "甲" * 2])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_text_of_a_pdf_can_be_copied(text: str, language: str) -> None:
    """Whatever was printed is what a reader copies, above U+FFFF and narrow quotes included."""
    paper = Paper("job", "t", language, (Line(text),))
    assert read_back(render_pdf(paper, PaperWidth.MM_80)).strip() == text


def test_more_than_a_hundred_characters_can_be_copied() -> None:
    """A subset's table of characters is written in blocks that readers accept."""
    text = "".join(chr(0x4E00 + i) for i in range(300))
    paper = Paper("job", "t", "zh_CN", (Line(text),))
    copied = "".join(read_back(render_pdf(paper, PaperWidth.MM_80)).split())
    assert copied == text


def test_quotes_are_narrow_beside_latin_letters_only() -> None:
    """In Chinese a quote has the width of a hanzi, in English that of a letter."""
    typeface = Typeface()
    assert typeface.width_em(suit_language("“”", "zh_CN"), is_bold=False) == pytest.approx(2.0)
    assert typeface.width_em(suit_language("“”", "en"), is_bold=False) < 1.0


def test_nothing_is_loaded_by_importing() -> None:
    """The program starts before the fonts are needed, and the rare one waits until it is."""
    program = (
        "from printing import fonts, layout\n"
        "from printing.media import PaperWidth\n"
        "from kiosk.ports.printer import Line, Paper\n"
        "print(len(fonts._loaded))\n"
        "layout.render_pdf(Paper('j', 't', 'en', (Line('plain'),)), PaperWidth.MM_80)\n"
        "print(sorted(path.name for path in fonts._loaded))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=fonts.FOLDER.parent.parent,
    )
    assert result.stdout.splitlines() == ["0", f"{sorted([BOLD.name, REGULAR.name])}"]


def test_bold_is_blacker() -> None:
    """The weight of a line can be seen."""
    plain = Paper("job", "t", "zh_CN", (Line("已收件𠮷"),))
    bold = Paper("job", "t", "zh_CN", (Line("已收件𠮷", is_bold=True),))
    light, heavy = (
        rasterise(render_pdf(paper, PaperWidth.MM_80)).dots().sum() for paper in (plain, bold)
    )
    assert heavy > 1.2 * light
