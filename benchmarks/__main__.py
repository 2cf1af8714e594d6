"""`./run bench [NAME ...]`: measure, and print one line per figure and a table at the end.

Names: receipt, dots, bytes, raster, sealing, card, cards, passport, paper, photo, start (with
memory and touch), queue, memory, link, live; none means all.
The quick ones come first, and what they found is printed at once.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, as_line, as_table


def _receipt(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import receipt

    return receipt.measure(options.rounds or receipt.ROUNDS)


def _dots(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import paper_dots

    return paper_dots.measure(options.rounds or paper_dots.ROUNDS)


def _bytes(_options: argparse.Namespace) -> list[Figure]:
    from benchmarks import paper_bytes

    return paper_bytes.measure()


def _raster(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import paper_raster

    return paper_raster.measure(options.rounds or paper_raster.ROUNDS)


def _sealing(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import sealing

    return sealing.measure(options.rounds or sealing.ROUNDS)


def _card(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import card_read

    return card_read.measure(options.rounds or card_read.ROUNDS)


def _cards(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import paced_cards

    return paced_cards.measure(options.rounds or paced_cards.ROUNDS)


def _passport(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import passport_read

    return passport_read.measure(options.rounds or passport_read.ROUNDS)


def _paper(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import paper

    return paper.measure(options.rounds or paper.ROUNDS)


def _photo(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import photo

    return photo.measure(options.rounds or photo.ROUNDS, options.detector)


def _start(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import start

    return start.measure(options.rounds or start.ROUNDS, options.pictures)


def _queue(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import queue_length

    return queue_length.measure(options.rounds, options.entries or queue_length.LONGEST)


def _link(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import slow_link

    return slow_link.measure(options.rounds or slow_link.ROUNDS, options.link_kbit)


def _live(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import live_picture

    return live_picture.measure(options.rounds or live_picture.ROUNDS, options.detector)


def _flat(options: argparse.Namespace) -> list[Figure]:
    from benchmarks import flat_memory

    return flat_memory.measure(
        options.rounds or flat_memory.ROUNDS,
        options.entries or flat_memory.LONG,
        options.megabytes,
    )


# Each is imported when it is asked for: what one loads would weigh on the others.
BENCHMARKS: Final[Mapping[str, Callable[[argparse.Namespace], list[Figure]]]] = {
    "receipt": _receipt,
    "dots": _dots,
    "bytes": _bytes,
    "raster": _raster,
    "sealing": _sealing,
    "card": _card,
    "cards": _cards,
    "passport": _passport,
    "paper": _paper,
    "photo": _photo,
    "start": _start,
    "queue": _queue,
    "memory": _flat,
    "link": _link,
    "live": _live,
}


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(
        prog="./run bench",
        description="Measure the kiosk against named peers; both take turns in one run.",
    )
    made.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    made.add_argument("--rounds", type=int, default=0, help="how often (default: each its own)")
    made.add_argument(
        "--entries",
        type=int,
        default=0,
        help="how long the longest queue is (default 50,000; for memory 1,000)",
    )
    made.add_argument(
        "--megabytes", type=int, default=20, help="how large an entry is for memory (default 20)"
    )
    made.add_argument(
        "--link-kbit",
        type=int,
        default=1000,
        help="how fast the slow link is (default 1,000: minutes; 10,000 for a quick look)",
    )
    made.add_argument(
        "--detector",
        default="",
        metavar="FILE",
        help="YuNet's file for live pictures and photos (default: the built-in cascade)",
    )
    made.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="keep what the two programs showed, as PNG"
    )
    return made


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for; return the exit status."""
    made = parser()
    options = made.parse_args(arguments)
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        made.error(f"no such benchmark: {', '.join(sorted(unknown))}; see {', '.join(BENCHMARKS)}")
    if options.detector and not _is_detector(options.detector):
        made.error(f"--detector: {options.detector} is no face detector that OpenCV can load")
    print(machine(), flush=True)
    figures: list[Figure] = []
    for name in options.names or BENCHMARKS:
        for figure in BENCHMARKS[name](options):
            print(as_line(figure), flush=True)
            figures.append(figure)
    print()
    print(as_table(figures))
    return 0


def _is_detector(path: str) -> bool:
    """Say whether the camera would take a file: else the cascade's figures had another's name."""
    from devices.camera.faces import YunetDetector, load_detector

    try:
        checksum = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return False
    return isinstance(load_detector(path, checksum), YunetDetector)


def machine() -> str:
    """Return on what kind of machine this is measured, and how busy it is with other things."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release()},"
        f" Python {platform.python_version()}; load before: {load}"
    )


if __name__ == "__main__":
    sys.exit(main())
