"""Cards pulled and swapped at random moments in mid-read: over pcscd, and on the serial line.

A round lays a card down, and at some command it leaves, or another person's is there in its place:
laid down in a hurry, or so fast that the smart card service sees nothing. Whatever is answered
must be one person whole or nobody, in time, and nothing may be left open.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from time import monotonic

from devices.card_reader.worker_reader import WorkerCardReader
from devices.wire import JsonObject
from kiosk.domain import Person
from kiosk.ports.card_reader import NoReader, PersonRead, Presence, ReadAnswer
from tests.faults.options import add_dose, is_over, until_s
from tests.support.in_memory_chip import read_chip
from tests.support.national_cards import NATIONAL_CHIPS, another
from tests.support.sam_module import (
    FIND,
    NEWEST_ADDRESS,
    READ,
    SELECT,
    SamModule,
    resident_text,
    sam_module,
)
from tests.support.virtual_card import Chip, PcscDesk, card_records, pcsc_card, person_records
from tests.support.waiting import wait_until

NAME = "cards"
TIMEOUT_S = 5.0
HANG_S = TIMEOUT_S + 3.0
SOUND = "devices.card_reader.hosted:pcsc"
PLANTED = "tests.faults.cards_planted:pcsc_without_second_look"
EVERY = 10
"""After so many rounds a card is read in peace."""


class Disturbance(Enum):
    """What happens at the moment."""

    PULLED = "pulled"
    REPLACED = "replaced"
    SWAPPED_UNSEEN = "swapped unseen"


@dataclass
class Pulled:
    """What came of the rounds."""

    rounds: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def note(self, what: str, answer: ReadAnswer, whole: set[Person], took_s: float) -> None:
        """Judge one answer."""
        self.rounds += 1
        if took_s > HANG_S or (isinstance(answer, NoReader) and "hung" in answer.why):
            self.problems.append(f"{what}: hung for {took_s:.1f} s")
        if isinstance(answer, NoReader) and "Another program" in answer.why:
            self.problems.append(f"{what}: an earlier read holds the card")
        if isinstance(answer, PersonRead):
            self.answers["read"] += 1
            if answer.person not in whole:
                self.problems.append(f"{what}: a person that nobody is")
        else:
            reason = getattr(answer, "reason", None)
            self.answers[type(answer).__name__ if reason is None else reason.value] += 1

    def summary(self) -> str:
        """Return a line for the terminal."""
        told = "; ".join(self.problems[:5]) or "no wrong person, no hang, nothing left open"
        counts = ", ".join(f"{count} {what}" for what, count in sorted(self.answers.items()))
        return f"{self.rounds} rounds ({counts}): {told}"


def pair(kind: str) -> tuple[Chip, Chip]:
    """Return the cards of two people, of one kind."""
    if kind != "social_security":
        return NATIONAL_CHIPS[kind](), another(kind)
    other = person_records(number="990101193402090016", name="李守田")
    return Chip(), Chip(files={0x05: card_records(b"1.00"), 0x06: other})


KINDS = ("social_security", *NATIONAL_CHIPS)


@dataclass
class SwappedChip(Chip):
    """A slot in which at some command another card lies already, which knows of nothing."""

    first: Chip = field(default_factory=Chip)
    second: Chip = field(default_factory=Chip)
    at: int = 0

    def reset(self) -> None:
        """Reset both."""
        self.first.reset()
        self.second.reset()

    def answer(self, apdu: bytes) -> bytes:
        """Let the one answer that is there."""
        self.log.append(apdu)
        return (self.first if len(self.log) <= self.at else self.second).answer(apdu)


@dataclass(frozen=True)
class Dose:
    """What is disturbed, how, and at which commands; `factory` makes the reader."""

    kinds: tuple[str, ...] = KINDS
    hows: tuple[Disturbance, ...] = tuple(Disturbance)
    most_commands: int = 34
    factory: str = SOUND


MIXABLE = Dose(("belgian",), (Disturbance.SWAPPED_UNSEEN,), 12)
"""Where a reader that does not look again mixes people: files selected by path on any card."""


class PcscRounds:
    """One virtual reader, one worker, and the hands that lay cards."""

    def __init__(self, desk: PcscDesk, dose: Dose) -> None:
        """Read with this worker at that desk."""
        self._desk = desk
        self._dose = dose
        config: JsonObject = {
            "reader_name": desk.config.reader_name,
            "travel_documents": False,
            "csca_folder": "",
            "chip_photo": False,
        }
        self._reader = WorkerCardReader(dose.factory, config)
        self._is_laid = False
        self.result = Pulled()

    def peace(self, kind: str) -> None:
        """Read a card that nobody touches."""
        chip, _ = pair(kind)
        self._lay(chip)
        self._judge(f"{kind}, in peace", {_person(chip)}, must_read=True)

    def round(self, chance: random.Random) -> None:
        """Disturb one read."""
        kind = chance.choice(self._dose.kinds)
        how = chance.choice(self._dose.hows)
        at = chance.randrange(self._dose.most_commands)
        first, second = pair(kind)
        what = f"{kind}, {how.value} at {at}"
        whole = {_person(first), _person(second)}
        if how is Disturbance.SWAPPED_UNSEEN:
            self._lay(SwappedChip(first=first, second=second, at=at))
            self._judge(what, whole)
            return
        first.leaves_after = at
        card = self._lay(first)
        hand = threading.Thread(target=self._replace, args=(first, second), name="a hand")
        if how is Disturbance.REPLACED:
            hand.start()
        self._judge(what, whole)
        if how is Disturbance.REPLACED:
            first.leaves_after = -1
            card.set()
            hand.join()
        self._take_away()

    def leftovers(self) -> tuple[int | None, int]:
        """Return the worker's process and how many files it holds open."""
        pid = self._reader._worker.pid
        return pid, len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208

    def close(self) -> None:
        """Take everything away."""
        self._desk.pull()
        self._reader.close()

    def _lay(self, chip: Chip) -> threading.Event:
        self._over = threading.Event()
        if self._is_laid:
            self._desk.swap(chip)
        else:
            self._desk.insert(chip)
            self._is_laid = True
            self._await(Presence.PRESENT)
        chip.log.clear()
        return self._over

    def _take_away(self) -> None:
        self._desk.pull()
        self._is_laid = False
        self._await(Presence.ABSENT)

    def _await(self, presence: Presence) -> None:
        wait_until(lambda: self._reader.presence(TIMEOUT_S) is presence, 30.0, presence.value)

    def _replace(self, first: Chip, second: Chip) -> None:
        """Lay the second card down the moment the first one leaves."""
        never = threading.Event()
        while not self._over.is_set():
            if len(first.log) == first.leaves_after:
                self._desk.insert(second)
                return
            never.wait(0.0005)

    def _judge(self, what: str, whole: set[Person], *, must_read: bool = False) -> None:
        started_s = monotonic()
        answer = self._reader.read_card(TIMEOUT_S)
        self.result.note(what, answer, whole, monotonic() - started_s)
        if must_read and not isinstance(answer, PersonRead):
            self.result.problems.append(f"{what}: {answer}")


def _person(chip: Chip) -> Person:
    found = read_chip(replace(chip, log=[]))
    assert isinstance(found, Person), found
    chip.reset()
    return found


def pcsc_rounds(
    rounds: int, seed: str, dose: Dose | None = None, end_s: float | None = None
) -> Pulled:
    """Disturb so many reads over pcscd, and say what came of it."""
    chance = random.Random(seed)
    with pcsc_card() as desk, contextlib.closing(PcscRounds(desk, dose or Dose())) as hands:
        hands.peace(KINDS[0])
        before = hands.leftovers()
        for number in range(rounds):
            hands.round(chance)
            if number % EVERY == 0:
                hands.peace(chance.choice(KINDS))
            if is_over(end_s):
                break
        hands.peace(KINDS[0])
        after = hands.leftovers()
        if after != before:
            hands.result.problems.append(f"process and open files: {before}, then {after}")
        return hands.result


def serial_rounds(rounds: int, seed: str, end_s: float | None = None) -> Pulled:
    """Disturb so many reads of resident cards on a serial line, and say what came of it."""
    chance = random.Random(seed)
    result = Pulled()
    with _sam_desk() as (module, reader):
        for number in range(rounds):
            _serial_round(module, reader, chance, result, number)
            if is_over(end_s):
                break
    return result


@contextlib.contextmanager
def _sam_desk() -> Iterator[tuple[SamModule, WorkerCardReader]]:
    with tempfile.TemporaryDirectory() as folder, sam_module(Path(folder)) as module:
        config: JsonObject = {
            "port": str(module.path),
            "baud": 115200,
            "usb_id": "",
            "photo_decoder": [],
        }
        reader = WorkerCardReader("devices.card_reader.hosted:sam_serial", config)
        with contextlib.closing(reader):
            yield module, reader


def _serial_round(
    module: SamModule,
    reader: WorkerCardReader,
    chance: random.Random,
    result: Pulled,
    number: int,
) -> None:
    first = resident_text()
    second = resident_text("李守田", "990101193402090016", "19340209")
    command = chance.choice((FIND, SELECT, READ, NEWEST_ADDRESS))
    behaviour = module.behaviour
    behaviour.hides_read_card = chance.random() < 0.5
    behaviour.newest_address = ""
    behaviour.leaves_at, behaviour.swaps_at = None, None
    if chance.random() < 0.5:
        behaviour.leaves_at = command
    else:
        behaviour.swaps_at = (command, second, "示例省示例市别处1号")
    module.insert(first)
    started_s = monotonic()
    answer = reader.read_card(TIMEOUT_S)
    result.note(
        f"resident, {number} at {command.hex()}", answer, _residents(), monotonic() - started_s
    )
    behaviour.leaves_at, behaviour.swaps_at = None, None
    module.pull()
    # What lies there is unknown after a read: another card found says that the first one is gone.
    module.insert(second)
    reader.presence(TIMEOUT_S)
    module.pull()
    reader.presence(TIMEOUT_S)


def _residents() -> set[Person]:
    from devices.card_reader.resident_card import parse, with_newest_address

    first = parse(resident_text())
    second = parse(resident_text("李守田", "990101193402090016", "19340209"))
    assert isinstance(first, Person)
    assert isinstance(second, Person)
    return {first, second, with_newest_address(second, "示例省示例市别处1号")}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    add_dose(parser, 1000, "disturbed reads, two of three over pcscd")
    parser.add_argument("--planted", action="store_true", help="without asking the number again")


def run(options: argparse.Namespace) -> int:
    """Disturb reads, and say what came of it."""
    print(f"{NAME}, seed {options.seed}", flush=True)
    end_s = until_s(options)
    share = options.rounds * 2 // 3
    dose = replace(MIXABLE, factory=PLANTED) if options.planted else Dose()
    over_pcsc = pcsc_rounds(share, options.seed, dose, end_s)
    print(f"pcscd:  {over_pcsc.summary()}", flush=True)
    on_line = serial_rounds(options.rounds - share, options.seed, end_s)
    print(f"serial: {on_line.summary()}", flush=True)
    return 1 if over_pcsc.problems or on_line.problems else 0
