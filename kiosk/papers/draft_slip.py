"""The slip for who stops midway: nothing was kept, what to bring, and how to begin again."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.catalogue.service import Service
from kiosk.flow.world import Site
from kiosk.papers.shared import foot, head, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, Step, TextSize, Tick
from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What is known of a visit that ended before anything was handed in: nobody, and no answer."""

    job_id: str
    site: Site
    service: Service
    missing: tuple[str, ...] = ()
    """Papers that were asked for and could not be shown, or were copied where the original counts;
    a name each. What the service always wants is told anyway."""
    is_simulated: bool = False


def draft_slip(facts: DraftFacts, texts: Texts) -> Paper:
    """Return the slip in the language of `texts`."""
    say, service, site = texts.say, facts.service, facts.site
    language = texts.language
    title = say("paper.draft.title")
    bring = [words.say(language) for words in service.bring]
    missing = [words for words in facts.missing if words not in bring]
    for words in service.to_bring:
        names = {words.say(language), say("paper.missing.original", paper=words.say(language))}
        if names.isdisjoint((*bring, *missing)):
            bring.append(words.say(language))
    blocks: list[Block] = [
        *head(site, title, texts, is_simulated=facts.is_simulated),
        Line(say("paper.draft.not_sent"), TextSize.LARGE, is_bold=True, is_centred=True),
        Line(say("paper.draft.not_kept"), is_centred=True),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(language)),
        Rule(),
        Line(say("paper.draft.bring"), TextSize.LARGE, is_bold=True),
        *(Tick(words) for words in bring),
    ]
    if not bring:
        blocks.append(Line(say("paper.bring_list.nothing")))
    if missing:
        blocks.append(Line(say("paper.draft.missing"), is_bold=True))
        blocks += [Tick(words) for words in missing]
        blocks.append(Line(say("paper.draft.without"), TextSize.SMALL))
    blocks += [
        Rule(),
        Line(say("paper.draft.how"), TextSize.LARGE, is_bold=True),
        Step(1, say("paper.draft.come", site=site.name)),
        Step(2, say("paper.draft.begin", service=service.name.say(language))),
        Step(3, say("paper.draft.time", n=service.minutes)),
    ]
    if site.hours:
        blocks.append(Line(say("paper.bring_list.hours", hours=site.hours)))
    blocks += [Rule(), *foot(site, service, texts)]
    return paper(facts.job_id, title, texts, blocks)
