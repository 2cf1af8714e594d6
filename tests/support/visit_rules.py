"""What holds of every visit, whatever happens in whatever order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.catalogue import forms
from kiosk.domain import IdentityAssurance, Purpose
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.moves import empty_session
from kiosk.flow.questions import known_answers, open_question
from kiosk.flow.session import Overlay, Session, Step, Vouching
from kiosk.flow.world import World

ON_THE_WAY = {Step.CONSENT_PHOTO, Step.QUESTION, Step.PHOTO, Step.REVIEW, Step.SIGN, Step.SEALING}

TO_VOUCHER: tuple[tuple[Any, ...], ...] = (
    (ev.OnBehalfChosen,),
    (ev.Answered, "relation", "parent"),
    (ev.OtherWayChosen,),
    (ev.VouchingChosen,),
    (ev.Continued,),
)
"""As far as one gets from here towards somebody else's card."""
VOUCHING: tuple[tuple[Any, ...], ...] = (
    (ev.Answered, "standing", "family"),
    (ev.Answered, "known_for", "over_5_years"),
    (ev.NumberTyped, ""),
    (ev.Answered, "birth_date", ""),
    (ev.Consented, Purpose.VOUCHING, "2026-11"),
)
"""What a voucher whose card was read goes on to say, and what is said of whom they vouch for."""


def check_record(record: ef.ApplicationRecord, world: World) -> None:
    """Check that what is sealed is whole, and was agreed to."""
    given = {consent.purpose: consent.given for consent in record.consents}
    assert given[Purpose.DATA] is True
    assert not record.signature.is_blank
    # Without a chip somebody of the staff stands for it, and two pictures or none.
    assert record.identity.is_by_chip or record.identity.attendant is not None
    assert record.identity.is_by_chip or record.person.full_name == ""
    is_pictured = record.identity.assurance is IdentityAssurance.TYPED_AND_ATTENDANT
    assert len(record.card_pictures) == (2 if is_pictured else 0)
    check_people(record)
    assert (record.photo is None) is (record.photo_missing is not None)
    if record.photo is not None:
        assert given[Purpose.FACE_PHOTO] is True
    service = world.service(record.service_id)
    assert service is not None
    known = forms.facts(record.person, world.today) | dict(record.answers)
    known["hello"] = ""  # a note has no answer to be sealed
    assert forms.first_open(service, known, world.today) is None


def check_people(record: ef.ApplicationRecord) -> None:
    """Check that applicant, beneficiary and voucher are different people, and each known alone."""
    numbers = [record.person.document_number]
    assert (record.applicant is None) is (record.relation is None)
    vouchers = [record.identity.voucher]
    if record.applicant is not None:
        numbers.append(record.applicant.person.document_number)
        vouchers.append(record.applicant.identity.voucher)
        applicant = record.applicant.identity
        assert applicant.is_by_chip or applicant.attendant is not None
        assert (applicant.assurance is IdentityAssurance.VOUCHED) is (applicant.voucher is not None)
    is_vouched = record.identity.assurance is IdentityAssurance.VOUCHED
    assert is_vouched is (record.identity.voucher is not None)
    known = [number for number in numbers if number]
    assert len(set(known)) == len(known)
    assert record.identity.voucher is None or record.identity.voucher.document_number not in known
    statements = [consent for consent in record.consents if consent.purpose is Purpose.VOUCHING]
    assert len(statements) == sum(voucher is not None for voucher in vouchers)


def check_agreed(session: Session, wanted: ef.WantedDevices) -> None:
    """Check that nothing runs, and nothing is held, that nobody agreed to."""
    if session.step in ON_THE_WAY:
        assert session.person is not None
        assert session.consent(Purpose.DATA) is True
    if session.step is Step.PHOTO or session.photo is not None:
        assert session.consent(Purpose.FACE_PHOTO) is True
    if session.step in {Step.RECEIVED, Step.RATING}:
        assert (session.answers, session.photo, session.signature) == ((), None, None)
    if wanted.camera and session.staff is None:
        assert session.step in {Step.PHOTO, Step.CARD_PICTURE, Step.DOCUMENT_PICTURE}
    if session.step in ON_THE_WAY | {Step.CONSENT_DATA}:
        assert session.identity is not None
    if wanted.reader is ReaderMode.READ:
        assert session.step in {
            Step.CARD,
            Step.VOUCHER_CARD,
            Step.STATUS_CARD,
            Step.DOCUMENT_READ,
        }
    # A key is held out to the reader only while its document is to be read, and by nobody else.
    assert (wanted.key is not None) is (
        wanted.reader is ReaderMode.READ and session.step is Step.DOCUMENT_READ
    )
    if session.step in ON_THE_WAY | {Step.CONSENT_DATA, Step.HOME, Step.TAKE_CARD}:
        assert session.document is None


def check_asked(session: Session, world: World) -> None:
    """Check that the question shown is relevant, and that nothing is signed while one is open."""
    if session.step is Step.QUESTION:
        service = world.service(session.service_id)
        assert service is not None
        relevant = forms.relevant_questions(service, known_answers(session, world), world.today)
        assert session.question in {question.name for question in relevant}
    if session.step is Step.SIGN:
        assert open_question(session, world) is None
        assert (session.photo is None) is (session.photo_missing is not None)


def check_home(session: Session, world: World) -> None:
    """Check that Home knows nobody: a paper may be late, and somebody may want help."""
    usual = replace(
        empty_session(world),
        staff=session.staff,
        display=session.display,
        last_touch_s=session.last_touch_s,
        card_presence=session.card_presence,
        overlay=session.overlay,
        slip=session.slip,
        has_late_paper=session.has_late_paper,
    )
    is_covered = session.overlay is Overlay.HELP or session.staff is not None
    assert is_covered or not session.has_late_paper
    assert session.slip is None or session.overlay is Overlay.HELP
    if session.overlay is Overlay.LATE_PAPER:  # whose paper it is, it does not know
        since_s, rings = session.still_there_since_s, session.is_card_bell
        usual = replace(usual, still_there_since_s=since_s, is_card_bell=rings)
    assert session == usual
    assert session.overlay in {Overlay.NONE, Overlay.HELP, Overlay.LATE_PAPER}


def check_reminder(session: Session) -> None:
    """Check that a reminder knows nobody."""
    if session.step in {Step.TAKE_CARD, Step.NOT_KEPT, Step.STOPPED}:
        assert session.person is None
        assert (session.answers, session.consents, session.status_items) == ((), (), ())
        assert (session.photo, session.signature, session.sealed) == (None, None, None)
        assert (session.applicant, session.relation) == (None, None)
        assert session.vouching == Vouching()
        assert not session.earlier
        assert (session.identity, session.card_pictures, session.tried_number) == (None, (), "")


def check_rung(
    order: ef.TakeCardPicture | ef.CheckWitness | ef.ReadLines, session: Session, world: World
) -> None:
    """Check that a card is photographed for somebody, and a witness is on duty."""
    if isinstance(order, ef.ReadLines):
        assert session.step is Step.DOCUMENT_PICTURE
    elif isinstance(order, ef.TakeCardPicture):
        assert session.step is Step.CARD_PICTURE
        assert session.person is not None
    else:
        assert session.step is Step.WITNESS
        assert world.duty is not None
