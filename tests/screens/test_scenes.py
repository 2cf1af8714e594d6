"""Every step of the flow has its screen, its view and its texts."""

from __future__ import annotations

import pytest

from kiosk.domain import Language
from kiosk.flow.session import Overlay, StaffStep, Step
from tests.screens.places import EN, TEXTS, ZH
from ui.scenes import OVERLAYS, STAFF, STEPS


def test_every_step_has_a_screen() -> None:
    """No step, overlay or staff step is without one."""
    assert set(STEPS) == set(Step)
    assert set(OVERLAYS) == set(Overlay) - {Overlay.NONE}
    assert set(STAFF) == set(StaffStep)


@pytest.mark.parametrize("language", [ZH, EN])
def test_every_language_has_texts(language: Language) -> None:
    """Both languages of this site are there."""
    assert TEXTS[language].say("home.title")
