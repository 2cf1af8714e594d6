"""What this machine still knows about me, and what is here that I was never shown."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.flow.session import ReceiptState, Session
from kiosk.flow.world import World
from kiosk.readiness import has_simulated_printer
from kiosk.telling import Around, Topic, known_title, known_topics
from kiosk.texts import Texts
from ui.views.aloud import aloud_words
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.slips import why_words
from ui.views.words import here, short_moment_words


@dataclass(frozen=True, slots=True)
class KnownView:
    """Everything that is kept, topic by topic."""

    title: str
    line: str
    topics: tuple[Topic, ...]
    print_it: str
    """"" while it is being printed, and without a printer."""
    paper: str
    """What is known of the paper, "" before it was asked for."""
    aloud: str
    """The button that leads to reading aloud; "" where it is not offered."""
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class UnseenView:
    """What is here already, and that it counts."""

    title: str
    line: str
    topics: tuple[Topic, ...]
    """One per application: number, code, and what it is."""
    print_it: str
    paper: str
    aloud: str
    pager: Pager
    bar: Bar


def known_view(session: Session, world: World, texts: Texts) -> KnownView:
    """Return what this machine knows about somebody, or that it is nothing."""
    known = session.known
    around = Around(
        world.services,
        world.now.tzinfo,
        world.now,
        has_simulated_printer=has_simulated_printer(world.simulated),
    )
    is_nothing = known is not None and not known.applications
    return KnownView(
        title="" if known is None else known_title(known, texts),
        line=texts.say("known.nothing_line") if is_nothing else "",
        topics=() if known is None else known_topics(known, around, texts),
        print_it=_print_words(session, world, "known.print", texts),
        paper=_paper(session, texts),
        aloud=aloud_words(session, world, texts),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("known.done")),
    )


def unseen_view(session: Session, world: World, texts: Texts) -> UnseenView:
    """Return what was handed in before and never shown."""
    say, topics = texts.say, []
    for item in session.unseen:
        service = world.service(item.service_id)
        name = item.service_id if service is None else service.name.say(texts.language)
        moment = short_moment_words(here(item.received_at, world), texts)
        number = say("unseen.number", number=" ".join(item.number_groups))
        code = say("unseen.code", code=item.query_code)
        topics.append(Topic(number, (code, say("unseen.entry", service=name, moment=moment))))
    return UnseenView(
        title=say("unseen.title", n=len(topics)),
        line=say("unseen.line"),
        topics=tuple(topics),
        print_it=_print_words(session, world, "unseen.print", texts),
        paper=_paper(session, texts),
        aloud=aloud_words(session, world, texts),
        pager=pager(texts),
        bar=Bar(say("unseen.enough"), say("unseen.go_on"), is_next_main=False),
    )


def _print_words(session: Session, world: World, key: str, texts: Texts) -> str:
    is_printing = session.receipt is ReceiptState.PRINTING
    return "" if is_printing or not world.has_printer else texts.say(key)


def _paper(session: Session, texts: Texts) -> str:
    match session.receipt:
        case ReceiptState.NOT_PRINTED:
            return ""
        case ReceiptState.FAILED:
            return texts.say("known.paper.failed", why=why_words(session.printer_state, texts))
        case state:
            return texts.say(f"known.paper.{state}")
