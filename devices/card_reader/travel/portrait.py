"""The portrait in DG2: taken out of its ISO 19794-5 record, and made a JPEG of bounded size.

Pictures are decoded by Pillow, in the worker, and only after their size in pixels was looked at.
"""

from __future__ import annotations

import io
import struct

from devices.card_reader.travel import tlv
from devices.card_reader.travel.trouble import Malformed

_FILE_HEAD = 14  # "FAC\0", version, length, number of faces
_FACE_HEAD = 20
_POINT = 8
_IMAGE_HEAD = 12
_FORMATS = ("JPEG", "JPEG2000")
_STARTS = (b"\xff\xd8\xff", b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")
_LARGEST_PX = 2048
_KEPT_PX = 640
_QUALITY = 90


def picture(dg2: bytes) -> bytes:
    """Return the encoded picture of the first face, JPEG or JPEG 2000.

    Raises:
        Malformed: it is no such record.
    """
    templates = tlv.only(tlv.only(dg2, 0x75), 0x7F61)
    face = tlv.find(templates, 0x7F60)
    if face is None:
        raise Malformed("DG2 without a face")
    record = tlv.find(face, 0x5F2E) or tlv.find(face, 0x7F2E)
    if record is None or len(record) < _FILE_HEAD + _FACE_HEAD or record[:4] != b"FAC\x00":
        raise Malformed("a face record of another form")
    _, points = struct.unpack_from(">IH", record, _FILE_HEAD)
    found = record[_FILE_HEAD + _FACE_HEAD + _POINT * points + _IMAGE_HEAD :]
    if not found.startswith(_STARTS):
        raise Malformed("a face that is no known picture")
    return found


def as_jpeg(encoded: bytes, formats: tuple[str, ...] = _FORMATS) -> bytes:
    """Return the picture as a JPEG, at most `_KEPT_PX` high and wide, without anything but pixels.

    Raises:
        Malformed: it can't be decoded, or is larger than any portrait.
    """
    # Imported here: a kiosk that reads no portraits does not wait for it.
    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(encoded), formats=formats) as image:
            if max(image.size) > _LARGEST_PX:
                raise Malformed("a portrait larger than any")
            plain = image.convert("RGB")
        plain.thumbnail((_KEPT_PX, _KEPT_PX))
        made = io.BytesIO()
        plain.save(made, "JPEG", quality=_QUALITY)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Malformed("a portrait larger than any") from error
    except (OSError, ValueError, SyntaxError, struct.error, MemoryError) as error:
        raise Malformed("a portrait that can't be decoded") from error
    return made.getvalue()
