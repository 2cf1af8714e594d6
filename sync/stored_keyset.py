"""The platform's keys as enrolment and news left them here, looked at again before they count."""

from __future__ import annotations

from kiosk.enrolment import Enrolment
from kiosk.errors import EnrolmentError
from sync.protocol import BadAnswer, Keyset, accept_keyset, read_bytes, read_signed


def stored_keyset(enrolment: Enrolment) -> Keyset:
    """Return the keyset as enrolment stored it, its signature checked again.

    Raises:
        EnrolmentError: It is not what root signed.
    """
    document = read_bytes(enrolment.keyset.encode(), read_signed)
    keyset: Keyset | BadAnswer = (
        document
        if isinstance(document, BadAnswer)
        else accept_keyset(document, enrolment.root_key, revoked=enrolment.revoked)
    )
    if isinstance(keyset, BadAnswer):
        raise EnrolmentError(f"The platform's keys can't be used: {keyset.why}.", "Enrol again.")
    return keyset
