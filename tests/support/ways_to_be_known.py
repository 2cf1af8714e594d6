"""Rules for a machine that plays visits: every way in which it becomes known who somebody is."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kiosk.flow import events as ev
from kiosk.flow.document_try import DocumentWay
from tests.support.builders import A_VOLUNTEER, a_photo
from tests.support.document_story import document_story
from tests.support.visit_rules import TO_VOUCHER, VOUCHING
from tests.support.walk import Walk


class WaysToBeKnown:
    """Mixed into a state machine, which says what happens and how a card is read."""

    walk: Walk
    happen: Callable[..., None]
    read_card: Callable[..., None]

    @rule(number=st.sampled_from(["990101194503150035", "990101194503150034", "12"]))
    def climb_down(self, number: str) -> None:
        """Go on without the chip, one rung or several, and insist on a number."""
        self.happen(ev.OtherWayChosen)
        self.happen(ev.Continued)
        self.happen(ev.NumberTyped, number)
        self.happen(ev.NumberTyped, number)

    @rule(way=st.sampled_from(DocumentWay), is_right=st.booleans())
    def show_a_document(self, way: DocumentWay, *, is_right: bool) -> None:
        """Take a passport instead: type what is in it, or show it, and do without a chip."""
        for kind, *told in document_story(way, is_right=is_right):
            self.happen(kind, *told)

    @rule(pin=st.just("270418"), pictures=st.integers(0, 2))
    def witness(self, pin: str, pictures: int) -> None:
        """Take pictures of the card or do without, and let a witness type a PIN."""
        for _ in range(pictures):
            self.happen(ev.ShutterPressed)
            self.happen(ev.CardPictureTaken, self.walk.session.session_id, a_photo())
            self.happen(ev.Continued)
        if not pictures:
            self.happen(ev.PhotoDeclined)
        self.happen(ev.PinTyped, pin)
        self.happen(ev.WitnessAccepted, self.walk.session.session_id, A_VOLUNTEER)

    @rule(is_first=st.booleans())
    def bring_another(self, *, is_first: bool) -> None:
        """Apply for somebody else, or have somebody vouch, as far as that goes from here."""
        for kind, *told in TO_VOUCHER:
            self.happen(kind, *told)
        self.read_card(is_first=is_first)
        for kind, *told in VOUCHING:
            self.happen(kind, *told)
