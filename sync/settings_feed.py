"""Settings that the office gives for a site: verified, checked, kept for the next start."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk.settings.from_office import problem_with
from kiosk.store import facts, office_settings
from kiosk.store.engine import Database
from sync.protocol import (
    BadAnswer,
    Keyset,
    SignedDocument,
    accept_settings,
    settings_version,
)

SETTINGS_VERSION = "settings_version"

_log = logging.getLogger(__name__)


def take_settings(
    db: Database, state_folder: Path, document: SignedDocument, keyset: Keyset, site: str
) -> None:
    """Keep settings that are signed for this site, newer than all before, and allowed."""
    at_least = int(facts.get(db, SETTINGS_VERSION) or "0")
    if (claimed := settings_version(document)) <= at_least:
        _log.info("SETTINGS_OLD version=%d known=%d", claimed, at_least)
        return
    told = accept_settings(document, keyset, site)
    why = told.why if isinstance(told, BadAnswer) else problem_with(told.values)
    if isinstance(told, BadAnswer) or why:
        _log.error("SETTINGS_REFUSED why=%s", why)
        return
    try:
        office_settings.save(state_folder, told.version, told.values)
    except OSError as error:
        _log.error("SETTINGS_NOT_STORED errno=%s", error.errno)
        return
    facts.put(db, SETTINGS_VERSION, str(told.version))
    _log.info("SETTINGS_TAKEN version=%d count=%d", told.version, len(told.values))
