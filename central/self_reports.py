"""What kiosks tell about themselves in control entries, kept as sentences for the office's page.

Nobody's data is in such an entry, so what it tells may be written down, unlike other contents.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.statuses import shown_time
from central.tables import EntryRow, SelfReportRow
from kiosk.envelope import Contents, ControlNote
from sync.protocol import parse_instant

SHOWN = 5
"""So many of a kiosk's latest reports are shown."""

_EPOCHS = {
    "rebuilt": "its database was lost or damaged, and was built anew from its envelopes",
    "unproven": "its last entry was not what it had signed",
    "copied": "another machine goes on with a copy of its chain",
}


def is_canary(contents: Contents | str) -> bool:
    """Say whether a control entry asks whether it can be opened; one that can't be, may."""
    return isinstance(contents, str) or _first(contents) == ControlNote.CANARY


def note_report(session: Session, row: EntryRow, contents: Contents) -> None:
    """Keep what a control entry tells, if it is for people; a second time changes nothing."""
    told = sentence(contents)
    if told:
        session.merge(
            SelfReportRow(
                app_id=row.app_id, kiosk=row.kiosk, received_at=row.received_at, sentence=told
            )
        )


def sentence(contents: Contents) -> str:
    """Return what a control entry tells, "" where it is not for people or is not understood."""
    notes = dict(contents.notes)
    match _first(contents):
        case ControlNote.CLOCK_JUMP:
            before, after = (parse_instant(notes.get(name, "")) for name in ("before", "after"))
            count = notes[ControlNote.CLOCK_JUMP]
            if before is None or after is None or not (count.isascii() and count.isdigit()):
                return ""
            times = "" if count == "1" else f" in {count[:6]} jumps"
            return (
                f"Its clock jumped from {before:%Y-%m-%d %H:%M:%S} to {after:%Y-%m-%d %H:%M:%S} UTC"
                f"{times}."
            )
        case ControlNote.NEW_EPOCH:
            why = _EPOCHS.get(notes[ControlNote.NEW_EPOCH], "it did not say why")
            return f"It began a new chain: {why}."
        case _:
            return ""


def latest_reports(session: Session) -> dict[str, list[str]]:
    """Return the latest reports by kiosk, newest first, each with when it arrived here."""
    rows = session.scalars(select(SelfReportRow).order_by(SelfReportRow.received_at.desc()))
    told: dict[str, list[str]] = {}
    for row in rows:
        lines = told.setdefault(row.kiosk, [])
        if len(lines) < SHOWN:
            lines.append(f"{shown_time(row.received_at)}: {row.sentence}")
    return told


def _first(contents: Contents) -> str:
    return contents.notes[0][0] if contents.notes else ""
