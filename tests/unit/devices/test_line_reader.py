"""Machine-readable lines in pictures: read as they stand, or not at all."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.card_reader.travel import mrz
from devices.card_reader.travel.mrz_layouts import CN_ENTRY_PERMIT, CN_EXIT_PERMIT, TD1, TD3, Layout
from devices.line_reader.assembling import reading_of
from devices.line_reader.reading import read_picture
from devices.line_reader.recognising import Row
from devices.line_reader.signs import SIGNS
from devices.line_reader.worker_lines import decode_lines
from devices.wire import Garbled, Message
from kiosk.ports.card_reader import PrintedFields
from kiosk.ports.line_reader import LinesSeen, LinesUnseen
from tests.support import passports
from tests.support.held_pages import Hand, held, invented_lines

LIMIT_S = 20.0
KEY = PrintedFields("L898902C3", "740812", "320415")
TOLD: dict[str, str | float] = {
    "text": "\n".join(passports.LINES),
    "number": "L898902C3",
    "birth": "740812",
    "expiry": "320415",
    "confidence": 0.9,
}


def a_still(lines: tuple[str, ...], seed: int = 3, hand: Hand | None = None) -> bytes:
    """Return a still of these lines."""
    return held(lines, np.random.default_rng(seed), hand or Hand())


def turned(jpeg: bytes, how: int) -> bytes:
    """Return the same still held another way round."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return cv2.imencode(".jpg", cv2.rotate(image, how))[1].tobytes()


def permit(layout: Layout, code: str) -> tuple[str, ...]:
    """Return the lines of an invented holder of a permit."""
    values = {"code": code, "number": "C12345678", "birth": "580407", "expiry": "331231"}
    return mrz.compose(layout, {**values, "sex": "M", "names": "LI<<KAMING"})


def test_a_passports_lines_are_read_as_they_stand() -> None:
    """Every sign of both lines, and the key of its chip."""
    found = read_picture(a_still(passports.LINES), LIMIT_S)
    assert isinstance(found, LinesSeen)
    assert found.text == "\n".join(passports.LINES)
    assert found.fields == KEY


@pytest.mark.parametrize(
    ("layout", "code"), [(CN_EXIT_PERMIT, "CS"), (CN_ENTRY_PERMIT, "CR")], ids=["CS", "CR"]
)
def test_permits_have_lines_of_their_own(layout: Layout, code: str) -> None:
    """One line or three, with other places for the same fields."""
    found = read_picture(a_still(permit(layout, code)), LIMIT_S)
    assert isinstance(found, LinesSeen)
    assert found.fields == PrintedFields("C12345678", "580407", "331231")


@pytest.mark.parametrize("how", [cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE])
def test_a_page_may_be_held_any_way_round(how: int) -> None:
    """Nobody is told which side is up."""
    found = read_picture(turned(a_still(passports.LINES, hand=Hand(0.2)), how), LIMIT_S)
    assert isinstance(found, LinesSeen)
    assert found.fields == KEY


@pytest.mark.parametrize("layout", [TD3, TD1], ids=["TD3", "TD1"])
def test_what_is_told_is_true(layout: Layout) -> None:
    """Most of a few stills are read, and none is read wrong."""
    chance = np.random.default_rng(8)
    count = 0
    for _ in range(4):
        lines = invented_lines(chance, layout)
        found = read_picture(held(lines, chance, Hand(0.6)), LIMIT_S)
        if isinstance(found, LinesSeen):
            whole = mrz.read("\n".join(lines))
            assert isinstance(whole, mrz.Mrz)
            assert found.fields == PrintedFields(whole.number, whole.birth, whole.expiry)
            count += 1
    assert count >= 3


def test_lines_whose_check_digits_fail_are_never_told() -> None:
    """A page with a wrong digit on it is read, and not believed."""
    wrong = passports.LINES[1].replace("L898902C36", "L898902C38")
    found = read_picture(a_still((passports.LINES[0], wrong)), LIMIT_S)
    assert isinstance(found, LinesUnseen)


def test_a_blurred_page_is_not_guessed() -> None:
    """What can't be read with certainty is not told."""
    image = cv2.imdecode(np.frombuffer(a_still(passports.LINES), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    blurred = cv2.imencode(".jpg", cv2.GaussianBlur(image, (0, 0), 5))[1].tobytes()
    assert isinstance(read_picture(blurred, LIMIT_S), LinesUnseen)


def test_other_pictures_have_no_lines() -> None:
    """A wall, a portrait, bytes that are no picture, one that is too large to be looked at."""
    wall = io.BytesIO()
    Image.new("L", (640, 480), 128).save(wall, "JPEG")
    large = io.BytesIO()
    Image.new("L", (10_001, 60)).save(large, "JPEG")
    for raw in (wall.getvalue(), passports.portrait(6_000), b"", b"\xff\xd8\xff", large.getvalue()):
        assert read_picture(raw, LIMIT_S) is LinesUnseen.NONE


def row_like(line: str, at: float, blur: float = 0.0) -> Row:
    """Return a row that looks like a line, and `blur` like everything else."""
    likeness = np.full((len(line), len(SIGNS)), blur, np.float32)
    for place, sign in enumerate(line):
        likeness[place, SIGNS.index(sign)] = 1.0
    return Row(likeness, at)


@pytest.mark.parametrize(
    ("number", "places", "other"),
    [("L898902C3", (0,), "1"), ("B9G029U09", (3, 7), "O")],
    ids=["differs by twenty", "two slips that make up for each other"],
)
def test_what_the_check_digit_can_not_tell_apart_has_to_be_clear(
    number: str, places: tuple[int, ...], other: str
) -> None:
    """Where another reading fits the same digit, nothing is told."""
    lines = passports.lines_for(number, "ERIKSSON", "ANNA")
    rows = [row_like(line, at) for at, line in enumerate(lines)]
    assert reading_of(rows) is not None
    for at in places:
        rows[1].likeness[at, SIGNS.index(other)] = 0.99
    assert reading_of(rows) is None


def test_a_sign_that_looked_quite_different_is_not_put_right() -> None:
    """One reading in ten fits by chance: what the digit says has to be seen, too."""
    seen = passports.LINES[1].replace("L898902C3", "L8989O2C3")
    rows = [row_like(passports.LINES[0], 0), row_like(seen, 1)]
    assert reading_of(rows) is None
    rows[1].likeness[5, SIGNS.index("0")] = 0.97
    near = reading_of(rows)
    assert near is not None
    assert near.lines.number == "L898902C3"


def test_a_place_that_looks_like_no_sign_is_not_told() -> None:
    """A finger over the number leaves something that is nearest to a sign, and is none."""
    rows = [row_like(line, at) for at, line in enumerate(passports.LINES)]
    rows[1].likeness[2] *= 0.5
    assert reading_of(rows) is None


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_digested(raw: bytes) -> None:
    """The worker is given whatever a camera's driver makes up."""
    assert isinstance(read_picture(raw, 1.0), LinesUnseen)


def test_what_the_worker_says_is_checked_once_more() -> None:
    """It was given foreign bytes, and may have been taken over by them."""
    assert decode_lines(Message(TOLD)) == LinesSeen(str(TOLD["text"]), KEY, 0.9)
    for name, lie in (
        ("number", "L898902C4"),
        ("birth", "740813"),
        ("text", str(TOLD["text"]).replace("C36", "C37")),
        ("text", ""),
        ("confidence", 1.5),
        ("confidence", "high"),
    ):
        with pytest.raises(Garbled):
            decode_lines(Message({**TOLD, name: lie}))
    with pytest.raises(Garbled):
        decode_lines(Message({"unseen": "perhaps"}))
