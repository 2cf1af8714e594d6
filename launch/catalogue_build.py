"""`kiosk catalogue build`: from an office's files to what the kiosk loads.

A service is a folder with `service.toml` (what it is) and `form.xlsx` (what is asked); this writes
`compiled.json` beside them. Either everything is right, or nothing is written and every fault has
its sentence. The same sources always give the same bytes.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kiosk.catalogue.compiled import ID, LANGUAGE, PHONE, VERSION, BadService, decode, encode
from kiosk.catalogue.face_rules import face_faults
from kiosk.catalogue.loader import COMPILED, METADATA, WORKBOOK
from kiosk.catalogue.service import (
    NO_WORDS,
    PhotoNeed,
    PrintedOn,
    Question,
    QuestionType,
    Service,
    Words,
)
from kiosk.domain import IdentityAssurance, Language, Relation
from kiosk.errors import CatalogueError
from launch.catalogue_papers import read_papers, read_place
from launch.catalogue_workbook import Faults, read_questions
from launch.wanted_formats import IN_THE_BUILD, known_formats, read_format, unknown_format

_TEXT_FIELDS = {
    "version": (VERSION, "Letters, digits and dots, such as 2026-11-01.1."),
    "icon": (ID, "The name of a file in assets/icons, without .svg."),
    "routing_group": (ID, "Small Latin letters, digits and underscores."),
    "authority_phone": (PHONE, "Digits, such as 0531-0000-0000."),
    "consent_version": (
        VERSION,
        "Letters, digits and dots: a new one whenever a consent text changes.",
    ),
    "photo": (re.compile("|".join(PhotoNeed)), f"One of {', '.join(PhotoNeed)}."),
}
_AGAIN = "Then run `kiosk catalogue build` again."
_OPTIONAL_WORDS = ("legal_basis", "rights")
_OPTIONAL = (
    "languages",
    "bring",
    "urgent",
    "least_identity",
    "on_behalf",
    "on_behalf_proof",
    "beside_face",
    "consent_comparison",
    "keeps_card_portrait",
    "fresh_photo",
    "photo_format",
    "papers",
    "receipt_on",
    "acknowledgement_on",
    *_OPTIONAL_WORDS,
)
_NUMBER_FIELDS = {"minutes": (1, 120), "answer_within_working_days": (1, 250)}
_WORD_FIELDS = (
    "name",
    "tagline",
    "description",
    "who_may_apply",
    "fee",
    "competent_authority",
    "where_to_go",
    "card_purpose",
    "consent_data",
    "consent_photo",
)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """One service that was built."""

    service: Service
    file: Path
    is_changed: bool
    notes: tuple[str, ...] = ()
    """What is no fault and still worth a look."""

    @property
    def line(self) -> str:
        """Return what to tell about it, on one line and one more per note."""
        asked = [q for q in self.service.questions if q.kind is not QuestionType.HIDDEN]
        languages = ", ".join(language for language, _ in self.service.name.by_language)
        done = "written" if self.is_changed else "up to date"
        told = (
            f"{self.service.service_id}: version {self.service.version}, {len(asked)} questions "
            f"in {languages}: {done}."
        )
        return "\n".join([told, *(f"  {note}" for note in self.notes)])


def compile_service(folder: Path, formats: Collection[str] | None = None) -> bytes:
    """Return what `compiled.json` of a service's folder has to be; nothing is written.

    Args:
        folder: The service's folder.
        formats: The ids of the photo formats that there are; None: those that ship.

    Raises:
        CatalogueError: Something is wrong with the sources; one sentence per line.
    """
    faults = Faults()
    service = _read(folder, faults)
    wrong = service and unknown_format(service, known_formats() if formats is None else formats)
    if wrong:
        faults.add(f"{folder.name}/{METADATA}", wrong, IN_THE_BUILD)
    if service is None or faults.sentences:
        raise CatalogueError("\n".join(faults.sentences), _AGAIN)
    data = encode(service)
    try:
        is_same = decode(data) == service
    except BadService as error:
        raise CatalogueError(f"{folder.name}: {error}.") from error
    if not is_same:
        raise CatalogueError(f"{folder.name} does not survive being written.")
    return data


def build_service(folder: Path, formats: Collection[str] | None = None) -> BuildResult:
    """Compile one service and write `compiled.json` beside its sources.

    Raises:
        CatalogueError: Something is wrong with the sources, or the file can't be written; nothing
            was written.
    """
    data = compile_service(folder, formats)
    file = folder / COMPILED
    service = decode(data)
    try:
        before = file.read_bytes() if file.exists() else b""
        if data != before:
            _write(file, data)
    except OSError as error:
        raise CatalogueError(
            f"{folder.name}/{COMPILED} can't be written: {error.strerror}.",
            "Check the rights of the folder.",
        ) from error
    return BuildResult(service, file, data != before, _notes(service, before, data))


def build_catalogue(root: Path, more_formats: Path | None = None) -> list[str]:
    """Build every service below `root` and return a line for each.

    `more_formats` is a file of photo formats beside those that ship.

    Raises:
        BadSetting: That file can't be read.
        CatalogueError: At least one could not be built. The others were; the error tells of all.
    """
    if not root.is_dir():
        raise CatalogueError(f"There is no catalogue {root}.", "Give the folder of the services.")
    lines: list[str] = []
    formats = known_formats(more_formats)
    is_ok = True
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        if not (folder / METADATA).exists() and not (folder / WORKBOOK).exists():
            continue
        try:
            lines.append(build_service(folder, formats).line)
        except CatalogueError as error:
            is_ok = False
            lines.append(error.what)
    if not is_ok:
        raise CatalogueError("\n".join(lines), _AGAIN)
    if not lines:
        raise CatalogueError(f"There is no service in {root}.", "Put one folder per service there.")
    return lines


def _notes(service: Service, before: bytes, data: bytes) -> tuple[str, ...]:
    notes = [
        f"{question.name}: {len(question.choices)} choices do not fit on one screen."
        for question in service.questions
        if len(question.choices) > 6
    ]
    try:
        old = decode(before)
    except BadService:
        return tuple(notes)
    if data != before and old.version == service.version:
        notes.append(
            f"Its content changed and its version is still {service.version}: raise it before this "
            "reaches a kiosk, since every application names the version it was made with."
        )
    return tuple(notes)


def _write(file: Path, data: bytes) -> None:
    """Replace the file at once, so that a kiosk that loads it now sees the old or the new one."""
    new = file.with_suffix(".new")
    try:
        new.write_bytes(data)
        os.replace(new, file)  # noqa: PTH105  the one call whose atomicity is documented
    finally:
        new.unlink(missing_ok=True)


def _read(folder: Path, faults: Faults) -> Service | None:
    if ID.fullmatch(folder.name) is None:
        faults.add(
            folder.name,
            "a service's folder has a name of small Latin letters, digits and underscores",
            "Rename it.",
        )
    place = f"{folder.name}/{METADATA}"
    try:
        told: dict[str, object] = tomllib.loads((folder / METADATA).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.add(place, f"it can't be read: {error}", "Correct the file.")
        return None
    metadata = _Metadata(told, place, faults)
    if not metadata.languages:
        return None
    questions = read_questions(folder / WORKBOOK, metadata.languages, faults)
    return metadata.service(folder.name, questions)


class _Metadata:
    """`service.toml`, field by field."""

    def __init__(self, told: dict[str, object], place: str, faults: Faults) -> None:
        self._told = told
        self._place = place
        self._faults = faults
        self.languages = self._languages()

    def service(self, service_id: str, questions: tuple[Question, ...]) -> Service | None:
        """Return the service, or None if something is wrong, which `faults` then tell."""
        known = {*_TEXT_FIELDS, *_NUMBER_FIELDS, *_WORD_FIELDS, *_OPTIONAL}
        for name in sorted(set(self._told) - known):
            self._fault(f"there is no field {name!r} here", "Correct its name or take it out.")
        text = {name: self._text(name) for name in _TEXT_FIELDS}
        number = {name: self._number(name) for name in _NUMBER_FIELDS}
        words = {name: self._words(self._told.get(name), name) for name in _WORD_FIELDS}
        told = [name for name in _OPTIONAL_WORDS if name in self._told]
        words |= {name: self._words(self._told[name], name) for name in told}
        bring = self._bring()
        urgent, keeps_portrait = self._flag("urgent"), self._flag("keeps_card_portrait")
        identity = self._rung("least_identity") or IdentityAssurance.ATTENDANT_ALONE
        beside = self._rung("beside_face")
        photo_format = read_format(self._told.get("photo_format", ""), self._fault)
        comparison = self._told.get("consent_comparison")
        asked = NO_WORDS if comparison is None else self._words(comparison, "consent_comparison")
        on_behalf, proof = self._on_behalf()
        receipt_on = read_place(self._told, "receipt_on", PrintedOn.ROLL, self._fault)
        acknowledgement_on = read_place(
            self._told, "acknowledgement_on", PrintedOn.SHEETS, self._fault
        )
        told_papers = self._told.get("papers", [])
        papers = read_papers(told_papers, questions, self._words, self._fault)
        if self._faults.sentences:
            return None
        service = Service(
            service_id=service_id,
            version=text["version"],
            icon=text["icon"],
            routing_group=text["routing_group"],
            name=words["name"],
            tagline=words["tagline"],
            description=words["description"],
            who_may_apply=words["who_may_apply"],
            bring=bring,
            minutes=number["minutes"],
            fee=words["fee"],
            competent_authority=words["competent_authority"],
            authority_phone=text["authority_phone"],
            answer_within_working_days=number["answer_within_working_days"],
            where_to_go=words["where_to_go"],
            card_purpose=words["card_purpose"],
            consent_version=text["consent_version"],
            consent_data=words["consent_data"],
            consent_photo=words["consent_photo"],
            photo=PhotoNeed(text["photo"]),
            questions=questions,
            legal_basis=words.get("legal_basis", NO_WORDS),
            rights=words.get("rights", NO_WORDS),
            least_identity=identity,
            beside_face=beside,
            consent_comparison=asked,
            keeps_card_portrait=keeps_portrait,
            on_behalf=on_behalf,
            on_behalf_proof=proof,
            fresh_photo=self._flag("fresh_photo"),
            photo_format=photo_format,
            urgent=urgent,
            receipt_on=receipt_on,
            acknowledgement_on=acknowledgement_on,
            papers=papers,
        )
        for what, advice in face_faults(service):
            self._fault(what, advice)
        return None if self._faults.sentences else service

    def _flag(self, name: str) -> bool:
        value = self._told.get(name, False)
        if not isinstance(value, bool):
            self._fault(f"{name} can't be {value!r}", "Write true or false, or leave it out.")
        return value is True

    def _rung(self, name: str) -> IdentityAssurance | None:
        value = self._told.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or value not in set(IdentityAssurance):
            known_words = ", ".join(IdentityAssurance)
            self._fault(f"{name} can't be {value!r}", f"Write one of: {known_words}.")
            return None
        return IdentityAssurance(str(value))

    def _fault(self, what: str, advice: str) -> None:
        self._faults.add(self._place, what, advice)

    def _languages(self) -> tuple[Language, ...]:
        told = self._told.get("languages")
        if (
            not isinstance(told, list)
            or not told
            or not all(isinstance(code, str) and LANGUAGE.fullmatch(code) for code in told)
            or len(set(told)) != len(told)
        ):
            self._fault("languages is no list of languages", 'Write ["zh_CN", "en"] or the like.')
            return ()
        return tuple(Language(code) for code in told)

    def _text(self, name: str) -> str:
        pattern, advice = _TEXT_FIELDS[name]
        value = self._told.get(name)
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            self._fault(f"{name} {_missing_or_wrong(value)}", advice)
            return ""
        return value

    def _number(self, name: str) -> int:
        least, most = _NUMBER_FIELDS[name]
        value = self._told.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._fault(f"{name} {_missing_or_wrong(value)}", f"A number from {least} to {most}.")
            return 0
        return value

    def _words(self, value: object, name: str) -> Words:
        table = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._fault(f"{name} {_missing_or_wrong(value)}", "A text for every language.")
            return Words(())
        for language in sorted(set(table) - set(self.languages)):
            self._fault(f"{name} speaks {language!r}", "Add it to languages or take it out.")
        told: list[tuple[Language, str]] = []
        for language in self.languages:
            text = table.get(language)
            if not isinstance(text, str) or not text.strip():
                self._fault(f"{name} is missing in {language}", "Say it in every language.")
                continue
            told.append((language, " ".join(text.split())))
        return Words(tuple(told))

    def _on_behalf(self) -> tuple[tuple[Relation, ...], Words]:
        told = self._told.get("on_behalf", [])
        if (
            not isinstance(told, list)
            or not all(isinstance(it, str) and it in set(Relation) for it in told)
            or len(set(told)) != len(told)
        ):
            known = ", ".join(Relation)
            self._fault("on_behalf is no list of relations", f"Write some of: {known}.")
            return (), NO_WORDS
        value = self._told.get("on_behalf_proof")
        if value is not None and not told:
            self._fault("on_behalf_proof without on_behalf", "Say for whom, or take it out.")
        proof = NO_WORDS if value is None else self._words(value, "on_behalf_proof")
        return tuple(Relation(it) for it in told), proof

    def _bring(self) -> tuple[Words, ...]:
        value = self._told.get("bring", [])
        if not isinstance(value, list):
            self._fault("bring is no list", "Write one [[bring]] table per thing to bring.")
            return ()
        return tuple(
            self._words(item, f"bring, entry {number}") for number, item in enumerate(value, 1)
        )


def _missing_or_wrong(value: object) -> str:
    return "is missing" if value is None else f"can't be {value!r}"
