"""What a test needs from the machine: skipped on a desk, failed where everything must be tried."""

from __future__ import annotations

import os

import pytest


def needs(condition: object, reason: str) -> None:
    """Go on if `condition` is true; otherwise skip with `reason`, or fail when CI is set.

    To be called in a test or a fixture, before anything is started.
    """
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(f"this machine must be able to, and is not: {reason}", pytrace=False)
    pytest.skip(reason)
