"""One way to lay cards on any kind of reader: what the contract tests and journeys drive."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from pathlib import Path

from devices.card_reader.choice import CardReaderConfig, ReaderKind
from devices.desk_state import DeskState, SimulatedCard
from kiosk.ports.card_reader import DocumentKey, PrintedLines, UnreadableReason
from tests.support import passports
from tests.support.sam_module import READ, SELECT, SamModule, resident_text
from tests.support.virtual_card import Chip, PcscDesk, card_records, person_records

NUMBER = "990101194503120020"
NAME = "张桂英"
TORN_NUMBER = "990101194503120021"

_SAMPLES = {
    UnreadableReason.FOREIGN: "foreign-card",
    UnreadableReason.DAMAGED: "torn-card",
    UnreadableReason.REFUSED: "locked-card",
}


class CardDesk(ABC):
    """A reader and the hands that lay cards on it; `config` opens the reader."""

    config: CardReaderConfig
    number = NUMBER
    name = NAME
    has_to_be_lifted = True
    key: DocumentKey | None = None
    """What opens the cards of this desk."""

    @abstractmethod
    def insert(self) -> None:
        """Lay the resident's card down."""

    @abstractmethod
    def insert_unreadable(self, reason: UnreadableReason) -> None:
        """Lay a card down that can't be read for this reason."""

    @abstractmethod
    def insert_leaving(self) -> None:
        """Lay a card down that is pulled in the middle of its reading."""

    @abstractmethod
    def pull(self) -> None:
        """Take away whatever lies there."""

    @abstractmethod
    def unplug(self) -> None:
        """Take the reader away."""

    @abstractmethod
    def plug_in(self) -> None:
        """Bring the reader back, without a card."""

    @abstractmethod
    def traffic(self) -> int:
        """Return how much has crossed the line to the card so far."""

    @abstractmethod
    def data_reads(self) -> int:
        """Return how often a card's data were taken."""


class SimulatedCardDesk(CardDesk):
    """The desk of the simulated reader."""

    def __init__(self, folder: Path) -> None:
        """Lay cards down through the state in `folder`."""
        self.config = CardReaderConfig(ReaderKind.SIMULATED, desk_folder=folder)
        self._desk = DeskState(folder)
        self._changes = 0

    def insert(self) -> None:
        """Lay the resident's card down."""
        self._write(SimulatedCard(card="zhang-guiying"))

    def insert_unreadable(self, reason: UnreadableReason) -> None:
        """Lay one of the sample cards down that are there for this."""
        self._write(SimulatedCard(card=_SAMPLES[reason]))

    def insert_leaving(self) -> None:
        """Lay a card down that is pulled in mid-read."""
        self._write(SimulatedCard(card="zhang-guiying", pulled_mid_read=True))

    def pull(self) -> None:
        """Empty the reader."""
        self._write(SimulatedCard())

    def unplug(self) -> None:
        """Unplug the reader."""
        self._write(SimulatedCard(reader_connected=False))

    def plug_in(self) -> None:
        """Plug the reader in."""
        self._write(SimulatedCard())

    def traffic(self) -> int:
        """Return a growing number: there is no line."""
        self._changes += 1
        return self._changes

    def data_reads(self) -> int:
        """Return one: the simulator keeps no count."""
        return 1

    def _write(self, card: SimulatedCard) -> None:
        self._desk.write(card)


class SamCardDesk(CardDesk):
    """The desk of a SAM reader on a pty."""

    def __init__(self, module: SamModule) -> None:
        """Lay cards on the module."""
        self.module = module
        self.config = module.config

    def insert(self) -> None:
        """Lay the resident's card down."""
        self.module.behaviour.leaves_at = None
        self.module.insert()

    def insert_unreadable(self, reason: UnreadableReason) -> None:
        """Lay a card down that the module rejects, or whose text fails its check."""
        match reason:
            case UnreadableReason.DAMAGED:
                self.module.insert(resident_text(number=TORN_NUMBER))
            case UnreadableReason.REFUSED:
                self.module.behaviour.statuses[SELECT] = [0x31]
                self.module.insert()
            case _:
                self.module.behaviour.statuses[SELECT] = [0x40]
                self.module.insert()

    def insert_leaving(self) -> None:
        """Lay a card down that is lifted when its data are asked for."""
        self.module.behaviour.leaves_at = READ
        self.module.insert()

    def pull(self) -> None:
        """Lift the card."""
        self.module.pull()

    def unplug(self) -> None:
        """Close the pty and take its path away."""
        self.module.unplug()

    def plug_in(self) -> None:
        """Open another pty under the same path."""
        self.module.pull()
        self.module.plug_in()

    def traffic(self) -> int:
        """Return how many commands came over the tty."""
        return len(self.module.requests)

    def data_reads(self) -> int:
        """Return how often the text was asked for."""
        return self.module.requests.count(READ)


class PcscCardDesk(CardDesk):
    """The desk of a virtual reader in a private pcscd."""

    has_to_be_lifted = False

    def __init__(self, desk: PcscDesk) -> None:
        """Lay cards into the virtual reader."""
        self.desk = desk
        self.config = desk.config
        self._chip = Chip()

    def insert(self) -> None:
        """Lay the resident's card in."""
        self._insert(Chip())

    def insert_unreadable(self, reason: UnreadableReason) -> None:
        """Lay a card in that has no application, a torn record, or a locked file."""
        match reason:
            case UnreadableReason.DAMAGED:
                torn = person_records(number=TORN_NUMBER)
                self._insert(Chip(files={0x05: card_records(), 0x06: torn}))
            case UnreadableReason.REFUSED:
                self._insert(Chip(locked_files=frozenset({0x05, 0x06})))
            case _:
                self._insert(Chip(has_application=False))

    def insert_leaving(self) -> None:
        """Lay a card in that leaves during its twelfth command."""
        self._insert(Chip(leaves_after=11))

    def pull(self) -> None:
        """Take the card out."""
        self.desk.pull()

    def unplug(self) -> None:
        """Kill pcscd."""
        self.desk.daemon.kill()
        self.desk.pull()

    def plug_in(self) -> None:
        """Start pcscd again."""
        self.desk.daemon.start()

    def traffic(self) -> int:
        """Return how many commands reached the chip."""
        return len(self._chip.log)

    def data_reads(self) -> int:
        """Return how often the application was selected."""
        return sum(command[1:3] == b"\xa4\x04" for command in self._chip.log)

    def _insert(self, chip: Chip) -> None:
        self._chip = self.desk.insert(chip)


class PassportDesk(PcscCardDesk):
    """The same desk with passports, which the key opens; their line is as slow as a real one."""

    number, name = passports.NUMBER, passports.NAME
    key: PrintedLines = PrintedLines("\n".join(passports.LINES))

    def __init__(self, desk: PcscDesk) -> None:
        """Lay passports into the virtual reader."""
        super().__init__(desk)
        self.config = dataclasses.replace(desk.config, travel_documents=True)

    def insert(self) -> None:
        """Lay the passport in."""
        self._insert(passports.PassportChip(is_paced=True))

    def insert_unreadable(self, reason: UnreadableReason) -> None:
        """Lay a passport in that is torn or locked, or a card that is none."""
        whole = passports.contents()
        match reason:
            case UnreadableReason.DAMAGED:
                torn = dict(whole.files) | {0x0101: b"\x61\x03abc"}
                self._insert(
                    passports.PassportChip(contents=dataclasses.replace(whole, files=torn))
                )
            case UnreadableReason.REFUSED:
                locked = dataclasses.replace(whole, card_access=b"", has_bac=False)
                self._insert(passports.PassportChip(contents=locked))
            case _:
                self._insert(Chip(has_application=False))

    def insert_leaving(self) -> None:
        """Lay a passport in that leaves while its files are read."""
        self._insert(passports.PassportChip(leaves_after=14))

    def data_reads(self) -> int:
        """Return how often the application was selected without a session."""
        return sum(command[:3] == b"\x00\xa4\x04" for command in self._chip.log)


class SimulatedPassportDesk(SimulatedCardDesk):
    """The desk of the simulated reader with its sample passport."""

    number, name = passports.NUMBER, passports.NAME
    key: PrintedLines = PrintedLines("\n".join(passports.LINES))

    def insert(self) -> None:
        """Lay the passport down through the state in `folder`."""
        self._write(SimulatedCard(card="anna-eriksson"))

    def insert_leaving(self) -> None:
        """Lay a passport down that is pulled in mid-read."""
        self._write(SimulatedCard(card="anna-eriksson", pulled_mid_read=True))
