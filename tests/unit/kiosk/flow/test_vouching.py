"""Nothing to show: somebody with a card of their own vouches, before somebody on duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import IdentityAssurance, KnownFor, Purpose, Relation, Standing, Voucher
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import JournalEvent, ReaderMode
from kiosk.flow.for_others import RELATION
from kiosk.flow.session import Step
from kiosk.flow.vouching import BIRTH, KNOWN_FOR, STANDING, TEXT_VERSION
from kiosk.ports.card_reader import UnreadableReason
from tests.support.builders import A_VOLUNTEER, a_person, a_service, a_world, another_person
from tests.support.walk import Walk

VOUCHER = a_person()
NUMBER = another_person().document_number


def at_other_way(least: IdentityAssurance = IdentityAssurance.VOUCHED) -> Walk:
    """Return a visit of somebody without a card."""
    service = replace(a_service(PhotoNeed.NONE), least_identity=least, on_behalf=(Relation.PARENT,))
    walk = Walk(a_world(service, duty=A_VOLUNTEER)).to(Step.CARD)
    walk.on(ev.OtherWayChosen)
    return walk


def to_voucher_card(walk: Walk) -> Walk:
    """Come to where the voucher lays down their card."""
    walk.on(ev.VouchingChosen)
    walk.on(ev.Continued)
    assert walk.step == Step.VOUCHER_CARD
    return walk


def say_how(walk: Walk) -> Walk:
    """Read the voucher's card, and let them say what they are to whom and since when."""
    walk.on(ev.CardRead, VOUCHER, "cn.resident_id")
    walk.on(ev.Answered, STANDING, "neighbour")
    walk.on(ev.Answered, KNOWN_FOR, "over_5_years")
    assert walk.step == Step.VOUCHED_NUMBER
    return walk


def state(walk: Walk) -> Walk:
    """Let the voucher state it, and come to the witness."""
    walk.on(ev.Consented, Purpose.VOUCHING, TEXT_VERSION)
    assert walk.step == Step.WITNESS
    return walk


def to_witness(walk: Walk, number: str = NUMBER, born: str = "") -> Walk:
    """Say everything up to the witness."""
    say_how(to_voucher_card(walk))
    walk.on(ev.NumberTyped, number)
    if not number:
        walk.on(ev.Answered, BIRTH, born)
    return state(walk)


def confirm(walk: Walk) -> None:
    """Let the attendant confirm with the right PIN."""
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)


def test_card_statement_and_witness_make_the_lowest_rung() -> None:
    """Who vouched, what they are, since when, and who heard it, is in the record; no more."""
    walk = to_witness(at_other_way())
    confirm(walk)
    assert walk.step == Step.CONSENT_DATA
    while walk.step != Step.SEALING:
        walk.go_on()
    [order] = walk.all(ef.SealApplication)
    identity, person = order.record.identity, order.record.person
    assert identity.assurance is IdentityAssurance.VOUCHED
    assert identity.attendant == A_VOLUNTEER
    assert identity.voucher == Voucher(
        VOUCHER.document_type,
        VOUCHER.document_number,
        VOUCHER.full_name,
        Standing.NEIGHBOUR,
        KnownFor.OVER_5_YEARS,
    )
    assert (person.document_number, person.full_name) == (NUMBER, "")
    assert Purpose.VOUCHING in {consent.purpose for consent in order.record.consents}
    assert order.record.applicant is None


def test_nothing_of_the_voucher_stays_but_what_goes_along() -> None:
    """Their card's other data are gone as soon as somebody on duty has confirmed."""
    walk = to_witness(at_other_way())
    confirm(walk)
    assert walk.now().vouching.card is None
    assert VOUCHER.address not in repr(walk.now())
    lines = repr(walk.all(ef.WriteJournal))
    assert VOUCHER.document_number not in lines
    assert VOUCHER.full_name not in lines
    assert JournalEvent.WITNESSED in walk.journal()


def test_whoever_has_no_number_is_known_by_their_birth_or_by_nothing() -> None:
    """An empty answer leads on: nobody is sent away for what nobody knows."""
    walk = to_witness(at_other_way(), number="", born="1945-03-15")
    person = walk.now().person
    assert person is not None
    assert (person.document_number, person.birth_date) == ("", date(1945, 3, 15))
    walk = to_witness(at_other_way(), number="", born="")
    confirm(walk)
    assert walk.all(ef.PrepareLookUp) == []
    assert walk.step == Step.CONSENT_DATA


@pytest.mark.parametrize("born", ["2026-13-01", "2027-01-01", "yesterday"])
def test_a_day_that_can_not_be_is_asked_again(born: str) -> None:
    """What was typed stays, to be put right."""
    walk = say_how(to_voucher_card(at_other_way()))
    walk.on(ev.NumberTyped, "")
    walk.on(ev.Answered, BIRTH, born)
    assert (walk.step, walk.now().question_draft) == (Step.VOUCHED_BIRTH, born)
    assert walk.now().question_problem is not None


def test_the_vouchers_own_number_is_not_the_others() -> None:
    """Two people, two numbers."""
    walk = to_voucher_card(at_other_way())
    walk.on(ev.CardRead, another_person(), "cn.resident_id")
    walk.on(ev.Answered, STANDING, "family")
    walk.on(ev.Answered, KNOWN_FOR, "over_5_years")
    for _ in range(3):
        walk.on(ev.NumberTyped, NUMBER)
    assert walk.step == Step.VOUCHED_NUMBER


def test_nobody_vouches_for_whom_they_apply_for() -> None:
    """The applicant's card is told kindly that somebody else has to."""
    walk = at_other_way()
    for _ in range(3):
        walk.on(ev.WentBack)
    walk.on(ev.OnBehalfChosen)
    walk.on(ev.Continued)
    walk.on(ev.CardRead, VOUCHER, "cn.resident_id")
    walk.on(ev.Answered, RELATION, "parent")
    walk.on(ev.OtherWayChosen)
    to_voucher_card(walk)
    walk.on(ev.CardRead, VOUCHER, "cn.resident_id")
    assert (walk.step, walk.now().is_same_card) == (Step.VOUCHER_CARD, True)
    assert walk.wanted().reader is ReaderMode.PRESENCE
    walk.lift_card()
    assert walk.wanted().reader is ReaderMode.READ
    walk.on(ev.CardRead, another_person(), "cn.resident_id")
    assert walk.step == Step.VOUCHER_STANDING


def test_who_would_rather_not_vouch_leaves_nothing() -> None:
    """No is an answer; the other ways are still there."""
    walk = say_how(to_voucher_card(at_other_way()))
    walk.on(ev.NumberTyped, NUMBER)
    walk.on(ev.Refused, Purpose.VOUCHING, TEXT_VERSION)
    assert walk.step == Step.OTHER_WAY
    assert (walk.now().vouching.card, walk.now().person) == (None, None)


def test_another_consent_states_nothing() -> None:
    """The voucher's statement is its own."""
    walk = say_how(to_voucher_card(at_other_way()))
    walk.on(ev.NumberTyped, NUMBER)
    walk.on(ev.Consented, Purpose.DATA, TEXT_VERSION)
    assert walk.step == Step.VOUCHER_STATES


@pytest.mark.parametrize(
    "least", [it for it in IdentityAssurance if it is not IdentityAssurance.VOUCHED]
)
def test_a_service_that_takes_no_such_word_offers_none(least: IdentityAssurance) -> None:
    """Offering what the office refuses afterwards is the cruellest of queues."""
    walk = at_other_way(least)
    walk.on(ev.VouchingChosen)
    assert walk.step == Step.OTHER_WAY


def test_without_anybody_on_duty_nobody_vouches() -> None:
    """A statement that nobody hears is none."""
    walk = at_other_way()
    walk.world = replace(walk.world, duty=None)
    walk.on(ev.VouchingChosen)
    assert walk.step == Step.OTHER_WAY


def test_a_vouchers_card_that_can_not_be_read_is_said() -> None:
    """It may be laid down again, or the way may be left."""
    walk = to_voucher_card(at_other_way())
    walk.on(ev.CardUnreadable, UnreadableReason.DAMAGED)
    assert walk.now().card_problem is UnreadableReason.DAMAGED
    walk.on(ev.ReaderGone)
    assert walk.now().reader_is_gone
    walk.on(ev.WentBack)
    assert walk.step == Step.VOUCH_NOTICE


def test_an_answer_that_is_none_is_asked_for() -> None:
    """Next without a choice leads nowhere."""
    walk = to_voucher_card(at_other_way())
    walk.on(ev.CardRead, VOUCHER, "cn.resident_id")
    walk.on(ev.Answered, STANDING, "")
    assert (walk.step, walk.now().question_problem is not None) == (Step.VOUCHER_STANDING, True)


def test_back_leads_from_step_to_step() -> None:
    """Every step can be left the way it was entered."""
    walk = to_witness(at_other_way())
    steps = []
    for _ in range(7):
        walk.on(ev.WentBack)
        steps.append(walk.step)
    assert steps == [
        Step.VOUCHER_STATES,
        Step.VOUCHED_NUMBER,
        Step.VOUCHER_KNOWN_FOR,
        Step.VOUCHER_STANDING,
        Step.VOUCHER_CARD,
        Step.VOUCH_NOTICE,
        Step.OTHER_WAY,
    ]
    assert (walk.now().vouching.card, walk.now().person) == (None, None)


def test_back_from_the_statement_leads_to_the_day_where_that_was_asked_for() -> None:
    """What was said of it still stands there."""
    walk = to_voucher_card(at_other_way())
    walk.on(ev.CardRead, VOUCHER, "cn.resident_id")
    walk.on(ev.Answered, STANDING, "neighbour")
    walk.on(ev.Answered, KNOWN_FOR, "over_5_years")
    walk.on(ev.NumberTyped, "")
    walk.on(ev.Answered, BIRTH, "1945-03-12")
    assert walk.step == Step.VOUCHER_STATES
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().question_draft) == (Step.VOUCHED_BIRTH, "1945-03-12")
    assert walk.now().person is None
    walk.on(ev.WentBack)
    assert (walk.step, walk.now().question_draft) == (Step.VOUCHED_NUMBER, "")


def test_an_answer_that_comes_after_going_back_vouches_for_nobody() -> None:
    """Who went back has no witness any more."""
    walk = to_witness(at_other_way())
    walk.on(ev.PinTyped, "270418")
    walk.on(ev.WentBack)
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert (walk.step, walk.now().identity) == (Step.VOUCHER_STATES, None)


def test_a_card_that_can_be_read_after_all_ends_the_vouching() -> None:
    """Whoever finds their card goes back and lays it down: nobody vouched."""
    walk = to_witness(at_other_way())
    for _ in range(8):
        walk.on(ev.WentBack)
    assert walk.step == Step.CARD
    walk.on(ev.CardRead, another_person(), "cn.resident_id")
    identity = walk.now().identity
    assert identity is not None
    assert (identity.assurance, identity.voucher) == (IdentityAssurance.CARD_READ, None)
