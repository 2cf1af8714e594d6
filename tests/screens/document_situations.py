"""Every situation of the screens for travel documents, by name."""

from __future__ import annotations

from typing import Any

from kiosk.domain import ChipCheck, Identity, IdentityAssurance, LinesFrom
from kiosk.flow.document_try import DocumentPart, DocumentTry
from kiosk.flow.session import Step
from kiosk.ports.card_reader import Presence, PrintedFields, UnreadableReason
from kiosk.ports.line_reader import LinesUnseen
from tests.screens.places import NOW

KEY = PrintedFields("L898902C3", "740812", "320415")
TYPED = DocumentTry(number="L898902C3", digit="6", birth="1974-08-12", expiry="2032-04-15")
READABLE = DocumentTry(number="L898902C3", birth="1974-08-12", expiry="2032-04-15", key=KEY)
WRONG = DocumentTry(number="L898902C3", is_key_wrong=True)
NOBODY: dict[str, Any] = {"person": None, "identity": None}


def typed(part: DocumentPart, problem: str = "", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a question for a part, as changes of a session."""
    return {**NOBODY, "document": DocumentTry(part=part, problem=problem, **changes)}


DOCUMENT_SITUATIONS: dict[str, tuple[Step, dict[str, Any]]] = {
    "document way": (Step.DOCUMENT_WAY, {**NOBODY, "document": DocumentTry()}),
    **{f"document {part}": (Step.DOCUMENT_TYPED, typed(part)) for part in DocumentPart},
    **{
        f"document {part} {problem}": (Step.DOCUMENT_TYPED, typed(part, problem))
        for part, problem in (
            (DocumentPart.NUMBER, "number_length"),
            (DocumentPart.NUMBER, "number_check"),
            (DocumentPart.DIGIT, "digit_length"),
            (DocumentPart.BIRTH, "birth_to_come"),
            (DocumentPart.EXPIRY, "date"),
            (DocumentPart.ACCESS, "access_length"),
        )
    },
    "document repaired": (
        Step.DOCUMENT_TYPED,
        typed(DocumentPart.NUMBER, "repaired", number="L898902C3"),
    ),
    "document picture": (Step.DOCUMENT_PICTURE, {**NOBODY, "document": DocumentTry()}),
    "document picture being read": (
        Step.DOCUMENT_PICTURE,
        {**NOBODY, "document": DocumentTry(), "is_taking_photo": True},
    ),
    "document picture without a camera": (
        Step.DOCUMENT_PICTURE,
        {**NOBODY, "document": DocumentTry(), "camera_is_gone": True},
    ),
    **{
        f"document picture {why}": (
            Step.DOCUMENT_PICTURE,
            {**NOBODY, "document": DocumentTry(unseen=why)},
        )
        for why in LinesUnseen
    },
    "document to be laid down": (Step.DOCUMENT_READ, {**NOBODY, "document": READABLE}),
    "document being read": (
        Step.DOCUMENT_READ,
        {**NOBODY, "document": READABLE, "card_presence": Presence.PRESENT},
    ),
    "document wrong key": (Step.DOCUMENT_READ, {**NOBODY, "document": WRONG}),
    "document, no reader": (
        Step.DOCUMENT_READ,
        {**NOBODY, "document": READABLE, "reader_is_gone": True},
    ),
    **{
        f"document {reason}": (
            Step.DOCUMENT_READ,
            {**NOBODY, "document": READABLE, "card_problem": reason},
        )
        for reason in UnreadableReason
        if reason is not UnreadableReason.WRONG_KEY
    },
    **{
        f"review of a chip that is {chip}": (
            Step.REVIEW,
            {"identity": Identity(IdentityAssurance.CARD_READ, NOW, chip=chip)},
        )
        for chip in ChipCheck
    },
    "review of lines that a camera read": (
        Step.REVIEW,
        {
            "identity": Identity(
                IdentityAssurance.TYPED_AND_ATTENDANT, NOW, lines_from=LinesFrom.CAMERA
            )
        },
    ),
}
