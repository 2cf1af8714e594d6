"""A whole read of a passport with an 18 kB portrait, against the bare bytes on the same line.

The line is paced as a contactless one at 106 kbit/s. Ours opens the chip with PACE, reads and
checks everything, and makes the portrait a JPEG; the peer, a process of its own, sends commands of
the same bytes and gets answers of the same bytes, which the chip plays back.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks.card_read import bare_reader
from benchmarks.figures import Figure, Unit
from devices.card_reader.choice import open_card_reader
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
    return [Figure(name, peer_name, Unit.MS, tuple(ours), tuple(theirs), GOAL)]


def _our_read_ms(reader: DocumentReader) -> float:
    started_s = time.perf_counter()
    answer = reader.read_document(_KEY, TIMEOUT_S)
    took_ms = (time.perf_counter() - started_s) * 1000
    assert isinstance(answer, PersonRead), answer
    assert answer.photo_jpeg
    return took_ms
