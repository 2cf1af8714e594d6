"""Going back from a document, laying something else down, and insisting on what was typed."""

from __future__ import annotations

from kiosk.domain import LinesFrom
from kiosk.flow import document_events as de
from kiosk.flow import events as ev
from kiosk.flow.document_try import DocumentPart
from kiosk.flow.session import Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.support.builders import a_person
from tests.unit.kiosk.flow.test_documents import DIGIT, NUMBER, at_card, the_document, typed

PROFILE = "cn.resident_id"
MISREAD = "L8989O2C3"
"""With an O for the zero: the check digit says so."""


def test_back_stays_at_the_card_while_the_document_lies_there() -> None:
    """It is said to be lifted; laid down again, it leads to the document again."""
    walk = at_card()
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.on(ev.CardUnreadable, UnreadableReason.NEEDS_KEY)
    assert walk.step == Step.DOCUMENT_WAY
    walk.on(ev.WentBack)
    for _ in range(3):
        walk.on(ev.CardUnreadable, UnreadableReason.NEEDS_KEY)
        assert (walk.step, walk.now().card_problem) == (Step.CARD, UnreadableReason.LIFT_FIRST)
    walk.on(ev.CardSeen, Presence.ABSENT)
    assert walk.now().card_problem is None
    walk.on(ev.CardUnreadable, UnreadableReason.NEEDS_KEY)
    assert walk.step == Step.DOCUMENT_WAY


def test_back_with_nothing_on_the_reader_asks_for_a_card() -> None:
    """As it did before."""
    walk = at_card()
    walk.on(de.DocumentChosen)
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().card_problem) == (Step.CARD, None)


def test_a_card_instead_of_the_document_is_a_card() -> None:
    """Nothing of the document that was typed is said of it."""
    walk = typed(at_card())
    assert walk.step == Step.DOCUMENT_READ
    walk.on(ev.CardRead, a_person(), PROFILE)
    assert walk.step == Step.CONSENT_DATA
    identity = walk.now().identity
    assert identity is not None
    assert (identity.chip, identity.lines_from) == (None, None)


def test_whoever_insists_on_their_reading_is_believed_and_the_office_told() -> None:
    """What the check digit would put right is shown once, not for ever."""
    walk = typed(at_card(), MISREAD, DIGIT)
    document = the_document(walk)
    assert (document.part, document.number, document.problem) == (
        DocumentPart.NUMBER,
        NUMBER,
        "repaired",
    )
    walk.on(de.DocumentTyped, MISREAD)
    walk.on(de.DocumentTyped, DIGIT)
    document = the_document(walk)
    assert (document.part, document.number) == (DocumentPart.BIRTH, MISREAD)
    assert document.is_doubtful
    assert document.lines_from is LinesFrom.TYPED


def test_whoever_takes_what_was_put_right_is_not_doubted() -> None:
    """It fits."""
    walk = typed(at_card(), MISREAD, DIGIT)
    walk.on(de.DocumentTyped, NUMBER)
    walk.on(de.DocumentTyped, DIGIT)
    document = the_document(walk)
    assert (document.part, document.number, document.is_doubtful) == (
        DocumentPart.BIRTH,
        NUMBER,
        False,
    )


def test_a_card_lifted_on_another_screen_counts_anew() -> None:
    """Whoever goes back, turns it over and tries again has tried twice: the next way is offered."""
    walk = at_card()
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.on(ev.CardUnreadable, UnreadableReason.FOREIGN)
    walk.on(ev.CardUnreadable, UnreadableReason.FOREIGN)
    assert walk.now().failed_reads == 1
    walk.on(ev.WentBack)
    walk.on(ev.CardSeen, Presence.ABSENT)
    walk.on(ev.Continued)
    walk.on(ev.CardSeen, Presence.PRESENT)
    walk.on(ev.CardUnreadable, UnreadableReason.FOREIGN)
    assert walk.now().failed_reads == 2
