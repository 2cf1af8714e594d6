"""What a visit still holds of its applications that are stored, for the next one in the same visit.

Only what the next one may use; nothing of it outlives the visit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.catalogue.service import Question
from kiosk.domain import FaceComparison
from kiosk.photos import Photo


@dataclass(frozen=True, slots=True)
class Earlier:
    """See the module; empty in a first application, and where nothing else is offered."""

    done: tuple[str, ...] = ()
    """The services that were applied for, by id."""
    photos: tuple[Photo, ...] = field(default=(), repr=False)
    """The newest of each format."""
    portrait: bytes = field(default=b"", repr=False)
    """The chip's, as JPEG."""
    comparison: FaceComparison | None = None
    """Of that portrait and one of the photos."""
    compared: bytes = field(default=b"", repr=False)
    """The SHA-256 of that photo."""
    misses: int = 0
    """Comparisons without a match, in all of the visit."""
    card_pictures: tuple[Photo, ...] = field(default=(), repr=False)
    """Of a card whose chip could not be read: they belong to how the person is known."""
    answers: tuple[tuple[Question, str], ...] = field(default=(), repr=False)
    """What was asked, with what was said."""

    def __bool__(self) -> bool:
        """Say whether there is an earlier application."""
        return bool(self.done)

    def is_photo(self, photo: Photo | None) -> bool:
        """Say whether this photo was taken for an earlier application."""
        return photo is not None and any(photo.sha256 == it.sha256 for it in self.photos)

    def photo(self, format_id: str) -> Photo | None:
        """Return the photo of a format, None where none was taken."""
        return next((it for it in self.photos if it.format_id == format_id), None)

    def says(self, name: str, value: str | None) -> bool:
        """Say whether this is what was said to a question of that name before."""
        return any(question.name == name and said == value for question, said in self.answers)
