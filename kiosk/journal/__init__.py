"""Ids, the chain and the numbers on paper: what makes entries findable, countable, hard to lose.

Pure: randomness and time are given in. The bytes hashed and signed here are documented in
`docs/reference/envelope.md`; nothing in them names a person. How an entry is encrypted stands in
`kiosk.envelope`.
"""

from kiosk.clock import ClockState
from kiosk.journal.canonical import (
    HASH_BYTES,
    Json,
    canonical,
    format_minute,
    parse_canonical,
    parse_hash,
    parse_minute,
)
from kiosk.journal.header import (
    HEADER_VERSION,
    MAX_RECIPIENTS,
    EntryKind,
    Epoch,
    Header,
    HeaderDraft,
    KioskId,
    aad_header,
    entry_hash,
    genesis,
    is_app_id,
    is_epoch,
    is_kiosk_id,
    parse_header,
    uuid7,
)
from kiosk.journal.numbers import (
    QUERY_CODE_ALPHABET,
    QUERY_CODE_LENGTH,
    ReceiptNumber,
    format_groups,
    parse_query_code,
    parse_receipt_number,
    query_code,
)

__all__ = [
    "HASH_BYTES",
    "HEADER_VERSION",
    "MAX_RECIPIENTS",
    "QUERY_CODE_ALPHABET",
    "QUERY_CODE_LENGTH",
    "ClockState",
    "EntryKind",
    "Epoch",
    "Header",
    "HeaderDraft",
    "Json",
    "KioskId",
    "ReceiptNumber",
    "aad_header",
    "canonical",
    "entry_hash",
    "format_groups",
    "format_minute",
    "genesis",
    "is_app_id",
    "is_epoch",
    "is_kiosk_id",
    "parse_canonical",
    "parse_hash",
    "parse_header",
    "parse_minute",
    "parse_query_code",
    "parse_receipt_number",
    "query_code",
    "uuid7",
]
