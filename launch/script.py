"""The script of a practice visit: what the resident at the machine does, as a TOML file says it.

    card = "zhang-guiying"        # laid on a simulated reader; "" uses whatever lies on a real one
    language = "zh_CN"
    consent_data = true
    consent_photo = true
    rating = "very_satisfied"     # "" skips it
    ends = "delivered"            # delivered, queued (sent later) or not_kept
    [answers]
    household = "local"
    [network]
    off_before = true             # cut a simulated network before the visit and restore it after

Answers that the script does not give are chosen by the question's type.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.domain import Language
from kiosk.errors import BadSetting
from kiosk.flow.session import Rating

DEFAULT_CARD = "zhang-guiying"
"""The sample card that is laid down where a script names none."""

DEFAULT_LANGUAGE = Language("zh_CN")


class Ending(StrEnum):
    """How a visit is to end."""

    DELIVERED = "delivered"
    """The platform proved that it holds the application."""
    QUEUED = "queued"
    """Stored here; whether it is delivered is not waited for."""
    NOT_KEPT = "not_kept"
    """The data consent was refused and nothing was kept."""


@dataclass(frozen=True, slots=True)
class Script:
    """One practice visit."""

    card: str = ""
    language: Language = DEFAULT_LANGUAGE
    consent_data: bool = True
    consent_photo: bool = True
    rating: Rating | None = Rating.VERY_SATISFIED
    ends: Ending = Ending.DELIVERED
    answers: dict[str, str] = field(default_factory=dict)
    is_offline: bool = False
    wait_s: float = 120.0
    """How long the whole visit, delivery included, may take."""


def load_script(path: Path) -> Script:
    """Read a script.

    Raises:
        BadSetting: It can't be read; the message says what is wrong.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        rating = str(told.get("rating", Rating.VERY_SATISFIED.value))
        known = {
            "card",
            "language",
            "consent_data",
            "consent_photo",
            "rating",
            "ends",
            "answers",
            "network",
            "wait_s",
        }
        unknown = sorted(set(told) - known)
        if unknown:
            raise BadSetting(f"{path.name} has an unknown entry {unknown[0]!r}.", "Remove it.")
        return Script(
            card=str(told.get("card", "")),
            language=Language(str(told.get("language", "zh_CN"))),
            consent_data=bool(told.get("consent_data", True)),
            consent_photo=bool(told.get("consent_photo", True)),
            rating=Rating(rating) if rating else None,
            ends=Ending(str(told.get("ends", "delivered"))),
            answers={str(name): str(value) for name, value in told.get("answers", {}).items()},
            is_offline=bool(told.get("network", {}).get("off_before", False)),
            wait_s=float(told.get("wait_s", 120.0)),
        )
    except (OSError, UnicodeDecodeError, ValueError, AttributeError) as error:
        raise BadSetting(
            f"The script {path.name} can't be read: {error}.", "Correct the script."
        ) from error
