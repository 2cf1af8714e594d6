"""The reader of printed lines as the kiosk sees it: its worker decodes the picture, and may crash.

What the worker says is checked once more: it was given foreign bytes, and may say anything.
"""

from __future__ import annotations

import time

from devices.card_reader.travel import mrz
from devices.wire import Fields, Garbled, Message
from devices.worker import GRACE_S, Worker, WorkerFailed, WorkerSpec
from kiosk.photos import Photo
from kiosk.ports.camera import Camera, CameraMount, Look, NoPicture
from kiosk.ports.card_reader import PrintedFields
from kiosk.ports.line_reader import LineReader, LinesAnswer, LinesSeen, LinesUnseen

LARGEST_BYTES = 16 << 20
_HOST = "devices.line_reader.hosted:host"
_LONGEST_TEXT = 200
_MOST_STILLS = 3
"""One press of the button takes so many at most: a hand that shakes is quiet in one of them."""
_ONE_STILL_S = 1.2


class WorkerLineReader:
    """Reads pictures in a worker process; used from one thread, `close` from any."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._worker = Worker(WorkerSpec("line_reader", _HOST, {}, picture_bytes=LARGEST_BYTES))

    def read_lines(self, jpeg: bytes, timeout_s: float) -> LinesAnswer:
        """Look for lines in a picture; one that is too large has none."""
        if not 0 < len(jpeg) <= LARGEST_BYTES:
            return LinesUnseen.NONE
        self._worker.lay_picture(jpeg)
        try:
            limit_s = max(timeout_s - GRACE_S, timeout_s / 2)
            asked = {"length": len(jpeg)}
            answer = self._worker.call("read_lines", asked, limit_s, decode_lines)
        finally:
            self._worker.lay_picture(bytes(len(jpeg)))  # nothing of it stays in the memory
        return LinesUnseen.NO_READER if isinstance(answer, WorkerFailed) else answer

    @property
    def pid(self) -> int | None:
        """The process that reads, None while there is none."""
        return self._worker.pid

    def close(self) -> None:
        """End the worker process; the next call starts it again."""
        self._worker.close()


class CameraWithLines:
    """A camera whose stills are read for lines: a `LineCamera`; used from one thread."""

    def __init__(self, camera: Camera, lines: LineReader) -> None:
        """Join the two; both are closed together."""
        self._camera = camera
        self.lines = lines

    def use(self, mount: CameraMount) -> None:
        """Choose which of two cameras to look through."""
        self._camera.use(mount)

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Return the newest picture."""
        return self._camera.look(timeout_s, photo_format)

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Take a portrait."""
        return self._camera.take(timeout_s, photo_format)

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Take a whole picture."""
        return self._camera.take_whole(timeout_s)

    def take_lines(self, timeout_s: float) -> LinesAnswer | NoPicture:
        """Take stills and read them until one tells the lines, or enough were tried."""
        deadline_s = time.monotonic() + timeout_s
        answer: LinesAnswer = LinesUnseen.NONE
        for _ in range(_MOST_STILLS):
            left_s = deadline_s - time.monotonic()
            if left_s < _ONE_STILL_S:
                break
            photo = self._camera.take_whole(max(left_s / 2, 0.5))
            if isinstance(photo, NoPicture):
                return photo
            found = self.lines.read_lines(photo.jpeg, max(deadline_s - time.monotonic(), 0.5))
            if isinstance(found, LinesSeen) or found is LinesUnseen.NO_READER:
                return found
            # That there were lines says more than that a later still shows none.
            answer = found if found is LinesUnseen.UNSURE else answer
        return answer

    def close(self) -> None:
        """Switch the camera off, and end the reader's process."""
        self._camera.close()
        self.lines.close()


def decode_lines(message: Message) -> LinesAnswer:
    """Take an answer apart; lines whose check digits fail are none, whoever says them.

    Raises:
        Garbled: the worker never says such a thing.
    """
    fields = Fields(message.head)
    if fields.has("unseen"):
        return fields.choice("unseen", LinesUnseen)
    text = fields.text("text", _LONGEST_TEXT)
    told = PrintedFields(
        fields.text("number", 40), fields.text("birth", 6), fields.text("expiry", 6)
    )
    confidence = fields.number("confidence")
    read = mrz.read(text)
    is_whole = isinstance(read, mrz.Mrz) and not read.problems
    if not is_whole or not 0 <= confidence <= 1:
        raise Garbled("lines that do not hold")
    assert isinstance(read, mrz.Mrz)
    if (read.number, read.birth, read.expiry) != (
        told.document_number,
        told.birth_date,
        told.expiry_date,
    ):
        raise Garbled("another key than that of the lines")
    return LinesSeen(text, told, confidence)
