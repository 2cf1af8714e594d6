"""Every fault at every call, against the real platform behind a loopback proxy.

For each fault a kiosk delivers some entries while every kind of call is hit by it once; afterwards
each entry is delivered once, or waits with its reason and is delivered when the fault is over.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from central.enrolment import create_code
from central.platform import open_platform
from kiosk.domain import Findings, Photo
from kiosk.errors import EnrolmentError
from kiosk.ports.courier import Reach
from kiosk.store import entries
from kiosk.store.applications import ApplicationRow
from kiosk.store.entries import EntryState
from launch.enrolling import enrol
from tests.faults.http_faults import FAULTS
from tests.support import lying_platform as lies
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace, bare_settings, held_numbers
from tests.support.lying_platform import Asked, Call, Lie, LyingPlatform, lying_platform
from tests.support.sealing_places import ASK_BY, SERVICE, a_record

CALLS = (
    "enrol",
    "hello",
    "manifest",
    "HEAD",
    "PATCH",
    "final PATCH",
    "proofs",
    "changes",
)
TIMEOUT_S = 0.3
ENROL_TIMEOUT_S = 2
PATIENT_S = 60
PIECE = 16_384
PHOTO = Photo(bytes(range(256)) * 80, 358, 441, "cn", Findings())
MOST_ROUNDS = 40


@dataclass
class Matrix:
    """What a run came to."""

    faults: int = 0
    struck: int = 0
    """How many pairs of fault and call were met."""
    entries: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return figures in one line, and what is wrong below."""
        line = (
            f"{self.faults} faults, {self.struck} times at a call, {self.entries} entries,"
            f" {self.seconds:.0f} s: {len(self.problems)} violations"
        )
        return "\n".join([line, *(f"  {problem}" for problem in self.problems[:30])])


@dataclass
class Strike:
    """One fault that is to hit each call once."""

    fault: Lie
    left: set[str]

    def on(self, name: str) -> Lie:
        """Return what hits this call once and then passes everything on."""

        def tell(asked: Asked) -> None:
            which = name
            if asked.method == "PATCH":
                which = "final PATCH" if b"upload-complete: ?1" in asked.head.lower() else "PATCH"
            if which in self.left:
                self.left.discard(which)
                self.fault(asked)
            else:
                code, headers, body = asked.pass_on()
                lies.send(asked, code, headers, body)

        return tell


_NAMES = {
    Call.HELLO: "hello",
    Call.ANNOUNCE: "manifest",
    Call.OFFSET: "HEAD",
    Call.APPEND: "PATCH",
    Call.PROOFS: "proofs",
    Call.CHANGES: "changes",
}


class Bench:
    """One enrolled kiosk behind a proxy of its own."""

    def __init__(self, central: CentralServer, home: Path, liar: LyingPlatform) -> None:
        self.central, self.home, self.liar = central, home, liar
        self.place = EnrolledPlace(central, home / "kiosk", liar.url, TIMEOUT_S)
        self.place.chunk_bytes = PIECE
        self.rows: list[ApplicationRow] = []

    def strike(self, name: str, fault: Lie, matrix: Matrix) -> None:
        """Let a fault hit every call, and see what becomes of some entries."""
        rows = [self._seal() for _ in range(2)]
        self.rows += rows
        # All of its bytes are said to be there: its proof is asked for before anything else.
        entries.mark(self.place.db, rows[0].app_id, EntryState.UPLOADED)
        struck = Strike(fault, set(_NAMES.values()) | {"final PATCH"})
        hits = len(struck.left)
        for call, told in _NAMES.items():
            self.liar.always(call, struck.on(told))
        # Nobody asks how much has come unless something went wrong with a piece before.
        self.liar.lie(Call.APPEND, lies.status(423, "urn:kiosk:problem:busy"))
        courier = self.place.courier()
        try:
            for _ in range(MOST_ROUNDS):
                result = courier.run_once()
                if result.reach is not Reach.ONLINE and not result.why:
                    matrix.problems.append(f"{name}: a round failed without a reason")
                if not struck.left and not result.still_open:
                    break
                self._check_waiting(name, rows, matrix)
                self.place.clock.pass_s(30)
                if struck.left == {"HEAD"} and not result.still_open:
                    rows.append(self._seal())
                    self.rows.append(rows[-1])
                    self.liar.lie(Call.APPEND, lies.status(423, "urn:kiosk:problem:busy"))
                courier.hurry()
        finally:
            courier.close()
            self.place._couriers.clear()
        matrix.struck += hits - len(struck.left)
        matrix.problems += [f"{name}: never came to {call}" for call in struck.left]
        matrix.entries += len(rows)
        for row in rows:
            entry = self.place.entry(row)
            if entry.state is not EntryState.DELIVERED:
                matrix.problems.append(f"{name}: {entry.state}: {entry.reason}")

    def _seal(self) -> ApplicationRow:
        self.place.sealer._lookups["s-1"] = bytes(32)
        return self.place.sealer.seal_application(
            a_record(photo=PHOTO),
            SERVICE,
            ASK_BY,
            self.place.clock.now(),
            counts_from_delivery=False,
        )

    def _check_waiting(self, name: str, rows: list[ApplicationRow], matrix: Matrix) -> None:
        for row in rows:
            entry = self.place.entry(row)
            if entry.state is EntryState.HELD and not entry.reason:
                matrix.problems.append(f"{name}: held without a reason")
            if entry.tries and not entry.reason and entry.proof is None:
                matrix.problems.append(f"{name}: waits without a reason")

    def strike_enrolment(self, name: str, fault: Lie, code: str, matrix: Matrix) -> None:
        """Let a fault hit an enrolment: done, or said why not and done with the same code."""
        home = self.home / "new"
        settings = bare_settings(
            home, self.liar.url, f"[courier]\nrequest_timeout_s = {ENROL_TIMEOUT_S}\n"
        )
        self.liar.lie(Call.ENROL, fault)
        try:
            enrol(settings, self.liar.url, code, None)
        except EnrolmentError as error:
            if not error.what:
                matrix.problems.append(f"{name}: not enrolled, without a reason")
            # Nothing goes wrong any more, so a machine that has much to do may take its time.
            courier = replace(settings.courier, request_timeout_s=PATIENT_S)
            settings = replace(settings, courier=courier)
            try:
                enrol(settings, self.liar.url, code, None)
            except EnrolmentError as again:
                matrix.problems.append(f"{name}: never enrolled: {again.what}")
        matrix.struck += 1
        shutil.rmtree(home)


def run_matrix(
    home: Path,
    names: Iterable[str] = tuple(FAULTS),
    *,
    workers: int = 2,
    enrolments: Sequence[str] = tuple(FAULTS),
) -> Matrix:
    """Strike with each of the faults, side by side, and judge by what the platform holds."""
    begun_s = monotonic()
    matrix, todo, lock = Matrix(), list(names), threading.Lock()
    matrix.faults = len(todo)
    with running_platform(home / "central") as central:
        codes = dict(zip(enrolments, _codes(central, len(enrolments)), strict=True))
        benches: list[Bench] = []

        def work(number: int) -> None:
            name = "at the start"
            with lying_platform(central.port) as liar:
                bench = Bench(central, home / f"bench-{number}", liar)
                benches.append(bench)
                try:
                    while True:
                        with lock:
                            if not todo:
                                return
                            name = todo.pop()
                            code = codes.get(name, "")
                        bench.strike(name, FAULTS[name], matrix)
                        if code:
                            bench.strike_enrolment(name, FAULTS[name], code, matrix)
                except Exception as error:  # noqa: BLE001 - told in the result
                    matrix.problems.append(f"{name}: {type(error).__name__}: {error}")
                finally:
                    bench.place.close()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = [app_id for app_id, _ in held_numbers(central.data)]
    sealed = [row.app_id for bench in benches for row in bench.rows]
    matrix.problems += [f"{app_id}: not held" for app_id in sealed if app_id not in held]
    matrix.problems += [f"{app_id}: from nowhere" for app_id in held if app_id not in sealed]
    matrix.seconds = monotonic() - begun_s
    return matrix


def _codes(central: CentralServer, count: int) -> list[str]:
    platform = open_platform(central.data)
    codes = [str(create_code(platform, "Lakeside office")) for _ in range(count)]
    platform.database.close()
    return codes
