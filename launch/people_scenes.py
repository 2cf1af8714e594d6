"""The pictures of who applies for whom, and of who vouches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kiosk.domain import (
    Applicant,
    Identity,
    IdentityAssurance,
    KnownFor,
    Person,
    Sex,
    StaffMember,
    Standing,
    Voucher,
)
from kiosk.flow.session import Session, Step, Vouching
from kiosk.flow.world import World


def people(
    visit: Session, world: World, person: Person, volunteer: StaffMember
) -> Iterator[tuple[str, Session]]:
    """Yield who applies for whom, and who vouches: the names of pictures, and their sessions."""
    by_card = Identity(IdentityAssurance.CARD_READ, world.now)
    told = world.services[0].on_behalf
    for_other = replace(visit, is_on_behalf=True)
    yield "people-notice", replace(for_other, step=Step.CARD_NOTICE)
    yield "people-own-card", replace(for_other, step=Step.CARD)
    asked = replace(
        for_other, applicant=Applicant(person, by_card), relation=next(iter(told), None)
    )
    yield "people-relation", replace(asked, step=Step.RELATION)
    theirs = replace(asked, step=Step.CARD)
    yield "people-their-card", theirs
    yield "people-same-card", replace(theirs, is_same_card=True)
    other = Person("cn.resident_id", "990101194503150035", "李守田", Sex.MALE, date(1945, 3, 15))
    both = replace(asked, person=other, identity=by_card)
    yield "people-consent", replace(both, step=Step.CONSENT_DATA)
    yield "people-review", replace(both, step=Step.REVIEW)
    yield "vouch-other-way", replace(visit, step=Step.OTHER_WAY)
    yield "vouch-after-failures", replace(visit, step=Step.OTHER_WAY, failed_reads=2)
    said = replace(visit, vouching=Vouching(card=person))
    for step in (Step.VOUCH_NOTICE, Step.VOUCHER_CARD):
        yield f"vouch-{step}", replace(visit, step=step)
    for step in (
        Step.VOUCHER_STANDING,
        Step.VOUCHER_KNOWN_FOR,
        Step.VOUCHED_NUMBER,
        Step.VOUCHED_BIRTH,
        Step.VOUCHER_STATES,
        Step.WITNESS,
    ):
        yield f"vouch-{step}", replace(said, step=step)
    voucher = Voucher(
        person.document_type,
        person.document_number,
        person.full_name,
        Standing.NEIGHBOUR,
        KnownFor.OVER_5_YEARS,
    )
    vouched = Identity(IdentityAssurance.VOUCHED, world.now, volunteer, voucher=voucher)
    nameless = replace(other, document_type="", document_number="", full_name="")
    review = replace(visit, step=Step.REVIEW, person=nameless, identity=vouched)
    yield "vouch-review", review
