"""In which form a printer takes a paper, by its own word.

Pure. PDF is sent where it is taken (RFC 8011, section 5.4.22); PWG raster else, of which a printer
says what it takes (PWG 5102.4, table 12). Every driverless printer must take that (PWG 5100.14),
and PDF need not be among what it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from printing.ipp_message import Attribute, Tag, Value
from printing.office_state import A4_ONCE
from printing.pwg_raster import A4_NAME, RasterForm, RasterType

PDF: Final = "application/pdf"
PWG_RASTER: Final = "image/pwg-raster"
FORMAT_ATTRIBUTES: Final = (
    "document-format-supported",
    "pwg-raster-document-resolution-supported",
    "pwg-raster-document-type-supported",
    "media-supported",
)
"""Not `pwg-raster-document-sheet-back`: a paper of the kiosk is on one side, and says so."""
BEST_DPI: Final = 300
LEAST_DPI: Final = 150
"""Straight from its raster an acknowledgement's code is read at 100, and not at 75; paper and
telephones need more."""
MOST_DPI: Final = 600
"""Above, a page takes more memory and time than anybody sees on it."""
_PER_INCH: Final = 3
_ONE_SIDE: Final = Attribute("sides", Tag.KEYWORD, ("one-sided",))

Told = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Format:
    """A form that a printer takes."""

    mime_type: str
    raster: RasterForm | None = None
    """None: the PDF goes as it is."""

    @property
    def job(self) -> tuple[Attribute, ...]:
        """Return what is asked of the job."""
        return A4_ONCE if self.raster is None else (*A4_ONCE, _ONE_SIDE)


AS_PDF: Final = Format(PDF)


def formats(told: Told) -> tuple[Format, ...]:
    """Return in which forms a printer takes a paper, the best one first; none if in none of ours.

    A printer that says nothing of what it takes is offered PDF, and may refuse it.
    """
    named = _texts(told, "document-format-supported")
    taken = {name.partition(";")[0].strip().lower() for name in named}
    if not taken:
        return (AS_PDF,)
    raster = _raster(told) if PWG_RASTER in taken else None
    as_raster = () if raster is None else (Format(PWG_RASTER, raster),)
    return (AS_PDF, *as_raster) if PDF in taken else as_raster


def shown(told: Told) -> str:
    """Return what a printer says of what it takes, for a technician: short, and printable."""
    words = [text for name in FORMAT_ATTRIBUTES[:-1] for text in _texts(told, name)]
    words += [f"{x}x{y}dpi" for x, y in _resolutions(told)]
    return "".join(filter(str.isprintable, ",".join(words)))[:300]


def _raster(told: Told) -> RasterForm | None:
    """Return the raster to be made; None if the printer takes none that the kiosk makes."""
    media = _texts(told, "media-supported")
    if media and A4_NAME not in media and not any(it.startswith("custom_") for it in media):
        return None
    types = _texts(told, "pwg-raster-document-type-supported")
    kind = next((it for it in RasterType if it.value in types), None)
    usable = [it for it in _resolutions(told) if min(it) >= LEAST_DPI and max(it) <= MOST_DPI]
    if kind is None or not usable:
        return None
    return RasterForm(kind, min(usable, key=_how_far))


def _how_far(resolution: tuple[int, int]) -> tuple[bool, bool, int]:
    """Order resolutions: square before oblong, fine before coarse, near the best before far."""
    across, along = resolution
    return across != along, min(resolution) < BEST_DPI, abs(across + along - 2 * BEST_DPI)


def _resolutions(told: Told) -> tuple[tuple[int, int], ...]:
    """Return those told in dots per inch (RFC 8011, section 5.1.16), as 5102.4 wants them."""
    raw = told.get("pwg-raster-document-resolution-supported", ())
    return tuple(
        (int.from_bytes(it[:4], "big"), int.from_bytes(it[4:8], "big"))
        for it in raw
        if isinstance(it, bytes) and len(it) == 9 and it[8] == _PER_INCH
    )


def _texts(told: Told, name: str) -> tuple[str, ...]:
    return tuple(it for it in told.get(name, ()) if isinstance(it, str))
