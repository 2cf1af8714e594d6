"""What lies inside an envelope: the parts of the container and their JSON.

Pure. The kiosk writes them with `to_parts`, the platform reads them with `from_parts`; both are
described in `docs/reference/envelope.md`. Everything here is personal data: it never reaches a log,
and only ever lies on a disk sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain import (
    Consent,
    IdentifiedBy,
    Identity,
    Language,
    Person,
    Purpose,
    Signature,
    StaffMember,
)
from kiosk.envelope.comparison import MEASURE_UNIT
from kiosk.envelope.people import (
    APPLICANT_CARD_PARTS,
    ApplicantTold,
    read_applicant,
    read_identity,
    read_member,
    read_person,
    told_applicant,
    told_identity,
    told_member,
    told_person,
)
from kiosk.envelope.shapes import (
    Words,
    as_list,
    as_object,
    as_pairs,
    as_text,
    as_whole,
    as_words,
    read_time,
    told_time,
)
from kiosk.envelope.shown import PAPERS_PART, PaperTold, page_parts, papers_json, read_papers
from kiosk.journal import Json, canonical, parse_canonical
from kiosk.photos import Advice, Findings, QualityComponent

PHOTO_PART = "photo.jpg"
PORTRAIT_PART = "card-portrait.jpg"
"""The portrait in the chip; only of services that keep it."""
CARD_PARTS = ("card-front.jpg", "card-back.jpg")
"""Pictures of a card whose chip could not be read, in the order in which they are taken."""


class ControlNote(StrEnum):
    """What a control entry is about: the name of the first of its notes."""

    CANARY = "canary"
    """Asks the platform whether it can still open what is sealed."""
    CLOCK_JUMP = "clock_jump"
    """How many times the wall clock jumped; `before`, `after` and `by_s` (seconds) follow."""
    NEW_EPOCH = "new_epoch"
    """Why this epoch began."""


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """One answer: `value` as the form stores it, `label` and `shown` as the resident saw it."""

    name: str
    label: Words
    value: str
    shown: Words


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything an entry tells the office.

    A part that was not given is None or empty: a photo that was refused, a helper who was not
    there. `query_code` lets the resident ask for the state; `rating` is 1 (bad) to 5 (good), in
    entries of kind rating alone. `simulated` names the devices that were not real.
    """

    receipt_number: str
    query_code: str
    language: Language
    service: str
    service_title: Words = ()
    on_behalf_of: str = "self"
    answers: tuple[AnswerGiven, ...] = ()
    person: Person | None = None
    identified_by: IdentifiedBy | None = None
    identity: Identity | None = None
    applicant: ApplicantTold | None = None
    """Who applied, where it is not `person`, the beneficiary; `on_behalf_of` is the relation."""
    consents: tuple[Consent, ...] = ()
    helper: StaffMember | None = None
    findings: Findings | None = None
    photo_jpeg: bytes | None = field(default=None, repr=False)
    card_jpegs: tuple[bytes, ...] = field(default=(), repr=False)
    portrait_jpeg: bytes | None = field(default=None, repr=False)
    signature_svg: bytes | None = field(default=None, repr=False)
    papers: tuple[PaperTold, ...] = ()
    rating: int | None = None
    simulated: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def to_parts(contents: Contents) -> dict[str, bytes]:
    """Return the parts to be packed into a container.

    Raises:
        ValueError: a text holds a lone surrogate, or a time names no zone.
    """
    parts = {"application.json": canonical(_application(contents))}
    if contents.answers:
        parts["answers.json"] = canonical([_answer(answer) for answer in contents.answers])
    if contents.person is not None:
        parts["person.json"] = canonical(told_person(contents.person))
    if contents.identity is not None:
        parts["identity.json"] = canonical(told_identity(contents.identity))
    if contents.applicant is not None:
        parts["applicant.json"] = canonical(told_applicant(contents.applicant))
        pictures = contents.applicant.card_jpegs
        parts |= dict(zip(APPLICANT_CARD_PARTS, pictures, strict=False))
    if contents.consents:
        parts["consents.json"] = canonical([_consent(consent) for consent in contents.consents])
    if contents.helper is not None:
        parts["helper.json"] = canonical(told_member(contents.helper))
    if contents.findings is not None:
        parts["findings.json"] = canonical(_findings(contents.findings))
    if contents.photo_jpeg is not None:
        parts[PHOTO_PART] = contents.photo_jpeg
    parts |= dict(zip(CARD_PARTS, contents.card_jpegs, strict=False))
    if contents.portrait_jpeg is not None:
        parts[PORTRAIT_PART] = contents.portrait_jpeg
    if contents.papers:
        parts[PAPERS_PART] = canonical(papers_json(contents.papers))
        parts |= page_parts(contents.papers)
    if contents.signature_svg is not None:
        parts["signature.svg"] = contents.signature_svg
    return parts


def from_parts(parts: Mapping[str, bytes]) -> Contents | None:
    """Return the contents that `to_parts` wrote, or None for anything else. Never raises."""
    told = {name: parse_canonical(data) for name, data in parts.items() if name.endswith(".json")}
    try:
        return _read(told, parts)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        # Every shape that is not ours ends in one of these; which one does not matter, nothing of
        # it is used.
        return None


def signature_svg(signature: Signature) -> bytes:
    """Return the strokes as an SVG picture, 0.1 mm to the unit, black on nothing."""
    paths = "".join(
        '<polyline points="' + " ".join(f"{x},{y}" for x, y in stroke) + '"/>'
        for stroke in signature.strokes
    )
    box = f"0 0 {signature.width} {signature.height}"
    pen = 'fill="none" stroke="#000" stroke-width="6" stroke-linecap="round"'
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><g {pen}>{paths}</g></svg>'
    return text.encode()


def _application(contents: Contents) -> dict[str, Json]:
    told: dict[str, Json] = {
        "v": 1,
        "receipt_number": contents.receipt_number,
        "query_code": contents.query_code,
        "language": contents.language,
        "service": contents.service,
        "service_title": dict(contents.service_title),
        "on_behalf_of": contents.on_behalf_of,
        "simulated": list(contents.simulated),
        "notes": [list(note) for note in contents.notes],
    }
    if contents.identified_by is not None:
        told["identified_by"] = contents.identified_by.value
    if contents.rating is not None:
        told["rating"] = contents.rating
    return told


def _answer(answer: AnswerGiven) -> dict[str, Json]:
    return {
        "name": answer.name,
        "label": dict(answer.label),
        "value": answer.value,
        "shown": dict(answer.shown),
    }


def _consent(consent: Consent) -> dict[str, Json]:
    return {
        "purpose": consent.purpose.value,
        "given": consent.given,
        "text_version": consent.text_version,
        "language": consent.language,
        "at": told_time(consent.at),
    }


def _findings(findings: Findings) -> dict[str, Json]:
    return {
        "advice": [advice.value for advice in findings.advice],
        "face_box": list(findings.face_box or ()),
        "measures": [[name, round(value * MEASURE_UNIT)] for name, value in findings.measures],
        "detector": findings.detector,
        **({"photo_format": findings.photo_format} if findings.photo_format else {}),
        **({"quality": [_quality(it) for it in findings.quality]} if findings.quality else {}),
    }


def _quality(it: QualityComponent) -> dict[str, Json]:
    told: dict[str, Json] = {"name": it.name}
    for name, number in (("value", it.value), ("least", it.least), ("most", it.most)):
        if number is not None:
            told[name] = round(number * MEASURE_UNIT)
    if it.score is not None:
        told["score"] = it.score
    return told


def _read(told: Mapping[str, object], parts: Mapping[str, bytes]) -> Contents | None:
    main = as_object(told["application.json"])
    if main["v"] != 1:
        return None
    helper = read_member(told["helper.json"]) if "helper.json" in told else None
    rating = main.get("rating")
    if rating is not None and (type(rating) is not int or not 1 <= rating <= 5):
        return None
    return Contents(
        receipt_number=as_text(main["receipt_number"]),
        query_code=as_text(main["query_code"]),
        language=Language(as_text(main["language"])),
        service=as_text(main["service"]),
        service_title=as_words(main["service_title"]),
        on_behalf_of=as_text(main["on_behalf_of"]),
        answers=tuple(_read_answer(as_object(it)) for it in as_list(told.get("answers.json", []))),
        person=read_person(as_object(told["person.json"])) if "person.json" in told else None,
        identified_by=IdentifiedBy(as_text(how)) if (how := main.get("identified_by")) else None,
        identity=read_identity(as_object(told["identity.json"]))
        if "identity.json" in told
        else None,
        applicant=read_applicant(as_object(told["applicant.json"]), parts)
        if "applicant.json" in told
        else None,
        consents=tuple(
            _read_consent(as_object(it)) for it in as_list(told.get("consents.json", []))
        ),
        helper=helper,
        findings=(
            _read_findings(as_object(told["findings.json"])) if "findings.json" in told else None
        ),
        photo_jpeg=parts.get(PHOTO_PART),
        card_jpegs=tuple(parts[name] for name in CARD_PARTS if name in parts),
        portrait_jpeg=parts.get(PORTRAIT_PART),
        signature_svg=parts.get("signature.svg"),
        papers=read_papers(told.get(PAPERS_PART, []), parts),
        rating=rating,
        simulated=tuple(as_text(it) for it in as_list(main["simulated"])),
        notes=as_pairs(main["notes"]),
    )


def _read_answer(it: Mapping[str, object]) -> AnswerGiven:
    return AnswerGiven(
        as_text(it["name"]), as_words(it["label"]), as_text(it["value"]), as_words(it["shown"])
    )


def _read_consent(it: Mapping[str, object]) -> Consent:
    if not isinstance(it["given"], bool):
        raise TypeError
    return Consent(
        Purpose(as_text(it["purpose"])),
        it["given"],
        as_text(it["text_version"]),
        Language(as_text(it["language"])),
        read_time(it["at"]),
    )


def _read_findings(it: Mapping[str, object]) -> Findings:
    box = tuple(as_whole(side) for side in as_list(it["face_box"]))
    measures = tuple(
        (as_text(name), as_whole(value) / MEASURE_UNIT)
        for name, value in (as_list(pair) for pair in as_list(it["measures"]))
    )
    return Findings(
        advice=tuple(Advice(as_text(advice)) for advice in as_list(it["advice"])),
        face_box=(box[0], box[1], box[2], box[3]) if len(box) == 4 else None,
        measures=measures,
        detector=as_text(it["detector"]),
        quality=tuple(_read_quality(as_object(line)) for line in as_list(it.get("quality", []))),
        photo_format=as_text(it.get("photo_format", "")),
    )


def _read_quality(it: Mapping[str, object]) -> QualityComponent:
    value, least, most = (
        as_whole(it[name]) / MEASURE_UNIT if name in it else None
        for name in ("value", "least", "most")
    )
    score = as_whole(it["score"]) if "score" in it else None
    return QualityComponent(as_text(it["name"]), value, score, least, most)
