"""Card and face by touch: the real window, the example program as matcher, a real platform."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from kiosk.catalogue.service import Words
from kiosk.domain import ComparisonOutcome, IdentityAssurance
from kiosk.flow.session import Step
from launch.wiring import Kiosk, build_kiosk
from tests.journeys.test_ladder import PIN
from tests.journeys.test_real_window import (
    UPRIGHT,
    a_kiosk,
    answer_everything,
    consent,
    hand_in,
    take_photo,
    to_the_card,
    until_held,
)
from tests.support.builders import EN, ZH
from tests.support.central_server import CentralServer
from tests.support.face_matchers import EXAMPLE
from tests.support.homes import Home
from tests.support.leftovers import child_processes
from tests.support.office import Office
from tests.support.window import Glass, at_window

NAME = "周敏"
"""Nobody else's on the one platform of all journeys: a name is what is touched."""

ASKED = Words(
    ((ZH, "程序在这台机器上比对两张照片。可以吗？"), (EN, "A program compares them. May it?"))
)
MATCHER = {"kind": "program", "command": list(EXAMPLE), "threshold": 0.6, "limit_s": 30.0}


def that_compares(home: Home, least: IdentityAssurance, *, keeps: bool) -> Kiosk:
    """Return the kiosk with its service changed: it asks for a comparison."""
    kiosk = build_kiosk(home.settings)
    service = replace(
        kiosk.catalogue.services[0],
        consent_comparison=ASKED,
        least_identity=least,
        beside_face=IdentityAssurance.CARD_AND_ATTENDANT,
        keeps_card_portrait=keeps,
    )
    catalogue = replace(kiosk.catalogue, services=(service,))
    return replace(kiosk, catalogue=catalogue, world=replace(kiosk.world, services=(service,)))


def agree(glass: Glass) -> None:
    """Agree to all three, and answer everything."""
    consent(glass)
    glass.until(Step.CONSENT_COMPARISON)
    assert glass.says("consent.face_comparison.title")
    glass.touch("consent.face_comparison.yes")
    answer_everything(glass)


def test_a_face_like_the_one_in_the_chip(
    qtbot: QtBot, tmp_path: Path, central: CentralServer
) -> None:
    """The program runs, its score is on the platform with its name, and it is gone afterwards."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    home.write(face_matcher=MATCHER)
    kiosk = that_compares(home, IdentityAssurance.CARD_AND_FACE, keeps=True)
    with at_window(qtbot, kiosk) as glass:
        to_the_card(glass)
        glass.lay_card()
        agree(glass)
        take_photo(glass)
        glass.until(Step.REVIEW)
        assert glass.says("identity.card_and_face")
        assert not any("example_matcher" in it for it in _commands())
        outcome = hand_in(glass)
        told = until_held(glass, central, outcome)
    assert told.identity is not None
    assert told.identity.assurance is IdentityAssurance.CARD_AND_FACE
    compared = told.identity.comparison
    assert compared is not None
    assert (compared.outcome, compared.threshold) == (ComparisonOutcome.MATCH, 0.6)
    assert compared.score is not None
    assert compared.score > 0.6
    assert (compared.matcher, compared.version) == ("example, not for use", "1")
    assert told.portrait_jpeg is not None
    assert told.portrait_jpeg.startswith(b"\xff\xd8\xff")


def test_a_face_unlike_the_one_in_the_chip_is_no_dead_end(
    qtbot: QtBot, tmp_path: Path, central: CentralServer
) -> None:
    """One more photo, then an attendant with the portrait before them; handed in all the same."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    home.write(face_matcher=MATCHER)
    with Office(central) as office:
        office.sign_in()
        site = build_kiosk(home.settings).enrolment.site_id
        assert office.add_member(site, NAME, "volunteer", PIN).ok
    kiosk = that_compares(home, IdentityAssurance.CARD_AND_FACE, keeps=False)
    with at_window(qtbot, kiosk) as glass:
        to_the_card(glass)
        glass.lay_card("li-shoutian")
        agree(glass)
        take_photo(glass)
        glass.until(Step.FACE_CHECK)
        glass.wait(lambda: glass.says("face_check.no_match"), "the answer")
        assert glass.says("face_check.ask_nobody")
        glass.touch("face_check.again")
        take_photo(glass)
        glass.wait(lambda: glass.says("face_check.no_match"), "the second answer")
        assert not glass.says("face_check.again")
        glass.touch("face_check.ask")
        glass.until(Step.WITNESS)
        sign_in_from_help(glass)
        glass.press_digits(PIN)
        glass.touch("ladder.witness.confirm")
        glass.until(Step.WITNESS_LOOK)
        assert glass.says("witness_look.portrait")
        assert glass.says("witness_look.photo")
        glass.touch("witness_look.confirm")
        glass.until(Step.REVIEW)
        assert glass.says("face_check.told.no_match")
        outcome = hand_in(glass)
        told = until_held(glass, central, outcome)
    assert told.identity is not None
    assert told.identity.assurance is IdentityAssurance.CARD_AND_ATTENDANT
    assert told.identity.comparison is not None
    assert told.identity.comparison.outcome is ComparisonOutcome.NO_MATCH
    assert told.identity.comparison.tries == 2
    assert told.portrait_jpeg is None


def sign_in_from_help(glass: Glass) -> None:
    """Have the volunteer sign in where the screen says that nobody is there."""
    glass.wait(lambda: glass.window.conductor.world.staff, "the staff list")
    glass.touch("frame.help")
    glass.touch("help.staff")
    glass.touch_named(NAME)
    glass.press_digits(PIN)
    glass.touch("staff.sign_in")
    glass.touch("staff.close")
    glass.wait(lambda: glass.session.staff is None, "the residents' screens")


def _commands() -> list[str]:
    return [
        Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
        for pid in child_processes()
        if Path(f"/proc/{pid}/cmdline").exists()
    ]
