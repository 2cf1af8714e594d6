"""Received: the number, what is known of the paper, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.catalogue.service import Service
from kiosk.domain import AppId
from kiosk.flow import papers
from kiosk.flow.paper_state import Slip
from kiosk.flow.session import PhotoMissing, ReceiptState, Sealed, Session
from kiosk.flow.world import World
from kiosk.ports.card_reader import Presence
from kiosk.ports.printer import PaperForm
from kiosk.texts import Texts
from ui.views.aloud import aloud_words
from ui.views.bar import Bar
from ui.views.pager import Pager, pager
from ui.views.paper import to_bring
from ui.views.slips import slip_words, why_words
from ui.views.words import day_words, here, short_moment_words

_CAN_PRINT_AGAIN = frozenset({ReceiptState.PRINTED, ReceiptState.FAILED})
_ON_SHEETS = frozenset({ReceiptState.PRINTED, ReceiptState.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """Everything the resident should take along."""

    title: str
    not_yet: str
    number_name: str
    number: str
    code_name: str
    code: str
    received_at: str
    qr: str
    """What the QR code holds, "" for none."""
    qr_name: str
    steps: tuple[str, ...]
    came_out: str
    """Answers to "did the paper come out?"; "" while that is not the question."""
    came_not: str
    aloud: str
    """The button that leads to reading aloud; "" where it is not offered."""
    sheet: str
    """The button for the acknowledgement on A4; "" where there is none."""
    missing: str
    """The button for the list of what is still to be brought; "" where nothing is."""
    app_id: AppId | None
    card: str
    """The reminder of the card, "" when none lies there."""
    pager: Pager
    bar: Bar


def received_view(session: Session, world: World, texts: Texts) -> ReceivedView:
    """Return what is said once the application is stored for good."""
    sealed = session.sealed
    asks = session.receipt is ReceiptState.UNCONFIRMED
    may_copy = papers.may_copy(session.copies, session, world)
    can_print = session.receipt in _CAN_PRINT_AGAIN and may_copy and world.has_printer
    # Nothing is printed "again" of which nothing came out.
    again = "received.retry" if session.receipt is ReceiptState.FAILED else "received.again"
    own = None if sealed is None else sealed.app_id
    came_not = "received.came_not" if may_copy else "received.came_not_only"
    is_card_there = session.card_presence is not Presence.ABSENT
    at = "" if sealed is None else short_moment_words(here(sealed.received_at, world), texts)
    return ReceivedView(
        title=texts.say("received.title"),
        not_yet=texts.say("received.not_yet"),
        number_name=texts.say("received.number"),
        number="" if sealed is None else " ".join(sealed.number_groups),
        code_name=texts.say("received.code"),
        code="" if sealed is None else _spoken(sealed.query_code),
        received_at=texts.say("received.received_at", moment=at),
        qr="" if sealed is None else sealed.query_url,
        qr_name=texts.say("received.qr"),
        steps=_steps(session, world, texts),
        came_out=texts.say("received.came_out") if asks else "",
        came_not=texts.say(came_not) if asks else "",
        aloud=aloud_words(session, world, texts),
        sheet=slip_words(Slip.ACKNOWLEDGEMENT, session, world, texts, own),
        missing=slip_words(Slip.MISSING, session, world, texts, own),
        app_id=own,
        card=texts.say("received.take_card") if is_card_there else "",
        pager=pager(texts),
        bar=Bar(texts.say(again) if can_print else "", texts.say("received.done")),
    )


def _spoken(code: str) -> str:
    """Return a query code in two halves, as one says it."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def _steps(session: Session, world: World, texts: Texts) -> tuple[str, ...]:
    told = [_paper(session, world, texts)]
    if session.receipt is ReceiptState.FAILED or not world.has_printer:
        told.append(texts.say("received.write_down"))
        told.append(texts.say("received.later" if world.has_printer else "received.elsewhere"))
    elif session.receipt is ReceiptState.PRINTED and not papers.may_copy(
        session.copies, session, world
    ):
        told.append(texts.say("received.enough", n=session.copies))
    service = world.service(session.service_id)
    if service is not None and session.sealed is not None:
        has_none = session.receipt is ReceiptState.FAILED or not world.has_printer
        told += _next(service, session.sealed, world, texts, "number" if has_none else "receipt")
    names = to_bring(session, world)
    if names and service is not None:
        to_come = texts.say("paper_step.received.and").join(names)
        where = service.where_to_go.say(texts.language)
        told.append(texts.say("paper_step.received.bring", papers=to_come, where=where))
    if session.photo_missing not in {None, PhotoMissing.NOT_NEEDED}:
        told.append(texts.say("received.checked"))
    return tuple(told)


def _paper(session: Session, world: World, texts: Texts) -> str:
    if not world.has_printer:
        return texts.say("received.paper.none")
    if session.receipt in _ON_SHEETS and session.receipt_form is PaperForm.A4:
        return texts.say(f"received.sheet.{session.receipt}")
    if session.receipt is not ReceiptState.FAILED:
        return texts.say(f"received.paper.{session.receipt}")
    if session.printer_state is None:
        return texts.say("received.paper.missed")
    return texts.say("received.paper.failed", why=why_words(session.printer_state, texts))


def _next(service: Service, sealed: Sealed, world: World, texts: Texts, bring: str) -> list[str]:
    is_later = sealed.counts_from_delivery
    authority = service.competent_authority.say(texts.language)
    phone = service.authority_phone or world.site.phone
    days = service.answer_within_working_days
    return [
        texts.say(
            "received.sent_later" if is_later else "received.sent", authority=authority, n=days
        ),
        texts.say(
            "received.ask_earliest" if is_later else "received.ask",
            day=day_words(sealed.ask_by, texts)
            if sealed.ask_by_is_certain
            else texts.say("received.about", day=day_words(sealed.ask_by, texts)),
            bring=texts.say(f"received.bring.{bring}"),
            phone=phone,
        ),
    ]
