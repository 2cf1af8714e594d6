"""What harness and child tell each other: orders one way, lines on a pipe the other."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

PLANTED_VARIABLE = "DOORSTEP_PLANTED_BUG"
SHOWN, MARK = "SHOWN", "MARK"


class Phase(StrEnum):
    """How far the newest entry had come when the kill hit."""

    STARTING = "starting"
    """The program is starting: adoption, opening, hello."""
    VISIT = "visit"
    """Somebody is answering questions."""
    SEALING = "sealing"
    """The seq is taken; nothing is on the disk yet."""
    WRITING = "writing"
    """The envelope is being written."""
    FILED = "filed"
    """The file lies there, and no row."""
    ROWS = "rows"
    """The rows are written and not committed."""
    COMMITTED = "committed"
    """It is durable, and nobody was told."""
    SHOWN = "shown"
    """The number is on the screen."""
    ANNOUNCING = "announcing"
    """The platform is being told of it."""
    SENDING = "sending"
    """Bytes are under way."""
    ARRIVED = "arrived"
    """The platform answered; the proof is not recorded."""
    DELIVERED = "delivered"
    """The proof is recorded."""


class Act(StrEnum):
    """What a child is to do."""

    VISITS = "visits"
    """Play one visit after the other until it is killed."""
    SYNC = "sync"
    """What `kiosk sync --wait` does."""


class PlantedBug(StrEnum):
    """Mistakes that somebody might make one day; each must be found by the harness."""

    SHOWN_BEFORE_COMMIT = "shown_before_commit"
    NOT_ADOPTED = "not_adopted"
    COMMIT_SKIPPED = "commit_skipped"
    NEW_ID_PER_ATTEMPT = "new_id_per_attempt"
    DELIVERED_WITHOUT_PROOF = "delivered_without_proof"


@dataclass(frozen=True, slots=True)
class Order:
    """One run of a child."""

    act: Act
    settings: str
    pipe: str
    with_photo: bool = True
    hold: Phase | None = None
    """Where to stand still for a moment, so that the kill hits there and nowhere else."""

    def to_line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self)) + "\n"


def read_order(line: str) -> Order:
    """Return what a line orders."""
    told = json.loads(line)
    hold = told["hold"]
    return Order(
        Act(told["act"]),
        told["settings"],
        told["pipe"],
        bool(told["with_photo"]),
        None if hold is None else Phase(hold),
    )


def settings_text(url: str, state_folder: Path) -> str:
    """Return the settings of a kiosk without real devices, but for a printer into a folder."""
    none = "".join(f'[{part}]\nkind = "none"\n' for part in ("card_reader", "camera", "speaker"))
    return (
        f'[kiosk]\nstate_folder = "{state_folder}"\n{none}'
        '[printer]\nkind = "file"\nfolder = "papers"\n'
        f'[platform]\nurl = "{url}"\n'
        "[courier]\npoll_s = 5\nrequest_timeout_s = 10\nchunk_bytes = 65536\n"
    )
