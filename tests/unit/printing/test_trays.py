"""One empty tray of several is no empty printer; toner is told as the printer tells it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ports.printer import PrinterState, Supply
from printing.office_state import printer_state
from printing.trays import Told, feeds_a4, supplies

EMPTY = ("media-empty-report",)
IDLE, WORKS, STOPPED = 3, 4, 5
# As CUPS's own simulator of a printer says it.
MAIN = b"type=sheetFeedAutoRemovableTray;mediafeed=29700;mediaxfeed=21000;maxcapacity=250;level=%d;"
BY_PASS = (
    b"type=sheetFeedAutoNonRemovableTray;mediafeed=29700;mediaxfeed=21000;maxcapacity=25;level=25;"
)
LETTER = b"type=sheetFeedAutoRemovableTray;mediafeed=27940;mediaxfeed=21590;level=200;status=0;"
MANUAL = b"type=sheetFeedManual;mediafeed=29700;mediaxfeed=21000;maxcapacity=1;level=1;status=0;"
UNKNOWN = b"type=sheetFeedAutoRemovableTray;mediafeed=0;mediaxfeed=0;level=-2;name=auto"
UNSIZED = b"type=sheetFeedAutoRemovableTray;mediafeed=0;mediaxfeed=0;level=-3;name=2"
SUPPLY = (
    b"index=1;class=receptacleThatIsFilled;type=wasteToner;unit=percent;maxcapacity=100;level=5;",
    b"index=2;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=200;level=150;",
    b"index=3;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=-2;",
)


@pytest.mark.parametrize(
    ("trays", "state", "reasons", "told"),
    [
        ((MAIN % 0, BY_PASS), IDLE, EMPTY, PrinterState.PAPER_LOW),
        ((MAIN % 0, BY_PASS), STOPPED, EMPTY, PrinterState.PAPER_OUT),
        ((MAIN % 0, BY_PASS), WORKS, ("media-needed-error",), PrinterState.PAPER_OUT),
        ((MAIN % 0, BY_PASS), IDLE, ("media-needed-error", *EMPTY), PrinterState.PAPER_LOW),
        ((MAIN % 0, LETTER), IDLE, ("media-needed-error", *EMPTY), PrinterState.PAPER_OUT),
        ((MAIN % 0, BY_PASS), IDLE, ("input-tray-missing",), PrinterState.PAPER_LOW),
        ((MAIN % 0, BY_PASS), IDLE, (*EMPTY, "media-jam-error"), PrinterState.JAM),
        ((MAIN % 0, LETTER, MANUAL, UNKNOWN), IDLE, EMPTY, PrinterState.PAPER_OUT),
        ((MAIN % 9,), IDLE, ("none",), PrinterState.READY),
        ((), IDLE, EMPTY, PrinterState.PAPER_OUT),
    ],
)
def test_only_a_tray_that_would_be_used_counts(
    trays: tuple[bytes, ...],
    state: int,
    reasons: tuple[str, ...],
    told: PrinterState,
) -> None:
    """Another one with A4 in it feeds the sheet; letter paper, a hand and a guess do not."""
    attributes: Told = {
        "printer-state": (state,),
        "printer-state-reasons": reasons,
        "printer-input-tray": trays,
    }
    assert printer_state(attributes) is told


@pytest.mark.parametrize(("width", "height"), [(210_000, 297_000), (82_677, 116_929)])
def test_makers_measure_in_units_of_their_own(width: int, height: int) -> None:
    """In thousandths of a millimetre, in parts of an inch; either way round."""
    for sides in ((width, height), (height, width)):
        tray = b"type=x;mediaxfeed=%d;mediafeed=%d;level=10" % sides
        assert feeds_a4({"printer-input-tray": (tray,)})


def test_a_tray_of_unknown_size_counts_if_a4_is_loaded() -> None:
    """As the printer says elsewhere."""
    tray = {"printer-input-tray": (UNSIZED,)}
    assert feeds_a4(tray | {"media-ready": ("na_letter_8.5x11in", "iso_a4_210x297mm")})
    assert not feeds_a4(tray | {"media-ready": ("na_letter_8.5x11in",)})
    assert not feeds_a4(tray)


def test_toner_is_told_as_new_printers_tell_it() -> None:
    """The tank for waste and what is not known are left out; a share is reckoned."""
    told = supplies({"printer-supply": SUPPLY, "printer-supply-description": ("W", "Black", "C")})
    assert told == (Supply("Black", 75, is_low=False),)


def test_toner_is_told_as_older_printers_and_cups_tell_it() -> None:
    """With the level at which the printer itself calls it low."""
    told: Told = {
        "marker-names": ("Cyan", "Black", "Waste", "Drum"),
        "marker-types": ("toner", "toner", "waste-toner", "opc"),
        "marker-levels": (14, 14, 3, -2),
        "marker-low-levels": (15, 10, 0, 5),
    }
    assert supplies(told) == (Supply("Cyan", 14, is_low=True), Supply("Black", 14, is_low=False))


def test_toner_that_is_only_called_low_is_told_without_a_figure() -> None:
    """Unless one of those with a figure is low anyway."""
    low = {"printer-state-reasons": ("toner-low-warning",)}
    assert supplies(low) == (Supply("toner", None, is_low=True),)
    assert len(supplies(low | {"marker-levels": (5,)})) == 1


def test_names_of_toner_fit_into_a_line() -> None:
    """They are shown on a screen and in a terminal, and come from a machine that nobody knows."""
    told: dict[str, tuple[int | str | bytes, ...]] = {
        "marker-levels": (50,) * 900,
        "marker-names": ("\x1b[2JBlack\nToner" + "!" * 500,),
    }
    found = supplies(told)
    assert len(found) == 12
    assert found[0].name == ("[2JBlackToner" + "!" * 40)[:40]
    assert supplies({"marker-levels": (50,), "marker-names": ("\t ",)})[0].name == "toner"


@pytest.mark.parametrize("level", [b"--5", b"-", b"+5", b"\xb2", b"1_0", b"5" * 5000])
def test_a_level_that_is_no_number_is_not_said(level: bytes) -> None:
    """Whoever looks after the printer goes on."""
    assert not feeds_a4({"printer-input-tray": (MAIN.replace(b"%d", level),)})


@given(
    st.dictionaries(
        st.sampled_from(
            ["printer-input-tray", "printer-supply", "marker-levels", "marker-names", "media-ready"]
        ),
        st.lists(
            st.one_of(
                st.binary(max_size=40),
                st.integers(),
                st.text(max_size=9),
                st.from_regex(rb"(level|mediafeed|mediaxfeed|maxcapacity)=[-+]{0,2}\d{0,14};").map(
                    bytes
                ),
            ),
            max_size=4,
        ).map(tuple),
    )
)
def test_whatever_a_printer_says_is_taken(told: dict[str, tuple[int | str | bytes, ...]]) -> None:
    """Or taken for nothing."""
    feeds_a4(told)
    for supply in supplies(told):
        assert supply.percent is None or 0 <= supply.percent <= 100
