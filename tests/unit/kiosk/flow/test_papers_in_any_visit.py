"""Papers on the machine on which anything happens at any time, with a second application after
the first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from kiosk.catalogue.service import PhotoNeed, Service
from kiosk.domain import IdentityAssurance
from kiosk.shown_papers import TrustLevel
from tests.support.builders import a_service, a_world
from tests.support.papers_in_any_order import PapersInAnyOrder
from tests.support.shown_papers import BOOK, CARD, LETTER
from tests.support.walk import Walk
from tests.unit.kiosk.flow import test_another_any_order

OWNED = replace(CARD, is_required=True, least=TrustLevel.B)
PROMISE = replace(CARD, paper_id="promise", is_own=True, wants=TrustLevel.D)


class PapersInAnyVisit(PapersInAnyOrder, test_another_any_order.AnotherInAnyOrder):
    """See the module: papers of the same names in every service, so that mixing them up shows."""

    def __init__(self) -> None:
        """Stand at Home."""
        super().__init__()
        self.begin_with_papers()
        services: tuple[Service, ...] = (
            replace(a_service(), papers=(BOOK, OWNED, LETTER)),
            replace(
                a_service(PhotoNeed.NONE, "no_photo"),
                papers=(CARD, PROMISE, BOOK),
                least_identity=IdentityAssurance.CARD_AND_ATTENDANT,
            ),
            replace(a_service(service_id="with_photo"), papers=(BOOK, LETTER)),
        )
        self.walk = Walk(a_world(*services))

    # What has nothing to do with papers is played often enough by the others.
    climb_down = show_a_document = look_up = change_display = test_part = cast("Any", None)
    advise = decide = answer_another = fail_to_read = ask_paper = cast("Any", None)
    touch_camera = rate = cast("Any", None)

    @initialize(service=test_another_any_order.SERVICES, is_second=st.booleans())
    def apply(self, service: str, *, is_second: bool) -> None:
        """Begin at the papers of an application, or of another one after it."""
        if is_second:
            super().apply(service, 0)
        self.go_to_papers(0)


TestPapersInAnyVisit = PapersInAnyVisit.TestCase
TestPapersInAnyVisit.settings = settings(max_examples=60, stateful_step_count=50)
