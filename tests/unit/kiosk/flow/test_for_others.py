"""Somebody applies for somebody else: two people, one after the other, and never mixed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import IdentityAssurance, Relation
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.for_others import READ_AGAIN_S, RELATION
from kiosk.flow.questions import known_answers
from kiosk.flow.session import Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.support.builders import (
    A_VOLUNTEER,
    a_person,
    a_photo,
    a_service,
    a_world,
    an_unseen,
    another_person,
)
from tests.support.walk import Walk

MINE, THEIRS = a_person(), another_person()


def walk_for_somebody(**changes: object) -> Walk:
    """Return a visit at the question for whom, of a service that may be applied for so."""
    told = {"on_behalf": (Relation.PARENT, Relation.NEIGHBOUR), **changes}
    service = replace(a_service(PhotoNeed.NONE), **told)  # type: ignore[arg-type] # by name
    return Walk(a_world(service, duty=A_VOLUNTEER)).to(Step.FOR_WHOM)


def to_own_card(walk: Walk) -> Walk:
    """Say that it is for somebody else, and come to one's own card."""
    walk.on(ev.OnBehalfChosen)
    walk.on(ev.Continued)
    assert walk.step == Step.CARD
    return walk


def to_their_card(walk: Walk) -> Walk:
    """Lay one's own card down, and say for whom it is."""
    to_own_card(walk)
    walk.on(ev.CardRead, MINE, "cn.resident_id")
    assert walk.step == Step.RELATION
    walk.on(ev.Answered, RELATION, "parent")
    assert walk.step == Step.CARD
    return walk


def to_seal(walk: Walk) -> ef.ApplicationRecord:
    """Go the straight way to the end, and return what is sealed."""
    while walk.step != Step.SEALING:
        walk.go_on()
    [order] = walk.all(ef.SealApplication)
    return order.record


def test_both_are_identified_and_the_record_tells_who_is_who() -> None:
    """Applicant and beneficiary, what they are to each other, and how each was identified."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    assert walk.step == Step.CONSENT_DATA
    record = to_seal(walk)
    assert record.applicant is not None
    assert (record.applicant.person, record.person) == (MINE, THEIRS)
    assert record.relation is Relation.PARENT
    assert record.applicant.identity.assurance is IdentityAssurance.CARD_READ
    assert record.identity.assurance is IdentityAssurance.CARD_READ


def test_what_is_known_already_is_the_beneficiarys() -> None:
    """The form is about them: age, name and address come from their card."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    known = known_answers(walk.now(), walk.world)
    assert known["card_name"] == THEIRS.full_name
    assert known["card_birth_date"] == str(THEIRS.birth_date)


def test_only_the_beneficiarys_number_is_looked_up() -> None:
    """The application is found under their card; the applicant has the receipt."""
    walk = to_their_card(walk_for_somebody())
    assert walk.all(ef.PrepareLookUp) == []
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    numbers = [order.document_number for order in walk.all(ef.PrepareLookUp)]
    assert numbers == [THEIRS.document_number]
    walk.answer(ev.UnseenFound, THEIRS.document_number, (an_unseen(),))
    assert walk.step == Step.UNSEEN


def test_the_same_card_again_is_told_kindly_and_not_read_while_it_lies_there() -> None:
    """Nothing of it is taken, and the reader waits until it is lifted."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, MINE, "cn.resident_id")
    assert (walk.step, walk.now().is_same_card, walk.now().person) == (Step.CARD, True, None)
    assert walk.wanted().reader is ReaderMode.PRESENCE
    walk.lift_card()
    assert walk.wanted().reader is ReaderMode.READ
    assert walk.now().is_same_card  # the sentence stays until another card is read
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    assert walk.step == Step.CONSENT_DATA
    assert not walk.now().is_same_card


def test_a_reader_that_can_not_tell_reads_on() -> None:
    """It wants the card lifted by itself."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, MINE, "cn.resident_id")
    walk.on(ev.CardSeen, Presence.CANT_TELL)
    assert walk.wanted().reader is ReaderMode.READ


def test_cards_swapped_faster_than_the_reader_looks_are_read_after_a_while() -> None:
    """Whoever was quick has laid down the right card, and is not stuck with it."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, MINE, "cn.resident_id")
    walk.wait(int(READ_AGAIN_S) + 1)
    assert walk.wanted().reader is ReaderMode.READ


def test_a_first_card_that_is_left_lying_does_not_keep_the_visit_alive() -> None:
    """Only laying it down is a sign of life; being read again is not."""
    walk = to_their_card(walk_for_somebody())
    for _ in range(60):
        walk.wait(4)
        walk.on(ev.CardRead, MINE, "cn.resident_id")
    assert walk.step in {Step.TAKE_CARD, Step.HOME}


def test_another_card_of_the_applicant_is_theirs_all_the_same() -> None:
    """The number tells who somebody is, not the kind of card."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, replace(MINE, document_type="cn.social_security"), "cn.social_security")
    assert walk.now().is_same_card


def test_the_applicants_own_number_is_not_typed_for_the_other() -> None:
    """Said at once, and typed again as often as one likes it is not taken."""
    walk = to_their_card(walk_for_somebody())
    mine = replace(MINE, document_number="990101194503150035")
    applicant = walk.now().applicant
    assert applicant is not None
    walk.session = replace(walk.session, applicant=replace(applicant, person=mine))
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    for _ in range(3):
        walk.on(ev.NumberTyped, "990101194503150035")
    assert walk.step == Step.TYPED_NUMBER


def test_each_has_their_own_rung_and_their_own_pictures() -> None:
    """A torn card of the applicant says nothing about the beneficiary's."""
    walk = to_own_card(walk_for_somebody())
    for _ in range(2):
        walk.lay_card()
        walk.on(ev.CardUnreadable, UnreadableReason.DAMAGED)
        walk.lift_card()
    walk.on(ev.OtherWayChosen)
    walk.on(ev.Continued)
    walk.on(ev.NumberTyped, "990101195001010018")
    walk.on(ev.NumberTyped, "990101195001010018")
    for _ in range(2):
        walk.on(ev.ShutterPressed)
        walk.answer(ev.CardPictureTaken, a_photo())
        walk.on(ev.Continued)
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.RELATION
    assert (walk.now().person, walk.now().failed_reads, walk.now().card_pictures) == (None, 0, ())
    walk.on(ev.Answered, RELATION, "neighbour")
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    record = to_seal(walk)
    assert record.applicant is not None
    assert record.applicant.identity.assurance is IdentityAssurance.TYPED_AND_ATTENDANT
    assert (record.applicant.identity.failed_reads, record.identity.failed_reads) == (2, 0)
    assert (len(record.applicant.card_pictures), record.card_pictures) == (2, ())


def test_a_relation_that_the_service_does_not_take_is_none() -> None:
    """Only what is offered can be chosen."""
    walk = to_own_card(walk_for_somebody())
    walk.on(ev.CardRead, MINE, "cn.resident_id")
    walk.on(ev.Answered, RELATION, "child")
    assert (walk.step, walk.now().relation) == (Step.RELATION, None)
    assert walk.now().question_problem is not None


def test_a_service_for_oneself_alone_offers_nothing_else() -> None:
    """The touch does nothing: the screen calls somebody instead."""
    walk = walk_for_somebody(on_behalf=())
    walk.on(ev.OnBehalfChosen)
    assert walk.step == Step.FOR_WHOM


def test_back_leads_through_both_and_forgets_who_was_read() -> None:
    """From their card to the relation, and from there before the first card."""
    walk = to_their_card(walk_for_somebody())
    steps = []
    for _ in range(3):
        walk.on(ev.WentBack)
        steps.append(walk.step)
    assert steps == [Step.RELATION, Step.CARD_NOTICE, Step.FOR_WHOM]
    assert (walk.now().applicant, walk.now().relation) == (None, None)
    walk.on(ev.Continued)
    assert not walk.now().is_on_behalf


def test_back_from_the_consent_begins_with_both_anew() -> None:
    """The next two cards may be other people's."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    walk.on(ev.WentBack)
    session = walk.now()
    assert walk.step == Step.CARD_NOTICE
    assert (session.applicant, session.person, session.relation) == (None, None, None)
    assert session.is_on_behalf


def test_a_service_that_wants_faces_compared_wants_both() -> None:
    """The least rung holds for the applicant and the beneficiary."""
    walk = walk_for_somebody(least_identity=IdentityAssurance.CARD_AND_ATTENDANT)
    to_own_card(walk).on(ev.CardRead, MINE, "cn.resident_id")
    assert walk.step == Step.WITNESS
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    walk.on(ev.Answered, RELATION, "parent")
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    assert walk.step == Step.WITNESS
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().applicant is not None) == (Step.CARD, True)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_stopping_leaves_nothing_of_either(steps: int) -> None:
    """Wherever it is stopped."""
    walk = to_their_card(walk_for_somebody())
    walk.on(ev.CardRead, THEIRS, "cn.resident_id")
    for _ in range(steps):
        walk.go_on()
    walk.on(ev.StopAsked)
    walk.on(ev.StopConfirmed)
    assert (walk.now().applicant, walk.now().person, walk.now().relation) == (None, None, None)


def test_failures_at_their_card_are_none_of_the_applicants() -> None:
    """Back at the own card it is counted from nothing, and so it goes to the office."""
    walk = to_their_card(walk_for_somebody())
    for _ in range(2):
        walk.on(ev.CardUnreadable, UnreadableReason.PULLED)
    assert walk.now().failed_reads == 2
    walk.on(ev.WentBack)
    assert walk.step == Step.RELATION
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    assert walk.step == Step.CARD
    walk.on(ev.CardRead, MINE, "cn.resident_id")
    applicant = walk.now().applicant
    assert applicant is not None
    assert applicant.identity.failed_reads == 0
