"""The lane that compares faces: what the flow asks for, answered with an event; and trying it.

The threshold is applied here: matchers give scores, the deployer says from which one on two faces
match. Everything here runs on the lane. Pictures pass through and are kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.clock import Clock
from kiosk.diagnosis import report
from kiosk.domain import ComparisonOutcome, FaceComparison, WhyNotCompared
from kiosk.face_tries import FaceTries
from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.comparing import MOST_MISSES
from kiosk.ports.face_matcher import Compared, FaceMatcher, NotCompared
from kiosk.readiness import Health, PortName, PortReport
from kiosk.texts import Texts


@dataclass(slots=True)
class FaceDesk:
    """A matcher with the deployer's threshold and limit; None: faces are not compared here."""

    matcher: FaceMatcher | None
    clock: Clock
    threshold: float = 1.0
    limit_s: float = 6.0
    tries: FaceTries = field(default_factory=FaceTries)

    def prepare(self) -> None:
        """Begin what a comparison would wait for."""
        if self.matcher is not None:
            self.matcher.prepare()

    def compare(self, order: ef.CompareFaces) -> ev.Event:
        """Compare two faces; whatever goes wrong is an answer, too."""
        portrait, now_s = order.portrait_jpeg, self.clock.now().monotonic_s
        answer: Compared | NotCompared = NotCompared(WhyNotCompared.NO_PROGRAM)
        if self.tries.misses(portrait, now_s) >= MOST_MISSES:
            answer = NotCompared(WhyNotCompared.TOO_OFTEN)
        elif self.matcher is not None:
            answer = self.matcher.compare(portrait, order.photo_jpeg, self.limit_s)
        told = judged(answer, self.threshold, order.tries)
        if told.score is not None:
            is_match = told.outcome is ComparisonOutcome.MATCH
            self.tries.note(portrait, now_s, is_match=is_match)
        return ev.FacesCompared(self.clock.now(), order.session_id, order.photo_sha256, told)

    def report(self, texts: Texts) -> PortReport:
        """Ask the matcher who it is, without showing it any face."""
        if self.matcher is None:
            return report(PortName.FACE_MATCHER, Health.OFF, "none", texts)
        answer = self.matcher.name(self.limit_s)
        if isinstance(answer, NotCompared):
            return report(PortName.FACE_MATCHER, Health.BROKEN, answer.why.value, texts)
        detail = f"{answer.name} {answer.version}"
        return report(PortName.FACE_MATCHER, Health.READY, "ready", texts, detail)

    def close(self) -> None:
        """Let go of the matcher."""
        if self.matcher is not None:
            self.matcher.close()


def judged(answer: Compared | NotCompared, threshold: float, tries: int) -> FaceComparison:
    """Return what an answer means under a threshold, a score from 0 to 1."""
    if isinstance(answer, NotCompared):
        outcome = ComparisonOutcome.NOT_COMPARED
        return FaceComparison(outcome, threshold, why_not=answer.why, tries=tries)
    is_match = answer.score >= threshold
    return FaceComparison(
        outcome=ComparisonOutcome.MATCH if is_match else ComparisonOutcome.NO_MATCH,
        threshold=threshold,
        score=answer.score,
        matcher=answer.by.name,
        version=answer.by.version,
        tries=tries,
    )
