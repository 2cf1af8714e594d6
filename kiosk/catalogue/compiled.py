"""A service as one JSON file: what `kiosk catalogue build` writes and the kiosk loads.

Pure. Strict in both directions: the same service gives the same bytes, and whatever is not exactly
of this shape is refused with a sentence, since a half-understood form is worse than a missing one.
`docs/reference/catalogue.md` describes the sources; nobody edits this file by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from kiosk.catalogue.expressions import BadExpression, Expression, parse
from kiosk.catalogue.face_rules import face_faults
from kiosk.catalogue.forms import FACT_NAMES
from kiosk.catalogue.service import (
    NO_WORDS,
    Choice,
    PaperForm,
    PaperWanted,
    PhotoNeed,
    PrintedOn,
    Question,
    QuestionType,
    Service,
    Words,
)
from kiosk.domain import IdentityAssurance, Language, Relation
from kiosk.shown_papers import MOST_PAGES, TrustLevel

FORMAT = 1
"""Of the file; another one is refused."""
ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
VERSION = re.compile(r"[A-Za-z0-9._:+-]{1,64}")
PHOTO_FORMAT = re.compile(r"[\w.-]{1,64}")
PHONE = re.compile(r"[0-9+() -]{3,30}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]{2,8})*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")

_LEAST_IDENTITY = IdentityAssurance.ATTENDANT_ALONE
_Kind = TypeVar("_Kind", bound=StrEnum)
_Item = TypeVar("_Item")


class BadService(ValueError):
    """These are not the bytes of a service; the message says where it goes wrong."""


def encode(service: Service) -> bytes:
    """Return the service as JSON in UTF-8; the same service always as the same bytes."""
    table: dict[str, object] = {
        "format": FORMAT,
        "service_id": service.service_id,
        "version": service.version,
        "languages": [language for language, _ in service.name.by_language],
        "icon": service.icon,
        "routing_group": service.routing_group,
        "name": _words(service.name),
        "tagline": _words(service.tagline),
        "description": _words(service.description),
        "who_may_apply": _words(service.who_may_apply),
        "bring": [_words(words) for words in service.bring],
        "minutes": service.minutes,
        "fee": _words(service.fee),
        "competent_authority": _words(service.competent_authority),
        "authority_phone": service.authority_phone,
        "answer_within_working_days": service.answer_within_working_days,
        "where_to_go": _words(service.where_to_go),
        "card_purpose": _words(service.card_purpose),
        "consent_version": service.consent_version,
        "consent_data": _words(service.consent_data),
        "consent_photo": _words(service.consent_photo),
        "photo": service.photo.value,
        **_identity(service),
        **_on_behalf(service),
        **_faces(service),
        **({"urgent": True} if service.urgent else {}),
        **_if_said("legal_basis", service.legal_basis),
        **_if_said("rights", service.rights),
        **_printed_on(service),
        **({"papers": [_paper(paper) for paper in service.papers]} if service.papers else {}),
        "questions": [_question(question) for question in service.questions],
    }
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def _identity(service: Service) -> dict[str, object]:
    is_usual = service.least_identity is _LEAST_IDENTITY
    return {} if is_usual else {"least_identity": service.least_identity.value}


def _printed_on(service: Service) -> dict[str, object]:
    is_on_roll = service.acknowledgement_on is PrintedOn.ROLL
    return {
        **({"receipt_on": "sheets"} if service.receipt_on is PrintedOn.SHEETS else {}),
        **({"acknowledgement_on": "roll"} if is_on_roll else {}),
    }


def _if_said(name: str, words: Words) -> dict[str, object]:
    return {name: _words(words)} if words else {}


def _on_behalf(service: Service) -> dict[str, object]:
    if not service.on_behalf:
        return {}
    proof = service.on_behalf_proof
    told: dict[str, object] = {"on_behalf": [relation.value for relation in service.on_behalf]}
    return told | ({"on_behalf_proof": _words(proof)} if proof else {})


def _faces(service: Service) -> dict[str, object]:
    beside, consent = service.beside_face, service.consent_comparison
    return {
        **({} if beside is None else {"beside_face": beside.value}),
        **({"consent_comparison": _words(consent)} if consent else {}),
        **({"keeps_card_portrait": True} if service.keeps_card_portrait else {}),
        **({"fresh_photo": True} if service.fresh_photo else {}),
        **({"photo_format": service.photo_format} if service.photo_format else {}),
    }


def decode(data: bytes) -> Service:
    """Return the service that `encode` wrote.

    Raises:
        BadService: It is anything else.
    """
    try:
        root: object = json.loads(data, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadService(f"it is no JSON: {error}") from error
    table = _Table(root, "the service")
    if table.integer("format", 0, 1_000_000) != FORMAT:
        raise BadService("it was built for another version of the program")
    languages = tuple(Language(code) for code in table.items("languages", _language))
    if not languages or len(set(languages)) != len(languages):
        raise BadService("languages: none, or one twice")
    table.languages = languages
    service = Service(
        service_id=table.text("service_id", ID),
        version=table.text("version", VERSION),
        icon=table.text("icon", ID),
        routing_group=table.text("routing_group", ID),
        name=table.words("name"),
        tagline=table.words("tagline"),
        description=table.words("description"),
        who_may_apply=table.words("who_may_apply"),
        bring=table.items("bring", lambda item, place: _as_words(item, place, languages)),
        minutes=table.integer("minutes", 1, 120),
        fee=table.words("fee"),
        competent_authority=table.words("competent_authority"),
        authority_phone=table.text("authority_phone", PHONE),
        answer_within_working_days=table.integer("answer_within_working_days", 1, 250),
        where_to_go=table.words("where_to_go"),
        card_purpose=table.words("card_purpose"),
        consent_version=table.text("consent_version", VERSION),
        consent_data=table.words("consent_data"),
        consent_photo=table.words("consent_photo"),
        photo=table.kind("photo", PhotoNeed),
        questions=table.items(
            "questions", lambda item, place: _as_question(item, place, languages)
        ),
        least_identity=table.kind("least_identity", IdentityAssurance, _LEAST_IDENTITY),
        on_behalf=table.items("on_behalf", _relation) if table.has("on_behalf") else (),
        on_behalf_proof=table.optional_words("on_behalf_proof"),
        beside_face=table.kind("beside_face", IdentityAssurance)
        if table.has("beside_face")
        else None,
        consent_comparison=table.optional_words("consent_comparison"),
        keeps_card_portrait=table.flag("keeps_card_portrait"),
        fresh_photo=table.flag("fresh_photo"),
        photo_format=table.text("photo_format", PHOTO_FORMAT) if table.has("photo_format") else "",
        urgent=table.flag("urgent"),
        legal_basis=table.optional_words("legal_basis"),
        rights=table.optional_words("rights"),
        receipt_on=table.kind("receipt_on", PrintedOn, PrintedOn.ROLL),
        acknowledgement_on=table.kind("acknowledgement_on", PrintedOn, PrintedOn.SHEETS),
        papers=table.items("papers", lambda item, place: _as_paper(item, place, languages))
        if table.has("papers")
        else (),
    )
    table.end()
    names = [question.name for question in service.questions]
    if len(set(names)) != len(names):
        raise BadService("questions: two have the same name")
    papers = [paper.paper_id for paper in service.papers]
    if len(set(papers)) != len(papers):
        raise BadService("papers: two have the same id")
    if sum(paper.most_pages for paper in service.papers) > MOST_PAGES:
        raise BadService(f"papers: more than {MOST_PAGES} pages together")
    for fault, _ in face_faults(service):
        raise BadService(fault)
    return service


def _words(words: Words) -> dict[str, str]:
    return dict(words.by_language)


def _question(question: Question) -> dict[str, object]:
    told: dict[str, object] = {"name": question.name, "kind": question.kind.value}
    optional: dict[str, object] = {
        "label": _words(question.label),
        "hint": _words(question.hint),
        "is_required": question.is_required,
        "required_message": _words(question.required_message),
        "relevant": question.relevant.source if question.relevant else "",
        "constraint": question.constraint.source if question.constraint else "",
        "constraint_message": _words(question.constraint_message),
        "choices": [
            {"name": choice.name, "label": _words(choice.label)} for choice in question.choices
        ],
        "appearance": question.appearance,
    }
    return told | {name: value for name, value in optional.items() if value}


def _paper(paper: PaperWanted) -> dict[str, object]:
    return {
        "id": paper.paper_id,
        "name": _words(paper.name),
        "why": _words(paper.why),
        "form": paper.form.value,
        "pages": paper.most_pages,
        "wants": paper.wants.value,
        "least": paper.least.value,
        **({"is_required": True} if paper.is_required else {}),
        **({"is_own": True} if paper.is_own else {}),
        **({"relevant": paper.relevant.source} if paper.relevant else {}),
    }


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands twice")
    return table


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _relation(value: object, place: str) -> Relation:
    if not isinstance(value, str) or value not in set(Relation):
        raise BadService(f"{place} is no relation: {value!r}")
    return Relation(value)


class _Table:
    """One JSON object, every field of which is asked for exactly once."""

    def __init__(self, value: object, place: str, languages: tuple[Language, ...] = ()) -> None:
        if not isinstance(value, dict):
            raise BadService(f"{place} is no table")
        self._left: dict[str, object] = dict(value)
        self._place = place
        self.languages = languages

    def has(self, name: str) -> bool:
        return name in self._left

    def end(self) -> None:
        """Insist that nothing is left."""
        if self._left:
            raise BadService(f"{self._place} has an unknown field {min(self._left)!r}")

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self._take(name)
        if not isinstance(value, str) or not value or (pattern and not pattern.fullmatch(value)):
            raise BadService(f"{self._place}: {name} can't be {value!r}")
        return value

    def integer(self, name: str, least: int, most: int) -> int:
        value = self._take(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BadService(f"{self._place}: {name} is not a number from {least} to {most}")
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value; one that is not there is false."""
        if not self.has(name):
            return False
        value = self._take(name)
        if not isinstance(value, bool):
            raise BadService(f"{self._place}: {name} is neither true nor false")
        return value

    def kind(self, name: str, kinds: type[_Kind], usual: _Kind | None = None) -> _Kind:
        if usual is not None and not self.has(name):
            return usual
        value = self.text(name)
        try:
            return kinds(value)
        except ValueError as error:
            raise BadService(f"{self._place}: {name} can't be {value!r}") from error

    def words(self, name: str) -> Words:
        return _as_words(self._take(name), f"{self._place}: {name}", self.languages)

    def optional_words(self, name: str) -> Words:
        return self.words(name) if self.has(name) else NO_WORDS

    def expression(self, name: str) -> Expression | None:
        if not self.has(name):
            return None
        try:
            return parse(self.text(name))
        except BadExpression as error:
            raise BadService(f"{self._place}: {name}: {error}") from error

    def items(self, name: str, read: Callable[[object, str], _Item]) -> tuple[_Item, ...]:
        value = self._take(name)
        if not isinstance(value, list):
            raise BadService(f"{self._place}: {name} is no list")
        return tuple(
            read(item, f"{self._place}: {name}, entry {number}")
            for number, item in enumerate(value, 1)
        )

    def _take(self, name: str) -> object:
        if name not in self._left:
            raise BadService(f"{self._place} has no {name}")
        return self._left.pop(name)


def _language(value: object, place: str) -> str:
    if not isinstance(value, str) or LANGUAGE.fullmatch(value) is None:
        raise BadService(f"{place} is no language")
    return value


def _as_words(value: object, place: str, languages: tuple[Language, ...]) -> Words:
    table = _Table(value, place)
    words = Words(tuple((language, table.text(language)) for language in languages))
    table.end()
    return words


def _as_choice(value: object, place: str, languages: tuple[Language, ...]) -> Choice:
    table = _Table(value, place, languages)
    choice = Choice(table.text("name", _NAME), table.words("label"))
    table.end()
    return choice


def _as_question(value: object, place: str, languages: tuple[Language, ...]) -> Question:
    table = _Table(value, place, languages)
    kind = table.kind("kind", QuestionType)
    is_hidden = kind is QuestionType.HIDDEN
    question = Question(
        name=table.text("name", _NAME),
        kind=kind,
        label=NO_WORDS if is_hidden else table.words("label"),
        hint=table.optional_words("hint"),
        is_required=table.flag("is_required"),
        required_message=table.optional_words("required_message"),
        relevant=table.expression("relevant"),
        constraint=table.expression("constraint"),
        constraint_message=table.optional_words("constraint_message"),
        choices=table.items("choices", lambda item, at: _as_choice(item, at, languages))
        if kind is QuestionType.SELECT_ONE
        else (),
        appearance=table.text("appearance") if table.has("appearance") else "",
    )
    table.end()
    names = {choice.name for choice in question.choices}
    if kind is QuestionType.SELECT_ONE and (not names or len(names) != len(question.choices)):
        raise BadService(f"{place}: no choices, or two of the same name")
    if is_hidden and question.name not in FACT_NAMES:
        raise BadService(f"{place}: nobody can tell {question.name!r}")
    return question


def _as_paper(value: object, place: str, languages: tuple[Language, ...]) -> PaperWanted:
    table = _Table(value, place, languages)
    paper = PaperWanted(
        paper_id=table.text("id", ID),
        name=table.words("name"),
        why=table.words("why"),
        form=table.kind("form", PaperForm),
        most_pages=table.integer("pages", 1, MOST_PAGES),
        is_required=table.flag("is_required"),
        relevant=table.expression("relevant"),
        is_own=table.flag("is_own"),
        wants=table.kind("wants", TrustLevel),
        least=table.kind("least", TrustLevel),
    )
    table.end()
    return paper
