"""One of every document, about invented people: for pictures of them and for comparing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import papers
from kiosk.catalogue.legal_words import LegalWords, load_legal_words
from kiosk.catalogue.loader import load_service
from kiosk.catalogue.service import Service
from kiosk.domain import AppId, mask_name
from kiosk.envelope import sign_receipt
from kiosk.flow.session import StatusItem
from kiosk.flow.world import Site
from kiosk.journal import KioskId, ReceiptNumber, format_groups
from kiosk.papers import DraftFacts, MissingFacts, MissingPaper, ReceiptFacts
from kiosk.ports.printer import Paper, PaperForm
from kiosk.readiness import Health, PortName, PortReport, QueueLine, Report
from kiosk.telling import Topic
from kiosk.texts import Texts
from launch.places import CATALOGUE, LEGAL

ZONE = "Asia/Shanghai"
AT = datetime(2026, 11, 20, 1, 52, tzinfo=UTC)
NUMBER = ReceiptNumber(9902, 1146)
CODE = "7KX4MP"
SITE = Site("槐树里社区服务点", "0531-0000-0001", "8:30-17:00")


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that can be made in every language."""

    name: str
    make: Callable[[Texts], Paper]


def all_samples() -> tuple[Sample, ...]:
    """Return one of every document."""
    service = _sample_service()
    facts = _receipt_facts(service)
    signed = f"{facts.query_url}#{_signed(service)}"
    return (
        Sample("receipt", lambda texts: papers.receipt(facts, texts)),
        Sample("acknowledgement", partial(_acknowledged, facts, signed, None)),
        Sample("acceptance", partial(_acknowledged, facts, signed, date(2026, 11, 24))),
        Sample("missing-papers", partial(_missing, service)),
        Sample("missing-before", partial(_missing_before, service)),
        Sample("bring-list", lambda texts: papers.bring_list(service, SITE, texts, "sample")),
        Sample("help", lambda texts: _help(service, texts)),
        Sample("draft", lambda texts: papers.draft_slip(_draft(service, texts), texts)),
        Sample("progress", lambda texts: _progress(service, texts)),
        Sample("where-to-go", lambda texts: papers.where_to_go(service, SITE, texts, "sample")),
        Sample("known", _known),
        Sample("readiness", lambda texts: _readiness(texts, PaperForm.SLIP)),
        Sample("readiness-a4", lambda texts: _readiness(texts, PaperForm.A4)),
        Sample("test-page", lambda texts: papers.check_page(SITE, texts, AT, ZONE, "sample")),
    )


def _sample_service() -> Service:
    return load_service(CATALOGUE / "old_age_allowance")


def _legal() -> LegalWords:
    legal = load_legal_words(LEGAL / "cn.toml")
    assert legal is not None, "it comes with the program"
    return legal


def _receipt_facts(service: Service) -> ReceiptFacts:
    template = "https://platform.example/q/{number}?c={code}"
    return ReceiptFacts(
        job_id="sample",
        site=SITE,
        service=service,
        number_groups=format_groups(NUMBER),
        query_code=CODE,
        query_url=papers.query_url(template, str(NUMBER), CODE),
        received_at=AT,
        timezone=ZONE,
        ask_by=date(2026, 11, 27),
        ask_by_is_certain=True,
        counts_from_delivery=False,
        applicant=mask_name("王小䶮"),
        helper="𠮷田（志愿者）",
    )


def _signed(service: Service) -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # of no kiosk
    kiosk = KioskId("k-00000000")
    return str(sign_receipt(NUMBER, kiosk, service.service_id, AT, bytes(32), key.sign))


def _acknowledged(
    facts: ReceiptFacts, signed: str, accepted_on: date | None, texts: Texts
) -> Paper:
    return papers.acknowledgement(facts, _legal(), texts, signed, accepted_on)


def _missing(service: Service, texts: Texts) -> Paper:
    facts = MissingFacts(
        job_id="sample",
        site=SITE,
        service=service,
        number_groups=format_groups(NUMBER),
        query_code=CODE,
        papers=tuple(MissingPaper(words.say(texts.language)) for words in service.bring),
        bring_by=date(2026, 12, 4),
    )
    return papers.missing_papers(facts, texts)


def _missing_before(service: Service, texts: Texts) -> Paper:
    """Return the slip from the list of what is missing, before anything is handed in."""
    language = texts.language
    lacking = tuple(
        MissingPaper(it.name.say(language), it.why.say(language)) for it in service.papers
    )
    copied = MissingPaper(service.bring[-1].say(language), is_copied=True)
    facts = MissingFacts("sample", SITE, service, (), "", (*lacking, copied))
    return papers.missing_papers(facts, texts)


def _draft(service: Service, texts: Texts) -> DraftFacts:
    return DraftFacts(
        job_id="sample",
        site=SITE,
        service=service,
        missing=tuple(paper.name.say(texts.language) for paper in service.papers[:2]),
    )


def _help(service: Service, texts: Texts) -> Paper:
    name = service.name.say(texts.language)
    return papers.help_slip(SITE, "李明", name, texts, AT, ZONE, "sample")


def _progress(service: Service, texts: Texts) -> Paper:
    item = StatusItem(
        number_groups=format_groups(NUMBER),
        service_id=service.service_id,
        received_at=AT,
        delivered_at=AT,
        office_state="more_papers",
        office_words="请补交银行卡复印件。",
        as_of=AT,
        app_id=AppId("sample"),
    )
    name = service.name.say(texts.language)
    return papers.progress_slip(item, name, SITE, texts, AT, ZONE, "sample")


def _known(texts: Texts) -> Paper:
    title = texts.say("known.title")
    topics = [Topic(" ".join(format_groups(NUMBER)), (texts.say("known.unseen"),))]
    return papers.known(SITE, title, topics, texts, AT, ZONE, "sample")


def _readiness(texts: Texts, form: PaperForm) -> Paper:
    def part(port: PortName, health: Health, state: str) -> PortReport:
        key = f"doctor.{port}.{state}"
        advice = texts.say(f"{key}.do") if texts.has(f"{key}.do") else ""
        said = texts.say(f"{key}.says") if texts.has(f"{key}.says") else state
        return PortReport(port, health, state, said, advice)

    report = Report(
        at=AT,
        ports=(
            part(PortName.CARD_READER, Health.READY, "present"),
            part(PortName.CAMERA, Health.READY, "ready"),
            part(PortName.PRINTER, Health.WARNING, "paper_low"),
            part(PortName.SPEAKER, Health.OFF, "none"),
            part(PortName.STORE, Health.READY, "ready"),
            part(PortName.PLATFORM, Health.BROKEN, "offline"),
        ),
        queue=(QueueLine("queued", 3, AT), QueueLine("delivered", 118, None)),
        versions=(("doorstep", "0.1.0"), ("python", "3.11.2")),
        settings=(),
    )
    return papers.readiness_report(report, SITE, texts, ZONE, "sample", form)
