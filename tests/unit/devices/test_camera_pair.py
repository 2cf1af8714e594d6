"""Several cameras, cameras that are mounted turned, and names that last."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from devices.camera.found import is_stable, plugged_in
from devices.camera.pair import CameraPair
from devices.camera.picture import upright
from devices.line_reader.worker_lines import CameraWithLines, WorkerLineReader
from kiosk.ports.camera import CameraMount
from tests.unit.kiosk.test_device_lanes import FakeCamera, look


def test_only_one_of_two_cameras_is_on() -> None:
    """Whoever uses the low one is not looked at by the other."""
    usual, low = FakeCamera(look()), FakeCamera(look())
    pair = CameraPair(usual, low)
    pair.look(1)
    pair.use(CameraMount.USUAL)
    assert (usual.closed, low.closed) == (0, 0)
    pair.use(CameraMount.LOW)
    assert (usual.closed, low.closed) == (1, 0)
    usual.answer = low.answer
    assert pair.look(1) == low.answer
    for camera in (pair, CameraWithLines(pair, WorkerLineReader())):
        for ask in (camera.look, camera.take):
            low.photo_format = ""
            ask(1, "icao.travel")
            assert (usual.photo_format, low.photo_format) == ("", "icao.travel")
    pair.close()
    assert (usual.closed, low.closed) == (2, 1)


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_a_turned_camera_shows_people_upright(rotation_deg: int) -> None:
    """What is up stays up, whichever way the camera is mounted."""
    scene = np.zeros((4, 6, 3), np.uint8)
    scene[0, :] = 255  # the upper edge
    mounted = np.rot90(scene, rotation_deg // 90)
    assert (upright(np.ascontiguousarray(mounted), rotation_deg) == scene).all()


def test_cameras_are_found_by_names_that_last(tmp_path: Path) -> None:
    """One name per camera, whatever else the kernel calls it."""
    for node in ("video0", "video1", "video2"):
        (tmp_path / node).touch()
    folder = tmp_path / "by-path"
    folder.mkdir()
    for name, node in (
        ("pci-0-usb-0:1:1.0-video-index0", "video0"),
        ("pci-0-usb-0:1:1.0-video-index1", "video1"),
        ("pci-0-usb-0:2:1.0-video-index0", "video2"),
        ("pci-0-usbv2-0:2:1.0-video-index0", "video2"),
    ):
        (folder / name).symlink_to(tmp_path / node)
    found = plugged_in(folder)
    assert [path.name for path in found] == [
        "pci-0-usb-0:1:1.0-video-index0",
        "pci-0-usb-0:2:1.0-video-index0",
    ]
    assert plugged_in(tmp_path / "nothing") == ()
    assert is_stable(str(found[0]))
    assert not is_stable("/dev/video0")
