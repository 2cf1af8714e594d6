"""The cameras that are plugged in, by names that stay the same when they are plugged in again."""

from __future__ import annotations

from pathlib import Path

BY_PATH = Path("/dev/v4l/by-path")
"""Named after the socket (udev): `by-id` collides when two equal cameras have no serial number, and
`/dev/video0` goes to whichever comes first."""


def plugged_in(folder: Path = BY_PATH) -> tuple[Path, ...]:
    """Return the stable paths of all cameras, one each; no device is opened.

    A camera may have several nodes; the one with index 0 gives pictures, the others metadata. Some
    kernels name a node twice, with `usb` and with `usbv2`: one of the two is enough.
    """
    try:
        nodes = sorted(folder.glob("*-video-index0"))
    except OSError:
        return ()
    found: dict[Path, Path] = {}
    for node in nodes:
        found.setdefault(node.resolve(), node)
    return tuple(found.values())


def is_stable(source: str) -> bool:
    """Say whether a device keeps its name; files and addresses do."""
    return not source.startswith("/dev/video")
