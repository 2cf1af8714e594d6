"""A visit without the chip, by touch: the real window, simulated devices, a real platform."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from kiosk.domain import IdentityAssurance
from kiosk.flow.session import Step
from launch.wiring import build_kiosk
from tests.journeys.test_real_window import (
    UPRIGHT,
    a_kiosk,
    answer_everything,
    consent,
    hand_in,
    to_the_card,
    until_held,
)
from tests.support.central_server import CentralServer
from tests.support.office import Office
from tests.support.window import Glass, at_window

NAME, PIN = "李晓燕", "483920"
TYPED = "990101194503150035"


def fail_to_read(glass: Glass, times: int) -> None:
    """Lay a card down that can't be read, and take it away again."""
    for _ in range(times):
        before = glass.session.failed_reads
        glass.lay_card("torn-card")
        glass.wait(lambda: glass.session.failed_reads > before, "a failed read")  # noqa: B023
        glass.take_card()
        glass.wait(lambda: not glass.session.is_failure_counted, "the card taken away")


def photograph_side(glass: Glass) -> None:
    """Take one side of the card, and keep it."""
    glass.wait(lambda: not glass.says("photo.starting"), "a live picture")
    glass.touch("photo.shutter")
    glass.wait(lambda: glass.session.card_picture is not None, "the picture")
    glass.touch("photo.keep")


def sign_in(glass: Glass, name: str = NAME) -> None:
    """Have the volunteer sign in, from the screen that says that nobody is there."""
    listed = glass.window.conductor
    glass.wait(lambda: name in {it.name for it in listed.world.staff}, "the staff list")
    glass.touch("ladder.staff")
    glass.touch_named(name)
    glass.press_digits(PIN)
    glass.touch("staff.sign_in")
    glass.touch("staff.close")
    glass.wait(lambda: glass.session.staff is None, "the residents' screens")


def test_a_card_that_can_not_be_read_stops_nobody(
    qtbot: QtBot, tmp_path: Path, central: CentralServer
) -> None:
    """Two failed reads, number, pictures, witness: handed in, and the platform knows how."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    with Office(central) as office:
        office.sign_in()
        site = build_kiosk(home.settings).enrolment.site_id
        assert office.add_member(site, NAME, "volunteer", PIN).ok
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        to_the_card(glass)
        fail_to_read(glass, 2)
        assert glass.says("card.lay_title")
        glass.touch("ladder.go_on")
        glass.until(Step.OTHER_WAY)
        assert glass.says("ladder.nobody")
        sign_in(glass)
        glass.touch("ladder.type")
        glass.until(Step.TYPED_NUMBER)
        glass.press_digits(TYPED)
        glass.touch("bar.next")
        glass.until(Step.CARD_PICTURE)
        photograph_side(glass)
        photograph_side(glass)
        glass.until(Step.WITNESS)
        glass.press_digits(PIN)
        glass.touch("ladder.witness.confirm")
        consent(glass, photo=False)
        answer_everything(glass)
        glass.until(Step.REVIEW)
        assert glass.says("identity.typed_and_attendant", name=NAME)
        outcome = hand_in(glass)
        glass.touch("received.done")
        glass.until(Step.RATING)
        glass.touch("rating.levels.fair")
        glass.until(Step.HOME)  # no card lies there to be taken
        remains = [text for text in glass.remains() if TYPED in text]
        told = until_held(glass, central, outcome)
    assert remains == []
    assert told.identity is not None
    assert told.identity.assurance is IdentityAssurance.TYPED_AND_ATTENDANT
    assert told.identity.attendant is not None
    assert (told.identity.attendant.name, told.identity.failed_reads) == (NAME, 2)
    assert told.person is not None
    assert (told.person.document_number, told.person.full_name) == (TYPED, "")
    assert [jpeg[:3] for jpeg in told.card_jpegs] == [b"\xff\xd8\xff"] * 2
