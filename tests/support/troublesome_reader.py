"""A card reader whose driver hangs, crashes or raves, for a worker process to host."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler


def host(config: JsonObject, _memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Host the trouble that `config` names; once the file `until` exists, a reader without card."""
    fields = Fields(config)
    trouble, until = fields.text("trouble"), fields.text("until")

    def read_card(_arguments: JsonObject, _timeout_s: float) -> Message:
        if not os.path.exists(until):  # noqa: PTH110 # nothing but the standard library here
            _make(trouble)
        if trouble == "rave" and not os.path.exists(until):  # noqa: PTH110
            return Message({"answer": "person", "profile": "x", "person": {"full_name": 7}})
        return Message({"answer": "no_card"})

    return {"read_card": read_card, "presence": read_card}


def _make(trouble: str) -> None:
    match trouble:
        case "hang":
            threading.Event().wait()
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "raise":
            raise RuntimeError("a bug in the driver")
        case _:
            return
