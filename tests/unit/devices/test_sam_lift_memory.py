"""What may be claimed about a card that was read: only what the module's replies prove."""

from __future__ import annotations

from devices.card_reader.lift_memory import STILL_THERE_S, LiftMemory
from kiosk.ports.card_reader import Presence


def test_before_any_read_nothing_found_is_absent() -> None:
    """No card was read, so none is hidden."""
    memory = LiftMemory()
    assert memory.nothing_found() is Presence.ABSENT
    assert memory.card_found() is Presence.PRESENT
    assert memory.nothing_found() is Presence.ABSENT
    assert not memory.was_read


def test_after_a_read_nothing_found_proves_nothing() -> None:
    """The card may lie there hidden, however long."""
    memory = LiftMemory()
    memory.card_read(100.0)
    assert [memory.nothing_found() for _ in range(5)] == [Presence.CANT_TELL] * 5
    assert memory.was_read


def test_a_card_found_after_a_read_ends_the_doubt() -> None:
    """Whatever is found again is not hidden, so when it is not found any more it is gone."""
    memory = LiftMemory()
    memory.card_read(100.0)
    assert memory.card_found() is Presence.PRESENT
    assert memory.was_read
    assert memory.nothing_found() is Presence.ABSENT
    assert not memory.was_read


def test_lifting_is_asked_for_soon_after_a_read_only() -> None:
    """Later, nothing found is far more often the next resident's empty reader."""
    memory = LiftMemory()
    assert not memory.asks_to_lift(0.0)
    memory.card_read(100.0)
    assert memory.asks_to_lift(100.0 + STILL_THERE_S / 2)
    assert not memory.asks_to_lift(100.0 + STILL_THERE_S)
    memory.card_found()
    assert not memory.asks_to_lift(100.0)
