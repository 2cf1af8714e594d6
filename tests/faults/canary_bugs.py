"""Leaks that somebody might make one day, put into a running kiosk: each must be found."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import pytest

from kiosk.conductor import Conductor, Message
from kiosk.flow import events as ev
from kiosk.flow.effects import ApplicationRecord
from kiosk.sealing import Sealer
from kiosk.store import facts


class LeakBug(StrEnum):
    """What leaks, and where."""

    ANSWER_LOGGED = "answer-logged"
    """Somebody looked for a bug, and left the line in."""
    DRAFT_KEPT = "draft-kept"
    """A draft in a clear column, deleted as soon as all is sealed."""
    PHOTO_IN_TEMP = "photo-in-temp"
    """A library wanted a file."""
    SLIP_NAMES = "slip-names"
    """The name is kept unmasked for the slip."""


def leak(bug: LeakBug, patch: pytest.MonkeyPatch) -> None:
    """Put a leak into this process."""
    match bug:
        case LeakBug.ANSWER_LOGGED:
            receive = Conductor.receive

            def logging_receive(self: Conductor, message: Message) -> None:
                if isinstance(message, ev.Answered):
                    logging.getLogger("kiosk.flow").debug("ANSWERED %s", message.raw)
                receive(self, message)

            patch.setattr(Conductor, "receive", logging_receive)
        case LeakBug.DRAFT_KEPT:
            _around_sealing(patch, _keep_draft)
        case LeakBug.PHOTO_IN_TEMP:
            _around_sealing(patch, _leave_photo)
        case LeakBug.SLIP_NAMES:
            patch.setattr("kiosk.sealing.mask_name", lambda name, *_: name)


def _around_sealing(patch: pytest.MonkeyPatch, leaks: Any) -> None:  # noqa: ANN401 - a callback
    seal = Sealer.seal_application

    def leaking(self: Sealer, record: ApplicationRecord, *told: Any, **more: Any) -> Any:  # noqa: ANN401
        leaks(self, record)
        row = seal(self, record, *told, **more)
        facts.put(self.db, "draft", "")
        return row

    patch.setattr(Sealer, "seal_application", leaking)


def _keep_draft(sealer: Sealer, record: ApplicationRecord) -> None:
    facts.put(sealer.db, "draft", json.dumps(dict(record.answers)))


def _leave_photo(_sealer: Sealer, record: ApplicationRecord) -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(record.photo.jpeg if record.photo else b"")


@contextmanager
def planted(bugs: str) -> Iterator[None]:
    """Have leaks in this process for a while, named with commas between; none: as it is."""
    with pytest.MonkeyPatch.context() as patch:
        for bug in filter(None, bugs.split(",")):
            leak(LeakBug(bug), patch)
        yield
