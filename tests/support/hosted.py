"""An adapter for `devices.worker` that misbehaves on demand."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler


def host(config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Build it; `config` says how the building itself goes wrong."""
    fields = Fields(config)
    if fields.has("crash_at_start"):
        os.abort()
    if fields.has("hang_at_start"):
        _hang()
    greeting = fields.text("greeting")

    def echo(arguments: JsonObject, timeout_s: float) -> Message:
        said = Fields(arguments).text("said", limit=100_000)
        return Message({"said": f"{greeting} {said}", "timeout_s": timeout_s, "pid": os.getpid()})

    def hang(arguments: JsonObject, _timeout_s: float) -> Message:
        if "mark" in arguments:
            Path(Fields(arguments).text("mark")).touch()
        _hang()
        return Message({})

    def crash(_arguments: JsonObject, _timeout_s: float) -> Message:
        os.abort()

    def fail(_arguments: JsonObject, _timeout_s: float) -> Message:
        raise RuntimeError("Zhang San 11010519491231002X")

    def leave(_arguments: JsonObject, _timeout_s: float) -> Message:
        os._exit(0)

    def chatter(_arguments: JsonObject, _timeout_s: float) -> Message:
        for number in range(2000):
            sys.stderr.write(f"driver says 11010519491231002X {number}\n")
        sys.stderr.flush()
        return Message({"said": "done"})

    def babble(arguments: JsonObject, _timeout_s: float) -> Message:
        """Write raw bytes onto the line, past the framing."""
        line = int(sys.argv[1])
        os.write(line, bytes.fromhex(Fields(arguments).text("hex")))
        _hang()
        return Message({})

    def blob(arguments: JsonObject, _timeout_s: float) -> Message:
        return Message({"said": "blob"}, b"\x00\xff" * Fields(arguments).integer("pairs"))

    def picture(arguments: JsonObject, _timeout_s: float) -> Message:
        assert memory is not None
        size = Fields(arguments).integer("size")
        memory.write(b"\x42" * min(size, memory.size_bytes))
        return Message({"size": size})

    return {
        "echo": echo,
        "hang": hang,
        "crash": crash,
        "fail": fail,
        "leave": leave,
        "chatter": chatter,
        "babble": babble,
        "blob": blob,
        "picture": picture,
    }


def _hang() -> None:
    """Never return, and let no polite signal end it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Event().wait()
