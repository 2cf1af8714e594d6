"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kiosk.files import NOTE, make_private_folder, write_durably
from tests.support.failing_disk import FailingDisk
from tests.support.needs import needs


def test_a_file_is_written_whole_and_private(tmp_path: Path) -> None:
    """Content, mode, and no draft left."""
    path = tmp_path / "file"
    write_durably(path, b"x" * 100_000)
    write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("point", [1, 2, 3, 4])
def test_what_was_there_stands_when_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: int
) -> None:
    """Up to the renaming the old file stays, and no draft."""
    path = tmp_path / "file"
    write_durably(path, b"old")
    disk = FailingDisk(monkeypatch, tmp_path)
    disk.fail_at(point, code=errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        write_durably(path, b"new")
    disk.mend()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_folder_is_nobody_elses(tmp_path: Path) -> None:
    """Made with its parents; there already, it stays as it is."""
    folder = tmp_path / "a" / "b"
    make_private_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    make_private_folder(folder)


def test_a_note_is_kept_beside_the_bytes(tmp_path: Path) -> None:
    """It is no part of them, goes with the file, and is left away where there is none."""
    path = tmp_path / "file"
    write_durably(path, b"bytes", b"note")
    needs(NOTE in os.listxattr(path), "keep attributes of files")
    assert path.read_bytes() == b"bytes"
    assert os.getxattr(path, NOTE) == b"note"
    write_durably(path, b"others")
    assert NOTE not in os.listxattr(path)
