"""Programs that decode portraits, well and badly, for the protocol of a photo decoder."""

from __future__ import annotations

import sys

EXAMPLE = (sys.executable, "-m", "devices.card_reader.example_photo_decoder")

_START = "import io, os, struct, sys, threading; from PIL import Image; "
_ASKED = "magic, kind, size = struct.unpack('>4s4sI', sys.stdin.buffer.read(12)); "
_READ = "data = sys.stdin.buffer.read(); assert len(data) == size; "
_PICTURE = "made = io.BytesIO(); Image.new('RGB', (102, 126), 'gray').save(made, 'BMP'); "


def _program(*steps: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "".join(steps))


def _say(kind: str, content: str) -> str:
    head = f"b'DSP1{kind}' + struct.pack('>I', len(out))"
    return f"out = {content}; sys.stdout.buffer.write({head} + out)"


PRETENDER = _program(
    _START, _ASKED, _READ, "assert kind == b'WLT '; ", _PICTURE, _say("PICT", "made.getvalue()")
)
"""Takes 1024 bytes of WLT and gives a grey picture of its size."""

BAD: dict[str, tuple[str, ...]] = {
    "not there": ("/nonexistent/decoder",),
    "not a program": ("/etc/hostname",),
    "hangs": _program(_START, "threading.Event().wait()"),
    "hangs with a child": ("/bin/sh", "-c", "sleep 300 & sleep 300"),
    "says nothing": ("/bin/true",),
    "fails": ("/bin/false",),
    "floods": ("/bin/sh", "-c", "cat /dev/zero"),
    "says half": _program(_START, "sys.stdout.buffer.write(b'DSP1PICT')"),
    "lies on its length": _program(
        _START, "sys.stdout.buffer.write(b'DSP1PICT' + bytes([0, 0, 0, 9]) + b'x')"
    ),
    "no picture": _program(_START, _say("PICT", "b'hello'")),
    "refuses": _program(_START, _say("REFU", "b'no'")),
    "huge picture": _program(
        _START,
        "made = io.BytesIO(); Image.new('1', (9000, 9000)).save(made, 'PNG'); ",
        _say("PICT", "made.getvalue()"),
    ),
}
"""Each of them is no picture."""
