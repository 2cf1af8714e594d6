"""Testing the camera over papers: what it sees now, as it would be judged.

Whatever picture is taken for it is measured and forgotten; a report holds words and figures alone.
"""

from __future__ import annotations

from kiosk import diagnosis
from kiosk.ports.camera import NoPicture
from kiosk.ports.document_camera import DocumentCamera, NotCut, Page, PageStyle, Side
from kiosk.readiness import Health, PortName, PortReport
from kiosk.texts import Texts

_PORT = PortName.DOCUMENT_CAMERA
TAKE_S, CUT_S = 8.0, 12.0


def of_test(camera: DocumentCamera, texts: Texts) -> PortReport:
    """Take a picture and, where a page lies there, make one of it and say how it is."""
    still = camera.take(TAKE_S)
    if still is NoPicture.STARTING:
        still = camera.take(TAKE_S)
    if isinstance(still, NoPicture):
        return _unseen(still, texts)
    size = f"{still.width_px} x {still.height_px}"
    if still.found is None:
        return diagnosis.report(_PORT, Health.READY, "lay_one", texts, size)
    page = camera.cut((Side(still, still.found.corners),), PageStyle(), CUT_S)
    if isinstance(page, NotCut):
        return diagnosis.report(_PORT, Health.WARNING, "not_cut", texts, page.value)
    return _of_page(page, size, texts)


def _unseen(answer: NoPicture, texts: Texts) -> PortReport:
    if answer is NoPicture.STARTING:
        return diagnosis.report(_PORT, Health.WARNING, "starting", texts)
    return diagnosis.report(_PORT, Health.BROKEN, answer.value, texts)


def _of_page(page: Page, size: str, texts: Texts) -> PortReport:
    measured = dict(page.findings.measures)
    advice = page.findings.advice
    detail = texts.say(
        "maintenance.page_measured",
        size=size,
        light=round(measured.get("light", 0.0)),
        blur=round(measured.get("blur", 0.0), 1),
    )
    state, health = ("hard", Health.WARNING) if advice else ("readable", Health.READY)
    part = diagnosis.report(_PORT, health, state, texts, detail)
    if not advice:
        return part
    # What a resident would be told is what is to be put right.
    words = texts.say(f"paper_step.advice.{advice[0]}")
    return PortReport(_PORT, health, state, part.sentence, words)
