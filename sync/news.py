"""What the platform has to tell: states of applications, the staff list, keys. Each is verified
before it is kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from kiosk.catalogue.service import Words
from kiosk.domain import Language
from kiosk.enrolment import Enrolment, save_enrolment
from kiosk.flow.world import OfficeNotice
from kiosk.staff import StaffRecord
from kiosk.store import applications, contact, facts, notices
from kiosk.store.engine import Database
from kiosk.store.staff_files import save_staff
from sync.answers import Failed
from sync.canary import take_answer
from sync.catalogue_feed import take_release
from sync.platform import Platform
from sync.protocol import (
    BadAnswer,
    CatalogueChange,
    Change,
    Keyset,
    KeysetChange,
    NoticesChange,
    SettingsChange,
    SignedDocument,
    StaffChange,
    StaffList,
    StatusChange,
    StatusCode,
    accept_keyset,
    accept_notices,
    accept_staff_list,
    notices_version,
    staff_version,
)
from sync.settings_feed import take_settings
from sync.stored_keyset import newest_keys

CANARY_ANSWERS = frozenset({StatusCode.DONE, StatusCode.REFUSED})
CURSOR = "changes_cursor"
STAFF_VERSION = "staff_version"
MOST_PAGES = 100
OFFICE_STATES = {
    StatusCode.RECEIVED: "",
    StatusCode.ACCEPTED: "accepted",
    StatusCode.MORE_PAPERS: "more_needed",
    StatusCode.DONE: "done",
    StatusCode.REFUSED: "refused",
}
"""The office's words of the wire as the kiosk's screens know them; "": nothing beyond delivered."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class News:
    """Fetches the changes feed once; afterwards `enrolment` and `keyset` are those in force."""

    db: Database
    state_folder: Path
    enrolment: Enrolment
    keyset: Keyset
    has_new_staff: bool = field(default=False, init=False)

    def fetch(self, platform: Platform, at: datetime) -> Failed | None:
        """Take in all pages; the cursor moves on behind what was kept.

        Args:
            platform: Who is asked.
            at: Now; remembered as the age of what residents are told, once all was heard.
        """
        for _ in range(MOST_PAGES):
            cursor = facts.get(self.db, CURSOR) or "0"
            page = platform.changes(self.enrolment.kiosk_id, cursor)
            if isinstance(page, Failed):
                return page
            self.keep(page.changes, cursor, page.cursor)
            if not page.more or page.cursor == cursor:
                contact.remember(self.db, at)
                return None
        return None

    def keep(self, changes: Iterable[Change], since: str, cursor: str) -> None:
        """Take in what happened after `since`, up to `cursor`, which is remembered last."""
        for change in changes:
            self._take(change)
        if cursor != since:
            facts.put(self.db, CURSOR, cursor)

    def _take(self, change: Change) -> None:
        match change:
            case StatusChange(app_id, _, code, words, as_of):
                is_opened = code is StatusCode.DONE
                if code in CANARY_ANSWERS and take_answer(
                    self.db, app_id, as_of, is_opened=is_opened
                ):
                    if not is_opened:
                        _log.error("CANARY_NOT_OPENED the platform can't open what is sealed here")
                    return
                state = OFFICE_STATES[code]
                applications.set_office_state(self.db, app_id, state, dict(words), as_of)
            case StaffChange(document):
                self._take_staff(document)
            case KeysetChange(document):
                self._take_keyset(document)
            case CatalogueChange(document):
                take_release(self.db, document, self.keyset)
            case SettingsChange(document):
                site = self.enrolment.site_id
                take_settings(self.db, self.state_folder, document, self.keyset, site)
            case NoticesChange(document):
                self._take_notices(document)
            case _:
                _log.info("CHANGE_SKIPPED kind=%s", type(change).__name__)

    def _take_staff(self, document: SignedDocument) -> None:
        at_least = int(facts.get(self.db, STAFF_VERSION) or "0")
        # The feed tells a new kiosk what was before it came, too, signed with keys of that time.
        if (claimed := staff_version(document)) <= at_least:
            _log.info("STAFF_LIST_OLD version=%d in_force=%d", claimed, at_least)
            return
        staff = accept_staff_list(document, self.keyset, self.enrolment.site_id)
        if isinstance(staff, BadAnswer):
            _log.error("STAFF_LIST_REFUSED why=%s", staff.why)
            return
        keep_staff(self.db, staff)
        self.has_new_staff = True

    def _take_notices(self, document: SignedDocument) -> None:
        at_least = notices.version(self.db)
        if (claimed := notices_version(document)) <= at_least:
            _log.info("NOTICES_OLD version=%d in_force=%d", claimed, at_least)
            return
        told = accept_notices(document, self.keyset, self.enrolment.site_id)
        if isinstance(told, BadAnswer):
            _log.error("NOTICES_REFUSED why=%s", told.why)
            return
        notices.keep(
            self.db,
            told.version,
            (
                OfficeNotice(
                    Words(tuple((Language(key), text) for key, text in it.words)), it.until
                )
                for it in told.notices
            ),
        )
        _log.info("NOTICES_TAKEN version=%d count=%d", told.version, len(told.notices))

    def _take_keyset(self, document: SignedDocument) -> None:
        # Another program may have been faster, and further: nothing newer is written over.
        self.enrolment, self.keyset = newest_keys(self.state_folder, self.enrolment, self.keyset)
        keyset = accept_keyset(document, self.enrolment.root_key, revoked=self.keyset.revoked)
        if isinstance(keyset, BadAnswer):
            _log.error("KEYSET_REFUSED why=%s", keyset.why)
            return
        if keyset.version <= self.keyset.version:
            _log.info("KEYSET_OLD version=%d in_force=%d", keyset.version, self.keyset.version)
            return
        self.keyset = keyset
        self.enrolment = replace(
            self.enrolment,
            recipients=tuple(key.raw for key in keyset.recipients),
            keyset=json.dumps(document.to_json(), ensure_ascii=False),
            revoked=tuple(sorted(keyset.revoked)),
        )
        save_enrolment(self.state_folder, self.enrolment)
        _log.info(
            "KEYSET_TAKEN version=%d recipients=%d revoked=%d",
            keyset.version,
            len(keyset.recipients),
            len(keyset.revoked),
        )
        if not keyset.recipients:
            _log.error("NOBODY_TO_SEAL_TO no application is taken until there are new keys")


def keep_staff(db: Database, staff: StaffList) -> None:
    """Keep a staff list whose signature was verified."""
    save_staff(db, (StaffRecord(it.member, it.pin_hash) for it in staff.members))
    facts.put(db, STAFF_VERSION, str(staff.version))
