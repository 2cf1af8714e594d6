"""A drawn face, for the simulated camera: nobody's face, and enough of one for a face detector.

Pure but for OpenCV's drawing. Drawn once per scene and then moved, so that a picture costs
milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from devices.camera.picture import Image, as_image


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who is drawn: lengths as shares of the picture's height, `skin` and lights from 0 to 1."""

    face_width: float = 0.36
    from_right_edge: float | None = None
    """How far the face's middle is from the right edge, in face widths; None is in the middle."""
    roll_deg: float = 0.0
    skin: float = 0.7
    light: float = 1.0
    """Gain of the whole picture; 1 is a good exposure."""
    shade: float = 0.0
    """How much of the light the left half of the picture lacks."""
    blur: float = 0.0
    motion: float = 0.0
    """How far the camera or the head moves across while it is exposed, of the picture's height."""
    wall: tuple[int, int, int] = (214, 216, 218)
    """The wall's colour, blue first."""
    clutter: float = 0.0
    """How much the things that hang on the wall differ from it, from 0 to 1."""
    hair: float = 0.0
    """How much higher than usual the hair is, in face widths."""
    is_there: bool = True


_HAIR_COLOUR = (34, 30, 32)
_LIGHTEST_SKIN = np.array([190.0, 208.0, 240.0])
_DARKEST_SKIN = np.array([38.0, 50.0, 72.0])


EYE, CHIN, HAIR, EAR = 0.23, 0.86, 0.92, 0.58
"""Of a drawn head, from the point between the eyes: to a pupil, down to the chin, up to the top of
the usual hair, and out to the edge of an ear, in widths of the face."""


def middle_of(sitter: Sitter, width_px: int, height_px: int) -> tuple[float, float]:
    """Return the point between a drawn sitter's eyes."""
    unit = sitter.face_width * height_px
    beside = sitter.from_right_edge
    return (width_px / 2 if beside is None else width_px - beside * unit, height_px * 0.47)


def draw_sitter(sitter: Sitter, width_px: int, height_px: int) -> Image:
    """Return a picture (BGR) of the sitter before a wall."""
    picture = np.empty((height_px, width_px, 3), np.uint8)
    picture[:] = sitter.wall
    if sitter.clutter:
        _hang(picture, sitter.clutter)
    if sitter.is_there:
        _draw_person(picture, sitter)
    return lit(picture, sitter)


def _hang(picture: Image, clutter: float) -> None:
    """Hang dark and bright things on the wall."""
    side = max(2, picture.shape[0] // 14)
    for row in range(0, picture.shape[0], 2 * side):
        for number, column in enumerate(range(row % 3 * side, picture.shape[1], 2 * side)):
            part = picture[row : row + side, column : column + side].astype(np.float32)
            hung = part + (40.0 if number % 2 else -160.0) * clutter
            picture[row : row + side, column : column + side] = np.clip(hung, 0, 255)


def _draw_person(picture: Image, sitter: Sitter) -> None:
    """Draw body, head and features in units of the face's width."""
    height_px, width_px = picture.shape[:2]
    unit = sitter.face_width * height_px
    centre = middle_of(sitter, width_px, height_px)
    roll = np.deg2rad(sitter.roll_deg)
    across = np.array([np.cos(roll), np.sin(roll)])
    down = np.array([-np.sin(roll), np.cos(roll)])
    colour = _DARKEST_SKIN + (_LIGHTEST_SKIN - _DARKEST_SKIN) * float(np.clip(sitter.skin, 0, 1))

    def spot(x: float, y: float) -> tuple[int, int]:
        """Return a point of the face: x to the right, y down, from the point between the eyes."""
        at = np.array(centre) + unit * (x * across + y * down)
        return (round(float(at[0]) * 16), round(float(at[1]) * 16))

    def blob(x: float, y: float, rx: float, ry: float, tone: object, tilt: float = 0.0) -> None:
        """Draw a filled ellipse with sub-pixel accuracy."""
        value = np.asarray(tone, np.float64)
        cv2.ellipse(
            picture,
            spot(x, y),
            (round(rx * unit * 16), round(ry * unit * 16)),
            sitter.roll_deg + tilt,
            0,
            360,
            [float(channel) for channel in value],
            -1,
            cv2.LINE_AA,
            4,
        )

    shadow, deep, light = colour * 0.82, colour * 0.55, np.minimum(colour * 1.07, 255)
    blob(0, 0.7, 0.27, 0.4, shadow)  # neck
    blob(
        0, 3.4, 1.3, 2.5, (96, 62, 44)
    )  # jacket, far enough down for a small person in a tall picture
    blob(0, -0.18 - sitter.hair / 2, 0.60, 0.74 + sitter.hair / 2, _HAIR_COLOUR)
    blob(-0.51, 0.12, 0.07, 0.15, shadow)  # ears
    blob(0.51, 0.12, 0.07, 0.15, shadow)
    blob(0, 0.16, 0.50, 0.70, colour)
    soft = cv2.GaussianBlur(picture, (0, 0), unit * 0.035)
    picture[:] = soft
    blob(0, -0.62, 0.40, 0.22, _HAIR_COLOUR)
    for side in (-1, 1):
        blob(side * 0.23, 0.0, 0.15, 0.10, shadow)  # eye socket
        blob(side * 0.24, 0.36, 0.13, 0.12, light)  # cheek
    blob(0, 0.20, 0.055, 0.26, light)  # bridge of the nose
    blob(0, 0.30, 0.11, 0.05, shadow)
    blob(0, 0.70, 0.13, 0.07, light)  # chin
    picture[:] = cv2.GaussianBlur(picture, (0, 0), unit * 0.02)
    for side in (-1, 1):
        blob(side * 0.235, -0.135, 0.135, 0.028, _HAIR_COLOUR, side * 6)  # brow
        blob(side * 0.23, 0.0, 0.105, 0.047, np.minimum(colour * 0.3 + 170, 235))
        blob(side * 0.23, 0.0, 0.047, 0.047, (34, 40, 52))
        blob(side * 0.23, -0.045, 0.11, 0.016, deep * 0.4)  # upper lid
        blob(side * 0.212, -0.014, 0.011, 0.011, (250, 250, 250))
        blob(side * 0.055, 0.325, 0.026, 0.015, deep * 0.7)  # nostril
    lips = np.minimum(colour * np.array([0.62, 0.56, 0.80]), 255)
    blob(0, 0.50, 0.17, 0.045, lips)
    blob(0, 0.495, 0.165, 0.009, deep * 0.6)
    _mark(picture, spot(0, 1.01), unit)


def _mark(picture: Image, at: tuple[int, int], unit: float) -> None:
    """Write on the jacket what this is: the picture travels further than the program knows."""
    word, scale = "SIMULATED", unit / 260
    (length, _), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    origin = (at[0] // 16 - length // 2, at[1] // 16)
    thickness = max(1, round(scale * 2))
    cv2.putText(
        picture,
        word,
        origin,
        cv2.FONT_HERSHEY_SIMPLEX,
        scale,
        (235, 235, 235),
        thickness,
        cv2.LINE_AA,
    )


def lit(picture: Image, sitter: Sitter) -> Image:
    """Apply blur, motion, light and shade."""
    if sitter.blur:
        picture[:] = cv2.GaussianBlur(picture, (0, 0), sitter.blur * picture.shape[0])
    if sitter.motion:
        picture[:] = cv2.blur(picture, (max(1, round(sitter.motion * picture.shape[0])), 1))
    if sitter.light == 1.0 and not sitter.shade:
        return picture
    gain = np.full(picture.shape[1], sitter.light, np.float32)
    if sitter.shade:
        x = np.linspace(-1, 1, picture.shape[1], dtype=np.float32)
        gain *= 1 - sitter.shade / (1 + np.exp(x * 40))
    lit = picture.astype(np.float32) * gain[None, :, None]
    return as_image(np.clip(lit, 0, 255).astype(np.uint8))
