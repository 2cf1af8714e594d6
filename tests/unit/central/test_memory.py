"""Intake streams: what a large entry costs in memory does not depend on its size."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.central_server import CentralServer, running_platform
from tests.support.kiosk_client import KioskClient

MIB = 2**20
CHUNK = 4 * MIB
ALLOWED_GROWTH_KIB = 12 * 1024  # far below the 48 MiB that arrive; the allocator keeps a little


def peak_kib(server: CentralServer) -> int:
    """Return the most memory the platform's process ever had."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    return int(peak[1])


def test_memory_stays_flat_while_a_large_entry_arrives(tmp_path: Path) -> None:
    """Forty-eight mebibytes go through a process that hardly grows."""
    with running_platform(tmp_path) as server:
        kiosk = KioskClient.enrol(server)
        writer = kiosk.writer()
        small = writer.seal(photo=bytes(CHUNK))
        kiosk.announce(small)
        kiosk.append(small, 0, CHUNK)
        before = peak_kib(server)
        large = writer.seal(photo=bytes(48 * MIB))
        kiosk.announce(large)
        for start in range(0, 48 * MIB, CHUNK):
            assert kiosk.append(large, start, start + CHUNK).status_code == 204
        assert peak_kib(server) - before < ALLOWED_GROWTH_KIB
        kiosk.close()
