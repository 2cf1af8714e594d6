"""What the benchmarks measure on is what it is said to be: true chains, and a line that counts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from benchmarks.queues import queue_of
from benchmarks.slow_line import slow_line
from benchmarks.slow_link import bare_server, upload
from kiosk.envelope import Torn, parse, verify
from kiosk.store import entries


def test_a_long_queue_is_a_true_chain(tmp_path: Path) -> None:
    """Each entry follows the one before, is signed, and its file is whole."""
    with closing(queue_of(tmp_path, 6)) as place:
        db = place.store()
        assert entries.open_count(db) == 6
        found = entries.unregistered(db, 10)
        before = {entry.entry_hash for entry in found}
        assert sum(entry.prev_hash in before for entry in found) == 5
        for entry in found:
            parts = parse((place.envelopes / entry.file).read_bytes())
            assert not isinstance(parts, Torn)
            assert parts.front == entry.front
            assert verify(parts, place.keys.public_key)


def test_the_slow_line_passes_and_counts_everything() -> None:
    """Both ways, with what HTTP adds."""
    files = [bytes(30_000), bytes(1)]
    with bare_server() as port, slow_line(port, 100_000, 0.002) as line:
        upload(line.port, files)
        assert 30_001 < line.passed < 32_000
