"""Two machines that believe to be one kiosk, and one that went back: seen from how each greets.

Whoever copies a disk, or puts an old image back, makes two chains of one. Both are kept; the kiosk
is told, and starts anew under an epoch and a number of its own.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.tables import EntryRow
from kiosk.envelope import KioskId
from sync.protocol import Hello


def alarm_about(session: Session, kiosk: KioskId, hello: Hello) -> str:
    """Return what is wrong with the chain that a kiosk greets with; empty if nothing is."""
    ours = (EntryRow.kiosk == kiosk, EntryRow.epoch == hello.epoch)
    known = session.scalar(
        select(EntryRow.entry_hash).where(
            *ours, EntryRow.seq == hello.head_seq, EntryRow.branch == 0
        )
    )
    if known is not None and known != hello.head_hash.hex():
        return f"Two chains: entry {hello.head_seq} has two hashes. Was this kiosk copied?"
    highest = session.scalar(select(func.max(EntryRow.seq)).where(*ours)) or 0
    if highest > hello.head_seq:
        return f"The chain went back from {highest} to {hello.head_seq}. Was a backup restored?"
    if not _has_first_claim(session, kiosk, hello):
        return f"Two chains use the number {hello.number}. Was this kiosk copied?"
    return ""


def _has_first_claim(session: Session, kiosk: KioskId, hello: Hello) -> bool:
    """Say whether no other chain used this number before.

    Copies that start anew at the same time take the same next number, each under an epoch of its
    own: whose entries came first keeps it.
    """
    first = session.scalar(
        select(EntryRow.epoch)
        .where(EntryRow.kiosk == kiosk, EntryRow.number == hello.number)
        .order_by(EntryRow.announced_at, EntryRow.epoch)
        .limit(1)
    )
    return first in {None, hello.epoch}
