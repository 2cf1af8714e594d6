"""Contact cards through PC/SC: the service's plain calls, and a profile per kind of card.

Two readers' truths rule it. A card swapped within the service's polling interval (0.4 s) is seen by
nobody, and the old handle then talks to the new card: so every read ends by asking for the number
once more and by comparing the reader's event counter. After any trouble context and handle are
dead: both are thrown away and made anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.card_reader.apdu import Response, exchange
from devices.card_reader.card_profile import Ask, CardProfile
from devices.card_reader.laid_cards import LaidCards
from devices.card_reader.pcsc_service import (
    CARD_LEFT,
    NO_SMARTCARD,
    NOT_TALKING,
    SHARING_VIOLATION,
    PcscService,
    PcscTrouble,
)
from devices.card_reader.profiles import PROFILES
from kiosk.domain import Person
from kiosk.ports.card_reader import (
    DocumentKey,
    NoCard,
    NoReader,
    PersonRead,
    Presence,
    ReadAnswer,
    Unreadable,
    UnreadableReason,
)

if TYPE_CHECKING:
    from devices.card_reader.travel.family import TravelDocuments  # imported only if chosen


_MOST_USUAL = 64
"""Kinds of chip, by their answer to reset, whose profile is remembered and tried first."""


class PcscReader:
    """All PC/SC readers whose names contain the configured words; used from one thread.

    The card that was laid down last is the one that counts: one that somebody left in another
    reader is nobody's who stands here now.
    """

    def __init__(
        self,
        reader_name: str = "",
        profiles: tuple[CardProfile, ...] = PROFILES,
        make_service: Callable[[], PcscService] = PcscService,
        travel: TravelDocuments | None = None,
    ) -> None:
        """Name the readers; an empty name takes all. Nothing is opened yet."""
        self._travel = travel
        self._reader_name = reader_name
        self._profiles = profiles
        self._make_service = make_service
        self._service: PcscService | None = None
        self._laid = LaidCards()
        self._usual: dict[bytes, CardProfile] = {}

    def read_card(self, timeout_s: float) -> ReadAnswer:
        """Look for a card once and read it if it is there.

        The time limit is looked at between two commands; a driver that hangs in one is the worker's
        business.
        """
        return self._read_once(timeout_s, None)

    def read_document(self, key: DocumentKey, timeout_s: float) -> ReadAnswer:
        """Do the same with the key to the travel document that lies there."""
        return self._read_once(timeout_s, key)

    def _read_once(self, timeout_s: float, key: DocumentKey | None) -> ReadAnswer:
        deadline_s = time.monotonic() + timeout_s
        try:
            service, names = self._reach()
            return self._read(service, names, _Wish(deadline_s, key))
        except _NotThere as not_there:
            return NoReader(not_there.why)
        except PcscTrouble as trouble:
            self.close()
            return _meaning(trouble)

    def presence(self, timeout_s: float) -> Presence:
        """Say whether a card lies there, as the service knows it: the card notices nothing."""
        try:
            service, names = self._reach()
            _, state = self._laid.latest({name: service.state(name) for name in names})
        except _NotThere:
            return Presence.CANT_TELL
        except PcscTrouble:
            self.close()
            return Presence.CANT_TELL
        if not state.is_there:
            return Presence.CANT_TELL
        return Presence.PRESENT if state.has_card else Presence.ABSENT

    def close(self) -> None:
        """Let go of the service; the next call reaches it again."""
        service, self._service = self._service, None
        if service is not None:
            service.release()

    def _reach(self) -> tuple[PcscService, list[str]]:
        """Return the service and the names of our readers, at least one.

        Raises:
            _NotThere: the service does not run, or it has no such reader.
        """
        try:
            names = self._ready_service().readers()
        except PcscTrouble:
            # A context does not outlive the pcscd that gave it: once more, with a new one.
            self.close()
            try:
                names = self._ready_service().readers()
            except PcscTrouble as trouble:
                self.close()
                raise _NotThere(f"The smart card service does not answer: {trouble}.") from trouble
        except ImportError as error:
            raise _NotThere("The library for PC/SC readers (pyscard) is not installed.") from error
        ours = [name for name in names if self._reader_name in name]
        if ours:
            return self._ready_service(), ours
        there = ", ".join(names) or "none"
        raise _NotThere(f"No PC/SC reader is called {self._reader_name!r}; there are: {there}.")

    def _ready_service(self) -> PcscService:
        if self._service is None:
            self._service = self._make_service()
        return self._service

    def _read(self, service: PcscService, names: list[str], wish: _Wish) -> ReadAnswer:
        reader, before = self._laid.latest({name: service.state(name) for name in names})
        if not before.is_there:
            return NoReader(f"The reader {reader} is gone.")
        if not before.has_card:
            return NoCard()
        if before.is_mute:
            return Unreadable(UnreadableReason.DAMAGED)
        try:
            answer = self._read_connected(service, reader, wish, before.atr)
        except PcscTrouble as trouble:
            if trouble.code in CARD_LEFT:
                self.close()
                return Unreadable(UnreadableReason.PULLED)
            raise
        if service.state(reader).events != before.events:
            return Unreadable(UnreadableReason.PULLED)
        return answer

    def _read_connected(
        self, service: PcscService, reader: str, wish: _Wish, atr: bytes
    ) -> ReadAnswer:
        handle, protocol = service.connect(reader)

        def ask(command: bytes) -> Response:
            if wish.time_left_s() < 0:
                raise _NotThere("The card did not finish in time.")
            return exchange(lambda part: service.transmit(handle, protocol, part), command)

        try:
            return self._understand(ask, wish, atr)
        finally:
            service.disconnect(handle)

    def _understand(self, ask: Ask, wish: _Wish, atr: bytes) -> ReadAnswer:
        for profile in self._profiles_for(wish, atr):
            if not profile.recognise(ask):
                continue
            if profile in self._profiles and len(self._usual) < _MOST_USUAL:
                self._usual[atr] = profile
            found = profile.read(ask)
            if isinstance(found, Unreadable):
                return found
            read = PersonRead(found, profile.profile_id) if isinstance(found, Person) else found
            if profile.in_one_answer or profile.number_again(ask) == read.person.document_number:
                return read
            return Unreadable(UnreadableReason.PULLED)
        return Unreadable(UnreadableReason.FOREIGN)

    def _profiles_for(self, wish: _Wish, atr: bytes) -> tuple[CardProfile, ...]:
        """Return what to try, the likeliest first: each wrong try is a command on a slow line."""
        usual = self._usual.get(atr)
        cards = self._profiles
        if usual is not None:
            cards = (usual, *(profile for profile in cards if profile is not usual))
        if self._travel is None:
            return cards
        document = self._travel.profile(wish.key, wish.time_left_s)
        return (*cards, document) if wish.key is None else (document, *cards)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one read is given: until when, and with which key."""

    deadline_s: float
    key: DocumentKey | None

    def time_left_s(self) -> float:
        """Return how long it may still take."""
        return self.deadline_s - time.monotonic()


class _NotThere(Exception):
    """There is nothing to talk to; `why` is a sentence for a technician."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _meaning(trouble: PcscTrouble) -> ReadAnswer:
    """Return what trouble outside a running read means."""
    if trouble.code == NO_SMARTCARD:
        return NoCard()
    if trouble.code in NOT_TALKING:
        return Unreadable(UnreadableReason.DAMAGED)
    if trouble.code in CARD_LEFT:
        return Unreadable(UnreadableReason.PULLED)
    if trouble.code == SHARING_VIOLATION:
        return NoReader("Another program is using the card reader.")
    return NoReader(f"The card reader failed: {trouble}.")
