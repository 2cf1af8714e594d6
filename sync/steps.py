"""What can happen to the courier's engine, and what it can want done: values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from kiosk.domain import AppId
from kiosk.journal import Epoch
from kiosk.ports.courier import Reach
from kiosk.store.entries import EntryState
from kiosk.store.priorities import DEFAULT_PRIORITY
from sync.answers import Failed

SMALLEST_CHUNK = 16 * 1024
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say: how often to look, and the largest piece of an upload in bytes."""

    poll_s: float
    hello_every_s: float
    largest_chunk: int


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as the engine sees it; `size` in bytes of its envelope."""

    app_id: AppId
    epoch: Epoch
    seq: int
    size: int
    state: EntryState
    tries: int
    priority: int = DEFAULT_PRIORITY
    """Lower goes first."""
    created_at: datetime = LONG_AGO


class Looked(Enum):
    """Which entries the engine wants to see, those that are due, in the order they are to go."""

    UPLOADED = auto()
    """Whose bytes have arrived and whose proof is still to come, due or not."""
    UNREGISTERED = auto()
    WAITING = auto()


# --- what happens ---


@dataclass(frozen=True, slots=True)
class Woken:
    """It is time for a round; `is_hurried`: somebody says that the network is back."""

    is_hurried: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The platform answered hello.

    `is_behind`: it lacks entries that it has proven. `is_forked`: it knows another chain of this
    epoch. `has_new_keys`: it has a newer keyset than the one in force here.
    """

    back_off_s: float = 0.0
    is_behind: bool = False
    is_forked: bool = False
    has_new_keys: bool = False


@dataclass(frozen=True, slots=True)
class Reannounced:
    """What the platform lost is queued again."""


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that were looked for."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """A delivery proof was verified against the entry; `document` is what is to be kept."""

    app_id: AppId
    document: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Unproven:
    """What came as a proof proves nothing for this entry."""

    app_id: AppId
    why: str


@dataclass(frozen=True, slots=True)
class Announced:
    """The platform knows the manifest, has so many bytes, and sent the proof if it has all."""

    offset: int
    is_complete: bool
    proof: Proven | Unproven | None = None


@dataclass(frozen=True, slots=True)
class AllAnnounced:
    """What became of entries that were announced together, in the order in which they were."""

    answers: tuple[Announced | CallFailed | Elsewhere, ...]


@dataclass(frozen=True, slots=True)
class OffsetTold:
    """The platform has so many bytes of the upload."""

    offset: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ProofsHeard:
    """A page of the feed of proofs, each compared with its entry."""

    verdicts: tuple[Proven | Unproven, ...]
    next_since: int
    more: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """The feed of changes was taken in."""

    is_current: bool = True


@dataclass(frozen=True, slots=True)
class EntryBroken:
    """The envelope can't be read here."""

    why: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another program of this kiosk moves the entry now."""


@dataclass(frozen=True, slots=True)
class CallFailed:
    """The call that was asked for did not do what it was for."""

    failed: Failed


Event = (
    Woken
    | Welcomed
    | Reannounced
    | Found
    | Proven
    | Unproven
    | Announced
    | AllAnnounced
    | OffsetTold
    | ProofsHeard
    | Heard
    | EntryBroken
    | Elsewhere
    | CallFailed
)


# --- what is to be recorded ---


@dataclass(frozen=True, slots=True)
class Mark:
    """Move an undelivered entry to another undelivered state."""

    app_id: AppId
    state: EntryState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Postpone:
    """Let an entry rest for so many seconds, with the reason."""

    app_id: AppId
    wait_s: float
    why: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """Record a verified delivery proof."""

    proof: Proven


@dataclass(frozen=True, slots=True)
class SkipCounter:
    """Go on behind a counter that the platform has seen."""

    counter: int


@dataclass(frozen=True, slots=True)
class CorrectClock:
    """Sign with the platform's time from now on: this machine's clock is far off."""

    server_time: datetime


@dataclass(frozen=True, slots=True)
class StartEpoch:
    """Start a new epoch: another machine goes on with this one's chain."""


Tell = Mark | Postpone | Deliver | SkipCounter | CorrectClock | StartEpoch


# --- what is to be asked; the answer is the next event ---


@dataclass(frozen=True, slots=True)
class SayHello:
    """Say hello, signed."""


@dataclass(frozen=True, slots=True)
class Reannounce:
    """Queue again what the platform lacks though it proved it; tell it the proofs of the rest."""


@dataclass(frozen=True, slots=True)
class Look:
    """Look for entries in the store."""

    what: Looked


@dataclass(frozen=True, slots=True)
class AskProofs:
    """Fetch a page of proofs of one epoch."""

    epoch: str
    since_seq: int


@dataclass(frozen=True, slots=True)
class Announce:
    """Send a manifest."""

    app_id: AppId


@dataclass(frozen=True, slots=True)
class AnnounceAll:
    """Send several manifests in one call."""

    app_ids: tuple[AppId, ...]


@dataclass(frozen=True, slots=True)
class AskOffset:
    """Ask how much of an upload has arrived."""

    app_id: AppId


@dataclass(frozen=True, slots=True)
class Append:
    """Send a piece of an envelope."""

    app_id: AppId
    offset: int
    length: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Hear:
    """Fetch what is new."""


Ask = SayHello | Reannounce | Look | AskProofs | Announce | AnnounceAll | AskOffset | Append | Hear


@dataclass(frozen=True, slots=True)
class Finished:
    """The round is over; the next is due in `wait_s`."""

    reach: Reach
    wait_s: float
    why: str = ""
    delivered: int = 0


Action = Tell | Ask | Finished
