"""Two people in one application: sealed, found again, printed and told, each as who they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import papers
from kiosk.domain import (
    Applicant,
    Identity,
    IdentityAssurance,
    KnownFor,
    Person,
    Relation,
    Standing,
    Voucher,
)
from kiosk.envelope import (
    ApplicantTold,
    Contents,
    ReceiptNumber,
    Torn,
    from_parts,
    parse,
    to_parts,
)
from kiosk.flow.effects import ApplicationRecord
from kiosk.sealing import Sealer
from kiosk.store import applications, entries, known
from kiosk.store.notes import read_note, seal_note
from kiosk.store.retention import Keep
from tests.support.builders import A_MORNING, A_VOLUNTEER, a_photo, another_person
from tests.support.entries import some_contents
from tests.support.sealing_places import ASK_BY, SERVICE, SealingPlace, a_record, now
from tests.unit.kiosk.test_papers import EN, FACTS, ZH, written
from tests.unit.kiosk.test_telling import DELIVERED, told

SIDES = (a_photo(), replace(a_photo(), jpeg=b"\xff\xd8\xff the back"))
APPLICANT = Applicant(
    another_person(),
    Identity(IdentityAssurance.TYPED_AND_ATTENDANT, A_MORNING, A_VOLUNTEER),
    SIDES,
)
VOUCHED = Identity(
    IdentityAssurance.VOUCHED,
    A_MORNING,
    A_VOLUNTEER,
    voucher=Voucher(
        "cn.resident_id",
        "990101195001010018",
        "王招娣",
        Standing.COMMITTEE,
        KnownFor.YEARS_1_TO_5,
    ),
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SealingPlace]:
    """A state folder to seal in."""
    place = SealingPlace(tmp_path / "state")
    yield place
    place.close()


@pytest.fixture
def sealer(place: SealingPlace) -> Sealer:
    """The sealer of that place."""
    return place.open()


def for_parent() -> ApplicationRecord:
    """Return an application that 李守田 hands in for 张桂英."""
    return replace(a_record(), applicant=APPLICANT, relation=Relation.PARENT)


def contents_of(place: SealingPlace, sealer: Sealer, record: ApplicationRecord) -> Contents:
    """Seal, and open it as the office does."""
    row = seal(sealer, record)
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    opened = place.contents(entry.file)
    assert opened is not None
    return opened


def seal(sealer: Sealer, record: ApplicationRecord) -> applications.ApplicationRow:
    """Seal an application as the desk does."""
    return sealer.seal_application(record, SERVICE, ASK_BY, now(), counts_from_delivery=False)


def test_the_office_reads_who_applied_for_whom(place: SealingPlace, sealer: Sealer) -> None:
    """Each with their own assurance, the relation, and what is to be seen of it."""
    opened = contents_of(place, sealer, for_parent())
    assert opened.person == a_record().person
    assert opened.on_behalf_of == "parent"
    applicant = opened.applicant
    assert applicant is not None
    assert applicant.person == APPLICANT.person
    assert applicant.identity.assurance is IdentityAssurance.TYPED_AND_ATTENDANT
    assert applicant.card_jpegs == tuple(side.jpeg for side in SIDES)
    assert opened.card_jpegs == ()
    assert dict(applicant.proof)["en"] == SERVICE.on_behalf_proof.say(EN.language)


def test_the_office_reads_who_vouched(place: SealingPlace, sealer: Sealer) -> None:
    """Name, number, what they are and since when; nothing else of their card."""
    nameless = Person("", "", "")
    opened = contents_of(place, sealer, replace(a_record(), person=nameless, identity=VOUCHED))
    assert opened.identity is not None
    assert opened.identity.voucher == VOUCHED.voucher


def test_an_application_for_oneself_says_nothing_of_others(
    place: SealingPlace, sealer: Sealer
) -> None:
    """Readers that know nothing of applicants read what they always did."""
    opened = contents_of(place, sealer, a_record())
    assert (opened.on_behalf_of, opened.applicant) == ("self", None)
    assert "applicant.json" not in to_parts(opened)


@pytest.mark.parametrize("missing", ["person", "identity", "proof"])
def test_half_an_applicant_is_none(missing: str) -> None:
    """A part that is not ours makes the whole not ours."""
    applicant = ApplicantTold(APPLICANT.person, APPLICANT.identity)
    parts = to_parts(replace(some_contents_here(), applicant=applicant))
    assert from_parts(parts) is not None
    broken = parts["applicant.json"].replace(f'"{missing}":'.encode(), b'"nothing":')
    assert from_parts({**parts, "applicant.json": broken}) is None


def some_contents_here() -> Contents:
    """Return the contents of some entry."""
    return some_contents(ReceiptNumber(3702, 1))


def test_it_is_found_under_the_beneficiarys_card(sealer: Sealer) -> None:
    """And the row names both, masked."""
    row = seal(sealer, for_parent())
    assert (row.applicant, row.beneficiary) == ("李*田", "张*英")
    person, applicant = a_record().person, APPLICANT.person
    theirs = sealer.keys.lookup_of(person.document_type, person.document_number)
    mine = sealer.keys.lookup_of(applicant.document_type, applicant.document_number)
    assert len(applications.status_by_lookup(sealer.db, theirs, A_MORNING)) == 1
    assert applications.status_by_lookup(sealer.db, mine, A_MORNING) == ()
    assert applications.find(sealer.db, row.app_id) == row
    folder = sealer.folder
    [it] = known.known_by_lookup(sealer.db, folder, Keep(), theirs).applications
    assert (it.applicant, it.beneficiary) == ("李*田", "张*英")


def test_whoever_has_no_number_is_found_by_the_receipt_alone(sealer: Sealer) -> None:
    """Not with others who have none, nor under a card that was read before in the same visit."""
    nameless = Person("", "", "")
    before = a_record().person
    sealer.prepare_lookup("s-1", before.document_type, before.document_number)
    rows = [
        seal(sealer, replace(a_record(session), person=nameless, identity=VOUCHED))
        for session in ("s-1", "s-2")
    ]
    assert rows[0].lookup != rows[1].lookup
    card = sealer.keys.lookup_of(before.document_type, before.document_number)
    nobody = sealer.keys.lookup_of("", "")
    assert applications.status_by_lookup(sealer.db, card, A_MORNING) == ()
    assert applications.status_by_lookup(sealer.db, nobody, A_MORNING) == ()
    for row in rows:
        found = applications.status_by_number(sealer.db, row.number, row.query_code, A_MORNING)
        assert len(found) == 1


def test_a_note_brings_both_names_back(place: SealingPlace, sealer: Sealer) -> None:
    """A database that is lost is built anew with them."""
    row = seal(sealer, for_parent())
    entry = entries.find(sealer.db, row.app_id)
    assert entry is not None
    parts = place.envelopes / entry.file
    front = parse(parts.read_bytes())
    assert not isinstance(front, Torn)
    assert seal_note(sealer.keys.note_key, front.front.entry_hash, row)
    assert read_note(parts, sealer.keys.note_key, front.front) == row


def test_the_receipt_names_both() -> None:
    """Who handed it in, and for whom; alone, one name is enough."""
    both = replace(FACTS, beneficiary="李*田")
    assert "Applicant: 张*英\nFor: 李*田" in written(papers.receipt(both, EN))
    assert "替谁办: 李*田" in written(papers.receipt(both, ZH))
    assert "For:" not in written(papers.receipt(FACTS, EN))


def test_the_beneficiary_hears_who_handed_it_in() -> None:
    """What this machine still knows names them, and who it was."""
    said = told(replace(DELIVERED, applicant="李*田", beneficiary="张*英"))
    assert "your name is kept as 张*英" in said
    assert "李*田 handed it in for you." in said
