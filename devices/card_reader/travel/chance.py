"""Where random numbers come from: the operating system, or the worked examples in tests."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chance:
    """`token` returns so many random bytes, `below` a number from 1 to one less than its limit."""

    token: Callable[[int], bytes] = secrets.token_bytes
    below: Callable[[int], int] = lambda limit: 1 + secrets.randbelow(limit - 1)
