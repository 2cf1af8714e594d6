"""Papers in any order: nothing sealed that was not kept, nothing open that was not told."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.domain import Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.paper_answers import PageCut, PageSeen, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.papers_wanted import open_papers, paper_now, undecided, wanted
from kiosk.flow.session import Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.card_reader import Presence
from kiosk.ports.document_camera import NotCut, PageAdvice
from kiosk.shown_papers import TrustLevel
from tests.support.builders import A_VOLUNTEER, a_person, a_signature, a_world, another_person
from tests.support.shown_papers import (
    A_SIDE,
    BOOK,
    CARD,
    CORNERS,
    LETTER,
    a_page,
    service_with_papers,
)
from tests.support.visit_rules import check_agreed, check_asked
from tests.support.walk import Walk

TOUCHES = (
    ev.Continued,
    ev.WentBack,
    ev.PhotoRetaken,
    ev.PhotoDeclined,
    ev.OtherWayChosen,
    ev.ShutterPressed,
    pe.PagesEnded,
    pe.PageTurned,
    pe.CornersAsked,
    ev.CameraGone,
)
OWN = replace(CARD, paper_id="promise", is_own=True, wants=TrustLevel.D)


class AnyOrder(RuleBasedStateMachine):
    """A visit in which everything is touched and every answer comes late, twice or never."""

    def __init__(self) -> None:
        """Stand at Home."""
        super().__init__()
        self.orders: list[TakePage | CutPage | ef.CheckWitness] = []

    @initialize(is_somebody_on_duty=st.booleans())
    def begin(self, *, is_somebody_on_duty: bool) -> None:
        """Begin a visit whose service asks for every kind of paper."""
        duty = A_VOLUNTEER if is_somebody_on_duty else None
        service = service_with_papers(BOOK, CARD, LETTER, OWN)
        self.walk = Walk(a_world(service, duty=duty)).to(Step.PAPER)

    def happen(self, kind: type[ev.Event], *told: object) -> None:
        """Let something happen, and look at what is ordered or sealed."""
        for effect in self.walk.on(kind, *told):
            if isinstance(effect, TakePage | CutPage | ef.CheckWitness):
                assert self.walk.step in {Step.PAPER, Step.PAPER_SEEN}
                self.orders.append(effect)
            if isinstance(effect, ef.SealApplication):
                self.check(effect.record)

    def check(self, record: ef.ApplicationRecord) -> None:
        """Check that what is sealed belongs to the answers, and is worth what it says."""
        session, world = self.walk.session, self.walk.world
        asked = wanted(session, world)
        assert [it.paper_id for it in record.papers] == [it.paper_id for it in asked]
        for shown, paper in zip(record.papers, asked, strict=True):
            assert len(shown.pages) <= paper.most_pages
            assert (shown.seen_by is not None) is (shown.level is TrustLevel.B)
            assert shown.pages or shown.level in {None, TrustLevel.B}
            if shown.is_open:
                assert paper.is_required
                assert shown.paper_id in session.papers.told

    @rule(kind=st.sampled_from(TOUCHES))
    def touch(self, kind: type[ev.Event]) -> None:
        """Touch anything."""
        self.happen(kind)

    @rule(advice=st.sampled_from([None, PageAdvice.NO_PAPER]), is_still=st.booleans())
    def see(self, advice: PageAdvice | None, *, is_still: bool) -> None:
        """See something under the camera."""
        self.happen(PageSeen, advice, is_still)

    @rule(steps=st.integers(1, 6), is_taken=st.booleans())
    def go_on(self, steps: int, *, is_taken: bool) -> None:
        """Do what the screens ask, with papers or without."""
        for _ in range(steps):
            session = self.walk.session
            if session.step is Step.PAPER and session.papers.is_looking and is_taken:
                self.happen(PageSeen, None, True)
                if self.walk.session.is_taking_photo:
                    self.happen(PageTaken, session.session_id, A_SIDE, a_page())
            elif session.step is Step.SIGN:
                self.happen(ev.Signed, a_signature())
            elif session.step is Step.CARD:
                self.happen(ev.CardRead, a_person(), "cn.resident_id")
            elif session.step in {Step.PAPER_SEEN, Step.SEALING, Step.PAPER_CORNERS}:
                return
            else:
                self.walk.go_on()

    @rule(raw=st.sampled_from(["yes", "no", "3"]))
    def answer_question(self, raw: str) -> None:
        """Answer what is asked."""
        self.happen(ev.Answered, self.walk.session.question, raw)

    @rule(name=st.sampled_from(["alone", "photo", "paper:book", "paper:letter", "paper:gone"]))
    def correct(self, name: str) -> None:
        """Change anything from the review, or from the list of what is missing."""
        self.happen(ev.Corrected, name)
        self.happen(pe.PaperChosen, name.removeprefix("paper:"))

    @rule()
    def drag(self) -> None:
        """Drag corners."""
        self.happen(pe.CornersSet, CORNERS)

    @rule(is_right=st.booleans())
    def witness(self, *, is_right: bool) -> None:
        """Let somebody on duty type a PIN."""
        self.happen(ev.PinTyped, "270418")
        session_id = self.walk.session.session_id
        if is_right:
            self.happen(ev.WitnessAccepted, session_id, A_VOLUNTEER)
        else:
            self.happen(ev.WitnessRejected, session_id, 0, "staff.problem.wrong_pin")

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), is_good=st.booleans())
    def answer(self, data: st.DataObject, *, is_good: bool) -> None:
        """Answer any order ever given, once more too."""
        order = data.draw(st.sampled_from(self.orders))
        page = a_page() if is_good else NotCut.NOT_NOW
        match order:
            case TakePage() if not is_good:
                self.happen(ev.PhotoFailed, order.session_id)
            case TakePage():
                self.happen(PageTaken, order.session_id, A_SIDE, page)
            case CutPage():
                self.happen(PageCut, order.session_id, order.side, page)
            case ef.CheckWitness():
                self.happen(ev.WitnessAccepted, order.session_id, A_VOLUNTEER)

    @rule(is_same=st.booleans())
    def start_over(self, *, is_same: bool) -> None:
        """Go back to the card, and lay the same down or another."""
        for _ in range(40):
            if self.walk.session.step is Step.CARD_NOTICE:
                break
            self.happen(ev.WentBack)
        self.happen(ev.Continued)
        person = a_person() if is_same else another_person()
        self.happen(ev.CardRead, person, "cn.resident_id")
        self.happen(ev.Consented, Purpose.DATA, "1")

    @invariant()
    def nothing_goes_past_the_papers(self) -> None:
        """Behind them every paper is decided, and what is open was told."""
        session, world = self.walk.session, self.walk.world
        check_agreed(session, self.walk.wanted())
        check_asked(session, world)
        if session.step in {Step.PHOTO, Step.REVIEW, Step.SIGN}:
            assert undecided(session, world) is None
            told = set(session.papers.told)
            assert {it.paper_id for it in open_papers(session, world)} <= told

    @invariant()
    def the_camera_runs_only_while_a_page_is_looked_for(self) -> None:
        """And never both at once."""
        session, runs = self.walk.session, self.walk.wanted()
        assert not (runs.papers and runs.camera)
        if runs.papers:
            assert session.step is Step.PAPER
            assert session.papers.page is None

    @invariant()
    def there_is_always_a_way_on(self) -> None:
        """Whatever is missing or broken, one touch or two lead on from every paper."""
        before = self.walk.session
        if before.step is not Step.PAPER or before.overlay != "none":
            return
        assert paper_now(before, self.walk.world) is not None
        for kind in (ev.PhotoRetaken, ev.PhotoDeclined, ev.Continued):
            self.walk.on(kind)
        after = self.walk.session
        held = after.papers.held(before.papers.paper_id)
        assert held is not None or after.papers.pages or after.step is not Step.PAPER
        self.walk.session = before

    def teardown(self) -> None:
        """Waiting alone ends it with nothing left."""
        if self.walk.session.step is Step.SEALING:
            self.happen(ev.SealingFailed, self.walk.session.session_id, "E-DB-01")
        self.happen(ev.CardSeen, Presence.ABSENT)
        for _ in range(60):
            self.walk.clock.pass_s(10)
            self.happen(ev.Ticked)
        assert self.walk.session.papers == ShownState()


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
