"""The slip of what a visit found to be missing; and papers of services that are offered no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain import AppId, Language
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_state import ReceiptState, Slip
from kiosk.paper_desk import PaperDesk
from kiosk.ports.printer import Fact, Line, NumberGroups, Paper, Tick
from kiosk.shown_papers import PaperShown, TrustLevel
from kiosk.store.applications import ApplicationRow
from tests.support.builders import FakeClock
from tests.support.paper_desks import some_surroundings
from tests.support.scripted_printer import ScriptedPrinter
from tests.support.sealing_places import ASK_BY, ZH, SealingPlace

EN = Language("en")
REGISTER = PaperShown("household_register", is_required=True, level=None, is_open=True)
COPIED = replace(REGISTER, level=TrustLevel.C)


@pytest.fixture
def row(place: SealingPlace) -> ApplicationRow:
    """An application that was handed in."""
    return place.seal(place.open())


@pytest.fixture
def desk(place: SealingPlace) -> PaperDesk:
    """What prints from the store."""
    around = some_surroundings()
    return PaperDesk(place.store(), ScriptedPrinter(), around, FakeClock())


def printed(desk: PaperDesk, order: ef.PrintSlip) -> Paper:
    """Print, and return what came out."""
    told = desk.print_slip(order)
    assert isinstance(told, ev.SlipTold)
    assert (told.session_id, told.slip, told.app_id) == ("s-1", Slip.MISSING, order.app_id)
    assert told.state is ReceiptState.PRINTED
    assert isinstance(desk.printer, ScriptedPrinter)
    return desk.printer.papers[-1]


def an_order(*missing: PaperShown, language: Language = EN) -> ef.PrintSlip:
    """Return the order from the list, before anything is handed in."""
    return ef.PrintSlip(
        "s-1", Slip.MISSING, language, service_id="old_age_allowance", missing=missing
    )


def words(paper: Paper) -> str:
    """Return all that stands on it, a line each."""
    found = [it.text for it in paper.blocks if isinstance(it, Line | Tick)]
    facts = [f"{it.name} {it.value}" for it in paper.blocks if isinstance(it, Fact)]
    return "\n".join([*found, *facts])


@pytest.mark.parametrize("missing", [(), (REGISTER,), (COPIED,)])
def test_who_stops_midway_is_told_of_every_paper_once(
    desk: PaperDesk, missing: tuple[PaperShown, ...]
) -> None:
    """Also of one that was not asked for yet, or was shown: nothing of it was kept."""
    order = ef.PrintSlip("s-1", Slip.DRAFT, EN, service_id="old_age_allowance", missing=missing)
    desk.print_slip(order)
    assert isinstance(desk.printer, ScriptedPrinter)
    said = words(desk.printer.papers[-1])
    assert said.count("Household register") == 1
    assert ("Still missing this time:" in said) is bool(missing)


def test_before_it_is_handed_in_the_list_says_so_and_has_no_number(desk: PaperDesk) -> None:
    """What, what for, by when, where to; and that it is no receipt."""
    paper = printed(desk, an_order(REGISTER))
    said = words(paper)
    for expected in (
        "Household register",
        "The bureau checks where you are registered.",
        "best within 5 working days.",
        "Take your ID card to the service hall",
        "Printed before the application was handed in: this is no receipt.",
    ):
        assert expected in said
    assert not any(isinstance(it, NumberGroups) for it in paper.blocks)
    assert "Keep this number" not in said


def test_once_it_is_handed_in_number_code_and_day_stand_on_it(
    desk: PaperDesk, row: ApplicationRow
) -> None:
    """So that whoever brings it knows whose it is."""
    paper = printed(desk, replace(an_order(REGISTER), app_id=row.app_id))
    said = words(paper)
    (number,) = (it for it in paper.blocks if isinstance(it, NumberGroups))
    assert number.groups == row.number_groups
    assert row.query_code[:3] in said
    assert f"{ASK_BY.day.day} December" in said
    assert "no receipt" not in said


def test_of_what_was_copied_the_original_is_asked_for_in_every_language(desk: PaperDesk) -> None:
    """And in large print for who enlarged the words."""
    order = replace(an_order(COPIED, language=ZH), is_large=True)
    desk.around = replace(desk.around, second_language=EN)
    paper = printed(desk, order)
    assert paper.is_large
    ticks = [it.text for it in paper.blocks if isinstance(it, Tick)]
    assert any("户口本（原件）" in tick for tick in ticks)
    assert "Household register (the original)" in words(paper)


def test_nothing_is_said_of_an_application_that_is_not_there(desk: PaperDesk) -> None:
    """No list with somebody else's number."""
    told = desk.print_slip(replace(an_order(REGISTER), app_id=AppId("gone")))
    assert isinstance(told, ev.SlipTold)
    assert told.state is ReceiptState.FAILED


def test_papers_of_a_service_that_is_gone_fail_and_break_nothing(
    desk: PaperDesk, row: ApplicationRow, caplog: pytest.LogCaptureFixture
) -> None:
    """Catalogues change, and residents return."""
    desk.around = replace(desk.around, services=())
    told = desk.print_receipt(ef.PrintReceipt("s-1", row.app_id, EN))
    assert isinstance(told, ev.ReceiptFailed)
    for slip in (Slip.PROGRESS, Slip.MISSING, Slip.ACKNOWLEDGEMENT):
        of_slip = desk.print_slip(ef.PrintSlip("s-1", slip, EN, app_id=row.app_id))
        assert isinstance(of_slip, ev.SlipTold)
        assert of_slip.state is ReceiptState.FAILED
    assert "SERVICE_GONE" in caplog.text


def test_who_stopped_is_asked_for_the_original_of_what_was_copied(desk: PaperDesk) -> None:
    """The copy is wiped with the visit; that they had nothing with them would not be so."""
    order = replace(an_order(COPIED), slip=Slip.DRAFT)
    assert desk.print_slip(order).state is ReceiptState.PRINTED  # type: ignore[union-attr]
    assert isinstance(desk.printer, ScriptedPrinter)
    assert "Household register (the original)" in words(desk.printer.papers[-1])
