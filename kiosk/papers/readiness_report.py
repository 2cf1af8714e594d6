"""The technician's report: every part, the queue in counts, versions; never contents."""

from __future__ import annotations

from kiosk.flow.world import Site
from kiosk.papers.shared import head, moment, paper
from kiosk.ports.printer import Block, Fact, Line, Paper, PaperForm, Rule, TextSize
from kiosk.readiness import Health, PortReport, QueueLine, Report
from kiosk.texts import Texts


def readiness_report(
    report: Report,
    site: Site,
    texts: Texts,
    timezone: str,
    job_id: str,
    form: PaperForm = PaperForm.SLIP,
    *,
    is_simulated: bool = False,
) -> Paper:
    """Return the report.

    Args:
        report: What was found.
        site: Where the machine stands.
        texts: The language.
        timezone: IANA name.
        job_id: Of the print.
        form: A slip for the machine's own printer, A4 for a file.
        is_simulated: Say that the machine is not a real one.
    """
    say = texts.say
    title = say("paper.readiness.title")
    key = "paper.readiness.ok" if report.is_ok else "paper.readiness.not_ok"
    blocks: list[Block] = [
        *head(site, title, texts, is_simulated=is_simulated),
        Line(moment(report.at, timezone, texts), is_centred=True),
        Line(say(key), TextSize.LARGE, is_bold=True, is_centred=True),
        Rule(),
    ]
    # What has to be seen to comes first: the paper may be read at the machine, torn off half-way.
    order = (Health.BROKEN, Health.WARNING, Health.READY, Health.OFF)
    for part in sorted(report.ports, key=lambda part: order.index(part.health)):
        blocks += _part(part, texts)
    blocks += [Rule(), Line(say("maintenance.queue"), is_bold=True)]
    blocks += [block for line in report.queue for block in _queue(line, timezone, texts)]
    if not report.queue:
        blocks.append(Line(say("maintenance.queue_empty"), TextSize.SMALL))
    blocks += [Rule(), *(Fact(name, value) for name, value in report.versions), Rule()]
    blocks.append(Fact(say("paper.readiness.seen_by"), "________"))
    return paper(job_id, title, texts, blocks, form)


def _part(part: PortReport, texts: Texts) -> list[Block]:
    name = texts.say(f"maintenance.ports.{part.port}")
    if part.is_simulated:
        name = f"{name} · {texts.say('maintenance.simulated')}"
    health = texts.say(f"maintenance.health.{part.health}")
    blocks: list[Block] = [Fact(name, health)]
    if part.health in (Health.BROKEN, Health.WARNING):
        blocks.append(Line(part.sentence, TextSize.SMALL))
        if part.advice:
            blocks.append(Line(f"→ {part.advice}", TextSize.SMALL))
    return blocks


def _queue(line: QueueLine, timezone: str, texts: Texts) -> list[Block]:
    key = f"maintenance.states.{line.state}"
    name = texts.say(key) if texts.has(key) else line.state
    blocks: list[Block] = [Fact(name, texts.say("maintenance.entries", n=line.count))]
    if line.oldest_at is not None:
        since = texts.say("paper.readiness.oldest", moment=moment(line.oldest_at, timezone, texts))
        blocks.append(Line(since, TextSize.SMALL))
    if line.reason:
        blocks.append(Line(texts.say("maintenance.reason", reason=line.reason), TextSize.SMALL))
    return blocks
