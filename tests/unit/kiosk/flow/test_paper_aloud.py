"""What is said over papers: one sentence, when it changes, never before the last was heard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow import page_events as pe
from kiosk.flow.paper_aloud import HEARD_S
from kiosk.flow.paper_answers import PageSeen, PageTaken
from kiosk.flow.session import Step
from kiosk.ports.document_camera import NotCut, PageAdvice
from kiosk.texts import load_texts
from launch.places import LOCALE
from tests.support.shown_papers import A_SIDE, BOOK, CARD, a_page
from tests.support.walk import Walk
from tests.unit.kiosk.flow.test_shown_papers import at_papers, keep, lay

NOTHING = PageAdvice.NO_PAPER


def said(walk: Walk, kind: Callable[..., ev.Event], *told: object, after_s: float = 60) -> str:
    """Let something happen after a while, and return what is said: nothing is ""."""
    walk.clock.pass_s(after_s)
    keys = [it.text_key for it in walk.on(kind, *told) if isinstance(it, ef.SayAloud)]
    assert len(keys) <= 1, "one at a time"
    return "".join(keys).removeprefix("paper_step.")


def test_advice_is_said_when_it_changes_and_not_again_while_it_stays() -> None:
    """Whoever lays a page down looks at the page."""
    walk = at_papers(BOOK)
    assert said(walk, PageSeen, NOTHING) == "advice.no_paper"
    assert said(walk, PageSeen, NOTHING) == ""
    assert said(walk, PageSeen, PageAdvice.NOT_WHOLE) == "advice.not_whole"
    assert said(walk, PageSeen, None) == "", "what lies well needs no word"
    assert said(walk, PageSeen, PageAdvice.NOT_WHOLE) == "advice.not_whole"


def test_nothing_is_said_before_the_last_sentence_was_heard_and_then_what_is_still_so() -> None:
    """A voice that is cut short, or that speaks of what is over, helps nobody."""
    walk = at_papers(BOOK)
    assert said(walk, PageSeen, NOTHING) == "advice.no_paper"
    assert said(walk, PageSeen, PageAdvice.SEVERAL_PAPERS, after_s=1) == ""
    assert said(walk, PageSeen, PageAdvice.NOT_WHOLE, after_s=1) == ""
    assert said(walk, PageSeen, PageAdvice.NOT_WHOLE, after_s=HEARD_S) == "advice.not_whole"


def test_what_is_to_be_done_next_is_said() -> None:
    """The back, the next page, and at the end: take it with you."""
    walk = at_papers(CARD, BOOK)
    assert said(walk, PageSeen, None, True) == ""
    walk.clock.pass_s(60)
    walk.answer(PageTaken, A_SIDE, a_page())
    assert walk.to_do(ef.SayAloud) == [ef.SayAloud("paper_step.taken_title")]
    assert said(walk, ev.Continued) == "", "the camera says whether it still lies there"
    assert said(walk, PageSeen, None, False, True) == "turn_over"
    assert said(walk, PageSeen, NOTHING, after_s=9) == ""
    lay(walk)
    assert said(walk, ev.Continued) == "aloud.take_away"
    assert walk.step == Step.PAPER
    assert said(walk, PageSeen, None, False, True, after_s=1) == ""
    assert said(walk, PageSeen, None, False, True) == "same.other"
    keep(walk)
    assert said(walk, PageSeen, None, False, True) == "aloud.next_page"
    assert said(walk, pe.PagesEnded) == "aloud.take_away"


def test_a_page_that_could_be_better_is_said_to_be_so() -> None:
    """Before it is kept; and why there is none."""
    walk = at_papers(BOOK)
    walk.on(ev.ShutterPressed)
    walk.clock.pass_s(60)
    walk.answer(PageTaken, A_SIDE, a_page(PageAdvice.BLURRED, PageAdvice.SIDEWAYS))
    assert walk.to_do(ef.SayAloud) == [ef.SayAloud("paper_step.taken.blurred")]
    walk.on(ev.PhotoRetaken)
    walk.on(ev.ShutterPressed)
    walk.clock.pass_s(60)
    walk.answer(PageTaken, A_SIDE, NotCut.NOT_NOW)
    assert walk.to_do(ef.SayAloud) == [ef.SayAloud("paper_step.not_cut.not_now")]


def test_a_camera_that_is_lost_is_said_once() -> None:
    """It is looked for twice a second."""
    walk = at_papers(BOOK)
    assert said(walk, ev.CameraGone) == "gone"
    assert said(walk, ev.CameraGone) == ""


def test_a_paper_without_pages_and_a_visit_that_is_stopped_say_nothing() -> None:
    """Nothing lies there that could be forgotten."""
    walk = at_papers(BOOK, CARD)
    assert said(walk, ev.PhotoDeclined) == ""
    assert walk.step == Step.PAPER
    keep(walk)
    assert said(walk, ev.StopAsked) == ""
    assert said(walk, PageSeen, NOTHING) == "", "something lies over it"
    assert said(walk, ev.StopConfirmed) == ""


def test_the_next_paper_is_asked_for_aloud_though_the_same_is_to_be_done() -> None:
    """Else nobody would hear that it is another one."""
    walk = at_papers(BOOK, CARD)
    assert said(walk, PageSeen, NOTHING) == "advice.no_paper"
    # The camera goes on looking, and has no news.
    assert said(walk, ev.PhotoDeclined) == "advice.no_paper"
    assert walk.now().papers.advice is NOTHING
    assert said(walk, PageSeen, NOTHING) == ""


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_all_that_may_be_said_is_there_and_names_nothing(language: str) -> None:
    """No place to fill in: no paper, person or service is ever named."""
    texts = {str(key): it for key, it in load_texts(LOCALE).items()}[language]
    keys = ("turn_over", "taken_title", "gone", "aloud.next_page", "aloud.take_away", "same.other")
    advice = tuple(f"advice.{it}" for it in PageAdvice)
    problems = tuple(f"not_cut.{it}" for it in NotCut)
    for key in (*keys, *advice, *problems):
        assert texts.say(f"paper_step.{key}")
