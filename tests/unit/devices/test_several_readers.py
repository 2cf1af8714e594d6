"""Several PC/SC readers at once: which card counts, and readers that come and go."""

from __future__ import annotations

from devices.card_reader.laid_cards import LaidCards
from devices.card_reader.pcsc_service import ReaderState


def state(*, card: bool, events: int, there: bool = True) -> ReaderState:
    """Return a reader's state."""
    return ReaderState(is_there=there, has_card=card, is_mute=False, events=events)


EMPTY = state(card=False, events=0)
GONE = state(card=False, events=0, there=False)


def test_the_only_card_counts() -> None:
    """In whichever reader it lies."""
    laid = LaidCards()
    assert laid.latest({"a": EMPTY, "b": EMPTY})[0] == "a"
    assert laid.latest({"a": EMPTY, "b": state(card=True, events=1)})[0] == "b"
    assert laid.latest({"a": state(card=True, events=1), "b": EMPTY})[0] == "a"


def test_of_two_cards_the_later_one_counts() -> None:
    """The other was left behind; it counts again once it is lifted and laid down anew."""
    laid = LaidCards()
    left = state(card=True, events=3)
    assert laid.latest({"a": left, "b": EMPTY})[0] == "a"
    assert laid.latest({"a": left, "b": state(card=True, events=5)})[0] == "b"
    assert laid.latest({"a": left, "b": state(card=True, events=5)})[0] == "b"
    again = state(card=True, events=5)
    assert laid.latest({"a": again, "b": state(card=True, events=5)})[0] == "a"


def test_a_reader_that_is_gone_does_not_count() -> None:
    """Unless there is none else."""
    laid = LaidCards()
    assert laid.latest({"a": GONE, "b": EMPTY})[0] == "b"
    assert laid.latest({"a": GONE}) == ("a", GONE)
    card = state(card=True, events=1)
    assert laid.latest({"b": card})[0] == "b"
    assert laid.latest({"a": state(card=True, events=9), "b": card})[0] == "a"
