"""Rules that every file keeps: short, explained, and saying nothing about where it was made."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import ROOT, python_files, texts

LONGEST = 400

# Put together from pieces, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        [
            r"py" + r"pi\.org",
            r"python" + r"hosted\.org",
            r"registry\." + r"npmjs",
            r"deb\." + r"debian\.org",
            "/sim" + "ple/",
        ]
    )
)
MACHINE_PATHS = re.compile("|".join(["/(?:work|farm)" + "/", "/root/" + r"\.", "/t" + "mp/bash_"]))
REAL_ID_NUMBERS = re.compile(r"\b(?!11010519491231002X)[1-8]\d{5}(?:19|20)\d{9}[\dXx]\b")
SLEEPING = re.compile(r"\b(?:time\.sleep|qWait|asyncio\.sleep)" + r"\(")


def found(pattern: re.Pattern[str]) -> list[str]:
    """Return every line of the repository that the pattern is in."""
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_is_too_long() -> None:
    """Every source file fits into one reading."""
    paths = [ROOT / path for path in python_files()] + [ROOT / "run"]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_says_what_it_is_for() -> None:
    """Every Python file begins with a docstring."""
    silent = [
        str(path)
        for path in python_files()
        if not ast.get_docstring(ast.parse((ROOT / path).read_text()))
    ]
    assert silent == []


def test_no_registry_is_named() -> None:
    """Where packages come from is the machine's business, so that mirrors serve as well."""
    assert found(REGISTRIES) == []


def test_no_path_of_a_developers_machine() -> None:
    """Nothing depends on, or tells, where it was written."""
    assert found(MACHINE_PATHS) == []


def test_no_number_that_could_be_somebodys() -> None:
    """Invented people carry ID numbers that nobody can have, or the published example."""
    assert found(REAL_ID_NUMBERS) == []


def test_no_test_sleeps() -> None:
    """Tests wait for what they wait for."""
    assert [line for line in found(SLEEPING) if line.startswith("tests/")] == []


def test_the_patterns_find_what_they_are_for() -> None:
    """Each rule above can fail."""
    assert REGISTRIES.search("https://" + "py" + "pi.org/x")
    assert MACHINE_PATHS.search("cd /work" + "/main")
    assert REAL_ID_NUMBERS.search("1" + "10105194912310011")
    assert not REAL_ID_NUMBERS.search("11010519491231002X")
    assert not REAL_ID_NUMBERS.search("991105194912310021")
    assert SLEEPING.search("time.sleep" + "(1)")
