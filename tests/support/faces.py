"""Pictures with drawn faces, as JPEG and as video, and the deployer's detector file."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.camera.drawn_face import Sitter, draw_sitter
from devices.camera.picture import Image, as_image

YUNET_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
ROOT = Path(__file__).resolve().parents[2]


def yunet_file() -> Path:
    """Return the detector file, or skip the test: it does not come with the program."""
    folder = Path(os.environ.get("DOORSTEP_TEST_MODELS") or ROOT.parent / "shared" / "models")
    path = folder / "face_detection_yunet_2023mar.onnx"
    # A file that nobody need have is no ability of the machine: its absence is never a failure.
    if not path.exists():
        pytest.skip("no YuNet file: see assets/models/README.md, set DOORSTEP_TEST_MODELS")
    return path


def noisy(picture: Image, seed: int = 0) -> Image:
    """Return the picture with a sensor's noise, so that no two are the same."""
    noise = np.random.default_rng(seed).normal(0, 3, picture.shape)
    return as_image(np.clip(picture + noise, 0, 255).astype(np.uint8))


def jpeg_of(sitter: Sitter, width_px: int, height_px: int, seed: int = 0) -> bytes:
    """Return a drawn sitter as a camera's JPEG."""
    picture = noisy(draw_sitter(sitter, width_px, height_px), seed)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def write_video(path: Path, sitter: Sitter, width_px: int, height_px: int, pictures: int) -> None:
    """Write an AVI of MJPG pictures at 25 per second."""
    size = (width_px, height_px)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, size)
    picture = draw_sitter(sitter, width_px, height_px)
    for number in range(pictures):
        writer.write(noisy(picture, number))
    writer.release()


def picture_of(jpeg: bytes) -> Image:
    """Return a JPEG's picture."""
    return as_image(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
