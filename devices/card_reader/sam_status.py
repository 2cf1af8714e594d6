"""What a SAM module's third status byte means to the resident or to the technician. Pure.

After GA/T 467 as published readers have it. An answer to the resident is `Unreadable`, one to the
technician `NoReader`; a code that nobody published is the technician's.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.ports.card_reader import NoReader, ReadAnswer, Unreadable, UnreadableReason

OK = 0x90
FOUND = 0x9F
NOT_FOUND = 0x80
SELECT_FAILED = 0x81
READ_FAILED = 0x41
RANDOM_FAILED = 0x47
NO_SUCH_ITEM = 0x91
SENT_WRONG = (0x10, 0x11)
"""Checksum or length of what we sent arrived wrong: sent once more, then the line is at fault."""

_ENDS: Mapping[int, ReadAnswer] = {
    0x21: NoReader("The reader does not know a command: it may be one without a SAM module."),
    0x23: NoReader("The reader's security module does not permit reading; have it authorised."),
    0x24: NoReader("The reader's security module reports a fault of its own."),
    0x31: Unreadable(UnreadableReason.REFUSED),  # the card rejects the module
    0x32: Unreadable(UnreadableReason.REFUSED),  # the module rejects the card
    0x33: Unreadable(UnreadableReason.DAMAGED),  # the card's information fails the module's check
    0x40: Unreadable(UnreadableReason.FOREIGN),
    0x41: Unreadable(UnreadableReason.DAMAGED),
    0x47: Unreadable(UnreadableReason.DAMAGED),
    0x60: NoReader("The reader's security module failed its self-test."),
    0x66: NoReader("The reader's security module is not authorised."),
    0x81: Unreadable(UnreadableReason.PULLED),
    0x91: NoReader("The reader has nothing to a question that every card answers."),
}


def ending(status: int) -> ReadAnswer:
    """Return what a status means that ends a read."""
    return _ENDS.get(status, NoReader(f"The reader answered with status {status:02X}."))


def module_name(identity: bytes) -> str:
    """Return the number of a security module as its label has it, and its bytes as they came.

    Numbers in little-endian, printed `05.03-20115159-0123456789-0987654321`; some programs print
    fewer digits, so the bytes are told too. Empty for anything but 16 bytes.
    """
    if len(identity) != 16:
        return ""
    first, second = (int.from_bytes(identity[at : at + 2], "little") for at in (0, 2))
    day, batch, serial = (int.from_bytes(identity[at : at + 4], "little") for at in (4, 8, 12))
    label = f"{first:02}.{second:02}-{day}-{batch:010}-{serial:010}"
    return f"SAM {label}, {identity.hex().upper()}"
