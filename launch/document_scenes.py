"""What the pictures show of a visit with a travel document: the specimen of Doc 9303-4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.flow.document_try import DocumentPart, DocumentTry
from kiosk.flow.session import Session, Step
from kiosk.ports.card_reader import Presence, UnreadableReason
from kiosk.ports.line_reader import LinesUnseen

_TYPED = DocumentTry(number="L898902C3", digit="6", birth="1974-08-12", expiry="2032-04-15")


def document_sessions(visit: Session) -> Iterator[tuple[str, Session]]:
    """Yield every screen of it, with what can go wrong on them."""
    begun = replace(visit, document=DocumentTry())
    yield "document-way", replace(begun, step=Step.DOCUMENT_WAY)
    for part in DocumentPart:
        asked = replace(_TYPED, part=part, access_number="", number="L898902C")
        yield f"document-{part}", replace(visit, step=Step.DOCUMENT_TYPED, document=asked)
    wrong = replace(_TYPED, problem="number_check")
    yield "document-check", replace(visit, step=Step.DOCUMENT_TYPED, document=wrong)
    picture = replace(begun, step=Step.DOCUMENT_PICTURE)
    yield "document-picture", picture
    unsure = replace(picture, document=DocumentTry(unseen=LinesUnseen.UNSURE))
    yield "document-unsure", unsure
    read = replace(visit, step=Step.DOCUMENT_READ, document=replace(_TYPED, key=_TYPED.fields))
    yield "document-lay", read
    yield "document-reading", replace(read, card_presence=Presence.PRESENT)
    yield "document-pulled", replace(read, card_problem=UnreadableReason.PULLED)
    not_opened = replace(_TYPED, is_key_wrong=True)
    yield "document-wrong", replace(read, document=not_opened)
