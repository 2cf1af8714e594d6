"""Drawn papers on drawn desks, seen from above: nobody's papers, and enough of them for a finder.

Pure but for OpenCV's drawing; the same scene is the same picture. The corners are known, so that
what is found can be measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image

Quad = NDArray[np.float64]

PAGE_PX = (992, 1403)
"""A sheet of A4 at 120 dots per inch."""

CARD_PX = (856, 540)


class Desk(StrEnum):
    """What the paper lies on."""

    DARK = "dark"
    GREY = "grey"
    WOOD = "wood"
    GREEN = "green"
    CHECKED = "checked"
    WHITE = "white"
    """As white as the paper; only a thin shadow shows where it ends."""


class Lying(StrEnum):
    """What lies there."""

    LETTER = "letter"
    FORM = "form"
    CARD = "card"
    CARD_BACK = "card_back"
    RECEIPT = "receipt"
    BLANK = "blank"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn; shares are of the picture, lights from 0 to 1."""

    desk: Desk = Desk.DARK
    lying: Lying = Lying.LETTER
    height: float = 0.8
    """Of the paper, of the picture's height."""
    middle: tuple[float, float] = (0.5, 0.5)
    turn_deg: float = 0.0
    lean: tuple[float, float] = (0.0, 0.0)
    """How much narrower the far side is: to the right and downwards."""
    light: float = 1.0
    shade: float = 0.0
    """How much of the light lacks where a shadow lies across the paper."""
    glare: float = 0.0
    clutter: int = 0
    """So many pens, cups and phones lie about."""
    crumple: float = 0.0
    """How far folds move the paper's print and edges, in thousandths of the picture's width."""
    blur: float = 0.0
    """In thousandths of the picture's width."""
    noise: float = 2.0
    thumb: bool = False
    second: bool = False
    """Another sheet lies beside it."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class DrawnScene:
    """A picture (BGR), and where its papers lie: corners clockwise from each one's own top left."""

    image: Image = field(repr=False)
    papers: tuple[Quad, ...] = field(repr=False)


def draw_scene(
    scene: Scene, width_px: int, height_px: int, desk: Image | None = None
) -> DrawnScene:
    """Draw a desk with what lies on it; `desk` is another one than the scene's, of that size."""
    random = np.random.default_rng(scene.seed)
    picture = _desk(scene, width_px, height_px, random) if desk is None else desk.copy()
    _clutter(picture, scene, random)
    papers = []
    if scene.lying is not Lying.NOTHING:
        papers.append(_place(picture, scene, random))
        if scene.second:
            beside = replace(
                scene, middle=(scene.middle[0] + 0.46, 0.5), turn_deg=scene.turn_deg - 4
            )
            papers.append(_place(picture, beside, random))
    if scene.thumb and papers:
        _thumb(picture, papers[0])
    return DrawnScene(_lit(picture, scene, random), tuple(papers))


def draw_page(lying: Lying, random: np.random.Generator) -> Image:
    """Draw what is printed, flat and whole."""
    match lying:
        case Lying.CARD:
            return _card()
        case Lying.CARD_BACK:
            return _card_back()
        case Lying.RECEIPT:
            page = np.full((1400, 480, 3), 246, np.uint8)
            _print_lines(page, random, size=0.7, margin=40, step=44)
            return page
    page = np.full((PAGE_PX[1], PAGE_PX[0], 3), 244, np.uint8)
    if lying is Lying.LETTER:
        _write(page, "Certificate of Residence", (190, 150), 1.5, 3)
        _print_lines(page, random, size=0.75, margin=110, step=46, first=250)
        cv2.circle(page, (760, 1200), 95, (60, 60, 205), 6, cv2.LINE_AA)
    elif lying is Lying.FORM:
        _write(page, "Application", (380, 130), 1.5, 3)
        for row in range(14):
            y = 200 + row * 76
            cv2.rectangle(page, (90, y), (330, y + 76), (60, 60, 60), 2)
            cv2.rectangle(page, (330, y), (900, y + 76), (60, 60, 60), 2)
            _write(page, f"Field {row + 1}", (110, y + 48), 0.8, 2)
            if row % 3:
                _write(page, _words(random, 22), (350, y + 48), 0.8, 2, (120, 60, 20))
    return page


def _place(picture: Image, scene: Scene, random: np.random.Generator) -> Quad:
    """Lay a paper down and return its corners in the picture."""
    page = draw_page(scene.lying, random)
    height_px, width_px = picture.shape[:2]
    tall = scene.height * height_px
    wide = tall * page.shape[1] / page.shape[0]
    x, y = np.array([-wide, wide, wide, -wide]) / 2, np.array([-tall, -tall, tall, tall]) / 2
    turn = np.deg2rad(scene.turn_deg)
    across = x * np.cos(turn) - y * np.sin(turn)
    down = x * np.sin(turn) + y * np.cos(turn)
    # A camera that does not look straight down: what is farther away is smaller.
    far = 1 + scene.lean[0] * across / width_px + scene.lean[1] * down / height_px
    quad = np.stack(
        [scene.middle[0] * width_px + across / far, scene.middle[1] * height_px + down / far], 1
    )
    h, w = page.shape[:2]
    # The outer edges of the first and last pixels, not their middles.
    flat = np.array([[-0.5, -0.5], [w - 0.5, -0.5], [w - 0.5, h - 0.5], [-0.5, h - 0.5]])
    matrix = cv2.getPerspectiveTransform(flat.astype(np.float32), quad.astype(np.float32))
    size = (width_px, height_px)
    scale = max(1.0, np.sqrt(w * h / max(wide * tall, 1)))
    soft = as_image(cv2.GaussianBlur(page, (0, 0), 0.45 * scale)) if scale > 1.05 else page
    laid = as_image(cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_LINEAR))
    mask = _mask(quad, size)
    if scene.crumple:
        laid, mask = _crumpled(laid, mask, scene, random)
    _cast_shadow(picture, mask, 0.25 if scene.desk is Desk.WHITE else 0.35, width_px)
    cover = (mask.astype(np.float32) / 255)[..., None]
    picture[:] = (picture * (1 - cover) + laid * cover + 0.5).astype(np.uint8)
    return quad


def _mask(quad: Quad, size: tuple[int, int]) -> Image:
    mask = np.zeros((size[1], size[0]), np.uint8)
    points = np.round((quad) * 16).astype(np.int32)
    cv2.fillConvexPoly(mask, points, 255, cv2.LINE_AA, 4)
    return mask


def _crumpled(
    laid: Image, mask: Image, scene: Scene, random: np.random.Generator
) -> tuple[Image, Image]:
    """Return print and outline moved about by folds, and lit by them."""
    height, width = mask.shape
    reach = scene.crumple * width / 1000

    def folds() -> NDArray[np.float32]:
        coarse = random.uniform(-1, 1, (7, 9)).astype(np.float32)
        return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))

    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = x + folds() * reach, y + folds() * reach
    moved = cv2.remap(laid, x, y, cv2.INTER_LINEAR)
    light = (1 + 0.12 * folds())[..., None]
    return (
        as_image(np.clip(moved * light, 0, 255).astype(np.uint8)),
        as_image(cv2.remap(mask, x, y, cv2.INTER_LINEAR)),
    )


def _cast_shadow(picture: Image, mask: Image, depth: float, width_px: int) -> None:
    """Darken the desk a little right of and below the paper."""
    reach = max(1, round(width_px * 0.0022))
    move = np.array([[1, 0, reach], [0, 1, reach]], np.float32)
    moved = cv2.warpAffine(mask, move, (mask.shape[1], mask.shape[0]))
    soft = cv2.GaussianBlur(cv2.max(moved, mask), (0, 0), reach)
    picture[:] = (picture * (1 - depth * soft[..., None].astype(np.float32) / 255)).astype(np.uint8)


def _desk(scene: Scene, width: int, height: int, random: np.random.Generator) -> Image:
    """Draw the desk alone."""
    colours = {
        Desk.DARK: (52, 48, 46),
        Desk.GREY: (172, 172, 170),
        Desk.WOOD: (96, 140, 184),
        Desk.GREEN: (96, 128, 84),
        Desk.CHECKED: (120, 110, 190),
        Desk.WHITE: (238, 240, 240),
    }
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = colours[scene.desk]
    if scene.desk is Desk.WOOD:
        rows = np.linspace(0, 40, height, dtype=np.float32)[:, None]
        wave = random.uniform(0, 6, 5)
        bend = np.sin(np.linspace(0, 5, width, dtype=np.float32) + wave[0])[None, :]
        grain = np.sin(rows * 6 + bend + wave[1]) + 0.6 * np.sin(rows * 17 + 2 * bend + wave[2])
        picture += (grain * 9)[..., None]
        for share in (0.27, 0.61, 0.86):  # between boards
            y = round(share * height)
            picture[y : y + max(1, height // 400)] *= 0.6
    elif scene.desk is Desk.CHECKED:
        side = max(8, width // 24)
        y, x = np.mgrid[0:height, 0:width]
        picture += (((x // side + y // side) % 2) * 42.0)[..., None]
    return as_image(np.clip(picture, 0, 255).astype(np.uint8))


def _clutter(picture: Image, scene: Scene, random: np.random.Generator) -> None:
    """Draw pens, cups and a phone near the edges of the picture."""
    height, width = picture.shape[:2]
    for number in range(scene.clutter):
        x = int(random.choice([random.uniform(0.0, 0.2), random.uniform(0.8, 1.0)]) * width)
        y = int(random.uniform(0, 1) * height)
        colour = tuple(int(value) for value in random.integers(20, 220, 3))
        match number % 3:
            case 0:
                end = (int(x + random.normal(0, 0.12) * width), int(y + 0.2 * height))
                cv2.line(picture, (x, y), end, colour, max(2, width // 120), cv2.LINE_AA)
            case 1:
                cv2.circle(picture, (x, y), width // 22, colour, -1, cv2.LINE_AA)
                cv2.circle(picture, (x, y), width // 30, (60, 80, 100), -1, cv2.LINE_AA)
            case _:
                box = cv2.boxPoints(
                    ((float(x), float(y)), (width * 0.09, width * 0.17), random.uniform(0, 90))
                )
                cv2.fillConvexPoly(picture, box.astype(np.int32), (34, 30, 30), cv2.LINE_AA)


def _thumb(picture: Image, quad: Quad) -> None:
    """Draw a thumb that holds the paper's lower right corner."""
    width = picture.shape[1]
    x, y = (quad[2] * 0.97 + quad.mean(0) * 0.03).astype(int)
    axes = (round(width * 0.035), round(width * 0.06))
    cv2.ellipse(picture, (int(x), int(y)), axes, -40, 0, 360, (140, 170, 214), -1, cv2.LINE_AA)


def _lit(picture: Image, scene: Scene, random: np.random.Generator) -> Image:
    """Return the picture as a camera would see it: light, shadow, glare, blur, noise."""
    height, width = picture.shape[:2]
    light = np.full((height, width), scene.light, np.float32)
    if scene.shade:
        edge = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        slope = np.linspace(-0.35, 0.35, height, dtype=np.float32)[:, None]
        light *= 1 - scene.shade / (1 + np.exp(-(edge + slope) * 14))
    seen = picture.astype(np.float32) * light[..., None]
    if scene.glare:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        away = ((x / width - 0.55) / 0.12) ** 2 + ((y / height - 0.4) / 0.14) ** 2
        seen += (scene.glare * 500 * np.exp(-away))[..., None]
    if scene.blur:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), scene.blur * width / 1000))
    if scene.noise:
        seen += random.normal(0, scene.noise, (height, width, 1)).astype(np.float32)
    return as_image(np.clip(seen, 0, 255).astype(np.uint8))


def _card() -> Image:
    """Draw a card with a face-like oval and lines; no text of any real card."""
    card = np.full((CARD_PX[1], CARD_PX[0], 3), (232, 226, 214), np.uint8)
    cv2.rectangle(card, (0, 0), (CARD_PX[0], 84), (150, 110, 60), -1)
    _write(card, "SAMPLE CARD", (40, 58), 1.4, 3, (250, 250, 250))
    cv2.rectangle(card, (600, 130), (810, 400), (206, 208, 210), -1)
    cv2.ellipse(card, (705, 260), (66, 86), 0, 0, 360, (128, 160, 205), -1, cv2.LINE_AA)
    cv2.ellipse(card, (705, 205), (74, 52), 0, 180, 360, (40, 36, 36), -1, cv2.LINE_AA)
    for row, words in enumerate(("Name  A. Sample", "Born  1950-01-01", "No.  99 0000 0000 00")):
        _write(card, words, (48, 180 + row * 78), 1.0, 2)
    return card


def _card_back() -> Image:
    """Draw the other side of the card: a stripe and a few lines."""
    card = np.full((CARD_PX[1], CARD_PX[0], 3), (232, 226, 214), np.uint8)
    cv2.rectangle(card, (0, 50), (CARD_PX[0], 130), (60, 54, 50), -1)
    for row, words in enumerate(("Issued by  Sample office", "Valid  2020-01-01 to 2040-01-01")):
        _write(card, words, (48, 260 + row * 90), 1.0, 2)
    return card


def _print_lines(
    page: Image,
    random: np.random.Generator,
    *,
    size: float,
    margin: int,
    step: int,
    first: int = 120,
) -> None:
    """Write paragraphs, ragged on the right."""
    height, width = page.shape[:2]
    room = int((width - 2 * margin) / (18.4 * size))
    for number, y in enumerate(range(first, height - margin - 60, step)):
        if number % 6 == 5:
            continue
        length = room // 2 if number % 6 == 4 else room - int(random.integers(0, 6))
        _write(page, _words(random, length), (margin, y), size, 2)


def _words(random: np.random.Generator, length: int) -> str:
    """Return that many letters of invented words."""
    letters = "etaoinshrdlcumwfgypbvk"
    words = ""
    while len(words) < length:
        size = int(random.integers(2, 9))
        words += "".join(letters[int(random.integers(0, 22) ** 1) % 22] for _ in range(size))
        words += ", " if random.random() < 0.1 else ". " if random.random() < 0.06 else " "
    return words[:length].strip()


def _write(
    page: Image,
    words: str,
    at: tuple[int, int],
    size: float,
    thickness: int,
    colour: tuple[int, int, int] = (40, 36, 36),
) -> None:
    cv2.putText(page, words, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thickness, cv2.LINE_AA)
