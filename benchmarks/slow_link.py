"""Draining ten entries of 1 MB over a slow line, against bare uploads of the same bytes on it.

Ours is the courier with the real platform behind the line: hello, manifests, uploads, proofs, news.
The peer sends the same files with one PUT each over one connection to a server that reads and says
204. A ratio of times of 1.11 is a rate of 0.9.
"""

from __future__ import annotations

import http.client
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Unit
from benchmarks.slow_line import slow_line
from kiosk.store.engine import ENVELOPES
from launch.places import ROOT
from tests.support.builders import a_photo
from tests.support.central_server import running_platform
from tests.support.enrolled_places import EnrolledPlace
from tests.support.sealing_places import ASK_BY, SERVICE, a_record

ROUNDS: Final = 1
ENTRIES: Final = 10
PHOTO_BYTES: Final = 1_000_000
ROUND_TRIP_S: Final = 0.3
TIMEOUT_S: Final = 60.0
TIME_GOAL: Final = 1 / 0.9
WIRE_GOAL: Final = 1.03


def measure(rounds: int = ROUNDS, kbit: int = 1000) -> list[Figure]:
    """Return the figures of one run; each round takes minutes at 1,000 kbit/s."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    ours_ms, bare_ms, wire, payload = [], [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name,
        running_platform(Path(name) / "central") as central,
        bare_server() as bare_port,
        slow_line(central.port, kbit, ROUND_TRIP_S) as line,
        slow_line(bare_port, kbit, ROUND_TRIP_S) as bare_line,
        closing(EnrolledPlace(central, Path(name) / "home", timeout_s=TIMEOUT_S)) as place,
    ):
        place.url = f"http://127.0.0.1:{line.port}"
        courier = place.courier()
        for _ in range(rounds):
            files = _seal(place)
            before, started_s = line.passed, time.perf_counter()
            place.rounds(courier)
            ours_ms.append((time.perf_counter() - started_s) * 1000)
            wire.append((line.passed - before) / 1e6)
            payload.append(sum(map(len, files)) / 1e6)
            started_s = time.perf_counter()
            upload(bare_line.port, files)
            bare_ms.append((time.perf_counter() - started_s) * 1000)
    told = f"draining {ENTRIES} entries of 1 MB at {kbit:,} kbit/s and {ROUND_TRIP_S * 1000:.0f} ms"
    return [
        Figure(
            f"{told}: time",
            "bare uploads of the same bytes on the same line",
            Unit.MS,
            tuple(ours_ms),
            tuple(bare_ms),
            TIME_GOAL,
        ),
        Figure(
            f"{told}: bytes both ways",
            "the envelopes alone",
            Unit.MB,
            tuple(wire),
            tuple(payload),
            WIRE_GOAL,
        ),
    ]


def _seal(place: EnrolledPlace) -> list[bytes]:
    files = []
    for _ in range(ENTRIES):
        place.sealer._lookups["s-1"] = bytes(32)
        row = place.sealer.seal_application(
            a_record(photo=replace(a_photo(), jpeg=secrets.token_bytes(PHOTO_BYTES))),
            SERVICE,
            ASK_BY,
            place.clock.now(),
            counts_from_delivery=False,
        )
        files.append((place.folder / ENVELOPES / place.entry(row).file).read_bytes())
    return files


def upload(port: int, files: list[bytes]) -> None:
    """Send files one after the other, over one connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)) as connection:
        for number, data in enumerate(files):
            connection.request("PUT", f"/{number}", data)
            connection.getresponse().read()


class _Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, 65536)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def bare_server() -> Iterator[int]:
    """Run a server that reads what it is sent; yields its port."""
    server = HTTPServer(("127.0.0.1", 0), _Sink)
    thread = threading.Thread(target=server.serve_forever, name="bare server")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
