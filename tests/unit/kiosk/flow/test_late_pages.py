"""Pages that come when nobody waits for them any more."""

from __future__ import annotations

import pytest

from kiosk.flow import events as ev
from kiosk.flow.paper_answers import PageCut, PageTaken
from kiosk.flow.paper_effects import TakePage
from tests.support.shown_papers import A_SIDE, BOOK, CARD, a_page
from tests.unit.kiosk.flow.test_shown_papers import at_papers


@pytest.mark.parametrize("kind", [PageTaken, PageCut])
def test_answers_that_nobody_waits_for_change_nothing(kind: type[PageTaken | PageCut]) -> None:
    """Late, or of another visit."""
    walk = at_papers(BOOK)
    before = walk.session
    walk.answer(kind, A_SIDE, a_page())
    walk.on(kind, "another", A_SIDE, a_page())
    assert walk.session == before


def test_a_page_that_was_given_up_is_not_taken_for_the_next_paper() -> None:
    """Its picture comes late, when another paper is being taken already."""
    walk = at_papers(BOOK, CARD)
    walk.on(ev.ShutterPressed)
    (first,) = walk.to_do(TakePage)
    walk.on(ev.PhotoDeclined)
    walk.on(ev.ShutterPressed)
    (second,) = walk.to_do(TakePage)
    walk.answer(PageTaken, A_SIDE, a_page(), first.order)
    assert walk.now().papers.page is None
    walk.answer(PageTaken, A_SIDE, a_page(), second.order)
    assert walk.now().papers.page is not None
