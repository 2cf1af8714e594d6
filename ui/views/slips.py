"""Buttons for papers: what stands on them before, while and after something is printed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import AppId
from kiosk.flow import papers
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.flow.session import Session, StatusItem, TextScale
from kiosk.flow.world import World
from kiosk.ports.printer import PaperForm, PrinterState
from kiosk.texts import Texts
from ui.views.bar import Bar
from ui.views.pager import Pager, pager

_OTHERS = (Slip.PROGRESS, Slip.MISSING, Slip.ACKNOWLEDGEMENT)

_WORDS_OF_THE_LAST = {
    ReceiptState.PRINTED: "slips.told.last",
    ReceiptState.UNCONFIRMED: "slips.told.last_sent",
}
"""Where residents get no other one."""


@dataclass(frozen=True, slots=True)
class SlipButton:
    """One paper that can be had."""

    slip: Slip
    app_id: AppId | None
    words: str


@dataclass(frozen=True, slots=True)
class ApplicationPapers:
    """The papers of one application."""

    app_id: AppId
    name: str
    number: str
    receipt: str
    """What is known of its receipt."""
    came_out: str
    """Answers to "did you get it?"; "" while that is not the question."""
    came_not: str
    buttons: tuple[SlipButton, ...]


@dataclass(frozen=True, slots=True)
class StatusPapersView:
    """Which papers there are of what was found."""

    title: str
    applications: tuple[ApplicationPapers, ...]
    shown: AppId | None
    """The application whose paper was asked for last: its page is shown."""
    pager: Pager
    bar: Bar
    scale: TextScale
    """How large words are: large ones take the whole width."""


def status_papers_view(session: Session, world: World, texts: Texts) -> StatusPapersView:
    """Return the papers that can be had, an application each."""
    return StatusPapersView(
        title=texts.say("slips.title"),
        applications=tuple(
            _application(item, item.app_id, session, world, texts)
            for item in session.status_items
            if item.app_id is not None
        ),
        shown=None if session.slip is None else session.slip.app_id,
        pager=pager(texts),
        bar=Bar(texts.say("bar.back"), texts.say("slips.done")),
        scale=session.display.text_scale,
    )


def papers_words(session: Session, world: World, texts: Texts) -> str:
    """Return what stands on the button that leads to the papers; "" where there are none."""
    if not papers.may_have_papers(session, world):
        return ""
    lacking = {ReceiptState.NOT_PRINTED, ReceiptState.FAILED}
    lacks = any(it.receipt in lacking for it in session.status_items if it.app_id is not None)
    return texts.say("slips.open_missing" if lacks else "slips.open")


def slip_words(
    slip: Slip, session: Session, world: World, texts: Texts, app_id: AppId | None = None
) -> str:
    """Return what stands on the button of a slip; "" where it is not offered."""
    if not papers.is_offered(session, slip, app_id, world):
        return ""
    asked, has_enough = session.slip, papers.has_enough(session, slip, app_id, world)
    if asked is None or (asked.slip, asked.app_id) != (slip, app_id):
        if papers.is_printing(session):  # one paper at a time
            return texts.say("slips.told.printing")
        return texts.say(f"slips.{'enough' if has_enough else 'print'}.{slip}")
    if asked.is_withheld:
        return texts.say("slips.told.for_now" if app_id is None else f"slips.enough.{slip}")
    if asked.state in _WORDS_OF_THE_LAST and has_enough:
        return texts.say(_WORDS_OF_THE_LAST[asked.state])
    if asked.state is ReceiptState.PRINTED and asked.form is PaperForm.A4:
        return texts.say("slips.told.printed_sheet")
    if asked.state is ReceiptState.FAILED and slip is Slip.HELP:
        return texts.say("slips.told.not_printed")  # there is no room for why beside the bell
    if asked.state is ReceiptState.FAILED:
        return texts.say("slips.told.failed", why=why_words(asked.printer_state, texts))
    return texts.say(f"slips.told.{asked.state}")


def why_words(state: PrinterState | None, texts: Texts) -> str:
    """Return why nothing came out; None: it could not be made, and no printer was asked."""
    return texts.say(f"received.why.{state or 'not_made'}")


def _application(
    item: StatusItem, app_id: AppId, session: Session, world: World, texts: Texts
) -> ApplicationPapers:
    service = world.service(item.service_id)
    name = item.service_id if service is None else service.name.say(texts.language)
    asks = item.receipt is ReceiptState.UNCONFIRMED
    may_copy = papers.may_copy(item.copies, session, world)
    may_print = may_copy and papers.has_words(item, world)
    buttons = [] if asks or not may_print else _receipt_button(item, app_id, texts)
    for slip in _OTHERS:
        words = slip_words(slip, session, world, texts, app_id)
        buttons += [SlipButton(slip, app_id, words)] if words else []
    not_again = "received.came_not_only"
    return ApplicationPapers(
        app_id=app_id,
        name=name,
        number=" ".join(item.number_groups),
        receipt=_receipt_words(item, session, texts, may_copy=may_copy),
        came_out=texts.say("slips.receipt.came_out") if asks else "",
        came_not=texts.say("slips.receipt.came_not" if may_copy else not_again) if asks else "",
        buttons=tuple(buttons),
    )


def _receipt_button(item: StatusItem, app_id: AppId, texts: Texts) -> list[SlipButton]:
    if item.receipt is ReceiptState.PRINTING:
        return []
    key = "slips.print.copy" if item.copies else "slips.print.receipt"
    return [SlipButton(Slip.RECEIPT, app_id, texts.say(key))]


def _receipt_words(item: StatusItem, session: Session, texts: Texts, *, may_copy: bool) -> str:
    asked = session.slip
    is_this = asked is not None and (asked.slip, asked.app_id) == (Slip.RECEIPT, item.app_id)
    match item.receipt:
        case ReceiptState.FAILED if asked is not None and is_this and asked.printer_state:
            why = why_words(asked.printer_state, texts)
            return texts.say("slips.receipt.failed_why", why=why)
        case ReceiptState.PRINTED | ReceiptState.FAILED if not may_copy:
            return texts.say("slips.receipt.enough", n=item.copies)
        case ReceiptState.PRINTED:
            return texts.say("slips.receipt.printed", n=max(item.copies, 1))
        case state:
            return texts.say(f"slips.receipt.{state}")
