"""Papers on office printers with random faults: straight by IPP, or through a queue of CUPS.

A case is two visits' papers: the first meets the faults, or its program is killed; the second must
come out whole, alone. The office prints on the same printer.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from unittest.mock import patch

from kiosk.ports.printer import PrintAnswer, Printed, PrintFailed
from printing.office_printer import JOB_NAME, OfficePrinter
from tests.faults.dose import Part
from tests.support.ipp_device import Loss, Moment, Plan, Stop, Ways, document_for
from tests.support.ipp_server import IppServer, LineFault, Trouble
from tests.support.office_jobs import STALE, OfficeStage, stale_name
from tests.support.waiting import wait_until

SETTLES_S = 30.0
_STOPS = (*Stop, Stop.EMPTY, Stop.JAM)


def play(case: int, seed: str) -> Part:
    """Play a case on a printer that is asked itself."""
    chance = random.Random(f"{seed}/{case}/office")
    part = Part()
    with IppServer(_ways(chance)) as server:
        stage = OfficeStage(server, server.address, pages=chance.choice((1, 1, 2, 3)))
        _play(case, chance, part, server, stage)
    return part


def _play(
    case: int, chance: random.Random, part: Part, server: IppServer, stage: OfficeStage
) -> None:
    first, second = 2 * case + 1, 2 * case + 2
    others = _fill(case, chance, server, stage.pages)
    told = [_break(chance, server) for _ in range(chance.choice((1, 1, 1, 2)))]
    hand = _helping_hand(chance, server, others)
    if chance.random() < 0.15:
        told.append("killed")
        stage.die_printing_for(first, chance.randrange(12), is_asked=chance.random() < 0.5)
    else:
        stage.print_for(first)
    hand.cancel()
    hand.join()
    server.mend()
    if chance.random() < 0.5:
        _settle(server)
    answer = stage.print_for(second)
    _settle(server)
    part.figures["office jobs"] += 2
    outcome = stage.told.get(first)
    part.figures[f"office {type(outcome).__name__ if outcome else 'killed'}"] += 1
    lost = server.device.lost
    problems = list(stage.problems({it: others[it] for it in others if it not in lost}))
    if isinstance(answer, PrintFailed) or server.sheets.count(second) != stage.pages:
        problems.append(f"the next paper is not whole: {answer}")
    ways = server.device.ways
    for problem in problems:
        part.find(case, f"office, {', '.join(told)}, {ways}: {problem} (told {outcome}, {answer})")


def _ways(chance: random.Random) -> Ways:
    return Ways(
        counts_sheets=chance.random() < 0.7,
        keeps_list=chance.random() < 0.85,
        is_stubborn=chance.random() < 0.2,
        tells_language=chance.random() < 0.15,
        filters=chance.random() < 0.85,
        takes_one=chance.random() < 0.1,
        sheet_s=chance.choice((0.0, 0.02, 0.1)),
    )


def _fill(case: int, chance: random.Random, server: IppServer, pages: int) -> dict[int, int]:
    """Put jobs into the list before anybody comes; return those of the office."""
    device = server.device
    others: dict[int, int] = {}
    if device.ways.takes_one or chance.random() < 0.6:
        return others
    if chance.random() < 0.5:
        device.stop(chance.choice(_STOPS))
    for at in range(chance.choice((1, 1, 2, 3))):
        if chance.random() < 0.5:
            device.put(
                stale_name(STALE + 10 * case + at),
                "kiosk",
                document_for(STALE + 10 * case + at, pages),
            )
        else:
            others[-1 - at] = 1
            name = chance.choice(("letter", "doorstep-elsewhere visit-1", f"{JOB_NAME}x visit-2"))
            device.put(name, chance.choice(("office", "kiosk")), document_for(-1 - at, 1))
    return others


def _break(chance: random.Random, server: IppServer) -> str:
    kind = chance.random()
    if kind < 0.35:
        plan = Plan(chance.choice(_STOPS), chance.choice(list(Moment)))
        server.device.plans.append(plan)
        return f"{plan.fault.name} {plan.moment.name}"
    if kind < 0.45:
        stop = chance.choice(_STOPS)
        server.device.stop(stop)
        return f"{stop.name} before"
    if kind < 0.65:
        plan = Plan(chance.choice(list(Loss)), chance.choice(list(Moment)))
        server.device.plans.append(plan)
        return f"{plan.fault.name} {plan.moment.name}"
    if kind < 0.7:
        server.vanish(chance.choice(list(Loss)))
        return "vanished before"
    fault = LineFault(
        chance.choice(list(Trouble)), chance.choice((-1, 0, 0, 0, 1, 2, 3)), chance.uniform(0.5, 3)
    )
    server.troubles.append(fault)
    return f"{fault.trouble.name} {fault.question}"


def _helping_hand(
    chance: random.Random, server: IppServer, others: dict[int, int]
) -> threading.Timer:
    """Have somebody mend it while it is talked to, now and then, and print letters before us."""
    prints_at_once = chance.random() < 0.7

    def mend() -> None:
        was_there = server.is_there
        server.device.mend()
        if not was_there and prints_at_once and not server.device.ways.takes_one:
            for at in range(chance.choice((1, 2))):
                others[-10 - at] = 1
                server.device.put("letter", "office", document_for(-10 - at, 1))
        server.plug_in()

    after_s = chance.uniform(0.05, 1.2) if chance.random() < 0.5 else 3600.0
    hand = threading.Timer(after_s, mend)
    hand.daemon = True
    hand.start()
    return hand


def _settle(server: IppServer) -> None:
    wait_until(lambda: not server.device.is_busy, SETTLES_S, "the office printer's last sheet")


@contextlib.contextmanager
def _taken_is_printed() -> Iterator[None]:
    """Claim printed whatever the printer took."""
    with patch.object(OfficePrinter, "_follow", lambda *_: Printed()):
        yield


@contextlib.contextmanager
def _prints_again() -> Iterator[None]:
    """Print once more what was not confirmed."""
    sound = OfficePrinter._print

    def twice(self: OfficePrinter, name: str, document: bytes, deadline: float) -> PrintAnswer:
        answer = sound(self, name, document, deadline)
        return answer if isinstance(answer, Printed) else sound(self, name, document, deadline + 5)

    with patch.object(OfficePrinter, "_print", twice):
        yield


def _leaves_jobs() -> contextlib.AbstractContextManager[object]:
    """Print behind what an earlier run left."""
    return patch.object(OfficePrinter, "_clear_up", lambda *_: None)


BUGS: dict[str, Callable[[], contextlib.AbstractContextManager[object]]] = {
    "office-taken-is-printed": _taken_is_printed,
    "office-prints-again": _prints_again,
    "office-leaves-jobs": _leaves_jobs,
}
