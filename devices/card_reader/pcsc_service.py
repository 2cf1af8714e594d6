"""The few calls of PC/SC that are needed, with types, and its result codes as one exception.

pyscard is imported when a service is made, not before: a kiosk with another kind of reader runs
without it, and libpcsclite reads PCSCLITE_CSOCK_NAME only once. `smartcard.CardMonitoring` is not
used: it stops for good when pcscd restarts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import ModuleType
from typing import NewType

from devices.card_reader.apdu import Response

CardHandle = NewType("CardHandle", int)

_STATE_UNAWARE = 0x0000
_STATE_PRESENT = 0x0020
_STATE_MUTE = 0x0200
_STATE_GONE = 0x0004 | 0x0008  # unknown, unavailable


@dataclass(frozen=True, slots=True)
class ReaderState:
    """A reader's state at one moment; `events` counts cards that came or went and wraps around."""

    is_there: bool
    has_card: bool
    is_mute: bool
    events: int
    atr: bytes = field(default=b"", repr=False)


class PcscTrouble(Exception):
    """A call did not succeed; `code` is PC/SC's result, unsigned, 0 for a chip without answer."""

    def __init__(self, code: int, meaning: str) -> None:
        """Keep the result and the library's words for it."""
        super().__init__(f"{meaning} ({code:#010x})")
        self.code = code


class PcscService:
    """One context of the smart card service, of no more use after any trouble."""

    def __init__(self) -> None:
        """Reach the service.

        Raises:
            PcscTrouble: it does not run.
            ImportError: pyscard is not installed.
        """
        from smartcard import scard  # type: ignore[import-untyped]  # noqa: PLC0415

        self._scard: ModuleType = scard
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        self._check(result)

    def readers(self) -> list[str]:
        """Return the names of the readers that are there now."""
        result, names = self._scard.SCardListReaders(self._context, [])
        if result & 0xFFFFFFFF == NO_READERS:
            return []
        self._check(result)
        return list(names)

    def state(self, reader: str) -> ReaderState:
        """Return the reader's state at once and without touching the card."""
        ask = [(reader, _STATE_UNAWARE)]
        result, states = self._scard.SCardGetStatusChange(self._context, 0, ask)
        self._check(result)
        bits = states[0][1]
        return ReaderState(
            is_there=not bits & _STATE_GONE,
            has_card=bool(bits & _STATE_PRESENT),
            is_mute=bool(bits & _STATE_MUTE),
            events=bits >> 16 & 0xFFFF,
            atr=bytes(states[0][2]),
        )

    def connect(self, reader: str) -> tuple[CardHandle, int]:
        """Take the card for this program alone and return its handle and protocol."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, handle, protocol = scard.SCardConnect(
            self._context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols
        )
        self._check(result)
        return CardHandle(handle), protocol

    def transmit(self, handle: CardHandle, protocol: int, command: bytes) -> Response:
        """Send one command and return the chip's answer."""
        scard = self._scard
        header = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
        result, answer = scard.SCardTransmit(handle, header, list(command))
        self._check(result)
        if len(answer) < 2:
            # A card pulled during a command: pcscd calls this a success.
            raise PcscTrouble(0, "The card gave no answer")
        return Response(bytes(answer[:-2]), answer[-2] << 8 | answer[-1])

    def disconnect(self, handle: CardHandle) -> None:
        """Let go of the card and leave it as it is; never raises."""
        self._scard.SCardDisconnect(handle, self._scard.SCARD_LEAVE_CARD)

    def release(self) -> None:
        """Let go of the service; never raises."""
        self._scard.SCardReleaseContext(self._context)

    def _check(self, result: int) -> None:
        if result != self._scard.SCARD_S_SUCCESS:
            raise PcscTrouble(result & 0xFFFFFFFF, self._scard.SCardGetErrorMessage(result))


NO_READERS = 0x8010002E
"""SCARD_E_NO_READERS_AVAILABLE."""

NO_SMARTCARD = 0x8010000C
"""SCARD_E_NO_SMARTCARD."""

SHARING_VIOLATION = 0x8010000B
"""SCARD_E_SHARING_VIOLATION: another program holds the card."""

NOT_TALKING = frozenset({0x80100065, 0x80100066, 0x80100067, 0x8010000F})
"""Unsupported, unresponsive, unpowered, wrong protocol: a chip that says nothing of use."""

CARD_LEFT = frozenset({0, 0x80100016, 0x80100068, 0x80100069, NO_SMARTCARD})
"""No answer, not transacted, reset, removed, no card: how a card pulled in mid-read looks."""
