"""What the offer of something else says, and the review of a second application."""

from __future__ import annotations

from kiosk.flow.earlier import Earlier
from kiosk.flow.session import ReceiptState, Step
from tests.screens.faces import PHOTO
from tests.screens.places import EN, SERVICE, TEXTS, a_session, a_world
from ui.views.another import another_view
from ui.views.review import review_view

BEFORE = Earlier(("before",), (PHOTO,))


def test_it_offers_what_was_not_done_yet() -> None:
    """The service's own name and line, and a way to say no."""
    view = another_view(a_session(Step.ANOTHER, EN, earlier=BEFORE), a_world(), TEXTS[EN])
    assert [tile.service_id for tile in view.services] == [SERVICE.service_id]
    assert (view.services[0].title, view.wait) == (SERVICE.name.say(EN), "")
    assert (view.bar.next, view.bar.back) == (TEXTS[EN].say("another.done"), "")


def test_while_the_receipt_is_printed_that_alone_is_said() -> None:
    """No tile that would not work."""
    printing = ReceiptState.PRINTING
    session = a_session(Step.ANOTHER, EN, earlier=BEFORE, receipt=printing)
    view = another_view(session, a_world(), TEXTS[EN])
    assert (view.services, view.line, view.wait) == ((), "", TEXTS[EN].say("another.wait"))


def test_the_review_says_when_a_photo_is_from_before() -> None:
    """And not of one that was taken just now."""
    for earlier, key in ((BEFORE, "another.photo"), (Earlier(), "review.photo_taken")):
        session = a_session(Step.REVIEW, EN, photo=PHOTO, earlier=earlier)
        row = review_view(session, a_world(), TEXTS[EN]).rows[-1]
        assert (row.shown, row.corrects) == (TEXTS[EN].say(key), "photo")
