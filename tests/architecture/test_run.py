"""The script `run`, where it has to say no; that it works, every run of these tests shows."""

from __future__ import annotations

import os
import subprocess

from tests.architecture.tree import ROOT


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call `run` without a display, with `environment` on top."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [ROOT / "run", *arguments],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_a_demo_without_a_display_offers_what_works_there() -> None:
    """Who has no screen is told so, and what to call instead."""
    answer = run("demo")
    assert answer.returncode == 1
    assert "no display" in answer.stderr
    assert "./run rehearse" in answer.stderr


def test_an_unknown_command_is_named_beside_the_known_ones() -> None:
    """A slip of the finger is answered with the list."""
    answer = run("tset")
    assert answer.returncode == 1
    assert "tset" in answer.stderr
    assert "./run test" in answer.stderr


def test_a_wrong_interpreter_is_named() -> None:
    """A chosen Python that does not work is an error, never silently replaced."""
    answer = run("setup", DOORSTEP_PYTHON="/bin/false")
    assert answer.returncode == 1
    assert "DOORSTEP_PYTHON=/bin/false" in answer.stderr
