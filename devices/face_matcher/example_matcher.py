"""An example of a face matcher, for those who write one around their own library.

NOT FIT TO DECIDE ABOUT PEOPLE. It lays one picture over the other and says how much their colours
differ: it knows nothing of faces, two photos of one person in different light differ more for it
than two people in the same light, and it treats people of different skin differently. It is here to
show the protocol (docs/reference/face-matcher.md) and to be tried against drawn faces. Of the kiosk
it needs nothing but this file.
"""

from __future__ import annotations

import io
import struct
import sys

from PIL import Image, ImageStat

NAME = "example, not for use"
VERSION = "1"
_HEAD = struct.Struct(">4s4sI")
_LENGTH = struct.Struct(">I")
_GRID = (12, 15)
_LEAST_SPREAD = 6.0
"""Standard deviation of the grey values, of 255, below which there is nothing to compare."""
_WHOLE_DIFFERENCE = 90.0
"""Mean difference of colours, of 255, that is a score of 0."""


class NoFace(Exception):
    """Nothing on a picture can be compared."""


def score_of(portrait: bytes, photo: bytes) -> int | bytes:
    """Return the score in thousandths, or which picture is of no use: `CARD` or `LIVE`."""
    try:
        reference = _small(portrait)
    except NoFace:
        return b"CARD"
    try:
        probe = _small(photo)
    except NoFace:
        return b"LIVE"
    differences = [abs(one - other) for one, other in zip(reference, probe, strict=True)]
    mean = sum(differences) / len(differences)
    return round(1000 * max(0.0, 1 - mean / _WHOLE_DIFFERENCE))


def main() -> None:
    """Say who this is, answer the one question on standard input, and end."""
    _say(b"NAME", f"{NAME}\n{VERSION}".encode())
    magic, kind, length = _HEAD.unpack(sys.stdin.buffer.read(_HEAD.size))
    content = sys.stdin.buffer.read(length)
    if magic != b"DSF1" or kind != b"COMP" or len(content) != length:
        _say(b"REFU", b"ELSE no question that I know")
        return
    portrait, rest = _picture(content)
    photo, _ = _picture(rest)
    answer = score_of(portrait, photo)
    if isinstance(answer, bytes):
        _say(b"REFU", answer)
    else:
        _say(b"SCOR", _LENGTH.pack(answer))


def _picture(content: bytes) -> tuple[bytes, bytes]:
    (length,) = _LENGTH.unpack_from(content)
    end = _LENGTH.size + length
    return content[_LENGTH.size : end], content[end:]


def _small(jpeg: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            plain = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoFace from error
    width, height = plain.size
    # The middle: hair and collar change more than a face does.
    face = plain.crop((width // 4, height // 5, width * 3 // 4, height * 4 // 5))
    if ImageStat.Stat(face.convert("L")).stddev[0] < _LEAST_SPREAD:
        raise NoFace
    return face.resize(_GRID, Image.Resampling.BOX).tobytes()


def _say(kind: bytes, content: bytes) -> None:
    sys.stdout.buffer.write(_HEAD.pack(b"DSF1", kind, len(content)) + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
