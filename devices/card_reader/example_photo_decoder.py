"""An example of a photo decoder, for those who write one around their reader's own library.

It decodes JPEG and JPEG 2000 and gives a PNG. It can't decode WLT, the format on Chinese resident
ID cards, and says so: only the makers of readers have what that takes. Of the program it needs
nothing but this file; the protocol is docs/reference/photo-decoder.md.
"""

from __future__ import annotations

import io
import struct
import sys

from PIL import Image

_HEAD = struct.Struct(">4s4sI")
_FORMATS = {b"JPEG": "JPEG", b"JP2 ": "JPEG2000"}


def main() -> None:
    """Answer the one request on standard input."""
    magic, encoding, length = _HEAD.unpack(sys.stdin.buffer.read(_HEAD.size))
    encoded = sys.stdin.buffer.read(length)
    if magic != b"DSP1" or len(encoded) != length:
        _answer(b"REFU", b"not a request")
    elif encoding not in _FORMATS:
        _answer(b"REFU", b"no decoder for this encoding")
    else:
        try:
            with Image.open(io.BytesIO(encoded), formats=(_FORMATS[encoding],)) as image:
                made = io.BytesIO()
                image.convert("RGB").save(made, "PNG")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            _answer(b"REFU", b"damaged")
        else:
            _answer(b"PICT", made.getvalue())


def _answer(kind: bytes, content: bytes) -> None:
    sys.stdout.buffer.write(_HEAD.pack(b"DSP1", kind, len(content)) + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
