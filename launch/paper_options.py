"""`kiosk paper` and `kiosk verify`: what they can be asked for.

Every command reads this, so what they need is imported only when they are called.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

KINDS = ("acknowledgement", "progress", "bring-list", "help")

_SettingsFile = Callable[[argparse.Namespace], Path | None]


def add_paper_commands(
    new: Callable[..., argparse.ArgumentParser], settings_file: _SettingsFile
) -> None:
    """Declare both commands.

    Args:
        new: Makes a command of its name, what carries it out, and a sentence.
        settings_file: Returns the settings file of a parsed command.
    """

    def run_paper(parsed: argparse.Namespace) -> int:
        from launch.paper_command import run_paper

        return run_paper(settings_file(parsed), parsed)

    def run_verify(parsed: argparse.Namespace) -> int:
        from launch.verify_command import run_verify

        return run_verify(settings_file(parsed), parsed.text, parsed.keys)

    _add_paper_options(
        new("paper", run_paper, "Print a document for somebody, or write it as PDF.")
    )
    _add_verify_options(
        new(
            "verify",
            run_verify,
            "Check a paper without a network: the text of its code, or its number and query code.",
        )
    )


def _add_paper_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument(
        "about", nargs="?", default="", metavar="ABOUT", help="a receipt number, or a service's id"
    )
    parser.add_argument("--language", default="", help="of the paper (default: the kiosk's)")
    parser.add_argument("--large", action="store_true", help="in large print")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write it there, do not print it")


def _add_verify_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text", nargs="*", metavar="TEXT", help="what was scanned (default: standard input)"
    )
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="keys of other kiosks, of `central kiosk-keys`"
    )
