"""Sizes are millimetres of the glass, and every pair of colours can be told apart."""

from __future__ import annotations

import itertools

import pytest

from kiosk.flow.session import TextScale, Theme
from ui.theme import COLOURS, EM_MM, Metrics, Style, TextRole, capital_mm, style_sheet

PANELS = (
    Metrics(21.5, 1080, 1920),
    Metrics(21.5, 1920, 1080),
    Metrics(15.6, 1366, 768),
    Metrics(32.0, 1080, 1920),
    Metrics(15.6, 1920, 1080),
)
MUST_BE_READ = frozenset(
    {TextRole.BODY, TextRole.STRONG, TextRole.CHOICE, TextRole.HEADING, TextRole.TITLE}
)
TEXT_PAIRS = (
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "tint"),
    ("ink", "warm_tint"),
    ("muted", "paper"),
    ("muted", "card"),
    ("muted", "tint"),
    ("on_primary", "primary"),
    ("on_primary", "primary_dark"),
    ("on_tint", "card"),
    ("on_tint", "paper"),
    ("on_tint", "tint"),
    ("warm", "card"),
    ("warm", "paper"),
    ("warm", "warm_tint"),
    ("ok", "paper"),
    ("on_ok", "ok"),
)
SHAPE_PAIRS = (
    ("line", "paper"),
    ("line", "card"),
    ("focus", "paper"),
    ("focus", "card"),
    ("primary", "paper"),
    ("primary", "card"),
)


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_standard_does() -> None:
    """Black on white is 21, and a colour on itself is 1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#8A8376", "#8A8376") == pytest.approx(1)


@pytest.mark.parametrize("theme", list(Theme))
def test_text_has_seven_to_one_and_shapes_three(theme: Theme) -> None:
    """In every theme text pairs have at least 7:1, lines and rings at least 3:1."""
    colours = COLOURS[theme]
    ratios = {
        (one, other): contrast(getattr(colours, one), getattr(colours, other))
        for one, other in TEXT_PAIRS + SHAPE_PAIRS
    }
    assert {pair: r for pair, r in ratios.items() if pair in TEXT_PAIRS and r < 7} == {}
    assert {pair: r for pair, r in ratios.items() if pair in SHAPE_PAIRS and r < 3} == {}


def test_a_panel_knows_its_millimetres() -> None:
    """A 21.5 inch Full HD panel has pixels of 0.248 mm."""
    panel = Metrics(21.5, 1080, 1920)
    assert 1 / panel.px_per_mm == pytest.approx(0.248, abs=0.0005)
    assert panel.px(20) == 81
    assert panel.mm(panel.px(20)) == pytest.approx(20, abs=0.15)
    assert panel.width_mm == pytest.approx(267.7, abs=0.1)
    assert panel.px(0) == 0
    assert panel.px(0.01) == 1


@pytest.mark.parametrize("panel", PANELS)
def test_what_must_be_read_is_large_enough_on_every_panel(panel: Metrics) -> None:
    """Capitals have 7.3 mm where text must be read and never less than 4.8 mm."""
    for role in TextRole:
        height = capital_mm(panel.mm(Style(panel).em_px(role)))
        assert height >= (7.3 if role in MUST_BE_READ else 4.8), role


@pytest.mark.parametrize("panel", PANELS)
def test_four_text_sizes_rise(panel: Metrics) -> None:
    """Each text size is larger than the one before; large titles grow less than small text."""
    styles = [Style(panel, scale) for scale in TextScale]
    bodies = [style.em_px(TextRole.BODY) for style in styles]
    assert all(low < high for low, high in itertools.pairwise(bodies))
    grown = {role: styles[-1].em_px(role) / styles[0].em_px(role) for role in EM_MM}
    assert grown[TextRole.BODY] >= 1.19
    assert grown[TextRole.TITLE] < grown[TextRole.BODY]
    assert grown[TextRole.BAND] == 1


def test_only_a_high_panel_can_be_lowered() -> None:
    """Where 60 % of the height holds no screen, everything is within reach anyway."""
    assert [panel.can_be_lowered for panel in PANELS] == [True, False, False, True, False]


@pytest.mark.parametrize("theme", list(Theme))
def test_the_style_sheet_is_filled_in(theme: Theme) -> None:
    """No place of the template stays open, and every text role has its size."""
    sheet = style_sheet(Style(PANELS[0], theme=theme))
    assert "@" not in sheet
    assert all(f'role="{role}"' in sheet for role in TextRole)
    assert COLOURS[theme].paper in sheet
