"""Every situation that a screen has to cope with, by name."""

from __future__ import annotations

from typing import Any

from kiosk.catalogue.forms import Problem, ProblemKind
from kiosk.domain import Identity, IdentityAssurance
from kiosk.flow.session import PhotoMissing, Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from tests.screens.faces import FACES, PHOTO
from tests.screens.places import NOW, VOLUNTEER
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
