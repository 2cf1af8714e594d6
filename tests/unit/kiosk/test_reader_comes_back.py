"""A reader that was gone and answers again: the screen may not go on saying that it is gone."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kiosk.device_lanes import ReaderRounds
from kiosk.flow import events as ev
from kiosk.flow.effects import ReaderMode
from kiosk.flow.session import Step
from kiosk.ports.card_reader import NoCard, NoReader, Presence, ReadAnswer
from tests.support.builders import FakeClock
from tests.support.walk import Walk


@dataclass
class FakeReader:
    """Gives the answers it was given."""

    answers: list[ReadAnswer] = field(default_factory=list)

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Give the next one."""
        return self.answers.pop(0)

    def presence(self, timeout_s: float) -> Presence:
        """See nothing."""
        return Presence.ABSENT

    def close(self) -> None:
        """Do nothing."""


def test_an_empty_reader_is_told_again_after_it_was_gone() -> None:
    """That no card lies there is news when the reader was gone in between."""
    told: list[ev.Event] = []
    rounds = ReaderRounds(told.append, FakeClock())
    reader = FakeReader([NoCard(), NoCard(), NoReader("unplugged"), NoCard()])
    rounds.want(ReaderMode.READ)
    for _ in range(4):
        rounds.round(reader)
    assert [type(event) for event in told] == [ev.CardSeen, ev.ReaderGone, ev.CardSeen]


@pytest.mark.parametrize(
    ("presence", "is_gone"),
    [(Presence.ABSENT, False), (Presence.PRESENT, False), (Presence.CANT_TELL, True)],
)
def test_a_reader_that_can_tell_is_there(presence: Presence, is_gone: bool) -> None:  # noqa: FBT001
    """An answer about a card takes the sentence about the missing reader away."""
    walk = Walk().to(Step.CARD)
    walk.on(ev.ReaderGone)
    assert walk.now().reader_is_gone
    walk.on(ev.CardSeen, presence)
    assert walk.now().reader_is_gone is is_gone
