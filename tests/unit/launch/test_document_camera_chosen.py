"""Which camera looks at papers: one of its own, the one for faces, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devices.desk_state import DeskState
from devices.document_camera.worker_document_camera import WorkerDocumentCamera
from kiosk.ports.camera import NoPicture
from kiosk.ports.document_camera import WHOLE_PICTURE, NotCut, PageStyle, Side, Still
from kiosk.readiness import PortName
from kiosk.settings import (
    CameraKind,
    CameraSettings,
    DocumentCameraKind,
    DocumentCameraSettings,
    Settings,
)
from launch.absent import NoDocumentCamera, absent_parts
from launch.devices_chosen import open_document_camera
from launch.wiring import simulated_parts

OPENCV = CameraSettings(kind=CameraKind.OPENCV, source="/dev/video9")
NONE = CameraSettings(kind=CameraKind.NONE)


def chosen(camera: CameraSettings, papers: DocumentCameraSettings) -> Settings:
    """Return settings with these two."""
    return replace(Settings(), camera=camera, document_camera=papers)


SHARED = DocumentCameraSettings()
SIMULATED = DocumentCameraSettings(kind=DocumentCameraKind.SIMULATED)
OWN = DocumentCameraSettings(kind=DocumentCameraKind.OPENCV, source="/dev/video3")
WITHOUT = DocumentCameraSettings(kind=DocumentCameraKind.NONE)


@pytest.mark.parametrize(
    ("camera", "papers", "factory", "source"),
    [
        (CameraSettings(), SHARED, "simulated", ""),
        (OPENCV, SHARED, "opencv", "/dev/video9"),
        (OPENCV, OWN, "opencv", "/dev/video3"),
        (OPENCV, replace(OWN, source="/dev/video9"), "opencv", "/dev/video9"),
        (NONE, OWN, "opencv", "/dev/video3"),
        (OPENCV, SIMULATED, "simulated", ""),
    ],
)
def test_the_camera_of_the_settings_is_opened(
    camera: CameraSettings,
    papers: DocumentCameraSettings,
    factory: str,
    source: str,
    tmp_path: Path,
) -> None:
    """Shared is whatever the face camera is; its own wins; nothing is started yet."""
    settings = chosen(camera, papers)
    made = open_document_camera(settings, DeskState(tmp_path))
    assert isinstance(made, WorkerDocumentCamera)
    spec = made._worker._spec
    assert spec.factory == f"devices.document_camera.{factory}:host"
    assert spec.config["source"] == source
    assert made._worker.pid is None
    assert PortName.DOCUMENT_CAMERA not in absent_parts(settings)


@pytest.mark.parametrize(
    ("camera", "papers", "turn_deg"),
    [
        (OPENCV, SHARED, 90),
        (CameraSettings(), SHARED, 90),
        (OPENCV, replace(OWN, source="/dev/video9"), 90),
        (OPENCV, OWN, 0),
        (OPENCV, SIMULATED, 0),
    ],
)
def test_a_camera_for_both_is_mounted_in_one_way(
    camera: CameraSettings, papers: DocumentCameraSettings, turn_deg: int, tmp_path: Path
) -> None:
    """What turns faces upright turns papers; a camera of its own hangs as it hangs."""
    settings = chosen(replace(camera, rotation_deg=90), papers)
    made = open_document_camera(settings, DeskState(tmp_path))
    assert isinstance(made, WorkerDocumentCamera)
    assert made._worker._spec.config["rotation_deg"] == turn_deg


@pytest.mark.parametrize(("camera", "papers"), [(NONE, SHARED), (OPENCV, WITHOUT)])
def test_a_kiosk_can_do_without(
    camera: CameraSettings, papers: DocumentCameraSettings, tmp_path: Path
) -> None:
    """Every call is answered, and nothing is said to be broken."""
    settings = chosen(camera, papers)
    made = open_document_camera(settings, DeskState(tmp_path))
    assert isinstance(made, NoDocumentCamera)
    assert made.look(1) is NoPicture.MISSING
    assert made.take(1) is NoPicture.MISSING
    still = Still(b"", 1, 1, None, simulated=False)
    assert made.cut([Side(still, WHOLE_PICTURE)], PageStyle(), 1) is NotCut.NOT_NOW
    made.close()
    assert PortName.DOCUMENT_CAMERA in absent_parts(settings)


def test_a_simulated_one_beside_a_real_camera_is_named() -> None:
    """Drawn papers are told on every screen; a shared camera is told already."""
    assert "document_camera" in simulated_parts(chosen(OPENCV, SIMULATED))
    assert "document_camera" not in simulated_parts(chosen(CameraSettings(), SHARED))


@pytest.mark.parametrize(
    "papers",
    [
        DocumentCameraSettings(kind=DocumentCameraKind.OPENCV),
        DocumentCameraSettings(source="/dev/video3"),
    ],
)
def test_settings_that_contradict_themselves_are_named(papers: DocumentCameraSettings) -> None:
    """A source is given for one of its own, and only for that."""
    assert [option for option, _ in papers.problems()] == ["source"]
