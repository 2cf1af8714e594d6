"""Waiting for the card: where it goes, what went wrong, and what else can be done."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow import ladder
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from kiosk.texts import Texts
from ui.views.bar import Bar


@dataclass(frozen=True, slots=True)
class CardView:
    """What the screen says while the reader waits; `problem` is "" while nothing went wrong."""

    title: str
    line: str
    problem: str
    is_reading: bool
    is_reader_gone: bool
    other_title: str
    other_line: str
    bar: Bar
    leads_on: bool = False
    """The tile leads on without the chip; otherwise it calls somebody."""
    document_title: str = ""
    """Leads to travel documents; "" where none are read."""
    document_line: str = ""


def card_view(session: Session, world: World, texts: Texts) -> CardView:
    """Return what the screen for the card says; every problem comes with another way."""
    phone = world.site.phone
    problem = ""
    if session.reader_is_gone:
        problem = texts.say("card.reader_gone")
    elif session.card_problem is not None:
        problem = texts.say(f"card.problems.{session.card_problem}")
    leads_on = ladder.is_next_rung_offered(session) and ladder.typed_is_accepted(session, world)
    is_shown_how = session.failed_reads >= ladder.READS_BEFORE_HELP and not session.reader_is_gone
    is_reading = session.card_presence is Presence.PRESENT and not problem
    title = "card.lay_title" if is_shown_how else "card.title"
    return CardView(
        title=texts.say("card.reading" if is_reading else title),
        line=texts.say("card.reading_line" if is_reading else "card.line"),
        problem=problem,
        is_reading=is_reading,
        is_reader_gone=session.reader_is_gone,
        other_title=texts.say("ladder.go_on" if leads_on else "card.other"),
        other_line=texts.say("ladder.go_on_line" if leads_on else "card.other_line", phone=phone),
        leads_on=leads_on,
        document_title=texts.say("document.title") if world.documents is not None else "",
        document_line=texts.say("document.title_line"),
        bar=Bar(texts.say("bar.back")),
    )
