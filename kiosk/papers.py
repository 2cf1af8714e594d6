"""What the papers say: the receipt, the slip for who keeps their data, the printer's test page.

Pure: the same facts give the same blocks. How blocks look is `printing`'s business. A paper lies
about where others read it, so none holds a document number or an answer, and names are masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.catalogue.service import Service
from kiosk.catalogue.workdays import WorkCalendar
from kiosk.flow.world import Site
from kiosk.ports.printer import (
    Band,
    Block,
    Fact,
    Line,
    NumberGroups,
    Paper,
    QrCode,
    Rule,
    Step,
    TextSize,
)
from kiosk.telling import Topic
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
    is_reprint: bool = False
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
    day = calendar.after(received_on, service.answer_within_working_days)
    return day, calendar.is_known(received_on, day)


def local_day(at: datetime, timezone: str) -> date:
    """Return the calendar day of an instant in a time zone.

    Args:
        at: Aware.
        timezone: IANA name; where the machine does not know it, the day in UTC is returned.
    """
    return at.astimezone(zone(timezone)).date()


def query_url(template: str, number: str, code: str) -> str:
    """Return the address under which the resident sees how far the application is.

    Args:
        template: With `{number}` and `{code}`; "" if there is no such page.
        number: The receipt number, without spaces.
        code: The query code.
    """
    filled = template.replace("{number}", quote(number, safe=""))
    return filled.replace("{code}", quote(code, safe=""))


def receipt(facts: ReceiptFacts, texts: Texts) -> Paper:
    """Return the receipt in the language of `texts`."""
    say, service = texts.say, facts.service
    title = say("paper.receipt.title")
    blocks: list[Block] = [
        *_head(facts.site, title, texts, is_simulated=facts.is_simulated),
        Line(say("paper.receipt.not_yet_accepted"), TextSize.LARGE, is_bold=True, is_centred=True),
    ]
    if facts.is_reprint:
        blocks.append(Line(say("paper.receipt.reprint"), TextSize.SMALL, is_centred=True))
    blocks += [
        Rule(),
        Line(say("paper.receipt.number"), TextSize.SMALL, is_centred=True),
        NumberGroups(facts.number_groups),
        Fact(say("paper.receipt.code"), _speakable(facts.query_code)),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(texts.language)),
        Fact(say("paper.receipt.applicant"), facts.applicant),
        *([Fact(say("paper.receipt.beneficiary"), it)] if (it := facts.beneficiary) else []),
        Fact(say("paper.receipt.received_at"), _moment(facts.received_at, facts.timezone, texts)),
        Fact(say("paper.receipt.place"), facts.site.name),
    ]
    if facts.is_clock_suspect:
        blocks.append(Line(say("paper.receipt.clock_unsure"), TextSize.SMALL))
    if facts.helper:
        blocks.append(Fact(say("paper.receipt.helper"), facts.helper))
    blocks += [Rule(), *_next_steps(facts, texts), Rule()]
    if facts.query_url:
        blocks += [
            QrCode(facts.query_url),
            Line(say("paper.receipt.scan"), TextSize.SMALL, is_centred=True),
            Rule(),
        ]
    blocks += _foot(facts.site, service, texts)
    blocks.append(Line(say("paper.receipt.fades"), TextSize.SMALL))
    return Paper(facts.job_id, title, texts.language, tuple(blocks))


def where_to_go(
    service: Service, site: Site, texts: Texts, job_id: str, *, is_simulated: bool = False
) -> Paper:
    """Return the slip for a resident who keeps their data: the other way to the same service."""
    say, language = texts.say, texts.language
    title = say("paper.where_to_go.title")
    blocks: list[Block] = [
        *_head(site, title, texts, is_simulated=is_simulated),
        Line(say("paper.where_to_go.nothing_kept"), is_centred=True),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(language)),
        Line(service.where_to_go.say(language)),
        Fact(service.competent_authority.say(language), service.authority_phone),
        Rule(),
        Line(say("paper.where_to_go.bring"), is_bold=True),
        *(Step(number, words.say(language)) for number, words in enumerate(service.bring, 1)),
        Rule(),
        *_foot(site, service, texts),
    ]
    return Paper(job_id, title, language, tuple(blocks))


def known(
    site: Site,
    title: str,
    topics: Sequence[Topic],
    texts: Texts,
    at: datetime,
    timezone: str,
    job_id: str,
    *,
    is_simulated: bool = False,
) -> Paper:
    """Return the paper that says what this machine knows about somebody; never contents."""
    blocks: list[Block] = [
        *_head(site, title, texts, is_simulated=is_simulated),
        Line(_moment(at, timezone, texts), is_centred=True),
    ]
    for topic in topics:
        blocks += [Rule(), Line(topic.title, TextSize.LARGE, is_bold=True)]
        blocks += [Line(sentence) for sentence in topic.sentences]
    blocks.append(Rule())
    if site.phone:
        blocks.append(Line(texts.say("paper.site_phone", phone=site.phone), TextSize.SMALL))
    return Paper(job_id, title, texts.language, tuple(blocks))


def check_page(
    site: Site,
    texts: Texts,
    at: datetime,
    timezone: str,
    job_id: str,
    *,
    is_simulated: bool = False,
) -> Paper:
    """Return what shows that a printer works: every kind of block and size, rare characters."""
    say = texts.say
    title = say("paper.test.title")
    sizes = (Line(f"{size.value}: 永 Ag 0123456789", size) for size in TextSize)
    blocks: tuple[Block, ...] = (
        *_head(site, title, texts, is_simulated=is_simulated),
        Fact(say("paper.test.printed_at"), _moment(at, timezone, texts)),
        Rule(),
        *sizes,
        Line(f"{say('paper.test.rare')} 䶮 㛃 𠮷"),
        NumberGroups(("1234", "5678", "90")),
        Step(1, say("paper.test.band")),
        Band("0123456789"),
        Step(2, say("paper.test.scan")),
        QrCode("0123456789"),
    )
    return Paper(job_id, title, texts.language, blocks)


def _head(site: Site, title: str, texts: Texts, *, is_simulated: bool) -> list[Block]:
    band: list[Block] = [Band(texts.say("paper.simulated"))] if is_simulated else []
    return [
        *band,
        Line(site.name, is_centred=True),
        Line(title, TextSize.HUGE, is_bold=True, is_centred=True),
    ]


def _next_steps(facts: ReceiptFacts, texts: Texts) -> list[Block]:
    say, service = texts.say, facts.service
    authority = service.competent_authority.say(texts.language)
    is_later = facts.counts_from_delivery
    sent = "paper.receipt.sent_later" if is_later else "paper.receipt.sent"
    told = [
        say(sent, authority=authority),
        say("paper.receipt.answer", authority=authority, n=service.answer_within_working_days),
        say(_ask_key(facts), day=_day(facts.ask_by, texts), phone=service.authority_phone),
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


def _foot(site: Site, service: Service, texts: Texts) -> list[Block]:
    blocks: list[Block] = [Line(service.fee.say(texts.language), is_bold=True)]
    if site.phone:
        blocks.append(Line(texts.say("paper.site_phone", phone=site.phone), TextSize.SMALL))
    return blocks


def _speakable(code: str) -> str:
    """Return the code in two halves: `7KX 4MP`."""
    middle = (len(code) + 1) // 2
    return f"{code[:middle]} {code[middle:]}".strip()


def _day(day: date, texts: Texts) -> str:
    return texts.say(
        "paper.day",
        year=day.year,
        month=texts.say(f"paper.month.{day.month}"),
        day=day.day,
        weekday=texts.say(f"paper.weekday.{day.isoweekday()}"),
    )


def _moment(at: datetime, timezone: str, texts: Texts) -> str:
    local = at.astimezone(zone(timezone))
    part = "paper.time_am" if local.hour < 12 else "paper.time_pm"
    time = texts.say(
        part, hour24=local.hour, hour12=local.hour % 12 or 12, minute=f"{local.minute:02}"
    )
    month = texts.say(f"paper.month.{local.month}")
    told = texts.say("paper.moment", year=local.year, month=month, day=local.day, time=time)
    return told if local.tzinfo is not UTC else f"{told} UTC"


def zone(timezone: str) -> tzinfo:
    """Return the time zone; where the machine does not know it, UTC, which the paper then names."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
