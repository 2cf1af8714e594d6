"""Files of a stick: written whole, and read from where they lie, whatever lies there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import StickError
from sync import stick
from sync.stick import (
    BLOCK_BYTES,
    blocks_from_medium,
    blocks_of,
    open_regular,
    stick_errors,
    write_file,
)

SIZES = [0, 1, 511, 4096, 4097, BLOCK_BYTES, BLOCK_BYTES + 1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_direct", [True, False])
def test_what_the_medium_gives_is_what_was_written(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch, *, is_direct: bool
) -> None:
    """Past the cache and through it, up to the last byte of the last sector."""
    if not is_direct:
        monkeypatch.setattr(stick, "_open_direct", lambda _: None)
    data = os.urandom(size)
    path = tmp_path / "file"
    write_file(path, [data[: size // 3], data[size // 3 :]])
    assert b"".join(blocks_from_medium(path)) == data
    assert b"".join(blocks_of(path)) == data


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """No half file, no draft."""
    path = tmp_path / "file"
    write_file(path, [b"before"])

    def breaks() -> Iterator[bytes]:
        yield b"after"
        raise OSError(errno.EIO, "gone")

    with pytest.raises(OSError, match="gone"):
        write_file(path, breaks())
    assert path.read_bytes() == b"before"
    assert [it.name for it in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_is_not_read(tmp_path: Path, kind: str) -> None:
    """Neither followed nor waited for."""
    path = tmp_path / "it"
    match kind:
        case "link":
            path.symlink_to("/etc/hostname")
        case "pipe":
            os.mkfifo(path)
        case _:
            path.mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - each has its own number
        open_regular(path)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "full"),
        (errno.EROFS, "written"),
        (errno.EIO, "not answer"),
        (errno.ENODEV, "not answer"),
    ],
)
def test_a_failure_is_a_sentence(number: int, said: str) -> None:
    """Full, write-protected and pulled out are three things."""
    with pytest.raises(StickError, match=said), stick_errors():
        raise OSError(number, os.strerror(number))
