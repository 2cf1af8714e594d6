"""A worker: an adapter in a process of its own, killed at its deadline and started again.

Whatever a driver does (hang for ever, crash, talk nonsense), `Worker.call` answers in time. An
adapter of a port holds a `Worker` and turns its answers into the port's values; the adapter's other
half, which imports the library, is built in the process by the factory that the `WorkerSpec` names
(see `devices.worker_child` for its form). Example:

    worker = Worker(WorkerSpec("reader", "devices.card_reader.pcsc:host", {"reader": "ACS ACR39U"}))
    answer = worker.call("read_card", {}, timeout_s=3.0, decode=decode_read_answer)
    if isinstance(answer, WorkerFailed):
        return NoReader(f"the reader's driver {answer.reason}")
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from devices.frames import PictureMemory
from devices.wire import (
    Fields,
    Garbled,
    HungUp,
    JsonObject,
    Message,
    has_message,
    receive_message,
    send_message,
)
from devices.worker_process import WorkerProcess

GRACE_S = 0.25
"""How much longer than its limit a call may take, so that "not yet" still gets across."""

KILL_WAIT_S = 1.0
"""How long a killed process is waited for; only a driver in the kernel needs more than a few ms."""

START_LIMIT_S = 20.0
"""A worker that is not up by then hangs; importing OpenCV from a slow disk takes seconds."""

FIRST_BACK_OFF_S = 0.2
LONGEST_BACK_OFF_S = 10.0

_Answer = TypeVar("_Answer")
Decode = Callable[[Message], _Answer]

_log = logging.getLogger(__name__)


class FailureReason(StrEnum):
    """Why a worker did not answer."""

    TIMED_OUT = "timed_out"
    """It did not answer in time and was killed."""
    CRASHED = "crashed"
    """It died, or said something it was never told to say, and was killed for it."""
    STARTING = "starting"
    """It is still on its way up, or resting before the next try."""


@dataclass(frozen=True, slots=True)
class WorkerFailed:
    """There is no answer; the next call starts afresh."""

    reason: FailureReason


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """What a worker process hosts.

    `name` stands in the log. `factory` is `package.module:function`; `config` is handed to it and
    may hold secrets: it is told over a private line and never logged. `picture_bytes` is the size
    of the shared memory, 0 for none.
    """

    name: str
    factory: str
    config: JsonObject = field(repr=False)
    picture_bytes: int = 0


class Worker:
    """Hosts one adapter, from the first call on; one thread calls, any may `close`."""

    def __init__(self, spec: WorkerSpec) -> None:
        """Remember what to host; nothing is started yet."""
        self._spec = spec
        self._calling = threading.Lock()
        self._closing = threading.Event()
        self._process: WorkerProcess | None = None
        self._stuck: WorkerProcess | None = None
        self._memory: PictureMemory | None = None
        self._back_off_s = 0.0
        self._rest_until_s = 0.0
        self._call_number = 0

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, or None."""
        process = self._process
        return None if process is None else process.pid

    def call(
        self, method: str, arguments: JsonObject, timeout_s: float, decode: Decode[_Answer]
    ) -> _Answer | WorkerFailed:
        """Ask the adapter something and return its decoded answer, or why there is none.

        The worker is told the time that is left, so that it can answer "not yet" by itself;
        `GRACE_S` later it is killed. A call during the start or the rest after a failure waits for
        it within its own limit.

        Args:
            method: A name among the handlers that the factory returned.
            arguments: What the handler gets.
            timeout_s: Upper limit; the call returns at most `GRACE_S` later (plus `KILL_WAIT_S` for
                a stuck driver).
            decode: Takes the answer apart; raises `Garbled` for whatever the handler never says.
        """
        deadline_s = time.monotonic() + timeout_s
        with self._calling:
            self._closing.clear()
            process = self._running(deadline_s)
            if isinstance(process, WorkerFailed):
                return process
            return self._ask(process, method, arguments, deadline_s, decode)

    def lay_picture(self, picture: bytes) -> None:
        """Put a picture into the shared memory, for the next call to speak of; between two calls.

        Raises:
            ValueError: it is larger than the memory.
        """
        with self._calling:
            self._shared().write(picture)

    def picture(self, length: int) -> bytes:
        """Return a copy of the picture that the last answer spoke of; for use within `decode`.

        Raises:
            Garbled: no picture is that large.
        """
        if self._memory is None:
            raise Garbled("this worker has no pictures")
        try:
            return self._memory.read(length)
        except ValueError as error:
            raise Garbled("longer than any picture") from error

    def lend(self, data: bytes) -> None:
        """Put bytes where the next call finds them: at the start of the shared memory.

        Raises:
            ValueError: there is no room for so many.
        """
        with self._calling:
            self._shared().write(data)

    def close(self) -> None:
        """End the process at once, a running call with it; the next call starts it again.

        May be called twice, never raises.
        """
        while True:
            self._closing.set()
            process = self._process
            if process is not None:
                process.kill(KILL_WAIT_S)
            if self._calling.acquire(timeout=0.05):
                break
        try:
            if self._process is not None:
                self._retire(self._process)
            if self._memory is not None:
                self._memory.close()
                self._memory = None
            self._back_off_s = self._rest_until_s = 0.0
        finally:
            self._calling.release()

    def _running(self, deadline_s: float) -> WorkerProcess | WorkerFailed:
        """Return the process once it is up, starting it if need be."""
        if self._process is None and not self._rest(deadline_s):
            return WorkerFailed(FailureReason.STARTING)
        process = self._process or self._start()
        if process.is_ready:
            return process
        try:
            if not has_message(process.line, deadline_s):
                if time.monotonic() - process.started_at_s > START_LIMIT_S:
                    return self._fail(FailureReason.TIMED_OUT, "start")
                return WorkerFailed(FailureReason.STARTING)
            Fields(receive_message(process.line, deadline_s + GRACE_S).head).flag("ready")
        except (Garbled, HungUp, TimeoutError):
            return self._fail(FailureReason.CRASHED, "start")
        process.is_ready = True
        took_ms = round((time.monotonic() - process.started_at_s) * 1000)
        _log.info("WORKER_STARTED name=%s took_ms=%d", self._spec.name, took_ms)
        return process

    def _rest(self, deadline_s: float) -> bool:
        """Wait until a process may be started, and say False if the deadline comes first."""
        if self._stuck is not None:
            self._stuck.kill(deadline_s - time.monotonic())
            if not self._stuck.is_gone:
                return False
            self._stuck = None
        until_s = min(self._rest_until_s, deadline_s)
        self._closing.wait(max(until_s - time.monotonic(), 0))
        return self._rest_until_s <= deadline_s and not self._closing.is_set()

    def _start(self) -> WorkerProcess:
        """Begin to start a process."""
        spec = self._spec
        memory = self._shared() if spec.picture_bytes else None
        self._process = WorkerProcess(spec.name, spec.factory, spec.config, memory)
        return self._process

    def _shared(self) -> PictureMemory:
        """Return the shared memory, made when it is first needed."""
        if self._memory is None:
            self._memory = PictureMemory.make(self._spec.picture_bytes)
        return self._memory

    def _ask(
        self,
        process: WorkerProcess,
        method: str,
        arguments: JsonObject,
        deadline_s: float,
        decode: Decode[_Answer],
    ) -> _Answer | WorkerFailed:
        """Send one call and take its answer apart."""
        self._call_number += 1
        number = self._call_number
        left_s = max(deadline_s - time.monotonic(), 0.0)
        limit_s = deadline_s + GRACE_S
        call: JsonObject = {
            "call": number,
            "method": method,
            "arguments": arguments,
            "timeout_s": left_s,
        }
        try:
            send_message(process.line, Message(call), limit_s)
            reply = receive_message(process.line, limit_s)
            fields = Fields(reply.head)
            if fields.integer("call") != number:
                return self._fail(FailureReason.CRASHED, method)
            answer = decode(Message(fields.object("answer"), reply.blob))
        except TimeoutError:
            return self._fail(FailureReason.TIMED_OUT, method)
        except (Garbled, HungUp):
            return self._fail(FailureReason.CRASHED, method)
        self._back_off_s = 0.0
        return answer

    def _fail(self, reason: FailureReason, method: str) -> WorkerFailed:
        """Kill the process, plan the next start, and say so."""
        process = self._process
        assert process is not None
        process.kill(KILL_WAIT_S)
        self._retire(process)
        self._back_off_s = min(max(self._back_off_s * 2, FIRST_BACK_OFF_S), LONGEST_BACK_OFF_S)
        self._rest_until_s = time.monotonic() + self._back_off_s
        if not self._closing.is_set():
            _log.warning(
                "WORKER_FAILED name=%s method=%s reason=%s rest_s=%.1f",
                self._spec.name,
                method,
                reason,
                self._back_off_s,
            )
        return WorkerFailed(reason)

    def _retire(self, process: WorkerProcess) -> None:
        """Forget a killed process; while a driver still holds it, nothing starts beside it."""
        self._process = None
        if not process.is_gone:
            self._stuck = process
