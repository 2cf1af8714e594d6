"""What this machine knows about somebody, on paper; never contents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kiosk.flow.world import Site
from kiosk.papers.shared import head, moment, paper, site_phone
from kiosk.ports.printer import Block, Line, Paper, Rule, TextSize
from kiosk.telling import Topic
from kiosk.texts import Texts


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
        *head(site, title, texts, is_simulated=is_simulated),
        Line(moment(at, timezone, texts), is_centred=True),
    ]
    for topic in topics:
        blocks += [Rule(), Line(topic.title, TextSize.LARGE, is_bold=True)]
        blocks += [Line(sentence) for sentence in topic.sentences]
    blocks.append(Rule())
    blocks += site_phone(site, texts)
    return paper(job_id, title, texts, blocks)
