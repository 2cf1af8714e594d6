"""A whole read of a social security card through the port, against the bare commands to the chip.

The same virtual card in the same private pcscd, in turns. Ours is what the kiosk calls: worker
process, profile, checks, JSON, and the number asked again at the end. The peer is a loop over
pyscard's `SCardTransmit` in a process of its own that knows beforehand what to send: the fewest
commands that fetch the same items. Both connect and disconnect each time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Unit
from devices.card_reader.choice import open_card_reader
from kiosk.ports.card_reader import CardReader, PersonRead, Presence
from tests.support.pcsc_daemon import READER_NAME
from tests.support.virtual_card import Chip, pcsc_card
from tests.support.waiting import wait_until

ROUNDS: Final = 60
WARM_UP: Final = 10
TIMEOUT_S: Final = 5.0
_ROOT = Path(__file__).resolve().parents[1]


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    with pcsc_card() as desk, contextlib.ExitStack() as stack:
        reader = stack.enter_context(contextlib.closing(open_card_reader(desk.config)))
        chip = desk.insert()
        wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.PRESENT, what="the card")
        commands = _fewest(_commands_of(reader, chip))
        peer = stack.enter_context(bare_reader(commands))
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(WARM_UP + rounds):
            our_ms, their_ms = _our_read_ms(reader), peer.read_ms()
            if number >= WARM_UP:
                ours.append(our_ms)
                theirs.append(their_ms)
    name = "social security card, whole read"
    peer_name = f"bare pyscard, the fewest commands ({len(commands)})"
    return [Figure(name, peer_name, Unit.MS, tuple(ours), tuple(theirs))]


def _our_read_ms(reader: CardReader) -> float:
    started_s = time.perf_counter()
    answer = reader.read_card(TIMEOUT_S)
    took_ms = (time.perf_counter() - started_s) * 1000
    assert isinstance(answer, PersonRead), answer
    return took_ms


def _commands_of(reader: CardReader, chip: Chip) -> list[bytes]:
    """Return what one read of ours sends to the chip."""
    before = len(chip.log)
    _our_read_ms(reader)
    return chip.log[before:]


def _fewest(commands: Sequence[bytes]) -> list[bytes]:
    """Return the commands without those that only learn a length, and without the second look."""
    fewest = [command for command in commands if command[1] != 0xB2 or command[4]]
    # The last record read is the number, asked again; a bare reader would not.
    return fewest[:-1]


class BareReader:
    """A peer process that sends fixed commands whenever it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def read_ms(self) -> float:
        """Let it read once and return how long it took by its own clock."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextlib.contextmanager
def bare_reader(commands: Sequence[bytes]) -> Iterator[BareReader]:
    """Start a peer process; it ends when its standard input does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.card_read", *(command.hex() for command in commands)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield BareReader(process)


def _read_bare(commands: Sequence[bytes]) -> None:
    """Be the peer: connect, send, disconnect, print the milliseconds; once per line of input."""
    from smartcard import scard  # type: ignore[import-untyped]

    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, readers = scard.SCardListReaders(context, [])
    name = next(reader for reader in readers if READER_NAME in reader)
    prepared = [list(command) for command in commands]
    for _ in sys.stdin:
        started_s = time.perf_counter()
        result, card, protocol = scard.SCardConnect(
            context,
            name,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        assert result == scard.SCARD_S_SUCCESS
        is_t1 = protocol == scard.SCARD_PROTOCOL_T1
        head = scard.SCARD_PCI_T1 if is_t1 else scard.SCARD_PCI_T0
        for command in prepared:
            result, answer = scard.SCardTransmit(card, head, command)
            assert result == scard.SCARD_S_SUCCESS
            assert answer[-2] in (0x90, 0x61, 0x62, 0x69, 0x6C, 0x6A)
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
        print((time.perf_counter() - started_s) * 1000, flush=True)


if __name__ == "__main__":
    _read_bare([bytes.fromhex(command) for command in sys.argv[1:]])
