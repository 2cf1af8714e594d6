"""How large a dose is to be: the options that all disk harnesses share."""

from __future__ import annotations

import argparse
import os
import secrets
from time import monotonic


def add_dose(parser: argparse.ArgumentParser, rounds: int, what: str) -> None:
    """Add how much and from which seed; `rounds` are the default, of `what`."""
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how many {what}; {rounds}")
    parser.add_argument("--minutes", type=float, help="end after this long, if that comes first")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="says what happens when")


def until_s(options: argparse.Namespace) -> float | None:
    """Return the reading of the monotonic clock at which to end; None for never."""
    return None if options.minutes is None else monotonic() + 60 * float(options.minutes)


def is_over(end_s: float | None) -> bool:
    """Say whether it is time to end."""
    return end_s is not None and monotonic() >= end_s


def fast_folder() -> str | None:
    """Return where many small files cost little: in memory if there is such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - nothing stays
