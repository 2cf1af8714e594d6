"""One life of a worker process, and the thread that keeps it.

The thread starts the process, reads what it writes to standard error, and reaps it. The thread
starts the process because the kernel's "end me with my parent" (`PR_SET_PDEATHSIG`, prctl(2)) means
the parent's *thread*: this one lives exactly as long as the process. It also keeps a start that
hangs on a dying disk away from the caller. When and whether to start again is decided in
`devices.worker`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from devices.frames import PictureMemory
from devices.wire import HungUp, JsonObject, Message, send_message
from devices.worker_child import LOG_PREFIX

ROOT = Path(__file__).resolve().parents[1]
KEPT_LINES = 60
"""Lines of one process that reach the log; a driver may complain without end."""

_FAULTHANDLER_STARTS = ("Fatal Python error", "Current thread", "Thread ", '  File "')

_log = logging.getLogger(__name__)


class WorkerProcess:
    """A process that is on its way up, up, or dead; never started twice."""

    def __init__(
        self, name: str, factory: str, config: JsonObject, memory: PictureMemory | None
    ) -> None:
        """Begin to start the process; returns at once."""
        self.started_at_s = time.monotonic()
        self.is_ready = False
        """Set by the owner when the process has said so."""
        self.line, self._far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._name = name
        self._memory = memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = threading.Event()
        # Told over the line, not as arguments: `ps` shows those to everybody, and an address may
        # hold a password. Both messages fit into the socket's buffer, so this can't block.
        with contextlib.suppress(HungUp):
            send_message(self.line, Message({"factory": factory}))
            send_message(self.line, Message(config))
        self._keeper = threading.Thread(target=self._keep, name=f"worker {name}", daemon=True)
        self._keeper.start()

    @property
    def is_gone(self) -> bool:
        """Say whether the process has been reaped."""
        return not self._keeper.is_alive()

    @property
    def pid(self) -> int | None:
        """The process id, or None before the start."""
        return None if self._process is None else self._process.pid

    def kill(self, wait_s: float) -> None:
        """End the process and whatever it started, and wait for its end at most `wait_s`.

        A process within an uninterruptible system call dies when the driver lets go of it;
        `is_gone` says when. May be called again.
        """
        give_up_at_s = time.monotonic() + wait_s
        self._killed.set()
        if self._lock.acquire(timeout=wait_s):
            try:
                self._signal()
            finally:
                self._lock.release()
        self._keeper.join(max(give_up_at_s - time.monotonic(), 0))
        if self.is_gone:
            self.line.close()

    def _signal(self) -> None:
        """Send SIGKILL to the group; under the lock its number can't be anybody else's yet."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _keep(self) -> None:
        """Start the process, read its standard error to the end, reap it."""
        try:
            with self._lock:
                if self._killed.is_set():
                    return
                process = self._process = self._start()
                if self._killed.is_set():  # meanwhile, by a caller that could not wait for the lock
                    self._signal()
        except OSError as error:
            _log.warning("WORKER_NOT_STARTED name=%s errno=%s", self._name, error.errno)
            return
        finally:
            # From here on the process alone holds it: its end is heard on the line.
            self._far_end.close()
        assert process.stdout is not None
        with process.stdout as said:
            self._log_lines(said)
        # Wait first, reap under the lock: nobody signals a number that is free for others.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            status = process.wait()
        by = "us" if self._killed.is_set() else "itself"
        _log.info("WORKER_ENDED name=%s status=%s by=%s", self._name, status, by)

    def _start(self) -> subprocess.Popen[bytes]:
        """Run the interpreter on `devices.worker_child`."""
        inherited = os.environ.get("PYTHONPATH")
        path = str(ROOT) if not inherited else f"{ROOT}{os.pathsep}{inherited}"
        descriptors = [self._far_end.fileno()]
        arguments = [str(self._far_end.fileno()), str(os.getpid())]
        if self._memory is not None:
            descriptors.append(self._memory.fd)
            arguments += [str(self._memory.fd), str(self._memory.size_bytes)]
        return subprocess.Popen(  # noqa: S603 # our own interpreter on our own file
            [sys.executable, "-m", "devices.worker_child", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path},
            pass_fds=descriptors,
            start_new_session=True,
        )

    def _log_lines(self, said: Iterable[bytes]) -> None:
        """Log what our own code and `faulthandler` say; a library may name people, so count it."""
        kept = dropped = 0
        for raw in said:
            line = raw.decode(errors="replace").rstrip()
            if line.startswith((LOG_PREFIX, *_FAULTHANDLER_STARTS)) and kept < KEPT_LINES:
                kept += 1
                _log.info("WORKER_SAID name=%s %s", self._name, line[:200])
            else:
                dropped += 1
        if dropped:
            _log.debug("WORKER_SAID name=%s dropped_lines=%d", self._name, dropped)
