"""Readers with a planted bug, for a worker to host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from devices.card_reader.card_profile import Ask, CardProfile
from devices.card_reader.hosted import document_handlers, handlers
from devices.card_reader.pcsc import PcscReader
from devices.card_reader.pcsc_service import PcscService
from devices.card_reader.profiles import PROFILES
from devices.card_reader.sam_serial import SamSerialReader
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject
from devices.worker_child import Handler
from kiosk.domain import Person
from kiosk.ports.card_reader import PersonRead, Unreadable


def pcsc_without_second_look(
    config: JsonObject, _memory: PictureMemory | None
) -> Mapping[str, Handler]:
    """Host the PC/SC reader with profiles that repeat the number and never ask for it again."""
    profiles = tuple(_trusting(profile) for profile in PROFILES)
    return document_handlers(PcscReader(Fields(config).text("reader_name"), profiles))


def _trusting(profile: CardProfile) -> CardProfile:
    last = ""

    def read(ask: Ask) -> Person | PersonRead | Unreadable:
        nonlocal last
        found = profile.read(ask)
        if isinstance(found, Person):
            last = found.document_number
        return found

    return replace(profile, read=read, number_again=lambda _ask: last)


class _Keeping(PcscService):
    """A service that is never let go of: after each trouble one more stays open."""

    def release(self) -> None:
        """Keep it."""


def pcsc_that_lets_go_of_nothing(
    config: JsonObject, _memory: PictureMemory | None
) -> Mapping[str, Handler]:
    """Host the PC/SC reader that leaves its contexts open."""
    name = Fields(config).text("reader_name")
    return document_handlers(PcscReader(name, make_service=_Keeping))


class _Believing(SamSerialReader):
    """A reader that takes any newest address for the card's that was read."""

    def _is_another_card(self, deadline_s: float) -> bool:
        return False


def sam_that_believes_addresses(
    config: JsonObject, _memory: PictureMemory | None
) -> Mapping[str, Handler]:
    """Host the SAM reader that does not look whose address it was."""
    return handlers(_Believing(Fields(config).text("port")))
