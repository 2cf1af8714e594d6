"""A store as a power cut between an envelope's rename and the commit leaves it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk.domain import AppId
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.session import Sealed
from kiosk.ports.card_reader import PersonRead
from kiosk.store.engine import open_store, writing
from kiosk.store.keys import load_keys
from launch.wiring import Kiosk
from tests.support.sealing_places import a_record


def seal_for_card(kiosk: Kiosk) -> Sealed:
    """Seal an application of whoever's card lies on the kiosk's reader; nothing else runs."""
    reader = kiosk.open_reader()
    answer = reader.read_card(3.0)
    reader.close()
    assert isinstance(answer, PersonRead), answer
    service = kiosk.catalogue.services[0]
    record = replace(
        a_record(person=answer.person),
        service_id=service.service_id,
        catalogue_version=service.version,
        answers=(),
    )
    desk = kiosk.open_desk()
    try:
        told = desk.seal(ef.SealApplication("s-before", record), is_online=False)
    finally:
        desk.close()
    assert isinstance(told, ev.ApplicationSealed), told
    return told.sealed


def lose_rows(state: Path, app_id: AppId) -> None:
    """Take the rows of the newest entry away, as if they had never been committed."""
    db = open_store(state, load_keys(state).database)
    try:
        trigger = "SELECT sql FROM sqlite_master WHERE name = 'entries_undelivered_stay'"
        (guard,) = db.conn.execute(trigger).fetchone()
        with writing(db):
            db.conn.execute("DROP TRIGGER entries_undelivered_stay")
            db.conn.execute("DELETE FROM applications WHERE app_id = ?", (app_id,))
            db.conn.execute("DELETE FROM entries WHERE app_id = ?", (app_id,))
            db.conn.execute(guard)
    finally:
        db.close()
