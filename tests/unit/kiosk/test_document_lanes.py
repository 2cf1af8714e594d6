"""What the lanes of reader and camera do for a travel document."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.device_lanes import ReaderRounds, take_picture
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.answers import LinesRead
from kiosk.flow.effects import ReaderMode
from kiosk.ports.camera import NoPicture
from kiosk.ports.card_reader import (
    DocumentKey,
    NoCard,
    PersonRead,
    Presence,
    PrintedFields,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from kiosk.ports.line_reader import LinesAnswer, LinesSeen, LinesUnseen
from tests.support.builders import FakeClock, a_person
from tests.unit.kiosk.test_device_lanes import FakeCamera

KEY = PrintedFields("L898902C3", "740812", "320415")
ORDER = ef.ReadLines("s-1")


@dataclass
class FakeDocumentReader:
    """A reader that answers as it is told, and remembers what it was asked."""

    answer: ReadAnswer = field(default_factory=NoCard)
    lies: Presence = Presence.PRESENT
    asked: list[object] = field(default_factory=list)

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Answer."""
        self.asked.append("card")
        return self.answer

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Answer."""
        self.asked.append(key)
        return self.answer

    def presence(self, timeout_s: float) -> Presence:
        """Say what lies there."""
        self.asked.append("presence")
        return self.lies

    def close(self) -> None:
        """Do nothing."""


def rounds(told: list[ev.Event]) -> ReaderRounds:
    """Return rounds that are to read a document."""
    made = ReaderRounds(told.append, FakeClock())
    made.want(ReaderMode.READ, KEY)
    return made


def test_that_it_lies_there_is_told_before_it_is_read() -> None:
    """Reading takes seconds, and the screen says meanwhile that it is being read."""
    told: list[ev.Event] = []
    reader = FakeDocumentReader(PersonRead(a_person(), "icao.travel_document"))
    rounds(told).round(reader)
    assert reader.asked == ["presence", KEY]
    assert [type(it) for it in told] == [ev.CardSeen, ev.CardRead]


def test_an_empty_reader_is_not_asked_with_the_key() -> None:
    """The key is for the document that lies there."""
    told: list[ev.Event] = []
    reader = FakeDocumentReader(lies=Presence.ABSENT)
    rounds(told).round(reader)
    assert reader.asked == ["presence"]


def test_a_wrong_key_is_tried_once() -> None:
    """Even before the screen has heard of it."""
    told: list[ev.Event] = []
    reader = FakeDocumentReader(Unreadable(UnreadableReason.WRONG_KEY))
    made = rounds(told)
    for _ in range(3):
        made.round(reader)
    assert reader.asked.count(KEY) == 1
    made.want(ReaderMode.READ, PrintedFields("L898902C4", "740812", "320415"))
    made.round(reader)
    assert len([it for it in reader.asked if isinstance(it, PrintedFields)]) == 2


@dataclass
class FakeLineCamera(FakeCamera):
    """A camera that reads what it is told to."""

    found: LinesAnswer | NoPicture = LinesUnseen.UNSURE

    def take_lines(self, timeout_s: float) -> LinesAnswer | NoPicture:
        """Answer."""
        return self.found


def test_what_a_camera_reads_is_told() -> None:
    """Lines, no lines, no picture; and a camera that reads none says so."""
    clock = FakeClock()
    seen = LinesSeen("", KEY, 0.9)
    for found in (seen, LinesUnseen.NONE):
        event = take_picture(FakeLineCamera(found=found), ORDER, clock)
        assert isinstance(event, LinesRead)
        assert event.found == found
    lost = take_picture(FakeLineCamera(found=NoPicture.LOST), ORDER, clock)
    assert isinstance(lost, ev.PhotoFailed)
    blind = take_picture(FakeCamera(), ORDER, clock)
    assert isinstance(blind, LinesRead)
    assert blind.found is LinesUnseen.NO_READER
