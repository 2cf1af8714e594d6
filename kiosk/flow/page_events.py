"""What is touched on the screens for papers, and what the camera over them tells.

What devices and effects tell carries `at`; answers of effects carry the id of the session that
asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.flow.events import Touch
from kiosk.ports.document_camera import Corners


@dataclass(frozen=True, slots=True)
class PaperChosen(Touch):
    """An open paper is to be shown after all."""

    paper_id: str


@dataclass(frozen=True, slots=True)
class PagesEnded(Touch):
    """That was all of it: no further page, or nothing on the back."""


@dataclass(frozen=True, slots=True)
class PageTurned(Touch):
    """A quarter turn clockwise."""


@dataclass(frozen=True, slots=True)
class CornersAsked(Touch):
    """The edges are to be put right by hand."""


@dataclass(frozen=True, slots=True)
class CornersSet(Touch):
    """The four corners as they were dragged."""

    corners: Corners = field(repr=False)
