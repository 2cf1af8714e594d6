"""What a visit holds of the papers that are shown; wiped with the visit, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.ports.document_camera import NotCut, Page, PageAdvice, Side
from kiosk.shown_papers import PageCopy, PaperShown


@dataclass(frozen=True, slots=True)
class ShownState:
    """See the module.

    On the screen of a paper one of these is so: it is decided and shown as it was (`held`), or it
    is looked for (no `page`), or a page was taken and is judged (`page`).
    """

    decided: tuple[PaperShown, ...] = field(default=(), repr=False)
    """What became of each paper so far."""
    paper_id: str = ""
    """The paper on the screen."""
    is_anew: bool = False
    """It is shown once more although it was decided."""
    is_from_list: bool = False
    """It was opened from the list of what is missing, and leads back there."""
    pages: tuple[PageCopy, ...] = field(default=(), repr=False)
    """Its pages that were kept so far."""
    front: Side | None = field(default=None, repr=False)
    """Of a card: its front, kept, while the back is looked for."""
    front_page: Page | None = field(default=None, repr=False)
    side: Side | None = field(default=None, repr=False)
    """What `page` was cut out of."""
    page: Page | None = field(default=None, repr=False)
    """Taken, and not yet kept."""
    asked: Side | None = field(default=None, repr=False)
    """What is being cut anew; its answer may come late."""
    advice: PageAdvice | None = None
    """What the live picture asks for."""
    is_same: bool = False
    """The page that was taken last still lies there."""
    problem: NotCut | None = None
    """Why there was no page the last time."""
    said: str = ""
    """What was said aloud last, by its text's name, as long as it is so."""
    said_s: float | None = None
    """When anything was said last, in monotonic seconds."""
    told: tuple[str, ...] = ()
    """The open papers that were told before signing."""

    def held(self, paper_id: str) -> PaperShown | None:
        """Return what became of a paper; None: not decided yet."""
        for paper in self.decided:
            if paper.paper_id == paper_id:
                return paper
        return None

    @property
    def shown(self) -> PaperShown | None:
        """Return what became of the paper on the screen, unless it is shown anew."""
        return None if self.is_anew else self.held(self.paper_id)

    @property
    def aimed(self) -> Side | None:
        """Return how the page is to be cut: as was asked last, or as it was cut."""
        return self.side if self.asked is None else self.asked

    @property
    def is_looking(self) -> bool:
        """Say whether the camera is to be looked through."""
        return self.page is None and self.shown is None

    @property
    def open(self) -> tuple[PaperShown, ...]:
        """Return what the office still waits for."""
        return tuple(paper for paper in self.decided if paper.is_open)
