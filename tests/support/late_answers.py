"""What devices and store may answer to an order of the flow, well or badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.answers import LinesRead
from kiosk.flow.paper_answers import PageCut, PageTaken
from kiosk.flow.paper_effects import CutPage, TakePage
from kiosk.flow.paper_state import ReceiptState
from kiosk.ports.card_reader import PrintedFields
from kiosk.ports.document_camera import (
    WHOLE_PICTURE,
    NotCut,
    Page,
    PageFindings,
    PageStyle,
    Side,
    Still,
)
from kiosk.ports.line_reader import LinesSeen, LinesUnseen
from kiosk.ports.printer import PrinterState
from tests.support.builders import (
    A_VOLUNTEER,
    a_known,
    a_known_application,
    a_photo,
    a_status,
    an_unseen,
)

SEEN = LinesSeen("", PrintedFields("L898902C3", "740812", "320415"), 0.9)
"""The specimen of Doc 9303-4."""

Answer = tuple[Callable[..., ev.Event], str, *tuple[Any, ...]]
"""The kind of event, the visit that had asked, and what else it tells."""


def answers_to(order: ef.Effect, *, is_good: bool) -> Sequence[Answer]:
    """Return the events that answer an order, in their order."""
    match order:
        case ef.PrintReceipt() | ef.PrintSlip() | ef.PrintKnown():
            return _of_paper(order, is_good=is_good)
        case ef.TakePhoto(session_id, number) if is_good:
            return [(ev.PhotoTaken, session_id, a_photo(), number)]
        case ef.TakePhoto(session_id, number):
            return [(ev.PhotoFailed, session_id, number)]
        case ef.TakeCardPicture(session_id, number) if is_good:
            return [(ev.CardPictureTaken, session_id, a_photo(), number)]
        case ef.TakeCardPicture(session_id, number):
            return [(ev.PhotoFailed, session_id, number)]
        case ef.ReadLines(session_id, number) if is_good:
            return [(LinesRead, session_id, SEEN, number)]
        case ef.ReadLines(session_id, number):
            unseen = (LinesRead, session_id, LinesUnseen.UNSURE, number)
            return [unseen, (ev.PhotoFailed, session_id, number)]
        case TakePage() | CutPage():
            return [page_answer(order, is_good=is_good)]
        case ef.CheckWitness(session_id, number=number) if is_good:
            return [(ev.WitnessAccepted, session_id, A_VOLUNTEER, number)]
        case ef.CheckWitness(session_id, number=number):
            return [(ev.WitnessRejected, session_id, 30, "staff.problem.wrong_pin", number)]
        case ef.PrepareLookUp(session_id, _, number):
            return [(ev.UnseenFound, session_id, number, (an_unseen(),) if is_good else ())]
        case ef.LookUpByCard(session_id, asks_known=True) | ef.LookUpByNumber(
            session_id, asks_known=True
        ) if is_good:
            known = a_known(a_known_application(is_unseen=True))
            return [(ev.KnownFound, session_id, known)]
        case ef.LookUpByCard(session_id) | ef.LookUpByNumber(session_id) if is_good:
            return [(ev.StatusFound, session_id, (a_status(),), "")]
        case ef.LookUpByCard(session_id) | ef.LookUpByNumber(session_id):
            return [(ev.StatusFound, session_id, (), "problem")]
        case _:
            raise AssertionError(order)


def page_answer(order: TakePage | CutPage, *, is_good: bool) -> Answer:
    """Return what the camera over papers answers: every picture says of which order it is, and
    every page of which pictures.
    """
    if isinstance(order, CutPage):
        page = _page(order.side, order.front) if is_good else NotCut.NO_AREA
        return (PageCut, order.session_id, order.side, page)
    if not is_good:
        return (ev.PhotoFailed, order.session_id, order.order)
    mark = f"<{order.session_id}:{order.order}>".encode()
    side = Side(Still(mark, 320, 240, None, simulated=True), WHOLE_PICTURE)
    return (PageTaken, order.session_id, side, _page(side, order.front), order.order)


def _page(side: Side, front: Side | None) -> Page:
    jpeg = side.still.jpeg if front is None else front.still.jpeg + side.still.jpeg
    sides = 1 if front is None else 2
    return Page(jpeg, 210, 297, PageStyle(), sides, PageFindings(), (), simulated=True)


def _of_paper(
    order: ef.PrintReceipt | ef.PrintSlip | ef.PrintKnown, *, is_good: bool
) -> Sequence[Answer]:
    match order:
        case ef.PrintReceipt(session_id, app_id) if is_good:
            return [(ev.ReceiptPrinted, session_id, app_id, 1)]
        case ef.PrintReceipt(session_id, app_id):
            return [
                (ev.ReceiptUnconfirmed, session_id, app_id),
                (ev.ReceiptFailed, session_id, PrinterState.PAPER_OUT, app_id),
                (ev.ReceiptWithheld, session_id, app_id, ReceiptState.PRINTED, 3),
            ]
        case ef.PrintSlip(session_id, slip):
            state = ReceiptState.PRINTED if is_good else ReceiptState.UNCONFIRMED
            return [(ev.SlipTold, session_id, slip, order.app_id, state)]
        case ef.PrintKnown(session_id) if is_good:
            return [(ev.ReceiptPrinted, session_id)]
        case ef.PrintKnown(session_id):
            failed = (ev.ReceiptFailed, session_id, PrinterState.PAPER_OUT)
            return [(ev.ReceiptUnconfirmed, session_id), failed]
