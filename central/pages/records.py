"""What the office pages show; the contents of an entry are opened for each look."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from central.missing import is_sealed_to
from central.opening import open_contents
from central.platform import Platform
from central.self_reports import latest_reports
from central.statuses import shown_time
from central.tables import (
    HELD,
    EntryRow,
    HeadRow,
    KioskRow,
    LookRow,
    NumberRow,
    SiteRow,
    StaffRow,
)
from kiosk.envelope import (
    AppId,
    ClockState,
    Contents,
    EntryKind,
    ReceiptNumber,
    Torn,
    format_groups,
    parse_front,
    parse_minute,
)
from sync.protocol import parse_instant

ENTRIES_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class KioskLine:
    """A kiosk in the list."""

    kiosk: str
    site: str
    numbers: str
    enrolled_at: str
    last_seen_at: str
    held: int
    announced: int
    contiguous: str
    said: tuple[tuple[str, str], ...]
    alarm: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in the list: nothing of its contents."""

    app_id: str
    number: str
    kind: str
    service: str
    kiosk: str
    received_at: str
    status: str
    opening: str
    is_sealed_to_revoked: bool
    """Whether every key that opens it was revoked since: it counts, and may have been read."""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry with its contents, or why they can't be shown."""

    line: EntryLine
    contents: Contents | None
    problem: str
    words: tuple[tuple[str, str], ...]
    status_at: str
    ratings: tuple[int, ...]
    entry_hash: str
    subject: str
    sealed_at: str
    """By the kiosk's clock."""
    is_clock_suspect: bool
    """The kiosk itself did not trust its clock."""


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody of the staff in the list."""

    staff_id: str
    name: str
    role: str


def list_kiosks(platform: Platform) -> list[KioskLine]:
    """Return all kiosks, newest first."""
    with platform.database.reading() as session:
        kiosks = session.scalars(select(KioskRow).order_by(KioskRow.enrolled_at.desc())).all()
        sites = {site.site_id: site.name for site in session.scalars(select(SiteRow))}
        numbers: dict[str, list[str]] = {}
        for number in session.scalars(select(NumberRow).order_by(NumberRow.number)):
            numbers.setdefault(number.kiosk, []).append(str(number.number))
        counted = session.execute(
            select(EntryRow.kiosk, EntryRow.state, func.count()).group_by(
                EntryRow.kiosk, EntryRow.state
            )
        )
        counts = {(kiosk, state): count for kiosk, state, count in counted}
        heads: dict[str, list[str]] = {}
        for head in session.scalars(select(HeadRow)):
            heads.setdefault(head.kiosk, []).append(str(head.contiguous_seq))
        reports = latest_reports(session)
        return [
            KioskLine(
                kiosk=row.kiosk,
                site=sites[row.site_id],
                numbers=", ".join(numbers.get(row.kiosk, [])),
                enrolled_at=shown_time(row.enrolled_at),
                last_seen_at=shown_time(row.last_seen_at),
                held=counts.get((row.kiosk, HELD), 0),
                announced=sum(
                    count
                    for (kiosk, state), count in counts.items()
                    if kiosk == row.kiosk and state != HELD
                ),
                contiguous=", ".join(heads.get(row.kiosk, [])),
                said=_said(row.hello, row.last_seen_at),
                alarm=row.alarm,
                reports=tuple(reports.get(row.kiosk, ())),
            )
            for row in kiosks
        ]


def _said(hello: str, seen_at: str) -> tuple[tuple[str, str], ...]:
    if not hello:
        return ()
    told = json.loads(hello)
    groups = (*told["counts"].items(), *told["devices"].items(), *told["versions"].items())
    clock = f"{told['clock_state']}{_off(str(told['clock_at']), seen_at)}"
    return (("clock", clock), *((name, str(value)) for name, value in groups))


def _off(clock_at: str, seen_at: str) -> str:
    """Return by how much a kiosk's clock is off, "" for less than two minutes."""
    told, seen = parse_instant(clock_at), parse_instant(seen_at)
    if told is None or seen is None or abs(told - seen) < timedelta(minutes=2):
        return ""
    minutes = round(abs(told - seen).total_seconds() / 60)
    size = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
    size = size if minutes < 48 * 60 else f"{minutes // 1440} days"
    return f", {size} {'ahead' if told > seen else 'behind'}"


def list_entries(platform: Platform, *, rehearsals: bool, page: int) -> tuple[list[EntryLine], int]:
    """Return one page of held entries, newest first, and how many there are in all."""
    is_rehearsal = EntryRow.kind == EntryKind.REHEARSAL.value
    wanted = (EntryRow.state == HELD, is_rehearsal if rehearsals else ~is_rehearsal)
    with platform.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(EntryRow).where(*wanted)) or 0
        rows = session.scalars(
            select(EntryRow)
            .where(*wanted)
            .order_by(EntryRow.received_at.desc(), EntryRow.app_id.desc())
            .offset(page * ENTRIES_PER_PAGE)
            .limit(ENTRIES_PER_PAGE)
        ).all()
    revoked = platform.keyset().revoked
    return [_line(row, revoked) for row in rows], total


def show_entry(platform: Platform, app_id: AppId, *, unmasked: bool) -> EntryPage | None:
    """Return one held entry; a look at an unmasked person is written down first."""
    with platform.database.reading() as session:
        row = session.get(EntryRow, app_id)
        about = session.scalars(
            select(EntryRow.app_id).where(
                EntryRow.subject == app_id,
                EntryRow.state == HELD,
            )
        ).all()
    if row is None or row.state != HELD:
        return None
    if unmasked:
        note_look(platform, app_id)
    front = parse_front(row.front)
    assert not isinstance(front, Torn), "a front is stored only after it was read"
    sealed_at = parse_minute(front.header.created)
    opened = open_contents(platform, app_id)
    linked = [open_contents(platform, AppId(other)) for other in about]
    ratings = [it.rating for it in linked if isinstance(it, Contents) and it.rating is not None]
    return EntryPage(
        line=_line(row, platform.keyset().revoked),
        contents=opened if isinstance(opened, Contents) else None,
        problem="" if isinstance(opened, Contents) else opened,
        words=tuple(json.loads(row.status_words).items()),
        status_at=shown_time(row.status_at),
        ratings=tuple(ratings),
        entry_hash=row.entry_hash,
        subject=row.subject or "",
        sealed_at=f"{sealed_at:%Y-%m-%d %H:%M UTC}" if sealed_at else "",
        is_clock_suspect=front.header.clock_state is ClockState.SUSPECT,
    )


def note_look(platform: Platform, app_id: AppId) -> None:
    """Write down that somebody looked at an unmasked person."""
    with platform.database.writing() as session:
        session.add(LookRow(app_id=app_id, at=platform.stamp()))


def list_sites(platform: Platform) -> list[tuple[str, str, list[StaffLine]]]:
    """Return every site with its id, name and staff."""
    with platform.database.reading() as session:
        sites = session.scalars(select(SiteRow).order_by(SiteRow.name)).all()
        staff: dict[str, list[StaffLine]] = {}
        for row in session.scalars(
            select(StaffRow).where(StaffRow.removed_at == "").order_by(StaffRow.name)
        ):
            line = StaffLine(row.staff_id, row.name, row.role)
            staff.setdefault(row.site_id, []).append(line)
    return [(site.site_id, site.name, staff.get(site.site_id, [])) for site in sites]


def _line(row: EntryRow, revoked: frozenset[str]) -> EntryLine:
    return EntryLine(
        app_id=row.app_id,
        number=" ".join(format_groups(ReceiptNumber(row.number, row.seq))),
        kind=row.kind,
        service=row.service,
        kiosk=row.kiosk,
        received_at=shown_time(row.received_at),
        status=row.status,
        opening=row.opening,
        is_sealed_to_revoked=is_sealed_to(row.front, revoked),
    )
