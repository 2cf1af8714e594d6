"""What the reader's and the camera's lanes ask, and that they tell only what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from kiosk.device_lanes import (
    CameraRounds,
    PaperRounds,
    PaperSeen,
    ReaderRounds,
    print_if_awaited,
    take_picture,
)
from kiosk.domain import Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.session import Step
from kiosk.lanes import FOREVER_S
from kiosk.photos import Advice, Findings, Photo
from kiosk.ports.camera import CameraMount, Frame, Look, NoPicture
from kiosk.ports.card_reader import (
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from kiosk.ports.printer import PrinterState
from tests.support.builders import FakeClock, a_person, a_sealed, a_session, a_world

FRAME = Frame(bytes(12), 2, 2, 1)


@dataclass
class FakeReader:
    """Answers as told, and remembers what it was asked."""

    answer: ReadAnswer = field(default_factory=NoCard)
    lies: Presence = Presence.ABSENT
    asked: list[str] = field(default_factory=list)

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Read."""
        self.asked.append("read")
        return self.answer

    def presence(self, timeout_s: float) -> Presence:
        """Look."""
        self.asked.append("presence")
        return self.lies

    def close(self) -> None:
        """Do nothing."""


@dataclass
class FakeCamera:
    """Sees what it is told to see."""

    answer: Look | NoPicture = NoPicture.STARTING
    closed: int = 0
    mount: CameraMount = CameraMount.USUAL
    photo_format: str = ""

    def look(self, timeout_s: float, photo_format: str = "") -> Look | NoPicture:
        """Look."""
        self.photo_format = photo_format
        return self.answer

    def take(self, timeout_s: float, photo_format: str = "") -> Photo | NoPicture:
        """Take nothing."""
        self.photo_format = photo_format
        return NoPicture.MISSING

    def take_whole(self, timeout_s: float) -> Photo | NoPicture:
        """Take nothing."""
        return NoPicture.MISSING

    def use(self, mount: CameraMount) -> None:
        """Keep in mind which one is looked through."""
        self.mount = mount

    def close(self) -> None:
        """Count."""
        self.closed += 1


@dataclass
class Reading:
    """The reader's rounds with everything around them."""

    reader: FakeReader = field(default_factory=FakeReader)
    told: list[ev.Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Switch it on."""
        self.rounds = ReaderRounds(self.told.append, FakeClock())

    def go(self, mode: ReaderMode | None = None) -> float:
        """Go round once, in a new mode or as before."""
        if mode is not None:
            self.rounds.want(mode)
        return self.rounds.round(self.reader)


@pytest.fixture
def reading() -> Reading:
    """A reader's rounds."""
    return Reading()


def test_a_reader_that_is_off_is_not_asked(reading: Reading) -> None:
    """It rests until it is wanted."""
    assert reading.go(ReaderMode.OFF) == FOREVER_S
    assert reading.reader.asked == []


def test_a_card_that_a_reading_found_says_for_whom_it_read(reading: Reading) -> None:
    """So that it begins no visit, should that one be over by then; a look says nothing of it."""
    since = ("s-1", Step.CARD, 7.0)
    reading.rounds.want(ReaderMode.READ, None, since)
    reading.reader.answer = Unreadable(UnreadableReason.FOREIGN)
    reading.go()
    reading.reader.lies = Presence.ABSENT
    reading.go(ReaderMode.PRESENCE)
    seen = [event for event in reading.told if isinstance(event, ev.CardSeen)]
    assert [(it.presence, it.wanted_since) for it in seen] == [
        (Presence.PRESENT, since),
        (Presence.ABSENT, None),
    ]


def test_presence_is_told_when_it_changes(reading: Reading) -> None:
    """Once per change, and nothing is read from the card."""
    for lies in (Presence.ABSENT, Presence.ABSENT, Presence.PRESENT, Presence.PRESENT):
        reading.reader.lies = lies
        reading.go(ReaderMode.PRESENCE)
    assert [event.presence for event in reading.told if isinstance(event, ev.CardSeen)] == [
        Presence.ABSENT,
        Presence.PRESENT,
    ]
    assert set(reading.reader.asked) == {"presence"}


def test_a_card_is_read_once(reading: Reading) -> None:
    """After one reading only presence is asked, until the visit wants another."""
    reading.reader.answer = PersonRead(a_person(), "cn.resident_id")
    reading.reader.lies = Presence.PRESENT
    reading.go(ReaderMode.READ)
    for _ in range(3):
        reading.go()
    assert reading.reader.asked == ["read", "presence", "presence", "presence"]
    assert [type(event) for event in reading.told] == [ev.CardSeen, ev.CardRead]
    reading.go(ReaderMode.READ)
    assert reading.reader.asked[-1] == "read"


def test_a_reading_that_was_given_up_says_so_and_stops_nothing() -> None:
    """Somebody went back and came again while the reader was busy: it reads for them, too."""
    reading = Reading()
    before, now = ("s-1", "card", 1.0), ("s-1", "card", 2.0)

    class SlowReader(FakeReader):
        def read_card(self, timeout_s: float) -> ReadAnswer:
            if not self.asked:
                reading.rounds.want(ReaderMode.PRESENCE)
                reading.rounds.want(ReaderMode.READ, None, now)
            return super().read_card(timeout_s)

    reading.reader = SlowReader(answer=PersonRead(a_person(), "cn.resident_id"))
    reading.rounds.want(ReaderMode.READ, None, before)
    reading.go()
    reading.go()
    read = [event for event in reading.told if isinstance(event, ev.CardRead)]
    assert [event.wanted_since for event in read] == [before, now]


@pytest.mark.parametrize("reason", list(UnreadableReason))
def test_what_cannot_be_read_is_told_with_its_reason(
    reading: Reading, reason: UnreadableReason
) -> None:
    """And that a card lies there, unless it was pulled."""
    reading.reader.answer = Unreadable(reason)
    reading.go(ReaderMode.READ)
    unreadable = [event for event in reading.told if isinstance(event, ev.CardUnreadable)]
    assert [event.reason for event in unreadable] == [reason]
    seen = [event for event in reading.told if isinstance(event, ev.CardSeen)]
    assert bool(seen) is (reason is not UnreadableReason.PULLED)


def test_a_reader_that_is_gone_is_told(reading: Reading) -> None:
    """And asked again, with more patience."""
    reading.reader.answer = NoReader("unplugged")
    assert reading.go(ReaderMode.READ) > 0.3
    assert isinstance(reading.told[0], ev.ReaderGone)
    assert reading.rounds.is_gone


@dataclass
class Looking:
    """The camera's rounds with everything around them."""

    camera: FakeCamera = field(default_factory=FakeCamera)
    clock: FakeClock = field(default_factory=FakeClock)
    told: list[ev.Event] = field(default_factory=list)
    shown: list[Look | NoPicture] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin."""
        self.rounds = CameraRounds(self.told.append, self.shown.append, self.clock)

    def see(self, answer: Look | NoPicture) -> float:
        """Let the camera see this in the next round."""
        self.camera.answer = answer
        return self.rounds.round(self.camera)


@pytest.fixture
def looking() -> Looking:
    """A camera's rounds, switched on."""
    looking = Looking()
    looking.rounds.want(CameraMount.USUAL)
    return looking


def look(*advice: Advice) -> Look:
    """Return a picture with advice."""
    return Look(FRAME, Findings(advice))


def test_a_camera_that_is_not_wanted_is_let_go(looking: Looking) -> None:
    """Closed once, and never looked through."""
    looking.see(look())
    looking.rounds.want(None)
    assert looking.see(look()) == FOREVER_S
    assert looking.see(look()) == FOREVER_S
    assert looking.camera.closed == 1
    assert len(looking.shown) == 1


def test_every_picture_is_shown_and_advice_told_when_it_changes(looking: Looking) -> None:
    """Advice that flickers faster than it can be read waits."""
    looking.see(look(Advice.TOO_DARK))
    looking.see(look(Advice.TOO_DARK))
    for _ in range(6):
        looking.see(look())
        looking.clock.pass_s(0.25)
    told = [event.advice for event in looking.told if isinstance(event, ev.AdviceChanged)]
    assert told == [(Advice.TOO_DARK,), ()]
    assert len(looking.shown) == 8


@pytest.mark.parametrize("why", [NoPicture.MISSING, NoPicture.LOST])
def test_a_camera_that_is_gone_is_told_and_advice_begins_anew(
    looking: Looking, why: NoPicture
) -> None:
    """When it is back its advice is told at once, the same or not."""
    looking.see(look())
    looking.see(why)
    looking.see(look())
    kinds = [type(event) for event in looking.told]
    assert kinds == [ev.AdviceChanged, ev.CameraGone, ev.AdviceChanged]


def test_pictures_are_judged_by_the_format_that_is_wanted(looking: Looking) -> None:
    """What was advised for one format is nothing to go on for another."""
    looking.see(look(Advice.TOO_DARK))
    looking.rounds.want(CameraMount.USUAL, "icao.travel")
    looking.see(look(Advice.TOO_DARK))
    assert looking.camera.photo_format == "icao.travel"
    assert [type(event) for event in looking.told] == [ev.AdviceChanged] * 2
    order = ef.TakePhoto("s-1", 1, "cn.exit_entry")
    take_picture(looking.camera, order, looking.clock)
    assert looking.camera.photo_format == "cn.exit_entry"


def test_a_camera_that_starts_is_waited_for(looking: Looking) -> None:
    """Nothing is told, and it is asked again soon."""
    assert 0 < looking.see(NoPicture.STARTING) < 1
    assert looking.told == []


class _Paper:
    """A paper's desk that only remembers what it was asked."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.now = PrinterState.READY
        self.sheets: PrinterState | None = None

    def print_receipt(self, order: ef.PrintReceipt) -> ev.Event:
        self.printed.append(order.session_id)
        return ev.ReceiptPrinted(FakeClock().now(), order.session_id)

    def print_where_to_go(self, order: ef.PrintWhereToGo) -> None:
        self.printed.append(order.session_id)

    def states(self) -> tuple[PrinterState, PrinterState | None]:
        return self.now, self.sheets

    def rest(self) -> float:
        return FOREVER_S


@pytest.mark.may_warn
def test_a_paper_whose_visit_is_over_before_its_turn_is_not_printed() -> None:
    """It would come out in front of somebody else."""
    paper = _Paper()
    posted: list[ev.Event] = []
    order = ef.PrintReceipt("s-1", a_sealed().app_id, Language("en"))
    current = a_session(session_id="s-1")
    print_if_awaited(cast("Any", paper), order, lambda: current, posted.append)
    assert (paper.printed, len(posted)) == (["s-1"], 1)
    print_if_awaited(cast("Any", paper), order, lambda: a_session(session_id="s-2"), posted.append)
    assert (paper.printed, len(posted)) == (["s-1"], 1)
    slip = ef.PrintWhereToGo("s-1", "days_away", Language("en"))
    for now in ("s-1", "s-2"):
        session = a_session(session_id=now)
        print_if_awaited(cast("Any", paper), slip, lambda: session, posted.append)  # noqa: B023
    assert paper.printed == ["s-1", "s-1"]


def test_the_printer_is_asked_and_only_news_is_told() -> None:
    """A printer that is not meant to be there is never asked."""
    paper = _Paper()
    posted: list[PaperSeen] = []
    rounds = PaperRounds(posted.append, is_absent=False)
    for state in (PrinterState.READY, PrinterState.READY, PrinterState.PAPER_OUT):
        paper.now = state
        rounds.round(cast("Any", paper))
    assert [it.state for it in posted] == [PrinterState.READY, PrinterState.PAPER_OUT]
    assert posted[-1].seen_in(a_world()).cannot_print
    paper.sheets = PrinterState.JAM
    rounds.round(cast("Any", paper))
    assert posted[-1].seen_in(a_world()).sheet_printer is PrinterState.JAM
    PaperRounds(posted.append, is_absent=True).round(cast("Any", paper))
    assert len(posted) == 3
