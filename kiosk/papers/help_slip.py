"""The slip for who needs a person: whom to call, when, and what to say."""

from __future__ import annotations

from datetime import datetime

from kiosk.flow.world import Site
from kiosk.papers.shared import head, moment, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, Rule, Step, TextSize
from kiosk.texts import Texts


def help_slip(
    site: Site,
    on_duty: str,
    service: str,
    texts: Texts,
    at: datetime,
    timezone: str,
    job_id: str,
    *,
    is_simulated: bool = False,
) -> Paper:
    """Return the slip.

    Args:
        site: Where the machine stands, and whose telephone rings.
        on_duty: Name of who is on duty, "" for nobody.
        service: What the resident was about to do, in the language of `texts`; "" if nothing.
        texts: The language.
        at: Now, aware.
        timezone: IANA name.
        job_id: Of the print.
        is_simulated: Say that this is not valid.
    """
    say = texts.say
    title = say("paper.help.title")
    facts = [
        Fact(say("paper.help.person"), on_duty),
        Fact(say("paper.help.phone"), site.phone),
        Fact(say("paper.help.hours"), site.hours),
    ]
    blocks: list[Block] = [
        *head(site, title, texts, is_simulated=is_simulated),
        *(fact for fact in facts if fact.value),
        Rule(),
        Line(say("paper.help.say_this"), TextSize.LARGE, is_bold=True),
        Step(1, say("paper.help.place", site=site.name)),
        Step(2, say("paper.help.when", moment=moment(at, timezone, texts))),
    ]
    if service:
        blocks.append(Step(3, say("paper.help.service", service=service)))
    blocks += [
        Rule(),
        Line(say("paper.help.never"), is_bold=True),
        Line(say("paper.help.nothing_lost"), TextSize.SMALL),
    ]
    return paper(job_id, title, texts, blocks)
