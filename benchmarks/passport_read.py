"""A whole read of a passport with an 18 kB portrait, against the bare bytes on the same line.

The line is paced as a contactless one at 106 kbit/s. Ours opens the chip with PACE, reads and
checks everything, and makes the portrait a JPEG; the peer, a process of its own, sends commands of
the same bytes and gets answers of the same bytes, which the chip plays back.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks.card_read import bare_reader
from benchmarks.figures import Figure, Unit
from devices.card_reader.choice import open_card_reader
from devices.card_reader.travel import tlv
from devices.card_reader.travel.commands import read_binary
from devices.card_reader.travel.secure_messaging import SecureChannel
from devices.card_reader.travel.suites import Suite, pad
from kiosk.ports.card_reader import DocumentReader, PersonRead, Presence, PrintedLines
from tests.support import passports
from tests.support.passports import PassportChip
from tests.support.virtual_card import pcsc_card
from tests.support.waiting import wait_until

ROUNDS: Final = 10
TIMEOUT_S: Final = 10.0
GOAL: Final = 1.15
_KEY: Final = PrintedLines("\n".join(passports.LINES))


@dataclass
class PlayedBack(PassportChip):
    """A passport that can also say once more what it said, whatever it is asked."""

    said: list[tuple[bytes, bytes]] = field(default_factory=list)
    is_playing_back: bool = False
    _at: int = 0

    def answer(self, apdu: bytes) -> bytes:
        """Answer, or play back the next answer; both at the line's pace."""
        if not self.is_playing_back:
            answer = super().answer(apdu)
            self.said.append((apdu, answer))
            return answer
        command, answer = self.said[self._at]
        assert command == apdu
        self._at = (self._at + 1) % len(self.said)
        self.pace(time.monotonic(), apdu, answer)
        return answer


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Return the figures of one run."""
    ours: list[float] = []
    theirs: list[float] = []
    with pcsc_card() as desk, contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "state.pem").write_bytes(passports.state().csca)
        config = replace(desk.config, travel_documents=True, csca_folder=folder, chip_photo=True)
        reader = stack.enter_context(contextlib.closing(open_card_reader(config)))
        chip = PlayedBack(is_paced=True)
        desk.insert(chip)
        wait_until(lambda: reader.presence(TIMEOUT_S) is Presence.PRESENT, what="the passport")
        _our_read_ms(reader)
        chip.said.clear()
        _our_read_ms(reader)
        recorded = list(chip.said)
        peer = stack.enter_context(bare_reader([command for command, _ in recorded]))
        for _ in range(rounds):
            ours.append(_our_read_ms(reader))
            chip.said, chip.is_playing_back = recorded, True
            theirs.append(peer.read_ms())
            chip.said, chip.is_playing_back = [], False
    sent = sum(len(command) + len(answer) for command, answer in recorded)
    peer_name = f"the same {len(recorded)} commands and {sent} bytes, bare"
    name = "passport with an 18 kB portrait, whole read"
    files = passports.contents().files
    ours_of = [len(command) + len(answer) for command, answer in recorded]
    bare = bare_bytes(recorded, files)
    return [
        Figure(name, peer_name, Unit.MS, tuple(ours), tuple(theirs), GOAL),
        Figure(
            f"the same, bytes on the line in {len(recorded)} commands",
            f"one opening, {len(files)} files of {sum(map(len, files.values()))} bytes",
            Unit.BYTES,
            (float(sum(ours_of)),),
            (float(bare),),
            GOAL,
        ),
    ]


def bare_bytes(recorded: Sequence[tuple[bytes, bytes]], files: Mapping[int, bytes]) -> int:
    """Return how many bytes are on the line for a reader that knows beforehand how long files are.

    It opens the chip as ours does, then takes each file once, in answers as long as short ones can
    be, protected as ours are.
    """
    opened = 1 + max(
        at for at, (command, _) in enumerate(recorded) if command[:3] == bytes.fromhex("0CA404")
    )
    opening = sum(len(command) + len(answer) for command, answer in recorded[:opened])
    channel = SecureChannel(Suite.AES_128, bytes(16), bytes(16))
    most, reading = channel.longest_short_read, 0
    for content in files.values():
        for start in range(0, len(content), most):
            piece = content[start : start + most]
            reading += len(channel.protect(read_binary(start, len(piece))))
            hidden = b"\x01" + pad(piece, Suite.AES_128.block_bytes)
            reading += len(tlv.encode(0x87, hidden)) + 4 + 10 + 2  # status, MAC, status in clear
    return opening + reading


def _our_read_ms(reader: DocumentReader) -> float:
    started_s = time.perf_counter()
    answer = reader.read_document(_KEY, TIMEOUT_S)
    took_ms = (time.perf_counter() - started_s) * 1000
    assert isinstance(answer, PersonRead), answer
    assert answer.photo_jpeg
    return took_ms
