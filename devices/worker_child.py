"""What runs inside a worker process.

It builds the adapter, then answers calls one by one until the line is closed. Started as `python -m
devices.worker_child LINE_FD PARENT_PID [PICTURE_FD PICTURE_BYTES]` by `devices.worker_process`.
Imports nothing but the standard library before it knows which adapter it hosts. Standard output and
error end in the parent's log, which keeps only lines of this file and of `faulthandler`: they name
places in the program, never values.

A hosted adapter is made by a factory, named as `package.module:function`:

    def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]: ...

and each handler takes (arguments, timeout_s) and returns a `Message`. An exception out of a handler
ends the process.
"""

from __future__ import annotations

import ctypes
import faulthandler
import importlib
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping

from devices.frames import PictureMemory
from devices.wire import Fields, HungUp, JsonObject, Message, receive_message, send_message

Handler = Callable[[JsonObject, float], Message]
"""Answers one call: (arguments, upper limit in seconds) -> answer."""

Factory = Callable[[JsonObject, PictureMemory | None], Mapping[str, Handler]]
"""Builds an adapter in the worker and returns what can be called, by name."""

WORK_S = 2.0
"""Kept of a call's limit, or two thirds of a shorter one, for work on what was waited for: a call
that runs over its limit is taken for a driver that hangs, and its worker is killed.
"""

LOG_PREFIX = "worker: "
"""Marks the lines of standard error that the parent may keep."""

_PR_SET_PDEATHSIG = 1  # prctl(2)


def waiting_s(timeout_s: float) -> float:
    """Return how long a call of this limit may wait for what it then works on."""
    return max(timeout_s - WORK_S, timeout_s / 3)


def main(arguments: list[str]) -> int:
    """Serve until the parent closes the line; return the exit status."""
    line_fd, parent_pid = int(arguments[0]), int(arguments[1])
    _die_with(parent_pid)
    faulthandler.enable()
    # A core file would hold what was on the card or before the camera.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    memory = PictureMemory(int(arguments[2]), int(arguments[3])) if len(arguments) > 2 else None
    line = socket.socket(fileno=line_fd)
    try:
        return _serve(line, memory)
    except HungUp:
        return 0


def _serve(line: socket.socket, memory: PictureMemory | None) -> int:
    """Build the adapter and answer calls; return 1 after a bug in it."""
    start = Fields(receive_message(line).head)
    module, _, name = start.text("factory").partition(":")
    config = receive_message(line).head
    try:
        factory: Factory = getattr(importlib.import_module(module), name)
        handlers = factory(config, memory)
        send_message(line, Message({"ready": True}))
        while True:
            call = receive_message(line).head
            fields = Fields(call)
            arguments = call["arguments"]
            assert isinstance(arguments, Mapping)  # the parent is ours
            answer = handlers[fields.text("method")](arguments, fields.number("timeout_s"))
            send_message(
                line, Message({"call": fields.integer("call"), "answer": answer.head}, answer.blob)
            )
    except HungUp:
        raise
    except Exception as error:  # noqa: BLE001 # whatever the adapter did not foresee ends this process, and only this one
        _report(error)
        return 1


def _report(error: Exception) -> None:
    """Say where it happened; an exception's words may be personal, only a module is named."""
    what = str(error) if isinstance(error, ImportError) else ""
    sys.stderr.write(f"{LOG_PREFIX}{type(error).__name__} {what}\n")
    for place in traceback.extract_tb(error.__traceback__):
        sys.stderr.write(f"{LOG_PREFIX}  {place.filename}:{place.lineno} in {place.name}\n")
    sys.stderr.flush()


def _die_with(parent_pid: int) -> None:
    """See to it that the kernel ends this process with its parent, even while a driver hangs."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the line above
        os._exit(0)


if __name__ == "__main__":
    # Without the interpreter's tidying up: driver threads that hang there would keep the process.
    sys.stderr.flush()
    os._exit(main(sys.argv[1:]))
