"""Travel documents as a kind of card beside the others; lives in the worker.

Reading is pure over `ask`, but for openssl and the clock that are handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from devices.card_reader.apdu import CONDITIONS_NOT_SATISFIED, SECURITY_NOT_SATISFIED
from devices.card_reader.card_profile import Ask, CardProfile
from devices.card_reader.travel import data_groups, portrait
from devices.card_reader.travel.access import (
    APPLICATION,
    Opened,
    PrintedKey,
    WrongParts,
    open_document,
    printed_key,
)
from devices.card_reader.travel.chance import Chance
from devices.card_reader.travel.chip_files import EF_COM, EF_SOD, Chip
from devices.card_reader.travel.commands import select_application
from devices.card_reader.travel.pace import is_chip_proven
from devices.card_reader.travel.pace_info import chip_key
from devices.card_reader.travel.passive import (
    Authenticity,
    Authorities,
    Signature,
    proven_content,
    signature_of,
)
from devices.card_reader.travel.persons import Reading, person_of
from devices.card_reader.travel.trouble import (
    ChannelBroken,
    Malformed,
    OutOfTime,
    Refused,
    TravelTrouble,
    WrongKey,
)
from kiosk.domain import Person
from kiosk.ports.card_reader import DocumentKey, PersonRead, Unreadable, UnreadableReason

TRAVEL_DOCUMENT = "icao.travel_document"

_DG1 = 0x0101
# How a chip says that a command in clear ended the session of an earlier reading: protection
# is missing or wrong, not supported any more, or of another class.
_SESSION_ENDED = frozenset({0x6987, 0x6988, 0x6882, 0x6E00})
_PHOTO_NEEDS_S = 1.0
"""With less time left, a portrait is given up rather than the person."""


@dataclass(frozen=True, slots=True)
class TravelOptions:
    """What the settings say about travel documents."""

    csca_folder: Path | None = None
    reads_photo: bool = False


class TravelDocuments:
    """Makes the profile for one reading, with the key of that reading; used from one thread."""

    def __init__(
        self,
        options: TravelOptions,
        chance: Chance | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        """Look for certificates where the options say."""
        self._options = options
        self._authorities = Authorities(options.csca_folder)
        self._chance = chance or Chance()
        self._today = today
        self.long_answers_failed = False

    def profile(self, key: DocumentKey | None, time_left_s: Callable[[], float]) -> CardProfile:
        """Return the kind of card for one reading; it forgets the key with the reading."""
        reading = _Reading(self, key, time_left_s)
        return CardProfile(TRAVEL_DOCUMENT, reading.recognise, reading.read, reading.number_again)

    @property
    def today(self) -> date:
        """The day that two-digit years are counted from."""
        return self._today()

    @property
    def chance(self) -> Chance:
        """Where nonces and keys come from."""
        return self._chance

    @property
    def reads_photo(self) -> bool:
        """Whether the portrait is wanted."""
        return self._options.reads_photo

    def signature_of(self, sod: bytes | None) -> Signature:
        """Say what the chip's signature is worth."""
        return signature_of(sod, self._authorities)

    def is_genuine(self, opened: Opened) -> bool:
        """Say whether the chip holds a key that a believed state signed: then it is no copy.

        Only chips with PACE's chip authentication mapping tell.
        """
        if opened.established is None or opened.group is None or not opened.card_security:
            return False
        infos = proven_content(opened.card_security, self._authorities)
        key = None if infos is None else chip_key(infos, opened.group.number)
        return key is not None and is_chip_proven(opened.established, opened.group, key)


@dataclass
class _Reading:
    """One document on the reader."""

    family: TravelDocuments
    key: DocumentKey | None = field(repr=False)
    time_left_s: Callable[[], float]
    _chip: Chip | None = None

    def recognise(self, ask: Ask) -> bool:
        """Say whether the chip has the application, be it behind PACE."""
        status = ask(select_application(APPLICATION).plain()).status
        if status in _SESSION_ENDED:
            status = ask(select_application(APPLICATION).plain()).status
        return status in (0x9000, SECURITY_NOT_SATISFIED, CONDITIONS_NOT_SATISFIED)

    def read(self, ask: Ask) -> Person | PersonRead | Unreadable:
        """Return whom the document describes, or why it can't be read."""
        if self.key is None:
            return Unreadable(UnreadableReason.NEEDS_KEY)
        key = printed_key(self.key)
        if isinstance(key, WrongParts):
            return Unreadable(UnreadableReason.WRONG_KEY, key.parts)
        try:
            return self._read(Chip(ask), key)
        except WrongKey:
            return Unreadable(UnreadableReason.WRONG_KEY)
        except Refused as refused:
            is_locked = refused.status in (SECURITY_NOT_SATISFIED, CONDITIONS_NOT_SATISFIED, 0x6A81)
            reason = UnreadableReason.REFUSED if is_locked else UnreadableReason.DAMAGED
            return Unreadable(reason)
        except ChannelBroken:
            # Another chip answers now, or this one lost its power and with it the session.
            return Unreadable(UnreadableReason.PULLED)
        except TravelTrouble:
            return Unreadable(UnreadableReason.DAMAGED)

    def number_again(self, _ask: Ask) -> str | None:
        """Return the number that the chip of this session says now, or None.

        Only the chip that holds the session's keys can answer.
        """
        try:
            dg1 = None if self._chip is None else self._chip.read(_DG1)
            return None if dg1 is None else data_groups.lines(dg1).mrz.number
        except TravelTrouble:
            return None

    def _read(self, chip: Chip, key: PrintedKey) -> PersonRead | Unreadable:
        opened = open_document(chip, key, self.family.chance)
        self._choose_length(chip)
        groups: dict[int, bytes] = {}
        com = chip.read(EF_COM)
        present = data_groups.present(com) if com is not None else frozenset({1})
        lines = data_groups.lines(self._group(chip, 1, groups))
        read = lines.mrz
        if not read.number:
            raise Malformed("DG1 without a number")
        if read.wrong_key_parts or key.fields not in (None, (read.number, read.birth, read.expiry)):
            return Unreadable(UnreadableReason.DAMAGED)
        person, document = data_groups.MoreAboutPerson(), data_groups.MoreAboutDocument()
        # Some states keep these two for themselves: what is not given away is not needed.
        if 11 in present:
            with suppress(Refused, Malformed):
                person = data_groups.more_about_person(self._group(chip, 11, groups))
        if 12 in present:
            with suppress(Refused, Malformed):
                document = data_groups.more_about_document(self._group(chip, 12, groups))
        sod = chip.read(EF_SOD)
        with ThreadPoolExecutor(1) as beside:
            # openssl works while the portrait is on the line.
            signature = beside.submit(self.family.signature_of, sod)
            photo = self._photo(chip, groups) if 2 in present and self.family.reads_photo else b""
        self._chip = chip
        self.family.long_answers_failed = False
        authenticity = signature.result().over(groups)
        if authenticity is Authenticity.BROKEN:
            return Unreadable(UnreadableReason.UNVERIFIED)
        found = person_of(
            Reading(
                lines,
                person,
                document,
                opened.way,
                authenticity.value,
                is_genuine=self.family.is_genuine(opened),
            ),
            self.family.today,
        )
        return PersonRead(found, found.document_type, photo)

    def _choose_length(self, chip: Chip) -> None:
        """Take long answers only where none failed: not every reader passes them on.

        Whether this one does shows only when it does, so it counts as failed until the end.
        """
        if self.family.long_answers_failed:
            chip.answer_bytes = 256
        self.family.long_answers_failed = chip.answer_bytes > 256

    def _group(self, chip: Chip, number: int, groups: dict[int, bytes]) -> bytes:
        data = chip.read(0x0100 + number)
        if data is None:
            raise Malformed(f"data group {number} is not there")
        groups[number] = data
        return data

    def _photo(self, chip: Chip, groups: dict[int, bytes]) -> bytes:
        """Return the portrait, or b"": it is never a reason to fail."""
        try:
            data = chip.read(0x0102, lambda: self.time_left_s() > _PHOTO_NEEDS_S)
            if data is None:
                return b""
            groups[2] = data
            return portrait.as_jpeg(portrait.picture(data))
        except (OutOfTime, Refused, Malformed):
            return b""
