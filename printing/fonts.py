"""The fonts of the papers: which one draws which character, how wide it is, how PDFs hold it.

A character is looked for in Doorstep Sans SC, then in its Rare companion (loaded when first
needed), then in the fonts of the settings; what none of them has becomes 〓, never nothing.
Nothing is loaded by importing this module. `LOCK` guards everything here: reportlab's fonts serve
one document at a time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from printing.linebreak import is_wide

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "fonts"
REGULAR = FOLDER / "DoorstepSansSC-Regular.ttf"
BOLD = FOLDER / "DoorstepSansSC-Bold.ttf"
RARE = FOLDER / "DoorstepSansSC-Rare.ttf"

MISSING = "〓"
"""The geta mark, the printers' own sign for a character that is not in the case."""

NARROW = {"“": "\ue01c", "”": "\ue01d", "…": "\ue026"}
"""Private code points of the narrow forms in our fonts (`assets/fonts/README.md`)."""

LOCK = threading.RLock()

_SQUARE_LANGUAGES = frozenset({"zh", "ja", "ko"})
_NARROW_FORMS = str.maketrans(NARROW)
_WIDE = {ord(narrow): ord(wide) for wide, narrow in NARROW.items()}
_BFCHAR_LIMIT = 100  # entries per block, PDF 32000-1, 9.10.3 by way of Adobe Technical Note 5411

_log = logging.getLogger(__name__)
_loaded: dict[Path, _EmbeddedFont | None] = {}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters drawn with one font. `width_em` is for a size of 1."""

    font: str
    text: str
    width_em: float
    is_emboldened: bool = False
    """The font has no bold of its own, so its outlines are drawn thicker."""


@dataclass(frozen=True, slots=True)
class _Glyph:
    font: str
    text: str
    width_em: float
    is_emboldened: bool
    is_missing: bool = False


class Typeface:
    """The chain of fonts for one printer. Any thread, under `LOCK`."""

    def __init__(self, extra: Sequence[Path] = ()) -> None:
        self._extra = tuple(extra)
        self._glyphs: dict[tuple[str, bool], _Glyph] = {}

    def width_em(self, text: str, *, is_bold: bool) -> float:
        """Return how wide the text is at size 1."""
        return sum(self._glyph(char, is_bold).width_em for char in text)

    def runs(self, text: str, *, is_bold: bool) -> tuple[Run, ...]:
        """Split the text where the font has to change."""
        runs: list[Run] = []
        start = 0
        glyphs = [self._glyph(char, is_bold) for char in text]
        for end in range(1, len(glyphs) + 1):
            if end < len(glyphs) and glyphs[end].font == glyphs[start].font:
                continue
            same = glyphs[start:end]
            drawn = "".join(glyph.text for glyph in same)
            width = sum(glyph.width_em for glyph in same)
            runs.append(Run(same[0].font, drawn, width, same[0].is_emboldened))
            start = end
        return tuple(runs)

    def lacked(self, text: str, *, is_bold: bool) -> set[str]:
        """Return the characters of the text that no font has, printed as `MISSING`."""
        return {char for char in set(text) if self._glyph(char, is_bold).is_missing}

    def _glyph(self, char: str, is_bold: bool) -> _Glyph:  # noqa: FBT001 - half of the dict's key
        known = self._glyphs.get((char, is_bold))
        if known is None:
            known = self._glyphs[char, is_bold] = self._find(char, is_bold=is_bold)
        return known

    def _find(self, char: str, *, is_bold: bool) -> _Glyph:
        own = BOLD if is_bold else REGULAR
        for path in (own, RARE, *self._extra):
            font = _load(path)
            if font is not None and ord(char) in font.face.charToGlyph:
                width = font.stringWidth(char, 1)
                return _Glyph(font.fontName, char, width, is_bold and path is not own)
        if char == MISSING:
            message = f"{own} lacks {MISSING}"
            raise LookupError(message)
        return replace(self._find(MISSING, is_bold=is_bold), is_missing=True)


def report_missing(chars: Iterable[str]) -> None:
    """Say in the log which fonts are wanting.

    Blocks of 256 code points are named, as the fonts' makers do: the character itself stands in
    somebody's name.
    """
    blocks = sorted({ord(char) >> 8 for char in chars})
    _log.warning("GLYPH_MISSING blocks=%s", ",".join(f"U+{block:02X}xx" for block in blocks))


def main_font() -> str:
    """Load the two everyday fonts and return the regular one's name in a PDF."""
    with LOCK:
        regular, bold = _load(REGULAR), _load(BOLD)
        if regular is None or bold is None:
            message = f"the fonts in {FOLDER} can't be loaded"
            raise FileNotFoundError(message)
        return str(regular.fontName)


def suit_language(text: str, language: str) -> str:
    """Return the text with narrow quotes and ellipses, unless the language is set in squares.

    On a paper in a language set in squares, a line without any square is of another language.
    """
    if language.partition("_")[0].partition("-")[0] not in _SQUARE_LANGUAGES:
        return text.translate(_NARROW_FORMS)
    return "\n".join(
        line.translate(_NARROW_FORMS) if _is_foreign(line) else line for line in text.split("\n")
    )


def _is_foreign(line: str) -> bool:
    return any(map(str.isalpha, line)) and not any(map(is_wide, line))


class _EmbeddedFont(TTFont):
    """A font whose text can be copied out of the PDF again, whatever the character.

    WORKAROUND reportlab 5.1 `makeToUnicodeCMap`: it writes code points above U+FFFF as five
    digits, where UTF-16 is asked for, and more than 100 entries in a block; readers then take 𠮷
    for ₻ or drop it.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: ANN401, N802 - as the library has it
        """Add the font to the document, then give each subset a table that readers understand."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        names = [self.getSubsetInternalName(n, doc)[1:] for n in range(len(subsets))]
        super().addObjects(doc)
        for name, subset in zip(names, subsets, strict=True):
            pdf_font = doc.idToObject["BasicFonts"].dict[name]
            stream = doc.idToObject[pdf_font.ToUnicode.name]
            stream.content = _to_unicode(pdf_font.BaseFont, subset)


def _to_unicode(name: str, subset: list[int]) -> str:
    entries = [
        f"<{code:02X}> <{chr(_WIDE.get(char, char)).encode('utf-16-be').hex().upper()}>"
        for code, char in enumerate(subset)
    ]
    blocks = [entries[i : i + _BFCHAR_LIMIT] for i in range(0, len(entries), _BFCHAR_LIMIT)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(
                line
                for block in blocks
                for line in (f"{len(block)} beginbfchar", *block, "endbfchar")
            ),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _load(path: Path) -> _EmbeddedFont | None:
    """Return the font, loaded once per process; None if it can't be used, which is said once."""
    if path not in _loaded:
        try:
            font = _EmbeddedFont(path.stem.replace(" ", ""), str(path))
        except (OSError, TTFError) as error:
            _log.warning("FONT_UNUSABLE file=%s reason=%s", path, error)
            _loaded[path] = None
        else:
            pdfmetrics.registerFont(font)
            _loaded[path] = font
    return _loaded[path]
