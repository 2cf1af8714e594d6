"""From what is found on every picture to the one piece of advice that is shown, which never
flickers.

Pure: time is passed in. Each kind of advice gathers evidence while it is found and loses it while
it is not; it is on from full evidence until there is none (a Schmitt trigger), so that a face at
the edge of a limit, or one bad picture, changes nothing. Of those that are on, the most helpful one
is shown, and stays long enough to be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.photos import Advice, Findings

RISE_S = 0.4
"""How long something has to be found before it is said; what is found half of the time never is."""

FALL_S = 0.4
HOLD_S = 1.2
"""Advice that changes faster can't be read or heard, let alone followed."""

READY_S = 1.5
"""How long all has to be well before the photo takes itself."""

LONGEST_STEP_S = 0.25
"""More time than this between two pictures counts as so much: a stall proves nothing."""

UNSURE = 0.5
"""From so much evidence on, nothing is all well."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the resident is told now; at most one piece of advice."""

    advice: tuple[Advice, ...]
    is_face_judged: bool
    is_ready: bool
    """All has been well for a moment, as far as a fair detector can see."""


class Coach:
    """Watches one person before one camera; make a new one for the next."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._evidence: dict[Advice, float] = {}
        self._on: set[Advice] = set()
        self._shown: Advice | None = None
        self._shown_at_s = 0.0
        self._at_s: float | None = None
        self._well_since_s: float | None = None

    def see(self, findings: Findings, now_s: float) -> Told:
        """Take in what was found on the newest picture, at monotonic seconds."""
        self._weigh(findings.advice, now_s)
        self._choose(now_s)
        return Told(
            () if self._shown is None else (self._shown,),
            findings.is_face_judged,
            self._is_ready(findings, now_s),
        )

    def _weigh(self, found: tuple[Advice, ...], now_s: float) -> None:
        is_first = self._at_s is None
        step_s = 0.0 if self._at_s is None else min(now_s - self._at_s, LONGEST_STEP_S)
        self._at_s = now_s
        for advice in Advice:
            before = self._evidence.get(advice, 0.0)
            if advice not in found:
                evidence = before - step_s / FALL_S
            elif is_first:  # whoever sits down is told at once
                evidence = 1.0
            else:
                evidence = before + step_s / RISE_S
            self._evidence[advice] = min(max(evidence, 0.0), 1.0)
            if evidence >= 1.0:
                self._on.add(advice)
            elif evidence <= 0.0:
                self._on.discard(advice)

    def _choose(self, now_s: float) -> None:
        wanted = next((advice for advice in ORDER if advice in self._on), None)
        is_read = now_s - self._shown_at_s >= HOLD_S or self._shown is None
        if wanted is not self._shown and is_read:
            self._shown, self._shown_at_s = wanted, now_s

    def _is_ready(self, findings: Findings, now_s: float) -> bool:
        is_sure = max(self._evidence.values()) < UNSURE
        if not findings.is_face_judged or self._shown is not None or not is_sure:
            self._well_since_s = None
            return False
        if self._well_since_s is None:
            self._well_since_s = now_s
        return not findings.advice and now_s - self._well_since_s >= READY_S


ORDER = (
    Advice.NO_FACE,
    Advice.SEVERAL_FACES,
    Advice.TOO_DARK,
    Advice.TOO_BRIGHT,
    Advice.COME_CLOSER,
    Advice.STEP_BACK,
    Advice.MOVE_TO_MIDDLE,
    Advice.HOLD_HEAD_STRAIGHT,
    Advice.LIGHT_FROM_SIDE,
    Advice.HOLD_STILL,
    Advice.BLURRED,
    Advice.CLUTTERED,
)
"""Most helpful first, as `devices.camera.quality` orders it."""
