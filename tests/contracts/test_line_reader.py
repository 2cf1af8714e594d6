"""The contract of `kiosk.ports.line_reader`, in a worker process, with stills of a camera."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.camera.formats import load_photo_formats
from devices.camera.worker_camera import CameraConfig, open_simulated_camera
from devices.desk_state import DeskState, FaceScene, SimulatedFace
from devices.line_reader.worker_lines import CameraWithLines, WorkerLineReader
from kiosk.ports.camera import NoPicture
from kiosk.ports.line_reader import LineCamera, LinesSeen, LinesUnseen
from launch.places import ASSETS
from tests.support import passports

LIMIT_S = 10.0


@pytest.fixture
def reader() -> Iterator[WorkerLineReader]:
    """The reader of lines; its process starts with the first picture."""
    reader = WorkerLineReader()
    yield reader
    reader.close()
    reader.close()


@pytest.fixture
def desk(tmp_path: Path) -> DeskState:
    """What lies before the camera."""
    return DeskState(tmp_path)


@pytest.fixture
def camera(desk: DeskState, reader: WorkerLineReader) -> Iterator[CameraWithLines]:
    """A simulated camera whose stills are read."""
    formats = load_photo_formats(ASSETS / "photo_formats.toml")
    config = CameraConfig("", next(iter(formats.values())), 1280, 720)
    camera = CameraWithLines(open_simulated_camera(config, desk), reader)
    yield camera
    camera.close()


def test_a_page_that_is_held_up_is_read(camera: CameraWithLines, desk: DeskState) -> None:
    """The sample passport's lines, every sign."""
    assert isinstance(camera, LineCamera)
    desk.write(SimulatedFace(FaceScene.PASSPORT))
    found = camera.take_lines(LIMIT_S)
    assert isinstance(found, LinesSeen)
    assert found.text == "\n".join(passports.LINES)
    assert 0.7 < found.confidence <= 1


def test_a_face_has_no_lines(camera: CameraWithLines, desk: DeskState) -> None:
    """And a camera that gives no pictures says so."""
    desk.write(SimulatedFace(FaceScene.GOOD))
    assert camera.take_lines(LIMIT_S) in set(LinesUnseen) - {LinesUnseen.NO_READER}
    desk.write(SimulatedFace(FaceScene.UNPLUGGED))
    assert isinstance(camera.take_lines(2.0), NoPicture)


@pytest.mark.may_warn
def test_a_killed_reader_is_started_again(camera: CameraWithLines, desk: DeskState) -> None:
    """A picture that ends its process costs one answer."""
    reader = camera.lines
    assert isinstance(reader, WorkerLineReader)
    desk.write(SimulatedFace(FaceScene.PASSPORT))
    photo = camera.take_whole(LIMIT_S)
    assert not isinstance(photo, NoPicture)
    assert isinstance(reader.read_lines(photo.jpeg, LIMIT_S), LinesSeen)
    pid = reader.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert reader.read_lines(photo.jpeg, LIMIT_S) is LinesUnseen.NO_READER
    assert isinstance(reader.read_lines(photo.jpeg, LIMIT_S), LinesSeen)
    assert reader.pid != pid


def test_bytes_that_are_no_picture_have_no_lines(reader: WorkerLineReader) -> None:
    """Nor has one that is larger than any still."""
    assert reader.read_lines(b"", LIMIT_S) is LinesUnseen.NONE
    assert reader.read_lines(b"\xff\xd8\xff" + bytes(300), LIMIT_S) is LinesUnseen.NONE
    assert reader.read_lines(bytes((16 << 20) + 1), LIMIT_S) is LinesUnseen.NONE
