"""The list of what to bring: for who only asks before the journey, or for a neighbour."""

from __future__ import annotations

from kiosk.catalogue.service import Service
from kiosk.flow.world import Site
from kiosk.papers.shared import foot, head, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, TextSize, Tick
from kiosk.texts import Texts


def bring_list(
    service: Service, site: Site, texts: Texts, job_id: str, *, is_simulated: bool = False
) -> Paper:
    """Return the list, with who may apply and where."""
    say, language = texts.say, texts.language
    title = say("paper.bring_list.title")
    blocks: list[Block] = [
        *head(site, title, texts, is_simulated=is_simulated),
        Line(service.name.say(language), TextSize.LARGE, is_bold=True, is_centred=True),
        Rule(),
        *(Tick(words.say(language)) for words in service.to_bring),
    ]
    if not service.to_bring:
        blocks.append(Line(say("paper.bring_list.nothing")))
    blocks += [
        Rule(),
        Line(say("paper.bring_list.who"), is_bold=True),
        Line(service.who_may_apply.say(language)),
        Line(say("paper.bring_list.here"), is_bold=True),
        Line(say("paper.bring_list.machine", n=service.minutes, site=site.name)),
    ]
    if site.hours:
        blocks.append(Line(say("paper.bring_list.hours", hours=site.hours)))
    blocks += [
        Line(say("paper.bring_list.or_office"), is_bold=True),
        Line(service.where_to_go.say(language)),
        Fact(service.competent_authority.say(language), service.authority_phone),
        Rule(),
        *foot(site, service, texts),
    ]
    return paper(job_id, title, texts, blocks)
