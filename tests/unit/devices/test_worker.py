"""A worker answers in time whatever its adapter does, and comes back."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.wire import Fields, Message
from devices.worker import FailureReason, Worker, WorkerFailed, WorkerSpec
from devices.worker_process import KEPT_LINES
from tests.support.waiting import wait_until

PATIENT_S = 20.0
"""Far longer than any start of a worker, so that a busy machine changes nothing."""

Spawn = Callable[..., Worker]


def said(message: Message) -> str:
    """Decode what most handlers answer."""
    return Fields(message.head).text("said", limit=200_000)


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Make workers that are closed after the test."""
    workers: list[Worker] = []

    def make(picture_bytes: int = 0, **config: str | bool) -> Worker:
        spec = WorkerSpec(
            "probe", "tests.support.hosted:host", {"greeting": "hello", **config}, picture_bytes
        )
        workers.append(Worker(spec))
        return workers[-1]

    yield make
    for worker in workers:
        worker.close()


@pytest.fixture
def worker(spawn: Spawn) -> Worker:
    """Make a worker that already runs, so that no start eats into a call's time."""
    running = spawn()
    assert running.call("echo", {"said": "first"}, PATIENT_S, said) == "hello first"
    return running


def is_alive(pid: int | None) -> bool:
    """Say whether the process exists; a zombie does not count."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def open_descriptors() -> list[str]:
    """Return the numbers of this process's descriptors, but for the one that lists them."""
    return sorted(p.name for p in Path("/proc/self/fd").iterdir() if p.exists())


def framed(head: bytes) -> bytes:
    """Return a message as a worker would send it."""
    return struct.pack("!II", len(head), 0) + head


def test_answers_what_the_adapter_says(worker: Worker) -> None:
    """Arguments go in, the decoded answer comes out, long ones too."""
    long = "证" * 30_000
    assert worker.call("echo", {"said": long}, PATIENT_S, said) == f"hello {long}"


def test_the_adapter_lives_elsewhere(worker: Worker) -> None:
    """It runs in the worker process, and is told how much time is left."""
    pid, timeout_s = worker.call(
        "echo",
        {"said": ""},
        5.0,
        lambda m: (Fields(m.head).integer("pid"), Fields(m.head).number("timeout_s")),
    )  # type: ignore[misc]
    assert pid == worker.pid != os.getpid()
    assert 0 < timeout_s <= 5.0


def test_nothing_starts_before_the_first_call(spawn: Spawn) -> None:
    """Making a worker costs nothing, closing an unused one does no harm."""
    idle = spawn()
    assert idle.pid is None
    idle.close()
    idle.close()


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("hang", FailureReason.TIMED_OUT),
        ("crash", FailureReason.CRASHED),
        ("fail", FailureReason.CRASHED),
        ("leave", FailureReason.CRASHED),
        ("no_such_method", FailureReason.CRASHED),
    ],
)
@pytest.mark.may_warn("that a worker failed")
def test_a_failing_adapter_is_replaced(worker: Worker, method: str, reason: FailureReason) -> None:
    """Whatever goes wrong is answered as a value, the process is gone, and the next call works."""
    broken = worker.pid
    timeout_s = 0.1 if method == "hang" else PATIENT_S
    assert worker.call(method, {}, timeout_s, said) == WorkerFailed(reason)
    assert not is_alive(broken)
    assert worker.call("echo", {"said": "again"}, PATIENT_S, said) == "hello again"
    assert worker.pid != broken


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack("!II", 1 << 30, 0),
        struct.pack("!II", 2, 1 << 30) + b"{}",
        framed(b"[1]"),
        framed(b"\xff\xfe{}"),
        framed(b'{"call":2'),
        framed(b"{}"),
        framed(b'{"call":1,"answer":{"said":"x"}}'),
        framed(b'{"call":true,"answer":{"said":"x"}}'),
        framed(b'{"call":2,"answer":["said"]}'),
        framed(b'{"call":2,"answer":{"said":7}}'),
        framed(b"[" * 50_000),
    ],
    ids=[
        "head too long",
        "blob too long",
        "no object",
        "no text",
        "torn",
        "empty",
        "other call",
        "no number",
        "no answer object",
        "other type",
        "deep",
    ],
)
@pytest.mark.may_warn("that a worker failed")
def test_garbage_on_the_line_is_a_crash(worker: Worker, raw: bytes) -> None:
    """A worker that was taken over can say what it likes: it is killed for it."""
    answer = worker.call("babble", {"hex": raw.hex()}, PATIENT_S, said)
    assert answer == WorkerFailed(FailureReason.CRASHED)
    assert worker.call("echo", {"said": "again"}, PATIENT_S, said) == "hello again"


@pytest.mark.may_warn("that a worker failed")
def test_an_answer_of_another_shape_is_a_crash(worker: Worker) -> None:
    """What the decoder does not know is not passed on."""
    answer = worker.call("echo", {"said": "x"}, PATIENT_S, lambda m: Fields(m.head).flag("said"))
    assert answer == WorkerFailed(FailureReason.CRASHED)


def test_blobs_cross_the_line(worker: Worker) -> None:
    """Bytes come as they are, a megabyte too."""
    assert worker.call("blob", {"pairs": 500_000}, PATIENT_S, lambda m: m.blob) == (
        b"\x00\xff" * 500_000
    )


@pytest.mark.may_warn("that a worker failed")
def test_pictures_cross_through_shared_memory(spawn: Spawn) -> None:
    """The parent reads what the worker wrote, again after a restart."""
    worker = spawn(picture_bytes=3_000_000)

    def picture(message: Message) -> bytes:
        return worker.picture(Fields(message.head).integer("size"))

    for _ in range(2):
        assert (
            worker.call("picture", {"size": 2_000_000}, PATIENT_S, picture) == b"\x42" * 2_000_000
        )
        os.kill(worker.pid or 0, signal.SIGKILL)
        wait_until(lambda: not is_alive(worker.pid))
        assert worker.call("echo", {"said": ""}, PATIENT_S, said) == WorkerFailed(
            FailureReason.CRASHED
        )


@pytest.mark.may_warn("that a worker failed")
def test_a_picture_larger_than_the_memory_is_a_crash(spawn: Spawn) -> None:
    """A length that the worker made up can't make the parent read beyond."""
    worker = spawn(picture_bytes=1000)
    answer = worker.call(
        "picture",
        {"size": 1001},
        PATIENT_S,
        lambda m: worker.picture(Fields(m.head).integer("size")),
    )
    assert answer == WorkerFailed(FailureReason.CRASHED)


@pytest.mark.may_warn("that a worker failed")
def test_a_crash_at_start_is_answered(spawn: Spawn) -> None:
    """An adapter that can't even be built is a crash on every call, after rests."""
    worker = spawn(crash_at_start=True)
    assert worker.call("echo", {}, PATIENT_S, said) == WorkerFailed(FailureReason.CRASHED)
    assert worker.call("echo", {}, 0.0, said) == WorkerFailed(FailureReason.STARTING)
    assert worker.call("echo", {}, PATIENT_S, said) == WorkerFailed(FailureReason.CRASHED)


def test_rests_double_and_end_with_success(spawn: Spawn, caplog: pytest.LogCaptureFixture) -> None:
    """0.2 s, 0.4 s, 0.8 s; after an answer it begins again at 0.2 s."""
    worker = spawn()
    for method in ("leave", "leave", "leave", "echo", "leave"):
        worker.call(method, {"said": ""}, PATIENT_S, said)
    rests = re.findall(r"WORKER_FAILED .* rest_s=([0-9.]+)", caplog.text)
    assert rests == ["0.2", "0.4", "0.8", "0.2"]


@pytest.mark.may_warn("that a worker failed")
def test_a_hanging_start_is_given_time_and_then_killed(
    spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls answer "starting" in time; a start beyond its limit is killed."""
    worker = spawn(hang_at_start=True)
    assert worker.call("echo", {}, 0.05, said) == WorkerFailed(FailureReason.STARTING)
    assert worker.call("echo", {}, 0.05, said) == WorkerFailed(FailureReason.STARTING)
    first = worker.pid
    monkeypatch.setattr("devices.worker.START_LIMIT_S", 0.0)
    assert worker.call("echo", {}, 0.05, said) == WorkerFailed(FailureReason.TIMED_OUT)
    assert not is_alive(first)


def test_close_ends_a_running_call_and_the_process(worker: Worker) -> None:
    """Another thread closes while a driver hangs: the call ends and nothing is left."""
    answers: list[object] = []
    hanging = threading.Thread(
        target=lambda: answers.append(worker.call("hang", {}, 60.0, said)), name="lane"
    )
    pid = worker.pid
    hanging.start()
    wait_until(worker._calling.locked, what="the call to begin")
    worker.close()
    hanging.join(10)
    assert isinstance(answers[0], WorkerFailed)
    assert not is_alive(pid)
    assert worker.call("echo", {"said": "reopened"}, PATIENT_S, said) == "hello reopened"


@pytest.mark.may_warn("that a worker failed")
def test_no_descriptor_and_no_thread_is_left(spawn: Spawn) -> None:
    """Any number of starts, kills and closes costs nothing for good."""
    worker = spawn(picture_bytes=1_000_000)

    def life() -> None:
        worker.call("echo", {"said": ""}, PATIENT_S, said)
        worker.call("crash", {}, PATIENT_S, said)
        worker.call("echo", {"said": ""}, PATIENT_S, said)
        worker.close()

    life()
    descriptors = open_descriptors()
    threads = threading.active_count()
    for _ in range(3):
        life()
    assert open_descriptors() == descriptors
    assert threading.active_count() == threads


def test_the_log_holds_places_and_no_values(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a library's chatter nor an exception's words are logged; where it happened is."""
    caplog.set_level("DEBUG")
    worker.call("chatter", {}, PATIENT_S, said)
    worker.call("fail", {}, PATIENT_S, said)
    worker.call("crash", {}, PATIENT_S, said)
    worker.close()
    assert "11010519491231002X" not in caplog.text
    assert "RuntimeError" in caplog.text
    assert re.search(r"hosted\.py:\d+ in fail", caplog.text)
    assert "Fatal Python error: Aborted" in caplog.text
    assert caplog.text.count("WORKER_SAID") <= 3 * KEPT_LINES


def test_the_worker_dies_with_its_parent(tmp_path: Path) -> None:
    """The kernel ends a worker whose parent was killed, even while its driver hangs."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.worker_parent", str(tmp_path / "hanging")],
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        wait_until((tmp_path / "hanging").exists, what="the worker to hang")
        assert is_alive(pid)
        parent.kill()
    wait_until(lambda: not is_alive(pid), what="the worker to end")


def test_the_configuration_is_not_on_the_command_line(spawn: Spawn) -> None:
    """A password within an address is not shown by `ps`, nor by a repr."""
    worker = spawn(greeting="rtsp://user:secret@host")
    worker.call("echo", {"said": ""}, PATIENT_S, said)
    assert b"secret" not in Path(f"/proc/{worker.pid}/cmdline").read_bytes()
    assert "secret" not in repr(worker._spec)


@pytest.mark.may_warn("that a worker failed")
def test_a_short_limit_is_kept(worker: Worker) -> None:
    """A hanging driver costs the caller its limit, not the driver's."""
    began = time.monotonic()
    worker.call("hang", {}, 0.05, said)
    assert time.monotonic() - began < PATIENT_S  # against minutes: a bound on a hang, not a speed
