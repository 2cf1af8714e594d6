"""The office's notices for Home, as they were last signed; kept over restarts and power cuts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from kiosk.catalogue.service import Words
from kiosk.domain import Language
from kiosk.flow.world import OfficeNotice
from kiosk.store import facts
from kiosk.store.engine import Database, writing

NOTICES = "notices"
NOTICES_VERSION = "notices_version"


def version(db: Database) -> int:
    """Return the version of the list that is kept, 0 if there never was one."""
    return int(facts.get(db, NOTICES_VERSION) or "0")


def keep(db: Database, version: int, notices: Iterable[OfficeNotice]) -> None:
    """Keep a list whose signature was verified, in place of the one before."""
    told = [
        {
            "words": dict(notice.words.by_language),
            "until": notice.until.isoformat() if notice.until else "",
        }
        for notice in notices
    ]
    with writing(db):
        facts.set_inside(db, NOTICES, json.dumps(told, ensure_ascii=False))
        facts.set_inside(db, NOTICES_VERSION, str(version))


def load(db: Database) -> tuple[OfficeNotice, ...]:
    """Return all notices that are kept; which of them are over, the day tells."""
    return tuple(
        OfficeNotice(
            Words(tuple((Language(name), text) for name, text in told["words"].items())),
            date.fromisoformat(told["until"]) if told["until"] else None,
        )
        for told in json.loads(facts.get(db, NOTICES) or "[]")
    )
