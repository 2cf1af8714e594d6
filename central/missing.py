"""What this platform knows to be missing, lost, double or closed: nothing of it is hidden.

The chain of a kiosk tells which entries there must be. What is missing is named by the number that
a resident has on paper, so that the office can answer whoever asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from central.intake import missing_ranges
from central.platform import Platform
from central.statuses import shown_time
from central.tables import (
    ANNOUNCED,
    HELD,
    QUARANTINED,
    EntryRow,
    HeadRow,
    KioskRow,
    LostRow,
    SiteRow,
)
from kiosk.envelope import Epoch, KioskId, ReceiptNumber, format_groups, parse_front

MOST_LINES = 200
"""How many lines each table of the page has; the counts above it are of all."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries that a kiosk has made and never announced, though later ones came."""

    kiosk: str
    first: str
    last: str
    """Receipt numbers; the same for one entry."""
    count: int
    since: str


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """One entry that is announced, lost, double or closed, and what there is to say of it."""

    app_id: str
    number: str
    kiosk: str
    kind: str
    since: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Everything that is missing; each group with how many there are in all."""

    alarms: tuple[tuple[str, str, str], ...]
    """Kiosk, what it is called, and the sentence."""
    gaps: tuple[Gap, ...]
    announced: tuple[MissingEntry, ...]
    announced_in_all: int
    closed: tuple[MissingEntry, ...]
    closed_in_all: int
    lost: tuple[MissingEntry, ...]
    lost_in_all: int
    double: tuple[MissingEntry, ...]
    double_in_all: int

    @property
    def is_nothing(self) -> bool:
        """Say whether everything is here, once, and can be opened."""
        counts = self.announced_in_all, self.closed_in_all, self.lost_in_all, self.double_in_all
        return not (self.alarms or self.gaps or any(counts))


def what_is_missing(platform: Platform) -> Missing:
    """Return what is missing now."""
    announced = EntryRow.state == ANNOUNCED
    closed = (EntryRow.state == HELD) & (EntryRow.opening == QUARANTINED)
    double = EntryRow.branch > 0
    with platform.database.reading() as session:
        named = select(KioskRow.kiosk, SiteRow.name).join(
            SiteRow, SiteRow.site_id == KioskRow.site_id
        )
        sites = dict(session.execute(named).all())
        alarmed = select(KioskRow.kiosk, KioskRow.alarm).where(KioskRow.alarm != "")
        alarms = session.execute(alarmed.order_by(KioskRow.kiosk)).all()
        lost = session.scalars(
            select(LostRow).order_by(LostRow.noted_at.desc()).limit(MOST_LINES)
        ).all()

        def called(kiosk: str) -> str:
            return f"{kiosk} ({sites.get(kiosk, '')})"

        def entries(
            where: ColumnElement[bool], since: str, why: str = ""
        ) -> tuple[MissingEntry, ...]:
            rows = session.scalars(
                select(EntryRow)
                .where(where)
                .order_by(EntryRow.announced_at, EntryRow.seq)
                .limit(MOST_LINES)
            )
            return tuple(
                MissingEntry(
                    row.app_id,
                    _number(row.number, row.seq),
                    called(row.kiosk),
                    row.kind,
                    shown_time(getattr(row, since)),
                    getattr(row, why) if why else "",
                )
                for row in rows
            )

        def count(where: ColumnElement[bool]) -> int:
            query = select(func.count()).select_from(EntryRow).where(where)
            return session.scalar(query) or 0

        return Missing(
            alarms=tuple((kiosk, called(kiosk), alarm) for kiosk, alarm in alarms),
            gaps=tuple(Gap(called(kiosk), *told) for kiosk, told in _gaps(session))[:MOST_LINES],
            announced=entries(announced, "announced_at"),
            announced_in_all=count(announced),
            closed=entries(closed, "received_at", "opening_problem"),
            closed_in_all=count(closed),
            lost=tuple(
                MissingEntry(
                    row.app_id,
                    _lost_number(row),
                    called(row.kiosk),
                    "",
                    shown_time(row.noted_at),
                )
                for row in lost
            ),
            lost_in_all=session.scalar(select(func.count()).select_from(LostRow)) or 0,
            double=entries(double, "announced_at"),
            double_in_all=count(double),
        )


def clear_alarm(platform: Platform, kiosk: str, sentence: str) -> bool:
    """Take back the alarm that somebody of the office has seen; False if it is another one now."""
    with platform.database.writing() as session:
        row = session.get(KioskRow, kiosk)
        if row is None or not sentence or row.alarm != sentence:
            return False
        row.alarm = ""
    return True


def is_sealed_to(front: bytes, revoked: frozenset[str]) -> bool:
    """Say whether an entry was sealed to revoked keys alone."""
    kids = getattr(getattr(parse_front(front), "header", None), "kids", ())
    return bool(revoked) and bool(kids) and set(kids) <= revoked


def _gaps(session: Session) -> Iterator[tuple[str, tuple[str, str, int, str]]]:
    """Yield the gaps of every chain: first and last number, how many, since when."""
    heads = {
        (head.kiosk, head.epoch): head.contiguous_seq for head in session.scalars(select(HeadRow))
    }
    said = {
        row.kiosk: (json.loads(row.hello), row.last_seen_at)
        for row in session.scalars(select(KioskRow).where(KioskRow.hello != ""))
    }
    chains = session.execute(
        select(EntryRow.kiosk, EntryRow.epoch, func.min(EntryRow.number), func.max(EntryRow.seq))
        .group_by(EntryRow.kiosk, EntryRow.epoch)
        .order_by(EntryRow.kiosk, EntryRow.epoch)
    )
    found = {(kiosk, epoch): (number, last) for kiosk, epoch, number, last in chains}
    for kiosk, (hello, _) in said.items():
        number, last = found.get((kiosk, hello["epoch"]), (hello["number"], 0))
        found[kiosk, hello["epoch"]] = (number, max(last, hello["head_seq"]))
    for (kiosk, epoch), (number, last) in sorted(found.items()):
        start = heads.get((kiosk, epoch), 0)
        for first, end in missing_ranges(session, KioskId(kiosk), Epoch(epoch), start, last):
            since = session.scalar(
                select(func.min(EntryRow.announced_at)).where(
                    EntryRow.kiosk == kiosk, EntryRow.epoch == epoch, EntryRow.seq > end
                )
            )
            since = since or said.get(kiosk, ({}, ""))[1]
            told = (_number(number, first), _number(number, end), end - first + 1)
            yield kiosk, (*told, shown_time(since))


def _number(number: int, seq: int) -> str:
    return " ".join(format_groups(ReceiptNumber(number, seq)))


def _lost_number(row: LostRow) -> str:
    """Return the receipt number from the reference in the proof: `1001-0001`."""
    reference = str(json.loads(row.proof)["payload"].get("platform_ref", ""))
    number, _, seq = reference.partition("-")
    return _number(int(number), int(seq)) if number.isdigit() and seq.isdigit() else reference
