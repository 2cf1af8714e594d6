"""Reading the files of a document's chip, plainly or through a channel (Doc 9303-10, 3.6). Pure.

Each file is asked for by its short identifier together with its first bytes, which spares a command
per file; chips that do not take that get SELECT first. Its own head says how long a file is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.card_reader.apdu import Response
from devices.card_reader.card_profile import Ask
from devices.card_reader.travel import tlv
from devices.card_reader.travel.commands import (
    Command,
    read_binary,
    read_by_short_id,
    select_file,
)
from devices.card_reader.travel.secure_messaging import SecureChannel
from devices.card_reader.travel.trouble import Malformed, OutOfTime, Refused

EF_COM, EF_SOD, EF_CARD_ACCESS, EF_CARD_SECURITY, EF_ATR_INFO = (
    0x011E,
    0x011D,
    0x011C,
    0x011D,
    0x2F01,
)

LONGEST_FILE_BYTES = 256 * 1024
"""More than any portrait has; a chip that claims more is not believed."""

LONGEST_ANSWER_BYTES = 4096
"""The longest extended answer that is asked for; more gains nothing on a line of 106 kbit/s."""

_HEAD_BYTES = 6
"""As many as the longest head of a file takes: a tag of one byte, a length of up to five."""
_SURELY_LONG = frozenset({EF_SOD, 0x0102})
"""A signature with its certificate, and a portrait: no need to ask how long they are first."""
_END_OF_FILE = 0x6282
_NOT_THERE = frozenset({0x6A82, 0x6A83})
_ANOTHER_WAY = frozenset({0x6A86, 0x6A81, 0x6D00, 0x6B00, 0x6700, 0x6985, 0x6986})


@dataclass
class Chip:
    """One chip as it answers now; `channel` is set once there is one.

    `answer_bytes` is the longest answer that chip and reader take, 256 for short ones.
    """

    ask: Ask
    channel: SecureChannel | None = None
    answer_bytes: int = 256
    _lengths: dict[int, int] = field(default_factory=dict)

    def send(self, command: Command) -> Response:
        """Carry out one command, protected if there is a channel.

        Raises:
            ChannelBroken: the answer is not from this session.
        """
        if self.channel is None:
            return self.ask(command.plain())
        return self.channel.open(self.ask(self.channel.protect(command)))

    def read(self, identifier: int, may_go_on: Callable[[], bool] = lambda: True) -> bytes | None:
        """Return a file whole, or None when the chip has none.

        Raises:
            OutOfTime: `may_go_on` said no, between two commands.
            Refused: it does not give it away.
            Malformed: it is not of the form that all files here have.
        """
        beginning = self._beginning(identifier)
        if beginning is None:
            return None
        _, head_bytes, value_bytes = tlv.head(beginning)
        length = head_bytes + value_bytes
        if length > LONGEST_FILE_BYTES:
            raise Malformed("a file longer than any")
        self._lengths[identifier] = length
        data = bytearray(beginning[:length])
        while len(data) < length:
            if not may_go_on():
                raise OutOfTime("a file that takes too long")
            data += self._part(len(data), min(self._best_bytes(), length - len(data)))
        return bytes(data)

    def _beginning(self, identifier: int) -> bytes | None:
        answer = self.send(read_by_short_id(identifier & 0x1F, self._first_bytes(identifier)))
        if answer.status in _ANOTHER_WAY:
            selected = self.send(select_file(identifier))
            if selected.status in _NOT_THERE:
                return None
            if not selected.is_ok:
                raise Refused(f"file {identifier:04X}", selected.status)
            answer = self.send(read_binary(0, _HEAD_BYTES))
        if answer.status in _NOT_THERE:
            return None
        if answer.status not in (0x9000, _END_OF_FILE):
            raise Refused(f"file {identifier:04X}", answer.status)
        return answer.data

    def _first_bytes(self, identifier: int) -> int:
        """Return how much of a file to ask for at first: all of one that was read before."""
        if self.channel is None:
            return _HEAD_BYTES
        short = self.channel.longest_short_read
        usual = short if identifier in _SURELY_LONG else _HEAD_BYTES
        return min(self._lengths.get(identifier, usual), short)

    def _part(self, offset: int, length: int) -> bytes:
        """Return the next bytes of the selected file, at least one."""
        is_odd = offset > 0x7FFF
        # The answer to the odd instruction is wrapped in a data object of its own (53).
        asked = min(length + 4, self._best_bytes()) if is_odd else length
        answer = self.send(read_binary(offset, asked))
        if answer.status not in (0x9000, _END_OF_FILE):
            raise Refused(f"byte {offset} of a file", answer.status)
        data = tlv.only(answer.data, 0x53) if is_odd else answer.data
        if not data:
            raise Malformed("a file that ends before its length")
        return data[:length]

    def _best_bytes(self) -> int:
        if self.channel is None:
            return self.answer_bytes
        if self.answer_bytes <= 256:
            return self.channel.longest_short_read
        return self.channel.longest_read(self.answer_bytes)


def longest_answer(atr_info: bytes) -> int:
    """Return how long an answer may be by EF.ATR/INFO (ISO 7816-4, 12.7.1), 256 if it is silent.

    The file is a row of data objects; 7F66 among them holds the longest command and answer.
    """
    try:
        limits = tlv.find(atr_info, 0x7F66)
        found = [] if limits is None else tlv.items(limits)
    except Malformed:
        return 256
    if len(found) < 2 or found[1].tag != 0x02:
        return 256
    return max(256, min(int.from_bytes(found[1].value, "big"), LONGEST_ANSWER_BYTES))
