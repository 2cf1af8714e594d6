"""The frames between the kiosk and a face matcher's program (docs/reference/face-matcher.md). Pure.

A frame is a head of 12 bytes and its content. What a program says is foreign: whatever is not
exactly as described is `Nonsense`, and nothing of it is repeated anywhere.
"""

from __future__ import annotations

import struct
import unicodedata

from kiosk.domain import WhyNotCompared
from kiosk.ports.face_matcher import MatcherName

MAGIC = b"DSF1"
HEAD = struct.Struct(">4s4sI")
MOST_CONTENT_BYTES = 1024
"""Of one frame of the program's; names and scores are short."""
WHOLE_SCORE = 1000
"""Scores travel in thousandths: 1000 is 1."""
LONGEST_NAME = 60

_NAME, _COMPARE, _SCORE, _REFUSAL = b"NAME", b"COMP", b"SCOR", b"REFU"
_LENGTH = struct.Struct(">I")
_REFUSALS = {
    b"CARD": WhyNotCompared.PORTRAIT_UNUSABLE,
    b"LIVE": WhyNotCompared.PHOTO_UNUSABLE,
    b"ELSE": WhyNotCompared.REFUSED,
}


class Nonsense(ValueError):
    """These bytes are no frame of the protocol."""


def comparison(portrait_jpeg: bytes, photo_jpeg: bytes) -> bytes:
    """Return the one question that a program is asked."""
    content = b"".join(
        _LENGTH.pack(len(picture)) + picture for picture in (portrait_jpeg, photo_jpeg)
    )
    return HEAD.pack(MAGIC, _COMPARE, len(content)) + content


def split(said: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return kind and content of the first frame, and what follows it; None while it is not whole.

    Raises:
        Nonsense: it can't become one.
    """
    if not MAGIC.startswith(said[: len(MAGIC)]):
        raise Nonsense
    if len(said) < HEAD.size:
        return None
    _, kind, length = HEAD.unpack_from(said)
    if kind not in {_NAME, _SCORE, _REFUSAL} or length > MOST_CONTENT_BYTES:
        raise Nonsense
    end = HEAD.size + length
    return None if len(said) < end else (kind, said[HEAD.size : end], said[end:])


def name_of(kind: bytes, content: bytes) -> MatcherName:
    """Return who a program says it is.

    Raises:
        Nonsense: it says something else, or nothing that can be shown.
    """
    if kind != _NAME:
        raise Nonsense
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise Nonsense from error
    if len(lines) != 2 or not all(_is_line(line) for line in lines):
        raise Nonsense
    return MatcherName(*lines)


def score_of(kind: bytes, content: bytes) -> float | WhyNotCompared:
    """Return the score from 0 to 1, or why the program gives none.

    Raises:
        Nonsense: it is neither.
    """
    if kind == _REFUSAL and content[:4] in _REFUSALS:
        return _REFUSALS[content[:4]]
    if kind != _SCORE or len(content) != _LENGTH.size:
        raise Nonsense
    (thousandths,) = _LENGTH.unpack(content)
    if thousandths > WHOLE_SCORE:
        raise Nonsense
    return float(thousandths) / WHOLE_SCORE


def _is_line(text: str) -> bool:
    """Say whether a text can stand on a screen, and in a record, as it is."""
    is_short = 0 < len(text) <= LONGEST_NAME and text == text.strip()
    return is_short and all(unicodedata.category(sign)[0] != "C" for sign in text)
