"""A store that can't be read for a moment: no paper, said so, and the kiosk goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.domain import Language
from kiosk.errors import DatabaseDamaged, DatabaseLocked, StorageError
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.paper_desk import PaperDesk
from kiosk.store import applications, prints, slips
from kiosk.store.applications import ApplicationRow
from kiosk.store.prints import PrintRecord
from tests.support.builders import FakeClock
from tests.support.paper_desks import some_surroundings
from tests.support.scripted_printer import ScriptedPrinter
from tests.support.sealing_places import SealingPlace

EN = Language("en")
READS = [(applications, "find"), (applications, "status_by_number"), (slips, "load")]


@pytest.fixture
def row(place: SealingPlace) -> ApplicationRow:
    """An application that was handed in."""
    return place.seal(place.open())


@pytest.fixture
def desk(place: SealingPlace) -> PaperDesk:
    """What prints from the store."""
    around = some_surroundings()
    return PaperDesk(place.store(), ScriptedPrinter(), around, FakeClock())


def refusing(error: StorageError, times: int, real: Callable[..., object]) -> Callable[..., object]:
    """Return a read that works so many times, and then no more."""
    left = [times]

    def read(*args: object, **more: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise error
        return real(*args, **more)

    return read


@pytest.mark.parametrize("times", [0, 1])
def test_a_receipt_fails_uncounted_and_can_be_had_later(
    desk: PaperDesk,
    row: ApplicationRow,
    times: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whichever read it is that fails."""
    order = ef.PrintReceipt("s-1", row.app_id, EN)
    with monkeypatch.context() as patch:
        refused = refusing(DatabaseLocked("Held."), times, applications.find)
        patch.setattr(applications, "find", refused)
        told = desk.print_receipt(order)
    assert isinstance(told, ev.ReceiptFailed)
    assert (told.session_id, told.app_id, told.state) == ("s-1", row.app_id, None)
    assert "PAPER_NOT_MADE code=E-DB-04" in caplog.text
    assert prints.load(desk.db, row.app_id) == PrintRecord()
    assert isinstance(desk.print_receipt(order), ev.ReceiptPrinted)


@pytest.mark.parametrize(("module", "name"), READS)
def test_a_slip_fails_uncounted_and_can_be_had_later(
    desk: PaperDesk,
    row: ApplicationRow,
    module: object,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told of the very slip that was asked for, or its button would stay as it is."""
    order = ef.PrintSlip("s-1", Slip.PROGRESS, EN, app_id=row.app_id)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, refusing(StorageError("It can't be read."), 0, print))
        told = desk.print_slip(order)
    assert isinstance(told, ev.SlipTold)
    assert (told.session_id, told.slip, told.app_id) == ("s-1", Slip.PROGRESS, row.app_id)
    assert "PAPER_NOT_MADE" in caplog.text
    assert (told.state, told.is_withheld) == (ReceiptState.FAILED, False)
    assert told.printer_state is None
    assert slips.load(desk.db, row.app_id, Slip.PROGRESS, desk.clock.now().at) == 0
    again = desk.print_slip(order)
    assert isinstance(again, ev.SlipTold)
    assert (again.state, again.copies) == (ReceiptState.PRINTED, 1)


def test_a_damaged_store_is_told_and_not_papered_over(
    desk: PaperDesk, row: ApplicationRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked over at the next start, and nobody goes on with it."""
    damaged = refusing(DatabaseDamaged("Not a database."), 0, print)
    monkeypatch.setattr(applications, "find", damaged)
    with pytest.raises(DatabaseDamaged):
        desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN))
    with pytest.raises(DatabaseDamaged):
        desk.print_slip(ef.PrintSlip("s-1", Slip.PROGRESS, EN, app_id=row.app_id))
