"""A small dose for every parser of cards' bytes, and planted bugs that have to be found."""

from __future__ import annotations

import os
import time
from itertools import islice

import pytest

from tests.faults.cards_fuzz import cases, fuzz
from tests.support.card_parsers import PARSERS, Parser


@pytest.mark.parametrize("name", PARSERS)
def test_a_small_dose(name: str) -> None:
    """Read or refused, each of these; and the sample itself is read."""
    parser = PARSERS[name]
    assert parser.digest(parser.sample) or name == "secured-answer"
    for raw in islice(cases(parser, "small"), 40):
        parser.digest(raw)


def planted(kind: str) -> Parser:
    """Return a parser that fails on one case in some hundred."""

    def parse(raw: bytes) -> None:
        if sum(raw) % 97 == 0:
            match kind:
                case "crash":
                    raise IndexError("planted")
                case "death":
                    os._exit(3)
                case _:
                    until_s = time.process_time() + 1.2
                    while time.process_time() < until_s:
                        pass

    return Parser(parse, b"sample of some length")


@pytest.mark.parametrize("kind", ["crash", "death", "hang"])
def test_a_planted_bug_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong exception, an end of the process, a case that computes too long."""
    monkeypatch.setitem(PARSERS, "planted", planted(kind))
    assert fuzz("planted", 1.5, "any").problems


def test_a_sound_parser_has_none() -> None:
    """The same seed makes the same cases."""
    result = fuzz("mrz", 0.2, "any")
    assert result.problems == []
    assert result.cases > 20
    parser = PARSERS["mrz"]
    assert list(islice(cases(parser, "x"), 9)) == list(islice(cases(parser, "x"), 9))
