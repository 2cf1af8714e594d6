"""PWG raster as it is written, read back by a reader of its own."""

from __future__ import annotations

import struct
import weakref

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kiosk.domain import Language
from kiosk.texts import load_texts
from launch.paper_samples import all_samples
from launch.places import LOCALE
from printing import pwg_raster as writer
from printing.layout import render_a4
from printing.pwg_raster import RasterForm, RasterType, coded_lines, page_header, pwg_raster
from printing.raster import BLACK_BELOW, grey_page
from tests.support.papers import a_chinese_receipt, a_short_slip
from tests.support.pwg_reader import BadRasterError, PwgPage, read_pwg

GREY_300 = RasterForm(RasterType.SGRAY_8, (300, 300))


@pytest.fixture(scope="module")
def acknowledgement() -> bytes:
    """The paper that an office printer is for, as PDF."""
    (sample,) = (it for it in all_samples() if it.name == "acknowledgement")
    return render_a4(sample.make(load_texts(LOCALE)[Language("zh_CN")]))


@pytest.fixture(scope="module")
def printed(acknowledgement: bytes) -> PwgPage:
    """Its page, as a printer reads it."""
    (page,) = read_pwg(pwg_raster(acknowledgement, GREY_300))
    return page


def test_what_a_printer_reads_is_what_the_pdf_shows(
    acknowledgement: bytes, printed: PwgPage
) -> None:
    """Dot for dot, all of A4."""
    assert printed.grey().shape == (3508, 2480)
    assert (printed.grey() == grey_page(acknowledgement, 0, (300, 300))).all()
    assert printed.grey().min() == 0


def test_the_code_is_read_from_the_raster(printed: PwgPage) -> None:
    """As a telephone would, from the whole page."""
    read = str(cv2.QRCodeDetector().detectAndDecode(printed.grey())[0])
    assert read.startswith("https://platform.example/q/9902114633?c=7KX4MP#DR1.")


def test_the_header_says_what_the_page_is(printed: PwgPage) -> None:
    """Field by field; the rest is left to the printer, or never done."""
    said = {name: value for name, value in printed.fields.items() if value not in (0, "")}
    assert said == {
        "PwgRaster": "PwgRaster",
        "HWResolution": (300, 300),
        "NumCopies": 1,
        "PageSize": (595, 842),
        "Width": 2480,
        "Height": 3508,
        "BitsPerColor": 8,
        "BitsPerPixel": 8,
        "BytesPerLine": 2480,
        "ColorSpace": 18,
        "NumColors": 1,
        "TotalPageCount": 1,
        "CrossFeedTransform": 1,
        "FeedTransform": 1,
        "ImageBoxRight": 2480,
        "ImageBoxBottom": 3508,
        "AlternatePrimary": 0xFFFFFF,
        "PageSizeName": "iso_a4_210x297mm",
    }


@pytest.mark.parametrize("kind", RasterType)
def test_every_type_shows_the_same_page(kind: RasterType) -> None:
    """Grey as it is; one bit where the dots of a receipt printer are black. Also oblong dots."""
    pdf = render_a4(a_short_slip())
    (page,) = read_pwg(pwg_raster(pdf, RasterForm(kind, (75, 150))))
    grey = grey_page(pdf, 0, (75, 150))
    bits = page.number("BitsPerColor")
    wanted = grey if bits == 8 else np.where(grey < BLACK_BELOW, 0, 255)
    assert (page.grey() == wanted).all()
    assert page.fields["HWResolution"] == (75, 150)
    assert page.grey().shape == (1754, 620)
    if bits == 1 and kind is RasterType.SGRAY_1:
        assert (page.lines[:, -1] & 0x0F == 0x0F).all()  # beyond the page's edge it is white


def test_several_pages_count_themselves() -> None:
    """Each says how many there are in all, and each comes once."""
    blocks = a_chinese_receipt().blocks * 3
    pdf = render_a4(type(a_chinese_receipt())("job", "t", "zh_CN", blocks))
    pages = read_pwg(pwg_raster(pdf, RasterForm(RasterType.SGRAY_8, (150, 150))))
    assert len(pages) > 2
    for number, page in enumerate(pages):
        assert page.number("TotalPageCount") == len(pages)
        assert (page.grey() == grey_page(pdf, number, (150, 150))).all()


def test_one_page_is_in_memory_at_a_time(
    acknowledgement: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dots of a page are gone when the next page's are made."""
    made: list[weakref.ref[npt.NDArray[np.uint8]]] = []

    def sized(_pdf: bytes) -> tuple[tuple[float, float], ...]:
        return ((595, 842),) * 3

    def drawn(pdf: bytes, _number: int, resolution: tuple[float, float]) -> npt.NDArray[np.uint8]:
        assert all(page() is None for page in made)
        grey = grey_page(pdf, 0, resolution)
        made.append(weakref.ref(grey))
        return grey

    monkeypatch.setattr(writer, "page_sizes", sized)
    monkeypatch.setattr(writer, "grey_page", drawn)
    pwg_raster(acknowledgement, RasterForm(RasterType.SGRAY_8, (40, 40)))
    assert len(made) == 3


def file_of(units: npt.NDArray[np.uint8], kind: RasterType) -> bytes:
    """Return a file of one page of these units."""
    height, width = units.shape
    layout = kind.layout
    dots = width * (8 // layout.bits)
    header = page_header(RasterForm(kind, (300, 300)), (height, dots), (10, 10), 1)
    return b"RaS2" + header + b"".join(coded_lines(units, layout.colours))


@st.composite
def pages(draw: st.DrawFn) -> npt.NDArray[np.uint8]:
    """Lines as pages have them: few units, runs of every length, lines that come again."""
    width = draw(st.one_of(st.integers(1, 9), st.sampled_from([127, 128, 129, 256, 257, 300])))
    few = st.sampled_from([0, 1, 128, 255])
    runs = st.lists(st.tuples(few, st.integers(1, 200)), min_size=1, max_size=8)
    lines: list[npt.NDArray[np.uint8]] = []
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            line = draw(arrays(np.uint8, width, elements=few))
        else:
            values = [value for value, times in draw(runs) for _ in range(times)]
            line = np.resize(np.array(values, np.uint8), width)
        lines += [line] * draw(st.sampled_from([1, 1, 2, 3, 255, 256, 257, 600]))
    return np.stack(lines)


@given(units=pages(), kind=st.sampled_from(RasterType))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_read_back(units: npt.NDArray[np.uint8], kind: RasterType) -> None:
    """Every run, every repeated line, in every type."""
    (page,) = read_pwg(file_of(units, kind))
    assert (page.lines == np.repeat(units, kind.layout.colours, axis=1)).all()


def test_a_mixed_page_as_the_standard_codes_it() -> None:
    """Octet by octet: three white lines; then a run, a dot by itself, and four that differ."""
    white, mixed = [9] * 8, [1, 1, 1, 2, 3, 4, 5, 5]
    units = np.array([white, white, white, mixed], np.uint8)
    written = b"".join(coded_lines(units))
    assert written == bytes([2, 7, 9, 0, 2, 1, 254, 2, 3, 4, 1, 5])
    one = np.array([[1, 1, 2, 3, 3]], np.uint8)
    assert b"".join(coded_lines(one)) == bytes([0, 1, 1, 0, 2, 1, 3])


def test_a_line_of_noise_costs_no_more_than_one_in_a_hundred() -> None:
    """Runs of single dots go together, as many as may."""
    noise = np.random.default_rng(1).permutation(256).astype(np.uint8)[None, :].repeat(9, axis=1)
    assert len(b"".join(coded_lines(noise))) <= noise.size * 1.01


FAULTS = {
    "a line more than it comes": lambda it: it.replace(b"\x02\x07\x09", b"\x03\x07\x09"),
    "a run too long": lambda it: it.replace(b"\x02\x07\x09", b"\x02\x08\x09"),
    "a run too short": lambda it: it.replace(b"\x02\x07\x09", b"\x02\x06\x09"),
    "numbers the other way round": lambda it: it.replace(
        struct.pack(">II", 8, 4), struct.pack("<II", 8, 4)
    ),
    "a field four octets off": lambda it: it[:4] + b"\0" * 4 + it[4:-4],
    "cut off": lambda it: it[:-1],
    "one octet more": lambda it: it + b"\0",
    "another word in front": lambda it: b"RaS3" + it[4:],
    "pages that are not there": lambda it: it[:456] + struct.pack(">I", 2) + it[460:],
    "the rest of the line": lambda it: it.replace(b"\x02\x07\x09", b"\x02\x80\x09"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_reader_takes_no_wrong_file(fault: str) -> None:
    """What would be a wrong page on a printer is seen here: the reader is no yes-man."""
    units = np.array([[9] * 8] * 3 + [[1, 1, 1, 2, 3, 4, 5, 5]], np.uint8)
    sound = file_of(units, RasterType.SGRAY_8)
    assert (read_pwg(sound)[0].lines == units).all()
    wrong = FAULTS[fault](sound)
    assert wrong != sound
    with pytest.raises(BadRasterError):
        read_pwg(wrong)


@pytest.mark.parametrize("name", ["MOST_UNITS", "_LAST_LITERAL", "MOST_LINES"])
def test_a_bug_in_the_writer_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each number of the coding wrong by one: what is read back is not what was drawn."""
    units = np.resize(np.arange(300, dtype=np.uint8), (1, 300)).repeat(300, axis=0)
    assert (read_pwg(file_of(units, RasterType.SGRAY_8))[0].lines == units).all()
    monkeypatch.setattr(writer, name, getattr(writer, name) + 1)
    with pytest.raises((BadRasterError, OverflowError, AssertionError)):
        assert (read_pwg(file_of(units, RasterType.SGRAY_8))[0].lines == units).all()
