"""Every fault at every call, against the real platform behind a loopback proxy.

For each fault a kiosk delivers some entries while every kind of call is hit by it once; afterwards
each entry is delivered once, or waits with its reason and is delivered when the fault is over.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import cast

from central.enrolment import create_code
from central.platform import open_platform
from kiosk.errors import EnrolmentError
from kiosk.photos import Findings, Photo
from kiosk.ports.courier import Reach
from kiosk.store import entries
from kiosk.store.applications import ApplicationRow
from kiosk.store.entries import EntryState
from launch.enrolling import enrol
from sync.answers import Failed
from sync.platform import Platform, _Answer
from sync.protocol import UPLOAD_COMPLETE
from tests.faults import http_faults
from tests.faults.line_faults import LINE_FAULTS, LineFault, TlsStand
from tests.support import lying_platform as lies
from tests.support.central_server import CentralServer, running_platform
from tests.support.enrolled_places import EnrolledPlace, bare_settings, held_numbers
from tests.support.lying_platform import Asked, Call, Lie, LyingPlatform, call_of, lying_platform
from tests.support.sealing_places import ASK_BY, SERVICE, a_record

CALLS = (
    "enrol",
    "hello",
    "manifest",
    "manifests",
    "HEAD",
    "PATCH",
    "final PATCH",
    "proofs",
    "changes",
)
TIMEOUT_S = 0.3
ENROL_TIMEOUT_S = 2
PATIENCE_S = 60.0
PIECE = 16_384
PHOTO = Photo(bytes(range(256)) * 80, 358, 441, "cn", Findings())
MOST_ROUNDS = 40
FAULTS: Mapping[str, Lie | LineFault] = {**http_faults.FAULTS, **LINE_FAULTS}


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


def call_name(method: str, path: str, *, is_last: bool) -> str:
    """Return what a request is called here."""
    name = _NAMES.get(call_of(method, path), "")
    return "final PATCH" if name == "PATCH" and is_last else name


@dataclass
class Strike:
    """One fault that is to hit each call once."""

    fault: Lie
    left: set[str]

    def on(self, name: str) -> Lie:
        """Return what hits this call once and then passes everything on."""

        def tell(asked: Asked) -> None:
            is_last = b"upload-complete: ?1" in asked.head.lower()
            which = "final PATCH" if name == "PATCH" and is_last else name
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
    Call.ANNOUNCE_ALL: "manifests",
    Call.OFFSET: "HEAD",
    Call.APPEND: "PATCH",
    Call.PROOFS: "proofs",
    Call.CHANGES: "changes",
}


@dataclass
class LineStrike:
    """One fault of the line that is to hit each call once."""

    fault: LineFault
    left: set[str]
    stand: TlsStand

    def on(self, platform: Platform) -> None:
        """Let it hit what this client asks."""
        real, self.stand.platform = platform._call, platform

        def call(
            method: str,
            path: str,
            body: bytes | None = None,
            headers: Mapping[str, str] | None = None,
        ) -> _Answer | Failed:
            which = call_name(method, path, is_last=(headers or {}).get(UPLOAD_COMPLETE) == "?1")
            if which not in self.left:
                return real(method, path, body, headers)
            self.left.discard(which)
            with self.fault(self.stand):
                return real(method, path, body, headers)

        platform._call = call  # type: ignore[method-assign] # each call is to be met


class Bench:
    """One enrolled kiosk behind a proxy of its own; with `tls` it asks over TLS."""

    def __init__(
        self, central: CentralServer, home: Path, liar: LyingPlatform, *, tls: bool = False
    ) -> None:
        self.central, self.home, self.liar = central, home, liar
        self.stand = TlsStand(liar, home / "papers") if tls else None
        self.place = EnrolledPlace(central, home / "kiosk", liar.url, TIMEOUT_S)
        self.place.ca_file = self.stand.right.authority if self.stand else None
        self.place.chunk_bytes = PIECE
        self.rows: list[ApplicationRow] = []

    def strike(self, name: str, fault: Lie | LineFault, matrix: Matrix) -> None:
        """Let a fault hit every call, and see what becomes of some entries."""
        rows = [self._seal() for _ in range(3)]
        self.rows += rows
        # All of its bytes are said to be there: its proof is asked for before anything else.
        entries.mark(self.place.db, rows[0].app_id, EntryState.UPLOADED)
        left = set(_NAMES.values()) | {"final PATCH"}
        hits = len(left)
        # Nobody asks how much has come unless something went wrong with a piece before.
        self.liar.lie(Call.APPEND, lies.status(423, "urn:kiosk:problem:busy"))
        courier = self.place.courier()
        struck: Strike | LineStrike
        if self.stand is None:
            struck = Strike(cast("Lie", fault), left)
            for call, told in _NAMES.items():
                self.liar.always(call, struck.on(told))
        else:
            struck = LineStrike(cast("LineFault", fault), left, self.stand)
            struck.on(courier.platform)
        try:
            for _ in range(MOST_ROUNDS):
                result = courier.run_once()
                if result.reach is not Reach.ONLINE and not result.why:
                    matrix.problems.append(f"{name}: a round failed without a reason")
                if not struck.left and not result.still_open:
                    break
                self._check_waiting(name, rows, matrix)
                self.place.clock.pass_s(30)
                if struck.left and not result.still_open:
                    # What was not met yet: one alone, several together, a piece that fails.
                    more = [self._seal() for _ in range(2 if "manifests" in struck.left else 1)]
                    rows += more
                    self.rows += more
                    if "HEAD" in struck.left:
                        self.liar.lie(Call.APPEND, lies.status(423, "urn:kiosk:problem:busy"))
                courier.hurry()
        finally:
            courier.close()
            self.place._couriers.clear()
            if self.stand is not None:
                self.stand.platform = None
                matrix.problems += [f"{name}: believed {it}" for it in self.stand.believed]
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

    def strike_enrolment(
        self, name: str, fault: Lie | LineFault, code: str, matrix: Matrix
    ) -> None:
        """Let a fault hit an enrolment: done, or said why not and done with the same code."""
        home = self.home / "new"
        settings = bare_settings(
            home, self.liar.url, f"[courier]\nrequest_timeout_s = {ENROL_TIMEOUT_S}\n"
        )
        strike: AbstractContextManager[None] = nullcontext()
        if self.stand is None:
            self.liar.lie(Call.ENROL, cast("Lie", fault))
        else:
            trusted = replace(settings.platform, ca_file=self.stand.right.authority)
            settings = replace(settings, platform=trusted)
            strike = cast("LineFault", fault)(self.stand)
        try:
            with strike:
                enrol(settings, self.stand.url if self.stand else self.liar.url, code, None)
        except EnrolmentError as error:
            if not error.what:
                matrix.problems.append(f"{name}: not enrolled, without a reason")
            # The machine may be busy, and codes take long to check on purpose.
            patient = replace(settings.courier, request_timeout_s=PATIENCE_S)
            try:
                enrol(replace(settings, courier=patient), self.liar.url, code, None)
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
            with ExitStack() as stack:
                own: dict[bool, Bench] = {}
                try:
                    while True:
                        with lock:
                            if not todo:
                                return
                            name = todo.pop()
                            code = codes.get(name, "")
                        tls = name in LINE_FAULTS
                        if tls not in own:
                            liar = stack.enter_context(lying_platform(central.port))
                            home_of = home / f"bench-{number}{'-tls' if tls else ''}"
                            own[tls] = Bench(central, home_of, liar, tls=tls)
                            stack.callback(own[tls].place.close)
                            benches.append(own[tls])
                        own[tls].strike(name, FAULTS[name], matrix)
                        if code:
                            own[tls].strike_enrolment(name, FAULTS[name], code, matrix)
                except Exception as error:  # noqa: BLE001 - told in the result
                    matrix.problems.append(f"{name}: {type(error).__name__}: {error}")

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
