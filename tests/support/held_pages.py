"""Pages with machine-readable lines as a camera sees them: askew, shaded, blurred, noisy. Drawn, of
people who are invented.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

import cv2
import numpy as np

from devices.card_reader.travel import mrz
from devices.card_reader.travel.mrz_layouts import TD1, TD3, Layout
from devices.line_reader.drawn_page import draw_page
from devices.line_reader.signs import Grey

_SIGNS = string.ascii_uppercase + string.digits * 3


@dataclass(frozen=True)
class Hand:
    """How a page is held: 0 is perfect, 1 is as a person who is seldom asked for it would."""

    roughness: float = 0.5
    size: tuple[int, int] = (1280, 960)
    share: float = 0.8


def invented_lines(chance: np.random.Generator, layout: Layout | None = None) -> tuple[str, ...]:
    """Return lines of an invented person with any number and dates."""
    layout = layout or (TD3, TD1)[int(chance.integers(0, 2))]
    born = f"{chance.integers(30, 99)}{chance.integers(1, 13):02}{chance.integers(1, 28):02}"
    until = f"{chance.integers(27, 36)}{chance.integers(1, 13):02}{chance.integers(1, 28):02}"
    return mrz.compose(
        layout,
        {
            "code": "P" if layout is TD3 else "I",
            "issuer": "UTO",
            "nationality": "UTO",
            "number": "".join(chance.choice(list(_SIGNS), 9)),
            "birth": born,
            "expiry": until,
            "sex": "MF"[int(chance.integers(0, 2))],
            "names": "GU<LIU<<KA<LI<<"[: int(chance.integers(8, 15))],
            "optional": "".join(chance.choice(list(string.digits), int(chance.integers(0, 9)))),
        },
    )


def held(lines: tuple[str, ...], chance: np.random.Generator, hand: Hand) -> bytes:
    """Return a still of a page in a hand, as JPEG."""
    page, (width, height) = draw_page(lines), hand.size
    high, wide = page.shape
    scale = min(width * hand.share / wide, height * hand.share / high)
    half = np.array([wide, high]) * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    turn = np.deg2rad(chance.uniform(-6, 6) * hand.roughness)
    cos, sin = np.cos(turn), np.sin(turn)
    askew = chance.uniform(-0.03, 0.03, (4, 2)) * hand.roughness * half * 2
    corners = corners @ np.array([[cos, sin], [-sin, cos]]) + askew + np.array([width, height]) / 2
    whole = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    move = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    wall = chance.integers(60, 180, (height, width)).astype(np.uint8)
    wall = cv2.GaussianBlur(wall, (0, 0), 9).astype(np.uint8)
    seen = cv2.warpPerspective(
        page, move, hand.size, dst=wall, borderMode=cv2.BORDER_TRANSPARENT, flags=cv2.INTER_AREA
    )
    return _taken(seen.astype(np.uint8), chance, hand)


def _taken(seen: Grey, chance: np.random.Generator, hand: Hand) -> bytes:
    """Return what the camera makes of it: shade from a side, blur, noise."""
    height, width = seen.shape
    across, down = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    side = chance.uniform(0, 2 * np.pi)
    shade = 0.5 + (np.cos(side) * across + np.sin(side) * down) / 2.8
    lit = seen * (1 - 0.35 * hand.roughness * shade)
    lit = cv2.GaussianBlur(lit, (0, 0), 0.3 + chance.uniform(0, 0.9) * hand.roughness)
    noise = chance.normal(0, 2 + 6 * hand.roughness * chance.uniform(), lit.shape)
    grey = np.clip(lit + noise, 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    return jpeg.tobytes()
