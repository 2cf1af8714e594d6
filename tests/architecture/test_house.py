"""The house: who may import whom, the two commands, the drawing, the pins."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.tree import ROOT, python_files, texts

LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")
LISTED_FOLDER = re.compile(r"^((?:[a-z_]+/)+)\s", re.MULTILINE)


def drawn_folders(drawing: str) -> set[str]:
    """Return the folders, by their full path, that the drawing in ARCHITECTURE.md lists."""
    return {
        folder
        for block in re.findall(r"```text\n(.*?)```", drawing, re.DOTALL)
        for folder in LISTED_FOLDER.findall(block)
    }


def test_imports_keep_the_rules() -> None:
    """Every arrow between the rooms runs down."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert result.returncode == 0, result.stdout


def test_the_drawing_shows_every_room_with_code_and_no_other() -> None:
    """ARCHITECTURE.md draws the rooms as they stand."""
    beside = {
        "assets",
        "tests",
        "benchmarks",
        "packaging",
    }  # told in words, they are no part of the program
    standing = {
        f"{path.parent}/"
        for path in python_files()
        if path.parent != Path() and path.parts[0] not in beside
    }
    drawing = (ROOT / "ARCHITECTURE.md").read_text()
    assert drawn_folders(drawing) == standing
    for name in beside:
        assert f"`{name}/" in drawing or not (ROOT / name).is_dir()


def test_the_readme_names_both_commands() -> None:
    """A newcomer finds the two commands on the first page."""
    readme = (ROOT / "README.md").read_text()
    assert "./run demo" in readme
    assert "./run test" in readme


def test_no_folder_hides_a_library() -> None:
    """No room has the name of something that is installed (`packaging/` must stay no package)."""
    ours = {path.parts[0] for path in python_files() if path.name == "__init__.py"}
    owners = packages_distributions()
    assert {name: owners[name] for name in ours if set(owners.get(name, ())) - {"doorstep"}} == {}


def test_every_page_leads_somewhere() -> None:
    """Links inside the repository point at what is there."""
    broken = [
        f"{path}: {target}"
        for path, text in texts()
        if path.suffix == ".md"
        for target in LINK.findall(text)
        if not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_integration_runs_the_newcomers_command() -> None:
    """What is checked centrally is what everybody can run."""
    assert "./run test" in (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / "run", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_command_of_run_is_in_its_help() -> None:
    """`./run help` lists every command there is, and every listed command is there."""
    script = (ROOT / "run").read_text()
    cases = re.search(r"^case \$command in\n(.*)^esac", script, re.DOTALL | re.MULTILINE)
    assert cases is not None
    known = set(re.findall(r"^  ([a-z]+)(?: \||\))", cases[1], re.MULTILINE))
    listed = subprocess.run(
        [ROOT / "run", "help"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert set(re.findall(r"^\./run (\w+)", listed, re.MULTILINE)) == known


def test_every_pin_is_hashed_and_tells_no_address() -> None:
    """The lock files hold what a download is checked by, and nothing about where it is from."""
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        entries = re.split(
            r"\n(?=\S)", re.sub(r"^#.*\n", "", lock.read_text(), flags=re.MULTILINE).strip()
        )
        assert entries
        for entry in entries:
            assert re.fullmatch(
                r"[a-z0-9.-]+==[^ \\]+(?: ; [^\\]+?)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+",
                entry,
            ), f"{lock.name}: {entry.splitlines()[0]}"
