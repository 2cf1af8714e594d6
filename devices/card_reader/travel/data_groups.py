"""What the data groups of a travel document say (Doc 9303-10, 4.7). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from devices.card_reader.number_check import compact_date
from devices.card_reader.travel import mrz, tlv
from devices.card_reader.travel.mrz_layouts import CN_EXIT_PERMIT, layout_of
from devices.card_reader.travel.trouble import Malformed

_DG_OF_TAG = {
    0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8, 0x69: 9, 0x6A: 10,
    0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16,
}  # fmt: skip
_LINE = re.compile(r"[A-Z0-9<]+")
_LONGEST_TEXT = 256
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Lines:
    """DG1: the machine-readable lines, and what permits say behind them."""

    mrz: mrz.Mrz
    local_name: str = field(default="", repr=False)
    place_of_birth: str = ""


@dataclass(frozen=True, slots=True)
class MoreAboutPerson:
    """DG11 as far as it is needed: name in its own script, whole birth date, address."""

    name: str = field(default="", repr=False)
    birth_date: date | None = None
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MoreAboutDocument:
    """DG12, as far as it is needed."""

    issuer: str = ""
    issued_on: date | None = None


def present(com: bytes) -> frozenset[int]:
    """Return the numbers of the data groups that EF.COM says there are.

    Raises:
        Malformed: it is none.
    """
    tags = tlv.find(tlv.only(com, 0x60), 0x5C)
    if tags is None:
        raise Malformed("EF.COM names no data groups")
    return frozenset(_DG_OF_TAG[tag] for tag in tags if tag in _DG_OF_TAG)


def lines(dg1: bytes) -> Lines:
    """Return what DG1 says; nothing in it is put right, for no camera read it.

    Raises:
        Malformed: it is of no known kind.
    """
    raw = tlv.find(tlv.only(dg1, 0x61), 0x5F1F)
    if raw is None:
        raise Malformed("DG1 without lines")
    text = raw.decode("latin-1")
    if len(text) == 90 and text[:2] in ("CS", "CD"):
        return _exit_permit(text)
    width = {90: 30, 72: 36, 88: 44}.get(len(text), 0)
    rows = tuple(text[at : at + width] for at in range(0, len(text), width)) if width else ()
    layout = layout_of(rows)
    if layout is None or not _LINE.fullmatch(text):
        raise Malformed("DG1 of no known kind")
    return Lines(mrz.read_exactly(layout, rows))


def _exit_permit(text: str) -> Lines:
    """Return DG1 of a CS or CD permit: the printed line, then fields of their own.

    Name in GBK 30-41, Latin name 42-59, sex 60, place of birth 68-70; from one published reader.
    """
    if not _LINE.fullmatch(text):
        raise Malformed("DG1 of no known kind")
    printed = mrz.read_exactly(CN_EXIT_PERMIT, (text[:30],))
    surname, _, given = text[42:60].strip("<").partition("<")
    read = mrz.Mrz(
        layout=printed.layout,
        lines=(text,),
        code=printed.code,
        issuer=printed.issuer,
        nationality="CHN",
        number=printed.number,
        birth=printed.birth,
        expiry=printed.expiry,
        sex=text[60].strip("<"),
        surname=surname,
        given_names=" ".join(given.replace("<", " ").split()),
        are_names_cut=text[59] != "<",
        optional="",
        problems=printed.problems,
    )
    return Lines(read, gbk_name(text[30:42]), text[68:71].strip("<"))


def gbk_name(letters: str) -> str:
    """Return the name that is written as letters A to P, one for each half of a byte of GBK.

    O is written as a filler in at least one specimen, so that it is not taken for a zero.
    """
    halves = letters.rstrip("<")
    if len(halves) % 4:
        halves = halves + "<" * (-len(halves) % 4)
    try:
        raw = bytes.fromhex("".join(f"{_half(letter):x}" for letter in halves))
        name = raw.decode("gbk")
    except ValueError:
        return ""
    return name if name.isprintable() else ""


def _half(letter: str) -> int:
    value = 14 if letter == "<" else ord(letter) - ord("A")
    if not 0 <= value <= 15:
        raise ValueError(letter)
    return value


def more_about_person(dg11: bytes) -> MoreAboutPerson:
    """Return what DG11 says.

    Raises:
        Malformed: it is none.
    """
    objects = {item.tag: item.value for item in tlv.items(tlv.only(dg11, 0x6B))}
    born = objects.get(0x5F2B, b"")
    return MoreAboutPerson(
        name=_text(objects.get(0x5F0E, b"")),
        # Four bytes of BCD in earlier documents, eight digits in later ones.
        birth_date=compact_date(born.hex() if len(born) == 4 else born.decode("latin-1")),
        address=_text(objects.get(0x5F42, b"")),
    )


def more_about_document(dg12: bytes) -> MoreAboutDocument:
    """Return what DG12 says.

    Raises:
        Malformed: it is none.
    """
    objects = {item.tag: item.value for item in tlv.items(tlv.only(dg12, 0x6C))}
    issued = objects.get(0x5F26, b"")
    return MoreAboutDocument(
        issuer=_text(objects.get(0x5F19, b"")),
        issued_on=compact_date(issued.hex() if len(issued) == 4 else issued.decode("latin-1")),
    )


def _text(raw: bytes) -> str:
    """Return a text whose fillers are blanks, or "" for one that can't be shown."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    text = " ".join(text.replace("<", " ").split())
    return "" if _CONTROL.search(text) else text[:_LONGEST_TEXT]
