"""A stolen disk tells nothing of a day's visits; and the search finds what does leak."""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.faults.canary import HARNESS
from tests.faults.canary_bugs import LeakBug
from tests.faults.dose import Batch
from tests.support.central_server import ROOT
from tests.support.traces import found_in, spellings

WORD = "湖畔区长明街9号 canary"


@pytest.mark.timeout(600)
def test_a_stolen_disk_tells_nothing() -> None:
    """Of a whole visit, one that is stopped and one that is killed no word is left on the machine,
    not even for who holds the database key; but for what it may know.
    """
    result = HARNESS.give(Batch("house", range(1)))
    assert result.problems == [], result.summary()
    assert result.figures["canaries"] >= 60


@pytest.mark.timeout(600)
def test_planted_leaks_are_found() -> None:
    """A logged answer, a draft that was deleted again, a temporary file, a name on the slip."""
    result = HARNESS.give(Batch("planted", range(1), ",".join(LeakBug)))
    told = " ".join(found.what for found in result.problems)
    assert "whole_account is in kiosk.log" in told
    assert "whole_account_corrected is in kiosk.db-wal, decrypted" in told
    assert "whole_photo_2 is in tmp/" in told
    assert "whole_name is in state/papers/" in told
    assert "blind" not in told


def test_no_core_file_is_written_of_a_kiosk(tmp_path: Path) -> None:
    """A bug that aborts the program leaves no picture of its memory, whatever the limit was."""
    program = (
        "import os, resource\n"
        "from launch import cli\n"
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "assert cli.main(['doctor', '--settings', 'missing.toml']) == cli.UNUSABLE\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)\n"
        "os.abort()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGABRT, done.stderr
    assert done.stdout.strip() == "(0, 0)"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(spellings(WORD)))
def test_each_spelling_is_found(name: str) -> None:
    """However a word is written down."""
    data = b"before " + spellings(WORD)[name] + b" after"
    assert found_in(data, [WORD]) == {WORD: name}


@pytest.mark.parametrize("offset", range(3))
def test_a_word_inside_base64_is_found(offset: int) -> None:
    """Wherever in it the word begins."""
    data = base64.b64encode(b"x" * offset + WORD.encode() + b"yz")
    assert WORD in found_in(data, [WORD])


def test_what_is_packed_is_looked_into() -> None:
    """Also in the middle of a file, and in a row of JSON."""
    told = json.dumps({"answer": WORD}).encode()
    for packed in (gzip.compress(told), zlib.compress(told, 1), zlib.compress(told, 9)):
        assert found_in(b"head" + packed + b"tail", [WORD]) == {WORD: "packed, escaped"}
    assert found_in(b"nothing", [WORD]) == {}
