"""What the courier's engine knows between two steps, and its dice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from kiosk.domain import AppId
from sync.answers import rest_s
from sync.steps import Action, Ask, Finished, Item, Postpone, Rules

BREAKER_AT = 5
"""So many failures in a row open the breaker: rests get a lower bound, and the one call that is
tried after each is a signed hello."""
SHORTEST_REST_S = 1.0


class Stage(Enum):
    """Where in a round the engine is."""

    IDLE = auto()
    GREETING = auto()
    REANNOUNCING = auto()
    """The platform lacks what it has proven: everything it lacks is announced again."""
    REKEYING = auto()
    """There are new keys: they are heard before a proof is believed."""
    SEEKING = auto()
    PROVING = auto()
    ANNOUNCING = auto()
    SENDING = auto()
    HEARING = auto()


@dataclass(frozen=True, slots=True)
class State:
    """All the engine knows; a new one may begin at any time, the store knows the rest."""

    rules: Rules
    dice: int
    """Seed of the numbers that spread kiosks; any whole number."""
    chunk: int
    stage: Stage = Stage.IDLE
    batch: tuple[Item, ...] = ()
    """The first is being worked on."""
    turn: int = 0
    """How many entries had their turn; every fourth is the oldest's."""
    calls: int = 0
    """How many calls the first of the batch has taken."""
    is_behind: bool = False
    """The platform lacks what it has proven."""
    is_proof_due: bool = False
    """The platform said that all bytes have come: it is asked for the proof."""
    feeds: tuple[tuple[str, int], ...] = ()
    """Epochs whose proofs are to be fetched, and above which seq."""
    fresh: frozenset[str] = frozenset()
    """Announced in this run with nothing there: no need to ask how much has arrived."""
    is_apart: bool = False
    """Announcing together failed: one of them may be why, and each goes alone in this run."""
    announce_left: int = 0
    """How many batches of manifests may still go before bytes do."""
    parted: int = 0
    """How often this round started a new epoch."""
    has_stumbled: bool = False
    """The last call failed over an entry that had failed before: another one tells whose fault."""
    asked: Ask | None = None
    repeats: int = 0
    """How often the question was asked again, signed better."""
    failures: int = 0
    rest_until_s: float | None = None
    last: Finished | None = None
    hello_at_s: float | None = None
    news_at_s: float | None = None
    delivered: int = 0

    @property
    def is_open(self) -> bool:
        """Say whether the breaker is open."""
        return self.failures >= BREAKER_AT


def begin(rules: Rules, dice: int) -> State:
    """Return the state of a courier that has just started."""
    return State(rules, dice, chunk=rules.largest_chunk)


def asking(state: State, ask: Ask) -> tuple[State, tuple[Action, ...]]:
    """Return a state that waits for the answer to a question, and the question."""
    return replace(state, asked=ask), (ask,)


def roll(state: State) -> tuple[State, float]:
    """Return a number from 0 up to 1 (splitmix64), and the state behind it."""
    seed = (state.dice + 0x9E3779B97F4A7C15) % 2**64
    mixed = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) % 2**64
    return replace(state, dice=seed), ((mixed ^ (mixed >> 31)) >> 11) / 2**53


def rest_of(state: State, tries: int, why: str, app_id: AppId) -> tuple[State, Postpone]:
    """Return how long an entry is to rest after one try more, spread by dice."""
    state, dice = roll(state)
    return state, Postpone(app_id, max(rest_s(tries + 1, dice), SHORTEST_REST_S), why)
