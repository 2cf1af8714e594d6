"""The part of `identity.json` that tells how comparing two faces went (docs/reference/envelope.md).

Pure.
"""

from __future__ import annotations

from kiosk.domain import ComparisonOutcome, FaceComparison, WhyNotCompared
from kiosk.journal import Json

MEASURE_UNIT = (
    1000  # measures travel as whole thousandths: floats hash differently in different languages
)


def comparison_json(comparison: FaceComparison) -> dict[str, Json]:
    """Return it as JSON; score and threshold in thousandths."""
    told: dict[str, Json] = {
        "outcome": comparison.outcome.value,
        "threshold": round(comparison.threshold * MEASURE_UNIT),
        "matcher": comparison.matcher,
        "version": comparison.version,
        "tries": comparison.tries,
    }
    if comparison.score is not None:
        told["score"] = round(comparison.score * MEASURE_UNIT)
    if comparison.why_not is not None:
        told["why_not"] = comparison.why_not.value
    return told


def read_comparison(value: object) -> FaceComparison:
    """Return what `comparison_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is anything else.
    """
    if not isinstance(value, dict):
        raise TypeError
    score = _whole(value["score"]) / MEASURE_UNIT if "score" in value else None
    outcome = ComparisonOutcome(_text(value["outcome"]))
    if (score is None) is not (outcome is ComparisonOutcome.NOT_COMPARED):
        raise ValueError
    return FaceComparison(
        outcome=outcome,
        threshold=_whole(value["threshold"]) / MEASURE_UNIT,
        score=score,
        matcher=_text(value["matcher"]),
        version=_text(value["version"]),
        why_not=WhyNotCompared(_text(value["why_not"])) if "why_not" in value else None,
        tries=_whole(value["tries"]),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
