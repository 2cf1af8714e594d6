"""Two people with travel documents: what each chip was worth stays said, and nobody applies for
themselves.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.service import PhotoNeed
from kiosk.domain import ChipCheck, IdentityAssurance, LinesFrom, Person, Purpose, Relation
from kiosk.flow import document_events as de
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.document_try import DocumentWay, DocumentWays
from kiosk.flow.effects import ReaderMode
from kiosk.flow.session import Step
from kiosk.ports.card_reader import UnreadableReason
from tests.screens.places import TEXTS
from tests.support.builders import A_VOLUNTEER, a_person, a_service, a_world
from tests.support.walk import Walk
from ui.views.vouching import voucher_card_view

NUMBER = "L898902C3"
PASSPORT = Person(
    "icao.passport", NUMBER, "ERIKSSON ANNA MARIA", details=(("authenticity", "proven"),)
)
TYPED = (NUMBER, "6", "1974-08-12", "2032-04-15")


def a_walk(least: IdentityAssurance = IdentityAssurance.VOUCHED) -> Walk:
    """Return a visit that asks for whom it is."""
    service = replace(a_service(PhotoNeed.NONE), least_identity=least, on_behalf=tuple(Relation))
    world = a_world(service, duty=A_VOLUNTEER)
    ways = DocumentWays(reads_chip=True, reads_lines=True)
    return Walk(replace(world, documents=ways)).to(Step.FOR_WHOM)


def show(walk: Walk) -> None:
    """Type what is printed in the passport, at the card's screen."""
    walk.on(de.DocumentChosen)
    walk.on(de.WayChosen, DocumentWay.TYPED)
    for text in TYPED:
        walk.on(de.DocumentTyped, text)
    assert walk.step == Step.DOCUMENT_READ


def at_second_card(walk: Walk) -> Walk:
    """Come to the second card, with the passport as the applicant's."""
    walk.on(ev.OnBehalfChosen)
    walk.on(ev.Continued)
    show(walk)
    walk.on(ev.CardRead, PASSPORT, "icao.travel_document")
    walk.on(ev.Answered, "relation", "parent")
    assert walk.step == Step.CARD
    return walk


def test_what_the_chip_was_worth_outlives_the_witness() -> None:
    """The office is told it, whoever stands for the face besides."""
    walk = a_walk(IdentityAssurance.CARD_AND_ATTENDANT)
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    show(walk)
    walk.on(ev.CardRead, PASSPORT, "icao.travel_document")
    assert walk.step == Step.WITNESS
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    identity = walk.now().identity
    assert identity is not None
    assert identity.assurance is IdentityAssurance.CARD_AND_ATTENDANT
    assert (identity.chip, identity.lines_from) == (ChipCheck.PROVEN, LinesFrom.TYPED)


def test_what_the_applicants_chip_was_worth_is_kept_with_them() -> None:
    """And nothing of it goes on to whom they apply for."""
    walk = at_second_card(a_walk())
    applicant = walk.now().applicant
    assert applicant is not None
    assert (applicant.identity.chip, applicant.identity.lines_from) == (
        ChipCheck.PROVEN,
        LinesFrom.TYPED,
    )
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    identity = walk.now().identity
    assert identity is not None
    assert (identity.chip, identity.lines_from) == (None, None)


def test_the_applicants_own_document_is_not_the_other_ones() -> None:
    """Its chip read once more is said kindly, and read again only after a while."""
    walk = at_second_card(a_walk())
    show(walk)
    walk.on(ev.CardRead, PASSPORT, "icao.travel_document")
    assert walk.step == Step.CARD
    assert walk.now().is_same_card
    assert walk.now().person is None
    assert walk.wanted().reader is ReaderMode.PRESENCE
    walk.wait(4)
    assert walk.wanted().reader is ReaderMode.READ


def test_nor_without_its_chip() -> None:
    """Its number typed again is the applicant's, too."""
    walk = at_second_card(a_walk())
    show(walk)
    walk.on(de.WithoutChipChosen)
    assert walk.step == Step.CARD
    assert walk.now().is_same_card
    assert walk.now().person is None


def test_a_statement_goes_with_whom_it_was_about() -> None:
    """Somebody vouched for the applicant, who then finds their card: the voucher is out of it."""
    walk = a_walk()
    walk.on(ev.OnBehalfChosen)
    for kind in (ev.Continued, ev.OtherWayChosen, ev.VouchingChosen, ev.Continued):
        walk.on(kind)
    walk.on(ev.CardRead, PASSPORT, "cn.resident_id")
    walk.on(ev.Answered, "standing", "neighbour")
    walk.on(ev.Answered, "known_for", "over_5_years")
    walk.on(ev.NumberTyped, "")
    walk.on(ev.Answered, "birth_date", "1950-01-01")
    walk.consent(Purpose.VOUCHING)
    walk.on(ev.PinTyped, "270418")
    walk.answer(ev.WitnessAccepted, A_VOLUNTEER)
    assert walk.step == Step.RELATION
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    walk.on(ev.Answered, "relation", "parent")
    walk.on(ev.CardRead, PASSPORT, "cn.resident_id")
    assert walk.step == Step.CONSENT_DATA
    assert walk.now().consents == ()
    walk.consent(Purpose.DATA)
    while walk.step != Step.SEALING:
        walk.go_on()
    (order,) = walk.all(ef.SealApplication)
    assert [it.purpose for it in order.record.consents] == [Purpose.DATA]


def test_a_voucher_is_asked_for_a_card_alone() -> None:
    """No tile leads from there to travel documents: it would lead nowhere."""
    walk = a_walk()
    for kind in (ev.Continued, ev.Continued, ev.OtherWayChosen, ev.VouchingChosen, ev.Continued):
        walk.on(kind)
    assert walk.step == Step.VOUCHER_CARD
    before = walk.now()
    walk.on(de.DocumentChosen)
    assert walk.step == before.step
    assert (
        voucher_card_view(walk.now(), walk.world, TEXTS[walk.now().display.language]).document_title
        == ""
    )


def test_what_went_wrong_with_one_card_is_not_said_of_the_next() -> None:
    """Somebody was known in the end, and made room for somebody else."""
    walk = a_walk()
    walk.on(ev.Continued)
    walk.on(ev.Continued)
    for _ in range(2):
        walk.on(ev.CardUnreadable, UnreadableReason.PULLED)
    walk.on(ev.CardRead, a_person(), "cn.resident_id")
    identity = walk.now().identity
    assert identity is not None
    assert identity.failed_reads == 2
    walk.on(ev.WentBack)
    walk.on(ev.Continued)
    walk.on(ev.CardRead, PASSPORT, "cn.resident_id")
    identity = walk.now().identity
    assert identity is not None
    assert identity.failed_reads == 0
