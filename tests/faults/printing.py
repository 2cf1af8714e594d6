"""Print jobs with random faults: any printer, any way to it, any fault at any row, mended any time.

A case is two visits' papers on one printer: the first meets the faults, the second must come out
whole. Nothing may be claimed printed that was not, nothing printed twice unasked, and no paper may
bear two visits' rows. Every third case is an office printer's (`office`).
"""

from __future__ import annotations

import contextlib
import itertools
import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

from kiosk.ports.printer import PrintAnswer, Printed
from printing import escpos_printer
from printing.escpos_printer import EscposPrinter
from printing.escpos_talk import Talk
from printing.raster import Raster
from tests.faults import office
from tests.faults.dose import Batch, Harness, Part
from tests.support.escpos_device import Fault, Moment, Plan
from tests.support.office_jobs import impatient_office
from tests.support.print_jobs import Stage, Way, impatient, stage

AT_ONCE = 30
"""Cases that run side by side: they wait, most of the time."""
ROWS = 120
PAUSE_S = 0.25
OFTEN = (*Fault, Fault.STALL, Fault.STALL)
"""What stands still in the middle of a command is the hardest to clean up behind."""
_WAYS_OF_CLONES = (Fault.NO_PROCESS_ID, Fault.NO_CLEARING)


def _one(case: int, seed: str, folder: Path) -> Part:
    chance = random.Random(f"{seed}/{case}")
    part = Part()
    way = chance.choice(list(Way))
    with stage(way, folder) as wired:
        device = wired.device.device
        device.sends_automatic_status = chance.random() < 0.2 and way is not Way.HEAD
        its_ways = {it for it in _WAYS_OF_CLONES if chance.random() < 0.2}
        first, second = 2 * case + 1, 2 * case + 2
        told = [_break(wired, chance, its_ways) for _ in range(chance.choice((1, 1, 1, 2)))]
        hand = _mend_meanwhile(wired, chance)
        if is_killed := chance.random() < 0.12:
            told.append("killed")
            wired.die_printing_for(first, chance.randrange(1, 12_000))
        else:
            wired.print_for(first)
        hand.cancel()
        hand.join()
        answer = wired.told[first]
        part.figures["jobs"] += 2
        part.figures["killed" if is_killed else type(answer).__name__] += 1
        problems = [
            *(wired.problems(first) if isinstance(answer, Printed) else ()),
            *wired.problems_after(first, second),
        ]
        for problem in problems:
            part.find(case, f"{way.value}, {', '.join(told)}: {problem} (told {answer})")
    return part


def _break(wired: Stage, chance: random.Random, its_ways: set[Fault]) -> str:
    fault = chance.choice(OFTEN)
    device = wired.device
    # What it does not know it has never known: it does not begin in the middle of a job.
    if fault in _WAYS_OF_CLONES or chance.random() < 0.15:
        device.device.faults |= its_ways | {fault}
        return f"{fault.name} before"
    plan = Plan(fault, chance.choice(list(Moment)), rows=chance.randrange(1, ROWS))
    device.device.faults |= its_ways
    device.plan(*device.device.plans, plan)
    return f"{fault.name} {plan.moment.name} {plan.rows}"


def _mend_meanwhile(wired: Stage, chance: random.Random) -> threading.Timer:
    """Have somebody mend the printer while it is being talked to, now and then."""
    after_s = chance.uniform(2 * PAUSE_S, 1.2) if chance.random() < 0.3 else 3600.0
    hand = threading.Timer(after_s, wired.device.mend)
    hand.daemon = True
    hand.start()
    return hand


def give(batch: Batch) -> Part:
    """Print, and say what came of it."""
    part = Part()
    with (
        tempfile.TemporaryDirectory() as folder,
        impatient(PAUSE_S),
        impatient_office(),
        BUGS[batch.bug](),
        contextlib.closing(office.Offices(has_cups=not batch.bug)) as offices,
        ThreadPoolExecutor(AT_ONCE) as players,
    ):

        def play(case: int) -> Part:
            if _is_office(case):
                return office.play(case, batch.seed, offices)
            place = Path(folder) / str(case)
            place.mkdir()
            return _one(case, batch.seed, place)

        # A planted bug is looked for only where it is.
        is_wanted = [
            batch.bug in {"", *(office.BUGS if _is_office(it) else _RECEIPT_BUGS)}
            for it in batch.cases
        ]
        for each in players.map(play, itertools.compress(batch.cases, is_wanted)):
            part.add(each)
    return part


def _is_office(case: int) -> bool:
    return case % 3 == 2


@contextlib.contextmanager
def _handing_over_is_printing() -> Iterator[None]:
    """Claim printed whatever was handed over whole."""
    whole = property(lambda it: it.handed_over >= len(it.job.data))
    with patch.object(escpos_printer._Progress, "is_done", whole):
        yield


@contextlib.contextmanager
def _prints_again() -> Iterator[None]:
    """Print once more what was not confirmed."""
    sound = EscposPrinter.print_raster

    def twice(self: EscposPrinter, raster: Raster, job_id: str, deadline: float) -> PrintAnswer:
        answer = sound(self, raster, job_id, deadline)
        return answer if isinstance(answer, Printed) else sound(self, raster, job_id, deadline + 5)

    with patch.object(EscposPrinter, "print_raster", twice):
        yield


def _leaves_torn() -> contextlib.AbstractContextManager[object]:
    """Print the next paper below what is left of the one before."""
    return patch.object(escpos_printer, "cut_off", lambda _profile: b"\x1b@")


def _forgets_when_killed() -> contextlib.AbstractContextManager[object]:
    """Leave the next program nothing of the paper that was under way."""
    return patch.object(EscposPrinter, "_note", lambda *_: None)


def _leaves_half_commands() -> contextlib.AbstractContextManager[object]:
    """Let the next job's bytes end the command that was broken off."""
    return patch.object(Talk, "fill", lambda *_: True)


def _a_stop_is_a_failure() -> contextlib.AbstractContextManager[object]:
    """Take a printer that stopped for one that has not printed."""
    return patch.object(escpos_printer._Progress, "cannot_be_whole", lambda _: True)


_RECEIPT_BUGS: dict[str, Callable[[], contextlib.AbstractContextManager[object]]] = {
    "handed-over-is-printed": _handing_over_is_printing,
    "prints-again": _prints_again,
    "leaves-torn": _leaves_torn,
    "leaves-half-commands": _leaves_half_commands,
    "forgets-when-killed": _forgets_when_killed,
    "a-stop-is-a-failure": _a_stop_is_a_failure,
}
BUGS = {"": contextlib.nullcontext, **_RECEIPT_BUGS, **office.BUGS}

HARNESS = Harness(
    name="printing",
    about="receipt and office printers that stop, die, fall silent and are mended at any moment",
    unit="cases of two papers",
    dose=1500,
    batch=90,
    give=give,
    bugs=tuple(bug for bug in BUGS if bug),
)
