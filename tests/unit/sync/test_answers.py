"""What every answer means, and how long to rest: the rules of delivery as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.answers import (
    CAP_S,
    LONGEST_RETRY_AFTER_S,
    STOPS_THE_ROUND,
    Failure,
    failure_of,
    rest_s,
)
from sync.protocol import Problem, ProblemCode

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def failed(status: int, code: ProblemCode | None = None, retry_after: str | None = None) -> Failure:
    """Return what a refusal means."""
    return failure_of(status, Problem(status, code, "Told"), retry_after, NOW).kind


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, None, Failure.REFUSED),
        (400, ProblemCode.COMPLETED_UPLOAD, Failure.COMPLETE),
        (400, ProblemCode.DIGEST_MISMATCH, Failure.OFFSET),
        (401, ProblemCode.BAD_SIGNATURE, Failure.IDENTITY),
        (403, ProblemCode.REVOKED, Failure.IDENTITY),
        (404, ProblemCode.NOT_FOUND, Failure.GONE),
        (408, None, Failure.LATER),
        (409, None, Failure.OFFSET),
        (409, ProblemCode.ID_CONFLICT, Failure.REFUSED),
        (409, ProblemCode.MISMATCHING_OFFSET, Failure.OFFSET),
        (410, None, Failure.GONE),
        (413, ProblemCode.TOO_LARGE, Failure.TOO_LARGE),
        (415, None, Failure.REFUSED),
        (422, ProblemCode.NOT_THE_ENTRY, Failure.NONSENSE),
        (423, ProblemCode.BUSY, Failure.OFFSET),
        (425, None, Failure.LATER),
        (429, ProblemCode.TOO_MANY, Failure.LATER),
        (451, None, Failure.REFUSED),
        (500, None, Failure.LATER),
        (502, None, Failure.LATER),
        (503, None, Failure.LATER),
        (507, None, Failure.LATER),
        (302, None, Failure.NOT_THE_PLATFORM),
        (206, None, Failure.NOT_THE_PLATFORM),
        (600, None, Failure.NOT_THE_PLATFORM),
    ],
)
def test_every_status_has_its_meaning(
    status: int, code: ProblemCode | None, expected: Failure
) -> None:
    """The table of the protocol, status by status."""
    assert failed(status, code) is expected


@given(st.integers(100, 999), st.sampled_from([None, *ProblemCode]))
def test_no_status_is_without_meaning(status: int, code: ProblemCode | None) -> None:
    """Whatever comes, there is one kind of failure and a sentence that names the status."""
    result = failure_of(status, Problem(status, code, "Told"), None, NOW)
    assert isinstance(result.kind, Failure)
    assert str(status) in result.why


def test_what_ends_a_round_is_what_every_other_call_would_meet() -> None:
    """One entry's own trouble never ends the round."""
    own = {Failure.GONE, Failure.OFFSET, Failure.COMPLETE, Failure.TOO_LARGE, Failure.REFUSED}
    assert set(Failure) - STOPS_THE_ROUND == own | {Failure.NONSENSE}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("86400", LONGEST_RETRY_AFTER_S),
        ("999999999999999", None),
        ("-5", None),
        ("7.5", None),
        ("soon", None),
        ("", None),
        ("٧", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW + timedelta(days=900), usegmt=True), LONGEST_RETRY_AFTER_S),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), None),
        ("Fri, 20 Nov 2026 08:00:10", 10.0),
        ("Fri, 99 Nov 2026 08:00:10 GMT", None),
        ("Fri, 20 Nov 2026 08:00:10 +" + "9" * 40, None),
    ],
)
def test_retry_after_is_bounded_and_never_believed_blindly(
    value: str | None, expected: float | None
) -> None:
    """Seconds or a date; what is absurd counts as not said."""
    told = failure_of(503, Problem(503, None, "Told"), value, NOW)
    assert told.retry_after_s == expected


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_rests_are_jittered_and_capped(failures: int, dice: float) -> None:
    """Anything from nothing up to a bound that doubles, and never above the cap."""
    assert 0 <= rest_s(failures, dice) <= min(CAP_S, 2.0 * 2 ** min(failures - 1, 20))
    assert rest_s(1, dice) < 2.0


def test_the_platform_goes_before_the_dice() -> None:
    """Retry-After is obeyed as it stands."""
    assert rest_s(9, 0.9, 3.0) == 3.0


@pytest.mark.parametrize("told", ["", "soon", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])
def test_an_absurd_time_is_not_followed(told: str) -> None:
    """Only a time that can be true puts a clock right."""
    problem = Problem(401, ProblemCode.CLOCK_SKEW, "Told", server_time=told)
    assert failure_of(401, problem, None, NOW).server_time is None
    good = Problem(401, ProblemCode.CLOCK_SKEW, "Told", server_time="2026-11-20T08:00:00Z")
    assert failure_of(401, good, None, NOW).server_time == NOW


def test_the_counter_that_was_seen_is_kept() -> None:
    """A counter that is too low comes back with the one to go on from."""
    problem = Problem(401, ProblemCode.COUNTER_TOO_LOW, "Told", members=(("counter", 41),))
    assert failure_of(401, problem, None, NOW).counter == 41
