"""Two couriers of one kiosk, each a process of its own, at one queue and at the real platform."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kiosk.store.applications import ApplicationRow
from kiosk.store.entries import EntryState
from tests.support.builders import a_photo
from tests.support.central_server import ROOT, running_platform
from tests.support.enrolled_places import EnrolledPlace, held_numbers
from tests.support.lying_platform import Asked, Call, LyingPlatform, lying_platform, send
from tests.support.sealing_places import ASK_BY, SERVICE, a_record, now

CHUNK, TIMEOUT_S, DEADLINE_S = 16_384, 2, 60
PATIENT_S = 30
"""For those who have nobody's death to wait for: who gives a busy platform up asks it twice."""
ENTRIES = 12
PHOTO = replace(a_photo(), jpeg=bytes(range(256)) * 200)


@dataclass
class Recorder:
    """Passes pieces of uploads on, and notes whose they are and which travel at the same time."""

    pieces: list[str] = field(default_factory=list)
    """The entry of each piece that came, in order."""
    taken: Counter[str] = field(default_factory=Counter)
    """Bytes of each entry that the platform took."""
    statuses: Counter[int] = field(default_factory=Counter)
    together: list[str] = field(default_factory=list)
    """Entries of which two pieces travelled at once."""
    stop_at: int = 10**9
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    _now: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> None:
        """Pass one on; the one that is to be stopped waits here first."""
        app_id = asked.path.rpartition("/")[2]
        with self._lock:
            self.pieces.append(app_id)
            self._now[app_id] += 1
            if self._now[app_id] > 1:
                self.together.append(app_id)
            is_stopped = len(self.pieces) == self.stop_at
        try:
            if is_stopped:
                self.stopped.set()
                self.go_on.wait(DEADLINE_S)
                return
            code, headers, body = asked.pass_on()
            with self._lock:
                self.statuses[code] += 1
                self.taken[app_id] += len(asked.body) if code in {200, 204} else 0
        finally:
            with self._lock:
                self._now[app_id] -= 1
        send(asked, code, headers, body)


@dataclass
class Queue:
    """A kiosk behind a recorder, and the processes that deliver from it."""

    place: EnrolledPlace
    liar: LyingPlatform
    recorder: Recorder
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def seal(self) -> ApplicationRow:
        """Seal an application of several pieces."""
        self.place.sealer._lookups["s-1"] = bytes(32)
        return self.place.sealer.seal_application(
            a_record(photo=PHOTO), SERVICE, ASK_BY, now(), counts_from_delivery=False
        )

    def be_patient(self) -> None:
        """Let couriers that are started from now on wait long for an answer."""
        settings = self.place.home / "kiosk.toml"
        told = settings.read_text()
        brief = f"request_timeout_s = {TIMEOUT_S}\n"
        assert brief in told
        settings.write_text(told.replace(brief, f"request_timeout_s = {PATIENT_S}\n"))

    def courier(self) -> subprocess.Popen[str]:
        """Start `kiosk sync` as a technician does."""
        command = [sys.executable, "-m", "launch.cli", "sync", "--wait", str(DEADLINE_S)]
        started = subprocess.Popen(
            [*command, "--settings", str(self.place.home / "kiosk.toml")],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(started)
        return started


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    """A dozen entries, each in several pieces."""
    with (
        running_platform(tmp_path / "central") as central,
        lying_platform(central.port) as liar,
    ):
        place = EnrolledPlace(central, tmp_path / "home", liar.url)
        settings = place.home / "kiosk.toml"
        told = settings.read_text().replace(central.url, liar.url)
        more = f"[courier]\nchunk_bytes = {CHUNK}\nrequest_timeout_s = {TIMEOUT_S}\n"
        settings.write_text(told + more)
        recorder = Recorder()
        liar.always(Call.APPEND, recorder)
        made = Queue(place, liar, recorder)
        yield made
        recorder.go_on.set()
        for process in made.running:
            process.kill()
            process.communicate(timeout=30)
        place.close()


def test_two_couriers_share_a_queue(queue: Queue) -> None:
    """Each piece is taken once, no entry is sent by both at once, and none is left."""
    queue.be_patient()
    rows = [queue.seal() for _ in range(ENTRIES)]
    couriers = [queue.courier(), queue.courier()]
    said = [courier.communicate(timeout=DEADLINE_S) for courier in couriers]
    assert [courier.returncode for courier in couriers] == [0, 0], said
    assert queue.recorder.together == []
    # A request that another one overtook is asked again: its counter did not rise.
    assert set(queue.recorder.statuses) <= {200, 204, 401}
    for row in rows:
        entry = queue.place.entry(row)
        assert entry.state is EntryState.DELIVERED
        assert queue.recorder.taken[row.app_id] == entry.size
    assert sorted(app_id for app_id, _ in held_numbers(queue.place.central.data)) == sorted(
        row.app_id for row in rows
    )


def test_after_a_death_the_other_goes_on(queue: Queue) -> None:
    """Killed in the middle of an upload, one courier leaves a lease: the other waits for its end
    and goes on from what had arrived.
    """
    rows = [queue.seal() for _ in range(3)]
    queue.recorder.stop_at = 2
    first = queue.courier()
    assert queue.recorder.stopped.wait(DEADLINE_S)
    first.kill()
    first.wait(30)
    queue.recorder.go_on.set()
    second = queue.courier()
    said = second.communicate(timeout=DEADLINE_S)
    assert second.returncode == 0, said
    for row in rows:
        entry = queue.place.entry(row)
        assert entry.state is EntryState.DELIVERED
        assert queue.recorder.taken[row.app_id] == entry.size
    held = [app_id for app_id, _ in held_numbers(queue.place.central.data)]
    assert sorted(held) == sorted(row.app_id for row in rows)
