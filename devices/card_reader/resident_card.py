"""The text block of cards that a SAM module opens: resident ID card and its relatives. Pure.

256 bytes of UTF-16LE in fixed places, padded with spaces or zeros; the letter at offset 248 says
which of four layouts it is (GA/T 490 and its successors). The photo beside it (WLT, no open
decoder) and fingerprints are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from devices.card_reader.code_tables import nation_name
from devices.card_reader.number_check import (
    NumberKind,
    birth_date_in,
    compact_date,
    is_number_sound,
    is_sound,
)
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import UnreadableReason

TEXT_BYTES = 256

FOR_LIFE = "长期"
"""What stands in place of the last day of validity on a card without one."""

RESIDENT_ID = "cn.resident_id"
RESIDENCE_PERMIT = "cn.residence_permit"
FOREIGN_PERMANENT_RESIDENT = "cn.foreign_permanent_resident"

_TYPE = slice(248, 250)
_PADDING = " \0\u3000"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NUMBER_OF_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")

_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "9": Sex.NOT_STATED}  # GB/T 2261.1

_Places = Mapping[str, tuple[int, int]]
"""Field name to (offset, length) in bytes."""

_RESIDENT: _Places = {
    "name": (0, 30),
    "sex": (30, 2),
    "nation": (32, 4),
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_until": (204, 16),
}
_PERMIT: _Places = {**_RESIDENT, "permit_number": (220, 18), "issue_count": (238, 4)}
_FOREIGN_2017: _Places = {
    "name": (0, 120),
    "sex": (120, 2),
    "number": (122, 30),
    "nationality": (152, 6),
    "chinese_name": (158, 30),
    "valid_from": (188, 16),
    "valid_until": (204, 16),
    "birth": (220, 16),
    "office": (240, 8),
}
_FOREIGN_2023: _Places = {
    "chinese_name": (0, 30),
    "sex": (30, 2),
    "birth": (36, 16),
    "name": (52, 70),
    "number": (122, 36),
    "valid_from": (188, 16),
    "valid_until": (204, 16),
    "name_rest": (220, 22),
    "nationality": (242, 6),
    "renewal_count": (32, 4),
    "earlier_number": (250, 6),
}

_Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TornText:
    """A text block that can't be used; `why` names the field at fault, never its content."""

    reason: UnreadableReason
    why: str


def parse(text_block: bytes) -> Person | TornText:
    """Return whom a text block describes, or why it can't be used.

    Never raises, whatever the bytes. The check digit and the dates decide whether a block is whole;
    area codes and unknown codes of sex or nation never do.
    """
    if len(text_block) != TEXT_BYTES:
        return _damaged("length")
    layout = _LAYOUTS.get(text_block[_TYPE])
    if layout is None:
        return TornText(UnreadableReason.FOREIGN, "layout")
    places, build = layout
    fields: dict[str, str] = {}
    for name, (offset, length) in places.items():
        try:
            text = text_block[offset : offset + length].decode("utf-16-le")
        except UnicodeDecodeError:
            return _damaged(name)
        # The rest of a name may begin with the space between two of its parts.
        fields[name] = text.rstrip(_PADDING) if name == "name_rest" else text.strip(_PADDING)
        if _CONTROL.search(fields[name]):
            return _damaged(name)
    return build(fields)


def newest_address(data: bytes) -> str:
    """Return the address that was added to a card last, "" where there is none to be shown.

    70 bytes like those in the text block; it is an addition, so what is torn is left out.
    """
    try:
        text = data.decode("utf-16-le").strip(_PADDING)
    except UnicodeDecodeError:
        return ""
    return "" if _CONTROL.search(text) else text


def with_newest_address(person: Person, address: str) -> Person:
    """Return the person living at the newest address, with the printed one among the details."""
    if not address or address == person.address:
        return person
    printed = (("printed_address", person.address),) if person.address else ()
    return replace(person, address=address, details=(*person.details, *printed))


def compose(letter: str, fields: _Fields) -> bytes:
    """Return the text block of the layout `letter` with `fields` in place: a simulated card.

    Raises:
        ValueError: a field is unknown to the layout or too long for its place.
    """
    places, _ = _LAYOUTS[letter.encode("utf-16-le")]
    block = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for name, text in fields.items():
        if name not in places:
            raise ValueError(f"this kind of card has no field {name!r}")
        offset, length = places[name]
        encoded = text.encode("utf-16-le")
        if len(encoded) > length:
            raise ValueError(f"{name} is longer than the card's {length} bytes")
        block[offset : offset + len(encoded)] = encoded
    block[_TYPE] = letter.encode("utf-16-le")
    return bytes(block)


def _resident(fields: _Fields) -> Person | TornText:
    return _with_resident_number(RESIDENT_ID, fields, fields["name"], _nation(fields["nation"]))


def _permit(fields: _Fields) -> Person | TornText:
    details = (("permit_number", fields["permit_number"]), ("issue_count", fields["issue_count"]))
    return _with_resident_number(RESIDENCE_PERMIT, fields, fields["name"], details)


def _foreign_2023(fields: _Fields) -> Person | TornText:
    name = fields["name"]
    # Sources differ on bytes 220-241: the rest of a long name in one, codes in another. Letters
    # after a full field are a name.
    rest = fields["name_rest"]
    if len(name) >= 34 and re.fullmatch(r"[A-Za-z ,.'-]+", rest):
        name += rest if len(name) == 35 else f" {rest.lstrip()}"
    details = (
        *_foreign(fields),
        ("renewal_count", fields["renewal_count"]),
        ("earlier_number_link", fields["earlier_number"]),  # how it is to be read is not published
    )
    return _with_resident_number(FOREIGN_PERMANENT_RESIDENT, fields, name, details)


def _foreign_2017(fields: _Fields) -> Person | TornText:
    number = fields["number"]
    if _NUMBER_OF_2017.fullmatch(number) is None:
        return _damaged("number")
    # The rule of its check digit is known from one source only, so it refuses nobody.
    is_doubtful = not is_sound(NumberKind.CN_FOREIGN_2017, number)
    doubt = (("number_check", "differs"),) if is_doubtful else ()
    details = (*_foreign(fields), ("accepting_office", fields["office"]), *doubt)
    return _person(FOREIGN_PERMANENT_RESIDENT, fields, fields["name"], details, None)


def _with_resident_number(
    document_type: str, fields: _Fields, name: str, details: tuple[tuple[str, str], ...]
) -> Person | TornText:
    if not is_number_sound(fields["number"]):
        return _damaged("number")
    return _person(document_type, fields, name, details, birth_date_in(fields["number"]))


def _person(
    document_type: str,
    fields: _Fields,
    name: str,
    details: tuple[tuple[str, str], ...],
    birth_in_number: date | None,
) -> Person | TornText:
    if not name:
        return _damaged("name")
    dates: dict[str, date | None] = {}
    raw: list[tuple[str, str]] = []
    for field in ("birth", "valid_from", "valid_until"):
        text = fields[field]
        dates[field] = compact_date(text)
        if dates[field] is None and text and text != FOR_LIFE:
            # Cards may hold a date with blanks in it, which is kept as it is; a whole date that is
            # no day is a torn block.
            if len(text.replace(" ", "")) == 8 or re.fullmatch(r"[0-9 ]+", text) is None:
                return _damaged(field)
            raw.append((f"{field}_as_on_card", text))
    if birth_in_number is not None and dates["birth"] not in (None, birth_in_number):
        raw.append(("birth_date_in_number", birth_in_number.isoformat()))
    knows_end = dates["valid_until"] is not None or fields["valid_until"] == FOR_LIFE
    return Person(
        document_type=document_type,
        document_number=fields["number"],
        full_name=name,
        sex=_SEXES.get(fields["sex"], Sex.UNKNOWN),
        birth_date=dates["birth"] or (None if fields["birth"] else birth_in_number),
        address=fields.get("address", ""),
        issuer=fields.get("issuer", ""),
        # A first day without a last one means "for life", so an end that can't be read takes the
        # beginning with it.
        valid_from=dates["valid_from"] if knows_end else None,
        valid_until=dates["valid_until"],
        details=tuple((key, value) for key, value in details if value) + tuple(raw),
    )


def _nation(code: str) -> tuple[tuple[str, str], ...]:
    return (("nation_code", code), ("nation", nation_name(code) or ""))


def _foreign(fields: _Fields) -> tuple[tuple[str, str], ...]:
    return (("nationality", fields["nationality"]), ("chinese_name", fields["chinese_name"]))


def _damaged(field: str) -> TornText:
    return TornText(UnreadableReason.DAMAGED, field)


_LAYOUTS: Mapping[bytes, tuple[_Places, Callable[[_Fields], Person | TornText]]] = {
    b" \0": (_RESIDENT, _resident),
    b"\0\0": (_RESIDENT, _resident),  # padded with zeros instead of spaces
    b"J\0": (_PERMIT, _permit),
    b"I\0": (_FOREIGN_2017, _foreign_2017),
    b"Y\0": (_FOREIGN_2023, _foreign_2023),
}
