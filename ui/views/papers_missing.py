"""Everything that the office still waits for: shown after all, printed, or brought later."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.paper_state import Slip
from kiosk.flow.papers_wanted import open_papers
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.paper import names_of
from ui.views.slips import slip_words


@dataclass(frozen=True, slots=True)
class MissingTile:
    """One paper; touching it leads to showing it."""

    paper_id: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class PapersMissingView:
    """The list, and that it goes on all the same."""

    title: str
    line: str
    where: str
    papers: tuple[MissingTile, ...]
    print_it: str
    """The button that prints the list; "" where there is no printer."""
    no_paper: str
    """What to do where no paper can come out; "" where one can."""
    pager: Pager
    bar: Bar


def papers_missing_view(session: Session, world: World, texts: Texts) -> PapersMissingView:
    """Return what is open before the application is handed in."""
    service = world.service(session.service_id)
    where = "" if service is None else service.where_to_go.say(session.display.language)
    shown = open_papers(session, world)
    prints = world.has_printer and not world.cannot_print
    return PapersMissingView(
        title=texts.say("papers_missing.title"),
        line=texts.say("papers_missing.line"),
        where=texts.say("papers_missing.where", where=where),
        papers=tuple(
            MissingTile(
                it.paper_id,
                name,
                texts.say("papers_missing.copied" if it.is_shown else "papers_missing.show"),
            )
            for it, name in zip(shown, names_of(shown, session, world), strict=True)
        ),
        print_it=slip_words(Slip.MISSING, session, world, texts),
        no_paper="" if prints else texts.say("papers_missing.no_paper"),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("papers_missing.go_on")),
    )
