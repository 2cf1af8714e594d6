"""Code lists that cards refer to, read once from `assets/cards`."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

_CARDS = Path(__file__).resolve().parents[2] / "assets" / "cards"


def nation_name(code: str) -> str | None:
    """Return the name of a nation of China by its GB/T 3304 code, or None for an unknown one."""
    return _nations().get(code)


@functools.cache
def _nations() -> Mapping[str, str]:
    with (_CARDS / "cn" / "nations.toml").open("rb") as file:
        return {str(code): str(name) for code, name in tomllib.load(file)["nations"].items()}
