"""Papers on the camera's lane: told once, taken once, and never two cameras at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from kiosk.device_lanes import CameraRounds
from kiosk.domain import Language
from kiosk.flow import events as ev
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.lanes import FOREVER_S
from kiosk.paper_lane import STILL_S, LensRounds, PageRounds, watermark
from kiosk.ports.camera import CameraMount, Frame, NoPicture
from kiosk.ports.document_camera import (
    LONGEST_WATERMARK,
    WHOLE_PICTURE,
    NotCut,
    Page,
    PageAdvice,
    PageFindings,
    PageStyle,
    PaperFound,
    PaperLook,
    Side,
    Still,
    Upright,
)
from kiosk.texts import load_texts
from launch.places import LOCALE
from tests.support.builders import FakeClock, a_world
from tests.support.shown_papers import A_SIDE, A_STILL, CORNERS, a_page, service_with_papers

FRAME = Frame(bytes(12), 2, 2, 1)
FOUND = PaperFound(CORNERS)
ELSEWHERE = PaperFound(((0.4, 0.2), (0.9, 0.2), (0.9, 0.8), (0.4, 0.8)))
TAKE = TakePage("s-1", "days_away", PageStyle())


@dataclass
class FakeDocumentCamera:
    """Shows what it is told, and remembers what it was asked."""

    told: list[str]
    found: PaperFound | None = FOUND
    answer: NoPicture | None = None
    still: Still | NoPicture = A_STILL
    pages: list[Page | NotCut] = field(default_factory=list)
    cuts: list[tuple[tuple[Side, ...], PageStyle]] = field(default_factory=list)

    def look(self, timeout_s: float) -> PaperLook | NoPicture:
        """Look."""
        self.told.append("papers")
        return PaperLook(FRAME, self.found) if self.answer is None else self.answer

    def take(self, timeout_s: float) -> Still | NoPicture:
        """Take."""
        return self.still

    def cut(self, sides: Sequence[Side], style: PageStyle, timeout_s: float) -> Page | NotCut:
        """Cut."""
        self.cuts.append((tuple(sides), style))
        return self.pages.pop(0) if self.pages else a_page()

    def close(self) -> None:
        """Close."""
        self.told.append("papers closed")


@dataclass
class FakeFaces:
    """A face camera that only remembers."""

    told: list[str]

    def use(self, mount: CameraMount) -> None:
        """Choose."""

    def look(self, timeout_s: float, *_: object) -> NoPicture:
        """Look."""
        self.told.append("face")
        return NoPicture.STARTING

    def close(self) -> None:
        """Close."""
        self.told.append("face closed")


@dataclass
class Place:
    """The lane with its cameras."""

    told: list[str] = field(default_factory=list)
    events: list[ev.Event] = field(default_factory=list)
    looks: list[object] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        """Make it."""
        self.camera = FakeDocumentCamera(self.told)
        self.papers = PageRounds(
            self.events.append, self.looks.append, self.clock, lambda: self.camera
        )

    def look(self, times: int = 1, s: float = 0.4) -> list[PageSeen]:
        """Go some rounds, and return what was told of pages."""
        self.events.clear()
        for _ in range(times):
            self.clock.pass_s(s)
            self.papers.round()
        return [event for event in self.events if isinstance(event, PageSeen)]


def looking() -> Place:
    """Return a lane that looks at papers."""
    place = Place()
    place.papers.want(is_on=True, whose="s-1")
    return place


def test_advice_is_told_when_it_changes_and_one_piece_at_a_time() -> None:
    """Nothing lies there, two do, one reaches beyond the picture, one lies well."""
    place = looking()
    place.camera.found = None
    assert [it.advice for it in place.look(5)] == [PageAdvice.NO_PAPER]
    place.camera.found = replace(FOUND, others=(CORNERS,))
    assert [it.advice for it in place.look(5)] == [PageAdvice.SEVERAL_PAPERS]
    place.camera.found = replace(FOUND, is_whole=False)
    assert [it.advice for it in place.look(5)] == [PageAdvice.NOT_WHOLE]
    assert len(place.looks) == 15


def test_a_page_that_lies_still_is_told_and_once_taken_not_again_before_it_moved() -> None:
    """Else the page that was just kept would be taken as the next."""
    place = looking()
    assert [it.is_still for it in place.look(int(STILL_S / 0.4) + 3)] == [False, True]
    place.papers.perform(TAKE, "")
    assert not any(it.is_still for it in place.look(8))
    place.camera.found = ELSEWHERE
    assert any(it.is_still for it in place.look(8))


def test_a_page_that_moves_is_not_still() -> None:
    """A hand is on it."""
    place = looking()
    for number in range(10):
        place.camera.found = FOUND if number % 2 else ELSEWHERE
        assert not any(it.is_still for it in place.look())


def test_a_camera_that_is_gone_is_told_and_looked_for_again() -> None:
    """And a camera that starts is waited for."""
    place = looking()
    place.camera.answer = NoPicture.MISSING
    place.look()
    assert isinstance(place.events[0], ev.CameraGone)
    place.camera.answer = NoPicture.STARTING
    place.look()
    assert place.events == []
    place.camera.answer = None
    assert place.look()


def test_a_page_is_cut_by_the_corners_that_were_found_and_marked() -> None:
    """The watermark is in the style that the camera gets; upside down is turned."""
    place = looking()
    upside_down = replace(a_page(), findings=PageFindings(upright=Upright.UPSIDE_DOWN))
    place.camera.pages = [upside_down, a_page()]
    answer = place.papers.perform(TAKE, "Only for days away")
    assert isinstance(answer, PageTaken)
    assert (answer.side, answer.page) == (replace(A_SIDE, quarter_turns=2), a_page())
    assert [sides[0].quarter_turns for sides, _ in place.camera.cuts] == [0, 2]
    assert {style.watermark for _, style in place.camera.cuts} == {"Only for days away"}


def test_without_a_page_found_the_whole_picture_is_taken() -> None:
    """Whoever presses the button gets something to put right."""
    place = looking()
    place.camera.still = replace(A_STILL, found=None)
    answer = place.papers.perform(TAKE, "")
    assert isinstance(answer, PageTaken)
    assert answer.side.corners == WHOLE_PICTURE


def test_a_back_is_cut_below_its_front_and_a_lost_camera_says_so() -> None:
    """And a page that is cut anew asks for no picture."""
    place = looking()
    place.papers.perform(replace(TAKE, front=A_SIDE), "")
    assert len(place.camera.cuts[-1][0]) == 2
    place.camera.still = NoPicture.LOST
    assert isinstance(place.papers.perform(TAKE, ""), ev.PhotoFailed)
    answer = place.papers.perform(CutPage("s-1", "days_away", PageStyle(), A_SIDE), "")
    assert isinstance(answer, PageCut)


def test_one_camera_is_closed_before_the_other_opens() -> None:
    """Both may be one device; and at the end both are off."""
    place = Place()
    faces = FakeFaces(place.told)
    rounds = CameraRounds(place.events.append, place.looks.append, place.clock)
    lenses = LensRounds(rounds, place.papers)
    camera = cast("Any", faces)
    lenses.want(CameraMount.USUAL, papers=False)
    lenses.round(camera)
    lenses.want(None, papers=True)
    lenses.round(camera)
    lenses.want(CameraMount.USUAL, papers=False)
    lenses.round(camera)
    lenses.want(None, papers=False)
    assert lenses.round(camera) == FOREVER_S
    lenses.close(camera)
    assert place.told == [
        *("face", "face closed", "papers", "papers closed", "face", "face closed", "face closed")
    ]


def test_a_look_between_two_rounds_finds_the_camera_free() -> None:
    """The staff's report is asked for before the next round closes what nobody wants any more."""
    place = Place()
    rounds = CameraRounds(place.events.append, place.looks.append, place.clock)
    lenses = LensRounds(rounds, place.papers)
    camera = cast("Any", FakeFaces(place.told))
    lenses.want(None, papers=True)
    lenses.round(camera)
    assert lenses.for_faces(camera) is camera
    assert place.told == ["papers"]
    lenses.want(None, papers=False)
    lenses.for_faces(camera).look(1.0)
    assert place.told == ["papers", "papers closed", "face"]


def test_a_watermark_says_what_for_and_when() -> None:
    """In the language of the office, and never too long for the camera."""
    world = a_world(service_with_papers())
    texts = load_texts(LOCALE)
    words = watermark(TAKE, world, texts)
    service = world.services[0]
    assert service.name.say(Language("zh_CN")) in words
    assert "2026-11-20" in words
    assert len(words) <= LONGEST_WATERMARK
