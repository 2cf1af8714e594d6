"""Opening what is held, after it was proven: for the pages, and for the check of query codes.

What can't be opened is quarantined with its reason, and stays held and proven. Opened contents are
never written anywhere.
"""

from __future__ import annotations

from sqlalchemy import select

from central.keys import PlatformKeys
from central.platform import Platform
from central.self_reports import is_canary, note_report
from central.statuses import hash_query_code, set_status
from central.tables import HELD, OPENED, QUARANTINED, UNOPENED, EntryRow
from kiosk.envelope import (
    AppId,
    CannotOpen,
    Contents,
    EntryKind,
    EnvelopeParts,
    Torn,
    from_parts,
    open_envelope,
    open_small_parts,
    parse,
    unpack_container,
)
from sync.protocol import StatusCode


def open_contents(platform: Platform, app_id: AppId) -> Contents | str:
    """Return what a held entry tells, or in a few words why it can't be opened."""
    parts = parse(platform.files.read(app_id))
    if isinstance(parts, Torn):
        return f"the file is damaged: {parts.reason.value}"
    container = _decrypt(parts, platform.keys)
    if isinstance(container, CannotOpen):
        return f"can't be decrypted: {container.value}"
    unpacked = unpack_container(container)
    if isinstance(unpacked, Torn):
        return f"the container is damaged: {unpacked.reason.value}"
    contents = from_parts(unpacked)
    if contents is None:
        return "the contents are of a kind this platform does not know"
    return contents


def read_contents(platform: Platform, app_id: AppId) -> Contents | str:
    """Return what a held entry tells without photo and papers, in little memory; or why not.

    All of it is checked as if it were opened whole.
    """
    parts = open_small_parts(platform.files.blocks(app_id), platform.keys.recipient)
    if isinstance(parts, Torn):
        return f"the file is damaged: {parts.reason.value}"
    if isinstance(parts, CannotOpen):
        return f"can't be decrypted: {parts.value}"
    contents = from_parts(parts)
    return (
        "the contents are of a kind this platform does not know" if contents is None else contents
    )


def _decrypt(parts: EnvelopeParts, keys: PlatformKeys) -> bytes | CannotOpen:
    """Return what the key in force or an earlier one opens, else why the one in force does not."""
    first = open_envelope(parts, keys.recipient)
    for key in keys.retired:
        if not isinstance(first, CannotOpen):
            break
        container = open_envelope(parts, key)
        first = first if isinstance(container, CannotOpen) else container
    return first


def note_opening(platform: Platform, app_id: AppId) -> None:
    """Open a held entry once, to keep the hash of its query code, or put it into quarantine."""
    contents = read_contents(platform, app_id)
    if isinstance(contents, str):  # opened whole it tells its reason, or opens after all
        contents = open_contents(platform, app_id)
    with platform.database.writing() as session:
        row = session.get_one(EntryRow, app_id)
        if isinstance(contents, str):
            row.opening, row.opening_problem = QUARANTINED, contents
        else:
            row.opening, row.opening_problem = OPENED, ""
            row.query_code_hash = hash_query_code(app_id, contents.query_code)
            if row.kind == EntryKind.CONTROL:
                note_report(session, row, contents)
        is_asking = row.kind == EntryKind.CONTROL and is_canary(contents)
    if is_asking:
        # A canary is answered as an application is: its kiosk learns that it was opened, or not.
        is_opened = not isinstance(contents, str)
        set_status(platform, app_id, StatusCode.DONE if is_opened else StatusCode.REFUSED, ())


def open_what_waits(platform: Platform) -> None:
    """Open what was held but not opened when the platform last stopped."""
    with platform.database.reading() as session:
        waiting = session.scalars(
            select(EntryRow.app_id).where(EntryRow.state == HELD, EntryRow.opening == UNOPENED)
        ).all()
    for app_id in waiting:
        note_opening(platform, AppId(app_id))


def open_again(platform: Platform) -> tuple[int, int]:
    """Try again to open what could not be opened: another key is here now.

    Returns:
        How many were opened, and how many stay closed.
    """
    with platform.database.reading() as session:
        closed = session.scalars(
            select(EntryRow.app_id).where(EntryRow.state == HELD, EntryRow.opening == QUARANTINED)
        ).all()
    for app_id in closed:
        note_opening(platform, AppId(app_id))
    with platform.database.reading() as session:
        still = session.scalars(
            select(EntryRow.app_id).where(EntryRow.state == HELD, EntryRow.opening == QUARANTINED)
        ).all()
    return len(closed) - len(set(closed) & set(still)), len(still)
