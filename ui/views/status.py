"""How did my application go: by card, or by number and code; and what this machine knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kiosk.flow.session import Session, StatusItem
from kiosk.flow.world import Network, World
from kiosk.ports.card_reader import Presence
from kiosk.texts import Texts
from ui.views.aloud import aloud_words
from ui.views.bar import Bar
from ui.views.card import CardView
from ui.views.pager import Pager, pager
from ui.views.slips import papers_words
from ui.views.words import age_words, here, short_moment_words

FRESH = timedelta(minutes=30)
"""With a network the platform is asked all the time; the last contact is noted every few
minutes."""

_OFFICE_ICONS = {
    "accepted": "check",
    "more_needed": "warning",
    "done": "check",
    "refused": "info",
}


@dataclass(frozen=True, slots=True)
class StatusAskView:
    """Two ways to look it up."""

    title: str
    line: str
    by_card: str
    by_card_line: str
    by_number: str
    by_number_line: str
    known: str
    """The other question: what does this machine know about me; "" once it was chosen."""
    known_line: str
    bar: Bar


class StatusField(StrEnum):
    """What is typed: first the number, then the code."""

    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class FieldView:
    """One of the two things that are typed."""

    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class StatusNumberView:
    """Number and query code, one after the other; `wrong` is what has to be typed again."""

    number: FieldView
    code: FieldView
    problem: str
    wrong: StatusField
    erase: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One application; `delivered` and `office` say how old their news is."""

    number: str
    service: str
    received_at: str
    icon: str
    delivered: str
    office: str
    as_of: str
    unseen: str
    """That its number could not be shown, "" where it was."""


@dataclass(frozen=True, slots=True)
class StatusShownView:
    """What this machine knows; without rows `line` says where else to ask."""

    title: str
    line: str
    age: str
    """How old what is shown is; "" where there is nothing."""
    rows: tuple[StatusRow, ...]
    papers: str
    """The button that leads to the papers; "" where there are none."""
    aloud: str
    """The button that leads to reading aloud; "" where it is not offered."""
    pager: Pager
    bar: Bar


def status_ask_view(session: Session, _world: World, texts: Texts) -> StatusAskView:
    """Return the question by what to look it up."""
    is_known = session.asks_known
    return StatusAskView(
        title=texts.say("known.ask_title" if is_known else "status.title"),
        line=texts.say("known.how_title" if is_known else "status.line"),
        by_card=texts.say("status.by_card"),
        by_card_line=texts.say("status.by_card_line"),
        by_number=texts.say("status.by_number"),
        by_number_line=texts.say("status.by_number_line"),
        known="" if is_known else texts.say("known.tile"),
        known_line="" if is_known else texts.say("known.ask_line"),
        bar=Bar(texts.say("bar.back")),
    )


def status_card_view(session: Session, world: World, texts: Texts) -> CardView:
    """Return what is said while the reader waits for the card of who comes back."""
    problem = ""
    if session.reader_is_gone:
        problem = texts.say("card.reader_gone")
    elif session.card_problem is not None:
        problem = texts.say(f"card.problems.{session.card_problem}")
    is_reading = session.card_presence is Presence.PRESENT and not problem
    return CardView(
        title=texts.say("status.looking" if is_reading else "status.card_title"),
        line=texts.say("status.card_line"),
        problem=problem,
        is_reading=is_reading,
        is_reader_gone=session.reader_is_gone,
        other_title=texts.say("status.other"),
        other_line=texts.say("status.other_line", phone=world.site.phone),
        bar=Bar(texts.say("bar.back")),
    )


def status_number_view(session: Session, _world: World, texts: Texts) -> StatusNumberView:
    """Return what is said while number and code are typed."""
    problem = session.status_problem
    is_code = problem == "status.problem.code"
    return StatusNumberView(
        number=FieldView(texts.say("status.number_title"), texts.say("status.number_hint")),
        code=FieldView(texts.say("status.code_title"), texts.say("status.code_hint")),
        problem=texts.say(problem) if problem else "",
        wrong=StatusField.CODE if is_code else StatusField.NUMBER,
        erase=texts.say("pad.erase"),
        bar=Bar(texts.say("bar.back"), texts.say("bar.next")),
    )


def status_shown_view(session: Session, world: World, texts: Texts) -> StatusShownView:
    """Return what this machine knows, and how old that is."""
    rows = tuple(_row(item, world, texts) for item in session.status_items)
    if rows:
        count = len(rows)
        title = texts.say("status.shown_title")
        line = texts.say("status.one_more", n=count) if count > 1 else ""
    else:
        title = texts.say("status.nothing_title")
        line = texts.say("status.nothing_line", phone=world.site.phone)
        if session.status_problem:
            line = texts.say(session.status_problem)
    return StatusShownView(
        title=title,
        line=line,
        age=_age(session, world, texts) if rows else "",
        rows=rows,
        papers=papers_words(session, world, texts),
        aloud=aloud_words(session, world, texts),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("status.done")),
    )


def _age(session: Session, world: World, texts: Texts) -> str:
    """Say how old everything here is: nothing newer can have come without a connection."""
    heard_at = session.status_heard_at
    if heard_at is None:
        return texts.say("status.never")
    is_online = world.network is Network.ONLINE
    if is_online and world.now - heard_at < FRESH:
        return texts.say("status.fresh")
    return texts.say(
        "status.asked" if is_online else "status.stale",
        age=age_words(heard_at, world.now, texts),
        moment=short_moment_words(here(heard_at, world), texts),
    )


def _row(item: StatusItem, world: World, texts: Texts) -> StatusRow:
    service = world.service(item.service_id)
    name = item.service_id if service is None else service.name.say(texts.language)
    received = short_moment_words(here(item.received_at, world), texts)
    as_of = short_moment_words(here(item.as_of, world), texts)
    office = office_age = ""
    if item.delivered_at is None:
        icon, delivered = "clock", texts.say("status.waiting")
    elif item.office_state:
        # The office's own word is younger than the delivery, so the age stands with it.
        icon = _OFFICE_ICONS.get(item.office_state, "info")
        delivered = texts.say(
            "status.delivered", moment=short_moment_words(here(item.delivered_at, world), texts)
        )
        key = f"status.office.{item.office_state}"
        said = texts.say(key) if texts.has(key) else item.office_state
        office = f"{said}: {item.office_words}" if item.office_words else said
        office_age = texts.say("status.as_of", moment=as_of)
    else:
        icon, delivered = "check", texts.say("status.delivered", moment=as_of)
        office = texts.say("status.no_word")
    return StatusRow(
        number=" ".join(item.number_groups),
        service=name,
        received_at=texts.say("status.received_at", moment=received),
        icon=icon,
        delivered=delivered,
        office=office,
        as_of=office_age,
        unseen=texts.say("status.unseen") if item.is_unseen else "",
    )
