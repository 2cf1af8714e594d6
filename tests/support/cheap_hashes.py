"""PINs, passwords and codes that are hashed at next to no cost, in all tests but those of the cost.

Hashing one takes a tenth of a second on purpose, and nearly every platform and kiosk of a test
begins with three. What a hash was made with stands in it, so a program that runs apart checks a
cheap one as readily.
"""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

_COSTS = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


def make_cheap(patch: pytest.MonkeyPatch) -> None:
    """Let hashers that nobody tells what to spend spend little, until `patch` is undone."""
    made = PasswordHasher.__init__

    def cheaply(self: PasswordHasher, *given: object, **named: object) -> None:
        costs = {} if given else _COSTS
        made(self, *given, **{**costs, **named})  # type: ignore[arg-type] # handed on as they came

    patch.setattr(PasswordHasher, "__init__", cheaply)
