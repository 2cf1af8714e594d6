"""Who applies for whom, and who vouches, as the screens show it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.domain import Language
from kiosk.flow.face_state import FaceState
from kiosk.flow.session import Step
from kiosk.ports.card_reader import UnreadableReason
from tests.screens.places import EN, PERSON, SERVICE, TEXTS, VOLUNTEER, ZH, a_session, a_world
from tests.screens.situations import APPLICANT, AT_THEIR_CARD, FOR_OTHER, SITUATIONS
from tests.support.builders import a_photo
from ui.views.card import card_view
from ui.views.frame import frame_view
from ui.views.ladder import other_way_view
from ui.views.review import review_view
from ui.views.vouching import relation_view


@pytest.mark.parametrize("language", [ZH, EN])
def test_a_voucher_stays_masked_whoever_holds_the_button(language: Language) -> None:
    """It is not the resident's name: "Hold to see all" does not show it."""
    step, changes = SITUATIONS["review, vouched"]
    view = review_view(a_session(step, language, **changes), a_world(), TEXTS[language])
    said = " ".join(f"{row.shown} {row.whole}" for row in view.rows)
    assert "张*英" in said
    assert PERSON.full_name not in said
    assert PERSON.document_number not in said
    assert VOLUNTEER.name in said


def test_the_review_tells_both_apart() -> None:
    """Each one's name stands under a label of its own."""
    other = replace(PERSON, full_name="李守田", document_number="990101194503150035")
    session = a_session(Step.REVIEW, EN, **{**FOR_OTHER, "person": other})
    view = review_view(session, a_world(), TEXTS[EN])
    rows = {row.label: row.shown for row in view.rows}
    assert (rows["Your name"], rows["Their name"]) == ("张*英", "李*田")
    assert rows["It is for"] == "Another relative"
    assert frame_view(session, a_world(), TEXTS[EN]).line == "for 李*田"


def test_nobody_applies_for_themselves_in_the_frame() -> None:
    """While somebody on duty looks at the applicant, their name is not whom it is for."""
    changes: dict[str, Any] = {"is_on_behalf": True, "applicant": None, "person": PERSON}
    session = a_session(Step.WITNESS, EN, **changes)
    assert frame_view(session, a_world(), TEXTS[EN]).line == "for somebody else"


def test_pictures_that_go_along_are_named() -> None:
    """Of a card that could not be read, and of its chip where the service keeps that."""
    seen = replace(SERVICE, keeps_card_portrait=True)
    changes: dict[str, Any] = {
        "service_id": SERVICE.service_id,
        "card_pictures": (a_photo(), a_photo()),
        "face": FaceState(b"jpeg"),
    }
    session = a_session(Step.REVIEW, EN, **changes)
    for service, is_told in ((seen, True), (SERVICE, False)):
        world = replace(a_world(), services=(service,))
        labels = [row.label for row in review_view(session, world, TEXTS[EN]).rows]
        assert "Pictures of the card" in labels
        assert ("Portrait in the card" in labels) is is_told


def test_the_relation_says_what_proof_is_wanted() -> None:
    """In the office's words, and only the relations that the service takes are offered."""
    world = a_world()
    view = relation_view(a_session(Step.RELATION, EN, **AT_THEIR_CARD), world, TEXTS[EN])
    assert SERVICE.on_behalf_proof.say(EN) in view.hint
    assert [choice.name for choice in view.choices] == [it.value for it in SERVICE.on_behalf]


def test_the_first_card_that_still_lies_there_is_no_mistake_of_theirs() -> None:
    """Not "lay it down again": the other one is wanted."""
    lying: dict[str, Any] = {**AT_THEIR_CARD, "card_problem": UnreadableReason.LIFT_FIRST}
    view = card_view(a_session(Step.CARD, EN, **lying), a_world(), TEXTS[EN])
    assert view.problem == TEXTS[EN].say("others.lift")
    same: dict[str, Any] = {**lying, "is_same_card": True}
    view = card_view(a_session(Step.CARD, EN, **same), a_world(), TEXTS[EN])
    assert view.problem == TEXTS[EN].say("others.same_card")


def test_without_a_card_vouching_is_offered_and_typing_is_not() -> None:
    """There is nothing to type from; after failed reads both are."""
    without = other_way_view(a_session(Step.OTHER_WAY, EN), a_world(), TEXTS[EN])
    assert (without.vouch, without.bar.next) == ("Somebody vouches", "")
    tried = a_session(Step.OTHER_WAY, EN, failed_reads=2)
    assert other_way_view(tried, a_world(), TEXTS[EN]).bar.next == "Type the number"


def test_below_the_chip_the_beneficiary_has_to_be_there() -> None:
    """Nobody confirms a face that they did not see."""
    session = a_session(Step.OTHER_WAY, EN, applicant=APPLICANT, failed_reads=2)
    assert TEXTS[EN].say("others.here") in other_way_view(session, a_world(), TEXTS[EN]).lines
