"""How the screens look: millimetres to pixels, type sizes, colours, and the one style sheet made of
them.

No Qt here: a style sheet is text. Sizes are in millimetres of the glass, since what an old eye can
read and an old finger can hit is a length, not a number of pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from kiosk.flow.session import TextScale, Theme

FONT_FAMILIES: Final = '"Doorstep Sans SC", "Doorstep Sans SC Rare", "Noto Sans CJK SC"'

TARGET_MM: Final = 20.0
"""Height of buttons and rows."""
SMALLEST_TARGET_MM: Final = 16.0
"""No target is smaller: best of four sizes with people over 65, see screens.md."""
GAP_MM: Final = 4.0
"""Between two targets."""
MARGIN_MM: Final = 10.0
"""Between the glass's edge and what is on it."""
CORNER_MM: Final = 6.0

_MM_PER_INCH = 25.4
_CAPITAL_EM = 0.733  # height of a capital in the kiosk's font, as a part of the em


class TextRole(StrEnum):
    """Sizes of text by meaning; `EM_MM` gives them millimetres."""

    SMALL = "small"
    """Small print: 4.8 mm capitals, EN 301 549's floor where text can be enlarged (US 508, 402.4).
    """
    BAND = "band"
    """As SMALL, and the same at every text size: the band that says what is simulated."""
    FRAME = "frame"
    """Words of the frame, which grow little, so that the screen keeps its room."""
    FRAME_STRONG = "frame_strong"
    SIDE = "side"
    """Beside something larger that says the main thing: date, a tile's second line."""
    BODY = "body"
    """Everything that must be read: 7.3 mm capitals, 0.7 degrees at 600 mm (EN 301 549, 5.1.4)."""
    STRONG = "strong"
    """As BODY, bold."""
    CHOICE = "choice"
    """What is chosen between."""
    HEADING = "heading"
    TITLE = "title"
    HUGE = "huge"
    """The one number or word of a screen."""


EM_MM: Final = {
    TextRole.SMALL: 6.6,
    TextRole.BAND: 6.6,
    TextRole.FRAME: 8.2,
    TextRole.FRAME_STRONG: 10.0,
    TextRole.SIDE: 8.2,
    TextRole.BODY: 10.0,
    TextRole.STRONG: 10.0,
    TextRole.CHOICE: 11.0,
    TextRole.HEADING: 11.5,
    TextRole.TITLE: 15.0,
    TextRole.HUGE: 21.0,
}
"""Height of the em in mm at the normal text size."""

_GROWTH: Final = {
    TextRole.BAND: 0.0,
    TextRole.FRAME: 0.3,
    TextRole.FRAME_STRONG: 0.3,
    TextRole.HEADING: 0.7,
    TextRole.TITLE: 0.4,
    TextRole.HUGE: 0.4,
}
"""What is large already grows less with the text size, so that the rest has room to grow."""

_BOLD = frozenset(
    {
        TextRole.FRAME_STRONG,
        TextRole.STRONG,
        TextRole.HEADING,
        TextRole.TITLE,
        TextRole.HUGE,
    }
)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The panel: its diagonal and its pixels, both from the settings (what a monitor says of itself
    is often wrong).
    """

    diagonal_inch: float
    width_px: int
    height_px: int

    @property
    def px_per_mm(self) -> float:
        """Return how many pixels a millimetre has."""
        return math.hypot(self.width_px, self.height_px) / (self.diagonal_inch * _MM_PER_INCH)

    def px(self, mm: float) -> int:
        """Return a length in whole pixels, at least one for anything above zero."""
        return max(round(mm * self.px_per_mm), 1 if mm > 0 else 0)

    def mm(self, px: float) -> float:
        """Return a length in millimetres."""
        return px / self.px_per_mm

    @property
    def width_mm(self) -> float:
        """Return the panel's width in millimetres."""
        return self.mm(self.width_px)

    @property
    def height_mm(self) -> float:
        """Return the panel's height in millimetres."""
        return self.mm(self.height_px)

    @property
    def is_landscape(self) -> bool:
        """Say whether the panel is wider than high."""
        return self.width_px > self.height_px

    @property
    def can_be_lowered(self) -> bool:
        """Say whether 60 % of the height holds a screen: on lower panels everything is in reach as
        it is.
        """
        return self.height_mm * 0.6 >= 250

    @property
    def is_low(self) -> bool:
        """Say whether there is little height, as on a 15.6 inch panel lying on its side: words of
        the frame are short.
        """
        return self.height_mm < 220

    @property
    def bar_mm(self) -> float:
        """Return how high the frame's three buttons are: more where there is room."""
        return 20.0 if self.is_low else 22.0 if self.is_landscape else 27.0

    @property
    def row_mm(self) -> float:
        """Return how high a row to choose is."""
        return 20.0 if self.is_low else 24.0 if self.is_landscape else 34.0

    @property
    def row_gap_mm(self) -> float:
        """Return the gap between rows to choose."""
        return GAP_MM if self.is_landscape else 7.0

    @property
    def control_mm(self) -> float:
        """Return how high the frame's small buttons are."""
        return SMALLEST_TARGET_MM if self.is_low else 18.0

    @property
    def largest_factor(self) -> float:
        """Return how much the largest text size enlarges.

        A question and its answers must still fit: 1.5 on 21.5 inch, 1.25 where the short side has
        only 194 mm.
        """
        short_mm = min(self.width_mm, self.height_mm)
        return min(max(1.25 + (short_mm - 194) / (268 - 194) * 0.25, 1.2), 1.6)


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme as #RRGGBB; every text pair has at least 7:1, every line 3:1."""

    ink: str
    muted: str
    paper: str
    card: str
    line: str
    primary: str
    on_primary: str
    primary_dark: str
    tint: str
    on_tint: str
    """Primary text and icons on tint, card and paper."""
    warm: str
    warm_tint: str
    ok: str
    on_ok: str
    focus: str
    """The ring around what the keyboard is on; a second ring in `paper` separates it."""


COLOURS: Final = {
    Theme.LIGHT: Colours(
        ink="#16202A",
        muted="#434D57",
        paper="#FBF8F3",
        card="#FFFFFF",
        line="#8A8376",
        primary="#084C57",
        on_primary="#FFFFFF",
        primary_dark="#05363E",
        tint="#E3F0F1",
        on_tint="#084C57",
        warm="#7A3400",
        warm_tint="#FFF1E2",
        ok="#17552F",
        on_ok="#FFFFFF",
        focus="#16202A",
    ),
    Theme.DARK: Colours(
        ink="#F6F2EA",
        muted="#C9D1D6",
        paper="#0E1417",
        card="#182024",
        line="#84919A",
        primary="#8FD6DE",
        on_primary="#06262B",
        primary_dark="#C4EDF1",
        tint="#12343A",
        on_tint="#A5E2E8",
        warm="#FFC48C",
        warm_tint="#38220F",
        ok="#92DEAB",
        on_ok="#06240F",
        focus="#F6F2EA",
    ),
    Theme.HIGH_CONTRAST: Colours(
        ink="#000000",
        muted="#000000",
        paper="#FFEE00",
        card="#FFEE00",
        line="#000000",
        primary="#000000",
        on_primary="#FFEE00",
        primary_dark="#2B2B2B",
        tint="#FFFFFF",
        on_tint="#000000",
        warm="#000000",
        warm_tint="#FFFFFF",
        ok="#000000",
        on_ok="#FFEE00",
        focus="#000000",
    ),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How the screens look now: panel, text size, theme."""

    metrics: Metrics
    scale: TextScale = TextScale.NORMAL
    theme: Theme = Theme.LIGHT

    @property
    def colours(self) -> Colours:
        """Return the colours of the theme."""
        return COLOURS[self.theme]

    @property
    def factor(self) -> float:
        """Return how much larger than normal the text is: four even steps up to the panel's
        largest.
        """
        step = list(TextScale).index(self.scale) / (len(TextScale) - 1)
        return 1.0 + step * (self.metrics.largest_factor - 1.0)

    def em_px(self, role: TextRole) -> int:
        """Return the size of text in pixels, rounded up: never below the millimetres promised."""
        factor = 1.0 + (self.factor - 1.0) * _GROWTH.get(role, 1.0)
        return math.ceil(EM_MM[role] * factor * self.metrics.px_per_mm)


def capital_mm(em_mm: float) -> float:
    """Return the height of a capital letter of the kiosk's font."""
    return em_mm * _CAPITAL_EM


def style_sheet(style: Style) -> str:
    """Return the style sheet of the whole window."""
    metrics = style.metrics
    values = {field.name: getattr(style.colours, field.name) for field in fields(Colours)} | {
        "families": FONT_FAMILIES,
        "hair": metrics.px(0.5),
        "bold": metrics.px(0.9),
        "corner": metrics.px(CORNER_MM),
        "round": metrics.px(SMALLEST_TARGET_MM) // 2 - 1,
    }
    text = _RULES
    for name, value in values.items():
        text = text.replace(f"@{name};", f"{value};").replace(f"@{name} ", f"{value} ")
        text = text.replace(f"@{name}px", f"{value}px")
    return text + "".join(
        f'Label[role="{role}"] {{ font-size: {style.em_px(role)}px;'
        f" font-weight: {700 if role in _BOLD else 400}; }}\n"
        for role in TextRole
    )


_RULES = """
* { font-family: @families; color: @ink; outline: none; }
Shell, Layer { background: @paper; }
Label { background: transparent; border: none; }
Label[tone="muted"] { color: @muted; }
Label[tone="warm"] { color: @warm; }
Label[tone="primary"] { color: @on_tint; }
Label[tone="ok"] { color: @ok; }

PressArea { background: @card; border: @hairpx solid @line; border-radius: @cornerpx; }
PressArea:pressed { background: @tint; }
PressArea[look="primary"] { background: @primary; border: @hairpx solid @primary; }
PressArea[look="primary"]:pressed { background: @primary_dark; border-color: @primary_dark; }
PressArea[look="primary"] Label { color: @on_primary; }
PressArea[look="primary"]:disabled { background: @paper; border: @hairpx solid @line; }
PressArea[look="primary"] Label:disabled { color: @muted; }
PressArea[look="primary"]:disabled { background: @card; border: @boldpx dashed @line; }
PressArea[look="primary"] Label:disabled { color: @muted; }
PressArea[look="outline"] { border: @boldpx solid @on_tint; }
PressArea[look="outline"] Label { color: @on_tint; }
PressArea[look="warm"] { border: @boldpx solid @warm; }
PressArea[look="warm"]:pressed { background: @warm_tint; }
PressArea[look="warm"] Label { color: @warm; }
PressArea[look="round"] { border-radius: @roundpx; }
PressArea[look="bare"] { background: transparent; border: none; }
PressArea[look="field_now"] { background: @tint; border: @boldpx solid @on_tint; }
PressArea:checked { background: @tint; border: @boldpx solid @on_tint; }

Sheet { background: @card; border: @hairpx solid @line; border-radius: @cornerpx; }
Sheet[look="warm"] { background: @warm_tint; border: @hairpx solid @warm; }
Sheet[look="tint"] { background: @tint; border: @hairpx solid @on_tint; }
Sheet[look="field"] { background: @card; border: @boldpx solid @line; }
Sheet[look="field_now"] { background: @tint; border: @boldpx solid @on_tint; }
Sheet[look="problem"] { background: @warm_tint; border: @boldpx solid @warm; }
Sheet[look="simulated"] { background: @warm; border: none; border-radius: 0px; }
Sheet[look="simulated"] Label { color: @warm_tint; }
Sheet[look="bar"] { background: @card; border: none; border-radius: 0px; }
Sheet[look="bar"] { border-top: @hairpx solid @line; }
Sheet[look="caption"] { background: @primary; border: none; }
Sheet[look="caption"] Label { color: @on_primary; }
Sheet[look="badge"] { background: @tint; border: none; }
"""
