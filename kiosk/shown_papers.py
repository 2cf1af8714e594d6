"""Papers that residents show, as they go to the office: copies, how far each can be trusted, and
who saw the original.

Pure. The scale is that of materials in online services (circular Guobanhan [2016] 108), written
down in `docs/reference/papers-shown.md`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.domain import StaffMember

MOST_PAGES = 40
"""Of all papers of a service together; an application has 64 parts, and others need theirs."""
PAGE_BYTES = 400_000
"""What one page may take at most."""


class TrustLevel(StrEnum):
    """How far a paper can be trusted, most first."""

    A = "A"
    """Issued by an authority, electronically: used as it is. No kiosk makes this out of paper."""
    B = "B"
    """Compared with the original by somebody of the staff."""
    C = "C"
    """A copy that the resident made alone: the office still looks at the original."""
    D = "D"
    """Written by the residents themselves, who stand for it."""

    def suffices(self, least: TrustLevel) -> bool:
        """Say whether this is at least as good as `least`."""
        order = list(TrustLevel)
        return order.index(self) <= order.index(least)


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code on a page, as data of a stranger: characters that can't be seen are written out."""

    kind: str
    text: str = field(repr=False)
    is_cut_short: bool = False


@dataclass(frozen=True, slots=True)
class PageCopy:
    """One page as it goes to the office (JPEG), and what was found on it.

    `sides` is 2 for front and back in one picture; `advice` is what would have made it better.
    """

    jpeg: bytes = field(repr=False)
    sides: int = 1
    advice: tuple[str, ...] = ()
    measures: tuple[tuple[str, float], ...] = ()
    codes: tuple[CodeShown, ...] = field(default=(), repr=False)
    simulated: bool = False
    sha256: bytes = field(init=False, repr=False, compare=False)
    """Of the JPEG; taken when the page is, since nobody should wait for it while sealing."""

    def __post_init__(self) -> None:
        """Take the hash."""
        object.__setattr__(self, "sha256", hashlib.sha256(self.jpeg).digest())


@dataclass(frozen=True, slots=True)
class PaperShown:
    """What became of one paper of the service: shown, seen by somebody, or missing."""

    paper_id: str
    is_required: bool
    level: TrustLevel | None
    """None: it was not shown."""
    pages: tuple[PageCopy, ...] = field(default=(), repr=False)
    seen_by: StaffMember | None = None
    """Who compared it with the original and confirmed that with their own PIN."""
    seen_at: datetime | None = None
    is_open: bool = False
    """The office still waits for it, or for its original: it is on the list of what to bring."""

    @property
    def is_shown(self) -> bool:
        """Say whether there is anything: pages, or the word of somebody who saw it."""
        return self.level is not None
