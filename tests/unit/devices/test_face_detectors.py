"""Which detector looks for faces, and what the one that ships can do."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from devices.camera.drawn_face import Sitter
from devices.camera.faces import CascadeDetector, load_detector
from devices.camera.seen import see
from devices.camera.simulated import face_of, sitter_of
from devices.desk_state import FaceScene, SimulatedFace
from tests.support.sitters import ID_CARD, cascade, drawn, true_values, yunet


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (720, 1280)], ids=str)
def test_the_cascade_is_good_enough_for_a_crop(size: tuple[int, int]) -> None:
    """Where it finds a face the portrait is near its format; its squares vary by a tenth."""
    sitter = Sitter(face_width=0.36 if size[0] > size[1] else 0.2)
    seen = see(drawn(sitter, size), cascade(), ID_CARD)
    true = true_values(sitter, size, seen.window, ID_CARD)
    assert abs(true["face_width_px"] / 207 - 1) < 0.12
    assert true["eyes_from_bottom_px"] > 200
    assert abs(true["eyes_from_left_px"] - 179) < 15


@pytest.mark.parametrize("fault", ["missing", "other bytes", "no network"])
def test_a_wrong_detector_file_is_refused(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the file that the checksum names is loaded; the cascade serves meanwhile."""
    path = tmp_path / "model.onnx"
    if fault != "missing":
        path.write_bytes(b"not a network")
    checksum = hashlib.sha256(b"not a network").hexdigest() if fault == "no network" else "0" * 64
    assert isinstance(load_detector(str(path), checksum), CascadeDetector)
    assert "CAMERA_MODEL_REFUSED" in capsys.readouterr().err


@pytest.mark.parametrize("scene", ["good", "far_away", "too_close", "tilted", "too_dark"])
def test_the_simulated_camera_tells_what_a_detector_would_see(scene: str) -> None:
    """Practice visits get the advice that a real camera's would: the faces agree."""
    sitter, size = sitter_of(SimulatedFace(FaceScene(scene))), (640, 480)
    told = face_of(sitter, size, (0.0, 0.0))
    found = see(drawn(sitter, size), yunet(), ID_CARD).faces[0]
    unit = sitter.face_width * size[1]
    for told_eye, found_eye in zip(told.eyes, found.eyes, strict=True):
        assert told_eye == pytest.approx(found_eye, abs=0.08 * unit)
    assert told.roll_deg == pytest.approx(found.roll_deg, abs=2)
    assert told.width == pytest.approx(found.width, rel=0.1)
