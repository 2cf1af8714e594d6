"""What is touched on the screens for travel documents."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.flow.document_try import DocumentWay
from kiosk.flow.events import Touch


@dataclass(frozen=True, slots=True)
class DocumentChosen(Touch):
    """Instead of a card there is a passport or a travel permit."""


@dataclass(frozen=True, slots=True)
class WayChosen(Touch):
    """How the machine is to know what is printed in it."""

    way: DocumentWay


@dataclass(frozen=True, slots=True)
class DocumentTyped(Touch):
    """One of its parts was typed; a date in ISO 8601."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WithoutChipChosen(Touch):
    """Go on with somebody on duty instead of the document's chip."""
