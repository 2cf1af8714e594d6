"""The same with CUPS's own simulator of an office printer, asked itself or through a queue."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.ports.printer import PrinterState, PrintFailed
from tests.faults.dose import Part
from tests.support.ipp_device import visit_of
from tests.support.office_jobs import OfficeStage
from tests.support.office_printers import COVER, EMPTY, JAM, SLOW, SimulatedOfficePrinter
from tests.support.waiting import wait_until

READY_S = 30.0


@dataclass
class Sheets:
    """What came out of a simulator, by whose it is."""

    simulator: SimulatedOfficePrinter
    began_at: dict[int, int] = field(default_factory=dict)
    """It does not say."""

    @property
    def sheets(self) -> list[int]:
        """Whose sheets came out, in this order."""
        return [visit_of(document) for document in self.simulator.sheets]


def play(case: int, chance: random.Random, part: Part, stage: OfficeStage) -> None:
    """Play a case on a stage whose machine is `Sheets`."""
    machine = stage.machine
    assert isinstance(machine, Sheets)
    simulator = machine.simulator
    first, second = 2 * case + 1, 2 * case + 2
    told, meanwhile = _break(chance, simulator)
    hand = threading.Thread(target=meanwhile)
    hand.start()
    answer = stage.print_for(first)
    hand.join()
    _mend(simulator)
    wait_until(
        lambda: stage.printer().state(5.0) in {PrinterState.READY, PrinterState.PAPER_LOW},
        READY_S,
        "the simulated printer",
    )
    following = stage.print_for(second)
    part.figures[f"office {type(answer).__name__}"] += 1
    problems = list(stage.problems({}))
    if isinstance(following, PrintFailed) or machine.sheets.count(second) != 1:
        problems.append(f"the next paper is not whole: {following}")
    for problem in problems:
        where = f"office, {told}, {stage.address.path}, simulator"
        part.find(case, f"{where}: {problem} (told {answer}, {following})")


def _break(
    chance: random.Random, simulator: SimulatedOfficePrinter
) -> tuple[str, Callable[[], None]]:
    """Break it, and return how, and what somebody does to it meanwhile."""
    kind = chance.choice(("fault", "fault", "unplugged while it prints", "empty", "unplugged"))
    after_s = chance.uniform(0.1, 1.5)
    is_mended = chance.random() < 0.5
    wait = threading.Event().wait
    begun = simulator.begun

    def mend() -> None:
        if is_mended:
            wait(after_s)
            _mend(simulator)

    def unplug() -> None:
        # It may never be reached: then there is nothing to be unplugged from.
        for _ in range(100):
            if simulator.begun > begun:
                break
            wait(0.02)
        simulator.unplug()
        mend()

    match kind:
        case "fault":
            fault = chance.choice((EMPTY, JAM, COVER))
            simulator.suffer(fault, is_stubborn=chance.random() < 0.3)
            return f"{fault}", mend
        case "empty":
            simulator.take_paper_out()
            return kind, mend
        case "unplugged":
            simulator.unplug()
            return kind, mend
        case _:
            simulator.suffer(SLOW)
            return kind, unplug


def _mend(simulator: SimulatedOfficePrinter) -> None:
    simulator.mend()
    if not simulator.is_plugged_in:
        simulator.plug_in()
