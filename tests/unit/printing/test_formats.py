"""In which form a printer takes a paper: what is chosen, given what it says."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.formats import AS_PDF, FORMAT_ATTRIBUTES, PWG_RASTER, Format, formats, shown
from printing.ipp_message import Value
from printing.pwg_raster import RasterForm, RasterType

Told = dict[str, tuple[Value, ...]]
TYPES = "pwg-raster-document-type-supported"
RESOLUTIONS = "pwg-raster-document-resolution-supported"


def dpi(across: int, along: int = 0, unit: int = 3) -> bytes:
    """Return a resolution as IPP has it."""
    return struct.pack(">iib", across, along or across, unit)


def driverless(**more: tuple[Value, ...]) -> Told:
    """Return what a printer says that takes PWG raster and no PDF."""
    told: Told = {
        "document-format-supported": ("image/urf", PWG_RASTER, "application/octet-stream"),
        TYPES: ("black_1", "sgray_8", "srgb_8"),
        RESOLUTIONS: (dpi(300), dpi(600)),
        "media-supported": ("na_letter_8.5x11in", "iso_a4_210x297mm"),
    }
    return told | {name.replace("_", "-"): values for name, values in more.items()}


def raster(told: Told) -> RasterForm | None:
    """Return the raster that is made for a printer."""
    chosen = formats(told)
    return chosen[0].raster if chosen else None


def test_pdf_goes_where_it_is_taken_and_raster_if_it_is_refused_after_all() -> None:
    """In this order; whatever else is said, and however it is written."""
    told = driverless(document_format_supported=(PWG_RASTER, "Application/PDF; version=1.7"))
    as_raster = Format(PWG_RASTER, RasterForm(RasterType.SGRAY_8, (300, 300)))
    assert formats(told) == (AS_PDF, as_raster)
    assert formats(driverless()) == (as_raster,)
    assert formats({"document-format-supported": ("application/pdf",)}) == (AS_PDF,)


def test_who_says_nothing_is_offered_pdf() -> None:
    """It may refuse it; nothing is guessed by a name."""
    assert formats({}) == (AS_PDF,)
    assert formats({"printer-make-and-model": ("Laser", 5)}) == (AS_PDF,)


def test_who_takes_neither_gets_nothing() -> None:
    """Also not who says only that it finds out by itself what a document is."""
    told: Told = {"document-format-supported": ("image/urf", "application/octet-stream")}
    assert formats(told) == ()
    assert shown(told) == "image/urf,application/octet-stream"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (("srgb_8", "black_1", "sgray_8", "adobe-rgb_8"), RasterType.SGRAY_8),
        (("srgb_8", "black_8"), RasterType.BLACK_8),
        (("srgb_16", "srgb_8", "black_1"), RasterType.SRGB_8),
        (("black_1",), RasterType.BLACK_1),
        (("sgray_1", "black_1"), RasterType.SGRAY_1),
        (("cmyk_8", "device1_8", "SGRAY_8"), None),
        ((), None),
    ],
)
def test_grey_before_colour_before_one_bit(
    offered: tuple[str, ...], chosen: RasterType | None
) -> None:
    """Colours that the kiosk does not mix are left."""
    told = raster({**driverless(), TYPES: offered})
    assert (told.kind if told else None) is chosen


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ((dpi(600), dpi(300), dpi(1200)), (300, 300)),
        ((dpi(600), dpi(360), dpi(200)), (360, 360)),
        ((dpi(600), dpi(200)), (600, 600)),
        ((dpi(200), dpi(180)), (200, 200)),
        ((dpi(300, 600), dpi(600)), (600, 600)),
        ((dpi(600, 300), dpi(1200)), (600, 300)),
        ((dpi(1200), dpi(720)), None),
        ((dpi(600, 1200), dpi(100), dpi(0), dpi(-300)), None),
        ((dpi(118, unit=4), 300, "300dpi", b"", dpi(300) + b"\0"), None),
        ((), None),
    ],
)
def test_three_hundred_dots_to_the_inch_or_what_is_next(
    offered: tuple[Value, ...], chosen: tuple[int, int] | None
) -> None:
    """Never above 600, never so coarse that the code might not be read."""
    told = raster({**driverless(), RESOLUTIONS: offered})
    assert (told.resolution if told else None) == chosen


def test_a_printer_without_a4_gets_no_raster_of_it() -> None:
    """Raster is as large as its sheet: on another one it would be cut. Own sizes may be A4."""
    assert raster(driverless(media_supported=("na_letter_8.5x11in",))) is None
    custom = ("na_letter_8.5x11in", "custom_max_8.5x14in", "custom_min_3x5in")
    assert raster(driverless(media_supported=custom)) is not None
    assert raster(driverless(media_supported=())) is not None


def test_a_raster_job_is_on_one_side() -> None:
    """Whatever the printer does by itself: sheets are counted so, and backs may be turned."""
    asked = {it.name: it.values for it in formats(driverless())[0].job}
    assert asked["sides"] == ("one-sided",)
    assert asked["media"] == ("iso_a4_210x297mm",)
    assert asked["copies"] == (1,)
    assert "sides" not in {it.name for it in AS_PDF.job}


VALUES = st.one_of(st.integers(), st.booleans(), st.text(max_size=9), st.binary(max_size=10))


@given(
    told=st.dictionaries(
        st.sampled_from(FORMAT_ATTRIBUTES), st.lists(VALUES, max_size=4).map(tuple)
    )
)
def test_whatever_a_printer_says_is_taken(told: Told) -> None:
    """No answer is an error, and what is shown of it fits into a line."""
    for name, values in told.items():
        chosen = formats({**driverless(), name: values})
        assert all(it.raster is None or max(it.raster.resolution) <= 600 for it in chosen)
    assert shown(told).isprintable()
    assert len(shown(told)) <= 300
