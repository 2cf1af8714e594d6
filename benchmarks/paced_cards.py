"""Whole reads of every family of cards against the bare bytes, on lines as slow as real ones.

Contact cards answer at 9600 baud, where a byte takes 12 bit times (ISO 7816-3, 10), and what
T=0 adds: a procedure byte before data. The resident card's module answers at 115200 baud, 10 bit
times to a byte. Ours is what the kiosk calls: worker process, profile, checks, JSON, and the second
look at the end. The peer, a process of its own, knows beforehand what to send, and sends the same
but for the second look.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.card_read import BareReader, bare_reader
from benchmarks.figures import Figure, Unit
from devices.card_reader.choice import open_card_reader
from kiosk.ports.card_reader import CardReader, PersonRead, Presence
from tests.support.national_cards import NATIONAL_CHIPS
from tests.support.sam_module import SamModule, sam_module
from tests.support.virtual_card import Chip, pcsc_card
from tests.support.waiting import wait_until

ROUNDS: Final = 5
GOAL: Final = 1.15
TIMEOUT_S: Final = 10.0
T0_BYTE_S: Final = 12 / 9600
SERIAL_BYTE_S: Final = 10 / 115_200
_ROOT: Final = Path(__file__).resolve().parents[1]
_SECOND_LOOK: Final = {
    # How many commands the second look takes at the end of a read.
    "social_security": 1,
    "thai": 2,
    "mykad": 3,
    "health": 0,
    "belgian": 2,
    "estonian": 2,
    "older_estonian": 1,
}


@dataclass
class PacedChip(Chip):
    """A chip behind a T=0 line of 9600 baud."""

    inner: Chip = field(default_factory=Chip)
    sizes: list[int] = field(default_factory=list)
    """Bytes on the line for each command in the log: command, answer, procedure byte."""

    def reset(self) -> None:
        """Reset the chip."""
        self.inner.reset()

    def answer(self, apdu: bytes) -> bytes:
        """Answer when all bytes have crossed the line."""
        arrived_s = time.monotonic()
        self.log.append(apdu)
        answer = self.inner.answer(apdu)
        has_data = len(apdu) > 5 or len(answer) > 2
        self.sizes.append(len(apdu) + len(answer) + has_data)
        _wait_until(arrived_s + self.sizes[-1] * T0_BYTE_S)
        return answer


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    kinds: dict[str, type[Chip]] = {"social_security": Chip, **NATIONAL_CHIPS}
    contact = [_contact(kind, make(), rounds) for kind, make in kinds.items()]
    return [_serial(rounds), *(figure for pair in contact for figure in pair)]


def _contact(kind: str, inner: Chip, rounds: int) -> tuple[Figure, Figure]:
    """Return what a read takes, and how many bytes it is: those no other program's load changes."""
    with pcsc_card() as desk, contextlib.ExitStack() as stack:
        reader = stack.enter_context(contextlib.closing(open_card_reader(desk.config)))
        chip = PacedChip(inner=inner)
        desk.insert(chip)
        wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.PRESENT, what="the card")
        _our_read_ms(reader)  # from now on this chip is known by its answer to reset
        chip.log.clear()
        chip.sizes.clear()
        _our_read_ms(reader)
        commands, sizes = list(chip.log), list(chip.sizes)
        bare = commands[: len(commands) - _SECOND_LOOK[kind]]
        peer = stack.enter_context(bare_reader(bare))
        peer.read_ms()
        ours, theirs = _in_turns(reader, peer, rounds)
    name = f"{kind.replace('_', ' ')} card"
    peer_name = f"bare, {len(bare)} commands"
    all_bytes, bare_bytes = (float(sum(it)) for it in (sizes, sizes[: len(bare)]))
    return (
        Figure(f"{name}, whole read at 9600 baud", peer_name, Unit.MS, ours, theirs, GOAL),
        Figure(
            f"{name}, bytes on the line in {len(commands)} commands",
            peer_name,
            Unit.BYTES,
            (all_bytes,),
            (bare_bytes,),
            GOAL,
        ),
    )


def _in_turns(
    reader: CardReader, peer: BareReader, rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(_our_read_ms(reader))
        theirs.append(peer.read_ms())
    return tuple(ours), tuple(theirs)


def _serial(rounds: int) -> Figure:
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        module = stack.enter_context(sam_module(Path(folder)))
        module.byte_s = SERIAL_BYTE_S
        reader = stack.enter_context(contextlib.closing(open_card_reader(module.config)))
        _lay_anew(module, reader)
        _our_read_ms(reader)
        for _ in range(rounds):
            _lay_anew(module, reader)
            ours.append(_our_read_ms(reader))
            reader.close()
            module.insert()
            with _bare_serial(module) as peer:
                theirs.append(peer.read_ms())
            reader.presence(TIMEOUT_S)  # starts the worker again, before the clock runs
    name = "resident card, whole read at 115200 baud"
    peer_name = "bare: find, select, read, newest address"
    return Figure(name, peer_name, Unit.MS, tuple(ours), tuple(theirs), GOAL)


def _lay_anew(module: SamModule, reader: CardReader) -> None:
    module.pull()
    module.insert()
    reader.presence(TIMEOUT_S)


@contextlib.contextmanager
def _bare_serial(module: SamModule) -> Iterator[BareReader]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.paced_cards", str(module.path)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield BareReader(process)


def _our_read_ms(reader: CardReader) -> float:
    started_s = time.perf_counter()
    answer = reader.read_card(TIMEOUT_S)
    took_ms = (time.perf_counter() - started_s) * 1000
    assert isinstance(answer, PersonRead), answer
    return took_ms


def _wait_until(moment_s: float) -> None:
    left_s = moment_s - time.monotonic()
    if left_s > 0:
        threading.Event().wait(left_s)


def _read_bare(path: str, commands: Sequence[str]) -> None:
    """Be the serial peer: send each frame, take its whole answer; once per line of input."""
    import serial

    line = serial.Serial(path, 115_200, timeout=TIMEOUT_S)
    for _ in sys.stdin:
        started_s = time.perf_counter()
        for command in commands:
            line.write(bytes.fromhex(command))
            head = line.read(7)
            line.read(int.from_bytes(head[5:7], "big"))
        print((time.perf_counter() - started_s) * 1000, flush=True)


if __name__ == "__main__":
    _read_bare(
        sys.argv[1],
        (
            "AAAAAA96690003200122",
            "AAAAAA96690003200221",
            "AAAAAA96690003300132",
            "AAAAAA96690003300330",
        ),
    )
