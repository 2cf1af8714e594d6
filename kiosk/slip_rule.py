"""How many papers beside the receipt there may be: counted before one is printed, taken back where
none can exist.

Acknowledgements look like something that counts, so there is an end to them, as to receipts; slips
about an application say something else another day, and have an end by the day; whatever anybody
can print without a card has one by the hour, all together, so that a roll is not played away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain import AppId
from kiosk.errors import StorageError
from kiosk.flow.effects import PrintSlip
from kiosk.store import slips

if TYPE_CHECKING:
    from kiosk.paper_desk import PaperDesk

_log = logging.getLogger(__name__)


def count(desk: PaperDesk, order: PrintSlip) -> int:
    """Return how many are counted by now: of this slip of this application, or of nobody's. Whom to
    call is printed even where nothing can be read.

    Raises:
        StorageError: What is known of the application can't be read.
    """
    now, app_id = desk.clock.now().at, _whose(order)
    if app_id is not None:
        return slips.load(desk.db, app_id, order.slip, now)
    try:
        return slips.load_nobodys(desk.db, now)
    except StorageError:
        return 0


def may_print(desk: PaperDesk, order: PrintSlip, before: int) -> bool:
    """Say whether one more may be printed; with somebody on duty beside, always."""
    if _whose(order) is not None:
        return order.is_staff_there or before < desk.around.slips_most
    most = desk.around.open_slips_hour
    return order.is_staff_there or not most or before < most


def add(desk: PaperDesk, order: PrintSlip, before: int) -> bool:
    """Count one; say whether it may be printed. The first of an application may even where it can't
    be counted, and so may what is about none: on a full disk they are worth more than the count.
    """
    now, app_id = desk.clock.now().at, _whose(order)
    if app_id is None:
        _kept(lambda: slips.add_nobodys(desk.db, now, 1))
        return True
    return _kept(lambda: slips.add(desk.db, app_id, order.slip, now, 1)) or before == 0


def take_back(desk: PaperDesk, order: PrintSlip) -> None:
    """Take one back of which no paper can exist."""
    now, app_id = desk.clock.now().at, _whose(order)
    if app_id is None:
        take_back_nobodys(desk)
    else:
        _kept(lambda: slips.add(desk.db, app_id, order.slip, now, -1))


def add_nobodys(desk: PaperDesk) -> bool:
    """Count a paper that belongs to no application; say whether it may be printed."""
    now, most = desk.clock.now().at, desk.around.open_slips_hour
    try:
        if most and slips.load_nobodys(desk.db, now) >= most:
            _log.info("SLIP_WITHHELD")
            return False
        slips.add_nobodys(desk.db, now, 1)
    except StorageError as error:
        _log.error("PRINT_NOT_COUNTED code=%s", error.code)
    return True


def take_back_nobodys(desk: PaperDesk) -> None:
    """Take one back of which no paper can exist."""
    _kept(lambda: slips.add_nobodys(desk.db, desk.clock.now().at, -1))


def _whose(order: PrintSlip) -> AppId | None:
    return order.app_id if order.slip in slips.COUNTED else None


def _kept(keep: Callable[[], None]) -> bool:
    try:
        keep()
    except StorageError as error:
        _log.error("PRINT_NOT_COUNTED code=%s", error.code)
        return False
    return True
