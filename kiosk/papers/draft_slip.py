"""The slip for an application that was put aside: nothing is sent yet, and how to go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.catalogue.service import Service
from kiosk.flow.world import Site
from kiosk.papers.shared import day, foot, head, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, Step, TextSize, Tick
from kiosk.texts import Texts


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What is known of a draft without opening it."""

    job_id: str
    site: Site
    service: Service
    applicant: str
    """The masked name."""
    kept_until: date
    """The last day on which it can be gone on with; then it is wiped."""
    missing: tuple[str, ...] = ()
    """What to bring next time, a thing each."""
    is_simulated: bool = False


def draft_slip(facts: DraftFacts, texts: Texts) -> Paper:
    """Return the slip in the language of `texts`."""
    say, service = texts.say, facts.service
    title = say("paper.draft.title")
    until = say("paper.draft.until", day=day(facts.kept_until, texts))
    blocks: list[Block] = [
        *head(facts.site, title, texts, is_simulated=facts.is_simulated),
        Line(say("paper.draft.not_sent"), TextSize.LARGE, is_bold=True, is_centred=True),
        Rule(),
        Fact(say("paper.receipt.service"), service.name.say(texts.language)),
        Fact(say("paper.receipt.applicant"), facts.applicant),
        Line(until, is_bold=True),
        Rule(),
        Line(say("paper.draft.how"), TextSize.LARGE, is_bold=True),
        Step(1, say("paper.draft.come", site=facts.site.name)),
        Step(2, say("paper.draft.card")),
        Step(3, say("paper.draft.go_on")),
    ]
    if facts.missing:
        blocks += [Rule(), Line(say("paper.draft.bring"), TextSize.LARGE, is_bold=True)]
        blocks += [Tick(words) for words in facts.missing]
    blocks += [Rule(), *foot(facts.site, service, texts)]
    return paper(facts.job_id, title, texts, blocks)
