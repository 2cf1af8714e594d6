"""What the national cards share: answers that must be there, texts, dates as they are on a card.

Every reading takes the number first and gives it once more at its end, so that whatever another
card answered in between is never taken for this one's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from devices.card_reader.apdu import Response
from devices.card_reader.card_profile import Ask, CardProfile
from kiosk.domain import Person
from kiosk.ports.card_reader import Unreadable, UnreadableReason

_PADDING = " \0\u3000"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Torn(Exception):
    """What the card says does not fit together; names the item, never its content."""


class Refused(Exception):
    """The card wants a key or a PIN first."""


def profile(
    profile_id: str,
    recognise: Callable[[Ask], bool],
    read: Callable[[Ask], Person],
    number: Callable[[Ask], str],
    *,
    in_one_answer: bool = False,
) -> CardProfile:
    """Return the profile of a card whose `read` and `number` raise `Torn` and `Refused`."""

    def read_or_why(ask: Ask) -> Person | Unreadable:
        try:
            return read(ask)
        except Refused:
            return Unreadable(UnreadableReason.REFUSED)
        except Torn:
            return Unreadable(UnreadableReason.DAMAGED)

    def number_again(ask: Ask) -> str | None:
        try:
            return number(ask)
        except (Refused, Torn):
            return None

    return CardProfile(profile_id, recognise, read_or_why, number_again, in_one_answer)


def data(response: Response, what: str, least: int = 0) -> bytes:
    """Return what a chip gave, which is at least so many bytes.

    Raises:
        Refused: it wants a key.
        Torn: it gave something else.
    """
    if response.is_refusal:
        raise Refused(what)
    if not response.is_ok or len(response.data) < least:
        raise Torn(what)
    return response.data


def text(raw: bytes, encoding: str, what: str) -> str:
    """Return a text without its padding, every code point as it is.

    Raises:
        Torn: it can't be decoded, or holds what can't be shown.
    """
    try:
        found = raw.decode(encoding).strip(_PADDING)
    except UnicodeDecodeError as error:
        raise Torn(what) from error
    if _CONTROL.search(found):
        raise Torn(what)
    return found


def filled(found: str, what: str) -> str:
    """Return a text that has to be there.

    Raises:
        Torn: it is empty.
    """
    if not found:
        raise Torn(what)
    return found


@dataclass
class Dates:
    """The dates of one card; one that is no day is kept as it is on the card."""

    as_on_card: list[tuple[str, str]] = field(default_factory=list)

    def day(self, what: str, written: str, parse: Callable[[str], date | None]) -> date | None:
        """Return the day, or None with what is written kept under `<what>_as_on_card`."""
        found = parse(written) if written else None
        if found is None and written:
            self.as_on_card.append((f"{what}_as_on_card", written))
        return found


def details(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that say something."""
    return tuple((name, value) for name, value in pairs if value)
