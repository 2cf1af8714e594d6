"""Secure messaging (9.8): every command encrypted and authenticated, every answer checked. Pure."""

from __future__ import annotations

import hmac

from devices.card_reader.apdu import Response
from devices.card_reader.travel import tlv
from devices.card_reader.travel.commands import Command, written
from devices.card_reader.travel.suites import Suite, pad, unpad
from devices.card_reader.travel.trouble import ChannelBroken, Malformed

_ENCRYPTED, _ENCRYPTED_ODD, _EXPECTED, _STATUS, _MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
_SHORT_ANSWER = 256


class SecureChannel:
    """The two session keys and the counter; of no more use after the first `ChannelBroken`."""

    def __init__(self, suite: Suite, enc: bytes, mac: bytes, counter: int = 0) -> None:
        """Begin a session; the counter is raised before every command and every answer."""
        self.suite = suite
        self._enc = enc
        self._mac = mac
        self._counter = counter

    @property
    def longest_short_read(self) -> int:
        """How many bytes an answer of 256 can carry: 231 with 3DES, 223 with AES.

        Around them stand 87 81 LL 01, a status (99 02 xx xx) and a MAC (8E 08 and eight bytes).
        """
        blocks = (_SHORT_ANSWER - 4 - 4 - 10) // self.suite.block_bytes
        return blocks * self.suite.block_bytes - 1

    def longest_read(self, answer_bytes: int) -> int:
        """Return how many bytes a longer answer can carry; heads may take two bytes more."""
        blocks = (answer_bytes - 6 - 4 - 10) // self.suite.block_bytes
        return blocks * self.suite.block_bytes - 1

    def protect(self, command: Command) -> bytes:
        """Return the command as it goes to the chip."""
        block = self.suite.block_bytes
        counter = self._next()
        head = bytes([command.cla | 0x0C]) + command.head[1:]
        objects = b""
        if command.data:
            hidden = self.suite.encrypt(self._enc, pad(command.data, block), self._iv(counter))
            if command.ins & 1:
                objects += tlv.encode(_ENCRYPTED_ODD, hidden)
            else:
                objects += tlv.encode(_ENCRYPTED, b"\x01" + hidden)
        if command.le is not None:
            size = 1 if command.le <= _SHORT_ANSWER else 2
            expected = command.le & (0xFF if size == 1 else 0xFFFF)
            objects += tlv.encode(_EXPECTED, expected.to_bytes(size, "big"))
        authenticated = self._authenticate(counter, pad(head, block) + objects)
        is_long = command.le is not None and command.le > _SHORT_ANSWER
        le = 0x10000 if is_long else _SHORT_ANSWER
        return written(head, objects + tlv.encode(_MAC, authenticated), le)

    def open(self, response: Response) -> Response:
        """Return what the chip answered, checked and decrypted.

        Raises:
            ChannelBroken: it came without protection, or is not from the chip of this session.
        """
        counter = self._next()
        try:
            found = tlv.items(response.data)
        except Malformed as malformed:
            raise ChannelBroken(str(malformed)) from malformed
        if not found or found[-1].tag != _MAC:
            raise ChannelBroken(f"an answer without protection: {response.status:04X}")
        authenticated = b"".join(item.whole for item in found[:-1])
        if not hmac.compare_digest(self._authenticate(counter, authenticated), found[-1].value):
            raise ChannelBroken("an answer that fails its check")
        status, data = None, b""
        for item in found[:-1]:
            match item.tag:
                case 0x99 if len(item.value) == 2:
                    status = int.from_bytes(item.value, "big")
                case 0x87 if item.value[:1] == b"\x01":
                    data = self._reveal(counter, item.value[1:])
                case 0x85:
                    data = self._reveal(counter, item.value)
                case _:
                    raise ChannelBroken(f"an answer with an object {item.tag:X}")
        if status is None:
            raise ChannelBroken("an answer without a status")
        return Response(data, status)

    def _next(self) -> bytes:
        self._counter = (self._counter + 1) % (1 << 8 * self.suite.block_bytes)
        return self._counter.to_bytes(self.suite.block_bytes, "big")

    def _iv(self, counter: bytes) -> bytes:
        """Return the initial vector: the encrypted counter for AES, zeros for 3DES (9.8.6.1)."""
        if not self.suite.is_aes:
            return bytes(self.suite.block_bytes)
        return self.suite.encrypt(self._enc, counter)

    def _authenticate(self, counter: bytes, data: bytes) -> bytes:
        # 3DES pads what it authenticates by itself; here AES is given whole blocks too.
        whole = counter + data
        if self.suite.is_aes:
            whole = pad(whole, self.suite.block_bytes)
        return self.suite.mac(self._mac, whole)

    def _reveal(self, counter: bytes, hidden: bytes) -> bytes:
        if not hidden or len(hidden) % self.suite.block_bytes:
            raise ChannelBroken("encrypted data that are no whole blocks")
        data = unpad(self.suite.decrypt(self._enc, hidden, self._iv(counter)))
        if data is None:
            raise ChannelBroken("encrypted data without padding")
        return data
