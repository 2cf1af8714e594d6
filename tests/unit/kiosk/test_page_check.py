"""The test of the camera over papers: what it says of a page, and that it keeps none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.desk_state import SheetScene
from kiosk import page_check
from kiosk.ports.camera import NoPicture
from kiosk.ports.document_camera import NotCut, PageAdvice, PaperLook
from kiosk.readiness import Health, PortName, PortReport
from kiosk.texts import Texts, load_texts
from launch.places import LOCALE
from tests.support.document_stages import CONFIG, SimulatedStage
from tests.support.shown_papers import A_STILL, a_page
from tests.support.waiting import wait_until
from tests.unit.kiosk.test_paper_lane import FakeDocumentCamera, Place, looking

TEXTS = load_texts(LOCALE)
LARGE = replace(CONFIG, width_px=1600, height_px=1200)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedStage]:
    """The simulated camera, in its own process."""
    made = SimulatedStage(tmp_path_factory.mktemp("stage"), LARGE)
    wait_until(lambda: isinstance(made.camera.look(5.0), PaperLook), 30, "a picture")
    yield made
    made.close()


@pytest.fixture(params=["en", "zh_CN"])
def texts(request: pytest.FixtureRequest) -> Texts:
    """Both languages."""
    return next(it for language, it in TEXTS.items() if language == request.param)


def test_a_page_is_measured_by_the_real_finder(stage: SimulatedStage) -> None:
    """Light and sharpness move with what lies there, and advice says what to put right."""
    texts = next(it for language, it in TEXTS.items() if language == "en")
    found: dict[SheetScene, PortReport] = {}
    for scene in (SheetScene.NOTHING, SheetScene.LETTER, SheetScene.DARK, SheetScene.BLURRED):
        stage.show(scene)
        stage.camera.look(5.0)  # what is captured after this was captured after `show`
        found[scene] = page_check.of_test(stage.camera, texts)
    assert found[SheetScene.NOTHING].state == "lay_one"
    assert found[SheetScene.LETTER].state == "readable"
    assert "1600 x 1200, light" in found[SheetScene.LETTER].sentence
    assert found[SheetScene.DARK].advice == texts.say("paper_step.advice.too_dark")
    assert found[SheetScene.BLURRED].advice == texts.say("paper_step.advice.blurred")
    assert {it.port for it in found.values()} == {PortName.DOCUMENT_CAMERA}


def test_every_answer_has_its_sentence(texts: Texts) -> None:
    """What is wrong comes with what to do."""
    cameras = [
        *(replace(a_camera(), still=it) for it in NoPicture),
        *(replace(a_camera(), pages=[it]) for it in NotCut),
        *(replace(a_camera(), pages=[a_page(it)]) for it in PageAdvice),
        replace(a_camera(), still=replace(A_STILL, found=None)),
    ]
    for camera in cameras:
        part = page_check.of_test(camera, texts)
        assert part.sentence
        assert part.advice
        assert (part.health is Health.READY) is (part.state == "lay_one")


def a_camera() -> FakeDocumentCamera:
    """Return a camera under which a page lies."""
    return FakeDocumentCamera([])


def test_a_test_leaves_nothing_behind() -> None:
    """The page that was measured may still be somebody's next one."""
    place: Place = looking()
    before = dict(vars(place.papers))
    place.papers.test(next(iter(TEXTS.values())))
    after = dict(vars(place.papers))
    assert after.pop("_camera") is place.camera
    before.pop("_camera")
    assert after == before
    assert place.events == []
