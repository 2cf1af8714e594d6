"""`./run demo`: platform, kiosk window and desk on this machine, everything simulated, for whoever
wants to see it.

Its data go into a folder of their own, which is kept, so that a second demo finds the applications
of the first.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from devices.card_reader.simulated_cards import sample_card, sample_names
from devices.desk_state import (
    DeskState,
    SimulatedBell,
    SimulatedCard,
    SimulatedFace,
    SimulatedNetwork,
    SimulatedPaper,
    SimulatedSheet,
    SimulatedTray,
)
from kiosk.domain import Language
from kiosk.enrolment import load_enrolment
from kiosk.settings import Settings
from launch.desk import carry_out
from launch.enrolling import enrol
from launch.local_platform import LocalPlatform, local_platform
from launch.rehearse_command import PHONE, SITE, simulated_settings
from launch.window import KioskWindow, run_program
from launch.wiring import Kiosk, build_kiosk
from ui.desk_window import DeskPicture, DeskWindow

DEFAULT_FOLDER = Path("build/demo")
VOLUNTEER = "刘志愿"
"""An invented volunteer."""
TECHNICIAN_PIN = "271828"
GAP_PX = 24
SECRETS_FILE = "pins.txt"


def run_demo(folder: Path | None) -> int:
    """Run the demo until its window is closed.

    Raises:
        KioskError: It can't begin.
    """
    folder = (folder or DEFAULT_FOLDER).absolute()
    with local_platform(folder / "platform") as platform:
        settings = simulated_settings(folder, platform.url, _more())
        volunteer_pin = _prepare(settings, platform, folder)
        kiosk = build_kiosk(settings)
        _welcome(platform, volunteer_pin, folder)
        program = QApplication(sys.argv[:1])
        window = KioskWindow(kiosk, lambda _: None, is_windowed=True)
        desk = _desk_window(kiosk)
        window.shell.move(0, 0)
        desk.move(window.shell.width() + GAP_PX, 0)
        desk.show()
        status = run_program(program, kiosk, window, is_windowed=True)
        desk.close()
        return status


def _prepare(settings: Settings, platform: LocalPlatform, folder: Path) -> str:
    """Enrol at the first time, with a volunteer who can sign in; return the volunteer's PIN."""
    pins = folder / SECRETS_FILE
    if load_enrolment(settings.kiosk.state_folder) is None:
        pin = _new_pin()
        platform.add_volunteer(SITE, PHONE, VOLUNTEER, pin)
        pins.touch(mode=0o600)
        pins.write_text(pin, encoding="ascii")
        code = platform.enrolment_code(SITE, PHONE)
        enrol(settings, platform.url, code, TECHNICIAN_PIN)
    DeskState(settings.kiosk.state_folder / "desk").write(SimulatedCard())
    return pins.read_text(encoding="ascii")


def _new_pin() -> str:
    from kiosk.staff import pin_problem

    while pin_problem(pin := f"{secrets.randbelow(1_000_000):06}"):
        pass
    return pin


def _more() -> str:
    return """
[screen]
fullscreen = false
orientation = "portrait"

[office_printer]
kind = "simulated"
"""


def _welcome(platform: LocalPlatform, volunteer_pin: str, folder: Path) -> None:
    print()
    print("Doorstep demo: every device is simulated, and the data stay on this machine.")
    print(f"  the platform's page   {platform.office}")
    print(f"  its password          {platform.password}")
    print(f"  volunteer             {VOLUNTEER}, PIN {volunteer_pin}")
    print(f"  technician            PIN {TECHNICIAN_PIN}")
    print(f"  data                  {folder}")
    print("Lay a card on the reader in the desk window. Close the kiosk's window to end.")
    print(flush=True)


def _desk_window(kiosk: Kiosk) -> DeskWindow:
    language = _language(kiosk)
    cards = [(name, _title(name, language)) for name in sample_names()]
    desk = kiosk.desk
    state, has_tray = kiosk.settings.kiosk.state_folder, "office_printer" in kiosk.world.simulated
    folders = (state / "papers", state / "sheets")
    do: Callable[[Sequence[str]], str] = lambda words: carry_out(desk, words)  # noqa: E731
    return DeskWindow(
        cards, do, lambda: _picture(desk, folders, has_tray=has_tray), kiosk.texts[language]
    )


def _title(name: str, language: Language) -> str:
    card = sample_card(name)
    return name if card is None else card.titles.get(language, name)


def _language(kiosk: Kiosk) -> Language:
    """Return the language of whoever shows the demo, where the kiosk speaks it."""
    is_chinese = QLocale.system().language() == QLocale.Language.Chinese
    wanted = Language("zh_CN" if is_chinese else "en")
    return wanted if wanted in kiosk.texts else kiosk.settings.kiosk.language_default


def _picture(desk: DeskState, folders: Sequence[Path], *, has_tray: bool) -> DeskPicture:
    found = (path for folder in folders for path in folder.glob("*.png"))
    papers = sorted(found, key=lambda path: path.stat().st_mtime)
    card, speaker = desk.read(SimulatedCard), desk.read(SimulatedBell)
    return DeskPicture(
        card=card.card,
        reader_connected=card.reader_connected,
        pulls_mid_read=card.pulled_mid_read,
        face=desk.read(SimulatedFace).scene.value,
        sheet=desk.read(SimulatedSheet).scene.value,
        paper=desk.read(SimulatedPaper).state.value,
        tray=desk.read(SimulatedTray).state.value if has_tray else None,
        network_up=desk.read(SimulatedNetwork).up,
        bell=speaker.ringing,
        spoken=speaker.said,
        last_paper=papers[-1] if papers else None,
    )
