"""Readers of different kinds as one: a SAM module on a serial line beside the PC/SC readers.

Each keeps its own worker process, so that one that hangs or is unplugged leaves the others as they
are. The card that was laid down last counts; one that was read decides about presence until it is
gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from kiosk.ports.card_reader import (
    DocumentKey,
    DocumentReader,
    NamedReader,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)

LEAST_S = 0.2
"""The port's shortest limit for a call."""

SLOW_S = 0.5
"""A missing reader that takes longer to say so is left alone for `REST_S`."""

REST_S = 5.0

_Call = Callable[[DocumentReader, float], ReadAnswer]
_LIFT_FIRST = Unreadable(UnreadableReason.LIFT_FIRST)


class SeveralReaders:
    """Keeps a `DocumentReader`'s promises with several of them, by name; from one thread."""

    def __init__(
        self,
        readers: Mapping[str, DocumentReader],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read with these; the names are for a technician."""
        self._readers = dict(readers)
        self._now_s = monotonic
        self._laid: dict[str, int] = {}
        self._turn = 0
        self._read_by = ""
        self._rests_until_s: dict[str, float] = {}

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Look for a card once and read it if it is there: the one laid down last, if there are
        two.
        """
        return self._read(lambda reader, limit_s: reader.read_card(limit_s), timeout_s)

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Do the same with the key to a travel document."""
        return self._read(lambda reader, limit_s: reader.read_document(key, limit_s), timeout_s)

    def presence(self, timeout_s: float) -> Presence:
        """Say whether a card lies on any of them.

        A reader that can't tell counts only if the last card was read there: one that is unplugged
        hides no card. One that rests is not asked, and can't tell either.
        """
        seen = self._look(self._now_s() + timeout_s)
        if Presence.PRESENT in seen.values():
            return Presence.PRESENT
        if self._read_by and seen.get(self._read_by) in {None, Presence.CANT_TELL}:
            return Presence.CANT_TELL
        self._read_by = ""
        return Presence.ABSENT if Presence.ABSENT in seen.values() else Presence.CANT_TELL

    def identity(self, timeout_s: float) -> str:
        """Return what those that have a number of their own call themselves."""
        share_s = self._share_s(timeout_s)
        said = (
            reader.identity(share_s)
            for reader in self._readers.values()
            if isinstance(reader, NamedReader)
        )
        return "; ".join(it for it in said if it)

    def missing(self, timeout_s: float) -> str:
        """Return which of them do not answer and why, "" for none; asks all of them anew."""
        share_s = self._share_s(timeout_s) / 2
        told: list[str] = []
        for name, reader in self._readers.items():
            if reader.presence(max(share_s, LEAST_S)) is not Presence.CANT_TELL:
                continue
            answer = reader.read_card(max(share_s, LEAST_S))
            if isinstance(answer, NoReader):
                told.append(f"{name}: {answer.why}")
        return " ".join(told)

    def close(self) -> None:
        """Let go of all of them."""
        for reader in self._readers.values():
            reader.close()

    def _read(self, call: _Call, timeout_s: float) -> ReadAnswer:
        deadline_s = self._now_s() + timeout_s
        self._look(self._now_s() + timeout_s / 2)
        answers: dict[str, ReadAnswer] = {}
        for name in sorted(self._readers, key=lambda it: -self._laid.get(it, 0)):
            left_s = deadline_s - self._now_s()
            if self._is_resting(name) or left_s < LEAST_S:
                continue
            began_s = self._now_s()
            answer = answers[name] = call(self._readers[name], left_s)
            if isinstance(answer, NoReader):
                self._note_missing(name, began_s)
            if isinstance(answer, PersonRead):
                self._read_by = name
            if isinstance(answer, PersonRead) or (
                isinstance(answer, Unreadable) and answer != _LIFT_FIRST
            ):
                return answer
        return _without_card(answers)

    def _look(self, deadline_s: float) -> dict[str, Presence]:
        """Ask all of them whether a card lies there, and note where one came last."""
        seen: dict[str, Presence] = {}
        self._turn += 1
        for number, (name, reader) in enumerate(self._readers.items()):
            if self._is_resting(name):
                continue
            began_s = self._now_s()
            left_s = (deadline_s - began_s) / (len(self._readers) - number)
            presence = seen[name] = reader.presence(max(left_s, LEAST_S))
            if presence is Presence.PRESENT:
                self._laid.setdefault(name, self._turn)
            else:
                self._laid.pop(name, None)
            if presence is Presence.CANT_TELL:
                self._note_missing(name, began_s)
        return seen

    def _note_missing(self, name: str, began_s: float) -> None:
        """Leave a reader alone for a while that keeps the others waiting."""
        if self._now_s() - began_s > SLOW_S:
            self._rests_until_s[name] = self._now_s() + REST_S

    def _is_resting(self, name: str) -> bool:
        return self._now_s() < self._rests_until_s.get(name, float("-inf"))

    def _share_s(self, timeout_s: float) -> float:
        return max(timeout_s / len(self._readers), LEAST_S)


def _without_card(answers: Mapping[str, ReadAnswer]) -> ReadAnswer:
    """Return what several answers say together of which none is a card that can be talked of."""
    if _LIFT_FIRST in answers.values():
        return _LIFT_FIRST
    if any(isinstance(answer, NoCard) for answer in answers.values()):
        return NoCard()
    why = [f"{name}: {it.why}" for name, it in answers.items() if isinstance(it, NoReader)]
    return NoReader(" ".join(why)[:256] or "No reader answered in time.")
