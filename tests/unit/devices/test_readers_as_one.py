"""Readers of different kinds as one: which card counts, and what is said where some are missing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from devices.card_reader.several_readers import REST_S, SeveralReaders
from kiosk.ports.card_reader import (
    AccessNumber,
    DocumentKey,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from tests.support.builders import a_person

LIFT_FIRST = Unreadable(UnreadableReason.LIFT_FIRST)
GONE = NoReader("There is none.")


@dataclass
class OneReader:
    """A reader that answers as it is told; `hides` makes it a SAM module after a read."""

    hides: bool = False
    number: str = ""
    is_there: bool = True
    takes_s: float = 0.0
    clock: list[float] = field(default_factory=lambda: [0.0])
    asked: int = 0
    _was_read: bool = False

    def lay(self, number: str) -> None:
        """Lay a card down, "" to take it away."""
        self.number, self._was_read = number, False

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Read what lies there."""
        self._take_time()
        if not self.is_there:
            return GONE
        if not self.number:
            return NoCard()
        if self.hides and self._was_read:
            return LIFT_FIRST
        self._was_read = True
        return PersonRead(a_person(document_number=self.number), "any")

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Do the same."""
        assert isinstance(key, AccessNumber)
        return self.read_card(timeout_s)

    def presence(self, timeout_s: float) -> Presence:
        """Say whether one lies there, as far as it can be told."""
        self._take_time()
        if not self.is_there or (self.hides and self._was_read):
            return Presence.CANT_TELL
        return Presence.PRESENT if self.number else Presence.ABSENT

    def identity(self, timeout_s: float) -> str:
        """Return a number of its own, for one of the two."""
        return "SAM 1" if self.hides else ""

    def close(self) -> None:
        """Do nothing."""

    def _take_time(self) -> None:
        self.asked += 1
        self.clock[0] += self.takes_s


@dataclass
class Both:
    """A contact reader and a SAM reader, as one."""

    clock: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.contact = OneReader(clock=self.clock)
        self.sam = OneReader(hides=True, clock=self.clock)
        named = {"contact": self.contact, "sam": self.sam}
        self.reader = SeveralReaders(named, monotonic=lambda: self.clock[0])

    def number(self) -> str | ReadAnswer:
        """Read, and return whose number that was, or the answer."""
        answer = self.reader.read_card(6.0)
        return answer.person.document_number if isinstance(answer, PersonRead) else answer


def test_either_reads_and_the_last_laid_down_counts() -> None:
    """Whichever reader it lies on, and whoever left another card in the other one."""
    both = Both()
    assert both.number() == NoCard()
    both.contact.lay("1")
    assert both.number() == "1"
    both.sam.lay("2")
    assert both.number() == "2"
    both.contact.lay("")
    assert both.reader.presence(2.0) is Presence.CANT_TELL
    both.contact.lay("3")
    assert both.reader.presence(2.0) is Presence.PRESENT
    assert both.number() == "3"


def test_a_card_that_hides_after_its_reading_keeps_no_other_from_being_read() -> None:
    """To lift it is asked only where there is no other card."""
    both = Both()
    both.sam.lay("1")
    assert both.number() == "1"
    assert both.number() == LIFT_FIRST
    both.contact.lay("2")
    assert both.number() == "2"


def test_a_missing_reader_hides_no_card() -> None:
    """With one of two the machine works; what is wrong with the other is told to a technician."""
    both = Both()
    both.sam.is_there = False
    assert both.reader.presence(2.0) is Presence.ABSENT
    assert both.number() == NoCard()
    assert both.reader.missing(4.0) == "sam: There is none."
    both.contact.lay("1")
    assert both.number() == "1"
    assert both.reader.presence(2.0) is Presence.PRESENT
    both.contact.lay("")
    assert both.reader.presence(2.0) is Presence.ABSENT


def test_without_any_reader_that_is_said_of_each() -> None:
    """Only then residents are told that it is gone."""
    both = Both()
    both.sam.is_there = both.contact.is_there = False
    assert both.reader.presence(2.0) is Presence.CANT_TELL
    assert both.number() == NoReader("contact: There is none. sam: There is none.")
    both.sam.is_there = True
    assert both.number() == NoCard()
    both.contact.is_there = True
    assert both.reader.missing(4.0) == ""


def test_one_that_takes_long_to_fail_keeps_nobody_waiting() -> None:
    """It is asked again after a rest."""
    both = Both()
    both.sam.is_there, both.sam.takes_s = False, 1.0
    both.reader.presence(2.0)
    asked = both.sam.asked
    both.contact.lay("1")
    assert both.number() == "1"
    assert both.sam.asked == asked
    both.clock[0] += REST_S
    both.sam.is_there, both.sam.takes_s = True, 0.0
    both.sam.lay("2")
    assert both.number() == "2"


def test_one_that_hangs_with_a_card_on_it_is_not_taken_for_empty() -> None:
    """While it rests it can't tell, whatever the other one says; then it can."""
    both = Both()
    both.sam.lay("1")
    assert both.number() == "1"
    both.sam.takes_s = 1.0
    for _ in range(2):
        assert both.reader.presence(2.0) is Presence.CANT_TELL
    both.clock[0] += REST_S
    both.sam.takes_s = 0.0
    both.sam.lay("")
    assert both.reader.presence(2.0) is Presence.ABSENT


def test_the_rest_of_the_port() -> None:
    """Documents, identity, closing."""
    both = Both()
    both.contact.lay("1")
    answer = both.reader.read_document(AccessNumber("123456"), 6.0)
    assert isinstance(answer, PersonRead)
    assert both.reader.identity(2.0) == "SAM 1"
    both.reader.close()


@pytest.mark.parametrize("present", [True, False])
def test_what_can_not_be_told_of_the_one_that_was_read_is_not_made_up(present: bool) -> None:  # noqa: FBT001
    """The other one's empty field proves nothing about the card that was read."""
    both = Both()
    both.sam.lay("1")
    assert both.number() == "1"
    both.contact.lay("2" if present else "")
    expected = Presence.PRESENT if present else Presence.CANT_TELL
    assert both.reader.presence(2.0) is expected
