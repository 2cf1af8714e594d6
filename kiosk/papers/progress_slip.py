"""The slip that says how an application stands, and how old that knowledge is."""

from __future__ import annotations

from datetime import datetime

from kiosk.flow.session import StatusItem
from kiosk.flow.world import Site
from kiosk.papers.shared import head, moment, number_and_code, paper, site_phone
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, TextSize
from kiosk.texts import Texts


def progress_slip(
    item: StatusItem,
    service: str,
    site: Site,
    texts: Texts,
    at: datetime,
    timezone: str,
    job_id: str,
    *,
    is_simulated: bool = False,
) -> Paper:
    """Return the slip.

    Args:
        item: The last known state.
        service: Its name in the language of `texts`.
        site: Where it is printed.
        texts: The language; the office's own words stand in theirs.
        at: Now, aware.
        timezone: IANA name.
        job_id: Of the print.
        is_simulated: Say that this is not valid.
    """
    say = texts.say
    title = say("paper.progress.title")
    blocks: list[Block] = [
        *head(site, title, texts, is_simulated=is_simulated),
        Line(_state(item, texts), TextSize.LARGE, is_bold=True, is_centred=True),
    ]
    if item.office_words:
        blocks += [Line(say("paper.progress.words"), TextSize.SMALL), Line(item.office_words)]
    blocks += [
        Line(say("paper.progress.as_of", moment=moment(item.as_of, timezone, texts))),
        Rule(),
        *number_and_code(item.number_groups, "", texts),
        Rule(),
        Fact(say("paper.receipt.service"), service),
        Fact(say("paper.receipt.received_at"), moment(item.received_at, timezone, texts)),
        Fact(say("paper.progress.printed_at"), moment(at, timezone, texts)),
        Rule(),
        Line(say("paper.progress.no_decision"), TextSize.SMALL),
        *site_phone(site, texts),
    ]
    return paper(job_id, title, texts, blocks)


def _state(item: StatusItem, texts: Texts) -> str:
    key = f"status.office.{item.office_state}"
    if item.office_state and texts.has(key):
        return texts.say(key)
    if item.delivered_at is None:
        return texts.say("paper.progress.waiting")
    return texts.say("paper.progress.delivered")
