"""A simulated chip's end of secure messaging, and commands as the chip takes them apart. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.card_reader.travel import tlv
from devices.card_reader.travel.suites import Suite, pad, unpad
from devices.card_reader.travel.trouble import Malformed


@dataclass(frozen=True, slots=True)
class Apdu:
    """A command, taken apart; `le` None for none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(repr=False)
    le: int | None

    @property
    def head(self) -> bytes:
        """The four bytes in front."""
        return bytes([self.cla, self.ins, self.p1, self.p2])


class ChipSession:
    """The chip's end of secure messaging."""

    def __init__(self, suite: Suite, enc: bytes, mac: bytes, counter: int) -> None:
        self._suite = suite
        self._enc = enc
        self._mac = mac
        self._counter = counter

    def open(self, command: Apdu) -> Apdu:
        """Return the command inside, or raise `Malformed`."""
        block = self._suite.block_bytes
        counter = self._next()
        found = tlv.items(command.data)
        if not found or found[-1].tag != 0x8E:
            raise Malformed("no MAC")
        objects = b"".join(item.whole for item in found[:-1])
        covered = counter + pad(command.head, block) + objects
        if self._authenticated(covered) != found[-1].value:
            raise Malformed("a wrong MAC")
        data, le = b"", None
        for item in found[:-1]:
            if item.tag == 0x97:
                le = int.from_bytes(item.value, "big") or 1 << 8 * len(item.value)
            else:
                hidden = item.value[1:] if item.tag == 0x87 else item.value
                data = unpad(self._suite.decrypt(self._enc, hidden, self._iv(counter))) or b""
        return Apdu(command.cla & ~0x0C, command.ins, command.p1, command.p2, data, le)

    def protect(self, data: bytes, status: int) -> bytes:
        """Return the answer with its MAC, and the same status outside."""
        counter = self._next()
        objects = b""
        if data:
            padded = pad(data, self._suite.block_bytes)
            hidden = self._suite.encrypt(self._enc, padded, self._iv(counter))
            objects = tlv.encode(0x87, b"\x01" + hidden)
        objects += tlv.encode(0x99, status.to_bytes(2, "big"))
        mac = tlv.encode(0x8E, self._authenticated(counter + objects))
        return objects + mac + status.to_bytes(2, "big")

    def _next(self) -> bytes:
        self._counter += 1
        return self._counter.to_bytes(self._suite.block_bytes, "big")

    def _iv(self, counter: bytes) -> bytes | None:
        return self._suite.encrypt(self._enc, counter) if self._suite.is_aes else None

    def _authenticated(self, covered: bytes) -> bytes:
        is_aes = self._suite.is_aes
        return self._suite.mac(self._mac, pad(covered, 16) if is_aes else covered)


def parsed(raw: bytes) -> Apdu:
    """Take a command apart (ISO 7816-4, 5.3)."""
    if len(raw) < 4:
        raise Malformed("a command without a head")
    head, body = raw[:4], raw[4:]
    data, le = b"", None
    if not body:
        return Apdu(head[0], head[1], head[2], head[3], data, le)
    if body[0] == 0 and len(body) > 1:
        if len(body) == 3:
            return Apdu(
                head[0], head[1], head[2], head[3], b"", int.from_bytes(body[1:], "big") or 65536
            )
        length = int.from_bytes(body[1:3], "big")
        data, rest = body[3 : 3 + length], body[3 + length :]
        le_bytes = 2
    elif len(body) == 1:
        return Apdu(head[0], head[1], head[2], head[3], b"", body[0] or 256)
    else:
        length = body[0]
        data, rest = body[1 : 1 + length], body[1 + length :]
        le_bytes = 1
    if len(data) != length or len(rest) not in (0, le_bytes):
        raise Malformed("a command of another length")
    if rest:
        le = int.from_bytes(rest, "big") or 1 << 8 * le_bytes
    return Apdu(head[0], head[1], head[2], head[3], data, le)
