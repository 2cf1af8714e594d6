"""What the camera over papers sees, and what taking and cutting a page answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.clock import Moment
from kiosk.ports.document_camera import NotCut, Page, PageAdvice, Side


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What the live picture asks for changed, or a new page lies still."""

    at: Moment
    advice: PageAdvice | None
    is_still: bool = False
    """A page that was not taken yet lies there whole, and has not moved for a while."""
    is_same: bool = False
    """The page that was taken last still lies there."""


@dataclass(frozen=True, slots=True)
class PageTaken:
    """A picture was taken, and the page cut out of it; or why there is none."""

    at: Moment
    session_id: str
    side: Side = field(repr=False)
    page: Page | NotCut = field(repr=False)
    order: int | None = None
    """Which order it answers; None: whichever."""


@dataclass(frozen=True, slots=True)
class PageCut:
    """A page was cut anew; or why it was not."""

    at: Moment
    session_id: str
    side: Side = field(repr=False)
    page: Page | NotCut = field(repr=False)
