"""Kiosks with devices, enrolled with a real platform: what journeys and commands begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from central.opening import open_contents
from central.platform import open_platform
from devices.desk_state import DeskState, SheetScene, SimulatedSheet
from kiosk.envelope import AppId, Contents
from kiosk.settings import Settings, load_settings
from launch.enrolling import enrol
from tests.support.central_server import CentralServer

TECHNICIAN_PIN = "736951"
SIMULATED = {"kind": "simulated"}
CAMERA = {**SIMULATED, "auto_capture": False}
"""Journeys press the shutter themselves: a photo that takes itself would come in between."""
SHEETS = {"width_px": 1280, "height_px": 960}
"""Of the same simulated camera; small, so that drawing it costs little."""


@dataclass
class Home:
    """A kiosk's settings file and state folder, enrolled.

    `tables` replace tables of the settings file: {"camera": {"kind": "none"}}.
    """

    folder: Path
    central: CentralServer
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    site: str = "Lakeside office"

    def __post_init__(self) -> None:
        """Write the settings and enrol."""
        self.write()
        code = self.central.enrolment_code(self.site)
        enrol(self.settings, self.central.url, code, TECHNICIAN_PIN)
        # A page that takes itself would come in between, where a journey is about something else.
        self.desk.write(SimulatedSheet(SheetScene.NOTHING))

    @property
    def settings_file(self) -> Path:
        """Where the settings are."""
        return self.folder / "kiosk.toml"

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return load_settings(self.settings_file)

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.folder / "state"

    @property
    def desk(self) -> DeskState:
        """What lies on the desk of simulated devices."""
        return DeskState(self.state / "desk")

    def write(self, **tables: Mapping[str, object]) -> None:
        """Write the settings file, some tables replaced for good."""
        self.tables = {**self.tables, **tables}
        told: dict[str, Mapping[str, object]] = {
            "kiosk": {"state_folder": "state"},
            "card_reader": SIMULATED,
            "camera": CAMERA,
            "document_camera": SHEETS,
            "printer": SIMULATED,
            "speaker": SIMULATED,
            "platform": {"url": self.central.url},
            "courier": {"poll_s": 1, "request_timeout_s": 5},
            **self.tables,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        self.settings_file.write_text("".join(_table(name, told[name]) for name in told))


def _table(name: str, values: Mapping[str, object]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def opened(central: CentralServer, app_id: str) -> Contents:
    """Open an entry with the platform's key."""
    platform = open_platform(central.data)
    try:
        contents = open_contents(platform, AppId(app_id))
    finally:
        platform.database.close()
    assert isinstance(contents, Contents), contents
    return contents


def files_with(folder: Path, *canaries: str, without: tuple[str, ...] = ()) -> list[str]:
    """Return which files below a folder hold one of these words, in whatever usual encoding.

    Args:
        folder: Where to look.
        canaries: Words that must not be there.
        without: Names of folders that are not looked into.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or set(path.relative_to(folder).parts) & set(without):
            continue
        data = path.read_bytes()
        for canary in canaries:
            forms = {canary.encode(coding) for coding in ("utf-8", "utf-16-le", "gb18030")}
            forms.add(canary.encode("unicode_escape"))
            if any(form in data for form in forms):
                found.append(f"{path.relative_to(folder)}: {canary}")
    return found
