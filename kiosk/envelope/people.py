"""The people of an entry as JSON: who it is about, who applied, who vouched, who saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain import (
    Applicant,
    ChipCheck,
    Identity,
    IdentityAssurance,
    KnownFor,
    LinesFrom,
    Person,
    Sex,
    StaffMember,
    StaffRole,
    Standing,
    Voucher,
)
from kiosk.envelope.comparison import comparison_json, read_comparison
from kiosk.envelope.shapes import (
    Words,
    as_object,
    as_pairs,
    as_text,
    as_whole,
    as_words,
    read_day,
    read_time,
    told_day,
    told_time,
)
from kiosk.journal import Json

APPLICANT_CARD_PARTS = ("applicant-card-front.jpg", "applicant-card-back.jpg")
"""Pictures of the applicant's own card, where its chip could not be read."""


@dataclass(frozen=True, slots=True)
class ApplicantTold:
    """Who applied for somebody else, as the office is told; `proof` is what it wants to see of the
    relation.
    """

    person: Person
    identity: Identity
    proof: Words = ()
    card_jpegs: tuple[bytes, ...] = field(default=(), repr=False)


def applicant_told(applicant: Applicant | None, proof: Words) -> ApplicantTold | None:
    """Return what the office is told of an applicant; None where people apply for themselves."""
    if applicant is None:
        return None
    jpegs = tuple(picture.jpeg for picture in applicant.card_pictures)
    return ApplicantTold(applicant.person, applicant.identity, proof, jpegs)


def told_applicant(applicant: ApplicantTold) -> dict[str, Json]:
    """Return an applicant as JSON, without the pictures."""
    return {
        "person": told_person(applicant.person),
        "identity": told_identity(applicant.identity),
        "proof": dict(applicant.proof),
    }


def read_applicant(it: Mapping[str, object], parts: Mapping[str, bytes]) -> ApplicantTold:
    """Return the applicant that `told_applicant` wrote, with the pictures among `parts`."""
    return ApplicantTold(
        person=read_person(as_object(it["person"])),
        identity=read_identity(as_object(it["identity"])),
        proof=as_words(it["proof"]),
        card_jpegs=tuple(parts[name] for name in APPLICANT_CARD_PARTS if name in parts),
    )


def told_person(person: Person) -> dict[str, Json]:
    """Return a person as JSON; what is unknown is empty."""
    return {
        "document_type": person.document_type,
        "document_number": person.document_number,
        "full_name": person.full_name,
        "sex": person.sex.value,
        "birth_date": told_day(person.birth_date),
        "address": person.address,
        "issuer": person.issuer,
        "valid_from": told_day(person.valid_from),
        "valid_until": told_day(person.valid_until),
        "details": [list(pair) for pair in person.details],
    }


def told_identity(identity: Identity) -> dict[str, Json]:
    """Return as JSON how it is known who somebody is."""
    told: dict[str, Json] = {
        "assurance": identity.assurance.value,
        "at": told_time(identity.at),
        "failed_reads": identity.failed_reads,
        "number_doubtful": identity.is_number_doubtful,
    }
    if identity.attendant is not None:
        told["seen_by"] = told_member(identity.attendant)
    if identity.chip is not None:
        told["chip"] = identity.chip.value
    if identity.lines_from is not None:
        told["lines_from"] = identity.lines_from.value
    if identity.voucher is not None:
        told["vouched_by"] = told_voucher(identity.voucher)
    if identity.comparison is not None:
        told["comparison"] = comparison_json(identity.comparison)
    return told


def told_voucher(voucher: Voucher) -> dict[str, Json]:
    """Return a voucher as JSON."""
    return {
        "document_type": voucher.document_type,
        "document_number": voucher.document_number,
        "full_name": voucher.full_name,
        "standing": voucher.standing.value,
        "known_for": voucher.known_for.value,
    }


def told_member(member: StaffMember) -> dict[str, Json]:
    """Return somebody of the staff as JSON."""
    return {"staff_id": member.staff_id, "name": member.name, "role": member.role.value}


def read_person(it: Mapping[str, object]) -> Person:
    """Return a person."""
    return Person(
        document_type=as_text(it["document_type"]),
        document_number=as_text(it["document_number"]),
        full_name=as_text(it["full_name"]),
        sex=Sex(as_text(it["sex"])),
        birth_date=read_day(it["birth_date"]),
        address=as_text(it["address"]),
        issuer=as_text(it["issuer"]),
        valid_from=read_day(it["valid_from"]),
        valid_until=read_day(it["valid_until"]),
        details=as_pairs(it["details"]),
    )


def read_identity(it: Mapping[str, object]) -> Identity:
    """Return how it is known who somebody is."""
    if not isinstance(it["number_doubtful"], bool):
        raise TypeError
    return Identity(
        assurance=IdentityAssurance(as_text(it["assurance"])),
        at=read_time(it["at"]),
        attendant=read_member(it["seen_by"]) if "seen_by" in it else None,
        failed_reads=as_whole(it["failed_reads"]),
        is_number_doubtful=it["number_doubtful"],
        chip=ChipCheck(as_text(it["chip"])) if "chip" in it else None,
        lines_from=LinesFrom(as_text(it["lines_from"])) if "lines_from" in it else None,
        comparison=read_comparison(it["comparison"]) if "comparison" in it else None,
        voucher=read_voucher(as_object(it["vouched_by"])) if "vouched_by" in it else None,
    )


def read_voucher(it: Mapping[str, object]) -> Voucher:
    """Return a voucher."""
    return Voucher(
        document_type=as_text(it["document_type"]),
        document_number=as_text(it["document_number"]),
        full_name=as_text(it["full_name"]),
        standing=Standing(as_text(it["standing"])),
        known_for=KnownFor(as_text(it["known_for"])),
    )


def read_member(value: object) -> StaffMember:
    """Return somebody of the staff."""
    it = as_object(value)
    return StaffMember(as_text(it["staff_id"]), as_text(it["name"]), StaffRole(as_text(it["role"])))
