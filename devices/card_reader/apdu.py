"""Commands to a contact chip as ISO 7816-4 has them, with the two turns that T=0 asks for. Pure.

Neither pcscd nor pyscard take these turns: 61xx means "fetch xx bytes with GET RESPONSE", 6Cxx
means "ask again with Le = xx".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

OK = 0x9000
SECURITY_NOT_SATISFIED = 0x6982
CONDITIONS_NOT_SATISFIED = 0x6985
_REFUSALS = frozenset(
    {
        SECURITY_NOT_SATISFIED,
        0x6983,  # the PIN or key is blocked
        0x6984,  # the data it needs are not usable
        CONDITIONS_NOT_SATISFIED,
    }
)

# Old Thai cards want a 1 in GET RESPONSE where all others have a zero.
_WRONG_PARAMETERS = (0x6A86, 0x6B00)

_MOST_TURNS = 16  # 4 KiB; a chip that wants more is not of a kind that is read here


@dataclass(frozen=True, slots=True)
class Response:
    """What a chip answers; `data` may be personal."""

    data: bytes = field(repr=False)
    status: int

    @property
    def is_ok(self) -> bool:
        """Say whether the command was carried out."""
        return self.status == OK

    @property
    def is_refusal(self) -> bool:
        """Say whether the chip wants a key or a PIN first."""
        return self.status in _REFUSALS


Transmit = Callable[[bytes], Response]
"""Sends one command to the chip; raises whatever its maker catches when the chip is gone."""


def exchange(transmit: Transmit, command: bytes) -> Response:
    """Carry out a command to its end and return all its data with the last status."""
    response = transmit(command)
    data = bytearray(response.data)
    last = command
    for _ in range(_MOST_TURNS):
        low = bytes([response.status & 0xFF])
        match response.status >> 8:
            case 0x61:
                last = b"\x00\xc0\x00\x00" + low
                response = transmit(last)
                if response.status in _WRONG_PARAMETERS:
                    last = b"\x00\xc0\x00\x01" + low
                    response = transmit(last)
            case 0x6C:  # about what was sent last, which may have been GET RESPONSE
                last = _with_length(last, low)
                response = transmit(last)
            case _:
                return Response(bytes(data), response.status)
        data += response.data
    return Response(b"", 0x6F00)  # it never comes to an end: "no precise diagnosis"


def _with_length(command: bytes, low: bytes) -> bytes:
    """Return a short command with this Le in place of the one it has, if it has any."""
    if len(command) == 5:
        return command[:4] + low
    has_length = len(command) > 5 and len(command) == 5 + command[4] + 1
    return (command[:-1] if has_length else command) + low
