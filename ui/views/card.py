"""Waiting for the card: where it goes, what went wrong, and what else can be done."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow import ladder, vouching
from kiosk.flow.session import Session, Step
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence, UnreadableReason
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
    types = ladder.is_next_rung_offered(session) and ladder.typed_is_accepted(session, world)
    has_none = session.card_problem is None and not session.is_same_card
    leads_on = types or (has_none and vouching.is_accepted(session, world))
    title, same = "card.title", "others.same_card"
    if session.is_on_behalf:
        title = (
            "others.own_card" if session.applicant is None else f"others.card.{session.relation}"
        )
    return a_card_view(session, world, texts, (title, same), leads_on=leads_on)


def a_card_view(
    session: Session, world: World, texts: Texts, words: tuple[str, str], *, leads_on: bool
) -> CardView:
    """Return what a screen for a card says.

    `words` are message ids: whose card, and that this one was laid down before.
    """
    phone = world.site.phone
    usual, same = words
    problem = ""
    if session.reader_is_gone:
        problem = texts.say("card.reader_gone")
    elif session.is_same_card and session.card_problem in {None, UnreadableReason.LIFT_FIRST}:
        problem = texts.say(same)
    elif session.applicant is not None and session.card_problem is UnreadableReason.LIFT_FIRST:
        problem = texts.say("others.lift")
    elif session.card_problem is not None:
        problem = texts.say(f"card.problems.{session.card_problem}")
    is_shown_how = session.failed_reads >= ladder.READS_BEFORE_HELP and not session.reader_is_gone
    is_reading = session.card_presence is Presence.PRESENT and not problem
    title = "card.lay_title" if is_shown_how else usual
    other = "card.other"
    if leads_on:
        has_tried = ladder.is_next_rung_offered(session)
        other = "ladder.go_on" if has_tried else "vouching.no_card"
    # A voucher has a card: nothing else is read from them.
    reads_documents = world.documents is not None and session.step is Step.CARD
    return CardView(
        title=texts.say("card.reading" if is_reading else title),
        line=texts.say("card.reading_line" if is_reading else "card.line"),
        problem=problem,
        is_reading=is_reading,
        is_reader_gone=session.reader_is_gone,
        other_title=texts.say(other),
        other_line=texts.say(f"{other}_line", phone=phone),
        leads_on=leads_on,
        document_title=texts.say("document.title") if reads_documents else "",
        document_line=texts.say("document.title_line"),
        bar=Bar(texts.say("bar.back")),
    )
