"""How many drawn pages a camera's still is read from, how fast, and whether ever wrongly.

Run by itself: `python -m benchmarks.line_reading [COUNT]`. Pages of invented passports and cards,
held askew, in shade, blurred and noisy; the figures are in ADR 67.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from devices.card_reader.travel import mrz
from devices.line_reader.reading import read_picture
from kiosk.ports.card_reader import PrintedFields
from kiosk.ports.line_reader import LinesSeen
from tests.support.held_pages import Hand, held, invented_lines

LIMIT_S = 8.0
HANDS = {
    "steady, 1280 x 960": Hand(0.5),
    "rough, 1280 x 960": Hand(1.0),
    "rough, 1600 x 1200": Hand(1.0, (1600, 1200)),
    "steady, 1280 x 720, far": Hand(0.7, (1280, 720), 0.6),
}


@dataclass
class Told:
    """What came of some pages held in one way."""

    right: int = 0
    wrong: int = 0
    nothing: int = 0
    took_s: list[float] = field(default_factory=list)


def measure(hand: Hand, count: int, seed: int = 1) -> Told:
    """Read so many pages once each."""
    chance, told = np.random.default_rng(seed), Told()
    for _ in range(count):
        lines = invented_lines(chance)
        still = held(lines, chance, hand)
        began_s = time.process_time()
        found = read_picture(still, LIMIT_S)
        told.took_s.append(time.process_time() - began_s)
        whole = mrz.read("\n".join(lines))
        assert isinstance(whole, mrz.Mrz)
        if not isinstance(found, LinesSeen):
            told.nothing += 1
        elif found.fields == PrintedFields(whole.number, whole.birth, whole.expiry):
            told.right += 1
        else:
            told.wrong += 1
    return told


def main(arguments: list[str]) -> int:
    """Print a line for each way of holding; return 1 if anything was told wrongly."""
    count = int(arguments[0]) if arguments else 40
    wrong = 0
    for name, hand in HANDS.items():
        told = measure(hand, count)
        wrong += told.wrong
        print(
            f"{name}: {told.right} of {count} read, {told.nothing} not told, {told.wrong} wrong,"
            f" {median(told.took_s):.2f} s of computing, at most {max(told.took_s):.2f} s",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
