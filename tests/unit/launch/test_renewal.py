"""The kiosk ends for a newer catalogue only when nobody is there, and only for a newer one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.clock import Moment
from kiosk.domain import Language
from kiosk.flow.session import Display, Session, StaffPanel, StaffStep, Step
from launch import renewal
from launch.renewal import QUIET_LOOKS, Renewal

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HOME = Session(display=Display(Language("en")))


def looks(made: Renewal, session: Session, count: int) -> list[bool]:
    """Look several times."""
    return [made.is_due(session) for _ in range(count)]


def test_it_is_due_after_a_quiet_while() -> None:
    """Whoever comes in between begins the wait anew."""
    made = Renewal(lambda: (7, 1), running=(5, 1))
    assert not any(looks(made, HOME, QUIET_LOOKS - 1))
    visit = replace(HOME, session_id="s-1", step=Step.GUIDE)
    staff = replace(HOME, staff=StaffPanel(StaffStep.DOOR, Moment(NOW, 0.0)))
    for busy in (visit, replace(HOME, session_id="s-1"), staff):
        assert not any(looks(made, busy, QUIET_LOOKS + 1))
        assert not any(looks(made, HOME, QUIET_LOOKS - 1))
    assert made.is_due(HOME)


@pytest.mark.parametrize("ready", [0, 4, 5])
def test_what_is_not_newer_is_no_reason(ready: int) -> None:
    """Or it would start anew for ever."""
    assert not any(looks(Renewal(lambda: (ready, 1), running=(5, 1)), HOME, 3 * QUIET_LOOKS))


def test_it_needs_somebody_who_starts_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a window of a desktop, or without a service manager, it goes on."""
    monkeypatch.delenv(renewal.SERVICE_MANAGER, raising=False)
    nothing: object = None
    assert renewal.renewal_of(nothing, is_windowed=False) is None  # type: ignore[arg-type]
    monkeypatch.setenv(renewal.SERVICE_MANAGER, "x")
    assert renewal.renewal_of(nothing, is_windowed=True) is None  # type: ignore[arg-type]
