"""What stands on printed slips, read back from their PDF."""

from __future__ import annotations

from pathlib import Path

import pypdfium2


def text_of(slip: Path) -> str:
    """Return the text of a PDF, all pages."""
    document = pypdfium2.PdfDocument(slip)
    try:
        return "".join(_page(document[number]) for number in range(len(document)))
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    told = str(text.get_text_bounded())
    text.close()
    page.close()
    return told
