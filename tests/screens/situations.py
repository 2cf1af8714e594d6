"""Every situation that a screen has to cope with, by name."""

from __future__ import annotations

from typing import Any

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.domain import (
    Applicant,
    Identity,
    IdentityAssurance,
    KnownFor,
    Person,
    Relation,
    Standing,
    Voucher,
)
from kiosk.flow.session import PhotoMissing, Step, Vouching
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.screens.document_situations import DOCUMENT_SITUATIONS
from tests.screens.faces import FACES, PHOTO
from tests.screens.paper_situations import PAPER_SITUATIONS
from tests.screens.places import NOW, PERSON, VOLUNTEER
from tests.support.services import the_number_rule

ANSWERS = (
    ("intro", ""),
    ("pay_to", "bank_card"),
    ("account_number", "6222000012345678"),
    ("phone", ""),
    ("household_size", "2"),
    ("residence_since", "1998-05-20"),
)

TYPED = the_number_rule().person("990101194503150035")

NAMELESS = Person("", "", "", birth_date=TYPED.birth_date)
A_VOUCHER = Voucher(
    PERSON.document_type,
    PERSON.document_number,
    PERSON.full_name,
    Standing.NEIGHBOUR,
    KnownFor.OVER_5_YEARS,
)
VOUCHED = {"person": None, "identity": None, "vouching": Vouching(card=PERSON)}
APPLICANT = Applicant(PERSON, Identity(IdentityAssurance.CARD_READ, NOW))
FOR_OTHER: dict[str, Any] = {
    "is_on_behalf": True,
    "applicant": APPLICANT,
    "relation": Relation.OTHER_RELATIVE,
}
AT_THEIR_CARD: dict[str, Any] = {**FOR_OTHER, "person": None, "identity": None}

SITUATIONS: dict[str, tuple[Step, dict[str, Any]]] = {
    "home": (Step.HOME, {}),
    "guide": (Step.GUIDE, {}),
    "for whom": (Step.FOR_WHOM, {}),
    "card notice": (Step.CARD_NOTICE, {}),
    "card": (Step.CARD, {}),
    "card being read": (Step.CARD, {"card_presence": Presence.PRESENT}),
    "no reader": (Step.CARD, {"reader_is_gone": True}),
    **{f"card {reason}": (Step.CARD, {"card_problem": reason}) for reason in UnreadableReason},
    **{
        f"card twice {reason}": (Step.CARD, {"card_problem": reason, "failed_reads": 2})
        for reason in UnreadableReason
    },
    "other way": (Step.OTHER_WAY, {}),
    "typed number": (Step.TYPED_NUMBER, {"person": None}),
    **{
        f"typed number {number}": (Step.TYPED_NUMBER, {"person": None, "tried_number": number})
        for number in ("12", "990101194502300035", "990101194503150034")
    },
    "card's front": (Step.CARD_PICTURE, {"person": TYPED, "identity": None}),
    "card's back": (
        Step.CARD_PICTURE,
        {"person": TYPED, "identity": None, "card_pictures": (PHOTO,)},
    ),
    "card's picture taken": (
        Step.CARD_PICTURE,
        {"person": TYPED, "identity": None, "card_picture": PHOTO},
    ),
    "card's picture without a camera": (
        Step.CARD_PICTURE,
        {"person": TYPED, "identity": None, "camera_is_gone": True},
    ),
    **DOCUMENT_SITUATIONS,
    **PAPER_SITUATIONS,
    "witness": (Step.WITNESS, {"person": TYPED, "identity": None}),
    "witness being checked": (Step.WITNESS, {"is_witness_checked": True}),
    "witness locked": (
        Step.WITNESS,
        {"witness_problem": "staff.problem.locked", "witness_wait_s": 30},
    ),
    **{
        f"review {assurance}": (
            Step.REVIEW,
            {"person": TYPED, "identity": Identity(assurance, NOW, VOLUNTEER)},
        )
        for assurance in IdentityAssurance
    },
    "review for somebody else": (Step.REVIEW, {**FOR_OTHER, "answers": ANSWERS}),
    "consent for somebody else": (Step.CONSENT_DATA, FOR_OTHER),
    "consent to photo for somebody else": (Step.CONSENT_PHOTO, FOR_OTHER),
    "card notice for somebody else": (Step.CARD_NOTICE, {"is_on_behalf": True}),
    "own card first": (Step.CARD, {"is_on_behalf": True}),
    **{
        f"card of the {relation}": (Step.CARD, {**AT_THEIR_CARD, "relation": relation})
        for relation in Relation
    },
    "the same card": (Step.CARD, {**AT_THEIR_CARD, "is_same_card": True}),
    "the first card still": (
        Step.CARD,
        {**AT_THEIR_CARD, "card_problem": UnreadableReason.LIFT_FIRST},
    ),
    "relation": (Step.RELATION, AT_THEIR_CARD),
    "relation, not said": (
        Step.RELATION,
        {**AT_THEIR_CARD, "question_problem": Problem(ProblemKind.REQUIRED)},
    ),
    "other way for them": (Step.OTHER_WAY, {**AT_THEIR_CARD, "failed_reads": 2}),
    "other way after failures": (Step.OTHER_WAY, {"failed_reads": 2}),
    "typed number for them": (
        Step.TYPED_NUMBER,
        {**AT_THEIR_CARD, "tried_number": TYPED.document_number},
    ),
    "vouch notice": (Step.VOUCH_NOTICE, {"person": None}),
    "voucher's card": (Step.VOUCHER_CARD, {"person": None}),
    "voucher's card again": (Step.VOUCHER_CARD, {"person": None, "is_same_card": True}),
    "voucher's card damaged": (
        Step.VOUCHER_CARD,
        {"person": None, "card_problem": UnreadableReason.DAMAGED},
    ),
    "voucher's standing": (Step.VOUCHER_STANDING, VOUCHED),
    "voucher known for": (Step.VOUCHER_KNOWN_FOR, VOUCHED),
    "vouched number": (Step.VOUCHED_NUMBER, VOUCHED),
    "vouched number of the voucher": (
        Step.VOUCHED_NUMBER,
        {**VOUCHED, "tried_number": TYPED.document_number},
    ),
    "vouched birth": (Step.VOUCHED_BIRTH, VOUCHED),
    "vouched birth, impossible": (
        Step.VOUCHED_BIRTH,
        {
            **VOUCHED,
            "question_problem": Problem(ProblemKind.NOT_A_DATE),
            "question_draft": "2026-02-30",
        },
    ),
    "voucher states": (Step.VOUCHER_STATES, VOUCHED),
    "witness of a voucher": (Step.WITNESS, {**VOUCHED, "person": NAMELESS}),
    "review, vouched": (
        Step.REVIEW,
        {
            "person": NAMELESS,
            "identity": Identity(IdentityAssurance.VOUCHED, NOW, VOLUNTEER, voucher=A_VOUCHER),
        },
    ),
    **FACES,
    "consent to data": (Step.CONSENT_DATA, {}),
    "consent to data, helped": (Step.CONSENT_DATA, {"helper": VOLUNTEER}),
    "consent to photo": (Step.CONSENT_PHOTO, {"helper": VOLUNTEER}),
    **{
        f"question {name}": (Step.QUESTION, {"question": name})
        for name in (
            "intro",
            "pay_to",
            "account_number",
            "phone",
            "household_size",
            "residence_since",
        )
    },
    "wrong choice": (Step.QUESTION, {"question_problem": Problem(ProblemKind.REQUIRED)}),
    "wrong date": (
        Step.QUESTION,
        {
            "question": "residence_since",
            "question_problem": Problem(ProblemKind.NOT_A_DATE),
            "question_draft": "2026-02-30",
        },
    ),
    "review": (Step.REVIEW, {"answers": ANSWERS, "photo": PHOTO}),
    "review without photo": (
        Step.REVIEW,
        {"answers": ANSWERS, "photo_missing": PhotoMissing.CONSENT_REFUSED},
    ),
    "sealing": (Step.SEALING, {}),
    "seal failed": (Step.SEAL_FAILED, {"seal_problem": "E-DB-01"}),
    "not kept": (Step.NOT_KEPT, {"person": None}),
    "out of service": (Step.OUT_OF_SERVICE, {"person": None, "service_id": ""}),
}
