"""Cameras of every kind with something before them that tests can change."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from devices.camera.formats import load_photo_formats
from devices.camera.simulated import sitter_of
from devices.camera.worker_camera import (
    CameraConfig,
    WorkerCamera,
    open_camera,
    open_simulated_camera,
)
from devices.desk_state import DeskState, FaceScene, SimulatedFace
from tests.support.faces import ROOT, jpeg_of, write_video
from tests.support.mjpeg import MjpegServer

WIDTH_PX, HEIGHT_PX = 640, 480
FORMATS = load_photo_formats(ROOT / "assets" / "photo_formats.toml")
ID_CARD = FORMATS["cn.id_card"]
CONFIG = CameraConfig(
    "", ID_CARD, WIDTH_PX, HEIGHT_PX, mirror=False, more_formats=tuple(FORMATS.values())
)


class Stage(ABC):
    """A camera and what is before it."""

    camera: WorkerCamera
    is_simulated: bool

    @abstractmethod
    def show(self, scene: FaceScene) -> None:
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

    @abstractmethod
    def close(self) -> None:
        """End it."""


class SimulatedStage(Stage):
    """The simulated camera and its desk."""

    is_simulated = True

    def __init__(self, folder: Path, config: CameraConfig) -> None:
        self._desk = DeskState(folder / "desk")
        self._scene = FaceScene.GOOD
        self.camera = open_simulated_camera(config, self._desk)

    def show(self, scene: FaceScene) -> None:
        """Lay the scene out on the desk."""
        self._scene = scene
        self._desk.write(SimulatedFace(scene))

    def unplug(self) -> None:
        """Unplug it on the desk."""
        self._desk.write(SimulatedFace(FaceScene.UNPLUGGED))

    def hang(self) -> None:
        """Freeze it on the desk."""
        self._desk.write(SimulatedFace(FaceScene.FROZEN))

    def mend(self) -> None:
        """Lay out the last scene again."""
        self.show(self._scene)

    def close(self) -> None:
        """End the worker."""
        self.camera.close()


class NetworkStage(Stage):
    """The real camera on a stream's address."""

    is_simulated = False

    def __init__(self, folder: Path, config: CameraConfig) -> None:
        self.server = MjpegServer(pictures(FaceScene.GOOD))
        self.camera = open_camera(replace(config, source=self.server.url))

    def show(self, scene: FaceScene) -> None:
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


class FileStage(Stage):
    """The real camera on a video file, which is read from a new worker after each change."""

    is_simulated = False

    def __init__(self, folder: Path, config: CameraConfig) -> None:
        self._path = folder / "scene.avi"
        self._scene = FaceScene.GOOD
        self.camera = open_camera(replace(config, source=str(self._path)))
        self.show(FaceScene.GOOD)

    def show(self, scene: FaceScene) -> None:
        """Write a video of the scene."""
        self.camera.close()
        self._scene = scene
        sitter = sitter_of(SimulatedFace(scene))
        write_video(self._path, sitter, WIDTH_PX, HEIGHT_PX, pictures=6)

    def unplug(self) -> None:
        """Remove the file."""
        self.camera.close()
        self._path.unlink()

    def hang(self) -> None:
        """Open a pipe nobody writes into: the driver hangs in `open` for ever."""
        self.camera.close()
        self._path.unlink()
        os.mkfifo(self._path)

    def mend(self) -> None:
        """Write the last scene again."""
        self._path.unlink(missing_ok=True)
        self.show(self._scene)

    def close(self) -> None:
        """End the worker."""
        self.camera.close()


_cache: dict[FaceScene, list[bytes]] = {}


def pictures(scene: FaceScene) -> list[bytes]:
    """Return a few JPEGs of a scene, no two the same."""
    if scene not in _cache:
        sitter = sitter_of(SimulatedFace(scene))
        _cache[scene] = [jpeg_of(sitter, WIDTH_PX, HEIGHT_PX, seed) for seed in range(4)]
    return _cache[scene]


STAGES: dict[str, Callable[[Path, CameraConfig], Stage]] = {
    "simulated": SimulatedStage,
    "network": NetworkStage,
    "file": FileStage,
}
