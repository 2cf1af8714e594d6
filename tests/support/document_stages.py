"""Document cameras of every kind with something under them that tests can change."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from devices.desk_state import DeskState, SheetScene, SimulatedSheet
from devices.document_camera.drawn_desk import draw_scene
from devices.document_camera.simulated import SCENES
from devices.document_camera.worker_document_camera import (
    DocumentCameraConfig,
    WorkerDocumentCamera,
    open_document_camera,
    open_simulated_document_camera,
)
from kiosk.ports.document_camera import Still
from tests.support.desk_scenes import worst_corner
from tests.support.mjpeg import MjpegServer
from tests.support.printed_pages import FONT

WIDTH_PX, HEIGHT_PX = 1296, 972
CONFIG = DocumentCameraConfig("", FONT, WIDTH_PX, HEIGHT_PX, 640, 480)


class Stage(ABC):
    """A document camera and what is under it."""

    camera: WorkerDocumentCamera
    is_simulated: bool

    @abstractmethod
    def show(self, scene: SheetScene) -> None:
        """Let the camera see a scene from now on."""

    @abstractmethod
    def unplug(self) -> None:
        """Take the camera's cable out."""

    @abstractmethod
    def hang(self) -> None:
        """Let its driver hang in the middle."""

    @abstractmethod
    def mend(self) -> None:
        """Undo `unplug` and `hang`."""

    def close(self) -> None:
        """End the worker."""
        self.camera.close()


class SimulatedStage(Stage):
    """The simulated camera and its desk."""

    is_simulated = True

    def __init__(self, folder: Path, config: DocumentCameraConfig) -> None:
        self._desk = DeskState(folder / "desk")
        self._scene = SheetScene.LETTER
        self.camera = open_simulated_document_camera(config, self._desk)

    def show(self, scene: SheetScene) -> None:
        """Lay the scene out on the desk."""
        self._scene = scene
        self._desk.write(SimulatedSheet(scene))

    def unplug(self) -> None:
        """Unplug it on the desk."""
        self._desk.write(SimulatedSheet(SheetScene.UNPLUGGED))

    def hang(self) -> None:
        """Freeze it on the desk."""
        self._desk.write(SimulatedSheet(SheetScene.FROZEN))

    def mend(self) -> None:
        """Lay out the last scene again."""
        self.show(self._scene)


class NetworkStage(Stage):
    """The real camera on a stream's address, over a loopback socket."""

    is_simulated = False

    def __init__(self, folder: Path, config: DocumentCameraConfig) -> None:
        self.server = MjpegServer(pictures(SheetScene.LETTER))
        self.camera = open_document_camera(replace(config, source=self.server.url))

    def show(self, scene: SheetScene) -> None:
        """Serve pictures of the scene."""
        self.server.show(pictures(scene))

    def unplug(self) -> None:
        """Cut and refuse connections."""
        self.server.unplug()

    def hang(self) -> None:
        """Send nothing more."""
        self.server.stall()

    def mend(self) -> None:
        """Accept and send again."""
        self.server.flow()
        if not self.server.is_plugged_in:
            self.server.plug_in()

    def close(self) -> None:
        """End worker and server."""
        self.camera.close()
        self.server.close()


class PictureStage(Stage):
    """The real camera on a picture file that another program replaces."""

    is_simulated = False

    def __init__(self, folder: Path, config: DocumentCameraConfig) -> None:
        self._path = folder / "newest.jpg"
        self._scene = SheetScene.LETTER
        self.camera = open_document_camera(replace(config, source=str(self._path)))
        self._is_over = threading.Event()
        self._writing = threading.Lock()
        self._is_written = True
        self.show(SheetScene.LETTER)
        self._program = threading.Thread(target=self._write_for_ever, name="picture program")
        self._program.start()

    def show(self, scene: SheetScene) -> None:
        """Put another picture into its place, whole."""
        with self._writing:
            self._scene = scene
            self._write()

    def unplug(self) -> None:
        """Remove the file."""
        with self._writing:
            self._is_written = False
            self._path.unlink()

    def hang(self) -> None:
        """Put a pipe there that nobody writes into: opening it never ends."""
        self.unplug()
        os.mkfifo(self._path)

    def mend(self) -> None:
        """Put the last picture there again."""
        with self._writing:
            self._is_written = True
            self._write()

    def close(self) -> None:
        """End the camera and the program."""
        self._is_over.set()
        self._program.join()
        super().close()

    def _write_for_ever(self) -> None:
        while not self._is_over.wait(0.2):
            with self._writing:
                if self._is_written:
                    self._write()

    def _write(self) -> None:
        fresh = self._path.with_suffix(".part")
        fresh.write_bytes(pictures(self._scene)[0])
        fresh.replace(self._path)


@cache
def pictures(scene: SheetScene) -> list[bytes]:
    """Return two JPEGs of a scene that are not quite the same."""
    image = draw_scene(SCENES[scene], WIDTH_PX, HEIGHT_PX).image
    made = []
    for shift in (0, 1):
        shifted = cv2.add(image, np.full_like(image, shift))
        is_made, raw = cv2.imencode(".jpg", shifted, [cv2.IMWRITE_JPEG_QUALITY, 92])
        assert is_made
        made.append(raw.tobytes())
    return made


def shows(still: Still, scene: SheetScene) -> bool:
    """Say whether a page was found where the scene has one, and none where it has none."""
    drawn = draw_scene(SCENES[scene], WIDTH_PX, HEIGHT_PX).papers
    if still.found is None or not drawn:
        return still.found is None and not drawn
    found = np.array(still.found.corners) * (WIDTH_PX, HEIGHT_PX)
    return worst_corner(found, drawn[0]) < 0.02 * WIDTH_PX


STAGES: dict[str, Callable[[Path, DocumentCameraConfig], Stage]] = {
    "simulated": SimulatedStage,
    "network": NetworkStage,
    "picture": PictureStage,
}
