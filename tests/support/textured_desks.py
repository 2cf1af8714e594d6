"""Desks with a texture, drawn by chance: wood, tile, cloth, terrazzo, brick, gravel and grass.

A plain desk has no edges but the paper's. On these, edges are everywhere: straight ones that go on
(joints, boards, stripes), and small ones of every direction. The same seed is the same desk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.picture import Image, as_image

Plane = NDArray[np.float32]
Random = np.random.Generator


def draw_texture(name: str, width: int, height: int, seed: int) -> Image:
    """Draw the desk that a texture's name and a seed stand for, as BGR."""
    random = np.random.default_rng(seed)
    # As large as its diagonal, so that it can be turned as it likes to be.
    side = int(np.hypot(width, height)) + 4
    made = TEXTURES[name](side, random)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), random.uniform(0, 180), 1.0)
    turn[0, 2] += (width - side) / 2
    turn[1, 2] += (height - side) / 2
    laid = cv2.warpAffine(made, turn, (width, height), flags=cv2.INTER_LINEAR)
    return as_image(np.clip(laid, 0, 255).astype(np.uint8))


def _coloured(light: Plane, colour: tuple[int, int, int]) -> Plane:
    """Return lightness around 1 in a colour."""
    return np.asarray(light[..., None] * np.array(colour, np.float32), np.float32)


def _clouds(side: int, random: Random, across: float, down: float) -> Plane:
    """Return noise from -1 to 1 whose grains are about so many pixels wide and high."""
    shape = max(2, round(side / down)), max(2, round(side / across))
    coarse = random.uniform(-1, 1, shape).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


def _grain(side: int, random: Random, sigma: float) -> Plane:
    return np.asarray(random.normal(0, sigma, (side, side)), np.float32)


def _colour(random: Random, *choices: tuple[int, int, int]) -> tuple[int, int, int]:
    return choices[int(random.integers(len(choices)))]


def _joints(side: int, high: float, wide: float, shift: float, joint: float) -> tuple[Plane, ...]:
    """Return which stone each pixel is of (row and column), and how far in it is, 0 to 1."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    row = np.floor(y / high)
    x = x + row * shift * wide
    column = np.floor(x / wide)
    rim = np.minimum.reduce([y % high, high - y % high, x % wide, wide - x % wide])
    inner = np.clip((rim - joint) / 1.5, 0, 1)
    return row, column, np.asarray(inner, np.float32)


def _stones(row: Plane, column: Plane, random: Random, spread: float) -> Plane:
    """Return how light each stone is, around 1."""
    lights = random.normal(1, spread, 4096).astype(np.float32)
    return np.asarray(lights[((row * 61 + column * 7).astype(np.int64)) % 4096])


def _brick(side: int, random: Random) -> Plane:
    high = side * random.uniform(0.02, 0.055)
    row, column, inner = _joints(side, high, high * 2.6, 0.5, max(1.0, high * 0.07))
    light = _stones(row, column, random, 0.1) + _clouds(side, random, 5, 5) * 0.08
    brick = _colour(random, (60, 70, 140), (90, 92, 96), (70, 96, 150))
    mortar = _colour(random, (150, 155, 160), (190, 195, 198), (60, 62, 64))
    return _coloured(light, brick) * inner[..., None] + _coloured(
        1 + _grain(side, random, 0.06), mortar
    ) * (1 - inner[..., None])


def _tile(side: int, random: Random) -> Plane:
    wide = side * random.uniform(0.04, 0.16)
    row, column, inner = _joints(side, wide, wide, 0.0, max(1.0, wide * 0.02))
    light = _stones(row, column, random, random.choice((0.02, 0.12)))
    light = light + _clouds(side, random, 30, 30) * 0.05
    if random.random() < 0.5:  # a pattern of two colours
        light = light * np.where((row + column) % 2 > 0, 1.0, random.uniform(0.45, 0.9))
    tile = _colour(random, (205, 212, 216), (150, 160, 170), (110, 90, 70), (190, 200, 160))
    grout = _colour(random, (110, 112, 115), (60, 62, 64), (230, 230, 230))
    return _coloured(np.asarray(light, np.float32), tile) * inner[..., None] + _coloured(
        1 + _grain(side, random, 0.04), grout
    ) * (1 - inner[..., None])


def _wood(side: int, random: Random) -> Plane:
    y = np.linspace(0, side, side, dtype=np.float32)[:, None]
    bend = _clouds(side, random, side / 3, side / 4) * side * 0.03
    ring = side * random.uniform(0.008, 0.02)
    light = 1 + 0.1 * np.sin((y + bend) * (2 * np.pi / ring))
    light += _clouds(side, random, side / 6, 3) * 0.12 + _clouds(side, random, 60, 1.2) * 0.06
    board = side * random.uniform(0.08, 0.3)
    row, _, inner = _joints(side, board, side * 9.0, 0.0, max(0.8, side * 0.0008))
    light = light * _stones(row, row, random, 0.1) * (0.45 + 0.55 * inner)
    wood = _colour(random, (96, 140, 184), (60, 84, 120), (150, 185, 212), (40, 48, 62))
    return _coloured(np.asarray(light, np.float32), wood)


def _cloth(side: int, random: Random) -> Plane:
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    thread = random.uniform(3.0, 6.0)
    light = 1 + 0.1 * np.sin(x * (2 * np.pi / thread)) * np.sin(y * (2 * np.pi / thread))
    light = light + _clouds(side, random, 2, 40) * 0.05 + _clouds(side, random, 40, 2) * 0.05
    light = light * (1 + 0.12 * _clouds(side, random, side / 4, side / 4))
    made = _coloured(
        np.asarray(light, np.float32),
        _colour(random, (200, 205, 210), (120, 90, 60), (70, 70, 150), (120, 150, 110)),
    )
    dye = np.array(
        _colour(random, (60, 60, 190), (150, 90, 40), (70, 110, 60), (215, 220, 222)), np.float32
    )
    check = side * random.uniform(0.02, 0.08)
    across, down = (x // check) % 2, (y // check) % 2
    share = (across + down) / 2 if random.random() < 0.6 else across * 0.8
    return np.asarray(
        made * (1 - 0.6 * share[..., None]) + made / 200 * dye * 0.6 * share[..., None], np.float32
    )


def _cells(side: int, random: Random, size: float) -> tuple[NDArray[np.int32], Plane]:
    """Return which of the nearest points each pixel belongs to, and how far it is from it."""
    mask = np.full((side, side), 255, np.uint8)
    many = int((side / size) ** 2)
    mask[random.integers(0, side, many), random.integers(0, side, many)] = 0
    far, labels = cv2.distanceTransformWithLabels(
        mask, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    return np.asarray(labels, np.int32), np.asarray(far / size, np.float32)


def _gravel(side: int, random: Random) -> Plane:
    labels, far = _cells(side, random, side * random.uniform(0.008, 0.025))
    lights = random.normal(1, 0.2, int(labels.max()) + 1).astype(np.float32)
    lean = np.asarray(cv2.Sobel(far, cv2.CV_32F, 1, 1, ksize=5), np.float32)
    light = lights[labels] * np.clip(1.25 - 0.9 * far**2, 0.25, 1.3) + np.clip(lean, -0.2, 0.2)
    light = light + _clouds(side, random, 3, 3) * 0.08
    return _coloured(
        np.asarray(light, np.float32), _colour(random, (110, 116, 120), (150, 160, 170))
    )


def _grass(side: int, random: Random) -> Plane:
    made = _coloured(1 + _grain(side, random, 0.15), (30, 60, 44))
    length = side * random.uniform(0.015, 0.04)
    many = int(4.5 * side * side / (length * 2.5))
    starts = random.uniform(0, side, (many, 2))
    angles = random.normal(0, 0.9, many) - np.pi / 2
    ends = starts + np.stack([np.cos(angles), np.sin(angles)], 1) * length
    lights = random.uniform(0.5, 1.4, many)
    for start, end, light in zip(starts.astype(int), ends.astype(int), lights, strict=True):
        colour = tuple(float(value * light) for value in (52, 128, 96))
        cv2.line(made, start.tolist(), end.tolist(), colour, 1 if light < 1 else 2)
    return made


def _terrazzo(side: int, random: Random) -> Plane:
    labels, far = _cells(side, random, side * random.uniform(0.01, 0.03))
    many = int(labels.max()) + 1
    sizes = random.uniform(0.0, 0.55, many).astype(np.float32)
    is_chip = far + _clouds(side, random, 6, 6) * 0.08 < sizes[labels]
    ground = _colour(random, (212, 216, 218), (150, 156, 160), (80, 82, 84))
    chips = np.array([(60, 66, 72), (150, 170, 190), (235, 236, 236), (90, 110, 150)], np.float32)
    colours = chips[random.integers(0, len(chips), many)]
    flat = _coloured(1 + _grain(side, random, 0.02), ground)
    return np.asarray(np.where(is_chip[..., None], colours[labels], flat), np.float32)


TEXTURES: Mapping[str, Callable[[int, Random], Plane]] = {
    "brick": _brick,
    "tile": _tile,
    "wood": _wood,
    "cloth": _cloth,
    "gravel": _gravel,
    "grass": _grass,
    "terrazzo": _terrazzo,
}
