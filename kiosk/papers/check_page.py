"""The test page: what shows that a printer works."""

from __future__ import annotations

from datetime import datetime

from kiosk.flow.world import Site
from kiosk.papers.shared import head, moment, paper
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
    Tick,
)
from kiosk.texts import Texts


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
        *head(site, title, texts, is_simulated=is_simulated),
        Fact(say("paper.test.printed_at"), moment(at, timezone, texts)),
        Rule(),
        *sizes,
        Line(f"{say('paper.test.rare')} 䶮 㛃 𠮷"),
        NumberGroups(("1234", "5678", "90")),
        Tick(say("paper.test.edges")),
        Step(1, say("paper.test.band")),
        Band("0123456789"),
        Step(2, say("paper.test.scan")),
        QrCode("0123456789"),
    )
    return paper(job_id, title, texts, blocks)
