"""The options of the face matcher: a program of the deployer's, off unless it is chosen."""
# ruff: noqa: RUF009 -- `option` makes a dataclass field: each call is meant to happen once, here

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from kiosk.settings import wording
from kiosk.settings.choices import FaceMatcherKind
from kiosk.settings.option import Rule, Table, option


@dataclass(frozen=True, slots=True)
class FaceMatcherSettings(Table):
    """What compares the portrait in the chip with the photo, and from which score on they match."""

    says: ClassVar[str] = (
        "What compares the portrait in the chip with the photo, where a service asks for it."
    )

    kind: FaceMatcherKind = option(FaceMatcherKind.NONE, Rule("What compares faces."))
    command: tuple[str, ...] = option(
        (),
        Rule(
            "For program: the program and its arguments (docs/reference/face-matcher.md).",
            problem=wording.one_line,
        ),
    )
    threshold: float = option(
        0.0,
        Rule(
            "From which score on two faces match. There is no usual one: take what the maker of "
            "your program measured.",
            least=0,
            most=1,
        ),
    )
    limit_s: float = option(
        6.0, Rule("How long one comparison may take.", unit="s", least=0.5, most=30)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the options."""
        if self.kind is FaceMatcherKind.PROGRAM and not (self.command and self.command[0]):
            yield "command", 'must name a program for kind "program"'
        if self.command and self.kind is not FaceMatcherKind.PROGRAM:
            yield "command", 'is for kind "program" only'
        if self.kind is not FaceMatcherKind.NONE and self.threshold == 0:
            yield "threshold", "must be given: with 0 everybody would match"
