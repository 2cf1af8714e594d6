"""A service as the kiosk knows it: who may apply, what to bring, and the questions, all in every
language.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.catalogue.expressions import Expression
from kiosk.domain import IdentityAssurance, Language, Relation
from kiosk.shown_papers import TrustLevel


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in several languages, the catalogue's default language first."""

    by_language: tuple[tuple[Language, str], ...]

    def say(self, language: Language) -> str:
        """Return the words in `language`, else in the first language there is, else ""."""
        for known, text in self.by_language:
            if known == language:
                return text
        return self.by_language[0][1] if self.by_language else ""

    def __bool__(self) -> bool:
        """Say whether there is anything to say."""
        return any(text for _, text in self.by_language)


NO_WORDS = Words(())


class QuestionType(StrEnum):
    """What is asked for; the names are XLSForm's."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    """ISO 8601 calendar date."""
    SELECT_ONE = "select_one"
    NOTE = "note"
    """Only tells something; passed with Next."""
    HIDDEN = "hidden"
    """A fact the machine knows already (from the card, from today); never shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select_one."""

    name: str
    label: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question; one screen."""

    name: str
    kind: QuestionType
    label: Words
    hint: Words = NO_WORDS
    is_required: bool = False
    required_message: Words = NO_WORDS
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Words = NO_WORDS
    choices: tuple[Choice, ...] = ()
    appearance: str = ""
    """XLSForm's; `numbers` asks for digits only."""


class PhotoNeed(StrEnum):
    """Whether a face photo belongs to the application."""

    WANTED = "wanted"
    NONE = "none"


class PrintedOn(StrEnum):
    """Which printer a paper is meant for; where there is only the other one, it takes that."""

    ROLL = "roll"
    SHEETS = "sheets"


class PaperForm(StrEnum):
    """What a paper looks like."""

    PAPER = "paper"
    CARD = "card"
    """Front and back go into one picture."""


@dataclass(frozen=True, slots=True)
class PaperWanted:
    """A paper that belongs to an application; one screen each, after the questions."""

    paper_id: str
    name: Words
    why: Words
    """What it is for, in a short sentence."""
    form: PaperForm = PaperForm.PAPER
    most_pages: int = 1
    is_required: bool = True
    """Without: "if you have it". Neither refuses anything: what is missing is told and brought."""
    relevant: Expression | None = None
    is_own: bool = False
    """Written by the residents themselves, so that there is no original to compare it with."""
    wants: TrustLevel = TrustLevel.C
    """What the office would like: below it, somebody on duty is offered to look at the original."""
    least: TrustLevel = TrustLevel.D
    """What counts at all: below it, the original has to be brought."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the catalogue; field names after CPSV-AP 3.2 where it has them."""

    service_id: str
    version: str
    icon: str
    routing_group: str
    """All that the readable header says about the service; sensitive services share one group."""
    name: Words
    tagline: Words
    """Half a line for the tile: who it is for, how long it takes."""
    description: Words
    who_may_apply: Words
    bring: tuple[Words, ...]
    minutes: int
    fee: Words
    competent_authority: Words
    authority_phone: str
    answer_within_working_days: int
    where_to_go: Words
    """The other way, for who does not want to use the machine."""
    card_purpose: Words
    """What the card is read for, in one sentence."""
    consent_version: str
    consent_data: Words
    consent_photo: Words
    photo: PhotoNeed
    questions: tuple[Question, ...]
    least_identity: IdentityAssurance = IdentityAssurance.ATTENDANT_ALONE
    """How sure it has to be who the resident is; only rungs that reach it are offered."""
    on_behalf: tuple[Relation, ...] = ()
    """For whom else it may be applied for, as asked; empty: for oneself alone."""
    on_behalf_proof: Words = NO_WORDS
    """What the office wants to see of the relation, in one sentence; may be empty."""
    beside_face: IdentityAssurance | None = None
    """With the least identity `card_and_face`: what somebody on duty can stand for instead, so that
    no face ever has to be compared by a program."""
    consent_comparison: Words = NO_WORDS
    """What is asked before two faces are compared; without it none are, whatever the kiosk has."""
    keeps_card_portrait: bool = False
    """Whether the chip's portrait goes with the application; it is wiped with the visit anyway."""
    fresh_photo: bool = False
    """Whether a photo taken minutes ago for another application will not do."""
    photo_format: str = ""
    """The id of the ID-photo format that it wants; "" for that of the site."""
    urgent: bool = False
    """Whether its applications are sent before others that wait; the header does not tell."""
    legal_basis: Words = NO_WORDS
    """The law that the matter rests on, as an acknowledgement names it."""
    rights: Words = NO_WORDS
    """What that law gives the applicant, in a sentence: within what time what has to be told."""
    receipt_on: PrintedOn = PrintedOn.ROLL
    acknowledgement_on: PrintedOn = PrintedOn.SHEETS

    papers: tuple[PaperWanted, ...] = ()
    """Which papers belong to it, in the order in which they are asked for."""

    def accepts(self, assurance: IdentityAssurance) -> bool:
        """Say whether applications of this assurance are taken."""
        if assurance.suffices(self.least_identity):
            return True
        beside = self.beside_face
        return beside is not None and not assurance.is_by_machine and assurance.suffices(beside)

    def question(self, name: str) -> Question | None:
        """Return a question by its name."""
        for question in self.questions:
            if question.name == name:
                return question
        return None

    @property
    def to_bring(self) -> tuple[Words, ...]:
        """Return what everybody should have with them: also each paper that is always asked for."""
        always = (it.name for it in self.papers if it.is_required and it.relevant is None)
        return (*self.bring, *(name for name in always if name not in self.bring))

    def paper(self, paper_id: str) -> PaperWanted | None:
        """Return a paper by its id."""
        for paper in self.papers:
            if paper.paper_id == paper_id:
                return paper
        return None
