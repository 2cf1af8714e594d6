"""The portrait on a card through a deployer's own program, since no open one decodes it.

The program gets the encoded portrait on standard input and gives a picture, or a refusal, on
standard output (docs/reference/photo-decoder.md). It is started for one portrait, has `LIMIT_S`, is
killed with all that it started, and is never a reason to fail: no picture is an empty one.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
import subprocess
import time
from collections.abc import Sequence
from enum import StrEnum

from devices.card_reader.travel import portrait
from devices.card_reader.travel.trouble import Malformed

LIMIT_S = 2.0
DEAD_WITHIN_S = 0.5
"""How long a killed program is waited for: the card's reading has a limit of its own."""
MAGIC = b"DSP1"
LARGEST_ANSWER_BYTES = 1 << 20

_HEAD = struct.Struct(">4s4sI")
_FORMATS = ("JPEG", "JPEG2000", "PNG", "BMP")


class Encoding(StrEnum):
    """What a request holds, in the four letters of the protocol."""

    WLT = "WLT "
    """The 1024 bytes on a resident ID card."""
    JPEG_2000 = "JP2 "
    JPEG = "JPEG"


class PhotoDecoder:
    """A program and its arguments; without any there is no decoder, and no picture."""

    def __init__(self, command: Sequence[str] = (), limit_s: float = LIMIT_S) -> None:
        """Name the program; it is looked for when there is a portrait."""
        self._command = tuple(command)
        self._limit_s = limit_s

    def jpeg(self, encoding: Encoding, encoded: bytes, time_left_s: float) -> bytes:
        """Return the portrait as a JPEG of bounded size, or b""; never raises for the program."""
        limit_s = min(self._limit_s, time_left_s)
        if not self._command or not encoded or limit_s <= 0:
            return b""
        return picture_in(self._ask(request(encoding, encoded), time.monotonic() + limit_s))

    def _ask(self, message: bytes, deadline_s: float) -> bytes:
        """Return all that the program says until it closes its output; b"" if it does not."""
        # In memory, so that no portrait touches a disk and a program that reads nothing blocks
        # nobody.
        with open(os.memfd_create("portrait"), "r+b") as question:  # noqa: PTH123 # a descriptor
            question.write(message)
            question.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603 # the deployer's own program
                    self._command,
                    stdin=question,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError:
                return b""
        try:
            return _all_of(process, deadline_s)
        finally:
            # Its whole family: a decoder may be a script around a library's own program.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            # One that hangs in a driver's call, or runs as somebody else, is left behind: the card
            # that was read is not.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(DEAD_WITHIN_S)
            assert process.stdout is not None
            process.stdout.close()


def request(encoding: Encoding, encoded: bytes) -> bytes:
    """Return what the program gets on its standard input."""
    return _HEAD.pack(MAGIC, encoding.value.encode(), len(encoded)) + encoded


def picture_in(answer: bytes) -> bytes:
    """Return the picture in what the program said as a JPEG of bounded size, b"" for none."""
    if len(answer) < _HEAD.size:
        return b""
    magic, kind, length = _HEAD.unpack_from(answer)
    picture = answer[_HEAD.size :]
    if (magic, kind) != (MAGIC, b"PICT") or length != len(picture):
        return b""
    try:
        return portrait.as_jpeg(picture, _FORMATS)
    except Malformed:
        return b""


def _all_of(process: subprocess.Popen[bytes], deadline_s: float) -> bytes:
    assert process.stdout is not None
    output = process.stdout.fileno()
    said = bytearray()
    while (left_s := deadline_s - time.monotonic()) > 0:
        if not select.select([output], [], [], left_s)[0]:
            break
        piece = os.read(output, 65536)
        if not piece:
            return bytes(said)
        said += piece
        if len(said) > LARGEST_ANSWER_BYTES:
            break
    return b""
