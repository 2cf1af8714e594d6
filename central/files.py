"""Envelope files: what is arriving, and what is held for good.

An upload grows in `arriving/`; its length on the disk is its offset. Whole and checked, it is moved
to `envelopes/`, with file and folder synchronised, before any row says so: a row that says held
always has its file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from central.database import fsync_folder
from kiosk.envelope import AppId, EnvelopeFront

READ_BYTES = 2**20


class EnvelopeFiles:
    """The files of one platform, named by app_id; app_ids are checked before they come here."""

    def __init__(self, data: Path) -> None:
        self._arriving = data / "arriving"
        self._held = data / "envelopes"
        for folder in (self._arriving, self._held):
            folder.mkdir(mode=0o700, exist_ok=True)
        fsync_folder(data)

    def offset(self, app_id: AppId) -> int:
        """Return how many bytes of an upload have arrived."""
        try:
            return self._upload(app_id).stat().st_size
        except FileNotFoundError:
            return 0

    def open_upload(self, app_id: AppId) -> BinaryIO:
        """Return the upload for writing at its end, made if it is not there."""
        return self._upload(app_id).open("ab", buffering=0)

    def discard(self, app_id: AppId) -> None:
        """Throw an upload away."""
        self._upload(app_id).unlink(missing_ok=True)

    def fits(self, app_id: AppId, front: EnvelopeFront) -> bool:
        """Say whether a complete upload is exactly the entry with this front."""
        return _fits(self._upload(app_id), front)

    def keep(self, app_id: AppId) -> None:
        """Move a complete, checked upload to where it stays, so that a power cut can't take it."""
        upload = self._upload(app_id)
        with upload.open("rb") as file:
            os.fsync(file.fileno())
        upload.replace(self._envelope(app_id))
        fsync_folder(self._held)
        fsync_folder(self._arriving)

    def receive_copy(
        self, app_id: AppId, blocks: Iterable[bytes], verdict: Callable[[], str]
    ) -> str:
        """Keep an entry that comes from elsewhere than the network, apart from what arrives there.

        Args:
            blocks: Its bytes.
            verdict: Asked once all have passed: why they are not the entry, "" if they are.

        Returns:
            What the verdict was; only with "" it is kept.
        """
        copy = self._arriving / f"{app_id}.import"
        try:
            with copy.open("wb", buffering=0) as file:
                for block in blocks:
                    file.write(block)
                problem = verdict()
                if not problem:
                    os.fsync(file.fileno())
            if not problem:
                copy.replace(self._envelope(app_id))
                fsync_folder(self._held)
                fsync_folder(self._arriving)
        finally:
            copy.unlink(missing_ok=True)
        return problem

    def is_kept(self, app_id: AppId, front: EnvelopeFront) -> bool:
        """Say whether exactly the entry with this front lies where it stays.

        Another file may: a database that was restored knows nothing of those that came later.
        """
        try:
            return _fits(self._envelope(app_id), front)
        except FileNotFoundError:
            return False

    def read(self, app_id: AppId) -> bytes:
        """Return the envelope of a held entry, empty if its file is gone."""
        try:
            return self._envelope(app_id).read_bytes()
        except FileNotFoundError:
            return b""

    def blocks(self, app_id: AppId) -> Iterator[bytes]:
        """Give the envelope of a held entry block by block; nothing if its file is gone."""
        try:
            with self._envelope(app_id).open("rb", buffering=0) as file:
                while block := file.read(READ_BYTES):
                    yield block
        except FileNotFoundError:
            return

    def _upload(self, app_id: AppId) -> Path:
        return self._arriving / f"{app_id}.part"

    def _envelope(self, app_id: AppId) -> Path:
        return self._held / f"{app_id}.kse"


def _fits(path: Path, front: EnvelopeFront) -> bool:
    before = front.to_bytes()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if file.read(len(before)) != before:
            return False
        size = 0
        while block := file.read(READ_BYTES):
            size += len(block)
            digest.update(block)
    return size == front.header.size and digest.digest() == front.header.ct_sha256
