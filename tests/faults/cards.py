"""Cards pulled and swapped at random moments in mid-read: over pcscd, and on the serial line.

A round lays a card down, and at some command it leaves, or another person's is there in its place:
laid down in a hurry, or so fast that the smart card service sees nothing. Whatever is answered
must be one person whole or nobody, in time, and nothing may be left open.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from time import monotonic

from devices.card_reader.travel.family import TravelDocuments, TravelOptions
from devices.card_reader.worker_reader import WorkerCardReader
from devices.wire import JsonObject
from kiosk.domain import Person
from kiosk.ports.card_reader import NoReader, PersonRead, Presence, PrintedLines, ReadAnswer
from tests.faults.dose import Batch, Harness, Part
from tests.support import passports
from tests.support.in_memory_chip import asking, read_chip
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

TIMEOUT_S = 5.0
HANG_S = TIMEOUT_S + 3.0
SOUND = "devices.card_reader.hosted:pcsc"
SOUND_SERIAL = "devices.card_reader.hosted:sam_serial"
PLANTED = {
    "no-second-look": "tests.faults.cards_planted:pcsc_without_second_look",
    "context-kept": "tests.faults.cards_planted:pcsc_that_lets_go_of_nothing",
    "address-of-another": "tests.faults.cards_planted:sam_that_believes_addresses",
}
PASSPORT = "passport"
_KEY = PrintedLines("\n".join(passports.LINES))
EVERY = 10
"""After so many rounds a card is read in peace."""


class Disturbance(Enum):
    """What happens at the moment."""

    PULLED = "pulled"
    REPLACED = "replaced"
    SWAPPED_UNSEEN = "swapped unseen"


def judge(part: Part, case: int, what: str, answer: ReadAnswer, whole: set[Person]) -> None:
    """Count one answer, and what is wrong with it."""
    part.figures["reads"] += 1
    if isinstance(answer, PersonRead):
        part.figures["to the end"] += 1
        if answer.person not in whole:
            part.find(case, f"{what}: a person that nobody is")
    elif isinstance(answer, NoReader):
        part.figures["no reader"] += 1
        if "hung" in answer.why:
            part.find(case, f"{what}: hung")
        if "Another program" in answer.why:
            part.find(case, f"{what}: an earlier read holds the card")
    else:
        part.figures["nobody"] += 1


def pair(kind: str) -> tuple[Chip, Chip]:
    """Return the cards of two people, of one kind."""
    if kind == PASSPORT:
        lines = passports.lines_for("X12345678", "MUSTERMANN", "ERIKA")
        groups = {1: passports.dg1(lines), 2: passports.dg2(passports.portrait())}
        files = passports.files(groups, passports.state())
        second = replace(passports.contents(), files=files)
        return passports.PassportChip(), passports.PassportChip(contents=second)
    if kind != "social_security":
        return NATIONAL_CHIPS[kind](), another(kind)
    other = person_records(number="990101193402090016", name="李守田")
    return Chip(), Chip(files={0x05: card_records(b"1.00"), 0x06: other})


KINDS = ("social_security", *NATIONAL_CHIPS, PASSPORT)


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


PASSPORT_COMMANDS = 30
"""Among its first commands: later ones all read on in the files."""

MIXABLE = Dose(("belgian",), (Disturbance.SWAPPED_UNSEEN,), 12)
"""Where a reader that does not look again mixes people: files selected by path on any card."""

PULLABLE = Dose(("social_security",), (Disturbance.PULLED,), 12)
"""Where a reader that lets go of nothing has ever more files open."""


class PcscRounds:
    """One virtual reader, one worker, and the hands that lay cards."""

    def __init__(self, desk: PcscDesk, dose: Dose) -> None:
        """Read with this worker at that desk."""
        self._desk = desk
        self._dose = dose
        config: JsonObject = {
            "reader_name": desk.config.reader_name,
            "travel_documents": True,
            "csca_folder": "",
            "chip_photo": False,
        }
        self._reader = WorkerCardReader(dose.factory, config)
        self._is_laid = False
        self.part = Part()
        self._case = 0

    def peace(self, kind: str) -> None:
        """Read a card that nobody touches."""
        chip, _ = pair(kind)
        self._lay(chip)
        answer = self._judge(f"{kind}, in peace", {_person(chip)}, kind)
        if not isinstance(answer, PersonRead):
            self.part.find(self._case, f"{kind}, in peace: {answer}")

    def round(self, case: int, chance: random.Random) -> None:
        """Disturb one read."""
        self._case = case
        kind = chance.choice(self._dose.kinds)
        how = chance.choice(self._dose.hows)
        most = PASSPORT_COMMANDS if kind == PASSPORT else self._dose.most_commands
        at = chance.randrange(most)
        first, second = pair(kind)
        what = f"{kind}, {how.value} at {at}"
        whole = _people(kind, first, second)
        if how is Disturbance.SWAPPED_UNSEEN:
            self._lay(SwappedChip(first=first, second=second, at=at))
            self._judge(what, whole, kind)
            return
        first.leaves_after = at
        self._lay(first)
        if how is Disturbance.PULLED:
            self._judge(what, whole, kind)
        else:
            self._judge_replaced(what, whole, kind, (first, second))
        self._take_away()

    def leftovers(self) -> tuple[int | None, int]:
        """Return the worker's process and how many files it holds open."""
        return open_files(self._reader)

    def close(self) -> None:
        """Take everything away."""
        self._desk.pull()
        self._reader.close()

    def _lay(self, chip: Chip) -> None:
        if self._is_laid:
            self._desk.swap(chip)
        else:
            self._desk.insert(chip)
            self._is_laid = True
            self._await(Presence.PRESENT)
        chip.log.clear()

    def _take_away(self) -> None:
        self._desk.pull()
        self._is_laid = False
        self._await(Presence.ABSENT)

    def _await(self, presence: Presence) -> None:
        wait_until(lambda: self._reader.presence(TIMEOUT_S) is presence, 30.0, presence.value)

    def _judge_replaced(
        self, what: str, whole: set[Person], kind: str, chips: tuple[Chip, Chip]
    ) -> None:
        """Read while a hand lays the second card down the moment the first one leaves."""
        first, second = chips
        is_over = threading.Event()

        def replace_it() -> None:
            while not is_over.is_set():
                if len(first.log) == first.leaves_after:
                    self._desk.insert(second)
                    return
                is_over.wait(0.0005)

        hand = threading.Thread(target=replace_it, name="a hand")
        hand.start()
        self._judge(what, whole, kind)
        is_over.set()
        hand.join()

    def _judge(self, what: str, whole: set[Person], kind: str) -> ReadAnswer:
        started_s = monotonic()
        if kind == PASSPORT:
            answer = self._reader.read_document(_KEY, TIMEOUT_S)
        else:
            answer = self._reader.read_card(TIMEOUT_S)
        if monotonic() - started_s > HANG_S:
            self.part.find(self._case, f"{what}: hung")
        judge(self.part, self._case, what, answer, whole)
        return answer


def open_files(reader: WorkerCardReader) -> tuple[int | None, int]:
    """Return a reader's worker process and how many files it holds open."""
    pid = reader._worker.pid
    return pid, len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208


def _person(chip: Chip) -> Person:
    if isinstance(chip, passports.PassportChip):
        return _passport_person(chip)
    found = read_chip(replace(chip, log=[]))
    assert isinstance(found, Person), found
    chip.reset()
    return found


def _passport_person(chip: passports.PassportChip) -> Person:
    """Return whom a passport describes, read without a reader between."""
    profile = TravelDocuments(TravelOptions()).profile(_KEY, lambda: TIMEOUT_S)
    ask = asking(replace(chip, log=[]))
    assert profile.recognise(ask)
    found = profile.read(ask)
    chip.reset()
    assert isinstance(found, PersonRead), found
    return found.person


def _people(kind: str, *chips: Chip) -> set[Person]:
    """Return who may be read: of two passports only the one whose lines are known."""
    return {_person(chip) for chip in (chips[:1] if kind == PASSPORT else chips)}


def pcsc_rounds(cases: Sequence[int], seed: str, dose: Dose | None = None) -> Part:
    """Disturb reads over pcscd, and say what came of it."""
    with pcsc_card() as desk, contextlib.closing(PcscRounds(desk, dose or Dose())) as hands:
        hands.peace(KINDS[0])
        before = hands.leftovers()
        for number, case in enumerate(cases):
            hands.round(case, random.Random(f"{seed}/{case}"))
            if number % EVERY == 0:
                hands.peace(KINDS[case % len(KINDS)])
        hands.peace(KINDS[0])
        after = hands.leftovers()
        if after != before:
            hands.part.find(cases[-1], f"process and open files: {before}, then {after}")
        return hands.part


def serial_rounds(cases: Sequence[int], seed: str, factory: str = SOUND_SERIAL) -> Part:
    """Disturb reads of resident cards on a serial line, and say what came of it."""
    part = Part()
    with _sam_desk(factory) as (module, reader):
        reader.presence(TIMEOUT_S)
        before = open_files(reader)
        for case in cases:
            _serial_round(module, reader, random.Random(f"{seed}/{case}"), part, case)
        after = open_files(reader)
        if after != before:
            part.find(cases[-1], f"process and open files: {before}, then {after}")
    return part


_PLANTED_DOSES: dict[str, tuple[Dose | None, str]] = {
    "no-second-look": (replace(MIXABLE, factory=PLANTED["no-second-look"]), ""),
    "context-kept": (replace(PULLABLE, factory=PLANTED["context-kept"]), ""),
    "address-of-another": (None, PLANTED["address-of-another"]),
}
"""What is given for each planted bug: over pcscd, and the reader on the line."""


def give(batch: Batch) -> Part:
    """Disturb reads: two of three over pcscd, the third on the line."""
    dose, serial = _PLANTED_DOSES.get(batch.bug, (Dose(), SOUND_SERIAL))
    over_pcsc = [case for case in batch.cases if case % 3 != 2]
    on_line = [case for case in batch.cases if case % 3 == 2]
    part = Part()
    if over_pcsc and dose is not None:
        part.add(pcsc_rounds(over_pcsc, batch.seed, dose))
    if on_line and serial:
        part.add(serial_rounds(on_line, batch.seed, serial))
    return part


@contextlib.contextmanager
def _sam_desk(factory: str) -> Iterator[tuple[SamModule, WorkerCardReader]]:
    with tempfile.TemporaryDirectory() as folder, sam_module(Path(folder)) as module:
        config: JsonObject = {
            "port": str(module.path),
            "baud": 115200,
            "usb_id": "",
            "photo_decoder": [],
        }
        reader = WorkerCardReader(factory, config)
        with contextlib.closing(reader):
            yield module, reader


def _serial_round(
    module: SamModule,
    reader: WorkerCardReader,
    chance: random.Random,
    part: Part,
    case: int,
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
    answer = reader.read_card(TIMEOUT_S)
    judge(part, case, f"resident, at {command.hex()}", answer, _residents())
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


def why_not() -> str:
    """Tell what this machine lacks, "" for nothing."""
    return "" if shutil.which("pcscd") else "pcscd is not installed"


HARNESS = Harness(
    name="cards",
    about="cards that leave, or are another's, in the middle of their reading",
    unit="disturbed reads",
    dose=1000,
    batch=60,
    give=give,
    bugs=tuple(PLANTED),
    why_not=why_not,
)
