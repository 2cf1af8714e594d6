"""The closed sets that settings choose from; each member's sentence goes into the manual."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """One of a closed set, as spelt in the file, with a sentence that says what it means."""

    says: str

    def __new__(cls, value: str, says: str) -> Self:
        """Make a member that is its spelling and carries its sentence."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.says = says
        return member


class Orientation(Choice):
    """How the screen stands."""

    AUTO = "auto", "as the screen itself says"
    PORTRAIT = "portrait", "upright, whatever the screen says"
    LANDSCAPE = "landscape", "lying, whatever the screen says"


class CardReaderKind(Choice):
    """What reads cards."""

    SIMULATED = "simulated", "invented cards, laid down from the desk window or with `kiosk desk`"
    SAM_SERIAL = "sam_serial", "an identity card reader with a security module on a serial line"
    PCSC = "pcsc", "a smart card reader that pcscd knows"
    SAM_AND_PCSC = "sam_and_pcsc", "both at once, with the options of both"
    NONE = "none", "there is none: an attendant identifies residents"


class CameraKind(Choice):
    """What looks at faces."""

    SIMULATED = "simulated", "a drawn face"
    OPENCV = "opencv", "a device, a file or a stream that OpenCV can open"
    NONE = "none", "there is none: an attendant checks instead"


class DocumentCameraKind(Choice):
    """What looks down at papers."""

    SHARED = "shared", "the camera of [camera], turned to the desk; one at a time opens it"
    SIMULATED = "simulated", "drawn papers, chosen with `kiosk desk sheet`"
    OPENCV = "opencv", "a device, a stream, a video, or a JPEG file that another program replaces"
    NONE = "none", "there is none"


class PrinterKind(Choice):
    """What prints receipts."""

    SIMULATED = "simulated", "a printer whose paper the desk window can empty"
    ESCPOS_TCP = "escpos_tcp", "a receipt printer that speaks ESC/POS on a TCP port"
    ESCPOS_USB = "escpos_usb", "the same on USB, at a device of the kernel such as /dev/usb/lp0"
    ESCPOS_SERIAL = "escpos_serial", "the same on a serial line"
    IPP = "ipp", "an office printer by IPP, straight or through a queue of CUPS; it prints A4"
    FILE = "file", "PDF files in a folder"
    NONE = "none", "there is none: the number is read from the screen"


class PrinterFlow(Choice):
    """How a printer on a serial line says that it can take no more for now."""

    RTS_CTS = "rts_cts", "by a wire (RTS/CTS)"
    XON_XOFF = "xon_xoff", "by two characters (XON/XOFF)"
    NONE = "none", "not at all: only for lines slower than the head"


class OfficePrinterKind(Choice):
    """What prints sheets of A4."""

    NONE = "none", "there is none: acknowledgements are not offered"
    IPP = "ipp", "an office printer by IPP, straight or through a queue of CUPS"
    FILE = "file", "PDF files in a folder"
    SIMULATED = "simulated", "a printer whose paper the desk window can empty"


class SpeakerKind(Choice):
    """What makes the help bell heard."""

    SIMULATED = "simulated", "silent, and shown in the desk window"
    COMMAND = "command", "a program that plays a sound file"
    NONE = "none", "there is none: help is only shown"


class FaceMatcherKind(Choice):
    """What compares the face on the card with the photo."""

    NONE = "none", "no program does; an attendant compares"
    PROGRAM = "program", "a program of yours (docs/reference/face-matcher.md)"
    SIMULATED = "simulated", "drawn faces are told apart; for practice"


class LogLevel(Choice):
    """How much is logged."""

    DEBUG = "debug", "everything, for finding a fault"
    INFO = "info", "each meaningful thing once"
    WARNING = "warning", "what somebody should look at"
    ERROR = "error", "what does not work"
