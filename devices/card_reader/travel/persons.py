"""A travel document's data as a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from devices.card_reader.travel.data_groups import Lines, MoreAboutDocument, MoreAboutPerson
from devices.card_reader.travel.mrz import Mrz
from kiosk.domain import Person, Sex
from kiosk.printed_lines import birth_date, expiry_date

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "X": Sex.NOT_STATED}

_PERMITS = {
    "CS": "cn.permit_to_hong_kong_macao",
    "CD": "cn.permit_to_taiwan",
    "CR": "cn.permit_from_hong_kong_macao",
    "CT": "cn.permit_from_taiwan",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read, how the chip was opened, and what its signature proved."""

    lines: Lines = field(repr=False)
    person: MoreAboutPerson = field(repr=False)
    document: MoreAboutDocument
    way: str
    authenticity: str
    is_genuine: bool = False
    """Whether the chip proved that it is no copy."""


def person_of(reading: Reading, today: date) -> Person:
    """Return the person; the name in its own script where the chip has it, else as in the lines."""
    read = reading.lines.mrz
    latin = " ".join(part for part in (read.surname, read.given_names) if part)
    local = reading.person.name or reading.lines.local_name
    born = reading.person.birth_date or birth_date(read.birth, today)
    until = expiry_date(read.expiry, today)
    details = {
        "authenticity": reading.authenticity,
        "chip_opened_by": reading.way,
        "chip_is_genuine": "true" if reading.is_genuine else "",
        "latin_name": latin if local else "",
        "surname": read.surname,
        "given_names": read.given_names,
        "name_is_cut": "true" if read.are_names_cut and not local else "",
        "nationality": read.nationality,
        "issuing_state": read.issuer,
        "document_code": read.code,
        "place_of_birth": reading.lines.place_of_birth,
        "birth_date_as_on_card": "" if born else read.birth,
        "valid_until_as_on_card": "" if until else read.expiry,
    }
    return Person(
        document_type=document_type(read),
        document_number=read.number,
        full_name=local or latin or read.number,
        sex=_SEXES.get(read.sex, Sex.UNKNOWN),
        birth_date=born,
        address=reading.person.address,
        issuer=reading.document.issuer or read.issuer,
        valid_from=reading.document.issued_on if until else None,
        valid_until=until,
        details=tuple((name, value) for name, value in details.items() if value),
    )


def document_type(read: Mrz) -> str:
    """Return the kind of document by its code (Doc 9303-3, 4.4)."""
    if read.issuer == "CHN" and read.code in _PERMITS:
        return _PERMITS[read.code]
    match read.code[:1]:
        case "P":
            return "icao.passport"
        case "V":
            return "icao.visa"
        case _:
            return "icao.identity_card"
