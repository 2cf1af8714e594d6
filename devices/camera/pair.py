"""Two cameras as one: the usual one, and one that is mounted low; only one is ever switched on."""

from __future__ import annotations

from kiosk.photos import Photo
from kiosk.ports.camera import Camera, CameraMount, Look, NoPicture


class CameraPair:
    """See the module; used from one thread, like each of the two."""

    def __init__(self, usual: Camera, low: Camera) -> None:
        """Look through the usual one until told otherwise."""
        self._cameras = {CameraMount.USUAL: usual, CameraMount.LOW: low}
        self._used = usual

    def use(self, mount: CameraMount) -> None:
        """Switch the other one off, and look through this one."""
        wanted = self._cameras[mount]
        if wanted is not self._used:
            self._used.close()
            self._used = wanted

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Look through the one in use."""
        return self._used.look(timeout_s, photo_format)

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Take a portrait with the one in use."""
        return self._used.take(timeout_s, photo_format)

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Take a whole picture with the one in use."""
        return self._used.take_whole(timeout_s)

    def close(self) -> None:
        """Switch both off; the usual one is looked through next."""
        for camera in self._cameras.values():
            camera.close()
        self._used = self._cameras[CameraMount.USUAL]
