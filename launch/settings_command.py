"""`kiosk settings`: the settings in force, an example, the manual's page."""

from __future__ import annotations

from pathlib import Path

from kiosk.settings import example as example_file
from kiosk.settings import in_force, load_settings, settings_reference
from kiosk.settings.from_office import with_office
from kiosk.store.office_settings import load
from kiosk.texts import load_texts
from launch.places import LOCALE
from launch.settings_check import check_settings


def run_settings(settings_file: Path | None, *, example: bool, reference: bool) -> int:
    """Print what is asked for; without either, what is in force, checked.

    Raises:
        SettingsError: The settings can't be read, or point at what is not there.
    """
    if example:
        print(example_file(), end="")
    elif reference:
        print(settings_reference(), end="")
    else:
        settings = load_settings(settings_file)
        check_settings(settings, load_texts(LOCALE))
        settings, office = with_office(settings, *load(settings.kiosk.state_folder))
        for name, value in in_force(settings):
            print(f"{name} = {value}{'  # from the office' if name in office.applied else ''}")
    return 0
