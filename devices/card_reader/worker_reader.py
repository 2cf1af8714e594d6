"""The kiosk's half: a reader whose driver may hang and crash, in a worker process."""

from __future__ import annotations

from devices.card_reader.answers import decode_identity, decode_presence, decode_read, encode_key
from devices.wire import JsonObject
from devices.worker import GRACE_S, FailureReason, Worker, WorkerFailed, WorkerSpec
from kiosk.ports.card_reader import DocumentKey, NoReader, Presence, ReadAnswer

_WHY = {
    FailureReason.TIMED_OUT: "The reader's driver hung and was ended; it starts again by itself.",
    FailureReason.CRASHED: "The reader's driver crashed; it starts again by itself.",
    FailureReason.STARTING: "The reader's driver is starting.",
}


class WorkerCardReader:
    """Keeps a `DocumentReader`'s promises for an adapter hosted elsewhere.

    One thread asks, any closes.

    The process starts at the first call, which may answer that it is starting when its limit is
    shorter than the start takes.
    """

    def __init__(self, factory: str, config: JsonObject) -> None:
        """Name the worker's half, `package.module:function`, and its configuration."""
        self._worker = Worker(WorkerSpec("card_reader", factory, config))

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Look for a card once and read it; a driver that is of no use is a missing reader."""
        answer = self._worker.call("read_card", {}, _limit_s(timeout_s), decode_read)
        if isinstance(answer, WorkerFailed):
            return NoReader(_WHY[answer.reason])
        return answer

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Read with the key to the document; a driver that is of no use is a missing reader."""
        told = encode_key(key)
        answer = self._worker.call("read_document", told, _limit_s(timeout_s), decode_read)
        if isinstance(answer, WorkerFailed):
            return NoReader(_WHY[answer.reason])
        return answer

    def presence(self, timeout_s: float) -> Presence:
        """Say whether a card lies there; a driver that is of no use can't tell."""
        answer = self._worker.call("presence", {}, _limit_s(timeout_s), decode_presence)
        return Presence.CANT_TELL if isinstance(answer, WorkerFailed) else answer

    def identity(self, timeout_s: float) -> str:
        """Return what the reader calls itself, for a technician; "" where it does not say."""
        answer = self._worker.call("identity", {}, _limit_s(timeout_s), decode_identity)
        return "" if isinstance(answer, WorkerFailed) else answer

    def close(self) -> None:
        """End the worker process; the next call starts it again."""
        self._worker.close()


def _limit_s(timeout_s: float) -> float:
    """Return the worker's limit, so that its grace still falls into the caller's."""
    return max(timeout_s - GRACE_S, timeout_s / 2)
