"""Rules and invariants for a machine that plays visits: papers shown, dropped, raised, listed.

Every picture says of which order it is (`late_answers`), and every order is remembered with whose
it was: so each page can be followed to where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from kiosk.domain import AppId
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.paper_answers import PageSeen
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.paper_state import Slip
from kiosk.flow.papers_wanted import belonging, open_papers, undecided, wanted
from kiosk.flow.session import Session, Step
from kiosk.flow.shown_state import ShownState
from kiosk.ports.card_reader import Presence
from kiosk.ports.document_camera import PageAdvice
from kiosk.readiness import PortName
from kiosk.shown_papers import PaperShown, TrustLevel
from tests.support.late_answers import answers_to
from tests.support.shown_papers import CORNERS
from tests.support.walk import Walk

_MARK = re.compile(rb"<s-[0-9]+:[0-9]+>")
_AT_PAPERS = {Step.PAPER, Step.PAPER_CORNERS, Step.PAPER_SEEN, Step.PAPERS_MISSING}
_BEHIND = {Step.PHOTO, Step.REVIEW, Step.SIGN}
_HOLDS_NOTHING = {
    *(Step.HOME, Step.TAKE_CARD, Step.NOT_KEPT, Step.RECEIVED, Step.RATING, Step.ANOTHER),
    *(Step.GUIDE, Step.FOR_WHOM, Step.CARD_NOTICE, Step.CARD, Step.STATUS_ASK),
}
TOUCHES: tuple[Callable[..., ev.Event], ...] = (
    *(pe.PagesEnded, pe.PageTurned, pe.CornersAsked, ev.PhotoRetaken, ev.OtherWayChosen),
    *(ev.PhotoDeclined, ev.ShutterPressed, ev.Continued, ev.WentBack, ev.CameraGone),
)
_DECIDES = {ev.PhotoDeclined, ev.Continued, pe.PagesEnded, ev.WitnessAccepted}
Whose = tuple[str, str, str]
"""The visit, the number of the person's document, and the paper."""


def marks_in(value: object) -> set[bytes]:
    """Return of which orders there are pictures in a value, however deep."""
    if isinstance(value, bytes):
        return set(_MARK.findall(value))
    if isinstance(value, tuple):
        return {mark for item in value for mark in marks_in(item)}
    if is_dataclass(value):
        return {mark for it in fields(value) for mark in marks_in(getattr(value, it.name))}
    return set()


class PapersInAnyOrder:
    """Mixed into the machine on which anything happens at any time."""

    walk: Walk
    orders: list[ef.Effect]
    read_card: Callable[..., None]
    papers_asked: dict[bytes, Whose]
    done: list[ef.Effect]

    def begin_with_papers(self) -> None:
        """Know of no order yet."""
        self.papers_asked = {}
        self.done = []

    def happen(self, kind: Callable[..., ev.Event], *told: object) -> None:
        """Let something happen, and see that no page was lost or came from nowhere."""
        before = self.walk.session
        super().happen(kind, *told)  # type: ignore[misc] # the machine it is mixed into
        self._check_kept(before, self.walk.session, kind)

    def check(self, effect: ef.Effect, step: Step) -> None:
        """Check what is asked of the camera, said, printed and sealed."""
        session = self.walk.session
        match effect:
            case TakePage() | CutPage():
                assert session.step is Step.PAPER
                assert session.staff is None
                self._remember(effect)
                self.orders.append(effect)
            case ef.CheckWitness() if step is Step.PAPER_SEEN:
                assert self.walk.world.duty is not None
                self.orders.append(effect)
            case ef.PrintSlip(slip=Slip.MISSING) if step in {Step.PAPERS_MISSING, Step.RECEIVED}:
                assert effect.missing
                assert all(it.is_open for it in effect.missing)
                assert marks_in(effect) == set()
                sealed = session.sealed
                assert effect.app_id == (None if sealed is None else sealed.app_id)
                self.orders.append(effect)
            case _:
                super().check(effect, step)  # type: ignore[misc] # the machine it is mixed into
        if isinstance(effect, ef.SealApplication):
            self._check_sealed(effect.record)

    # What residents, staff and the camera do.

    @rule(kind=st.sampled_from(TOUCHES))
    def touch_papers(self, kind: Callable[..., ev.Event]) -> None:
        """Touch anything at the papers."""
        self.happen(kind)

    @rule(
        advice=st.sampled_from([None, PageAdvice.NO_PAPER, PageAdvice.NOT_WHOLE]),
        is_still=st.booleans(),
        is_same=st.booleans(),
    )
    def see_a_page(self, advice: PageAdvice | None, *, is_still: bool, is_same: bool) -> None:
        """See something under the camera."""
        self.happen(PageSeen, advice, is_still, is_same)

    @rule(pages=st.integers(1, 5), is_kept=st.sampled_from([True, True, False, None]))
    def show_pages(self, pages: int, *, is_kept: bool | None) -> None:
        """Lay pages down, let each be taken, and keep it or take it again."""
        self.go_to_papers(0)
        for _ in range(pages):
            session = self.walk.session
            if session.step is Step.PAPER and session.papers.shown is not None:
                self.happen(ev.PhotoRetaken)
            self.happen(PageSeen, None, True)
            if self.walk.session.is_taking_photo and isinstance(self.orders[-1], TakePage):
                self._answer(self.orders[-1], is_good=True)
            if is_kept is not None:
                self.happen(ev.Continued if is_kept else ev.PhotoRetaken)

    @rule(paper=st.integers(0, 3), is_from_review=st.booleans())
    def choose_paper(self, paper: int, *, is_from_review: bool) -> None:
        """Touch a paper on the list of what is missing, or in the review."""
        found = wanted(self.walk.session, self.walk.world)
        paper_id = found[paper % len(found)].paper_id if found else "gone"
        if is_from_review:
            self.happen(ev.Corrected, f"paper:{paper_id}")
        self.happen(pe.PaperChosen, paper_id)

    @rule(is_turned=st.booleans())
    def drag_corners(self, *, is_turned: bool) -> None:
        """Put the edges of a page right, and turn it at once."""
        if self.walk.session.papers.page is None:
            self.show_pages(1, is_kept=None)
        self.happen(pe.CornersAsked)
        self.happen(pe.CornersSet, CORNERS)
        if is_turned:
            self.happen(pe.PageTurned)
        order = self.orders[-1] if self.orders else None
        if isinstance(order, CutPage):
            self._answer(order, is_good=True)
            self._answer(order, is_good=True)

    @rule(is_right=st.booleans(), is_answered=st.booleans())
    def raise_trust(self, *, is_right: bool, is_answered: bool) -> None:
        """Show the original to somebody on duty, who types a PIN, or goes away over it and another
        paper is shown to them before it was checked.
        """
        self.go_to_papers(0)
        self.happen(ev.OtherWayChosen)
        self.happen(ev.PinTyped, "270418")
        first = self.orders[-1] if self.orders else None
        if not isinstance(first, ef.CheckWitness):
            return
        if not is_answered:
            for kind in (ev.WentBack, ev.PhotoDeclined, ev.OtherWayChosen):
                self.happen(kind)
            self.happen(ev.PinTyped, "000000")
        self._answer(first, is_good=is_right)

    @rule(is_own=st.booleans())
    def print_missing(self, *, is_own: bool) -> None:
        """Print what is missing, wherever it is offered."""
        self.go_to_papers(0)
        for _ in range(8):
            if self.walk.session.step is Step.PAPER:
                self.go_on_with_papers(1, is_shown=is_own)
        sealed = self.walk.session.sealed
        own = sealed.app_id if sealed is not None and is_own else None
        self.happen(ev.SlipAsked, Slip.MISSING, own)
        self.happen(ev.SlipAsked, Slip.MISSING, AppId("another"))

    @rule(steps=st.integers(0, 3))
    def go_to_papers(self, steps: int) -> None:
        """Put aside what lies in front, go on until papers are asked for, and drop some."""
        for kind in (ev.StillHere, ev.HelpAnswered, ev.StopDeclined, ev.StaffDoorClosed):
            self.happen(kind)
        if self.walk.session.step is Step.TAKE_CARD:
            self.happen(ev.CardSeen, Presence.ABSENT)
            self.happen(ev.Ticked)
        for _ in range(25):
            if self.walk.session.step in _AT_PAPERS | _BEHIND | {Step.SEALING}:
                break
            self.walk_on()
        for _ in range(steps):
            self.happen(ev.PhotoDeclined)

    @rule(is_shown=st.booleans(), steps=st.integers(1, 12))
    def go_on_with_papers(self, steps: int, *, is_shown: bool) -> None:
        """Show what is asked for, or do without, and go on towards the signature."""
        for _ in range(steps):
            if self.walk.session.step is Step.PAPER and is_shown:
                self.show_pages(1, is_kept=True)
            elif self.walk.session.step is not Step.PAPER_SEEN:
                self.walk_on()

    @rule(is_left_open=st.booleans())
    def come_as_technician(self, *, is_left_open: bool) -> None:
        """Look at papers as a technician, in front of whatever visit; what the camera saw last of
        the visit is told late.
        """
        self.happen(ev.StaffDoorOpened)
        self.happen(PageSeen, None, True)
        self.happen(ev.StaffChosen, "")
        self.happen(ev.PinTyped, "270418")
        self.happen(ev.PinAccepted, None)
        self.happen(ev.DeviceTestAsked, PortName.DOCUMENT_CAMERA)
        self.happen(PageSeen, None, True)
        if not is_left_open:
            self.happen(ev.StaffDoorClosed)

    @rule(is_taken_too=st.booleans())
    def leave_what_is_being_taken(self, *, is_taken_too: bool) -> None:
        """Go on to the next paper while a picture of this one is on its way."""
        self.go_to_papers(0)
        self.happen(ev.ShutterPressed)
        late = self.orders[-1] if self.orders else None
        self.happen(ev.PhotoDeclined)
        if is_taken_too:
            self.happen(ev.ShutterPressed)
        if isinstance(late, TakePage):
            self._answer(late, is_good=True)

    @rule(is_first=st.booleans())
    def start_over(self, *, is_first: bool) -> None:
        """Go back to the card, and lay the same down or another one's."""
        for _ in range(40):
            if self.walk.session.step in {Step.CARD_NOTICE, Step.HOME}:
                break
            self.happen(ev.WentBack)
        self.happen(ev.Continued)
        self.read_card(is_first=is_first)

    @precondition(lambda self: any(isinstance(it, TakePage | CutPage) for it in self.orders))
    @rule(data=st.data(), is_good=st.booleans())
    def answer_late(self, data: st.DataObject, *, is_good: bool) -> None:
        """Answer any order for a page or a PIN ever given, and those that were answered again."""
        kinds = TakePage | CutPage | ef.CheckWitness
        order = data.draw(st.sampled_from([it for it in self.orders if isinstance(it, kinds)]))
        self._answer(order, is_good=is_good)

    again = go_on_with_papers
    show_again = show_pages
    drop_again = go_to_papers

    def walk_on(self) -> None:
        """Do what the screen asks for."""
        self.go_on(1)  # type: ignore[attr-defined] # of the machine it is mixed into

    def _answer(self, order: ef.Effect, *, is_good: bool) -> None:
        """Answer an order; once it was taken in, answering it again means nothing."""
        before = self.walk.session
        for kind, *told in answers_to(order, is_good=is_good):
            self.happen(kind, *told)
        after = self.walk.session
        if not _is_waited_for(before, order):
            assert _unsaid(after) == _unsaid(before), "nobody waited for it"
        elif not isinstance(order, ef.CheckWitness):
            assert not after.is_taking_photo, "it is waited for still"
            assert after.papers.asked is None, "it is waited for still"
        is_taken_in = _paper_part(before) != _paper_part(after)
        if is_taken_in and isinstance(order, ef.CheckWitness):
            checks = [it for it in self.orders if isinstance(it, ef.CheckWitness)]
            assert order is checks[-1], "the PIN of before"
        assert not (is_taken_in and any(order is it for it in self.done)), "answered twice"
        if is_taken_in:
            self.done.append(order)

    def _remember(self, order: TakePage | CutPage) -> None:
        session = self.walk.session
        assert order.session_id == session.session_id
        person = session.person
        assert person is not None
        whose = (session.session_id, person.document_number, session.papers.paper_id)
        if isinstance(order, TakePage):
            self.papers_asked[f"<{order.session_id}:{order.order}>".encode()] = whose
        for mark in marks_in(order):
            assert self.papers_asked[mark] == whose

    def _check_kept(self, before: Session, after: Session, kind: Callable[..., ev.Event]) -> None:
        """Check that what was decided changes by being decided anew, and by nothing else."""
        is_same = (before.session_id, before.person) == (after.session_id, after.person)
        if not is_same or after.step in _HOLDS_NOTHING:
            return
        for shown in before.papers.decided:
            now = after.papers.held(shown.paper_id)
            if now == shown:
                continue
            assert now is not None
            assert kind in _DECIDES
            assert shown.paper_id == before.papers.paper_id
            if kind is ev.WitnessAccepted and not before.papers.is_anew:
                assert marks_in(shown) <= marks_in(now)
        if kind in {ev.Continued, pe.PagesEnded} and before.step is Step.PAPER:
            half = (before.papers.pages, before.papers.page or before.papers.front_page)
            assert marks_in(half) <= marks_in(after.papers), "a page was lost"

    def _check_sealed(self, record: ef.ApplicationRecord) -> None:
        """Check that each paper is there, worth what it says, and has its own pages."""
        session, world = self.walk.session, self.walk.world
        asked = wanted(session, world)
        assert [it.paper_id for it in record.papers] == [it.paper_id for it in asked]
        assert record.papers == belonging(session, world)
        for shown, paper in zip(record.papers, asked, strict=True):
            assert len(shown.pages) <= paper.most_pages
            assert (shown.seen_by is not None) is (shown.level is TrustLevel.B)
            assert shown.pages or shown.level in {None, TrustLevel.B}
            assert not shown.is_open or shown.paper_id in session.papers.told
            for page in shown.pages:
                assert page.sides == len(marks_in(page)), "without its page"
            self._check_whose(shown, record.session_id, record.person.document_number)

    def _check_whose(self, shown: PaperShown, session_id: str, number: str) -> None:
        for mark in marks_in(shown):
            assert self.papers_asked[mark] == (session_id, number, shown.paper_id)

    @invariant()
    def every_page_is_of_this_person_this_visit_and_its_paper(self) -> None:
        """Whatever answered late."""
        session = self.walk.session
        person = session.person
        number = "" if person is None else person.document_number
        for shown in session.papers.decided:
            self._check_whose(shown, session.session_id, number)
        half = (session.papers.pages, session.papers.front, session.papers.page)
        for mark in marks_in((half, session.papers.side, session.papers.front_page)):
            whose = (session.session_id, number, session.papers.paper_id)
            assert self.papers_asked[mark] == whose

    @invariant()
    def nothing_is_held_where_no_paper_is_asked_for(self) -> None:
        """Before, between two applications and afterwards no picture is anywhere in the visit."""
        session = self.walk.session
        if session.step not in _HOLDS_NOTHING:
            return
        assert marks_in(session) == set()
        bare = ShownState(session.papers.decided)
        assert session.papers == bare
        if session.step not in {Step.RECEIVED, Step.RATING, Step.ANOTHER}:
            assert session.papers == ShownState()

    @invariant()
    def nobody_gets_past_the_papers(self) -> None:
        """Behind them every paper is decided and what is open was told; nothing runs needlessly."""
        session, world = self.walk.session, self.walk.world
        runs = self.walk.wanted()
        assert not (runs.papers and runs.camera)
        if runs.papers and session.staff is None:
            assert session.step is Step.PAPER
            assert session.papers.is_looking
        if session.step in _BEHIND:
            assert undecided(session, world) is None
            assert {it.paper_id for it in open_papers(session, world)} <= set(session.papers.told)


def _is_waited_for(session: Session, order: ef.Effect) -> bool:
    """Say whether the visit stands where this order was given, and waits for it."""
    match order:
        case TakePage(session_id, order=number):
            is_newest = session.is_taking_photo and number == session.pictures_ordered
            return is_newest and session_id == session.session_id
        case CutPage(session_id, side=side):
            is_asked = session.papers.page is not None and side == session.papers.asked
            return is_asked and session_id == session.session_id
        case ef.CheckWitness(session_id, number=number):
            is_newest = session.is_witness_checked and number == session.pictures_ordered
            return is_newest and session_id == session.session_id
        case _:
            raise AssertionError(order)


def _unsaid(session: Session) -> Session:
    """Return the session without what was said aloud: that also follows the time."""
    return replace(session, papers=replace(session.papers, said="", said_s=None))


def _paper_part(session: Session) -> tuple[Any, ...]:
    """Return what an answer about papers may change."""
    papers = session.papers
    held = (papers.decided, papers.pages, papers.front, papers.page, papers.side, papers.asked)
    return (session.session_id, held, session.is_taking_photo, session.is_witness_checked)
