"""The slip for an application that lacks papers: all of them, at once, and where they go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.catalogue.service import Service
from kiosk.flow.world import Site
from kiosk.papers.shared import day, foot, head, number_and_code, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, TextSize, Tick
from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class MissingFacts:
    """What an application still needs."""

    job_id: str
    site: Site
    service: Service
    number_groups: tuple[str, ...]
    query_code: str
    """"" where it is not known, as by card."""
    papers: tuple[str, ...]
    """In the words of the office or of the form, a paper each; all there are."""
    bring_by: date | None = None
    """The last day, if there is one."""
    is_simulated: bool = False


def missing_papers(facts: MissingFacts, texts: Texts) -> Paper:
    """Return the slip in the language of `texts`."""
    say, service = texts.say, facts.service
    language = texts.language
    title = say("paper.missing.title")
    blocks: list[Block] = [
        *head(facts.site, title, texts, is_simulated=facts.is_simulated),
        Line(say("paper.missing.line", n=len(facts.papers)), is_centred=True),
        Rule(),
        *(Tick(words) for words in facts.papers),
    ]
    if facts.bring_by is not None:
        by = say("paper.missing.by", day=day(facts.bring_by, texts))
        blocks.append(Line(by, TextSize.LARGE, is_bold=True))
    blocks += [
        Rule(),
        Line(say("paper.missing.where"), is_bold=True),
        Line(service.where_to_go.say(language)),
        Fact(service.competent_authority.say(language), service.authority_phone),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(language)),
        *number_and_code(facts.number_groups, facts.query_code, texts),
        Line(say("paper.missing.counts"), TextSize.SMALL),
        *foot(facts.site, service, texts),
    ]
    return paper(facts.job_id, title, texts, blocks)
