"""`./run faults`: the large doses, for a night or before a release.

Without a name it lists what there is. Exit status 0 only if every promise was kept.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

from tests.faults import (
    cards_fuzz,
    clock,
    crash_states,
    disk_full,
    http_matrix,
    nth_error,
    power_cut,
    simulation,
)
from tests.faults.dose import Share, kill_often
from tests.faults.killing import ForkedKiosk
from tests.faults.orders import PlantedBug
from tests.faults.window_killing import WindowKiosk

HARNESSES = {
    harness.NAME: harness
    for harness in (power_cut, crash_states, nth_error, disk_full, clock, cards_fuzz)
}
"""Those with options of their own."""

WITHOUT_END = 10**9
DOSES = {
    "kill": "kill -9 of kiosks without a window, many a second, from the signature to the proof",
    "kill-window": "kill -9 of the whole program with its window",
}
APART: dict[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "simulation": (simulation.main, "kiosk, network and platform: seeds of simulated weeks"),
    "http": (http_matrix.main, "every fault of HTTP at every call, against the real platform"),
}
"""Doses with options of their own: NAME --help tells them."""
ROUNDS = {"kill": 1000, "kill-window": 100}


def main() -> int:
    """Give one dose, print what came of it, and return the exit status."""
    if len(sys.argv) > 1 and sys.argv[1] in HARNESSES:
        return _run(sys.argv[1], sys.argv[2:])
    if len(sys.argv) > 1 and sys.argv[1] in APART:
        return APART[sys.argv[1]][0](sys.argv[2:])
    parsed = _parser().parse_args()
    if parsed.name is None:
        for name, harness in HARNESSES.items():
            print(f"{name:12} {(harness.__doc__ or '').partition(chr(10))[0]}")
        for name, text in DOSES.items():
            print(f"{name:12} {text} (default: {ROUNDS[name]} rounds)")
        for name, (_, text) in APART.items():
            print(f"{name:12} {text}")
        return 0
    logging.basicConfig(level=logging.ERROR)
    rounds = parsed.rounds or (WITHOUT_END if parsed.minutes else ROUNDS[parsed.name])
    until_s = monotonic() + parsed.minutes * 60 if parsed.minutes else None
    seed = parsed.seed or secrets.token_hex(4)
    print(f"{parsed.name}, seed {seed}", flush=True)
    share = (
        Share(WindowKiosk, 2, rounds)
        if parsed.name == "kill-window"
        else Share(partial(ForkedKiosk, bug=parsed.planted), 3, rounds)
    )
    with tempfile.TemporaryDirectory(prefix="doorstep-faults-") as home:
        result = kill_often(Path(home) / "dose", seed, [share], until_s=until_s)
    print(result.summary())
    return 0 if result.is_clean else 1


def _run(name: str, arguments: list[str]) -> int:
    harness = HARNESSES[name]
    parser = argparse.ArgumentParser(prog=f"./run faults {name}", description=harness.__doc__)
    harness.add_options(parser)
    status: int = harness.run(parser.parse_args(arguments))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("name", nargs="?", choices=list(DOSES), help="what to do; none: list them")
    parser.add_argument("--rounds", type=int, help="how many kills")
    parser.add_argument("--minutes", type=float, help="for how long, instead of how many")
    parser.add_argument("--seed", help="as an earlier run printed it")
    parser.add_argument(
        "--planted",
        type=PlantedBug,
        choices=list(PlantedBug),
        help="plant a bug into the kiosks that `kill` kills, and see it found",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
