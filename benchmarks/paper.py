"""A paper found and straightened in five megapixels, against a bare warp of the same picture.

The bare warp knows the corners beforehand and does what nobody can do without: decode the file, one
`cv2.warpPerspective` to a page of the same size, encode it. Ours finds the corners, sees the true
shape, takes the shadow out, judges the page, reads its codes and keeps to a budget. A second figure
leaves files away: finding and straightening alone against the one call to warp.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from benchmarks.figures import Figure, Unit, in_turns
from devices.camera.picture import Image, as_image
from devices.document_camera.drawn_desk import Desk, Scene, draw_scene
from devices.document_camera.encoding import decoded
from devices.document_camera.finder import find_papers
from devices.document_camera.page_making import RawSide, find_page, make_page
from devices.document_camera.straighten import straightened
from kiosk.ports.document_camera import Page, PageStyle
from launch.places import ASSETS

ROUNDS: Final = 20
SIZE: Final = (2592, 1944)
FONT: Final = str(ASSETS / "fonts" / "DoorstepSansSC-Regular.ttf")
SCENE: Final = Scene(Desk.WOOD, turn_deg=7, lean=(0.12, -0.2), height=0.8, shade=0.3)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    cv2.setNumThreads(2)
    drawn = draw_scene(SCENE, *SIZE)
    made, raw = cv2.imencode(".jpg", drawn.image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert made
    still = raw.tobytes()
    image = decoded(still)
    assert image is not None
    page = _page(still)
    size = (page.width_px, page.height_px)
    corners = drawn.papers[0].astype(np.float32)

    def find_and_straighten() -> Image | None:
        return straightened(image, find_papers(image)[0].quad)

    whole_ours, whole_theirs = in_turns(
        rounds, lambda: _page(still), lambda: _bare_page(still, corners, size)
    )
    ours, theirs = in_turns(rounds, find_and_straighten, lambda: _warped(image, corners, size))
    return [
        Figure(
            "paper, 5 megapixels: found and straightened",
            "one warp, corners known",
            Unit.MS,
            ours,
            theirs,
        ),
        Figure(
            "paper, 5 megapixels: from the file to the page's file",
            "decode, warp, encode",
            Unit.MS,
            whole_ours,
            whole_theirs,
        ),
    ]


def _page(still: bytes) -> Page:
    image = decoded(still)
    assert image is not None
    found = find_page(image)
    assert found is not None
    side = RawSide(image, found.corners, 0, is_one_of_several=False)
    page = make_page([side], PageStyle(), FONT, simulated=False)
    assert isinstance(page, Page)
    return page


def _warped(image: Image, corners: np.typing.NDArray[np.float32], size: tuple[int, int]) -> Image:
    width, height = size
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, flat)
    return as_image(cv2.warpPerspective(image, matrix, size))


def _bare_page(
    still: bytes, corners: np.typing.NDArray[np.float32], size: tuple[int, int]
) -> bytes:
    image = cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    made, raw = cv2.imencode(
        ".jpg", _warped(as_image(image), corners, size), [cv2.IMWRITE_JPEG_QUALITY, 80]
    )
    assert made
    return raw.tobytes()
