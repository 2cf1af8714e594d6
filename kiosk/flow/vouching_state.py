"""What a visit holds of somebody who vouches, until all is said and witnessed."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain import Consent, KnownFor, Person, Standing


@dataclass(frozen=True, slots=True)
class Vouching:
    """What a voucher has said so far."""

    card: Person | None = field(default=None, repr=False)
    """As read from the voucher's own card; only name and number go on from here."""
    standing: Standing | None = None
    known_for: KnownFor | None = None
    statement: Consent | None = None
    """Theirs: that they know this person, and that their name and number go along."""
