"""Every document, dot for dot as it was when somebody last looked at it; codes read back."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.envelope import find_signed_receipt
from launch.paper_pictures import Picture
from launch.paper_samples import all_samples
from printing.raster import Raster
from tests.support.golden_papers import (
    FOLDER,
    TOLERANCE,
    VERSIONS,
    golden_dots,
    golden_pictures,
    versions,
)

ADVICE = "look at it; if it is meant: python -m tests.support.golden_papers"


@pytest.fixture(scope="module")
def drawn() -> dict[str, Raster]:
    """Draw all of them."""
    return {picture.name: picture.raster for picture in golden_pictures()}


def differing(picture: Picture) -> int:
    """Return how many dots differ from the golden picture; all, if the size does."""
    golden, dots = golden_dots(picture.name), picture.raster.dots()
    return int((golden != dots).sum()) if golden.shape == dots.shape else dots.size


def allowed(dots: int) -> int:
    """Return how many dots may differ: none, where the same libraries draw."""
    return 0 if VERSIONS.read_text() == versions() else int(TOLERANCE * dots)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.png")))
def test_a_paper_looks_as_it_did(name: str, drawn: dict[str, Raster]) -> None:
    """Not a dot differs with the same libraries, few with others."""
    raster = drawn[name]
    assert differing(Picture(name, raster)) <= allowed(raster.width * raster.height), ADVICE


def test_every_document_has_a_picture(drawn: dict[str, Raster]) -> None:
    """And no picture is of something else."""
    assert {path.stem for path in FOLDER.glob("*.png")} == set(drawn)
    assert {name.partition(".")[0] for name in drawn} == {it.name for it in all_samples()}


def test_one_dot_would_be_noticed(drawn: dict[str, Raster]) -> None:
    """The comparison sees what it is for."""
    name = "receipt.58.zh_CN"
    raster = drawn[name]
    rows = bytearray(raster.rows)
    rows[len(rows) // 2] ^= 1
    assert differing(Picture(name, Raster(raster.width, raster.height, bytes(rows)))) == 1


def read_code(raster: Raster) -> str:
    """Return what a code reader sees on the paper, as a telephone would."""
    grey = np.where(raster.dots(), 0, 255).astype(np.uint8)
    return str(cv2.QRCodeDetector().detectAndDecode(grey)[0])


@pytest.mark.parametrize(
    "name", ["receipt.80.zh_CN", "receipt.58.zh_CN", "receipt.80.both", "receipt.58.zh_CN.large"]
)
def test_the_code_of_a_receipt_is_read_from_its_dots(name: str, drawn: dict[str, Raster]) -> None:
    """At 203 dpi, from the whole paper as printed, on both widths."""
    assert read_code(drawn[name]) == "https://platform.example/q/9902114633?c=7KX4MP"


@pytest.mark.parametrize("name", ["acknowledgement.a4.zh_CN", "acknowledgement.a4.both.2"])
def test_the_code_of_an_acknowledgement_is_read_and_verified(
    name: str, drawn: dict[str, Raster]
) -> None:
    """What comes off the paper is what was signed, and names nobody."""
    text = read_code(drawn[name])
    receipt = find_signed_receipt(text)
    assert receipt is not None
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    assert receipt.is_signed_by(public.public_bytes_raw())
    assert re.fullmatch(r"https://platform\.example/q/9902114633\?c=7KX4MP#DR1\.[!-~]+", text)
