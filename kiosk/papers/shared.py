"""What several papers share: how they begin and end, how number, code, days and times are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.catalogue.service import Service
from kiosk.flow.world import Site
from kiosk.ports.printer import (
    Band,
    Block,
    Fact,
    Line,
    NumberGroups,
    Paper,
    PaperForm,
    QrCode,
    Rule,
    TextSize,
)
from kiosk.texts import Texts


def paper(
    job_id: str,
    title: str,
    texts: Texts,
    blocks: Sequence[Block],
    form: PaperForm = PaperForm.SLIP,
) -> Paper:
    """Return a paper of these blocks, which explains 〓 should it come to that."""
    note = texts.say("paper.missing_character")
    return Paper(job_id, title, texts.language, tuple(blocks), form, missing_note=note)


def head(site: Site, title: str, texts: Texts, *, is_simulated: bool) -> list[Block]:
    """Return what every paper begins with: where it comes from, what it is."""
    band: list[Block] = [Band(texts.say("paper.simulated"))] if is_simulated else []
    return [
        *band,
        Line(site.name, is_centred=True),
        Line(title, TextSize.HUGE, is_bold=True, is_centred=True),
    ]


def foot(site: Site, service: Service, texts: Texts) -> list[Block]:
    """Return what a paper about a service ends with: the fee, whom to call."""
    blocks: list[Block] = [Line(service.fee.say(texts.language), is_bold=True)]
    if site.phone:
        blocks.append(Line(texts.say("paper.site_phone", phone=site.phone), TextSize.SMALL))
    return blocks


def site_phone(site: Site, texts: Texts) -> list[Block]:
    """Return whom to call about the machine, if anybody."""
    if not site.phone:
        return []
    return [Line(texts.say("paper.site_phone", phone=site.phone), TextSize.SMALL)]


def number_and_code(groups: tuple[str, ...], code: str, texts: Texts) -> list[Block]:
    """Return the number as large as it goes, and the query code if it is to be told."""
    blocks: list[Block] = [
        Line(texts.say("paper.receipt.number"), TextSize.SMALL, is_centred=True),
        NumberGroups(groups),
    ]
    if code:
        blocks.append(Fact(texts.say("paper.receipt.code"), speakable(code)))
    return blocks


def query_code(url: str, texts: Texts) -> list[Block]:
    """Return the QR code of a query address, and how to ask without a telephone; nothing for ""."""
    if not url:
        return []
    parts = urlsplit(url)
    clear = f"{parts.netloc}{parts.path}"
    return [
        QrCode(url),
        Line(texts.say("paper.receipt.scan"), TextSize.SMALL),
        Line(clear, TextSize.SMALL),
        Rule(),
    ]


def speakable(code: str) -> str:
    """Return the code in two halves: `7KX 4MP`."""
    middle = (len(code) + 1) // 2
    return f"{code[:middle]} {code[middle:]}".strip()


def day(day: date, texts: Texts) -> str:
    """Return a day with its weekday, as a sentence needs it."""
    return texts.say(
        "paper.day",
        year=day.year,
        month=texts.say(f"paper.month.{day.month}"),
        day=day.day,
        weekday=texts.say(f"paper.weekday.{day.isoweekday()}"),
    )


def moment(at: datetime, timezone: str, texts: Texts) -> str:
    """Return an instant in words, in a time zone (IANA name)."""
    local = at.astimezone(zone(timezone))
    part = "paper.time_am" if local.hour < 12 else "paper.time_pm"
    time = texts.say(
        part, hour24=local.hour, hour12=local.hour % 12 or 12, minute=f"{local.minute:02}"
    )
    month = texts.say(f"paper.month.{local.month}")
    told = texts.say("paper.moment", year=local.year, month=month, day=local.day, time=time)
    return told if local.tzinfo is not UTC else f"{told} UTC"


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


def zone(timezone: str) -> tzinfo:
    """Return the time zone; where the machine does not know it, UTC, which the paper then names."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
