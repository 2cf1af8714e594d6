"""A number read aloud by a program, through the kiosk's own lanes; nothing of it is logged."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.flow import events as ev
from kiosk.flow.aloud_events import AloudAsked, SilenceAsked, SpellAsked
from kiosk.flow.session import Overlay, Step
from launch.wiring import build_kiosk
from tests.support.card_desks import SimulatedCardDesk
from tests.support.central_server import CentralServer
from tests.support.forgotten_rows import seal_for_card
from tests.support.homes import Home
from tests.support.visit import Machine

VOICE = """
import sys
said = sys.stdin.read()
with open(sys.argv[1], "a") as heard: heard.write(f"{sys.argv[2]}: {said}\\n")
"""


@pytest.fixture
def place(tmp_path: Path, central: CentralServer) -> Home:
    """A kiosk with a voice."""
    voice = tmp_path / "voice.py"
    voice.write_text(VOICE)
    speech = [sys.executable, "-S", str(voice), str(tmp_path / "heard"), "{language}"]
    speaker = {"kind": "command", "command": ["true"], "speech": speech}
    return Home(tmp_path / "kiosk", central, {"speaker": speaker})


@pytest.fixture
def machine(place: Home) -> Iterator[Machine]:
    """It runs, with one application of before."""
    hands = SimulatedCardDesk(place.desk.folder)
    hands.insert()
    sealed = seal_for_card(build_kiosk(place.settings))
    hands.pull()
    with Machine(build_kiosk(place.settings)).running() as machine:
        machine.touch(ev.StatusAsked, "s-9")
        machine.touch(ev.StatusByNumberChosen)
        machine.touch(ev.StatusTyped, "".join(sealed.number_groups), sealed.query_code)
        machine.until_step(Step.STATUS_SHOWN)
        yield machine


def test_the_number_is_heard_and_written_down_nowhere(
    machine: Machine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In the language of the visit, and silence when it is touched or the visit ends."""
    caplog.set_level("DEBUG")
    heard = tmp_path / "heard"
    (item,) = machine.session.status_items
    machine.touch(AloudAsked)
    assert machine.session.overlay is Overlay.ALOUD
    assert not heard.exists() or "幺" not in heard.read_text()
    machine.touch(SpellAsked, 0)
    first = machine.say("aloud.first.number")
    machine.until(lambda _: heard.exists() and first in heard.read_text(), "the first words")
    machine.touch(SilenceAsked)
    machine.touch(SpellAsked, 0)
    machine.until(lambda _: heard.read_text().count(first) == 2, "them once more")
    machine.touch(ev.StopAsked)
    assert machine.session.step is Step.HOME
    assert heard.read_text().startswith(f"{machine.session.display.language}: ")
    assert "".join(item.number_groups) not in caplog.text
    assert not any(group in caplog.text for group in ("幺", first))
