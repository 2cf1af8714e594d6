"""The protocol of a photo decoder: pictures, refusals, and programs that misbehave."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from devices.card_reader.photo_decoder import Encoding, PhotoDecoder, request
from tests.support import passports
from tests.support.photo_decoders import BAD, EXAMPLE, PRETENDER
from tests.support.waiting import wait_until

JPEG = b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("encoding", "kind"), [(Encoding.JPEG, "JPEG"), (Encoding.JPEG_2000, "JPEG2000")]
)
def test_the_example_decodes_what_it_can(encoding: Encoding, kind: str) -> None:
    """JPEG and JPEG 2000 come back as pictures, and leave as a JPEG."""
    encoded = passports.portrait(0, kind)
    assert PhotoDecoder(EXAMPLE).jpeg(encoding, encoded, 30.0).startswith(JPEG)
    assert PhotoDecoder(EXAMPLE).jpeg(encoding, encoded[:20], 30.0) == b""


def test_the_request_is_the_documented_one() -> None:
    """Magic, encoding, length, portrait."""
    assert request(Encoding.WLT, b"abc") == b"DSP1WLT \x00\x00\x00\x03abc"


def test_a_program_gets_what_is_on_the_card() -> None:
    """All of it, and then the end of its input."""
    assert PhotoDecoder(PRETENDER).jpeg(Encoding.WLT, bytes(1024), 30.0).startswith(JPEG)


@pytest.mark.parametrize("how", BAD)
def test_a_program_that_misbehaves_is_no_picture(how: str) -> None:
    """Whatever it does; and it never raises."""
    limit_s = 0.3 if "hangs" in how else 20.0
    assert PhotoDecoder(BAD[how], limit_s).jpeg(Encoding.WLT, bytes(1024), 30.0) == b""


def test_a_program_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    """A child that outlives its parent holds the reader's library: it goes too."""
    told = tmp_path / "pid"
    # It ends its answer, and goes on: nobody waits for a limit that a busy machine would not keep.
    script = f"sleep 300 > /dev/null & echo $! > {told}; exec > /dev/null; wait"
    wanted = PhotoDecoder(("/bin/sh", "-c", script), limit_s=20.0)
    assert wanted.jpeg(Encoding.WLT, bytes(1024), 30.0) == b""
    child = int(told.read_text())
    wait_until(lambda: _is_gone(child), what="the end of the program's child")


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_program_that_can_not_be_killed_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs in a driver's call, or is somebody else's: the card's reading goes on."""
    monkeypatch.setattr("devices.card_reader.photo_decoder.DEAD_WITHIN_S", 0.1)
    monkeypatch.setattr("devices.card_reader.photo_decoder.os.killpg", lambda *_: None)
    told = tmp_path / "pid"
    wanted = PhotoDecoder(("/bin/sh", "-c", f"echo $$ > {told}; exec sleep 20"), limit_s=0.2)
    assert wanted.jpeg(Encoding.WLT, bytes(1024), 30.0) == b""
    wait_until(lambda: told.exists() and told.read_text() != "", what="the program")
    program = int(told.read_text())
    assert not _is_gone(program)
    os.kill(program, signal.SIGKILL)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[-1].split()[0]
    return state == "Z"


def test_without_time_or_program_there_is_no_picture() -> None:
    """Nothing is started."""
    assert PhotoDecoder().jpeg(Encoding.WLT, bytes(1024), 30.0) == b""
    assert PhotoDecoder(EXAMPLE).jpeg(Encoding.JPEG, b"", 30.0) == b""
    assert PhotoDecoder(EXAMPLE).jpeg(Encoding.JPEG, JPEG, 0.0) == b""
