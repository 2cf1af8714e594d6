"""`kiosk printer`, `kiosk selftest` and `kiosk face-matcher`: what they can be asked for.

Every command reads this, so what they need is imported only when they are called.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

_SettingsFile = Callable[[argparse.Namespace], Path | None]


def add_device_commands(
    new: Callable[..., argparse.ArgumentParser], settings_file: _SettingsFile
) -> None:
    """Declare the three commands.

    Args:
        new: Makes a command of its name, what carries it out, and a sentence.
        settings_file: Returns the settings file of a parsed command.
    """

    def run_printer(parsed: argparse.Namespace) -> int:
        from launch.printer_command import count_new_paper, run_printer

        if parsed.new_roll or parsed.tray_filled:
            return count_new_paper(settings_file(parsed), is_tray=parsed.tray_filled)
        return run_printer(settings_file(parsed))

    def run_selftest(parsed: argparse.Namespace) -> int:
        from kiosk.settings import load_settings
        from launch.selftest_camera import run_selftest

        settings = load_settings(settings_file(parsed))
        return run_selftest(
            settings, parsed.subject, parsed.pictures, is_low=parsed.low, prints_json=parsed.json
        )

    def run_matcher(parsed: argparse.Namespace) -> int:
        from launch.face_command import run_face_matcher

        return run_face_matcher(settings_file(parsed), parsed.portrait, parsed.photo)

    says = "Ask the receipt printer what it answers, and propose a profile; prints nothing."
    printer = new("printer", run_printer, says)
    printer.add_argument(
        "--new-roll", action="store_true", help="only begin to count a new roll of paper"
    )
    printer.add_argument(
        "--tray-filled", action="store_true", help="the same for the office printer's full tray"
    )
    says = "Look through the camera, and propose limits that fit it."
    _add_selftest_options(new("selftest", run_selftest, says))
    says = "Try the program that compares faces, on drawn faces or on two pictures of yours."
    faces = new("face-matcher", run_matcher, says)
    faces.add_argument("--portrait", type=Path, metavar="FILE", help="a JPEG, as from a card")
    faces.add_argument("--photo", type=Path, metavar="FILE", help="a JPEG, as from the camera")


def _add_selftest_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("part", choices=["camera"])
    parser.add_argument(
        "--subject",
        default="empty",
        metavar="WHAT",
        help="what is before it: empty (default), grey (a grey card), or person",
    )
    parser.add_argument("--pictures", type=int, default=60, help="how many (default 60)")
    parser.add_argument("--low", action="store_true", help="the second, low camera")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
