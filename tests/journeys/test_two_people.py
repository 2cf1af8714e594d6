"""Two people, and a third who vouches: by touch at the real window, and on real readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain import IdentityAssurance, Standing
from kiosk.flow import events as ev
from kiosk.flow.for_others import RELATION
from kiosk.flow.session import Step
from kiosk.ports.card_reader import UnreadableReason
from launch.wiring import build_kiosk
from tests.journeys.test_ladder import PIN, sign_in
from tests.journeys.test_real_window import UPRIGHT, a_kiosk, answer_everything, hand_in, until_held
from tests.support.card_desks import NAME, NUMBER, CardDesk, PcscCardDesk, SamCardDesk
from tests.support.central_server import CentralServer
from tests.support.homes import Home, files_with
from tests.support.office import Office
from tests.support.sam_module import resident_text, sam_module
from tests.support.slips import text_of
from tests.support.virtual_card import Chip, card_records, pcsc_card, person_records
from tests.support.visit import Machine, Visit
from tests.support.window import Glass, at_window

ATTENDANT = "赵红梅"  # every journey has its own: they share a site
OTHER_NAME, OTHER_NUMBER = "李守田", "990101193601080013"


def to_own_card(glass: Glass) -> None:
    """Say that it is for somebody else, and come to one's own card."""
    glass.touch_named(glass.kiosk.catalogue.services[0].name.say(glass.session.display.language))
    glass.touch("guide.begin")
    glass.touch("for_whom.other")
    glass.until(Step.CARD_NOTICE)
    glass.touch("card_notice.go_on")
    glass.until(Step.CARD)


def choose(glass: Glass, step: Step, key: str) -> None:
    """Touch a choice, and go on."""
    glass.until(step)
    glass.touch(key)
    glass.touch("bar.next")


def vouch(glass: Glass) -> None:
    """Have a third person vouch with their own card, whose number nobody knows."""
    glass.touch("vouching.no_card")
    glass.until(Step.OTHER_WAY)
    sign_in(glass, ATTENDANT)
    glass.touch("vouching.choose")
    glass.until(Step.VOUCH_NOTICE)
    glass.touch("vouching.go_on")
    glass.until(Step.VOUCHER_CARD)
    glass.lay_card("wang-yan")
    choose(glass, Step.VOUCHER_STANDING, "vouching.standing.neighbour")
    choose(glass, Step.VOUCHER_KNOWN_FOR, "vouching.known_for.over_5_years")
    glass.until(Step.VOUCHED_NUMBER)
    glass.touch("bar.next")
    glass.until(Step.VOUCHED_BIRTH)
    glass.touch("bar.next")
    glass.until(Step.VOUCHER_STATES)
    glass.touch("vouching.states.yes")
    glass.until(Step.WITNESS)
    glass.press_digits(PIN)
    glass.touch("vouching.witness_confirm")


def add_attendant(home: Home, central: CentralServer) -> None:
    """Have the office add somebody who may sign in."""
    with Office(central) as office:
        office.sign_in()
        site = build_kiosk(home.settings).enrolment.site_id
        assert office.add_member(site, ATTENDANT, "volunteer", PIN).ok


def lay_the_same_card_twice(glass: Glass) -> None:
    """Be told kindly, call somebody and go back to the question."""
    to_own_card(glass)
    glass.lay_card()
    choose(glass, Step.RELATION, "others.relation.parent")
    glass.until(Step.CARD)
    glass.wait(lambda: glass.says("others.lift"), "the first card is still there")
    glass.take_card()
    glass.lay_card()
    glass.wait(lambda: glass.says("others.same_card"), "the same card again")
    assert glass.session.person is None
    glass.take_card()
    glass.touch("card.other")
    glass.wait(lambda: glass.says("help.title"), "somebody is called")
    glass.touch("help.close")
    glass.touch("bar.back")


def test_for_a_mother_without_a_card(
    qtbot: QtBot, tmp_path: Path, central: CentralServer, caplog: pytest.LogCaptureFixture
) -> None:
    """One's own card, the same again, and a neighbour who vouches: the platform knows all three."""
    home = a_kiosk(tmp_path, central, UPRIGHT)
    add_attendant(home, central)
    with at_window(qtbot, build_kiosk(home.settings)) as glass:
        lay_the_same_card_twice(glass)
        choose(glass, Step.RELATION, "others.relation.parent")
        vouch(glass)
        glass.until(Step.CONSENT_DATA)
        assert glass.says("others.consent.data")
        glass.touch("consent.data.yes")
        glass.until(Step.CONSENT_PHOTO)
        glass.touch("consent.face_photo.no")
        answer_everything(glass)
        outcome = hand_in(glass)
        glass.touch("received.done")
        glass.touch("rating.levels.fair")
        glass.take_card()
        glass.until(Step.HOME)
        remains = [text for text in glass.remains() if NUMBER in text or "王" in text]
        told = until_held(glass, central, outcome)
    assert remains == []
    assert told.applicant is not None
    assert (told.applicant.person.document_number, told.on_behalf_of) == (NUMBER, "parent")
    assert told.applicant.identity.assurance is IdentityAssurance.CARD_READ
    assert told.person is not None
    assert (told.person.document_number, told.person.full_name) == ("", "")
    assert told.identity is not None
    assert told.identity.assurance is IdentityAssurance.VOUCHED
    assert told.identity.voucher is not None
    assert told.identity.voucher.standing is Standing.NEIGHBOUR
    number, name = told.identity.voucher.document_number, told.identity.voucher.full_name
    assert number not in caplog.text
    assert name not in caplog.text
    assert files_with(home.state, number, name, NUMBER, NAME) == []
    (slip,) = (home.state / "papers").glob("*.pdf")
    assert "张*英" in text_of(slip)
    assert NAME not in text_of(slip)


@pytest.fixture(params=["social_security_card", "resident_id_card"])
def hands(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CardDesk]:
    """A real reader of either family."""
    if request.param == "social_security_card":
        with pcsc_card() as desk:
            yield PcscCardDesk(desk)
    else:
        with sam_module(tmp_path) as module:
            yield SamCardDesk(module)


def lay_other(hands: CardDesk) -> None:
    """Lay somebody else's card down."""
    if isinstance(hands, SamCardDesk):
        text = resident_text(OTHER_NAME, OTHER_NUMBER, OTHER_NUMBER[6:14])
        hands.module.insert(text)
    elif isinstance(hands, PcscCardDesk):
        records = person_records(OTHER_NUMBER, OTHER_NAME)
        hands.desk.insert(Chip(files={0x05: card_records(), 0x06: records}))


def test_two_cards_one_after_the_other(
    hands: CardDesk, central: CentralServer, tmp_path: Path
) -> None:
    """The first that is left lying is not the second's; swapped, however fast, it is read."""
    place = Home(tmp_path / "kiosk", central)
    reader = {"kind": hands.config.kind.value}
    if hands.config.port:
        reader["port"] = hands.config.port
    if hands.config.reader_name:
        reader["reader_name"] = hands.config.reader_name
    place.write(card_reader=reader)
    with Machine(build_kiosk(place.settings)).running() as machine:
        visit = Visit(machine, hands).start()
        machine.touch(ev.Continued)
        machine.touch(ev.OnBehalfChosen)
        machine.touch(ev.Continued)
        hands.insert()
        machine.until_step(Step.RELATION)
        machine.touch(ev.Answered, RELATION, "parent")
        if isinstance(hands, SamCardDesk):  # the others: swapped before it is read again
            machine.until(
                lambda it: it.is_same_card or it.card_problem is UnreadableReason.LIFT_FIRST,
                "the first card is known",
            )
            assert visit.session.person is None
        hands.pull()
        lay_other(hands)
        machine.until_step(Step.CONSENT_DATA)
        session = visit.session
        assert session.person is not None
        assert session.applicant is not None
        assert (session.person.full_name, session.person.document_number) == (
            OTHER_NAME,
            OTHER_NUMBER,
        )
        first = session.applicant.person
        assert (first.full_name, first.document_number) == (NAME, NUMBER)
        assert session.person.birth_date != first.birth_date
