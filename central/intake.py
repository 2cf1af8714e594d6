"""Taking entries in: receive, prove, tell what is missing. Exactly once, whatever is repeated or
lost. `central.announcing` comes before.

The order that makes a proof true: file synchronised, renamed, folder synchronised; then one
transaction writes state and proof; then the proof is told. Nothing here opens an envelope: an entry
that can't be opened is held and proven like any other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from central.keysets import every_signing_key
from central.platform import Platform, newest_version
from central.proving import proof_of
from central.tables import (
    ANNOUNCED,
    HELD,
    EntryRow,
    HeadRow,
    KioskRow,
    LostRow,
    NumberClaimRow,
    NumberRow,
)
from kiosk.envelope import (
    AppId,
    EnvelopeFront,
    Epoch,
    KioskId,
    Torn,
    canonical,
    genesis,
    parse_front,
)
from sync.protocol import (
    BadAnswer,
    DocumentType,
    Hello,
    HelloAnswer,
    LossNoted,
    ProofsPage,
    ReturnedProofs,
    SignedDocument,
    UploadOffset,
    read_proof,
    sign_proof,
)

PROOFS_PER_PAGE = 200
MAX_GAPS = 200
MAX_WANTED = 1000


@dataclass(frozen=True, slots=True)
class Upload:
    """An announced entry as the upload calls see it."""

    app_id: AppId
    length: int
    front: EnvelopeFront
    is_held: bool


def find_upload(platform: Platform, kiosk: KioskId, app_id: AppId) -> Upload | None:
    """Return what is known of an upload of this kiosk, None if it was never announced."""
    with platform.database.reading() as session:
        row = session.get(EntryRow, app_id)
        if row is None or row.kiosk != kiosk:
            return None
        return Upload(app_id, row.file_size, _front(row), is_held=row.state == HELD)


def upload_offset(platform: Platform, upload: Upload) -> UploadOffset:
    """Return how far an upload is."""
    if upload.is_held:
        return UploadOffset(upload.length, complete=True, length=upload.length)
    offset = platform.files.offset(upload.app_id)
    return UploadOffset(offset, complete=False, length=upload.length)


def complete(platform: Platform, upload: Upload) -> SignedDocument | None:
    """Check, keep and prove an arrived upload; None if it is not the entry, and is gone."""
    files, app_id = platform.files, upload.app_id
    # A crash may have fallen between the rename and the transaction: then the file is where it
    # belongs already.
    if files.is_kept(app_id, upload.front):
        files.discard(app_id)
    else:
        if not files.fits(app_id, upload.front):
            files.discard(app_id)
            return None
        files.keep(app_id)
    with platform.database.writing() as session:
        row = session.get_one(EntryRow, app_id)
        if row.state == HELD:
            return proof_of(platform, row.front, row.proof)
        received_at, keys = platform.now(), platform.keys
        reference = f"{row.number}-{row.seq:04}"
        document = sign_proof(
            upload.front, received_at, reference, keys.signing_key.kid, keys.signing.sign
        )
        session.execute(delete(LostRow).where(LostRow.app_id == app_id))  # it came after all
        row.state = HELD
        row.received_at = platform.stamp()
        row.status_at = row.received_at
        row.proof = canonical(document.to_json()).decode()
        session.flush()
        _advance_head(session, KioskId(row.kiosk), Epoch(row.epoch))
    return document


def proofs_since(platform: Platform, kiosk: KioskId, epoch: Epoch, since_seq: int) -> ProofsPage:
    """Return the proofs of one epoch above a seq, in rising order."""
    with platform.database.reading() as session:
        rows = session.execute(
            select(EntryRow.seq, EntryRow.front, EntryRow.proof)
            .where(
                EntryRow.kiosk == kiosk,
                EntryRow.epoch == epoch,
                EntryRow.seq > since_seq,
                EntryRow.state == HELD,
            )
            .order_by(EntryRow.seq)
            .limit(PROOFS_PER_PAGE + 1)
        ).all()
    page = rows[:PROOFS_PER_PAGE]
    return ProofsPage(
        tuple(proof_of(platform, row.front, row.proof) for row in page),
        page[-1].seq if page else since_seq,
        more=len(rows) > PROOFS_PER_PAGE,
    )


def hear_hello(platform: Platform, kiosk: KioskId, hello: Hello) -> HelloAnswer:
    """Note how a kiosk is and return what the platform has of its chain."""
    with platform.database.writing() as session:
        row = session.get_one(KioskRow, kiosk)
        row.hello = json.dumps(hello.to_json())
        alarm = _alarm(session, kiosk, hello) or _claim_alarm(session, kiosk, hello)
        row.alarm = alarm or row.alarm
        head = session.get(HeadRow, (kiosk, hello.epoch))
        revisions = _revisions(session, row.site_id)
        ours = (EntryRow.kiosk == kiosk, EntryRow.epoch == hello.epoch)
        wanted = session.scalars(
            select(EntryRow.app_id)
            .where(*ours, EntryRow.state == ANNOUNCED)
            .order_by(EntryRow.seq)
            .limit(MAX_WANTED)
        )
        start = 0 if head is None else head.contiguous_seq
        return HelloAnswer(
            server_time=platform.now(),
            contiguous_seq=start,
            contiguous_hash=(
                genesis(kiosk, hello.epoch) if head is None else bytes.fromhex(head.contiguous_hash)
            ),
            gaps=missing_ranges(session, kiosk, hello.epoch, start, hello.head_seq),
            wanted=tuple(AppId(app_id) for app_id in wanted),
            revisions=revisions,
            fork=bool(alarm),
            used_numbers=_used_numbers(session, kiosk),
        )


def _revisions(session: Session, site_id: str) -> tuple[tuple[str, int], ...]:
    return (
        ("keyset", newest_version(session, DocumentType.KEYSET, "")),
        ("staff", newest_version(session, DocumentType.STAFF_LIST, site_id)),
        ("notices", newest_version(session, DocumentType.NOTICES, site_id)),
    )


def _alarm(session: Session, kiosk: KioskId, hello: Hello) -> str:
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
    return ""


def _claim_alarm(session: Session, kiosk: KioskId, hello: Hello) -> str:
    """Note which installation uses a number; a second one is an alarm, and has to take another.

    Two copies of one machine would else print the same receipt numbers before either sends any.
    """
    number = session.get(NumberRow, hello.number)
    if number is None or number.kiosk != kiosk:
        return ""
    claim = session.get(NumberClaimRow, hello.number)
    if claim is None:
        ours = (EntryRow.kiosk == kiosk, EntryRow.number == hello.number)
        first = session.scalar(select(EntryRow.epoch).where(*ours).order_by(EntryRow.announced_at))
        claim = NumberClaimRow(number=hello.number, epoch=first or hello.epoch)
        session.add(claim)
        session.flush()
    if claim.epoch == hello.epoch:
        return ""
    return f"Two machines go by the kiosk number {hello.number}. Was this kiosk copied?"


def _used_numbers(session: Session, kiosk: KioskId) -> tuple[int, ...]:
    of_entries = select(EntryRow.number).where(EntryRow.kiosk == kiosk)
    claimed = select(NumberClaimRow.number).join(NumberRow).where(NumberRow.kiosk == kiosk)
    return tuple(sorted({*session.scalars(of_entries.distinct()), *session.scalars(claimed)}))


def missing_ranges(
    session: Session, kiosk: KioskId, epoch: Epoch, start: int, head_seq: int
) -> tuple[tuple[int, int], ...]:
    """Return the ranges above `start` and up to the head that were never announced."""
    seqs = session.scalars(
        select(EntryRow.seq).where(
            EntryRow.kiosk == kiosk, EntryRow.epoch == epoch, EntryRow.seq > start
        )
    )
    lost = session.scalars(
        select(LostRow.seq).where(
            LostRow.kiosk == kiosk, LostRow.epoch == epoch, LostRow.seq > start
        )
    )
    gaps = []
    expected = start + 1
    for seq in [*sorted([*seqs, *lost]), head_seq + 1]:
        if seq > expected:
            gaps.append((expected, seq - 1))
        expected = max(expected, seq + 1)
    return tuple(gaps[:MAX_GAPS])


def _advance_head(session: Session, kiosk: KioskId, epoch: Epoch) -> None:
    head = session.get(HeadRow, (kiosk, epoch))
    if head is None:
        first = genesis(kiosk, epoch).hex()
        head = HeadRow(kiosk=kiosk, epoch=epoch, contiguous_seq=0, contiguous_hash=first)
        session.add(head)
    while (found := _at(session, kiosk, epoch, head.contiguous_seq + 1)) is not None:
        head.contiguous_seq += 1
        head.contiguous_hash = found


def _at(session: Session, kiosk: KioskId, epoch: Epoch, seq: int) -> str | None:
    """Return the hash of what is held in a place, or is known to be lost."""
    held = session.scalar(
        select(EntryRow.entry_hash).where(
            EntryRow.kiosk == kiosk,
            EntryRow.epoch == epoch,
            EntryRow.seq == seq,
            EntryRow.branch == 0,
            EntryRow.state == HELD,
        )
    )
    if held is not None:
        return held
    return session.scalar(
        select(LostRow.entry_hash).where(
            LostRow.kiosk == kiosk, LostRow.epoch == epoch, LostRow.seq == seq
        )
    )


def note_lost(platform: Platform, kiosk: KioskId, returned: ReturnedProofs) -> LossNoted:
    """Note what this platform proved and does not hold: it was restored from a backup.

    Only its own signature counts. An entry that comes after all is taken in like any other.
    """
    lost, ours = 0, every_signing_key(platform)
    with platform.database.writing() as session:
        for document in returned.proofs:
            proof = read_proof(document, ours)
            if isinstance(proof, BadAnswer) or proof.kiosk != kiosk:
                continue
            row = session.get(EntryRow, proof.app_id)
            if row is not None and row.state == HELD:
                continue
            lost += 1
            if row is not None:  # announced: its bytes will never come
                session.delete(row)
                platform.files.discard(proof.app_id)
            session.merge(
                LostRow(
                    app_id=proof.app_id,
                    kiosk=kiosk,
                    epoch=proof.epoch,
                    seq=proof.seq,
                    entry_hash=proof.entry_hash.hex(),
                    proof=canonical(document.to_json()).decode(),
                    noted_at=platform.stamp(),
                )
            )
            session.flush()
            _advance_head(session, kiosk, proof.epoch)
        if lost:
            session.get_one(KioskRow, kiosk).alarm = (
                f"{lost} entries were proven and are not held: was this platform restored from a"
                " backup? The kiosk has erased them; look for a newer backup."
            )
    return LossNoted(lost)


def _front(row: EntryRow) -> EnvelopeFront:
    front = parse_front(row.front)
    assert not isinstance(front, Torn), "a front is stored only after it was read"
    return front
