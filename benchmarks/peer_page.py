"""The same Home as a page for a browser: the kiosk's own words, sizes, colours, fonts and icons.

One static page without a framework, its fonts and icons beside it, the next screen in it already:
the kindest thing a browser can be given.
"""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from kiosk.clock import SystemClock
from kiosk.flow.advance import advance, empty_session
from kiosk.flow.events import Started
from kiosk.flow.world import Network
from launch.places import ASSETS
from launch.wiring import Kiosk
from ui.theme import Metrics, Style, TextRole
from ui.views.before import Fact, guide_view
from ui.views.frame import ControlView, frame_view
from ui.views.home import ServiceTile, home_view

SOURCE: Final = Path(__file__).parent / "home_page"
_FACTS_PER_PAGE = 3
_LENGTHS_MM = (2, 3, 4, 5, 6, 8, 10, 16, 18, 22, 24, 34)


def write_page(kiosk: Kiosk, width: int, height: int, folder: Path) -> Path:
    """Write the page with all it needs into an empty folder and return its file."""
    shutil.copytree(ASSETS / "icons", folder / "icons")
    (folder / "fonts").mkdir()
    for weight in ("Regular", "Bold"):
        shutil.copy(ASSETS / "fonts" / f"DoorstepSansSC-{weight}.ttf", folder / "fonts")
    shutil.copy(SOURCE / "home.css", folder)
    style = Style(Metrics(kiosk.settings.screen.diagonal_inch, width, height))
    template = Template((SOURCE / "home.html").read_text(encoding="utf-8"))
    page = folder / "home.html"
    page.write_text(
        template.substitute(_words(kiosk), sizes=_sizes(style)),
        encoding="utf-8",
    )
    return page


def _words(kiosk: Kiosk) -> dict[str, str]:
    world = replace(kiosk.world, network=Network.ONLINE)
    home = empty_session(world)
    texts = kiosk.texts[home.display.language]
    frame, shown = frame_view(home, world, texts), home_view(home, world, texts)
    begun, _ = advance(home, Started(SystemClock().now(), "of the page"), world)
    guide = guide_view(begun, world, texts)
    plain = {
        "language": home.display.language.replace("_", "-"),
        "simulated": frame.simulated,
        "site": frame.title,
        "text_size": _text(frame.text_size),
        "other_language": _text(frame.language),
        "title": shown.title,
        "hero_title": shown.hero_title,
        "hero_line": shown.hero_line,
        "free": shown.free,
        "duty": shown.duty,
        "help": frame.help,
        "progress": shown.bar.back,
        "staff": shown.bar.next,
        "guide_title": guide.title,
    }
    return {name: escape(text) for name, text in plain.items()} | {
        "services": "".join(map(_tile, shown.services)),
        "facts": "".join(map(_fact, guide.facts[:_FACTS_PER_PAGE])),
    }


def _text(control: ControlView | None) -> str:
    return control.text if control is not None else ""


def _tile(service: ServiceTile) -> str:
    return (
        f'<div class="tile">{_badge(service.icon)}'
        f"<span><b>{escape(service.title)}</b>{escape(service.line)}</span></div>"
    )


def _fact(fact: Fact) -> str:
    return (
        f'<div class="fact">{_badge(fact.icon)}'
        f"<div><h2>{escape(fact.name)}</h2><p>{escape(fact.value)}</p></div></div>"
    )


def _badge(icon: str) -> str:
    return f'<div class="badge"><img src="icons/{escape(icon)}.svg" alt=""></div>'


def _sizes(style: Style) -> str:
    metrics, colours = style.metrics, style.colours
    lines = {
        **{role.value: f"{style.em_px(role)}px" for role in TextRole},
        **{f"mm{mm}": f"{metrics.px(mm)}px" for mm in _LENGTHS_MM},
        "hair": f"{metrics.px(0.5)}px",
        "bold": f"{metrics.px(0.9)}px",
        **{field.name: getattr(colours, field.name) for field in fields(colours)},
    }
    told = " ".join(f"--{name}: {value};" for name, value in lines.items())
    return f":root {{ {told} }}"
