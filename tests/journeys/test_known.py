"""What residents can ask of the machine: what it still knows of them, and what they never saw."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from devices.desk_state import SimulatedCard, SimulatedNetwork
from kiosk.files import NOTE
from kiosk.flow import events as ev
from kiosk.flow.session import ReceiptState, Step
from launch.wiring import build_kiosk
from tests.support.card_desks import NAME, NUMBER, SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.forgotten_rows import lose_rows, seal_for_card
from tests.support.homes import Home, files_with
from tests.support.needs import needs
from tests.support.slips import text_of
from tests.support.visit import Machine, Visit
from tests.support.window import at_window

CANARIES = (NAME, NUMBER)
SOMEBODY_ELSE = "li-shoutian"
UPRIGHT = {"fullscreen": False, "orientation": "portrait", "width_px": 1080, "height_px": 1920}


@pytest.fixture
def own_home(tmp_path: Path, central: CentralServer) -> Home:
    """A kiosk of its own, without a network, with somebody's card on its reader."""
    home = Home(tmp_path / "kiosk", central, {"screen": UPRIGHT})
    home.desk.write(SimulatedNetwork(up=False))
    return home


@pytest.fixture
def own_hands(own_home: Home) -> Iterator[SimulatedCardDesk]:
    """Who lays cards on its reader; nothing is left there."""
    hands = SimulatedCardDesk(own_home.desk.folder)
    hands.insert()
    yield hands
    hands.pull()


def ask_by_card(machine: Machine, hands: SimulatedCardDesk, session_id: str) -> None:
    """Ask what is known, and lay the card down."""
    machine.touch(ev.StatusAsked, session_id)
    machine.touch(ev.KnownAsked)
    machine.touch(ev.StatusByCardChosen)
    hands.insert()
    machine.until_step(Step.KNOWN)


def leave(machine: Machine, hands: SimulatedCardDesk) -> None:
    """Have read enough, and take the card."""
    machine.touch(ev.Continued)
    hands.pull()
    machine.until_step(Step.HOME)
    assert machine.session.known is None


def test_the_machine_tells_what_it_knows(
    visit: Visit, hands: SimulatedCardDesk, home: Home, tray: Path
) -> None:
    """By card, after a visit: the application, delivered; printed on demand; never contents."""
    visit.whole().rate().take_card()
    machine = visit.machine
    machine.until_delivered(visit.app_id)
    for old in tray.glob("*"):
        old.unlink()
    ask_by_card(machine, hands, "s-known")
    known = machine.session.known
    assert known is not None
    newest = known.applications[0]
    assert newest.app_id == visit.app_id
    assert newest.delivered_at is not None
    assert newest.is_sealed_copy_here
    assert newest.has_rating
    assert newest.times_printed == 1
    machine.touch(ev.ReprintAsked)
    machine.until(lambda s: s.receipt is ReceiptState.PRINTED, "the paper")
    (slip,) = tray.glob("*.pdf")
    text = text_of(slip)
    for group in newest.number_groups:
        assert group in text
    assert machine.say("known.not_fingerprint") in "".join(text.split())
    assert NAME not in text
    assert NUMBER not in text
    leave(machine, hands)
    assert files_with(home.state, *CANARIES) == []


def test_somebody_new_hears_that_it_knows_nothing(
    machine: Machine, home: Home, hands: SimulatedCardDesk
) -> None:
    """Another card, nothing found: said plainly, and nothing kept of the question."""
    machine.touch(ev.StatusAsked, "s-new")
    machine.touch(ev.KnownAsked)
    machine.touch(ev.StatusByCardChosen)
    home.desk.write(SimulatedCard(card=SOMEBODY_ELSE))
    machine.until_step(Step.KNOWN)
    assert machine.session.known is not None
    assert machine.session.known.applications == ()
    leave(machine, hands)


def test_number_and_code_open_one_application(own_home: Home, own_hands: SimulatedCardDesk) -> None:
    """Without the card only what is known about that number; a wrong code opens nothing."""
    kiosk = build_kiosk(own_home.settings)
    one = seal_for_card(kiosk)
    own_hands.pull()
    own_hands.insert()
    seal_for_card(kiosk)
    own_hands.pull()
    number = "".join(one.number_groups)
    with Machine(kiosk).running() as machine:
        machine.touch(ev.StatusAsked, "s-number")
        machine.touch(ev.KnownAsked)
        machine.touch(ev.StatusByNumberChosen)
        machine.touch(ev.StatusTyped, number, "AAAAAA")
        machine.until(lambda session: session.status_problem, "the problem")
        machine.touch(ev.StatusTyped, number, one.query_code)
        machine.until_step(Step.KNOWN)
        known = machine.session.known
        assert known is not None
        assert [it.number_groups for it in known.applications] == [one.number_groups]
        assert not known.by_card
        machine.touch(ev.StopAsked)
        machine.until_step(Step.HOME)


@pytest.mark.may_warn("an adoption is told")
def test_what_a_power_cut_hid_is_told_at_the_next_card(
    own_home: Home, own_hands: SimulatedCardDesk, tmp_path: Path
) -> None:
    """Adopted without a row of its own, it is told before anything is asked, printed, told once."""
    needs(_keeps_notes(tmp_path), "keep attributes of files")
    kiosk = build_kiosk(own_home.settings)
    lost = seal_for_card(kiosk)
    own_hands.pull()
    lose_rows(own_home.state, lost.app_id)
    with Machine(build_kiosk(own_home.settings)).running() as machine:
        visit = Visit(machine, own_hands)
        visit.start().come_to_the_card()
        own_hands.insert()
        machine.until_step(Step.UNSEEN)
        (unseen,) = machine.session.unseen
        assert unseen.number_groups == lost.number_groups
        assert unseen.query_code == lost.query_code
        machine.touch(ev.ReprintAsked)
        machine.until(lambda s: s.receipt is ReceiptState.PRINTED, "the receipt")
        (slip,) = (own_home.state / "papers").glob("*.pdf")
        for group in lost.number_groups:
            assert group in text_of(slip)
        machine.touch(ev.WentBack)
        visit.take_card()

        visit.start().insert_card().consent().answer().take_photo().confirm().sign()
        assert Step.UNSEEN not in machine.steps[machine.steps.index(Step.HOME, 5) :]
        visit.expect_receipt().rate(None).take_card()
        machine.touch(ev.StatusAsked, "s-later")
        machine.touch(ev.StatusByCardChosen)
        own_hands.insert()
        machine.until_step(Step.STATUS_SHOWN)
        shown = {it.number_groups: it.is_unseen for it in machine.session.status_items}
        assert shown[lost.number_groups] is False
        assert len(shown) == 2
        assert machine.session.status_heard_at is None  # there was no network since it was set up
        machine.touch(ev.Continued)
        own_hands.pull()
        machine.until_step(Step.HOME)


def _keeps_notes(folder: Path) -> bool:
    try:
        os.setxattr(folder, NOTE, b"1")
    except OSError:
        return False
    return True


def test_it_is_asked_and_read_on_the_glass(
    qtbot: QtBot, own_home: Home, own_hands: SimulatedCardDesk
) -> None:
    """From Home by touch to every page of it, to paper, and nothing left of it afterwards."""
    kiosk = build_kiosk(own_home.settings)
    sealed = seal_for_card(kiosk)
    own_hands.pull()
    with at_window(qtbot, build_kiosk(own_home.settings)) as glass:
        glass.touch("home.progress")
        glass.until(Step.STATUS_ASK)
        glass.touch("known.tile")
        glass.wait(lambda: glass.says("known.how_title"), "the question how to look")
        glass.touch("status.by_card")
        glass.until(Step.STATUS_CARD)
        glass.lay_card()
        glass.until(Step.KNOWN)
        assert glass.says("known.title")
        assert any(" ".join(sealed.number_groups) in text for text in glass.read())
        assert glass.says("known.waiting")
        glass.touch("known.print")
        glass.wait(lambda: glass.says("known.paper.printed"), "the paper")
        glass.touch("known.done")
        glass.until(Step.TAKE_CARD)
        glass.take_card()
        glass.until(Step.HOME)
        canaries = (NAME, NUMBER, " ".join(sealed.number_groups), sealed.query_code)
        assert [it for it in glass.remains() if any(canary in it for canary in canaries)] == []
