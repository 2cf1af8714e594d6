"""What a kind of contact card is: how it is recognised, read, and asked once more. Pure.

A new kind is one file that makes a `CardProfile`, one line in `profiles.py`, and its vectors in the
tests. A profile only selects and reads: it never sends VERIFY (that locks cards), and never reads a
bank number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.card_reader.apdu import Response
from kiosk.domain import Person
from kiosk.ports.card_reader import PersonRead, Unreadable

Ask = Callable[[bytes], Response]
"""Carries out one command on the chip, T=0's turns included."""


@dataclass(frozen=True, slots=True)
class CardProfile:
    """One kind of card.

    `profile_id` is the person's document type. `recognise` selects the card's application and says
    whether it is there. `read` returns the person or why not; a family of documents says by itself
    under which profile and with which portrait. `number_again` reads the document
    number alone from the card that is there now, without selecting the application anew, so that a
    card that was swapped in does not answer; None when it does not answer. It is not asked for
    where all that is read comes `in_one_answer`, which can only be one card's.
    """

    profile_id: str
    recognise: Callable[[Ask], bool]
    read: Callable[[Ask], Person | PersonRead | Unreadable]
    number_again: Callable[[Ask], str | None]
    in_one_answer: bool = False
