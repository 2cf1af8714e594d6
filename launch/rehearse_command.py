"""`kiosk rehearse`: whole visits without a screen, and the figures of each."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kiosk.errors import BadSetting, DiskFull, NobodyToSealTo
from kiosk.settings import Settings, load_settings
from launch.announcing import announcer
from launch.enrolling import enrol
from launch.local_platform import local_platform
from launch.rehearsal import Rehearsal, VisitResult
from launch.script import DEFAULT_CARD, Script, load_script
from launch.wiring import Kiosk, build_kiosk

SITE = "槐树里社区服务点"
PHONE = "0531-0000-0000"


def rehearse(
    settings_file: Path | None,
    script_file: Path | None,
    visits: int,
    *,
    prints_json: bool,
    announce: Path | None,
) -> int:
    """Play visits and say how they ended; return 0 only if every one ended as scripted.

    Raises:
        KioskError: The rehearsal can't begin.
    """
    if visits < 1:
        raise BadSetting("--visits has to be 1 or more.", "Give a number from 1 on.")
    script = load_script(script_file) if script_file else Script()
    with _kiosk(settings_file) as kiosk, announcer(announce) as tell:
        if not kiosk.world.has_recipients:
            raise NobodyToSealTo("The platform revoked every key that is sealed to.")
        if not kiosk.world.takes_applications:
            raise DiskFull("The disk has no room for a visit.")
        if kiosk.world.simulated and not script.card:
            script = replace(script, card=DEFAULT_CARD)
        rehearsal = Rehearsal(kiosk, script, tell)
        results: list[VisitResult] = []
        with rehearsal.running():
            for _ in range(visits):
                result = rehearsal.play()
                results.append(result)
                if not prints_json:
                    print(_line(result))
    is_ok = all(result.state == script.ends.value for result in results)
    if prints_json:
        told = {"visits": [result.as_json() for result in results], "ok": is_ok}
        print(json.dumps(told, ensure_ascii=False))
    elif not is_ok:
        print("Not every visit ended as scripted.")
    return 0 if is_ok else 1


@contextmanager
def _kiosk(settings_file: Path | None) -> Iterator[Kiosk]:
    if settings_file is not None:
        yield build_kiosk(load_settings(settings_file), is_rehearsal=True)
        return
    folder = Path(tempfile.mkdtemp(prefix="doorstep-rehearsal-"))
    try:
        with local_platform(folder / "platform") as platform:
            settings = simulated_settings(folder, platform.url)
            enrol(settings, platform.url, platform.enrolment_code(SITE, PHONE), None)
            yield build_kiosk(settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def simulated_settings(folder: Path, url: str, more: str = "") -> Settings:
    """Write a settings file for a kiosk with simulated devices, and read it.

    Args:
        folder: Where the file and the state folder go.
        url: Of the platform.
        more: Further lines of TOML, whole tables.
    """
    text = f"""# A kiosk with simulated devices.
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

[courier]
poll_s = 2
{more}"""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def _line(result: VisitResult) -> str:
    stages = ", ".join(f"{name} {ms} ms" for name, ms in result.stages_ms.items())
    number = result.number or "no number"
    return f"{number}: {result.state}; receipt {result.receipt or 'none'}; {stages}"
