"""The simulated camera: draws a face as the desk says, in the same worker as the real camera."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

import cv2
import numpy as np

from devices.camera.answers import NoShot
from devices.camera.drawn_face import CHIN, EYE, Sitter, draw_sitter, middle_of
from devices.camera.faces import Face
from devices.camera.picture import Image, Shot, as_image
from devices.camera.studio import Studio
from devices.desk_state import DeskState, FaceScene, SimulatedFace
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject
from devices.worker_child import Handler

PICTURE_S = 1 / 30
SWAY = 0.004
"""How far the sitter moves, of the picture's height: nobody holds quite still."""

NOISE = 5
"""Largest deviation that the sensor's noise makes, of 255."""

NOISE_ROWS = 97
SAMPLE_PASSPORT = "anna-eriksson"


def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Build the simulated camera in a worker process; `config` also names the desk's folder."""
    assert memory is not None
    fields = Fields(config)
    desk = DeskState(Path(fields.text("desk_folder")))
    source = SimulatedSource(desk, fields.integer("width_px"), fields.integer("height_px"))
    return Studio(
        source.latest, config, memory, simulated=True, drawn=DrawnDetector(source)
    ).handlers()


class SimulatedSource:
    """Pictures of a drawn sitter at 30 per second; reads the desk before each."""

    def __init__(self, desk: DeskState, width_px: int, height_px: int) -> None:
        """Draw nothing yet."""
        self._desk = desk
        self._size = (width_px, height_px)
        self.width_px = width_px
        self._drawn: tuple[SimulatedFace, Image] | None = None
        self._random = np.random.default_rng(20)
        # Taller than a picture: where it begins makes every picture another one.
        self._noise = self._random.integers(
            128 - NOISE, 129 + NOISE, (height_px + NOISE_ROWS, width_px, 3), np.uint8
        )
        self._never = threading.Event()
        self._face: Face | None = None

    def latest(self, newer_than_s: float, deadline_s: float) -> Shot | NoShot:
        """Return a picture of this instant."""
        face = self._desk.read(SimulatedFace)
        match face.scene:
            case FaceScene.UNPLUGGED:
                return NoShot.MISSING
            case FaceScene.FROZEN:
                self._never.wait()  # as a driver may; only the kiosk's deadline ends this
        at_s = newer_than_s + PICTURE_S
        if at_s > deadline_s:
            return NoShot.QUIET
        self._never.wait(max(at_s - time.monotonic(), 0))
        captured_at_s = time.monotonic()
        return Shot(self._picture(face, captured_at_s), captured_at_s)

    def face_now(self) -> Face | None:
        """Return the face of the last picture, which was drawn and need not be looked for."""
        return self._face

    def _picture(self, face: SimulatedFace, at_s: float) -> Image:
        """Return the scene with a little movement and noise."""
        if self._drawn is None or self._drawn[0] != face:
            self._drawn = (face, _drawn(face, *self._size))
        height = self._size[1]
        sway = SWAY * height
        aside, down = sway * math.sin(at_s * 0.9), sway * math.sin(at_s * 1.7)
        move = np.array([[1, 0, aside], [0, 1, down]], np.float32)
        sitter = sitter_of(face)
        self._face = face_of(sitter, self._size, (aside, down)) if sitter.is_there else None
        moved = cv2.warpAffine(self._drawn[1], move, self._size, borderMode=cv2.BORDER_REPLICATE)
        first = int(self._random.integers(0, NOISE_ROWS))
        noise = self._noise[first : first + height]
        # (a + b) - 128 with saturation: noise around zero without leaving bytes.
        return as_image(cv2.addWeighted(moved, 1.0, noise, 1.0, -128.0))


def _drawn(face: SimulatedFace, width_px: int, height_px: int) -> Image:
    if face.scene is not FaceScene.PASSPORT:
        return draw_sitter(sitter_of(face), width_px, height_px)
    # Imported here: only this scene needs the signs of such lines.
    from devices.card_reader.simulated_cards import sample_card  # noqa: PLC0415
    from devices.line_reader.drawn_page import draw_page, hold_up  # noqa: PLC0415

    passport = sample_card(SAMPLE_PASSPORT)
    assert passport is not None
    return hold_up(draw_page(passport.lines), width_px, height_px)


class DrawnDetector:
    """Knows where the simulated camera drew the face: practice visits get the whole advice, though
    no detector that is fair comes with the program.
    """

    name = "simulated"
    is_fair = True
    needs_refining = False

    def __init__(self, source: SimulatedSource) -> None:
        """Ask `source`, whose last picture is the one that is looked at."""
        self._source = source

    def find(self, image: Image) -> tuple[Face, ...]:
        """Return the drawn face at the size of this picture."""
        face = self._source.face_now()
        if face is None:
            return ()
        return (face.scaled(image.shape[1] / self._source.width_px),)


def face_of(sitter: Sitter, size: tuple[int, int], moved: tuple[float, float]) -> Face:
    """Return the face as it was drawn in a picture of a size and then moved."""
    unit = sitter.face_width * size[1]
    x, y = middle_of(sitter, *size)
    x, y = x + moved[0], y + moved[1]
    roll = math.radians(sitter.roll_deg)
    across = (math.cos(roll) * EYE * unit, math.sin(roll) * EYE * unit)
    eyes = ((x - across[0], y - across[1]), (x + across[0], y + across[1]))
    box = (x - unit / 2, y - 0.5 * unit, unit, (0.5 + CHIN) * unit)
    return Face(box, eyes, unit, has_landmarks=True)


def sitter_of(face: SimulatedFace) -> Sitter:
    """Return how a scene of the desk is drawn."""
    match face.scene:
        case FaceScene.GOOD | FaceScene.UNPLUGGED | FaceScene.FROZEN:
            return Sitter(skin=face.skin)
        case FaceScene.TOO_DARK:
            return Sitter(skin=face.skin, light=0.25)
        case FaceScene.TOO_BRIGHT:
            return Sitter(skin=face.skin, light=1.9)
        case FaceScene.LIGHT_FROM_SIDE:
            return Sitter(skin=face.skin, shade=0.75)
        case FaceScene.FAR_AWAY:
            return Sitter(skin=face.skin, face_width=0.20)
        case FaceScene.TOO_CLOSE:
            return Sitter(skin=face.skin, face_width=0.60)
        case FaceScene.OFF_CENTRE:
            return Sitter(skin=face.skin, from_right_edge=0.66)
        case FaceScene.TILTED:
            return Sitter(skin=face.skin, roll_deg=14)
        case FaceScene.BLURRED:
            return Sitter(skin=face.skin, blur=0.008)
        case FaceScene.NOBODY | FaceScene.PASSPORT:
            return Sitter(is_there=False)
        case _:
            assert_never(face.scene)
