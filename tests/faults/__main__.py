"""`./run faults`: the large doses, for a night or before a release.

`./run faults` gives every harness its large dose, one after the other; `./run faults NAME` one of
them. A dose may be stopped at any time (Ctrl-C, or --minutes): the next call goes on where it
stopped, and figures add up, in build/faults/NAME.json. What a found problem is looked at again with
is kept beside it. Exit status 0: every promise was kept in all that is done; 1: not; 2: this
machine lacks something.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.faults import (
    canary,
    cards,
    cards_fuzz,
    clock,
    crash_states,
    disk_full,
    http_dose,
    many_kills,
    nth_error,
    papers,
    papers_fuzz,
    papers_texture,
    power_cut,
    printing,
    restoring,
    simulation,
)
from tests.faults import progress as progress_files
from tests.faults.dose import Batch, Harness, Part, give_all

HARNESSES = {
    harness.name: harness
    for harness in (
        restoring.HARNESS,
        clock.HARNESS,
        disk_full.HARNESS,
        nth_error.HARNESS,
        canary.HARNESS,
        cards.HARNESS,
        cards_fuzz.HARNESS,
        papers.HARNESS,
        papers_texture.HARNESS,
        papers_fuzz.HARNESS,
        printing.HARNESS,
        crash_states.HARNESS,
        power_cut.HARNESS,
        http_dose.HARNESS,
        simulation.HARNESS,
        many_kills.WINDOWS,
        many_kills.HARNESS,
    )
}
"""In the order in which all are given: what is short comes first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a dose is to be given."""

    rounds: int | None = None
    seed: str | None = None
    is_fresh: bool = False
    end_s: float | None = None
    """The reading of the monotonic clock at which no further batch is begun."""
    folder: Path = progress_files.FOLDER

    @property
    def is_over(self) -> bool:
        """Say whether it is time to end."""
        return self.end_s is not None and monotonic() >= self.end_s


def give(harness: Harness, asked: Asked, say: Callable[[str], None]) -> int:
    """Give what is left of a dose, as far as time allows; return the exit status."""
    if reason := harness.why_not():
        say(f"{harness.name}: not here: {reason}")
        return 2
    known = None if asked.is_fresh else progress_files.load(harness.name, asked.folder)
    if known is not None and asked.seed not in {None, known.seed}:
        say(f"{harness.name}: begun with seed {known.seed}; another one takes --fresh")
        return 2
    seed = asked.seed or secrets.token_hex(4)
    progress = known or progress_files.begin(harness.name, seed, asked.folder)
    dose = asked.rounds or harness.dose
    keep = asked.folder / harness.name
    for batch in harness.batches(progress.seed, range(progress.done, dose), keep=keep):
        if asked.is_over:
            break
        begun_s = monotonic()
        part = _give_batch(harness, batch)
        progress.take(part, batch.cases.stop, monotonic() - begun_s)
        say(f"{harness.name}: {progress.done:,} of {dose:,} {harness.unit}")
        for found in part.problems:
            say(f"  case {found.case}: {found.what}")
    say(progress.summary(harness, dose))
    return 1 if progress.part.problems else 0


def _give_batch(harness: Harness, batch: Batch) -> Part:
    try:
        return harness.give(batch)
    except Exception:  # noqa: BLE001 - told and kept; one batch must not end a night
        part = Part()
        part.find(batch.cases.start, f"the harness failed: {traceback.format_exc()[-2000:]}")
        return part


def give_again(harness: Harness, case: int, asked: Asked, say: Callable[[str], None]) -> int:
    """Give one case once more, with the seed of the dose; nothing is counted."""
    known = progress_files.load(harness.name, asked.folder)
    seed = asked.seed or (known.seed if known else secrets.token_hex(4))
    keep = asked.folder / harness.name
    part = harness.give(Batch(seed, range(case, case + 1), keep=keep))
    say(f"{harness.name}, case {case}, seed {seed}: {part.summary()}")
    return 1 if part.problems else 0


def see_found(harness: Harness, bug: str, asked: Asked, say: Callable[[str], None]) -> int:
    """Give a dose with a planted bug until it is found; nothing is counted. Status 1: found."""
    seed = asked.seed or secrets.token_hex(4)
    part = give_all(harness, asked.rounds or harness.dose, seed, bug)
    say(f"{harness.name}, planted {bug}, seed {seed}: {part.summary()}")
    return 1 if part.problems else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Give doses, print what came of them, and return the exit status."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    logging.basicConfig(level=logging.CRITICAL)
    end_s = monotonic() + 60 * parsed.minutes if parsed.minutes else None
    asked = Asked(parsed.rounds, parsed.seed, parsed.fresh, end_s)
    if parsed.status:
        for harness in HARNESSES.values():
            known = progress_files.load(harness.name)
            say(known.summary(harness, harness.dose) if known else f"{harness.name}: not begun")
        return 0
    if parsed.name is None:
        if parsed.case is not None or parsed.planted or parsed.rounds or parsed.seed:
            parser.error("--case, --planted, --rounds and --seed take the name of a harness")
        return max(give(harness, asked, say) for harness in HARNESSES.values())
    harness = HARNESSES[parsed.name]
    if parsed.planted:
        if parsed.planted not in harness.bugs:
            parser.error(f"{harness.name} knows these bugs: {', '.join(harness.bugs) or 'none'}")
        return see_found(harness, parsed.planted, asked, say)
    if parsed.case is not None:
        return give_again(harness, parsed.case, asked, say)
    return give(harness, asked, say)


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    listed = [
        f"  {it.name:13} {it.about} ({it.dose:,} {it.unit})"
        + (f"\n{'':16}--planted {' | '.join(it.bugs)}" if it.bugs else "")
        for it in HARNESSES.values()
    ]
    parser = argparse.ArgumentParser(
        prog="./run faults",
        description=__doc__,
        epilog="harnesses and their large doses:\n" + "\n".join(listed),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", choices=list(HARNESSES), help="none: all, in turn")
    parser.add_argument("--minutes", type=float, help="begin no batch after this long")
    parser.add_argument("--rounds", type=int, help="how many cases in all; the large dose")
    parser.add_argument("--seed", help="says what happens when; chosen by chance")
    parser.add_argument("--fresh", action="store_true", help="begin again, and forget what is done")
    parser.add_argument("--case", type=int, help="only this one, once more; nothing is counted")
    parser.add_argument("--planted", metavar="BUG", help="plant a bug, and see it found")
    parser.add_argument("--status", action="store_true", help="only tell how far each has come")
    return parser


if __name__ == "__main__":
    sys.exit(main())
