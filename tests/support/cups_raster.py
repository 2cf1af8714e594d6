"""PWG raster as CUPS reads it: its own library, for a second opinion.

Nothing but what its header of 2.4 promises is used: `cupsRasterOpenIO`, `cupsRasterReadHeader2` (a
page's header, in the machine's own order of bytes), `cupsRasterReadPixels`.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import io
import struct

import numpy as np
import numpy.typing as npt

from tests.support.needs import needs

_READ = 0
_HEADER = 1796
_WIDTH, _HEIGHT, _BYTES_PER_LINE = 372, 376, 392
_Callback = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_void_p, ctypes.POINTER(ctypes.c_ubyte), ctypes.c_size_t
)


def read_by_cups(document: bytes) -> list[npt.NDArray[np.uint8]]:
    """Return the pages of a document, each as (height, octets of a line)."""
    found = ctypes.util.find_library("cups")
    needs(found, "libcups is not installed")
    cups = ctypes.CDLL(found)
    cups.cupsRasterOpenIO.restype = ctypes.c_void_p
    cups.cupsRasterOpenIO.argtypes = [_Callback, ctypes.c_void_p, ctypes.c_int]
    cups.cupsRasterReadHeader2.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    cups.cupsRasterReadPixels.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint]
    cups.cupsRasterReadPixels.restype = ctypes.c_uint
    cups.cupsRasterClose.argtypes = [ctypes.c_void_p]
    file = io.BytesIO(document)

    def give(_context: object, buffer: ctypes._Pointer[ctypes.c_ubyte], length: int) -> int:
        data = file.read(length)
        ctypes.memmove(buffer, data, len(data))
        return len(data)

    callback = _Callback(give)
    raster = cups.cupsRasterOpenIO(callback, None, _READ)
    assert raster, "CUPS does not take it for a raster"
    pages: list[npt.NDArray[np.uint8]] = []
    try:
        header = ctypes.create_string_buffer(_HEADER)
        while cups.cupsRasterReadHeader2(raster, header):
            height, length = (_number(header.raw, it) for it in (_HEIGHT, _BYTES_PER_LINE))
            lines = np.zeros((height, length), np.uint8)
            for row in range(height):
                read = cups.cupsRasterReadPixels(raster, lines[row].ctypes.data, length)
                assert read == length, f"CUPS reads no line {row}"
            pages.append(lines)
    finally:
        cups.cupsRasterClose(raster)
    return pages


def _number(header: bytes, octet: int) -> int:
    (value,) = struct.unpack_from("=I", header, octet)
    return int(value)
