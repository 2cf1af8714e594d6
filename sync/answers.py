"""What an answer means and how long to rest: the rules of delivery, without a network, a clock or
dice.

Every status of `docs/openapi.json`, and every way in which there is no answer at all, is one
`Failure` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from sync.protocol import Problem, ProblemCode, parse_instant

BASE_S = 2.0
CAP_S = 15 * 60.0
LONGEST_RETRY_AFTER_S = 6 * 3600.0
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
HELD_RETRY = timedelta(hours=24)
"""A held entry is tried again once a day, and never dropped."""


class Failure(StrEnum):
    """Why a call did not do what it was for."""

    UNREACHABLE = "unreachable"
    """No answer: no network, a reset, a time-out, a wrong certificate."""
    NOT_THE_PLATFORM = "not_the_platform"
    """An answer that is not the platform's: a captive portal, a proxy's page, a redirect."""
    NONSENSE = "nonsense"
    """The platform's, and unusable: a broken body, a proof for something else."""
    IDENTITY = "identity"
    """401, 403: the platform does not believe or know this kiosk."""
    LATER = "later"
    """408, 425, 429, 5xx: not now."""
    GONE = "gone"
    """404, 410: the platform does not know this upload; announce the entry again."""
    OFFSET = "offset"
    """409 on an upload, 423: ask how much has arrived and go on from there."""
    COMPLETE = "complete"
    """Everything has arrived before; the proof is among the proofs."""
    TOO_LARGE = "too_large"
    """413: smaller pieces."""
    REFUSED = "refused"
    """Any other 4xx: this entry will not be taken as it is."""


STOPS_THE_ROUND = frozenset(
    {Failure.UNREACHABLE, Failure.NOT_THE_PLATFORM, Failure.IDENTITY, Failure.LATER}
)
"""After these every other call would fare the same."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A call failed; `why` is a sentence without personal data."""

    kind: Failure
    why: str
    retry_after_s: float | None = None
    counter: int | None = None
    """The highest counter the platform has seen from this kiosk, when that was the trouble."""
    server_time: datetime | None = None
    """The platform's time, when this kiosk's clock was the trouble."""


def failure_of(status: int, problem: Problem, retry_after: str | None, now: datetime) -> Failed:
    """Return what a refusal of the platform means."""
    why = f"{status} {problem.title}"
    wait_s = _retry_after_s(retry_after, now)
    if problem.code is ProblemCode.COMPLETED_UPLOAD:
        return Failed(Failure.COMPLETE, why)
    if problem.code in {ProblemCode.MISMATCHING_OFFSET, ProblemCode.DIGEST_MISMATCH}:
        return Failed(Failure.OFFSET, why)
    if problem.code is ProblemCode.NOT_THE_ENTRY:
        return Failed(Failure.NONSENSE, why)  # thrown away there: sent again from the start, later
    match status:
        case 401 | 403:
            counter = dict(problem.members).get("counter")
            return Failed(
                Failure.IDENTITY, why, counter=counter, server_time=_told_time(problem.server_time)
            )
        case 404 | 410:
            return Failed(Failure.GONE, why)
        case 409 if problem.code is None:  # an answer to HEAD has no body to say more
            return Failed(Failure.OFFSET, why)
        case 413:
            return Failed(Failure.TOO_LARGE, why)
        case 423:
            return Failed(Failure.OFFSET, why, wait_s)
        case 408 | 425 | 429:
            return Failed(Failure.LATER, why, wait_s)
        case _ if 500 <= status <= 599:
            return Failed(Failure.LATER, why, wait_s)
        case _ if 400 <= status <= 499:
            return Failed(Failure.REFUSED, why)
        case _:
            return Failed(Failure.NOT_THE_PLATFORM, f"unexpected status {status}")


def _told_time(text: str) -> datetime | None:
    """Return the platform's time, None if it says none that can be true."""
    at = parse_instant(text) if text else None
    return at if at is not None and EARLIEST <= at < LATEST else None


def rest_s(failures: int, dice: float, retry_after_s: float | None = None) -> float:
    """Return how long to rest after so many failures in a row.

    Full jitter: anything between nothing and a bound that begins at `BASE_S` and doubles, so that
    kiosks that lost the network together do not come back together. What the platform asks for
    goes before it.

    Args:
        failures: In a row, 1 or more.
        dice: A random number, 0 up to 1.
        retry_after_s: What the platform asked for.
    """
    if retry_after_s is not None:
        return retry_after_s
    bound_s = min(CAP_S, BASE_S * 2 ** min(failures - 1, 20))
    return float(dice * bound_s)


def http_date(text: str) -> datetime | None:
    """Return a date as HTTP writes it (RFC 9110 section 5.6.7); None for anything else."""
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a zone of any number of digits
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _retry_after_s(value: str | None, now: datetime) -> float | None:
    """Return a Retry-After field (RFC 9110 section 10.2.3) in seconds, bounded; None if absurd."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(float(text), LONGEST_RETRY_AFTER_S)
    at = http_date(text)
    if at is None:
        return None
    wait_s = (at - now).total_seconds()
    return min(wait_s, LONGEST_RETRY_AFTER_S) if wait_s >= 0 else None
