"""What this machine still knows about somebody, as it is told to them; read from the store, with
nothing in it that the store does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.domain import AppId


@dataclass(frozen=True, slots=True)
class KnownApplication:
    """One application, and everything beside it that leads to the same resident."""

    app_id: AppId
    number_groups: tuple[str, ...]
    service_id: str
    received_at: datetime
    applicant: str = field(repr=False)
    """The masked name."""
    helper: str
    """Name of the volunteer who helped, "" for nobody."""
    times_printed: int
    delivered_at: datetime | None
    """When the platform proved that it holds the application; None: still waiting here."""
    is_held: bool
    """The platform would not take it so far."""
    is_sealed_copy_here: bool
    has_rating: bool
    """A sealed rating of this visit is here, too."""
    office_state: str
    office_words: str = field(repr=False)
    words_at: datetime | None
    """When the office wrote; None: nothing of it is kept."""
    is_unseen: bool
    """Nobody was shown its number: the power failed in that moment."""
    beneficiary: str = field(default="", repr=False)
    """The masked name of whom it is for, where that is not the applicant; else ""."""
    other_papers: int = 0
    """How many papers of it beside the receipt are counted."""


@dataclass(frozen=True, slots=True)
class KeptFor:
    """How long things stay; the settings' table [storage]."""

    envelopes: timedelta
    """The sealed copy, after its delivery."""
    records: timedelta
    """The record, after the delivery."""
    words: timedelta
    """What the office wrote, after it wrote it."""
    journal: timedelta


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to "what does this machine still know about me"."""

    applications: tuple[KnownApplication, ...]
    by_card: bool
    """False: asked by number and query code, so only about that application."""
    kept_for: KeptFor
    has_damaged_records: bool = False
    """A database that could not be read was put aside, and may hold the same once more."""
    has_strange_envelopes: bool = False
    """Sealed copies lie aside of which this machine can't tell whose they are."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """An application whose number its resident was never shown."""

    app_id: AppId
    number_groups: tuple[str, ...]
    query_code: str = field(repr=False)
    service_id: str
    received_at: datetime
