"""Start, memory and touch of the whole kiosk against a browser that shows the same Home as a page.

From the start of the process to Home on the glass, seen from outside; memory of all processes of
each, 5 s later; then a touch on the large tile, to the next screen on the glass.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.figures import Figure, Unit
from benchmarks.peer_page import write_page
from benchmarks.pictures import Known, Picture, known, largest_area, settled, whole
from benchmarks.programs import Program, Weight, running
from benchmarks.screen import HEIGHT, WIDTH, Screen, virtual_screen
from kiosk.flow.session import Theme
from kiosk.settings import load_settings
from launch.local_platform import local_platform
from launch.wiring import build_kiosk
from ui.theme import COLOURS

ROUNDS: Final = 7
SETTLE_S: Final = 5.0
"""After Home is shown, until memory is weighed: devices and store are open by then."""

_SETTINGS = """
[kiosk]
state_folder = "state"
[card_reader]
kind = "simulated"
[camera]
kind = "simulated"
[printer]
kind = "simulated"
[speaker]
kind = "simulated"
[platform]
url = "{url}"
"""
_CLEAR_TIMEOUT_S = 20.0
_HERO = int(COLOURS[Theme.LIGHT].primary.removeprefix("#"), 16)
_CHROMIUM_FLAGS = (
    "--kiosk",
    f"--window-size={WIDTH},{HEIGHT}",
    "--window-position=0,0",
    "--allow-file-access-from-files",  # the page's fonts lie beside it
    "--no-sandbox",  # root can't start it otherwise; its processes are weighed from outside
    "--test-type",  # no bar that says so
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-features=Translate",
)


@dataclass(slots=True)
class _Contender:
    """One of the two: how it is started, how its pictures look, what was measured."""

    name: str
    command: Callable[[], Sequence[str]]
    more: Mapping[str, str]
    """Of its environment."""
    home: Known = field(init=False)
    next: Known = field(init=False)
    hero: tuple[int, int] = field(init=False)
    """Where the large tile is touched."""
    start_ms: list[float] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    touch_ms: list[float] = field(default_factory=list)


def measure(rounds: int = ROUNDS, pictures: Path | None = None) -> list[Figure]:
    """Return the figures of one run; with `pictures` the four pictures are put there as PNG.

    Raises:
        NothingToSee: One of the programs did not come to show what it should.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="doorstep-bench-"))
        screen = stack.enter_context(virtual_screen())
        with _both(Path(folder)) as (ours, peer):
            for contender in (ours, peer):
                _learn(contender, screen, pictures)
        for number in range(rounds):
            for contender in (ours, peer) if number % 2 == 0 else (peer, ours):
                _measure_once(contender, screen)
    against = f"{chromium_version()}, the same Home as a page"
    return [
        Figure(
            "start to Home on the glass",
            against,
            Unit.MS,
            tuple(ours.start_ms),
            tuple(peer.start_ms),
            1.0,
        ),
        Figure(
            "memory (PSS) with Home shown",
            against,
            Unit.MB,
            tuple(weight.pss_mb for weight in ours.weights),
            tuple(weight.pss_mb for weight in peer.weights),
            0.25,
        ),
        Figure(
            "memory as if nothing else ran",
            against,
            Unit.MB,
            tuple(weight.alone_mb for weight in ours.weights),
            tuple(weight.alone_mb for weight in peer.weights),
        ),
        Figure(
            "touch to the next screen on the glass",
            against,
            Unit.MS,
            tuple(ours.touch_ms),
            tuple(peer.touch_ms),
        ),
    ]


def chromium_version() -> str:
    """Return the browser's name and version."""
    told = subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"Chromium [\d.]+", told.stdout)
    return found.group() if found else "Chromium"


@contextlib.contextmanager
def _both(folder: Path) -> Iterator[tuple[_Contender, _Contender]]:
    """Prepare an enrolled kiosk and the page; the platform runs for as long as the block lasts.

    A process of the platform, or this one had it loaded what the kiosk loads, would share pages
    with the kiosk that nobody shares with it on its own machine, and make it look lighter.
    """
    program = str(Path(sys.executable).with_name("kiosk"))
    with local_platform(folder / "platform") as platform:
        file, pin = folder / "kiosk.toml", folder / "pin"
        file.write_text(_SETTINGS.format(url=platform.url), encoding="utf-8")
        pin.write_text("271828", encoding="ascii")
        code = platform.enrolment_code("槐树里社区服务点", "0531-0000-0000")
        subprocess.run(
            [program, "enrol", "--settings", file, "--code", code, "--pin-file", pin],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (folder / "page").mkdir()
        page = write_page(build_kiosk(load_settings(file)), WIDTH, HEIGHT, folder / "page")

        def browse() -> tuple[str, ...]:
            profile = tempfile.mkdtemp(prefix="profile-", dir=folder)
            return ("chromium", *_CHROMIUM_FLAGS, f"--user-data-dir={profile}", page.as_uri())

        # As installed: with bytecode beside the sources.
        bytecode = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        yield (
            _Contender("kiosk", lambda: (program, "run", "--settings", str(file)), home | bytecode),
            _Contender("chromium", browse, home),
        )


def _learn(contender: _Contender, screen: Screen, pictures: Path | None) -> None:
    """Run it once, unmeasured, to know its Home and the next screen again."""
    blank = whole(screen)
    with _shown(contender, screen):
        home = settled(screen, blank)
        contender.hero = largest_area(home, _HERO).centre
        screen.touch(*contender.hero)
        after = settled(screen, home)
        screen.park_pointer()
    contender.home = known(home, unlike=[blank])
    contender.next = known(after, unlike=[blank, home])
    if pictures is not None:
        _keep(home, pictures / f"{contender.name}-home.png")
        _keep(after, pictures / f"{contender.name}-next.png")


def _measure_once(contender: _Contender, screen: Screen) -> None:
    with _shown(contender, screen) as program:
        started_ms = contender.home.await_shown(screen, program.started_s)
        time.sleep(SETTLE_S)
        weight = program.weigh()
        since_s = time.perf_counter()
        screen.touch(*contender.hero)
        touched_ms = contender.next.await_shown(screen, since_s)
        screen.park_pointer()
    contender.start_ms.append(started_ms)
    contender.weights.append(weight)
    contender.touch_ms.append(touched_ms)


@contextlib.contextmanager
def _shown(contender: _Contender, screen: Screen) -> Iterator[Program]:
    """Run it on the screen, and leave the screen as dark as it was."""
    with running(contender.command(), screen.name, contender.more) as program:
        yield program
    until_s = time.perf_counter() + _CLEAR_TIMEOUT_S
    while whole(screen).any() and time.perf_counter() < until_s:
        time.sleep(0.05)


def _keep(picture: Picture, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    colours = picture.astype("<u4").view(np.uint8).reshape(HEIGHT, WIDTH, 4)
    Image.fromarray(colours[:, :, 2::-1].copy()).save(file)
