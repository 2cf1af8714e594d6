"""Papers on office printers with random faults: straight by IPP, or through a queue of CUPS.

A case is two visits' papers: the first meets the faults, or its program is killed; the second must
come out whole, alone. The office prints on the same printer. Most printers are played in this
process and asked over TCP; some are CUPS's own simulator.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from unittest.mock import patch

from kiosk.ports.printer import PrintAnswer, Printed, PrinterState, PrintFailed
from printing.formats import AS_PDF
from printing.ipp_message import Attribute, Operation, Tag
from printing.office_jobs import JobList
from printing.office_printer import JOB_NAME, OfficePrinter
from printing.office_state import Job, JobIs, job_from
from tests.faults import office_simulator
from tests.faults.dose import Part
from tests.support.ipp_device import RASTER, Loss, Moment, Plan, Stop, Ways, document_for
from tests.support.ipp_server import IppServer, LineFault, Trouble
from tests.support.office_jobs import STALE, OfficeStage, stale_name
from tests.support.office_printers import (
    PrivateCups,
    SimulatedOfficePrinter,
    Started,
    has_programs,
    office_programs,
)
from tests.support.waiting import wait_until

SETTLES_S = 60.0
QUEUE_TIMEOUT_S = 20.0
_STOPS = (*Stop, Stop.EMPTY, Stop.JAM)


class Offices:
    """CUPS for those cases that want it: started by the first, ended with the batch."""

    def __init__(self, *, has_cups: bool = True) -> None:
        """Start nothing; without CUPS every printer is played here."""
        self.has_cups = has_cups and has_programs()
        self._stack = contextlib.ExitStack()
        self._lock = threading.Lock()
        self._programs: Started | None = None
        self._cups: PrivateCups | None = None

    @property
    def programs(self) -> Started:
        """What CUPS and its simulator need here."""
        with self._lock:
            if self._programs is None:
                self._programs = self._stack.enter_context(office_programs())
            return self._programs

    @property
    def cups(self) -> PrivateCups:
        """A CUPS without queues."""
        programs = self.programs
        with self._lock:
            if self._cups is None:
                self._cups = PrivateCups(programs)
            return self._cups

    def close(self) -> None:
        """End whatever was started."""
        self._stack.close()


def play(case: int, seed: str, offices: Offices) -> Part:
    """Play a case."""
    chance = random.Random(f"{seed}/{case}/office")
    part = Part()
    pages = chance.choice((1, 1, 2, 3))
    has_queue = chance.random() < 0.25 and offices.has_cups
    part.figures["office papers through CUPS" if has_queue else "office papers by IPP"] += 2
    if chance.random() < 0.1 and offices.has_cups:
        part.figures["of them on CUPS's simulator"] += 2
        _simulate(case, chance, part, offices, has_queue=has_queue)
        return part
    ways = _ways(chance)
    if not has_queue and random.Random(f"{seed}/{case}/format").random() < 0.3:
        ways = replace(ways, takes=(RASTER,))
        part.figures["of them as PWG raster"] += 2
    with IppServer(ways) as server:
        if not has_queue:
            stage = OfficeStage(server, server.address, pages)
            _play(case, chance, part, server, stage, lambda: "")
            return part
        cups, name = offices.cups, f"case-{case}"
        cups.add_queue(name, server.address.uri)

        def pause() -> str:
            cups.run("cupsdisable", name)
            return "queue paused"

        stage = OfficeStage(server, cups.address_of(name), pages, QUEUE_TIMEOUT_S)
        try:
            _play(case, chance, part, server, stage, pause)
        finally:
            cups.run("lpadmin", "-x", name)
    return part


def _simulate(
    case: int, chance: random.Random, part: Part, offices: Offices, *, has_queue: bool
) -> None:
    simulator = SimulatedOfficePrinter(offices.programs)
    address, name = simulator.address, f"case-{case}"
    if has_queue:
        offices.cups.add_queue(name, address.uri)
        address = offices.cups.address_of(name)
    try:
        stage = OfficeStage(office_simulator.Sheets(simulator), address, 1, QUEUE_TIMEOUT_S)
        office_simulator.play(case, chance, part, stage)
    finally:
        if has_queue:
            offices.cups.run("lpadmin", "-x", name)
        simulator.unplug()


def _play(
    case: int,
    chance: random.Random,
    part: Part,
    server: IppServer,
    stage: OfficeStage,
    pause: Callable[[], str],
) -> None:
    first, second = 2 * case + 1, 2 * case + 2
    others = _fill(case, chance, server, stage.pages)
    back: list[threading.Event] = []
    told = [_break(chance, server, others, back) for _ in range(chance.choice((1, 1, 1, 2)))]
    if chance.random() < 0.15:
        told.append(pause())
    hand = _helping_hand(chance, server)
    if chance.random() < 0.15:
        told.append("killed")
        stage.die_printing_for(first, chance.randrange(12), is_asked=chance.random() < 0.5)
    else:
        stage.print_for(first)
    hand.cancel()
    hand.join()
    server.mend()
    if chance.random() < 0.5:
        _settle(server, back)
    answer = stage.print_for(second)
    _settle(server, back)
    outcome = stage.told.get(first)
    part.figures[f"office {type(outcome).__name__ if outcome else 'killed'}"] += 1
    lost = server.device.lost
    problems = list(stage.problems({it: others[it] for it in others if it not in lost}))
    if isinstance(answer, PrintFailed) or server.sheets.count(second) != stage.pages:
        problems.append(f"the next paper is not whole: {answer}")
    where = f"office, {', '.join(filter(None, told))}, {stage.address.path}, {server.device.ways}"
    for problem in problems:
        part.find(case, f"{where}: {problem} (told {outcome}, {answer})")


def _ways(chance: random.Random) -> Ways:
    return Ways(
        counts_sheets=chance.random() < 0.7,
        keeps_list=chance.random() < 0.85,
        is_stubborn=chance.random() < 0.2,
        tells_language=chance.random() < 0.15,
        filters=chance.random() < 0.85,
        takes_one=chance.random() < 0.1,
        creates=chance.random() < 0.5,
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


def _break(
    chance: random.Random,
    server: IppServer,
    others: dict[int, int],
    back: list[threading.Event],
) -> str:
    kind = chance.random()
    if kind < 0.3:
        plan = Plan(chance.choice(_STOPS), chance.choice(list(Moment)))
        server.device.plans.append(plan)
        return f"{plan.fault.name} {plan.moment.name}"
    if kind < 0.37:
        stop = chance.choice(_STOPS)
        server.device.stop(stop)
        return f"{stop.name} before"
    if kind < 0.65:
        loss = chance.choice((Loss.CABLE, Loss.POWER, Loss.POWER))
        plan = Plan(loss, chance.choice(list(Moment)))
        server.device.plans.append(plan)
        server.device.vanish = _vanishing(chance, server, others, back)
        return f"{plan.fault.name} {plan.moment.name}"
    if kind < 0.69:
        server.vanish(chance.choice(list(Loss)))
        return "vanished before"
    fault = LineFault(
        chance.choice(list(Trouble)), chance.choice((-1, 0, 0, 0, 1, 2, 3)), chance.uniform(0.5, 3)
    )
    server.troubles.append(fault)
    return f"{fault.trouble.name} {fault.question}"


def _vanishing(
    chance: random.Random,
    server: IppServer,
    others: dict[int, int],
    back: list[threading.Event],
) -> Callable[[Loss], None]:
    """Return what happens when it vanishes: now and then it is back at once, and then the office is
    often quicker than the kiosk, and its letters take the numbers. `back` tells when it is.
    """
    letters = chance.choice((0, 1, 1, 2)) * (not server.device.ways.takes_one)
    back_s = chance.uniform(0.0, 0.05) if chance.random() < 0.75 else None

    def come_back(is_back: threading.Event) -> None:
        for whose in range(min(others, default=0) - letters, min(others, default=0)):
            others[whose] = 1
            server.device.put("letter", "office", document_for(whose, 1))
        server.plug_in()
        is_back.set()

    def vanish(loss: Loss) -> None:
        is_back = threading.Event()
        if back_s is not None:
            back.append(is_back)
        server.vanish(loss)
        if back_s is not None:
            hand = threading.Timer(back_s, come_back, (is_back,))
            hand.daemon = True
            hand.start()

    return vanish


def _helping_hand(chance: random.Random, server: IppServer) -> threading.Timer:
    """Have somebody mend it while it is talked to, now and then."""
    after_s = chance.uniform(0.05, 1.2) if chance.random() < 0.5 else 3600.0

    def mend() -> None:
        server.device.mend()
        server.plug_in()

    hand = threading.Timer(after_s, mend)
    hand.daemon = True
    hand.start()
    return hand


def _settle(server: IppServer, back: list[threading.Event]) -> None:
    """Wait for the last sheet, also of letters that the office sends once the printer is back."""

    def is_still() -> bool:
        return all(it.is_set() for it in back) and not server.device.is_busy

    wait_until(is_still, SETTLES_S, "the office printer's last sheet")


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
    return patch.object(OfficePrinter, "_clear_up", lambda *_: True)


@contextlib.contextmanager
def _a_number_is_enough() -> Iterator[None]:
    """Take whatever bears the job's number for the job."""

    def look(self: JobList, job: Job, deadline: float) -> Job | None:
        asked = Attribute("job-id", Tag.INTEGER, (job.number,))
        answer = self.client.ask(Operation.GET_JOB_ATTRIBUTES, deadline, asked)
        return next(filter(None, map(job_from, answer.jobs)), None)

    with patch.object(JobList, "look", look):
        yield


@contextlib.contextmanager
def _cancelled_is_failed() -> Iterator[None]:
    """Take a job that was cancelled for one of which nothing came out."""
    sound = OfficePrinter._told

    def told(self: OfficePrinter, job: Job, deadline: float) -> PrintAnswer:
        is_done = job.state is JobIs.COMPLETED
        return sound(self, job, deadline) if is_done else PrintFailed(PrinterState.FAULT)

    with patch.object(OfficePrinter, "_told", told):
        yield


def _nothing_follows() -> contextlib.AbstractContextManager[object]:
    """Go away from a printer that stopped, and leave the job in it."""
    return patch.object(OfficePrinter, "_give_up", lambda *_: PrintFailed(PrinterState.FAULT))


def _pdf_to_all() -> contextlib.AbstractContextManager[object]:
    """Send PDF without asking what is taken."""
    return patch.object(OfficePrinter, "_formats", lambda *_: (AS_PDF,))


BUGS: dict[str, Callable[[], contextlib.AbstractContextManager[object]]] = {
    "office-taken-is-printed": _taken_is_printed,
    "office-prints-again": _prints_again,
    "office-leaves-jobs": _leaves_jobs,
    "office-a-number-is-enough": _a_number_is_enough,
    "office-cancelled-is-failed": _cancelled_is_failed,
    "office-nothing-follows": _nothing_follows,
    "office-pdf-to-all": _pdf_to_all,
}
