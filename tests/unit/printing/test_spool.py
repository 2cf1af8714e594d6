"""Whether documents that wait for paper lie in memory or on a disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from printing.spool import SpoolState, spool_state

DISK = "/dev/vda1 / ext4 rw 0 0\n"
SRV = "tmpfs /srv tmpfs rw 0 0\n"
MEMORY = "tmpfs /var/spool/cups tmpfs rw,size=64m 0 0\n"


@pytest.mark.parametrize(
    ("mounts", "files", "cupsd", "expected"),
    [
        (DISK, "", "PreserveJobFiles No\n", SpoolState.ON_DISK),
        (DISK + MEMORY, "", "PreserveJobFiles No\n", SpoolState.FINE),
        (DISK + MEMORY, "", "", SpoolState.KEEPS_FILES),
        (DISK + MEMORY, "", "PreserveJobFiles 86400\n", SpoolState.KEEPS_FILES),
        (DISK + MEMORY, "RequestRoot /srv/spool\n", "PreserveJobFiles No\n", SpoolState.ON_DISK),
        (DISK + SRV, "RequestRoot /srv/spool\n", "preservejobfiles off\n", SpoolState.FINE),
        (DISK + MEMORY + "/dev/vdb1 /var/spool/cups ext4 rw 0 0\n", "", "", SpoolState.ON_DISK),
        (DISK + MEMORY, "\n\tRequestRoot\t/srv/spool\n", "PreserveJobFiles No", SpoolState.ON_DISK),
        ("", "", "", SpoolState.ON_DISK),
    ],
)  # fmt: skip
def test_the_spool(
    tmp_path: Path, mounts: str, files: str, cupsd: str, expected: SpoolState
) -> None:
    """By the directives of CUPS and the mounts of the machine; the last mount at a place counts."""
    for name, text in (("mounts", mounts), ("files", files), ("cupsd", cupsd)):
        (tmp_path / name).write_text(text)
    found = spool_state(tmp_path / "files", tmp_path / "cupsd", tmp_path / "mounts")
    assert found is expected


def test_a_machine_without_cups(tmp_path: Path) -> None:
    """What is not there is as by default: on the disk."""
    nowhere = tmp_path / "nothing"
    assert spool_state(nowhere, nowhere, nowhere) is SpoolState.ON_DISK
