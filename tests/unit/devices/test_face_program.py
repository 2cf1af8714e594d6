"""A face matcher's program: the protocol byte for byte, and programs that misbehave."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.face_matcher import frames
from devices.face_matcher.program import ProgramMatcher
from kiosk.domain import WhyNotCompared
from kiosk.ports.face_matcher import Compared, MatcherName, NotCompared
from tests.support.face_matchers import BAD, face_jpeg, saying
from tests.support.leftovers import child_processes
from tests.support.waiting import wait_until

LARGE = bytes(300_000)
"""More than a pipe holds."""


def test_the_question_is_the_documented_one() -> None:
    """Magic, kind, length, and two pictures, each after its length."""
    asked = frames.comparison(b"abc", b"de")
    assert asked == b"DSF1COMP\0\0\0\x0d\0\0\0\x03abc\0\0\0\x02de"


@pytest.mark.parametrize("how", BAD)
def test_a_program_that_misbehaves_is_no_score(how: str) -> None:
    """Whatever it does: it is an answer, in time, and no process of it stays."""
    command, why = BAD[how]
    limit_s = 0.4 if why is WhyNotCompared.TOO_SLOW else 20.0
    before = set(child_processes())
    matcher = ProgramMatcher(command)
    assert matcher.compare(LARGE, LARGE, limit_s) == NotCompared(why)
    assert set(child_processes()) <= before


def test_both_pictures_reach_it_whole() -> None:
    """However large they are for a pipe."""
    told = "data = sys.stdin.buffer.read(); score = len(data) % 1000; "
    command = (
        sys.executable,
        "-S",
        "-c",
        "import struct, sys; out = sys.stdout.buffer; " + told + "out.write(b'DSF1NAME' + "
        "struct.pack('>I', 3) + b'a\\n1' + b'DSF1SCOR' + struct.pack('>II', 4, score))",
    )
    answer = ProgramMatcher(command).compare(LARGE, LARGE, 20.0)
    whole = 12 + 8 + 2 * len(LARGE)
    assert answer == Compared(whole % 1000 / 1000, MatcherName("a", "1"))


@pytest.mark.parametrize(("said", "score"), [(0, 0.0), (612, 0.612), (1000, 1.0)])
def test_scores_are_thousandths(said: int, score: float) -> None:
    """From nothing to everything."""
    answer = ProgramMatcher(saying(said)).compare(b"a", b"b", 20.0)
    assert answer == Compared(score, MatcherName("a", "1"))


def test_one_that_died_while_it_waited_is_started_again(tmp_path: Path) -> None:
    """A program that was ready and is gone costs the resident nothing."""
    once = tmp_path / "once"
    script = f'if test -e {once}; then exec "$@"; else : > {once}; fi'
    matcher = ProgramMatcher(("/bin/sh", "-c", script, "sh", *saying(700)))
    matcher.prepare()
    wait_until(once.exists, what="the first start")
    assert matcher.compare(b"a", b"b", 20.0) == Compared(0.7, MatcherName("a", "1"))


def test_one_that_is_ready_is_the_one_that_is_asked(tmp_path: Path) -> None:
    """What takes long was done before the question, and only once."""
    starts = tmp_path / "starts"
    matcher = ProgramMatcher(("/bin/sh", "-c", f'echo >> {starts}; exec "$@"', "sh", *saying(700)))
    matcher.prepare()
    matcher.prepare()
    assert isinstance(matcher.compare(b"a", b"b", 20.0), Compared)
    assert starts.read_text() == "\n"


def test_a_program_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    """A child would keep two faces in its memory."""
    told = tmp_path / "pid"
    matcher = ProgramMatcher(("/bin/sh", "-c", f"sleep 300 & echo $! > {told}; wait"))
    matcher.prepare()
    wait_until(lambda: told.exists() and told.read_text() != "", what="its child")
    child = int(told.read_text())
    matcher.close()
    wait_until(lambda: _is_gone(child), what="the end of the program's child")


def test_nothing_of_a_face_reaches_a_disk_or_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folders for such things stay empty, and nothing is logged of good or bad ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for command in (saying(700), BAD["crashes"][0], BAD["floods"][0]):
        ProgramMatcher(command).compare(face_jpeg(), face_jpeg(), 20.0)
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=64))
def test_any_bytes_are_a_frame_or_nonsense_or_not_yet_whole(said: bytes) -> None:
    """And nothing else ever happens."""
    try:
        found = frames.split(b"DSF1" + said if said[:1] == b"\0" else said)
        if found is not None:
            frames.score_of(*found[:2])
            frames.name_of(*found[:2])
    except frames.Nonsense:
        pass


@given(st.sampled_from([b"NAME", b"SCOR", b"REFU"]), st.binary(max_size=80))
def test_any_content_is_understood_or_nonsense(kind: bytes, content: bytes) -> None:
    """A name is two short lines, a score at most 1."""
    try:
        name = frames.name_of(kind, content)
        assert name.name.isprintable() or " " in name.name
    except frames.Nonsense:
        pass
    try:
        score = frames.score_of(kind, content)
        assert isinstance(score, WhyNotCompared) or 0 <= score <= 1
    except frames.Nonsense:
        pass


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[-1].split()[0]
    return state == "Z"
