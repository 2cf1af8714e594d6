"""Programs that compare faces, well and badly, and drawn faces to be compared."""

from __future__ import annotations

import io
import sys
from functools import cache

import cv2
from PIL import Image

from devices.camera.drawn_face import Sitter, draw_sitter
from kiosk.domain import WhyNotCompared

EXAMPLE = (sys.executable, "-m", "devices.face_matcher.example_matcher")

_START = "import os, struct, sys, threading; out = os.fdopen(1, 'wb', 0); "
_NAME = "out.write(b'DSF1NAME' + struct.pack('>I', 3) + b'a\\n1'); "
_READ = (
    "head = sys.stdin.buffer.read(12); "
    "data = sys.stdin.buffer.read(struct.unpack('>I', head[8:])[0]); "
)


def _program(*steps: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", _START + "".join(steps))


def _say(kind: str, content: str, length: str = "len(content)") -> str:
    head = f"b'DSF1{kind}' + struct.pack('>I', {length})"
    return f"content = {content}; out.write({head} + content); "


def saying(score: int) -> tuple[str, ...]:
    """Return a program that finds everybody as much alike."""
    return _program(_NAME, _READ, _say("SCOR", f"struct.pack('>I', {score})"))


WAITS = "threading.Event().wait()"
BAD: dict[str, tuple[tuple[str, ...], WhyNotCompared]] = {
    "not there": (("/nonexistent/matcher",), WhyNotCompared.NO_PROGRAM),
    "not a program": (("/etc/hostname",), WhyNotCompared.NO_PROGRAM),
    "hangs before its name": (_program(WAITS), WhyNotCompared.TOO_SLOW),
    "hangs on the question": (_program(_NAME, _READ, WAITS), WhyNotCompared.TOO_SLOW),
    "never reads": (_program(_NAME, WAITS), WhyNotCompared.TOO_SLOW),
    "hangs with a child": (("/bin/sh", "-c", "sleep 300 & sleep 300"), WhyNotCompared.TOO_SLOW),
    "says nothing": (("/bin/true",), WhyNotCompared.BROKE_OFF),
    "crashes": (_program(_NAME, _READ, "os.abort()"), WhyNotCompared.BROKE_OFF),
    "says half": (_program(_NAME, "out.write(b'DSF1SC')"), WhyNotCompared.BROKE_OFF),
    "floods": (("/bin/sh", "-c", "cat /dev/zero"), WhyNotCompared.GARBLED),
    "floods with frames": (
        _program("\nwhile True: " + _NAME),
        WhyNotCompared.GARBLED,
    ),
    "greets first": (
        _program("out.write(b'Loading model...\\n'); ", WAITS),
        WhyNotCompared.GARBLED,
    ),
    "scores above all": (saying(1001), WhyNotCompared.GARBLED),
    "scores in words": (_program(_NAME, _READ, _say("SCOR", "b'0.97'")), WhyNotCompared.GARBLED),
    "lies on its length": (
        _program(_NAME, _READ, _say("SCOR", "b'1234'", "1 << 30")),
        WhyNotCompared.GARBLED,
    ),
    "a name of many lines": (
        _program(_say("NAME", "b'a\\n1\\nERROR faked log line'"), _READ, WAITS),
        WhyNotCompared.GARBLED,
    ),
    "a name with an escape": (
        _program(_say("NAME", "b'a\\x1b[2J\\n1'"), _READ, WAITS),
        WhyNotCompared.GARBLED,
    ),
    "refuses for no reason": (
        _program(_NAME, _READ, _say("REFU", "b'????'")),
        WhyNotCompared.GARBLED,
    ),
    "refuses": (_program(_NAME, _READ, _say("REFU", "b'ELSE'")), WhyNotCompared.REFUSED),
}
"""What misbehaves, and what is answered for it."""


@cache
def face_jpeg(skin: float = 0.7, *, is_there: bool = True) -> bytes:
    """Return a drawn portrait in the format of a card."""
    picture = draw_sitter(Sitter(skin=skin, is_there=is_there), 640, 360)
    ok, jpeg = cv2.imencode(".jpg", picture[20:350, 186:454])
    assert ok
    return jpeg.tobytes()


@cache
def png() -> bytes:
    """Return a picture of another kind."""
    made = io.BytesIO()
    Image.new("RGB", (30, 40), "gray").save(made, "PNG")
    return made.getvalue()
