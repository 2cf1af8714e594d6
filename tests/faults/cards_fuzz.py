"""Foreign bytes of cards: every parser of frames, data objects, lines and pictures, in turns.

Each runs in a process of its own, on damaged samples and on nonsense. It must read or refuse;
anything else is a crash, and more than a second of computing is a hang.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from time import monotonic, process_time

from tests.faults.dose import Batch, Harness, Part
from tests.support.card_parsers import PARSERS, Parser

TURN_S = 10.0
HANG_S = 1.0
STUCK_S = 30.0
"""A case that takes this long by the clock never comes back; the machine may be busy otherwise."""

_fork = multiprocessing.get_context("fork")


@dataclass
class Fuzzed:
    """What came of one parser."""

    name: str
    cases: int = 0
    read: int = 0
    slowest_s: float = 0.0
    problems: list[str] = field(default_factory=list)


def cases(parser: Parser, seed: str) -> Iterator[bytes]:
    """Yield damaged samples and nonsense without end, the same for the same seed."""
    chance = random.Random(seed)
    while True:
        if chance.random() < 0.2 or parser.is_whole_reading:
            yield chance.randbytes(chance.choice((1, 2, 8, 40, 200, 3000)))
            continue
        raw = bytearray(parser.sample)
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            at = chance.randrange(len(raw))
            match chance.randrange(5):
                case 0:
                    raw[at] = chance.randrange(256)
                case 1:
                    raw[at] ^= 1 << chance.randrange(8)
                case 2:
                    del raw[at : at + chance.randrange(1, 8)]
                case 3:
                    raw[at:at] = chance.randbytes(chance.randrange(1, 8))
                case _:
                    raw[at] = chance.choice((0, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF))
            raw = raw or bytearray(b"\0")
        yield bytes(raw)


def fuzz(name: str, seconds: float, seed: str) -> Fuzzed:
    """Give one parser so many seconds in a process of its own, and return what came of it."""
    result = Fuzzed(name)
    done = _fork.Value("Q", 0)
    ours, theirs = _fork.Pipe(duplex=False)
    child = _fork.Process(target=_run, args=(name, seconds, seed, done, theirs))
    child.start()
    theirs.close()
    seen, since_s = 0, monotonic()
    while not ours.poll(0.2):
        if done.value != seen:
            seen, since_s = done.value, monotonic()
        if monotonic() - since_s > STUCK_S:
            child.kill()
            result.problems.append(f"case {seen} of seed {seed} never ends")
            break
    try:
        told = ours.recv()
    except EOFError:
        told = None
    child.join()
    if told is not None:
        result.cases, result.read, result.slowest_s, result.problems = told
    elif not result.problems:
        code = child.exitcode
        result.problems.append(f"case {done.value} of seed {seed} ended the process ({code})")
    return result


def _run(name: str, seconds: float, seed: str, done: Synchronized[int], line: Connection) -> None:
    parser = PARSERS[name]
    until_s = monotonic() + seconds
    read, slowest_s = 0, 0.0
    problems: list[str] = []
    for number, raw in enumerate(cases(parser, f"{seed}/{name}")):
        done.value = number
        before_s = process_time()
        try:
            read += parser.digest(raw)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            problems.append(f"case {number} of seed {seed}: {type(error).__name__}: {error}")
        took_s = process_time() - before_s
        slowest_s = max(slowest_s, took_s)
        if took_s > HANG_S:
            problems.append(f"case {number} of seed {seed} took {took_s:.1f} s")
        if monotonic() >= until_s or len(problems) == 5:
            line.send((number + 1, read, slowest_s, problems))
            return


def take_turns(batch: Batch) -> Part:
    """Give parsers a turn each, one after the other."""
    result, names = Part(), tuple(PARSERS)
    for number in batch.cases:
        told = fuzz(names[number % len(names)], TURN_S, f"{batch.seed}/{number}")
        result.figures.update({"turns": 1, "readings": told.cases, "understood": told.read})
        result.find(number, *(f"{told.name}: {problem}" for problem in told.problems))
    return result


HARNESS = Harness(
    name="cards-fuzz",
    about="what cards say is damaged or nonsense: frames, data objects, lines, pictures",
    unit="turns of ten seconds at a parser",
    dose=6 * len(PARSERS),
    batch=3,
    give=take_turns,
    is_sample=False,
)
