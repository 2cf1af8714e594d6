"""Printed pages with real letters, for what has to be read: which way up, and which codes."""

from __future__ import annotations

import random

import numpy as np
import segno
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from devices.camera.picture import Image, as_image
from launch.places import ASSETS

FONT = str(ASSETS / "fonts" / "DoorstepSansSC-Regular.ttf")
A4_PX = (1240, 1754)

CHINESE = (
    "兹证明该居民自二〇一五年起在本村居住，情况属实。"
    "申请人年满八十周岁，可以按月领取高龄津贴，由乡镇核定后发放。"
    "家庭成员共四人，其中两人外出务工；住房为自建砖混结构，面积一百二十平方米。"
    "如有变动，应当在三十日内到村委会说明，逾期不办的，从下月起停发。"
)
LATIN = (
    "This is to certify that the person named below has lived in the village since 2015, and that "
    "the household has four members. The allowance is paid from the month after the application, "
    "by transfer to the account that was given. Changes have to be told within thirty days; "
    "otherwise the payment stops until they are told. "
)


def printed_page(words: str, *, seed: int = 1, size_px: int = 30, lines: int = 30) -> Image:
    """Return an A4 page (BGR, 150 dpi) of paragraphs of the words, ragged on the right."""
    chance = random.Random(seed)
    page = PillowImage.new("RGB", A4_PX, (246, 246, 246))
    draw = ImageDraw.Draw(page)
    face = ImageFont.truetype(FONT, size_px)
    at = chance.randrange(len(words) // 2)
    y, row = 170, 0
    while row < lines and y < A4_PX[1] - 170:
        room = A4_PX[0] - 2 * 130
        if row % 6 == 5:
            room //= chance.randrange(2, 5)
        line, at = _line(words, at, face, room)
        draw.text((130, y), line, (30, 30, 30), face)
        row += 1
        y += round(size_px * 1.6) * (2 if row % 6 == 0 else 1)
    return as_image(np.asarray(page)[..., ::-1])


def _line(words: str, at: int, face: ImageFont.FreeTypeFont, room: int) -> tuple[str, int]:
    """Return what fits, and where to go on; Latin breaks between words."""
    taken = ""
    while face.getlength(taken) < room:
        taken += words[at % len(words)]
        at += 1
    if " " in words:
        kept = taken.rsplit(" ", 1)[0] or taken
        at -= len(taken) - len(kept)
        return kept.strip(), at
    return taken, at


def with_qr(page: Image, data: str | bytes, at: tuple[int, int] = (80, 1250)) -> Image:
    """Return the page with a QR code of the data printed on it."""
    code = segno.make(data, micro=False, error="m")
    rows = [[30 if cell else 246 for cell in row] for row in code.matrix_iter(scale=7, border=4)]
    pixels = np.array(rows, np.uint8)
    made = page.copy()
    x, y = at
    made[y : y + pixels.shape[0], x : x + pixels.shape[1]] = pixels[..., None]
    return made
