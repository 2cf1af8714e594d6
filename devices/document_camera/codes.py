"""QR and bar codes on a page: what strangers wrote, read as data and followed by nobody.

What a code says is bounded, and everything in it that can't be seen is written out, so that it can
neither forge a line of a log nor turn a screen's words around.
"""

from __future__ import annotations

import cv2

from devices.camera.picture import Image, as_image, fitted
from kiosk.ports.document_camera import LONGEST_CODE, MOST_CODES, PaperCode

READ_PX = (1400, 1400)
"""Codes are looked for on a copy: larger ones take seconds and are read no better."""


def read_codes(page: Image) -> tuple[PaperCode, ...]:
    """Return the codes on a page (BGR or grey), at most `MOST_CODES` of them."""
    grey = page if page.ndim == 2 else as_image(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    small, _ = fitted(grey, *READ_PX)
    found = [*_qr_codes(small), *_bar_codes(small)]
    distinct = {(code.kind, code.text): code for code in found if code.text}
    return tuple(distinct.values())[:MOST_CODES]


def as_seen(raw: bytes) -> tuple[str, bool]:
    r"""Return what a code says, fit to be shown and logged, and whether it was cut short.

    Bytes that are no UTF-8 and characters that can't be seen become `\u{...}`.
    """
    is_long = len(raw) > 4 * LONGEST_CODE
    words = raw[: 4 * LONGEST_CODE].decode("utf-8", "backslashreplace")
    seen = "".join(
        it if it.isprintable() else f"\\u{{{ord(it):x}}}" for it in words[: LONGEST_CODE + 1]
    )
    return seen[:LONGEST_CODE], is_long or len(seen) > LONGEST_CODE


def _qr_codes(grey: Image) -> list[PaperCode]:
    try:
        # As bytes: what is no UTF-8 would end the call with an exception of its own.
        is_found, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeBytesMulti(grey)
    except (cv2.error, UnicodeDecodeError, SystemError):
        return []
    return [_code("qr", text) for text in texts] if is_found else []


def _bar_codes(grey: Image) -> list[PaperCode]:
    try:
        is_found, texts, kinds, _ = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(grey)
    except (cv2.error, UnicodeDecodeError, SystemError):
        return []
    if not is_found:
        return []
    return [
        _code((kind or "bar").lower()[:16], text.encode("utf-8", "replace"))
        for text, kind in zip(texts, kinds, strict=False)
    ]


def _code(kind: str, raw: bytes) -> PaperCode:
    text, is_cut_short = as_seen(raw)
    return PaperCode(kind, text, is_cut_short)
