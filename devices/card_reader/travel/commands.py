"""Commands before they are written out, so that secure messaging can wrap them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

SHORT_LE = 256
LONGEST_SHORT_DATA = 255


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU; `le` is how many bytes may come back, None for none.

    `cla` is 0x10 for all but the last of a chain.
    """

    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = field(default=b"", repr=False)
    le: int | None = None
    cla: int = 0

    @property
    def head(self) -> bytes:
        """The four bytes in front."""
        return bytes([self.cla, self.ins, self.p1, self.p2])

    def plain(self) -> bytes:
        """Return it as it goes to the chip without protection."""
        return written(self.head, self.data, self.le)


def written(head: bytes, data: bytes, le: int | None) -> bytes:
    """Write a command out, with extended lengths only where short ones can't say it."""
    if len(data) <= LONGEST_SHORT_DATA and (le is None or le <= SHORT_LE):
        body = bytes([len(data)]) + data if data else b""
        return head + body + (b"" if le is None else bytes([le & 0xFF]))
    body = b"\x00" + (len(data).to_bytes(2, "big") + data if data else b"")
    return head + body + (b"" if le is None else (le & 0xFFFF).to_bytes(2, "big"))


def select_application(aid: bytes) -> Command:
    """Select an application by its name, without wanting to know more about it."""
    return Command(0xA4, 0x04, 0x0C, aid)


def select_file(identifier: int) -> Command:
    """Select a file below the current one by its identifier."""
    return Command(0xA4, 0x02, 0x0C, identifier.to_bytes(2, "big"))


SELECT_ROOT = Command(0xA4, 0x00, 0x0C, b"\x3f\x00")


def read_binary(offset: int, length: int) -> Command:
    """Read from the selected file; beyond 32 KiB the offset needs the odd instruction."""
    if offset <= 0x7FFF:
        return Command(0xB0, offset >> 8, offset & 0xFF, le=length)
    raw = offset.to_bytes((offset.bit_length() + 7) // 8, "big")
    return Command(0xB1, data=bytes([0x54, len(raw)]) + raw, le=length)


def read_by_short_id(short_id: int, length: int) -> Command:
    """Select a file by its short identifier and read its beginning, in one command."""
    return Command(0xB0, 0x80 | short_id, 0, le=length)
