"""How many bytes a whole read puts on the line, against those of a reader that does not look twice.

Counted, so that no other program's load changes it; the goal is the benchmarks' own.
"""

from __future__ import annotations

import pytest

from benchmarks import paced_cards, passport_read
from devices.card_reader.apdu import Response, exchange
from devices.card_reader.profiles import PROFILES
from devices.card_reader.travel.family import TravelDocuments, TravelOptions
from kiosk.ports.card_reader import PersonRead, PrintedLines
from tests.support import passports
from tests.support.national_cards import NATIONAL_CHIPS
from tests.support.virtual_card import Chip

CHIPS: dict[str, type[Chip]] = {"social_security": Chip, **NATIONAL_CHIPS}


@pytest.mark.parametrize("kind", CHIPS)
def test_a_contact_card(kind: str) -> None:
    """The second look at the number costs less than what may be on top."""
    chip = CHIPS[kind]()
    sizes: list[int] = []

    def transmit(command: bytes) -> Response:
        answer = chip.answer(command)
        sizes.append(len(command) + len(answer) + (len(command) > 5 or len(answer) > 2))
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    def ask(command: bytes) -> Response:
        return exchange(transmit, command)

    profile = next(it for it in PROFILES if it.recognise(ask))
    chip.reset()
    sizes.clear()
    assert profile.recognise(ask)
    profile.read(ask)
    bare = len(sizes)
    if not profile.in_one_answer:
        assert profile.number_again(ask)
    assert len(sizes) - bare == paced_cards._SECOND_LOOK[kind]
    assert sum(sizes) <= paced_cards.GOAL * sum(sizes[:bare])


def test_a_passport() -> None:
    """Hardly more than one opening and each file once."""
    chip = passports.PassportChip()
    said: list[tuple[bytes, bytes]] = []

    def ask(command: bytes) -> Response:
        answer = chip.answer(command)
        said.append((command, answer))
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    key = PrintedLines("\n".join(passports.LINES))
    profile = TravelDocuments(TravelOptions(reads_photo=True)).profile(key, lambda: 10.0)
    assert profile.recognise(ask)
    assert isinstance(profile.read(ask), PersonRead)
    assert profile.number_again(ask) == passports.NUMBER
    ours = sum(len(command) + len(answer) for command, answer in said)
    assert ours <= 1.02 * passport_read.bare_bytes(said, passports.contents().files)
