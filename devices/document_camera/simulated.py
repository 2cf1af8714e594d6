"""The simulated document camera: draws what the desk says, in the same worker as the real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from devices.camera.answers import NoShot
from devices.camera.picture import Image, Shot, as_image
from devices.desk_state import DeskState, SheetScene, SimulatedSheet
from devices.document_camera.copy_stand import CopyStand
from devices.document_camera.drawn_desk import Desk, Lying, Scene, draw_scene
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject
from devices.worker_child import Handler

PICTURE_S = 1 / 15
SCENES: Mapping[SheetScene, Scene] = {
    SheetScene.LETTER: Scene(turn_deg=2),
    SheetScene.FORM: Scene(lying=Lying.FORM, turn_deg=-2),
    SheetScene.CARD: Scene(lying=Lying.CARD, height=0.42, turn_deg=3),
    SheetScene.CARD_BACK: Scene(lying=Lying.CARD_BACK, height=0.42, turn_deg=-2),
    SheetScene.CROOKED: Scene(desk=Desk.WOOD, turn_deg=16, lean=(0.15, -0.3), height=0.68),
    SheetScene.UPSIDE_DOWN: Scene(turn_deg=180),
    SheetScene.SHADOW: Scene(turn_deg=2, shade=0.5),
    SheetScene.DARK: Scene(turn_deg=2, light=0.2),
    SheetScene.GLARE: Scene(turn_deg=2, light=0.8, glare=1.0),
    SheetScene.BLURRED: Scene(turn_deg=2, blur=2.6),
    SheetScene.CUT_OFF: Scene(turn_deg=1, middle=(0.5, 0.74)),
    SheetScene.BLANK: Scene(lying=Lying.BLANK, turn_deg=2),
    SheetScene.TWO: Scene(second=True, middle=(0.27, 0.5), height=0.6, turn_deg=2),
    SheetScene.FAR_AWAY: Scene(height=0.3),
    SheetScene.NOTHING: Scene(lying=Lying.NOTHING, clutter=3),
}


def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Build the simulated camera in a worker process; `config` also names the desk's folder."""
    assert memory is not None
    fields = Fields(config)
    desk = DeskState(Path(fields.text("desk_folder")))
    source = SimulatedSource(desk, fields.integer("width_px"), fields.integer("height_px"))
    return CopyStand(source.latest, config, memory, simulated=True).handlers()


class SimulatedSource:
    """Pictures of a drawn desk; reads the desk's state before each."""

    def __init__(self, desk: DeskState, width_px: int, height_px: int) -> None:
        """Draw nothing yet."""
        self._desk = desk
        self._size = (width_px, height_px)
        self._drawn: tuple[SheetScene, Image] | None = None
        self._shift = 0
        self._never = threading.Event()

    def latest(self, newer_than_s: float, deadline_s: float) -> Shot | NoShot:
        """Return a picture of this instant."""
        scene = self._desk.read(SimulatedSheet).scene
        match scene:
            case SheetScene.UNPLUGGED:
                return NoShot.MISSING
            case SheetScene.FROZEN:
                self._never.wait()  # as a driver may; only the kiosk's deadline ends this
        at_s = newer_than_s + PICTURE_S
        if at_s > deadline_s:
            return NoShot.QUIET
        self._never.wait(max(at_s - time.monotonic(), 0))
        if self._drawn is None or self._drawn[0] is not scene:
            self._drawn = (scene, draw_scene(SCENES[scene], *self._size).image)
        self._shift = 1 - self._shift
        # A level more or less: no two pictures of a sensor are the same.
        image = as_image(cv2.add(self._drawn[1], np.full((1, 1, 1), self._shift, np.float64)))
        return Shot(image, time.monotonic())
