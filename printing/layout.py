"""From a paper's blocks to a PDF: where everything stands.

Pure but for loading fonts: the same paper gives the same bytes. `compose` decides, in dots from
the top left corner; `printing.painting` only draws what it is told. Sizes are for people who read
slowly: body text has an em of 4 mm, the number is as large as the paper allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk.ports.printer import Line, Paper, TextSize
from printing import fonts
from printing.composing import Composer
from printing.fonts import Typeface
from printing.marks import Sheet
from printing.media import Media, PaperWidth, a4, roll
from printing.pages import break_pages
from printing.painting import paint


def render_pdf(paper: Paper, width: PaperWidth, extra_fonts: Sequence[Path] = ()) -> bytes:
    """Return the paper as a PDF page of the printable width of a roll, as long as needed.

    Any thread. Blocks only are printed; the title is the PDF's. What is made for A4 comes out, too.

    Args:
        paper: Its texts may hold any character; one that no font has is printed as 〓.
        width: Of the roll.
        extra_fonts: TrueType files for characters that the kiosk's own fonts lack, in this order.
    """
    with fonts.LOCK:
        return paint([compose(paper, width, _typeface(tuple(extra_fonts)))])


def render_a4(paper: Paper, extra_fonts: Sequence[Path] = ()) -> bytes:
    """Return the paper as a PDF of A4 pages; see `render_pdf`."""
    with fonts.LOCK:
        return paint(compose_a4(paper, _typeface(tuple(extra_fonts))))


def compose(paper: Paper, width: PaperWidth, typeface: Typeface) -> Sheet:
    """Place every block on a roll."""
    media = roll(width, is_large=paper.is_large)
    composer = Composer(paper.language, media, typeface)
    for group in composer.groups(paper.blocks):
        composer.add_group(group)
    note = _note(paper, composer.lacked)
    if note is not None:
        composer.add_group([note])
    _report(composer.lacked)
    return _sheet(paper, media, composer, round(composer.y + media.margin))


def compose_a4(paper: Paper, typeface: Typeface) -> tuple[Sheet, ...]:
    """Place every block on as many pages as it takes."""
    media = a4(is_large=paper.is_large)
    pages = break_pages(paper, media, typeface, lambda lacked: _note(paper, lacked))
    _report({char for page in pages for char in page.lacked})
    assert media.height is not None
    return tuple(_sheet(paper, media, page, media.height) for page in pages)


def _sheet(paper: Paper, media: Media, composer: Composer, height: int) -> Sheet:
    return Sheet(media.width, height, paper.title, paper.language, tuple(composer.marks))


def _note(paper: Paper, lacked: set[str]) -> Line | None:
    """Return what explains the sign for a character that no font has."""
    return Line(paper.missing_note, TextSize.SMALL) if lacked and paper.missing_note else None


def _report(lacked: set[str]) -> None:
    if lacked:
        fonts.report_missing(lacked)


_typefaces: dict[tuple[Path, ...], Typeface] = {}


def _typeface(extra: tuple[Path, ...]) -> Typeface:
    return _typefaces.setdefault(extra, Typeface(extra))
