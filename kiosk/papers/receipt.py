"""The receipt: received where and when, not yet accepted, what comes next, by when to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.catalogue.service import Service
from kiosk.catalogue.workdays import WorkCalendar
from kiosk.flow.world import Site
from kiosk.papers.shared import (
    day,
    foot,
    head,
    moment,
    number_and_code,
    paper,
    query_code,
)
from kiosk.papers.suited import FADES
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, Step, TextSize
from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """All that a receipt says, taken from the committed row."""

    job_id: str
    site: Site
    service: Service
    number_groups: tuple[str, ...]
    query_code: str
    query_url: str
    """What the QR code holds; "" prints none."""
    received_at: datetime
    """Aware; printed in `timezone`."""
    timezone: str
    """IANA name, such as `Asia/Shanghai`."""
    ask_by: date
    ask_by_is_certain: bool
    """False: the holidays up to that day are not all known, and the paper says "about"."""
    counts_from_delivery: bool
    """True: there is no network, so `ask_by` is the earliest day, and the paper says so."""
    applicant: str
    """The masked name."""
    helper: str = ""
    """Name of the volunteer who helped, "" for nobody."""
    beneficiary: str = ""
    """The masked name of whom it is for, where that is not the applicant; else ""."""
    photo_is_missing: bool = False
    copy: int = 1
    """From the second on the paper says so, and when it was printed."""
    printed_at: datetime | None = None
    """Aware; None: not printed yet."""
    is_simulated: bool = False
    is_clock_suspect: bool = False
    """The machine did not trust its clock: the paper says that its dates may be wrong."""


def ask_by(service: Service, received_on: date, calendar: WorkCalendar) -> tuple[date, bool]:
    """Return the day by which to ask if nothing was heard, and whether all holidays are known.

    Args:
        service: Says within how many working days the office answers.
        received_on: The day of receipt in the kiosk's own time zone; it is not counted.
        calendar: The region's.
    """
    last = calendar.after(received_on, service.answer_within_working_days)
    return last, calendar.is_known(received_on, last)


def receipt(facts: ReceiptFacts, texts: Texts) -> Paper:
    """Return the receipt in the language of `texts`."""
    say, service = texts.say, facts.service
    title = say("paper.receipt.title")
    blocks: list[Block] = [
        *head(facts.site, title, texts, is_simulated=facts.is_simulated),
        Line(say("paper.receipt.not_yet_accepted"), TextSize.LARGE, is_bold=True, is_centred=True),
    ]
    if facts.copy > 1:
        blocks += copy_lines(facts, texts)
    blocks += [
        Rule(),
        *number_and_code(facts.number_groups, facts.query_code, texts),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(texts.language)),
        Fact(say("paper.receipt.applicant"), facts.applicant),
        *([Fact(say("paper.receipt.beneficiary"), it)] if (it := facts.beneficiary) else []),
        Fact(say("paper.receipt.received_at"), moment(facts.received_at, facts.timezone, texts)),
        Fact(say("paper.receipt.place"), facts.site.name),
    ]
    if facts.is_clock_suspect:
        blocks.append(Line(say("paper.receipt.clock_unsure"), TextSize.SMALL))
    if facts.helper:
        blocks.append(Fact(say("paper.receipt.helper"), facts.helper))
    blocks += [Rule(), *_next_steps(facts, texts), Rule()]
    blocks += query_code(facts.query_url, texts)
    blocks += foot(facts.site, service, texts)
    blocks.append(Line(say(FADES), TextSize.SMALL))
    return paper(facts.job_id, title, texts, blocks)


def copy_lines(facts: ReceiptFacts, texts: Texts, key: str = "paper.receipt.copy") -> list[Block]:
    """Return that this is a copy, which one of how many, and when it was printed."""
    number = " ".join(facts.number_groups)
    said = [Line(texts.say(key, n=facts.copy, number=number), is_centred=True)]
    if facts.printed_at is not None:
        at = moment(facts.printed_at, facts.timezone, texts)
        said.append(Line(texts.say("paper.receipt.copied_at", moment=at), TextSize.SMALL))
    return [*said]


def _next_steps(facts: ReceiptFacts, texts: Texts) -> list[Block]:
    say, service = texts.say, facts.service
    authority = service.competent_authority.say(texts.language)
    is_later = facts.counts_from_delivery
    sent = "paper.receipt.sent_later" if is_later else "paper.receipt.sent"
    told = [
        say(sent, authority=authority),
        say("paper.receipt.answer", authority=authority, n=service.answer_within_working_days),
        say(_ask_key(facts), day=day(facts.ask_by, texts), phone=service.authority_phone),
    ]
    if facts.photo_is_missing:
        told.append(say("paper.receipt.photo_missing"))
    steps = [Step(number, text) for number, text in enumerate(told, 1)]
    blocks: list[Block] = [
        Line(say("paper.receipt.next"), TextSize.LARGE, is_bold=True),
        *steps,
    ]
    if not facts.ask_by_is_certain:
        blocks.append(Line(say("paper.receipt.holidays_unknown"), TextSize.SMALL))
    return blocks


def _ask_key(facts: ReceiptFacts) -> str:
    is_certain = facts.ask_by_is_certain and not facts.is_clock_suspect
    match facts.counts_from_delivery, is_certain:
        case False, True:
            return "paper.receipt.ask"
        case False, False:
            return "paper.receipt.ask_about"
        case True, True:
            return "paper.receipt.ask_earliest"
        case _:
            return "paper.receipt.ask_earliest_about"
