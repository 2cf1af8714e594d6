"""`kiosk queue` and `kiosk sync`: what waits, and sending it now. Counts, ages and reasons; never
contents.
"""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

from kiosk.ports.courier import Reach
from kiosk.settings import load_settings
from kiosk.store import entries
from kiosk.store.engine import open_store
from kiosk.store.keys import load_keys
from launch.doctor import queue_line_as_json
from launch.wiring import build_kiosk


def show_queue(settings_file: Path | None, *, prints_json: bool) -> int:
    """Print the queue by state.

    Raises:
        KioskError: Settings or store can't be read.
    """
    folder = load_settings(settings_file).kiosk.state_folder
    db = open_store(folder, load_keys(folder).database)
    try:
        lines = entries.queue(db)
        still_open = entries.open_count(db)
    finally:
        db.close()
    if prints_json:
        print(json.dumps({"open": still_open, "queue": [queue_line_as_json(it) for it in lines]}))
        return 0
    for line in lines:
        oldest = f", oldest {line.oldest_at:%Y-%m-%d %H:%M} UTC" if line.oldest_at else ""
        print(f"{line.state}: {line.count}{oldest}{f' ({line.reason})' if line.reason else ''}")
    print(f"Not delivered yet: {still_open}.")
    return 0


def run_sync(settings_file: Path | None, wait_s: float) -> int:
    """Send what waits, now; return 0 if nothing is left and the platform answered.

    Args:
        settings_file: The settings.
        wait_s: Try again for so long while something is left.

    Raises:
        KioskError: The kiosk is not enrolled, or its store can't be used.
    """
    kiosk = build_kiosk(load_settings(settings_file))
    kiosk.open_desk().close()  # what a power cut left without a row is taken in first
    courier = kiosk.open_courier()
    pause = Event()
    last = ""
    deadline_s = kiosk.clock.now().monotonic_s + wait_s
    try:
        while True:
            courier.hurry()
            result = courier.run_once()
            said = f"{result.reach}: delivered {result.delivered}, left {result.still_open}."
            said += f" {result.why}" if result.why else ""
            if said != last:
                print(said)
            last = said
            is_done = result.reach is Reach.ONLINE and result.still_open == 0
            if is_done or kiosk.clock.now().monotonic_s >= deadline_s:
                return 0 if is_done else 1
            pause.wait(1.0)
    finally:
        courier.close()
