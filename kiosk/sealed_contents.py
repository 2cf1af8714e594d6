"""From what the flow hands over to what lies in the envelope."""

from __future__ import annotations

from kiosk.catalogue.service import Question, QuestionType, Service, Words
from kiosk.envelope import AnswerGiven, Contents, PaperTold, applicant_told, signature_svg
from kiosk.flow.effects import ApplicationRecord
from kiosk.journal import ReceiptNumber
from kiosk.shown_papers import PaperShown


def contents_of(
    record: ApplicationRecord,
    service: Service,
    number: ReceiptNumber,
    code: str,
    simulated: tuple[str, ...],
) -> Contents:
    """Return all that an application tells the office, in the words that the resident saw."""
    return Contents(
        receipt_number=str(number),
        query_code=code,
        language=record.language,
        service=record.service_id,
        service_title=pairs(service.name),
        answers=tuple(_answer(service, name, value) for name, value in record.answers),
        person=record.person,
        identified_by=record.identity.identified_by,
        identity=record.identity,
        consents=record.consents,
        helper=record.helper,
        findings=record.photo.findings if record.photo else None,
        photo_jpeg=record.photo.jpeg if record.photo else None,
        card_jpegs=tuple(picture.jpeg for picture in record.card_pictures),
        portrait_jpeg=record.card_portrait or None,
        signature_svg=signature_svg(record.signature),
        simulated=simulated,
        papers=tuple(_told_paper(service, paper) for paper in record.papers),
        notes=(("photo_missing", it.value),) if (it := record.photo_missing) else (),
        on_behalf_of=record.relation or "self",
        applicant=applicant_told(record.applicant, pairs(service.on_behalf_proof)),
    )


def _answer(service: Service, name: str, value: str) -> AnswerGiven:
    question = service.question(name)
    if question is None:
        return AnswerGiven(name, (), value, ())
    return AnswerGiven(name, pairs(question.label), value, pairs(_shown(question, value)))


def _shown(question: Question, value: str) -> Words:
    if question.kind is QuestionType.SELECT_ONE:
        for choice in question.choices:
            if choice.name == value:
                return choice.label
    return Words(tuple((language, value) for language, _ in question.label.by_language))


def _told_paper(service: Service, shown: PaperShown) -> PaperTold:
    paper = service.paper(shown.paper_id)
    return PaperTold(() if paper is None else pairs(paper.name), shown)


def pairs(words: Words) -> tuple[tuple[str, str], ...]:
    """Return words as they are sealed: a text per language."""
    return tuple((str(language), text) for language, text in words.by_language)
