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


def test_the_spool_is_where_its_links_lead(tmp_path: Path) -> None:
    """A folder in memory that is a link to the disk is on the disk; blanks in names are octal."""
    (tmp_path / "on disk").mkdir()
    (tmp_path / "in memory").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "on disk")
    memory = str(tmp_path / "in memory").replace(" ", "\\040")
    (tmp_path / "mounts").write_text(
        f"{DISK}tmpfs {tmp_path}/link tmpfs rw 0 0\ntmpfs {memory} tmpfs"
    )
    (tmp_path / "cupsd").write_text("PreserveJobFiles No\n")
    for folder, expected in (("link", SpoolState.ON_DISK), ("in memory", SpoolState.FINE)):
        (tmp_path / "files").write_text(f"RequestRoot {tmp_path}/{folder}\n")
        found = spool_state(tmp_path / "files", tmp_path / "cupsd", tmp_path / "mounts")
        assert found is expected
