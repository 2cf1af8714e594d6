"""The memory that a camera's pictures pass through keeps none of them."""

from __future__ import annotations

import os

import pytest

from devices.frames import PictureMemory


def test_a_picture_does_not_outlive_the_camera() -> None:
    """Once it is let go, whoever still has the memory finds nothing in it."""
    memory = PictureMemory.make(1_000)
    worker = PictureMemory(os.dup(memory.fd), 1_000)
    worker.write(b"a face" * 10)
    assert memory.read(6) == b"a face"
    memory.read(60)
    memory.close()
    assert worker.read(60) == bytes(60)
    worker.close()
    worker.close()


def test_a_picture_that_was_never_spoken_of_is_wiped_too() -> None:
    """Its worker was killed between writing and saying so."""
    memory = PictureMemory.make(1_000_000)
    worker = PictureMemory(os.dup(memory.fd), 1_000_000)
    worker.write(b"a face" * 10_000)
    memory.close()
    assert worker.read(60_000) == bytes(60_000)
    worker.close()


def test_no_more_is_read_than_there_is() -> None:
    """A worker that claims a larger picture gets none."""
    memory = PictureMemory.make(10)
    with pytest.raises(ValueError, match="no picture is that large"):
        memory.read(11)
    with pytest.raises(ValueError, match="no picture is that large"):
        memory.write(bytes(11))
    memory.close()
