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
class MissingPaper:
    """One paper, in the words of the office or of the service."""

    name: str
    why: str = ""
    """What it is for, in a short sentence; "" where nobody said."""
    is_copied: bool = False
    """A copy went along: what is missing is the original."""


@dataclass(frozen=True, slots=True)
class MissingFacts:
    """What an application still needs."""

    job_id: str
    site: Site
    service: Service
    number_groups: tuple[str, ...]
    """Empty: it is not handed in yet, and the slip says so."""
    query_code: str
    """"" where it is not known, as by card."""
    papers: tuple[MissingPaper, ...]
    """All there are."""
    bring_by: date | None = None
    """The last day, if there is one."""
    best_by: date | None = None
    """The day on which the office has usually answered, once it is handed in."""
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
    ]
    for wanted in facts.papers:
        name = say("paper.missing.original", paper=wanted.name) if wanted.is_copied else wanted.name
        blocks.append(Tick(name))
        blocks += [Line(wanted.why, TextSize.SMALL)] if wanted.why else []
    blocks += [
        *_by_when(facts, texts),
        Rule(),
        Line(say("paper.missing.where"), is_bold=True),
        Line(service.where_to_go.say(language)),
        Fact(service.competent_authority.say(language), service.authority_phone),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(language)),
    ]
    if facts.number_groups:
        blocks += number_and_code(facts.number_groups, facts.query_code, texts)
        blocks.append(Line(say("paper.missing.counts"), TextSize.SMALL))
    else:
        blocks.append(Line(say("paper.missing.not_yet"), is_bold=True))
    blocks += foot(facts.site, service, texts)
    return paper(facts.job_id, title, texts, blocks)


def _by_when(facts: MissingFacts, texts: Texts) -> list[Block]:
    """Return the last day, or the day before which they are of most use."""
    if facts.bring_by is not None:
        by = texts.say("paper.missing.by", day=day(facts.bring_by, texts))
        return [Line(by, TextSize.LARGE, is_bold=True)]
    if facts.best_by is not None:
        by = texts.say("paper.missing.best_by", day=day(facts.best_by, texts))
        return [Line(by, is_bold=True)]
    days = facts.service.answer_within_working_days
    return [Line(texts.say("paper.missing.soon", n=days), is_bold=True)]
