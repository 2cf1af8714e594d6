"""The platform's keys as enrolment and news left them here, looked at again before they count."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk.enrolment import Enrolment, load_enrolment
from kiosk.errors import EnrolmentError
from sync.protocol import BadAnswer, Keyset, accept_keyset, read_bytes, read_signed

_log = logging.getLogger(__name__)


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


def newest_keys(folder: Path, enrolment: Enrolment, keyset: Keyset) -> tuple[Enrolment, Keyset]:
    """Return enrolment and keyset as they are stored now, or those given if those are newer.

    Another program of this kiosk may have taken in newer keys, from a stick or over the network,
    and the place of this one in the feed with them.
    """
    try:
        stored = load_enrolment(folder)
        is_ours = stored is not None and (stored.kiosk_id, stored.root_key) == (
            enrolment.kiosk_id,
            enrolment.root_key,
        )
        if stored is None or not is_ours:
            return enrolment, keyset
        found = keyset if stored.keyset == enrolment.keyset else stored_keyset(stored)
    except EnrolmentError as error:
        _log.error("KEYSET_UNREADABLE code=%s", error.code)
        return enrolment, keyset
    return (enrolment, keyset) if found.version < keyset.version else (stored, found)
