"""The worker's half of the reader of printed lines."""

from __future__ import annotations

import os
from collections.abc import Mapping

from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject, Message
from devices.worker_child import Handler
from kiosk.ports.line_reader import LinesSeen


def host(_config: JsonObject, memory: PictureMemory | None) -> Mapping[str, Handler]:
    """Read pictures that the kiosk puts into the shared memory."""
    assert memory is not None
    # Numeric libraries take every core otherwise, and the screen needs one. Before they are loaded.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import cv2  # noqa: PLC0415

    from devices.line_reader.reading import read_picture  # noqa: PLC0415

    cv2.setNumThreads(1)

    def read_lines(arguments: JsonObject, timeout_s: float) -> Message:
        found = read_picture(memory.read(Fields(arguments).integer("length")), timeout_s)
        if not isinstance(found, LinesSeen):
            return Message({"unseen": found.value})
        key = found.fields
        return Message(
            {
                "text": found.text,
                "number": key.document_number,
                "birth": key.birth_date,
                "expiry": key.expiry_date,
                "confidence": found.confidence,
            }
        )

    return {"read_lines": read_lines}
