"""Papers for tests: pages, sides, and a service that asks for a booklet, a card and a promise."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from kiosk.catalogue.expressions import parse
from kiosk.catalogue.service import PaperForm, PaperWanted, Service
from kiosk.ports.document_camera import (
    Corners,
    Page,
    PageAdvice,
    PageFindings,
    PageStyle,
    PaperCode,
    PaperFound,
    Side,
    Still,
)
from kiosk.shown_papers import TrustLevel
from tests.support.builders import a_service
from tests.support.services import words

CORNERS: Corners = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))


def jpeg_of(width_px: int, height_px: int, level: int) -> bytes:
    """Return a grey picture."""
    done, data = cv2.imencode(".jpg", np.full((height_px, width_px, 3), level, np.uint8))
    assert done
    return data.tobytes()


A_STILL = Still(jpeg_of(320, 240, 90), 320, 240, PaperFound(CORNERS), simulated=True)
A_SIDE = Side(A_STILL, CORNERS)
_JPEG = jpeg_of(210, 297, 220)
A_CODE = PaperCode("qr", "https://example.org/<b>")


def a_page(*advice: PageAdvice, sides: int = 1) -> Page:
    """Return a page with a code on it."""
    findings = PageFindings(advice, measures=(("sharpness", 0.5),))
    return Page(_JPEG, 210, 297, PageStyle(), sides, findings, (A_CODE,), simulated=True)


BOOK = PaperWanted("book", words("Book"), words("Why"), most_pages=2, wants=TrustLevel.B)
CARD = PaperWanted("card", words("Card"), words("Why"), PaperForm.CARD, is_required=False)
LETTER = PaperWanted(
    "letter", words("Letter"), words("Why"), relevant=parse("${alone} = 'yes'"), least=TrustLevel.B
)


def service_with_papers(*papers: PaperWanted) -> Service:
    """Return the small service with these papers, or with all three."""
    return replace(a_service(), papers=papers or (BOOK, CARD, LETTER))
