"""What the PC/SC reader makes of result codes; the real service is in the contract tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.card_reader.apdu import Response
from devices.card_reader.pcsc import PcscReader
from devices.card_reader.pcsc_service import CardHandle, PcscService, PcscTrouble, ReaderState
from kiosk.ports.card_reader import (
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)
from tests.support.national_cards import HealthChip
from tests.support.virtual_card import Chip, card_records, person_records

NO_SERVICE = 0x8010001D
HERE = ReaderState(is_there=True, has_card=True, is_mute=False, events=7)
PULLED = Unreadable(UnreadableReason.PULLED)
DAMAGED = Unreadable(UnreadableReason.DAMAGED)


class FakeService(PcscService):
    """A service in memory: one reader with a chip, and trouble where a test puts it."""

    def __init__(self) -> None:
        """Have a reader with a good card."""
        self.names = ["Fake Reader 00"]
        self.states = [HERE]
        self.chip = Chip()
        self.trouble: dict[str, int] = {}
        self.before_answer: Callable[[int], None] = lambda _count: None
        self.calls: list[str] = []

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call in self.trouble:
            raise PcscTrouble(self.trouble[call], "planted")

    def readers(self) -> list[str]:
        """Return the planted names."""
        self._note("readers")
        return self.names

    def state(self, reader: str) -> ReaderState:
        """Return the planted states, the last one for ever."""
        self._note("state")
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def connect(self, reader: str) -> tuple[CardHandle, int]:
        """Give a handle."""
        self._note("connect")
        return CardHandle(1), 1

    def transmit(self, handle: CardHandle, protocol: int, command: bytes) -> Response:
        """Ask the chip."""
        self._note("transmit")
        self.before_answer(self.calls.count("transmit"))
        answer = self.chip.answer(command)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    def disconnect(self, handle: CardHandle) -> None:
        """Note it."""
        self.calls.append("disconnect")

    def release(self) -> None:
        """Note it."""
        self.calls.append("release")


def test_a_read_lets_go_of_the_card() -> None:
    """After every read the handle is given back and the service is kept."""
    service = FakeService()
    reader = PcscReader(make_service=lambda: service)
    assert isinstance(reader.read_card(5), PersonRead)
    assert service.calls.count("disconnect") == 1
    assert "release" not in service.calls
    reader.close()
    assert service.calls[-1] == "release"


def test_a_card_swapped_unseen_is_not_taken_for_one() -> None:
    """The handle talks to another card half-way: the number at the end gives it away."""
    service = FakeService()

    def swap(count: int) -> None:
        if count == 12:
            other = person_records(number="990101193402090016", name="李守田")
            service.chip.files = {0x05: card_records(), 0x06: other}

    service.before_answer = swap
    assert PcscReader(make_service=lambda: service).read_card(5) == PULLED


def test_a_card_that_came_anew_during_the_read_is_not_taken() -> None:
    """The reader's event counter moved: what was read may be of two cards."""
    service = FakeService()
    service.states = [HERE, ReaderState(is_there=True, has_card=True, is_mute=False, events=9)]
    assert PcscReader(make_service=lambda: service).read_card(5) == PULLED


@pytest.mark.parametrize("code", [0, 0x80100016, 0x80100068, 0x80100069, 0x8010000C])
def test_trouble_in_mid_read_is_a_pulled_card(code: int) -> None:
    """Every code seen when a card leaves, the "success" without an answer among them."""
    service = FakeService()
    service.trouble = {"transmit": code}
    assert PcscReader(make_service=lambda: service).read_card(5) == PULLED
    assert service.calls[-2:] == ["disconnect", "release"]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (0x8010000C, PULLED),
        (0x80100066, DAMAGED),
        (0x80100067, DAMAGED),
        (0x8010000F, DAMAGED),
        (0x8010000B, NoReader("Another program is using the card reader.")),
    ],
)
def test_trouble_at_the_beginning(code: int, answer: ReadAnswer) -> None:
    """A card that is no more there, that is mute, or that another program holds."""
    service = FakeService()
    service.trouble = {"connect": code}
    assert PcscReader(make_service=lambda: service).read_card(5) == answer


def test_a_mute_card_is_damaged() -> None:
    """Upside down or broken: it lies there and says nothing."""
    service = FakeService()
    service.states = [ReaderState(is_there=True, has_card=True, is_mute=True, events=1)]
    reader = PcscReader(make_service=lambda: service)
    assert reader.read_card(5) == DAMAGED
    assert reader.presence(5) is Presence.PRESENT


def test_a_card_that_leaves_between_looking_and_listing_states() -> None:
    """The service's own "no card" is an empty reader."""
    service = FakeService()
    service.trouble = {"state": 0x8010000C}
    assert PcscReader(make_service=lambda: service).read_card(5) == NoCard()


def test_a_reader_that_is_gone_is_told() -> None:
    """The service still names it and knows nothing of it."""
    service = FakeService()
    service.states = [ReaderState(is_there=False, has_card=False, is_mute=False, events=0)]
    reader = PcscReader(make_service=lambda: service)
    assert isinstance(reader.read_card(5), NoReader)
    assert reader.presence(5) is Presence.CANT_TELL


def test_the_reader_is_chosen_by_a_part_of_its_name() -> None:
    """Without a name the first one is taken; a name that none has is said with those there are."""
    service = FakeService()
    service.names = ["Built-in 00", "Desk Reader 01"]
    assert isinstance(PcscReader(make_service=lambda: service).read_card(5), PersonRead)
    assert isinstance(PcscReader("Desk", make_service=lambda: service).read_card(5), PersonRead)
    answer = PcscReader("Other", make_service=lambda: service).read_card(5)
    assert answer == NoReader(
        "No PC/SC reader is called 'Other'; there are: Built-in 00, Desk Reader 01."
    )
    service.names = []
    answer = PcscReader(make_service=lambda: service).read_card(5)
    assert isinstance(answer, NoReader)
    assert "none" in answer.why


def test_a_dead_service_is_replaced_within_the_call() -> None:
    """A context does not outlive its pcscd: the same call gets a new one."""
    dead, alive = FakeService(), FakeService()
    services = [dead, alive]
    reader = PcscReader(make_service=lambda: services.pop(0))
    assert isinstance(reader.read_card(5), PersonRead)
    dead.trouble = {"readers": NO_SERVICE}
    assert isinstance(reader.read_card(5), PersonRead)
    assert dead.calls[-1] == "release"
    assert "release" not in alive.calls


def test_no_service_and_no_library_are_told_apart() -> None:
    """Each has its own sentence for the technician."""

    def no_service() -> PcscService:
        raise PcscTrouble(NO_SERVICE, "Service not available.")

    def no_library() -> PcscService:
        raise ImportError

    answers = [
        PcscReader(make_service=make).read_card(5).why  # type: ignore[union-attr]
        for make in (no_service, no_library)
    ]
    assert "0x8010001d" in answers[0]
    assert "pyscard" in answers[1]
    assert PcscReader(make_service=no_service).presence(5) is Presence.CANT_TELL


def test_an_unforeseen_code_is_a_faulty_reader() -> None:
    """Whatever else the service says is passed on to the technician; the handles go."""
    service = FakeService()
    service.trouble = {"transmit": 0x80100013}
    answer = PcscReader(make_service=lambda: service).read_card(5)
    assert isinstance(answer, NoReader)
    assert "0x80100013" in answer.why
    service.trouble = {"state": 0x80100013}
    reader = PcscReader(make_service=lambda: service)
    assert reader.presence(5) is Presence.CANT_TELL
    assert service.calls[-1] == "release"


def test_a_card_that_takes_too_long_is_given_up() -> None:
    """The time limit is looked at before each command."""
    service = FakeService()
    answer = PcscReader(make_service=lambda: service).read_card(-1)
    assert answer == NoReader("The card did not finish in time.")
    assert service.calls[-1] == "disconnect"


def test_a_kind_of_card_that_nobody_knows_is_foreign() -> None:
    """All profiles were asked."""
    service = FakeService()
    service.chip = Chip(has_application=False)
    answer = PcscReader(make_service=lambda: service).read_card(5)
    assert answer == Unreadable(UnreadableReason.FOREIGN)


def test_readers_that_come_and_go_while_the_service_lives() -> None:
    """Hot-plug: the list is asked for at each call, and a reader between list and look is told."""
    service = FakeService()
    reader = PcscReader(make_service=lambda: service)
    service.names = []
    assert isinstance(reader.read_card(5), NoReader)
    service.names = ["One 00", "Two 01"]
    assert isinstance(reader.read_card(5), PersonRead)
    service.trouble = {"state": 0x80100009}  # unknown reader: unplugged since the list was made
    assert isinstance(reader.read_card(5), NoReader)
    service.trouble = {}
    service.names = ["Two 01"]
    assert isinstance(reader.read_card(5), PersonRead)


def test_a_chip_that_was_read_before_is_asked_first_for_what_it_was() -> None:
    """Each wrong guess is a command on a slow line; a guess that is wrong costs one more."""
    service = FakeService()
    reader = PcscReader(make_service=lambda: service)
    service.states = [replace(HERE, atr=b"health")]
    service.chip = HealthChip()
    assert isinstance(reader.read_card(5), PersonRead)
    first = len(service.chip.log)
    service.chip.log.clear()
    assert isinstance(reader.read_card(5), PersonRead)
    assert len(service.chip.log) == first - 3
    service.chip = Chip()
    assert isinstance(reader.read_card(5), PersonRead)
