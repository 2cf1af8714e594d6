"""Frames of the SAM module's serial line (GA/T 467): packing requests, finding replies. Pure."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass, field

PREAMBLE = bytes.fromhex("AAAAAA9669")

LONGEST_BODY = 4096
"""Largest length taken for true; the longest known (text, photo, fingerprints) is 2314."""

_SHORTEST_BODY = 4  # three status bytes and the checksum


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; `status` is its third status byte, the only one that modules agree on."""

    status: int
    data: bytes = field(default=b"", repr=False)


def pack(payload: bytes) -> bytes:
    """Return the frame around `payload`: preamble, length of what follows, payload, checksum."""
    body = (len(payload) + 1).to_bytes(2, "big") + payload
    return PREAMBLE + body + bytes([_xor(body)])


class ReplyFinder:
    """Finds whole replies in a stream that comes in pieces, with noise before and between."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        """Start with nothing received."""
        self._buffer = bytearray()

    def feed(self, piece: bytes | bytearray) -> list[Reply]:
        """Take what arrived and return the replies that became whole, oldest first."""
        self._buffer += piece
        replies: list[Reply] = []
        while (frame := self._next_frame()) is not None:
            replies.append(Reply(frame[2], bytes(frame[3:])))
        return replies

    def after_silence(self) -> list[Reply]:
        """Return replies behind what looked like the beginning of a frame and was none.

        Only for a line that has fallen silent: as long as bytes come, whatever stands inside a
        frame is its content, even if it looks like a frame itself.
        """
        start = self._buffer.find(PREAMBLE)
        while start >= 0:
            behind = ReplyFinder()
            if replies := behind.feed(self._buffer[start + 1 :]):
                self._buffer = behind._buffer
                return replies
            start = self._buffer.find(PREAMBLE, start + 1)
        # Nothing yet: a frame that was interrupted may still go on.
        return []

    def _next_frame(self) -> bytearray | None:
        """Cut the next sound payload off the buffer; None when there is none yet."""
        while True:
            start = self._buffer.find(PREAMBLE)
            if start < 0:
                # The end may be the beginning of a preamble.
                del self._buffer[: max(len(self._buffer) - len(PREAMBLE) + 1, 0)]
                return None
            del self._buffer[:start]
            if len(self._buffer) < 7:
                return None
            length = int.from_bytes(self._buffer[5:7], "big")
            if _SHORTEST_BODY <= length <= LONGEST_BODY:
                if len(self._buffer) < 7 + length:
                    return None
                if _xor(self._buffer[5 : 6 + length]) == self._buffer[6 + length]:
                    payload = self._buffer[7 : 6 + length]
                    del self._buffer[: 7 + length]
                    return payload
            # Not a frame: noise that looks like one. A true one may begin inside it.
            del self._buffer[:1]


def _xor(data: bytes | bytearray) -> int:
    return functools.reduce(operator.xor, data, 0)
