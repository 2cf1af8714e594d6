"""A page with machine-readable lines, drawn: what the simulated camera sees when somebody holds a
passport up. Grey print, an empty face, and the lines; nobody's document.
"""

from __future__ import annotations

import cv2
import numpy as np

from devices.line_reader.signs import FONT, Grey

_PAGE_MM, _CARD_MM = (125.0, 88.0), (85.6, 54.0)
_PITCH_MM = 2.54
_PX_PER_MM = 12.0
_PAPER, _INK, _PRINT = 225, 35, 70
_HAND_SHARE = 0.84
"""How much of the picture's width the page takes up."""


def draw_page(lines: tuple[str, ...]) -> Grey:
    """Return a page of a passport (two lines) or the back of a card (three, or one)."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 # only where pages are drawn

    width_mm, height_mm = _PAGE_MM if len(lines) == 2 else _CARD_MM  # lines
    size = (round(width_mm * _PX_PER_MM), round(height_mm * _PX_PER_MM))
    image = Image.new("L", size, _PAPER)
    draw = ImageDraw.Draw(image)
    for row in range(0, size[1], 16):
        draw.line([(0, row), (size[0], row + 40)], fill=_PAPER - 18, width=2)
    left, top = size[0] // 20, size[1] // 14
    draw.rectangle([left, top, left + size[0] // 4, top + size[1] // 2 - top], fill=120)
    for number, share in enumerate((0.4, 0.3, 0.35, 0.25)):
        y = top + number * size[1] // 10
        x = left + size[0] // 3
        draw.rectangle([x, y, x + size[0] * share, y + size[1] // 40], fill=_PRINT)
    pitch = _PITCH_MM * _PX_PER_MM
    measured = ImageFont.truetype(str(FONT), 400)
    font = ImageFont.truetype(str(FONT), round(400 * pitch / measured.getlength("<")))
    first_x = (size[0] - pitch * len(lines[0])) / 2
    # Doc 9303-4, 4.1: the lines stand in the lowest 23.2 mm, 6.35 mm apart; less on a card.
    apart = (6.35 if len(lines) == 2 else 5.6) * _PX_PER_MM  # lines
    first_y = size[1] - 20.0 * _PX_PER_MM
    for number, line in enumerate(lines):
        for place, sign in enumerate(line):
            at = (first_x + place * pitch, first_y + number * apart)
            draw.text(at, sign, font=font, fill=_INK)
    return np.array(image)


def hold_up(page: Grey, width_px: int, height_px: int, tilt_deg: float = 2.0) -> Grey:
    """Return a colour picture, height x width x 3, of a page held before a wall."""
    high, wide = page.shape
    scale = min(width_px * _HAND_SHARE / wide, height_px * _HAND_SHARE / high)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), tilt_deg, scale)
    turn[0, 2] += width_px / 2 - wide / 2
    turn[1, 2] += height_px / 2 - high / 2
    soft = cv2.GaussianBlur(page, (0, 0), 0.5 / scale)
    held = cv2.warpAffine(
        soft, turn, (width_px, height_px), flags=cv2.INTER_AREA, borderValue=(150,)
    )
    colour: Grey = cv2.cvtColor(held, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    return colour
