"""What makes an acknowledgement one that anybody can check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk import papers
from kiosk.journal import KioskId, ReceiptNumber
from kiosk.store.entries import Entry


@dataclass(frozen=True, slots=True)
class PaperSeal:
    """Signs what the code of an acknowledgement holds, with the kiosk's own key."""

    kiosk: KioskId
    sign: Callable[[bytes], bytes] = field(repr=False)

    def address(self, facts: papers.ReceiptFacts, entry: Entry) -> str:
        """Return the query address with the signed line behind its `#`, which no phone sends."""
        number = ReceiptNumber(entry.header.number, entry.header.seq)
        # Cryptography is loaded by who signs.
        from kiosk.envelope import sign_receipt  # noqa: PLC0415

        signed = sign_receipt(
            number,
            self.kiosk,
            facts.service.service_id,
            facts.received_at,
            entry.entry_hash,
            self.sign,
        )
        return f"{facts.query_url}#{signed}" if facts.query_url else str(signed)
