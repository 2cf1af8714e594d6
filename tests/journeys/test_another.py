"""Two applications in one visit on simulated devices: one card, one photo, two of all the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.catalogue.compiled import encode
from kiosk.conductor import new_session_id
from kiosk.flow import events as ev
from kiosk.flow.session import Rating, Step
from kiosk.store import catalogues
from launch.wiring import build_kiosk
from tests.support.builders import EN, ZH
from tests.support.card_desks import NAME, NUMBER, SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.faces import picture_of
from tests.support.homes import Home, files_with, opened
from tests.support.slips import text_of
from tests.support.visit import Machine, Visit

ACCOUNT = "6217009999999999"


@contextmanager
def machine_with(home: Home, photo_format: str) -> Iterator[Machine]:
    """Run the kiosk with a second service that asks a part of the same, and this photo format."""
    kiosk = build_kiosk(home.settings)
    (first,) = kiosk.catalogue.services
    second = replace(
        first,
        service_id="travel_card",
        name=replace(first.name, by_language=((ZH, "老年公交卡"), (EN, "Travel card"))),
        questions=tuple(it for it in first.questions if it.relevant is None),
        photo_format=photo_format,
    )
    services = (first, second)
    catalogue = replace(kiosk.catalogue, services=services)
    kiosk = replace(kiosk, catalogue=catalogue, world=replace(kiosk.world, services=services))
    with Machine(kiosk).running() as machine:
        yield machine


@pytest.fixture
def machine(home: Home) -> Iterator[Machine]:
    """The running kiosk, whose second service takes the site's format."""
    with machine_with(home, "") as machine:
        yield machine


def test_one_photo_serves_two_applications(
    machine: Machine, hands: SimulatedCardDesk, central: CentralServer, home: Home, tray: Path
) -> None:
    """Each has its own number, code, receipt and consents; the office of each sees the photo."""
    visit = Visit(machine, hands)
    machine.touch(ev.ServiceChosen, new_session_id(), "old_age_allowance")
    visit.insert_card().consent().answer(pay_to="bank_card", account=ACCOUNT)
    visit.take_photo().confirm().sign().expect_receipt()
    first, code = visit.app_id, visit.sealed.query_code if visit.sealed else ""
    number = visit.number
    visit.rate(Rating.FAIR)
    assert machine.session.step is Step.ANOTHER
    before = len(machine.steps)
    machine.touch(ev.ServiceChosen, new_session_id(), "travel_card")
    machine.touch(ev.Continued)
    visit.consent().answer()
    visit.confirm().sign().expect_receipt()
    assert visit.sealed is not None
    second = visit.app_id
    assert (visit.number, visit.sealed.query_code) != (number, code)
    # Neither for whom, nor a card, nor the camera, nor what it was just told.
    seen = machine.steps[before:]
    assert not {Step.FOR_WHOM, Step.CARD_NOTICE, Step.CARD, Step.PHOTO, Step.UNSEEN} & set(seen)
    visit.rate(None).take_card()
    machine.until_delivered(first)
    machine.until_delivered(second)
    one, other = opened(central, first), opened(central, second)
    assert one.photo_jpeg is not None
    assert one.photo_jpeg == other.photo_jpeg
    assert one.person == other.person
    assert [consent.given for consent in other.consents] == [True, True]
    # Written in whole seconds, and two visits of a machine may be quick.
    assert min(it.at for it in other.consents) >= max(it.at for it in one.consents)
    assert {answer.name for answer in other.answers} < {answer.name for answer in one.answers}
    assert one.signature_svg is not None
    assert other.signature_svg is not None
    slips = [text_of(slip) for slip in tray.glob("*.pdf")]
    assert len(slips) == 2
    for group in visit.sealed.number_groups:
        assert any(group in slip for slip in slips)
    assert files_with(home.state, NAME, NUMBER, ACCOUNT) == []


def test_a_service_with_a_format_of_its_own_gets_a_photo_of_its_own(
    hands: SimulatedCardDesk, central: CentralServer, home: Home
) -> None:
    """The camera is looked into twice, and each office finds the format beside the report."""
    with machine_with(home, "icao.travel") as machine:
        visit = Visit(machine, hands)
        machine.touch(ev.ServiceChosen, new_session_id(), "old_age_allowance")
        visit.insert_card().consent().answer(pay_to="bank_card", account=ACCOUNT)
        visit.take_photo().confirm().sign().expect_receipt()
        first = visit.app_id
        visit.rate(Rating.FAIR)
        machine.touch(ev.ServiceChosen, new_session_id(), "travel_card")
        machine.touch(ev.Continued)
        visit.consent().answer().take_photo().confirm().sign().expect_receipt()
        second = visit.app_id
        visit.rate(None).take_card()
        machine.until_delivered(first)
        machine.until_delivered(second)
    for app_id, format_id, shape in (
        (first, "cn.id_card", (441, 358, 3)),
        (second, "icao.travel", (531, 413, 3)),
    ):
        told = opened(central, app_id)
        assert told.photo_jpeg is not None
        assert told.findings is not None
        assert picture_of(told.photo_jpeg).shape == shape
        assert told.findings.photo_format == format_id


def test_a_service_whose_photo_cannot_be_taken_here_is_left_out(home: Home) -> None:
    """A catalogue may come from the platform, which does not know the formats of each kiosk."""
    (service,) = build_kiosk(home.settings).catalogue.services
    there = replace(service, photo_format="icao.travel")
    wrong = replace(service, service_id="holiday", photo_format="cn.holiday")
    compiled = {it.service_id: encode(it).decode() for it in (there, wrong)}
    assert catalogues.stage(home.state, 1, compiled) == ""
    try:
        kiosk = build_kiosk(home.settings)
    finally:  # the home is lent to other tests too
        shutil.rmtree(catalogues.folder_of(home.state))
    assert kiosk.world.services == (there,)
    assert "holiday can't be offered" in kiosk.catalogue_report().sentence
