"""The acknowledgement on A4: what an applicant files, and an official stamps.

What it is called and what the law makes of it is the region's to say (`assets/legal`), on which law
the matter rests is the service's. Until the office has accepted, it never says more than that
something was received.
"""

from __future__ import annotations

from datetime import date

from kiosk.catalogue.legal_words import LegalWords
from kiosk.catalogue.service import Words
from kiosk.papers.receipt import ReceiptFacts, copy_lines
from kiosk.papers.shared import day, foot, head, moment, number_and_code, paper
from kiosk.ports.printer import (
    Block,
    Fact,
    Line,
    Paper,
    PaperForm,
    Rule,
    SealPlace,
    TextSize,
)
from kiosk.texts import Texts


def acknowledgement(
    facts: ReceiptFacts,
    legal: LegalWords,
    texts: Texts,
    signed: str = "",
    accepted_on: date | None = None,
) -> Paper:
    """Return the acknowledgement.

    Args:
        facts: As for the receipt.
        legal: The region's wording.
        texts: The language.
        signed: What the code holds: `kiosk.envelope.SignedReceipt`; "" prints none.
        accepted_on: The day on which the office accepted, None while it has not.
    """
    say, language, service = texts.say, texts.language, facts.service
    authority = service.competent_authority.say(language)
    kind = legal.received if accepted_on is None else legal.accepted
    title = kind.title.say(language)

    def fill(words: Words) -> str:
        text = words.say(language)
        return text.replace("{authority}", authority).replace(
            "{service}", service.name.say(language)
        )

    blocks: list[Block] = [
        *head(facts.site, title, texts, is_simulated=facts.is_simulated),
        *(copy_lines(facts, texts, "paper.acknowledgement.copy") if facts.copy > 1 else ()),
        *number_and_code(facts.number_groups, facts.query_code, texts),
        Rule(),
        Fact(say("paper.receipt.applicant"), facts.applicant),
        *([Fact(say("paper.receipt.beneficiary"), it)] if (it := facts.beneficiary) else []),
        Fact(say("paper.receipt.service"), service.name.say(language)),
        Fact(say("paper.acknowledgement.authority"), authority),
        Fact(say("paper.acknowledgement.phone"), service.authority_phone),
        Fact(say("paper.receipt.received_at"), moment(facts.received_at, facts.timezone, texts)),
        Fact(say("paper.receipt.place"), facts.site.name),
    ]
    if accepted_on is not None:
        blocks.append(Fact(say("paper.acknowledgement.accepted_on"), day(accepted_on, texts)))
    if service.legal_basis:
        blocks.append(Fact(say("paper.acknowledgement.basis"), service.legal_basis.say(language)))
    if facts.helper:
        blocks.append(Fact(say("paper.receipt.helper"), facts.helper))
    blocks += [Rule(), Line(fill(kind.statement))]
    if service.rights and accepted_on is None:
        blocks.append(Line(fill(service.rights)))
    if accepted_on is None:
        is_certain = facts.ask_by_is_certain and not facts.is_clock_suspect
        key = "paper.acknowledgement.ask" if is_certain else "paper.acknowledgement.ask_about"
        blocks.append(Line(say(key, day=day(facts.ask_by, texts))))
    if facts.is_clock_suspect:
        blocks.append(Line(say("paper.receipt.clock_unsure"), TextSize.SMALL))
    blocks.append(SealPlace((fill(legal.seal), say("paper.acknowledgement.seal_date")), signed))
    if signed:
        blocks.append(Line(say("paper.acknowledgement.scan"), TextSize.SMALL))
    blocks.append(Rule())
    blocks += foot(facts.site, service, texts)
    return paper(facts.job_id, title, texts, blocks, PaperForm.A4)
