"""Before the card: what the service is, for whom it is done, and what the card is read for."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.catalogue.service import Service
from kiosk.flow import for_others
from kiosk.flow.paper_state import Slip
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.slips import slip_words


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know, with the icon beside it."""

    icon: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class GuideView:
    """What the service is and what it takes."""

    title: str
    facts: tuple[Fact, ...]
    print_it: str
    """The button for the list of what to bring; "" where nothing is printed."""
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class ForWhomView:
    """For myself, or for somebody else; a person does that where it is not offered."""

    title: str
    myself: str
    myself_line: str
    other: str
    other_line: str
    is_offered: bool
    pager: Pager
    bar: Bar


@dataclass(frozen=True, slots=True)
class CardNoticeView:
    """What is read from the card and why, before the reader is switched on."""

    title: str
    facts: tuple[Fact, ...]
    pager: Pager
    bar: Bar


def guide_view(session: Session, world: World, texts: Texts) -> GuideView:
    """Return what the first screen of a service says."""
    service = world.service(session.service_id)
    title = ""
    facts: tuple[Fact, ...] = ()
    if service is not None:
        language = session.display.language
        title = service.name.say(language)
        facts = _facts(service, session, texts)
    return GuideView(
        title=title,
        facts=facts,
        print_it=slip_words(Slip.BRING_LIST, session, world, texts),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("guide.begin")),
    )


def _facts(service: Service, session: Session, texts: Texts) -> tuple[Fact, ...]:
    language = session.display.language
    to_bring = [words.say(language) for words in service.to_bring]
    if len(to_bring) > 1:  # a line each: what to bring is counted off on the fingers
        to_bring = [texts.say("guide.bring_item", what=what) for what in to_bring]
    authority = service.competent_authority.say(language)
    if service.authority_phone:
        authority = texts.say("guide.authority", name=authority, phone=service.authority_phone)
    shown = (
        Fact("info", texts.say("guide.what"), service.description.say(language)),
        Fact("person_check", texts.say("guide.who"), service.who_may_apply.say(language)),
        Fact("id_card", texts.say("guide.bring"), "\n".join(to_bring)),
        Fact("clock", texts.say("guide.takes"), texts.say("guide.minutes", n=service.minutes)),
        Fact("money", texts.say("guide.fee"), service.fee.say(language)),
        Fact("home", texts.say("guide.decides"), authority),
    )
    return tuple(fact for fact in shown if fact.value)


def for_whom_view(session: Session, world: World, texts: Texts) -> ForWhomView:
    """Return what the question "for whom" says."""
    is_offered = for_others.is_offered(world.service(session.service_id))
    line = "others.offer_line" if is_offered else "for_whom.other_line"
    return ForWhomView(
        title=texts.say("for_whom.title"),
        myself=texts.say("for_whom.myself"),
        myself_line=texts.say("for_whom.myself_line"),
        other=texts.say("for_whom.other"),
        other_line=texts.say(line, phone=world.site.phone),
        is_offered=is_offered,
        pager=pager(texts),
        bar=Bar(texts.say("bar.back")),
    )


def card_notice_view(session: Session, world: World, texts: Texts) -> CardNoticeView:
    """Return what is said before the card is read."""
    service = world.service(session.service_id)
    shown = [
        Fact("lock", texts.say("card_notice.kept"), texts.say("card_notice.kept_line")),
        Fact("hand", texts.say("card_notice.free"), texts.say("card_notice.free_line")),
    ]
    if service is not None:
        purpose = service.card_purpose.say(session.display.language)
        shown.insert(0, Fact("id_card", texts.say("card_notice.why"), purpose))
    if session.is_on_behalf:
        two = Fact("person_helped", texts.say("others.two"), texts.say("others.two_line"))
        shown.insert(0, two)
    return CardNoticeView(
        title=texts.say("card_notice.title"),
        facts=tuple(shown),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("card_notice.go_on")),
    )
