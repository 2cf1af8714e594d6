"""The files of the repository as these tests look at them, without what is built or downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_NOT_OURS = frozenset({"__pycache__", "build", "dist"})


def files() -> Iterator[Path]:
    """Yield every file of ours, relative to the root."""
    for folder, below, names in os.walk(ROOT):
        below[:] = [
            name
            for name in below
            if name not in _NOT_OURS
            and not name.endswith(".egg-info")
            and (name == ".ci" or not name.startswith("."))
        ]
        for name in names:
            if name != ".git" and not name.startswith(".setup"):
                yield (Path(folder) / name).relative_to(ROOT)


def python_files() -> list[Path]:
    """Return every Python file of ours, relative to the root."""
    return sorted(path for path in files() if path.suffix == ".py")


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every file of ours that is text, with its content."""
    for path in files():
        data = (ROOT / path).read_bytes()
        if b"\0" in data[:8192]:
            continue
        try:
            yield path, data.decode()
        except UnicodeDecodeError:
            continue
