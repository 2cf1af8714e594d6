"""From four corners to a page: true shape, white paper, honest advice, watermark, codes, budget."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.picture import Image
from devices.document_camera.codes import as_seen, read_codes
from devices.document_camera.drawn_desk import Lying, Scene, draw_scene
from devices.document_camera.encoding import decoded, within
from devices.document_camera.lines import read_print
from devices.document_camera.page_making import RawSide, find_page, make_page
from devices.document_camera.quads import Quad, clockwise
from devices.document_camera.shading import flattened
from devices.document_camera.straighten import page_ratio
from devices.document_camera.watermark import marked
from kiosk.ports.document_camera import (
    LONGEST_CODE,
    MOST_CODES,
    WHOLE_PICTURE,
    NotCut,
    Page,
    PageAdvice,
    PageKind,
    PageStyle,
    Upright,
)
from tests.support.printed_pages import CHINESE, FONT, LATIN, printed_page, with_qr

SIZE = (1600, 1200)
COPY = "仅供办理高龄津贴 2026-11-20"


def page_of(scene: Scene, style: PageStyle = PageStyle()) -> Page:  # noqa: B008 # frozen
    """Return what becomes of a drawn scene."""
    image = draw_scene(scene, *SIZE).image
    found = find_page(image)
    corners = found.corners if found else WHOLE_PICTURE
    several = found is not None and bool(found.others)
    page = make_page([RawSide(image, corners, 0, several)], style, FONT, simulated=True)
    assert isinstance(page, Page)
    return page


def pixels(page: Page) -> Image:
    """Return what is in a page's file."""
    image = cv2.imdecode(np.frombuffer(page.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def seen_from(width: float, height: float, focal: float, lean: float, turn: float) -> Quad:
    """Return corners of a rectangle as a camera with square pixels sees it, in 1600 x 1200."""
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    spun = flat @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    x, y = spun[:, 0], spun[:, 1] * np.cos(lean)
    z = 5 + spun[:, 1] * np.sin(lean)
    middle = ((SIZE[0] - 1) / 2, (SIZE[1] - 1) / 2)
    return np.asarray(np.stack([x / z, y / z], 1) * focal + middle, np.float64)


@pytest.mark.parametrize("ratio", [0.5, 1 / 2**0.5, 1.0, 85.6 / 53.98])
@pytest.mark.parametrize("lean", [0.0, 0.5])
@pytest.mark.parametrize("turn", [0.0, 0.4])
def test_the_true_ratio_is_seen_through_perspective(ratio: float, lean: float, turn: float) -> None:
    """A rectangle seen at a slant keeps its own shape, whatever its sides measure."""
    quad = clockwise(seen_from(ratio * 1.8, 1.8, 1500, lean, turn))
    assert page_ratio(quad, *SIZE) == pytest.approx(ratio, rel=0.03)


def test_shadows_are_taken_out_and_ink_stays() -> None:
    """Half a page in shadow is as white as the other half, and as black where it is printed."""
    page = printed_page(LATIN)
    light = np.linspace(0.35, 1.0, page.shape[1], dtype=np.float32)[None, :, None]
    shaded = (page * light).astype(np.uint8)
    flat = cv2.cvtColor(flattened(shaded), cv2.COLOR_BGR2GRAY)
    for half in (flat[:, :400], flat[:, -400:]):
        assert np.percentile(half, 60) > 235
        assert half.min() < 90
    assert np.percentile(shaded[:, :400], 60) < 150  # what it was before


def test_a_stamp_keeps_its_colour() -> None:
    """Red stays red."""
    page = page_of(Scene(turn_deg=2, shade=0.4))
    image = pixels(page).astype(int)
    red = (image[..., 2] - image[..., 1] > 60) & (image[..., 2] - image[..., 0] > 60)
    assert red.mean() > 0.002


ADVICE = {
    "dark": (Scene(light=0.2), PageAdvice.TOO_DARK),
    "glare": (Scene(light=0.8, glare=1.0), PageAdvice.GLARE),
    "blurred": (Scene(blur=3.0), PageAdvice.BLURRED),
    "blank": (Scene(lying=Lying.BLANK), PageAdvice.BLANK),
    "cut off": (Scene(turn_deg=1, middle=(0.5, 0.74)), PageAdvice.NOT_WHOLE),
    "far away": (Scene(height=0.3), PageAdvice.TOO_SMALL),
    "upside down": (Scene(turn_deg=180), PageAdvice.UPSIDE_DOWN),
    "on its side": (Scene(turn_deg=90, height=0.9), PageAdvice.SIDEWAYS),
    "two": (Scene(second=True, middle=(0.27, 0.5), height=0.6), PageAdvice.SEVERAL_PAPERS),
    "nothing": (Scene(lying=Lying.NOTHING), PageAdvice.NO_PAPER),
}


@pytest.mark.parametrize("name", ADVICE)
def test_what_is_wrong_is_said_first(name: str) -> None:
    """Each fault has its advice, and no other comes before it."""
    scene, advice = ADVICE[name]
    assert page_of(scene).findings.advice[:1] == (advice,)


@pytest.mark.parametrize("lying", [Lying.LETTER, Lying.FORM, Lying.CARD])
def test_a_good_page_has_no_advice(lying: Lying) -> None:
    """What is whole, sharp and light is let pass."""
    kind = PageKind.CARD if lying is Lying.CARD else PageKind.PAPER
    height = 0.5 if lying is Lying.CARD else 0.9
    assert page_of(Scene(lying=lying, height=height), PageStyle(kind)).findings.advice == ()


def test_measures_move_with_their_cause() -> None:
    """More blur is a wider edge, less light is a lower level."""
    blurs = [dict(page_of(Scene(blur=blur)).findings.measures)["blur"] for blur in (0, 1, 2, 3)]
    assert blurs == sorted(blurs)
    lights = [dict(page_of(Scene(light=it)).findings.measures)["light"] for it in (0.3, 0.5, 0.9)]
    assert lights == sorted(lights)


@pytest.mark.parametrize("words", [CHINESE, LATIN], ids=["zh", "en"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_print_tells_which_way_up_it_is(words: str, seed: int) -> None:
    """Commas at the foot of their lines, ragged ends: in Chinese and in Latin letters."""
    page = printed_page(words, seed=seed, size_px=26 + 3 * seed)
    for turns, way in ((0, Upright.UPRIGHT), (1, Upright.SIDEWAYS), (2, Upright.UPSIDE_DOWN)):
        assert read_print(np.ascontiguousarray(np.rot90(page, turns))).upright is way


def test_what_has_no_lines_has_no_way_up() -> None:
    """An empty sheet, a few words and noise are unknown, not upright."""
    blank = np.full((1400, 1000, 3), 245, np.uint8)
    few = printed_page(LATIN, lines=2)
    noise = np.random.default_rng(1).integers(0, 256, blank.shape, np.uint8)
    for page in (blank, few, noise):
        assert read_print(page).upright is Upright.UNKNOWN


def test_turns_are_made() -> None:
    """A page that lies upside down is upright after two quarter turns."""
    image = draw_scene(Scene(turn_deg=180), *SIZE).image
    found = find_page(image)
    assert found is not None
    page = make_page([RawSide(image, found.corners, 2, False)], PageStyle(), FONT, simulated=True)
    assert isinstance(page, Page)
    assert page.findings.upright is Upright.UPRIGHT


@pytest.mark.parametrize("budget", [20_000, 60_000, 400_000])
@pytest.mark.parametrize("is_grey", [True, False])
def test_a_page_keeps_to_its_budget(budget: int, is_grey: bool) -> None:  # noqa: FBT001 # a parameter of the test
    """However little room there is; and what there is is used."""
    page = printed_page(CHINESE)
    page = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) if is_grey else page  # type: ignore[assignment] # grey or colour
    raw, shown = within(page, budget)
    assert len(raw) <= budget
    assert len(raw) > 0.4 * min(budget, 300_000)
    again = decoded(raw)
    assert again is not None
    assert again.shape[:2] == shown.shape[:2]


def test_a_watermark_is_everywhere_and_print_stays_readable() -> None:
    """No strip of the page is without it, on paper and on black; print keeps its contrast."""
    for level in (245, 10):
        page = np.full((1400, 1000, 3), level, np.uint8)
        changed = np.abs(marked(page, COPY, FONT).astype(int) - page).max(2) > 12
        for y in range(0, 1400, 350):
            for x in range(0, 1000, 250):
                assert changed[y : y + 350, x : x + 250].mean() > 0.01
    page = printed_page(CHINESE)
    with_words = marked(page, COPY, FONT)
    ink = page[..., 0] < 80
    assert with_words[ink].mean() < 110
    assert with_words[~ink].mean() > 215
    assert (marked(page, "", FONT) == page).all()


def test_a_watermark_says_what_it_was_told() -> None:
    """Other words are another picture; they reach the page's file, in grey too."""
    page = printed_page(LATIN)
    one, other = (marked(page, words, FONT) for words in (COPY, "仅供办理残疾补贴 2026-11-20"))
    assert (one != other).any()
    scene = Scene(lying=Lying.BLANK)
    for is_grey in (False, True):
        plain = page_of(scene, PageStyle(is_grey=is_grey))
        told = page_of(scene, PageStyle(is_grey=is_grey, watermark=COPY))
        difference = np.abs(pixels(plain).astype(int) - pixels(told)).max(2)
        assert (difference > 15).mean() > 0.02


def test_codes_are_read_as_data() -> None:
    """A QR code's words come out as they are; what can't be seen is written out."""
    page = printed_page(LATIN, lines=18)
    plain = read_codes(with_qr(page, "https://example.invalid/pay?to=me"))
    assert [(code.kind, code.text) for code in plain] == [
        ("qr", "https://example.invalid/pay?to=me")
    ]
    hostile = read_codes(with_qr(page, "a\x1b[2J\n\u202edetrever\u0000"))
    assert [code.text for code in hostile] == ["a\\u{1b}[2J\\u{a}\\u{202e}detrever\\u{0}"]
    assert read_codes(page) == ()


def test_a_bar_code_is_read() -> None:
    """EAN-13, drawn bar by bar."""
    codes = "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011"
    left = dict(zip("0123456789", codes.split(), strict=True))
    flip = str.maketrans("01", "10")
    odd = {c: bits.translate(flip) for c, bits in left.items()}
    even = {c: bits[::-1] for c, bits in odd.items()}
    digits, parity = "4006381333931", "LGLLGG"
    bars = "101"
    for digit, kind in zip(digits[1:7], parity, strict=True):
        bars += left[digit] if kind == "L" else even[digit]
    bars += "01010" + "".join(odd[digit] for digit in digits[7:]) + "101"
    page = np.full((1400, 1000, 3), 245, np.uint8)
    row = np.repeat([20 if bar == "1" else 245 for bar in bars], 4).astype(np.uint8)
    page[600:760, 200 : 200 + len(row)] = row[None, :, None]
    assert [(code.kind, code.text) for code in read_codes(page)] == [("ean_13", digits)]


def test_spaces_of_every_width_can_be_shown() -> None:
    """What the kiosk's side takes and what the worker writes out are one rule."""
    for space in "\u00a0\u3000\u2003\u2028\ufeff":
        assert as_seen(f"a{space}b".encode()) == (f"a\\u{{{ord(space):x}}}b", False)


@given(st.binary(max_size=6000) | st.text(max_size=1500).map(lambda it: it.encode()))
def test_whatever_a_code_holds_can_be_shown(raw: bytes) -> None:
    """Bounded, printable, and the same for the same bytes."""
    text, is_cut_short = as_seen(raw)
    assert len(text) <= LONGEST_CODE
    assert text.isprintable()
    assert as_seen(raw) == (text, is_cut_short)
    assert is_cut_short or len(raw) <= 4 * LONGEST_CODE


def test_many_codes_are_bounded() -> None:
    """A page full of codes gives a few."""
    page = np.full((1400, 1400, 3), 245, np.uint8)
    for number in range(12):
        place = (10 + 340 * (number % 4), 10 + 340 * (number // 4))
        page = with_qr(page, f"code {number}", place)
    assert 1 <= len(read_codes(page)) <= MOST_CODES


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=4))
def test_any_corners_are_cut_or_refused(corners: list[tuple[float, float]]) -> None:
    """Whatever somebody drags: a page or a reason, never a crash."""
    image = _SMALL
    side = RawSide(image, (corners[0], corners[1], corners[2], corners[3]), 1, False)
    page = make_page([side], replace(PageStyle(), max_bytes=20_000), FONT, simulated=True)
    assert page is NotCut.NO_AREA or isinstance(page, Page)


@pytest.mark.parametrize("shape", [(900, 20), (20, 900), (70, 70), (2000, 64), (17, 1600)])
@pytest.mark.parametrize("kind", PageKind)
def test_strips_are_pages_too(shape: tuple[int, int], kind: PageKind) -> None:
    """However thin: a page with advice, of print that nobody can see."""
    image = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    side = RawSide(image, WHOLE_PICTURE, 0, is_one_of_several=False)
    page = make_page([side], PageStyle(kind), FONT, simulated=True)
    assert isinstance(page, Page)
    assert PageAdvice.TOO_SMALL in page.findings.advice


_SMALL = draw_scene(Scene(), 320, 240).image
