"""What `kiosk paper` can be asked for; without what it needs, since every command reads this."""

from __future__ import annotations

import argparse
from pathlib import Path

KINDS = ("acknowledgement", "progress", "bring-list", "help")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument(
        "about", nargs="?", default="", metavar="ABOUT", help="a receipt number, or a service's id"
    )
    parser.add_argument("--language", default="", help="of the paper (default: the kiosk's)")
    parser.add_argument("--large", action="store_true", help="in large print")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write it there, do not print it")
