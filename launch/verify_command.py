"""`kiosk verify`: whether a paper comes from this kiosk or from another one of the same platform,
without a network.

Says what was proven and what was not; a code speaks for nothing but itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.enrolment import load_enrolment
from kiosk.envelope import SignedReceipt, find_signed_receipt
from kiosk.errors import BadSetting
from kiosk.journal import format_groups, parse_query_code, parse_receipt_number
from kiosk.settings import load_settings
from kiosk.store import applications, entries
from kiosk.store.applications import ApplicationRow
from kiosk.store.engine import Database, open_store
from kiosk.store.keys import load_keys

_NOT_PROVEN = (
    "who the applicant is, or that anything else on the paper is unchanged: compare it",
    "that the office accepted it: ask with number and query code",
    "that this is the original: a copy has the same code",
)


@dataclass(frozen=True, slots=True)
class Verification:
    """What came out: sentences, and whether a kiosk is proven to have signed."""

    is_proven: bool
    proven: tuple[str, ...] = ()
    not_proven: tuple[str, ...] = ()
    advice: str = ""

    def lines(self) -> Iterator[str]:
        """Yield what is printed."""
        yield "PROVEN" if self.is_proven else "NOT PROVEN"
        yield from (f"  yes  {sentence}" for sentence in self.proven)
        yield from (f"   no  {sentence}" for sentence in self.not_proven)
        if self.advice:
            yield f"  -> {self.advice}"


def run_verify(settings_file: Path | None, words: list[str], keys_file: Path | None) -> int:
    """Check a text, from standard input if `words` is empty; return 0 if it is proven.

    Args:
        settings_file: The settings.
        words: What was scanned, or number and query code.
        keys_file: Of `central kiosk-keys`: the keys of other kiosks.

    Raises:
        KioskError: Settings, keys or store can't be read.
    """
    folder = load_settings(settings_file).kiosk.state_folder
    text = " ".join(words) if words else sys.stdin.read()
    others = {} if keys_file is None else _read_keys(keys_file)
    enrolment = load_enrolment(folder)
    own = load_keys(folder)
    known = dict(others)
    if enrolment is not None:
        known[enrolment.kiosk_id] = own.public_key
    db = open_store(folder, own.database)
    try:
        found = verify(text, known, db, "" if enrolment is None else enrolment.kiosk_id)
    finally:
        db.close()
    print("\n".join(found.lines()))
    return 0 if found.is_proven else 1


def verify(text: str, keys: Mapping[str, bytes], db: Database, kiosk: str) -> Verification:
    """Check a text.

    Args:
        text: Scanned or typed.
        keys: Ed25519 public keys by the name of the kiosk, this one's among them.
        db: What this kiosk stores.
        kiosk: Its name, "" if it is not enrolled.
    """
    receipt = find_signed_receipt(text)
    if receipt is None:
        return _typed(text, db)
    key = keys.get(receipt.kiosk)
    if key is None:
        return Verification(
            False,
            not_proven=(f"the key of {receipt.kiosk} is not here",),
            advice="Give --keys a file of `central kiosk-keys`, or use the platform's page.",
        )
    if not receipt.is_signed_by(key):
        return Verification(
            False,
            not_proven=("the signature is wrong: changed, or not made by that kiosk",),
            advice="Scan it again. If it stays so, do not accept the paper.",
        )
    proven = [
        f"{receipt.kiosk} signed it: number {' '.join(format_groups(receipt.number))},",
        f"service {receipt.service},",
        f"received {receipt.received_at:%Y-%m-%d %H:%M} UTC by that kiosk's clock",
    ]
    not_proven = list(_NOT_PROVEN)
    if receipt.kiosk == kiosk:
        row = _row(db, str(receipt.number))
        if row is None:
            not_proven.insert(0, "this kiosk does not know the application any more")
        elif not _is_of(db, row, receipt):
            return Verification(
                False,
                tuple(proven),
                ("this kiosk stored another application under that number", *not_proven),
                "Ask the platform: its page tells what arrived there.",
            )
        else:
            proven.append("this kiosk stored that very application")
    else:
        not_proven.insert(0, "that the application arrived: only the platform knows")
    return Verification(True, tuple(proven), tuple(not_proven))


def _typed(text: str, db: Database) -> Verification:
    """Check a receipt number and its query code against what is stored here."""
    # Codes are printed in two halves.
    for parts in (1, 2):
        number = parse_receipt_number("".join(text.split()[:-parts]))
        code = parse_query_code("".join(text.split()[-parts:]))
        if number is None or code is None:
            continue
        row = _row(db, str(number))
        if row is None or row.query_code != code:
            return Verification(
                False,
                not_proven=("this kiosk knows no such number with such a code",),
                advice="Compare it with the paper; the platform may know more.",
            )
        told = f"this kiosk gave out that number with that code: {row.service_id},"
        at = f"received {row.received_at:%Y-%m-%d %H:%M} UTC, for {row.applicant}"
        return Verification(True, (told, at), _NOT_PROVEN[1:])
    return Verification(
        False,
        not_proven=("the text holds no signed code, nor number and query code",),
        advice="Scan the code of the A4 paper and give all of its text, in quotes.",
    )


def _row(db: Database, number: str) -> ApplicationRow | None:
    return applications.find_by_number(db, number)


def _is_of(db: Database, row: ApplicationRow, receipt: SignedReceipt) -> bool:
    entry = entries.find(db, row.app_id)
    return entry is not None and entry.entry_hash == receipt.entry_hash


def _read_keys(file: Path) -> dict[str, bytes]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): bytes.fromhex(key) for name, key in told.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise BadSetting(
            f"The keys in {file} can't be read.", "Make them with `central kiosk-keys`."
        ) from error
