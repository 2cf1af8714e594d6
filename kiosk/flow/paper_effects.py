"""What is asked of the camera over papers."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.ports.document_camera import PageStyle, Side


@dataclass(frozen=True, slots=True)
class TakePage:
    """Take a picture of what lies there and cut the page out of it. Answer: PageTaken, or
    PhotoFailed.

    `front` is a card's, to be put above what is taken now. The watermark of `style` is filled in by
    who has the texts.
    """

    session_id: str
    service_id: str
    style: PageStyle
    front: Side | None = field(default=None, repr=False)
    order: int | None = None
    """Its number; see `Session.pictures_ordered`."""


@dataclass(frozen=True, slots=True)
class CutPage:
    """Cut a page anew, by other corners or turned. Answer: PageCut."""

    session_id: str
    service_id: str
    style: PageStyle
    side: Side = field(repr=False)
    front: Side | None = field(default=None, repr=False)
