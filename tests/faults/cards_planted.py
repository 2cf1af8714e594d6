"""A reader with a planted bug, for a worker to host: it never asks for the number again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from devices.card_reader.card_profile import Ask, CardProfile
from devices.card_reader.hosted import document_handlers
from devices.card_reader.pcsc import PcscReader
from devices.card_reader.profiles import PROFILES
from devices.frames import PictureMemory
from devices.wire import Fields, JsonObject
from devices.worker_child import Handler
from kiosk.domain import Person
from kiosk.ports.card_reader import PersonRead, Unreadable


def pcsc_without_second_look(
    config: JsonObject, _memory: PictureMemory | None
) -> Mapping[str, Handler]:
    """Host the PC/SC reader with profiles that repeat what they remember."""
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
