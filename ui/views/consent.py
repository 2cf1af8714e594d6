"""The consents: to the data and, each on its own, to the face photo and to comparing it; all can be
refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.catalogue.service import NO_WORDS, Service, Words
from kiosk.domain import Purpose
from kiosk.flow.session import Session
from kiosk.flow.world import World
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.words import sentences


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent; `helped` says who should keep their hands off, "" when nobody helps."""

    purpose: Purpose
    text_version: str
    title: str
    sentences: tuple[str, ...]
    yes: str
    yes_line: str
    no: str
    no_line: str
    helped: str
    pager: Pager
    bar: Bar


def consent_data_view(session: Session, world: World, texts: Texts) -> ConsentView:
    """Return the consent to keep and send the data."""
    return _consent_view(Purpose.DATA, session, world, texts)


def consent_photo_view(session: Session, world: World, texts: Texts) -> ConsentView:
    """Return the consent to the face photo."""
    return _consent_view(Purpose.FACE_PHOTO, session, world, texts)


def consent_comparison_view(session: Session, world: World, texts: Texts) -> ConsentView:
    """Return the consent to comparing the photo with the portrait on the card."""
    return _consent_view(Purpose.FACE_COMPARISON, session, world, texts)


def _own_words(service: Service, purpose: Purpose) -> Words:
    match purpose:
        case Purpose.DATA:
            return service.consent_data
        case Purpose.FACE_PHOTO:
            return service.consent_photo
        case Purpose.FACE_COMPARISON:
            return service.consent_comparison
        case Purpose.VOUCHING:  # the voucher's own statement: `ui.views.vouching`
            return NO_WORDS


def _consent_view(purpose: Purpose, session: Session, world: World, texts: Texts) -> ConsentView:
    service = world.service(session.service_id)
    words, version = "", ""
    if service is not None:
        own = _own_words(service, purpose)
        words, version = own.say(session.display.language), service.consent_version
    said = sentences(words)
    if session.is_on_behalf:
        said = (texts.say(f"others.consent.{purpose}"), *said)
    helper = session.helper
    key = f"consent.{purpose}"
    return ConsentView(
        purpose=purpose,
        text_version=version,
        title=texts.say(f"{key}.title"),
        sentences=said,
        yes=texts.say(f"{key}.yes"),
        yes_line=texts.say(f"{key}.yes_line"),
        no=texts.say(f"{key}.no"),
        no_line=texts.say(f"{key}.no_line"),
        helped="" if helper is None else texts.say("consent.helped", name=helper.name),
        pager=pager(texts),
        bar=Bar(texts.say("bar.back")),
    )
