"""The ground every test stands on.

No screen, no outside world, a home of its own, an odd time zone, and nothing left behind.

What a test needs from the machine it asks for with `tests.support.needs.needs`.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support import cheap_hashes, leftovers, loopback
from tests.support.waiting import wait_until

ROOMS = frozenset({"kiosk", "ui", "devices", "sync", "printing", "launch", "central"})

# Before anything else is imported: Qt and the C library read these once.
_HOME = Path(tempfile.mkdtemp(prefix="doorstep-tests-"))
os.environ.update(
    HOME=str(_HOME),
    XDG_CACHE_HOME=str(_HOME / "cache"),
    XDG_CONFIG_HOME=str(_HOME / "config"),
    XDG_DATA_HOME=str(_HOME / "data"),
    XDG_STATE_HOME=str(_HOME / "state"),
    XDG_RUNTIME_DIR=str(_HOME / "run"),
    LC_ALL="C.UTF-8",
    LANGUAGE="",
    # An offset that nobody expects: local time taken for UTC shows at once.
    TZ="Asia/Kathmandu",
)
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
(_HOME / "run").mkdir(mode=0o700)
time.tzset()

# No deadline: nothing here asserts how long something takes, the machine may be busy.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers of this house."""
    config.addinivalue_line(
        "markers", "may_warn(why): our own log warnings are expected in this test"
    )


def pytest_unconfigure() -> None:
    """Remove the home of this run."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _nobody_outside() -> Iterator[None]:
    """Keep every socket of this process on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        loopback.fence(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _hashes_cost_little() -> Iterator[pytest.MonkeyPatch]:
    """Hash PINs, passwords and codes cheaply; `hashes_at_full_cost` is for tests of the cost."""
    with pytest.MonkeyPatch.context() as patch:
        cheap_hashes.make_cheap(patch)
        yield patch


@pytest.fixture
def hashes_at_full_cost(_hashes_cost_little: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash as the product does."""
    _hashes_cost_little.undo()
    yield
    cheap_hashes.make_cheap(_hashes_cost_little)


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process running."""
    threads, children = leftovers.running_threads(), set(leftovers.child_processes())
    yield
    wait_until(
        lambda: leftovers.running_threads() <= threads,
        what=f"threads of this test to end: {leftovers.running_threads() - threads}",
    )
    wait_until(
        lambda: set(leftovers.child_processes()) <= children,
        what=f"children of this test to end: {leftovers.child_processes()}",
    )


class _Warnings(logging.Handler):
    """Keeps what our own rooms say from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line if it is one of ours."""
        if record.name.partition(".")[0] in ROOMS:
            self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which our own code logged a warning that nobody expected.

    Expected is said with the marker `may_warn`, or by asking for `caplog` and looking.
    """
    handler = _Warnings()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    is_expected = request.node.get_closest_marker("may_warn") or "caplog" in request.fixturenames
    if handler.lines and not is_expected:
        pytest.fail("unexpected in the log:\n" + "\n".join(handler.lines), pytrace=False)
