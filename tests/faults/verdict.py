"""What became of everything that was shown: the platform and the kiosk are asked, not the program.

The checks are those of the promise: every number that was on a screen arrived exactly once, and
opens; nothing arrived twice; the chain has no gap; nothing is called delivered that is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from central.opening import open_contents
from central.platform import Platform, open_platform
from central.tables import HELD, EntryRow, HeadRow
from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.envelope import AppId, EntryKind, ReceiptNumber
from kiosk.sealing import QUARANTINE, SUFFIX
from kiosk.store import applications, entries
from kiosk.store.engine import ENVELOPES, Database, open_store
from kiosk.store.entries import Entry, EntryState
from kiosk.store.file_names import known_files
from kiosk.store.keys import load_keys
from sync.protocol import BadAnswer, Keyset, read_bytes, read_signed, verify_proof
from sync.stored_keyset import stored_keyset

MOST = 1_000_000


@dataclass
class Verdict:
    """What was found; all lists empty means that every promise was kept."""

    shown: int = 0
    delivered: int = 0
    """Entries that the platform holds, ratings and adopted ones among them."""
    adopted: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Any other promise that was not kept."""

    @property
    def is_clean(self) -> bool:
        """Say whether every promise was kept."""
        return not (self.lost or self.twice or self.broken)

    def summary(self) -> str:
        """Return it in one line, and what is wrong below."""
        line = (
            f"shown {self.shown}, delivered {self.delivered}, adopted {self.adopted},"
            f" lost {len(self.lost)}, twice {len(self.twice)}, otherwise wrong {len(self.broken)}"
        )
        named = (("lost", self.lost), ("twice", self.twice), ("wrong", self.broken))
        wrong = [f"  {name}: {item}" for name, found in named for item in found[:20]]
        return "\n".join((line, *wrong))


def judge(data: Path, machines: Mapping[Path, Mapping[str, str]]) -> Verdict:
    """Compare what was shown with what platform and kiosks hold.

    Args:
        data: The platform's data folder.
        machines: State folders, each with what was shown on it: app_id to number.
    """
    verdict = Verdict()
    platform = open_platform(data)
    try:
        for state, shown in machines.items():
            _judge_machine(platform, state, shown, verdict)
    finally:
        platform.database.close()
    return verdict


def _judge_machine(
    platform: Platform, state: Path, shown: Mapping[str, str], verdict: Verdict
) -> None:
    enrolment = load_enrolment(state)
    assert enrolment is not None
    rows = _rows(platform, enrolment)
    held = {row.app_id: row for row in rows if row.state == HELD}
    verdict.shown += len(shown)
    verdict.delivered += len(held)
    for app_id, number in shown.items():
        row = held.get(app_id)
        if row is None:
            verdict.lost.append(f"{number} {app_id}: shown, and the platform does not hold it")
        elif str(ReceiptNumber(row.number, row.seq)) != number:
            verdict.broken.append(f"{number} {app_id}: arrived under another number")
    _judge_contents(platform, held, shown, verdict)
    _judge_chain(platform, enrolment, rows, verdict)
    db = open_store(state, load_keys(state).database)
    try:
        _judge_store(db, state, enrolment, held, verdict)
        _judge_rows(db, shown, verdict)
    finally:
        db.close()
    _judge_files(state, shown, verdict)


def _rows(platform: Platform, enrolment: Enrolment) -> list[EntryRow]:
    with platform.database.reading() as session:
        query = select(EntryRow).where(EntryRow.kiosk == enrolment.kiosk_id)
        return list(session.scalars(query.order_by(EntryRow.epoch, EntryRow.seq)))


def _judge_contents(
    platform: Platform,
    held: Mapping[str, EntryRow],
    shown: Mapping[str, str],
    verdict: Verdict,
) -> None:
    """Open everything with the platform's key: what a clerk would read, and how often."""
    told: Counter[str] = Counter()
    for app_id, row in held.items():
        contents = open_contents(platform, AppId(app_id))
        if isinstance(contents, str):
            verdict.broken.append(f"{app_id}: {contents}")
            continue
        told[contents.receipt_number] += 1
        if row.kind == EntryKind.APPLICATION and contents.person is None:
            verdict.broken.append(f"{app_id}: nobody's application")
        if shown.get(app_id, contents.receipt_number) != contents.receipt_number:
            verdict.broken.append(f"{app_id}: tells another number than was shown")
    verdict.twice += [f"{number}: {count} times" for number, count in told.items() if count > 1]


def _judge_chain(
    platform: Platform, enrolment: Enrolment, rows: list[EntryRow], verdict: Verdict
) -> None:
    seqs: dict[str, list[int]] = {}
    for row in rows:
        seqs.setdefault(row.epoch, []).append(row.seq)
    for epoch, found in seqs.items():
        if found != list(range(1, len(found) + 1)):
            verdict.broken.append(f"{enrolment.kiosk_id} {epoch}: the chain has gaps: {found}")
        with platform.database.reading() as session:
            head = session.get(HeadRow, (enrolment.kiosk_id, epoch))
        if head is None or head.contiguous_seq != len(found):
            verdict.broken.append(f"{enrolment.kiosk_id} {epoch}: not held without a gap")


def _judge_store(
    db: Database,
    state: Path,
    enrolment: Enrolment,
    held: Mapping[str, EntryRow],
    verdict: Verdict,
) -> None:
    """See whether what the kiosk calls delivered is delivered, and proven."""
    keyset = stored_keyset(enrolment)
    waiting = entries.unregistered(db, MOST) + entries.to_upload(db, MOST)
    verdict.broken += [f"{it.app_id}: still {it.state}: {it.reason}" for it in waiting]
    for name in db.conn.execute("SELECT app_id FROM entries ORDER BY epoch, seq").fetchall():
        entry = entries.find(db, AppId(str(name[0])))
        assert entry is not None
        verdict.adopted += not entry.is_acknowledged
        if entry.proof is None:
            continue
        row = held.get(entry.app_id)
        if row is None:
            verdict.lost.append(f"{entry.app_id}: called delivered, and the platform has it not")
        elif row.entry_hash != entry.entry_hash.hex():
            verdict.broken.append(f"{entry.app_id}: another entry arrived under its id")
        if not _is_proven(entry, keyset):
            verdict.broken.append(f"{entry.app_id}: called delivered without a proof that holds")
        is_kept = entry.state is not EntryState.ERASED
        if is_kept and not (state / ENVELOPES / entry.file).exists():
            verdict.broken.append(f"{entry.app_id}: its envelope is gone")


def _is_proven(entry: Entry, keyset: Keyset) -> bool:
    document = read_bytes((entry.proof or "").encode(), read_signed)
    if isinstance(document, BadAnswer):
        return False
    return not isinstance(verify_proof(document, keyset, entry.front), BadAnswer)


def _judge_rows(db: Database, shown: Mapping[str, str], verdict: Verdict) -> None:
    """See whether the kiosk itself knows what it showed: it is asked at the counter."""
    for app_id, number in shown.items():
        entry, row = entries.find(db, AppId(app_id)), applications.find(db, AppId(app_id))
        if entry is None or row is None or row.number != number:
            verdict.broken.append(f"{number} {app_id}: the kiosk does not know it any more")
        elif not entry.is_acknowledged:
            verdict.broken.append(f"{number} {app_id}: shown before it was committed")


def _judge_files(state: Path, shown: Mapping[str, str], verdict: Verdict) -> None:
    folder = state / ENVELOPES
    db = open_store(state, load_keys(state).database)
    try:
        known = known_files(db)
    finally:
        db.close()
    orphans = {path.name for path in folder.glob(f"*{SUFFIX}")} - known
    verdict.broken += [f"{name}: an envelope without a row" for name in sorted(orphans)]
    verdict.broken += [f"{path.name}: a draft left behind" for path in folder.glob("*.tmp")]
    for path in (folder / QUARANTINE).glob("*"):
        was_shown = [app_id for app_id in shown if app_id in path.name]
        word = "shown, and put aside" if was_shown else "put aside"
        verdict.broken.append(f"{path.name}: {word}")


__all__ = ["Verdict", "judge"]
