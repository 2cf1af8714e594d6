"""The simulated reader and its sample cards, which go through the real card's parser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from devices.card_reader.resident_card import TornText, parse
from devices.card_reader.sample_chips import sample_chip
from devices.card_reader.simulated import SimulatedCardReader
from devices.card_reader.simulated_cards import sample_card, sample_names
from devices.desk_state import DeskState, SimulatedCard
from kiosk.domain import Sex
from kiosk.ports.card_reader import (
    NoCard,
    PersonRead,
    Presence,
    Unreadable,
    UnreadableReason,
)

LANGUAGES = {"zh_CN", "en"}


@pytest.fixture
def desk(tmp_path: Path) -> DeskState:
    """A desk that nobody has touched."""
    return DeskState(tmp_path)


@pytest.fixture
def reader(desk: DeskState) -> Iterator[SimulatedCardReader]:
    """A reader at that desk."""
    reader = SimulatedCardReader(desk.folder)
    yield reader
    reader.close()


@pytest.mark.parametrize("name", sample_names())
def test_every_sample_card_is_sound(name: str) -> None:
    """Each has a title per language, and says what its file says; people live where nobody can."""
    card = sample_card(name)
    assert card is not None
    assert set(card.titles) == LANGUAGES
    if card.text_block:
        person = parse(card.text_block)
        if isinstance(person, TornText):
            assert person.reason is UnreadableReason.DAMAGED
        else:
            assert person.document_number.removeprefix("UTO").startswith("99")


DOCUMENT_TYPES = {
    "zhao-xiulan": "cn.social_security",
    "chen-jiaming": "cn.residence_permit",
    "peter-sample": "cn.foreign_permanent_resident",
    "margaret-hartley": "cn.foreign_permanent_resident",
    "malee-tuayang": "th.national_id",
    "aminah-contoh": "my.mykad",
    "lin-meiling": "tw.health_card",
    "zoe-voorbeeld": "be.national_id",
    "mari-naidis": "ee.id_card",
}


@pytest.mark.parametrize("name", DOCUMENT_TYPES)
def test_a_sample_of_every_family_is_read_through_its_profile(
    desk: DeskState, reader: SimulatedCardReader, name: str
) -> None:
    """Old enough for the sample service, complete, marked; and nothing on it is doubted."""
    desk.write(SimulatedCard(card=name))
    answer = reader.read_card(1)
    assert isinstance(answer, PersonRead), answer
    person = answer.person
    assert answer.profile == f"simulated.{DOCUMENT_TYPES[name]}"
    assert "99" in person.document_number
    assert person.age_on(date(2026, 11, 20)) is not None
    assert person.sex in {Sex.MALE, Sex.FEMALE}
    names = {key for key, _ in person.details}
    assert "simulated" in names
    assert "number_check" not in names
    assert not [it for it in names if it.endswith("_as_on_card")]
    assert person.valid_until is None or person.valid_until > date(2026, 11, 20)


@pytest.mark.parametrize(
    ("family", "fields"),
    [("unheard_of", {}), ("thai", {"number": "1"}), ("health_taiwan", {"name": "林" * 11})],
)
def test_a_sample_that_can_not_be_made_is_said(family: str, fields: dict[str, str]) -> None:
    """In a sentence, for whoever writes the file."""
    with pytest.raises(ValueError, match=r"family|longer"):
        sample_chip(family, fields)


def test_the_samples_have_the_ages_that_the_sample_service_needs() -> None:
    """Old enough, very old, and too young."""
    ages = {}
    for name in ("zhang-guiying", "li-shoutian", "chen-meihua"):
        card = sample_card(name)
        assert card is not None
        person = parse(card.text_block)
        assert not isinstance(person, TornText)
        ages[name] = person.age_on(date(2026, 6, 30))
    assert ages == {"zhang-guiying": 81, "li-shoutian": 92, "chen-meihua": 67}


def test_a_read_card_is_marked_as_simulated(desk: DeskState, reader: SimulatedCardReader) -> None:
    """Nobody can take it for a real one."""
    desk.write(SimulatedCard(card="zhang-guiying"))
    answer = reader.read_card(1)
    assert isinstance(answer, PersonRead)
    assert answer.profile == "simulated.cn.resident_id"
    assert ("simulated", "true") in answer.person.details


@pytest.mark.parametrize(("card", "has_one"), [("zhang-guiying", True), ("chen-meihua", False)])
def test_a_drawn_portrait_goes_along(
    desk: DeskState, reader: SimulatedCardReader, card: str, *, has_one: bool
) -> None:
    """Of the cards that have one."""
    desk.write(SimulatedCard(card=card))
    answer = reader.read_card(1.0)
    assert isinstance(answer, PersonRead)
    assert answer.photo_jpeg.startswith(b"\xff\xd8\xff") is has_one


def test_a_card_laid_down_anew_is_another_laying(
    desk: DeskState, reader: SimulatedCardReader
) -> None:
    """However quickly it was lifted and laid down, and although nobody looked in between."""
    for _ in range(50):
        desk.write(SimulatedCard())
        desk.write(SimulatedCard(card="zhang-guiying"))
        assert isinstance(reader.read_card(1), PersonRead)
        assert reader.read_card(1) == Unreadable(UnreadableReason.LIFT_FIRST)


def test_a_card_pulled_in_mid_read_is_gone(desk: DeskState, reader: SimulatedCardReader) -> None:
    """Until the desk lays something down again."""
    desk.write(SimulatedCard(card="zhang-guiying", pulled_mid_read=True))
    assert reader.presence(1) is Presence.PRESENT
    assert reader.read_card(1) == Unreadable(UnreadableReason.PULLED)
    assert reader.presence(1) is Presence.ABSENT
    assert reader.read_card(1) == NoCard()
    desk.write(SimulatedCard(card="zhang-guiying"))
    assert isinstance(reader.read_card(1), PersonRead)


def test_a_card_without_a_file_is_foreign(desk: DeskState, reader: SimulatedCardReader) -> None:
    """Also when its name tries to leave the folder."""
    for name in ("nobody", "../cards/zhang-guiying", ""):
        desk.write(SimulatedCard(card=name))
        assert reader.read_card(1) == Unreadable(UnreadableReason.FOREIGN)


def test_closing_forgets_nothing_that_matters(desk: DeskState, reader: SimulatedCardReader) -> None:
    """After closing, the next call looks at the desk again."""
    desk.write(SimulatedCard(card="li-shoutian"))
    reader.close()
    reader.close()
    assert isinstance(reader.read_card(1), PersonRead)
    reader.close()


def test_a_desk_that_disappears_is_an_empty_one(
    desk: DeskState, reader: SimulatedCardReader
) -> None:
    """Without a file nothing lies there."""
    desk.write(SimulatedCard(card="li-shoutian"))
    assert reader.presence(1) is Presence.PRESENT
    (desk.folder / SimulatedCard.FILE_NAME).unlink()
    assert reader.presence(1) is Presence.ABSENT
    assert reader.read_card(1) == NoCard()
