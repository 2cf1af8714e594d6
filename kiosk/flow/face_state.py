"""What a visit holds of the portrait in the chip, and of comparing it with the photo."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.domain import FaceComparison, StaffMember


@dataclass(frozen=True, slots=True)
class FaceState:
    """See the module; wiped with the visit, whatever became of it."""

    portrait: bytes = field(default=b"", repr=False)
    """The chip's, as JPEG; b"" where none was read."""
    result: FaceComparison | None = None
    """About the photo that the visit holds, never about one that was taken before."""
    photo_sha256: bytes = field(default=b"", repr=False)
    """Of the photo that is being compared, or was."""
    is_running: bool = False
    misses: int = 0
    """Comparisons without a match."""
    witness: StaffMember | None = None
    """Whose PIN was right, while they look at the portrait."""
