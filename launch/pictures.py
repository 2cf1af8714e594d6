"""Pictures of every screen, in both orientations, languages and the other ways to see them.

`./run screens [--folder DIR] [--only NAME]`: needs no display, no device and no platform.
"""

from __future__ import annotations

import argparse
import html
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.catalogue.loader import load_catalogue
from kiosk.domain import Language
from kiosk.flow.session import Display, TextScale, Theme
from kiosk.texts import Texts, load_texts
from launch.picture_scenes import Scene, all_scenes, now
from launch.places import ASSETS, CATALOGUE, LOCALE, ROOT

if TYPE_CHECKING:
    from ui.shell import Shell
    from ui.theme import Metrics

FOLDER = ROOT / "build" / "screens"
_PANELS = {
    "portrait": (21.5, 1080, 1920),
    "landscape": (21.5, 1920, 1080),
    "low": (15.6, 1366, 768),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One way to see the screens: the panel, and what the resident chose."""

    name: str
    panel: str
    text_scale: TextScale = TextScale.NORMAL
    theme: Theme = Theme.LIGHT
    is_lowered: bool = False


LOOKS = (
    Look("portrait", "portrait"),
    Look("landscape", "landscape"),
    Look("low", "low"),
    Look("portrait-largest", "portrait", TextScale.LARGEST),
    Look("portrait-contrast", "portrait", theme=Theme.HIGH_CONTRAST),
    Look("portrait-dark", "portrait", theme=Theme.DARK),
    Look("portrait-lowered", "portrait", is_lowered=True),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures and print where they are."""
    parser = argparse.ArgumentParser(prog="run screens", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    parser.add_argument("--only", default="", help="only screens whose name begins so")
    parser.add_argument("--look", default="", help="only this way to see them")
    parsed = parser.parse_args(arguments)
    looks = [look for look in LOOKS if parsed.look in ("", look.name)]
    count = make_pictures(parsed.folder, looks, parsed.only)
    print(f"{count} pictures in {parsed.folder}")
    return 0 if count else 1


def make_pictures(folder: Path, looks: Sequence[Look] = LOOKS, only: str = "") -> int:
    """Make the pictures of these looks in every language and return how many there are.

    Args:
        folder: Made if it is not there; holds one PNG per picture, and `index.html`.
        looks: Ways to see the screens.
        only: Beginning of the names of the screens; "" for all.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Whatever size a desktop may scale its windows by: here pixels are pixels.
    os.environ["QT_SCALE_FACTOR"] = "1"
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    before = qInstallMessageHandler(_pass_on)
    application = QApplication.instance() or QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    services = load_catalogue(CATALOGUE).services
    texts = load_texts(LOCALE)
    made: dict[str, list[tuple[str, str]]] = {}
    for look in looks:
        for language, words in texts.items():
            display = Display(language, look.text_scale, look.theme, look.is_lowered)
            scenes = (s for s in all_scenes(services, display, words) if s.name.startswith(only))
            for name, file in _make(folder, look, language, scenes, texts):
                made.setdefault(name, []).append((f"{look.name} · {language}", file))
    (folder / "index.html").write_text(_index(made), encoding="utf-8")
    qInstallMessageHandler(before)
    del application
    return sum(len(files) for files in made.values())


def _make(
    folder: Path,
    look: Look,
    language: Language,
    scenes: Iterator[Scene],
    texts: dict[Language, Texts],
) -> Iterator[tuple[str, str]]:
    from ui.shell import Shell
    from ui.theme import Metrics

    for scene in scenes:
        metrics = Metrics(*_PANELS[look.panel])
        shell = Shell(_ignore, now, lambda: "picture", texts, metrics, ASSETS)
        shell.show()
        file = f"{scene.name}.{look.name}.{language}.png"
        _take(shell, scene, metrics, folder / file)
        shell.close()
        shell.deleteLater()
        yield scene.name, file


def _take(shell: Shell, scene: Scene, metrics: Metrics, path: Path) -> None:
    shell.show_session(scene.session, scene.world)
    if scene.look is not None:
        shell.show_look(scene.look)
        shell.show_session(scene.session, scene.world)
    if scene.tab:
        shell.screen_now.type_text(scene.tab)
    _settle()
    picture = shell.grab()
    size = (picture.width(), picture.height())
    assert size == (metrics.width_px, metrics.height_px), "the window has the panel's size"
    picture.save(str(path))


def _settle() -> None:
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def _pass_on(_kind: object, _context: object, message: str) -> None:
    """Print what Qt says, but for what the platform without a screen says of every window."""
    if not message.startswith("This plugin does not support "):
        print(message, file=sys.stderr)


def _ignore(_event: object) -> None:
    pass


def _index(made: dict[str, list[tuple[str, str]]]) -> str:
    parts = [
        "<!doctype html><meta charset='utf-8'><title>Screens</title>",
        "<style>body{font-family:sans-serif;background:#eee}figure{display:inline-block;margin:8px;",
        "vertical-align:top}img{height:420px;border:1px solid #888}figcaption{color:#333}</style>",
    ]
    for name, files in made.items():
        parts.append(f"<h2>{html.escape(name)}</h2>")
        for caption, file in files:
            safe, words = html.escape(file), html.escape(caption)
            parts.append(
                f"<figure><a href='{safe}'><img src='{safe}' loading='lazy' alt='{words}'></a>"
                f"<figcaption>{words}</figcaption></figure>"
            )
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
