"""Getting into a chip with what is printed in its document: PACE first, else BAC. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from devices.card_reader.travel import bac, mrz, pace
from devices.card_reader.travel.chance import Chance
from devices.card_reader.travel.chip_files import (
    EF_ATR_INFO,
    EF_CARD_ACCESS,
    EF_CARD_SECURITY,
    Chip,
    longest_answer,
)
from devices.card_reader.travel.commands import SELECT_ROOT, select_application, select_file
from devices.card_reader.travel.commands import read_binary as read
from devices.card_reader.travel.key_agreement import CurveGroup
from devices.card_reader.travel.pace_info import PaceInfo, offers
from devices.card_reader.travel.trouble import Malformed, Refused
from kiosk.ports.card_reader import (
    AccessNumber,
    DocumentKey,
    KeyPart,
    PrintedFields,
    PrintedLines,
)

APPLICATION = bytes.fromhex("A0000002471001")

_NUMBER = re.compile(r"[A-Z0-9<]{1,22}")
_DATE = re.compile(r"[0-9]{2}([0-9]{2}|<<)([0-9]{2}|<<)|<{6}")
_ACCESS_NUMBER = re.compile(r"[0-9]{6,10}")
_ATR_INFO_BYTES = 64


@dataclass(frozen=True, slots=True)
class PrintedKey:
    """What opens a chip, in the forms that the protocols want; `information` is b"" without lines.

    `fields` is number, birth and expiry as DG1 has to say them again.
    """

    information: bytes = field(repr=False)
    access_number: str = field(default="", repr=False)
    fields: tuple[str, str, str] | None = field(default=None, repr=False)

    @property
    def password(self) -> pace.Password:
        """What PACE takes."""
        if self.access_number:
            return pace.number_password(self.access_number)
        return pace.lines_password(self.information)


@dataclass(frozen=True, slots=True)
class WrongParts:
    """Which parts of what was typed or seen contradict themselves."""

    parts: tuple[KeyPart, ...]


def printed_key(key: DocumentKey) -> PrintedKey | WrongParts:
    """Return the key that was typed or seen, or what of it can't be right."""
    match key:
        case PrintedLines(text):
            found = mrz.read(text)
            if isinstance(found, mrz.Problem):
                return WrongParts((found.part,))
            if found.wrong_key_parts:
                return WrongParts(found.wrong_key_parts)
            return _of_fields(found.number, found.birth, found.expiry)
        case PrintedFields(number, birth, expiry):
            typed = [_typed(it) for it in (number, birth, expiry)]
            wrong = tuple(
                part
                for part, form, text in (
                    (KeyPart.DOCUMENT_NUMBER, _NUMBER, typed[0].rstrip("<")),
                    (KeyPart.BIRTH_DATE, _DATE, typed[1]),
                    (KeyPart.EXPIRY_DATE, _DATE, typed[2]),
                )
                if form.fullmatch(text) is None
            )
            return WrongParts(wrong) if wrong else _of_fields(typed[0].rstrip("<"), *typed[1:])
        case AccessNumber(digits):
            typed_digits = _typed(digits)
            if _ACCESS_NUMBER.fullmatch(typed_digits) is None:
                return WrongParts((KeyPart.DOCUMENT_NUMBER,))
            return PrintedKey(b"", typed_digits)


@dataclass(frozen=True, slots=True)
class Opened:
    """How a chip was opened, "pace" or "bac", and with PACE what may prove it to be no copy.

    `card_security` is EF.CardSecurity, read before the application is selected, b"" for none.
    """

    way: str
    established: pace.Established | None = None
    group: CurveGroup | None = None
    card_security: bytes = field(default=b"", repr=False)


def open_document(chip: Chip, key: PrintedKey, chance: Chance) -> Opened:
    """Open the chip's channel and select its application.

    Raises:
        WrongKey: the chip does not accept the key; no other way was tried, for it would not either,
            and chips slow down with every wrong try.
        Refused: it takes neither way.
        Malformed: what it says is of neither.
        ChannelBroken: it lost the session it had just opened.
    """
    ways = _offers(chip)
    trouble: Refused | Malformed | None = None
    for offer in ways[:2]:
        try:
            made = pace.open_channel(chip.ask, offer, key.password, chance)
        except (Refused, Malformed) as error:
            trouble = error  # another way may still be open
            continue
        chip.channel = made.channel
        group = offer.group()
        security = _card_security(chip) if made.chip_proof else b""
        selected = chip.send(select_application(APPLICATION))
        if not selected.is_ok:
            raise Refused("the application under PACE", selected.status)
        return Opened("pace", made, group if isinstance(group, CurveGroup) else None, security)
    if not key.information:
        raise trouble or Refused("no way in for an access number", 0x6A81)
    selected = chip.send(select_application(APPLICATION))
    if not selected.is_ok:
        raise trouble or Refused("the application", selected.status)
    chip.answer_bytes = 256  # documents with BAC alone have no extended lengths
    chip.channel = bac.open_channel(chip.ask, key.information, chance)
    return Opened("bac")


def _card_security(chip: Chip) -> bytes:
    """Return EF.CardSecurity, or b"": that a chip can't be proven is no reason to fail."""
    try:
        return chip.read(EF_CARD_SECURITY) or b""
    except (Refused, Malformed):
        return b""


def _offers(chip: Chip) -> tuple[PaceInfo, ...]:
    """Return the chip's offers of PACE, and note on the way how long its answers may be."""
    if not chip.send(SELECT_ROOT).is_ok:
        return ()
    try:
        card_access = chip.read(EF_CARD_ACCESS)
        ways = () if card_access is None else offers(card_access)
    except (Refused, Malformed):
        return ()
    if ways and chip.send(select_file(EF_ATR_INFO)).is_ok:
        # A row of data objects without a head of its own: read up to its end.
        info = chip.send(read(0, _ATR_INFO_BYTES))
        chip.answer_bytes = longest_answer(info.data)
    return ways


def _of_fields(number: str, birth: str, expiry: str) -> PrintedKey:
    made = mrz.information(number, birth, expiry)
    return PrintedKey(made, fields=(number, birth, expiry))


def _typed(text: str) -> str:
    """Return what was typed as capitals and digits; blanks and hyphens do not count."""
    plain = unicodedata.normalize("NFKC", text[:64]).upper()
    return "".join(it for it in plain if not it.isspace() and it != "-")
