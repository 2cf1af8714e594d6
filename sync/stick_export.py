"""Putting the queue on a stick: the envelopes as they are, a signed list, everything read back.

Knows the store, and no network. The list is written first: whatever is interrupted leaves a bundle
that says what is missing, and the next export adds only that. Nothing changes here: an entry is
delivered when its proof comes, and not before.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.enrolment import Enrolment
from kiosk.errors import StickError, StorageError
from kiosk.journal import Epoch
from kiosk.store import entries, facts
from kiosk.store.engine import ENVELOPES, Database
from kiosk.store.keys import Keys
from kiosk.store.leases import Leases
from sync.news import CURSOR
from sync.protocol import (
    BUNDLE_ENTRIES,
    BUNDLE_INCOMPLETE,
    BUNDLE_MANIFEST,
    LONGEST_LINE_BYTES,
    BundleLine,
    BundleManifest,
    bundle_name,
    check_entry,
    entry_of_file,
    list_name,
    parse_bundle_line,
    sign_bundle,
)
from sync.stick import (
    DRAFT,
    blocks_from_medium,
    blocks_of,
    must_be_folder,
    stick_errors,
    sync_names,
    write_file,
)

BATCH = 200
ROOM_FOR_NEWS = 1 << 16
ROOM_FOR_A_PROOF = 1 << 11
"""Bytes left free on a stick for what the platform answers: a stick that is full to the brim would
bring nothing back."""

COPYING_S = 120.0
"""A stick takes less for one envelope; whatever takes longer holds nobody up."""

_MARK = (
    b"This export has not ended: something is missing here. Nothing is lost; it is all still on the"
    b" kiosk.\nPut the stick into the kiosk again and run the export once more.\n"
)
_NOT_THE_SAME = (
    "The stick does not give back what was written to it.",
    "Nothing is lost. Use another stick: this one is broken, or smaller than it says.",
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exported:
    """What lies on the stick now, flushed and read back."""

    folder: Path
    total: int
    """Entries in the bundle."""
    copied: int
    """Of these, copied this time; the others were there already, whole."""
    size: int
    """Bytes of all of them."""
    unreadable: tuple[int, ...]
    """Places in the chain of entries whose envelopes can't be read here; they are not on it."""


@dataclass(slots=True)
class Export:
    """Exports once; used from one thread, with a connection of its own.

    Args:
        on_step: Told after each entry how many are done and how many there are, copying and reading
            back together.
    """

    db: Database
    state_folder: Path
    enrolment: Enrolment
    keys: Keys
    leases: Leases
    """So that no courier begins with what is just being copied; what one sends now is copied all
    the same."""
    on_step: Callable[[int, int], None] = lambda _done, _of: None
    _unreadable: dict[str, int] = field(default_factory=dict, init=False)
    _room: int = field(default=0, init=False)
    _done: int = field(default=0, init=False)
    _steps: int = field(default=0, init=False)

    def run(self, stick: Path, at: datetime, *, with_delivered: bool = False) -> Exported:
        """Bring the bundle of this kiosk on a stick up to date; return once it is safe to pull out.

        Args:
            stick: The folder where the stick is mounted.
            at: Now.
            with_delivered: Also what is proven and still lies here.

        Raises:
            StickError: The stick is full, gone, or does not keep what is written; what is on it
                says that it is incomplete.
            StorageError: The queue can't be read.
        """
        if not stick.is_dir():
            raise StickError(f"There is no folder {stick}.", "Plug the stick in and mount it.")
        folder = stick / bundle_name(self.enrolment.kiosk_id)
        with stick_errors():
            for made in (folder, folder / BUNDLE_ENTRIES):
                made.mkdir(exist_ok=True)
                must_be_folder(made)
            write_file(folder / BUNDLE_INCOMPLETE, [_MARK])
            sync_names(stick)
            manifest = self._write_lists(folder, at, self._lines(with_delivered=with_delivered))
            self._make_room(folder, with_delivered=with_delivered)
            self._steps = 2 * manifest.count
            self._room = ROOM_FOR_NEWS + ROOM_FOR_A_PROOF * manifest.count
            fresh = self._copy_all(folder, manifest)
            sync_names(folder / BUNDLE_ENTRIES)
            if self._unreadable:
                readable = (
                    line
                    for line in self._listed(folder, manifest)
                    if line.file not in self._unreadable
                )
                manifest = self._write_lists(folder, at, readable)
            self._read_back(folder, manifest, fresh)
            (folder / BUNDLE_INCOMPLETE).unlink()
            sync_names(folder)
            sync_names(stick)
        unreadable = tuple(sorted(self._unreadable.values()))
        return Exported(folder, manifest.count, len(fresh), manifest.size, unreadable)

    # --- what there is ---

    def _lines(self, *, with_delivered: bool) -> Iterator[BundleLine]:
        after = (Epoch(""), 0)
        while batch := entries.page(self.db, after, BATCH, with_delivered=with_delivered):
            for entry in batch:
                yield BundleLine(entry.file, entry.size, entry.entry_hash)
            after = (batch[-1].header.epoch, batch[-1].seq)

    def _write_lists(
        self, folder: Path, at: datetime, lines: Iterator[BundleLine]
    ) -> BundleManifest:
        """Write the list and the manifest that vouches for it, and take older lists away."""
        epoch = Epoch(facts.get(self.db, "epoch") or "")
        if not epoch:
            raise StickError("Nothing was ever stored on this kiosk.", "There is nothing to do.")
        digest, count, size = hashlib.sha256(), 0, 0

        def blocks() -> Iterator[bytes]:
            nonlocal count, size
            for line in lines:
                text = line.to_text().encode("ascii")
                digest.update(text)
                count, size = count + 1, size + line.size
                yield text

        draft = folder / "entries-new.txt"
        write_file(draft, _in_blocks(blocks()))
        name = list_name(digest.digest())
        draft.replace(folder / name)
        head_seq, head_hash = entries.head(self.db, self.enrolment.kiosk_id, epoch)
        manifest = BundleManifest(
            kiosk=self.enrolment.kiosk_id,
            made_at=at,
            count=count,
            size=size,
            list_sha256=digest.digest(),
            epoch=epoch,
            head_seq=head_seq,
            head_hash=head_hash,
            changes_since=facts.get(self.db, CURSOR) or "0",
        )
        write_file(folder / BUNDLE_MANIFEST, [self._manifest_bytes(manifest)])
        sync_names(folder)
        for path in folder.glob("entries-*.txt"):
            if path.name != name:
                path.unlink()
        return manifest

    def _manifest_bytes(self, manifest: BundleManifest) -> bytes:
        document = sign_bundle(manifest, self.keys.sign)
        return json.dumps(document.to_json(), indent=1, sort_keys=True).encode() + b"\n"

    # --- what is on the stick ---

    def _make_room(self, folder: Path, *, with_delivered: bool) -> None:
        """Take away what an interrupted copy left, and what this kiosk has a proof of by now."""
        for path in (folder / BUNDLE_ENTRIES).iterdir():
            if path.name.endswith(DRAFT) or (not with_delivered and self._is_proven(path.name)):
                path.unlink()

    def _is_proven(self, file: str) -> bool:
        app_id = entry_of_file(file)
        entry = None if app_id is None else entries.find(self.db, app_id)
        return entry is not None and entry.file == file and entry.proof is not None

    def _copy_all(self, folder: Path, manifest: BundleManifest) -> set[str]:
        """Copy what is missing; return the names of what was copied."""
        copied: set[str] = set()
        try:
            for line in self._listed(folder, manifest):
                target = folder / BUNDLE_ENTRIES / line.file
                if not self._is_there(target, line) and self._copy(line, target):
                    copied.add(line.file)
                self._step()
        finally:
            with contextlib.suppress(StorageError):  # what is not given back ends by itself
                self.leases.let_go()
        return copied

    def _is_there(self, target: Path, line: BundleLine) -> bool:
        try:
            if target.stat().st_size != line.size:
                return False
        except FileNotFoundError:
            return False
        return not self._problem(blocks_from_medium(target), line)

    def _copy(self, line: BundleLine, target: Path) -> bool:
        """Copy one envelope; an unreadable one is noted, and the others go on."""
        source = self.state_folder / ENVELOPES / line.file
        with contextlib.suppress(StorageError):  # on a full disk, too, the queue can be taken out
            self.leases.hold(line.app_id)
        try:
            problem = self._problem(blocks_of(source), line)
        except OSError as error:
            problem = f"it can't be read ({error.strerror})"
        if problem:
            entry = entries.find(self.db, line.app_id)
            _log.error("NOT_EXPORTED seq=%d why=%s", entry.seq if entry else 0, problem)
            self._unreadable[line.file] = entry.seq if entry else 0
            return False
        if shutil.disk_usage(target.parent).free < line.size + self._room:
            raise OSError(errno.ENOSPC, "no room beside what the platform will answer")
        write_file(target, blocks_of(source))
        return True

    def _read_back(self, folder: Path, manifest: BundleManifest, fresh: set[str]) -> None:
        """Read everything from the stick itself; what was there whole before is not read again."""
        told = b"".join(blocks_from_medium(folder / BUNDLE_MANIFEST))
        if told != self._manifest_bytes(manifest):
            raise StickError(*_NOT_THE_SAME)
        digest = hashlib.sha256()
        for block in blocks_from_medium(folder / list_name(manifest.list_sha256)):
            digest.update(block)
        if digest.digest() != manifest.list_sha256:
            raise StickError(*_NOT_THE_SAME)
        for line in self._listed(folder, manifest):
            path = folder / BUNDLE_ENTRIES / line.file
            if line.file in fresh and self._problem(blocks_from_medium(path), line):
                path.unlink()  # the next export would only find out again
                raise StickError(*_NOT_THE_SAME)
            self._step()

    def _problem(self, blocks: Iterator[bytes], line: BundleLine) -> str:
        return check_entry(blocks, line, self.enrolment.kiosk_id, self.keys.public_key)

    def _listed(self, folder: Path, manifest: BundleManifest) -> Iterator[BundleLine]:
        """Give the lines as they were written: the queue may have moved on meanwhile."""
        path = folder / list_name(manifest.list_sha256)
        with path.open("r", encoding="ascii", errors="replace", newline="\n") as file:
            while text := file.readline(LONGEST_LINE_BYTES):
                line = parse_bundle_line(text)
                if line is None:
                    raise StickError(*_NOT_THE_SAME)
                yield line

    def _step(self) -> None:
        self._done += 1
        self.on_step(self._done, self._steps)


def _in_blocks(pieces: Iterator[bytes], size: int = 1 << 16) -> Iterator[bytes]:
    """Join small pieces, so that a stick is not asked for every line."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= size:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
