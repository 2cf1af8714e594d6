"""Taking in bundles from a stick: the same rules as over the network, and the answers back onto it.

A bundle is believed as far as its kiosk signed it, and each entry as far as it is signed itself.
One bad entry blocks no other. `docs/reference/bundle.md` tells what lies where.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from central.announcing import ManifestRefusal, register
from central.intake import complete, find_upload
from central.opening import note_opening
from central.platform import Platform
from central.stick_answers import AnswersNotWritten, open_regular, write_answers
from central.tables import EntryRow, KioskRow
from kiosk.envelope import KioskId
from sync.protocol import (
    BUNDLE_ENTRIES,
    BUNDLE_INCOMPLETE,
    BUNDLE_MANIFEST,
    BUNDLE_PREFIX,
    LONGEST_LINE_BYTES,
    MAX_MESSAGE_BYTES,
    BadAnswer,
    BundleLine,
    BundleManifest,
    EntryCheck,
    Manifest,
    accept_bundle,
    claimed_kiosk,
    list_name,
    parse_bundle_line,
    read_bytes,
    read_signed,
)

BLOCK_BYTES = 1 << 20
MOST_PROBLEMS = 50


@dataclass(slots=True)
class BundleResult:
    """What became of one bundle; complete and answered if `is_well`."""

    name: str
    refusal: str = ""
    """Why nothing was taken from it, a sentence; "" where it was."""
    taken: int = 0
    known: int = 0
    """Entries that were held before."""
    missing: int = 0
    """Entries of the list whose files are not on the stick."""
    bad: int = 0
    problems: list[str] = field(default_factory=list)
    """The first of what was wrong, file by file."""
    was_interrupted: bool = False
    alarm: str = ""
    answers_problem: str = ""

    @property
    def is_well(self) -> bool:
        """Whether everything listed is held and answered."""
        failed = self.refusal or self.missing or self.bad or self.alarm or self.answers_problem
        return not failed

    def note(self, file: str, why: str) -> None:
        """Note what was wrong with an entry."""
        self.bad += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{file}: {why}")


def import_stick(platform: Platform, stick: Path) -> list[BundleResult]:
    """Take in every bundle on a stick, or the one bundle that `stick` is; none: an empty list.

    Raises:
        OSError: The platform's own disk can't be written; what is held is held.
    """
    found = [stick] if (stick / BUNDLE_MANIFEST).exists() else sorted(_bundles(stick))
    with _only_import(platform.data):
        return [_import(platform, bundle) for bundle in found]


def _bundles(stick: Path) -> Iterator[Path]:
    found = stick.glob(f"{BUNDLE_PREFIX}*")
    # No link: what is answered there stays on the stick.
    yield from (it for it in found if it.is_dir() and not it.is_symlink())


@contextmanager
def _only_import(data: Path) -> Iterator[None]:
    """Let one import run at a time; what comes over the network meanwhile does no harm."""
    with (data / "import.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _import(platform: Platform, bundle: Path) -> BundleResult:
    result = BundleResult(bundle.name)
    try:
        manifest = _manifest(platform, bundle)
        if isinstance(manifest, str):
            result.refusal = manifest
            return result
        result.was_interrupted = (bundle / BUNDLE_INCOMPLETE).exists()
    except OSError as error:
        result.refusal = f"The stick can't be read ({error.strerror})."
        return result
    result.alarm = _note_head(platform, manifest)
    with platform.database.reading() as session:
        public_key = session.get_one(KioskRow, manifest.kiosk).public_key
    try:
        for line in _lines(bundle, manifest):
            _take(platform, bundle, EntryCheck(line, manifest.kiosk, public_key), result)
        write_answers(platform, bundle, manifest, _lines(bundle, manifest))
    except (StickUnreadable, AnswersNotWritten) as error:
        result.answers_problem = f"The answers can't be written to the stick: {error}."
    return result


class StickUnreadable(Exception):
    """A file of the stick is not there or can't be read; never leaves this module."""


def _manifest(platform: Platform, bundle: Path) -> BundleManifest | str:
    """Return what a bundle is said to hold, or in a sentence why it is not believed."""
    try:
        with open_regular(bundle / BUNDLE_MANIFEST) as file:
            data = file.read(MAX_MESSAGE_BYTES + 1)
    except FileNotFoundError:
        return "The export was interrupted before it began: export again."
    document = read_bytes(data, read_signed)
    if isinstance(document, BadAnswer):
        return f"The manifest can't be read ({document.why}): export again."
    kiosk = claimed_kiosk(document)
    with platform.database.reading() as session:
        row = None if kiosk is None else session.get(KioskRow, kiosk)
        known = None if row is None else (row.public_key, row.revoked_at)
    if known is None:
        return "No kiosk of this name is enrolled here."
    public_key, revoked_at = known
    manifest = accept_bundle(document, public_key)
    if isinstance(manifest, BadAnswer):
        return f"The bundle is not believed: {manifest.why}."
    if revoked_at:
        return "This kiosk may not send any more."
    digest = hashlib.sha256()
    try:
        for block in _blocks(bundle / list_name(manifest.list_sha256)):
            digest.update(block)
    except StickUnreadable:
        return "The list of entries is missing or can't be read: export again."
    if digest.digest() != manifest.list_sha256:
        return "The list of entries is not the one that the kiosk signed: export again."
    return manifest


def _note_head(platform: Platform, manifest: BundleManifest) -> str:
    """Compare the kiosk's chain with ours; return the alarm, if there is one.

    A head below ours means nothing here: the network may have been faster than the stick.
    """
    with platform.database.writing() as session:
        row = session.get_one(KioskRow, manifest.kiosk)
        known = session.scalar(
            select(EntryRow.entry_hash).where(
                EntryRow.kiosk == manifest.kiosk,
                EntryRow.epoch == manifest.epoch,
                EntryRow.seq == manifest.head_seq,
            )
        )
        row.last_seen_at = platform.stamp()
        if known is None or known == manifest.head_hash.hex():
            return ""
        row.alarm = f"Two chains: entry {manifest.head_seq} has two hashes. Was this kiosk copied?"
        return row.alarm


def _lines(bundle: Path, manifest: BundleManifest) -> Iterator[BundleLine]:
    """Give the lines of the list, whose hash was checked."""
    path = bundle / list_name(manifest.list_sha256)
    try:
        with path.open("r", encoding="ascii", errors="replace", newline="\n") as file:
            while text := file.readline(LONGEST_LINE_BYTES):
                line = parse_bundle_line(text)
                if line is not None:
                    yield line
    except OSError as error:
        raise StickUnreadable(f"the list can't be read ({error.strerror})") from error


def _take(platform: Platform, bundle: Path, check: EntryCheck, result: BundleResult) -> None:
    """Take in one entry: announced by its front, checked to its last byte, held and proven."""
    try:
        _take_whole(platform, bundle, check, result)
    except StickUnreadable as error:
        if error.__cause__ is None:
            result.missing += 1
        else:
            result.note(check.line.file, str(error))


def _take_whole(platform: Platform, bundle: Path, check: EntryCheck, result: BundleResult) -> None:
    line, files = check.line, platform.files
    blocks = _blocks(bundle / BUNDLE_ENTRIES / line.file)
    first = next(blocks, b"")
    check.take(first)
    if check.front is None:
        result.note(line.file, check.end())
        return
    answer = register(platform, KioskId(check.kiosk), line.app_id, Manifest(check.front))
    if isinstance(answer, ManifestRefusal):
        result.note(line.file, answer.value)
        return
    if answer.answer.complete:
        result.known += 1
        return

    def checked() -> Iterator[bytes]:
        yield first
        for block in blocks:
            check.take(block)
            if check.problem:
                return
            yield block

    if problem := files.receive_copy(line.app_id, checked(), check.end):
        result.note(line.file, problem)
        return
    upload = find_upload(platform, check.kiosk, line.app_id)
    assert upload is not None, "it was registered"
    if complete(platform, upload) is None:
        result.note(line.file, "the bytes are not the entry's")
        return
    files.discard(line.app_id)  # what the network had brought of it
    note_opening(platform, line.app_id)
    result.taken += 1


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with open_regular(path) as file:
            while block := file.read(BLOCK_BYTES):
                yield block
    except FileNotFoundError:
        raise StickUnreadable("it is not on the stick") from None  # no cause: missing, not bad
    except OSError as error:
        raise StickUnreadable(f"it can't be read ({error.strerror})") from error
