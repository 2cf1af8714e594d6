"""Announcing many entries in one call: a list of manifests, and an answer for each in their order.

Pure. One manifest that can't be used spoils none of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.envelope import Json
from sync.protocol.entries import Manifest, ManifestAnswer, read_manifest, read_manifest_answer
from sync.protocol.problems import Problem, problem_of
from sync.protocol.reading import BadAnswer, Fields, Refused, read

MAX_MANIFESTS = 100
"""How many manifests one call takes."""


@dataclass(frozen=True, slots=True)
class Manifests:
    """What a kiosk announces at once; as the platform reads it, some may be unusable."""

    entries: tuple[Manifest | BadAnswer, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        usable = (it for it in self.entries if isinstance(it, Manifest))
        return {"entries": [it.to_json() for it in usable]}


def read_manifests(fields: Fields) -> Manifests:
    """Read the form that travels; each manifest by itself."""
    told = fields.items("entries", most=MAX_MANIFESTS)
    return Manifests(tuple(read(it, read_manifest) for it in told))


@dataclass(frozen=True, slots=True)
class ManifestsAnswer:
    """What the platform has of each announced entry, or why it is not taken; in their order."""

    entries: tuple[ManifestAnswer | Problem, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "entries": [
                {"problem": it.to_json()} if isinstance(it, Problem) else it.to_json()
                for it in self.entries
            ]
        }


def read_manifests_answer(fields: Fields) -> ManifestsAnswer:
    """Read the form that travels."""
    return ManifestsAnswer(
        tuple(_read_one(Fields(it)) for it in fields.items("entries", most=MAX_MANIFESTS))
    )


def _read_one(fields: Fields) -> ManifestAnswer | Problem:
    if not fields.has("problem"):
        return read_manifest_answer(fields)
    status = fields.fields("problem").whole("status", least=100, most=999)
    if not 400 <= status <= 499:
        raise Refused("a problem of one entry has a status of another kind")
    return problem_of(status, fields.raw("problem"))
