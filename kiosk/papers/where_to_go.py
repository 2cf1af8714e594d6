"""The slip for a resident who keeps their data: the other way to the same service."""

from __future__ import annotations

from kiosk.catalogue.service import Service
from kiosk.flow.world import Site
from kiosk.papers.shared import foot, head, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, Tick
from kiosk.texts import Texts


def where_to_go(
    service: Service, site: Site, texts: Texts, job_id: str, *, is_simulated: bool = False
) -> Paper:
    """Return the slip for a resident who keeps their data: the other way to the same service."""
    say, language = texts.say, texts.language
    title = say("paper.where_to_go.title")
    blocks: list[Block] = [
        *head(site, title, texts, is_simulated=is_simulated),
        Line(say("paper.where_to_go.nothing_kept"), is_centred=True),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(language)),
        Line(service.where_to_go.say(language)),
        Fact(service.competent_authority.say(language), service.authority_phone),
        Rule(),
        Line(say("paper.where_to_go.bring"), is_bold=True),
        *(Tick(words.say(language)) for words in service.to_bring),
        Rule(),
        *foot(site, service, texts),
    ]
    return paper(job_id, title, texts, blocks)
