"""Receiving the bytes of an upload: streamed to the file, one writer per entry, memory flat.

A request whose connection died may hang on for minutes; the next one for the same entry ends it and
goes on from what it left. Bytes that arrived before a connection broke are kept, since the whole is
compared with the announced hash anyway.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from central.files import EnvelopeFiles
from kiosk.envelope import AppId
from sync.protocol import MAX_APPEND_BYTES

GHOST_TIMEOUT_S = 5.0


class AppendProblem(StrEnum):
    """Why the bytes of a request were not, or not all, appended."""

    TOO_LARGE = "too_large"
    """More than one request may bring."""
    PAST_THE_END = "past_the_end"
    """More than the announced length."""
    DIGEST_MISMATCH = "digest_mismatch"
    """They have not the signed digest; none was kept."""
    ENDED_EARLY = "ended_early"
    """The connection broke, or a newer request took over; what had arrived was kept."""


@dataclass(slots=True)
class _Writer:
    superseded: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)


class Uploads:
    """Keeps writers of the same upload apart; lives on the event loop."""

    def __init__(self) -> None:
        self._writers: dict[AppId, _Writer] = {}

    @asynccontextmanager
    async def only_writer(self, app_id: AppId) -> AsyncIterator[asyncio.Event | None]:
        """Become the one writer of an upload, ending the one before; None if it does not end.

        The event that is given is set when somebody newer wants to write.
        """
        before = self._writers.get(app_id)
        if before is not None:
            before.superseded.set()
            try:
                await asyncio.wait_for(before.finished.wait(), GHOST_TIMEOUT_S)
            except TimeoutError:
                yield None
                return
        if app_id in self._writers:  # somebody else was waiting too, and was first
            yield None
            return
        writer = self._writers[app_id] = _Writer()
        try:
            yield writer.superseded
        finally:
            del self._writers[app_id]
            writer.finished.set()


async def append_body(
    request: Request,
    files: EnvelopeFiles,
    app_id: AppId,
    *,
    room: int,
    expected_sha256: bytes,
    superseded: asyncio.Event,
) -> AppendProblem | None:
    """Append a request's body to an upload and synchronise it.

    Args:
        room: How many bytes are still missing of the announced length.
    """
    if int(request.headers.get("content-length", "0")) > MAX_APPEND_BYTES:
        return AppendProblem.TOO_LARGE
    digest = hashlib.sha256()
    count = 0
    problem: AppendProblem | None = None
    with files.open_upload(app_id) as file:
        start = file.tell()
        async for chunk in _chunks(request, superseded):
            if chunk is None:
                problem = AppendProblem.ENDED_EARLY
                break
            count += len(chunk)
            if count > room or count > MAX_APPEND_BYTES:
                problem = AppendProblem.PAST_THE_END if count > room else AppendProblem.TOO_LARGE
                break
            digest.update(chunk)
            file.write(chunk)
        if problem is None and digest.digest() != expected_sha256:
            problem = AppendProblem.DIGEST_MISMATCH
        if problem not in {None, AppendProblem.ENDED_EARLY}:
            file.truncate(start)
        await run_in_threadpool(os.fsync, file.fileno())
    return problem


async def _chunks(request: Request, superseded: asyncio.Event) -> AsyncIterator[bytes | None]:
    """Give the body piece by piece, and None at last if it ended early."""
    stream = request.stream().__aiter__()
    newer = asyncio.ensure_future(superseded.wait())
    try:
        while True:
            piece = asyncio.ensure_future(anext(stream, None))
            await asyncio.wait({piece, newer}, return_when=asyncio.FIRST_COMPLETED)
            if not piece.done():
                piece.cancel()
                yield None
                return
            try:
                chunk = piece.result()
            except ClientDisconnect:
                yield None
                return
            if chunk is None:
                return
            if chunk:
                yield chunk
    finally:
        newer.cancel()
