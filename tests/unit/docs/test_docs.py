"""The pages for people say what the program says: commands, codes, journal, log, doctor, links."""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from central import cli as central_cli
from kiosk.errors import KioskError
from kiosk.flow.effects import JournalEvent
from kiosk.store.audit import StoreEvent
from kiosk.store.entries import EntryState
from launch import cli as kiosk_cli
from launch import desk

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
ROOMS = ("kiosk", "sync", "devices", "printing", "ui", "launch", "central")
PEOPLES_PAGES = ("README", "operators", "offices", "volunteers", "integrators")

LOGGED = re.compile(r'(?:_log|getLogger\(__name__\))\.[a-z]+\(\s*"([A-Z][A-Z_]+)\b')
SAID_BY_WORKERS = re.compile(r"\{LOG_PREFIX\}([A-Z][A-Z_]+)\b")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def page(name: str) -> str:
    """Return a page of the reference."""
    return (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")


def parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command with its parser."""
    for parser in (kiosk_cli._parser(), central_cli._parser()):
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, command in action.choices.items():
                    yield f"{parser.prog} {name}", command


def signs(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield how each option of a command is written on the page."""
    for action in parser._actions:
        if "--help" in action.option_strings:
            continue
        if action.option_strings:
            value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
            yield f"{action.option_strings[-1]}{value}"
        elif action.choices is not None:
            yield from (str(choice) for choice in action.choices)
        else:
            yield str(action.metavar)


def options_on_page(command: str) -> set[str]:
    """Return the options that the page lists below a command."""
    found = re.search(
        rf"^## {command}\n(.*?)(?=^## |\Z)", page("commands"), re.MULTILINE | re.DOTALL
    )
    assert found is not None, f"no section on {command}"
    table = re.search(
        r"^\| option \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)", found[1], re.MULTILINE
    )
    rows = table[1].splitlines() if table else []
    return {row.split("`")[1] for row in rows}


def rows_of(text: str) -> dict[str, str]:
    """Return every row that begins with something in backquotes, by that."""
    return {row[1]: row[0] for row in re.finditer(r"^\| `([^`]+)` \|.*$", text, re.MULTILINE)}


def section(text: str, title: str) -> str:
    """Return what stands below a heading of the second level."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section {title}"
    return found[1]


def errors() -> list[type[KioskError]]:
    """Return every kind of error that has a code of its own, by code."""
    found: dict[str, type[KioskError]] = {}
    waiting: list[type[KioskError]] = [KioskError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.partition(".")[0] in ROOMS and "code" in vars(kind):
            found[kind.code] = kind
    return [found[code] for code in sorted(found)]


def log_ids() -> set[str]:
    """Return every id that the program logs."""
    found: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            found.update(LOGGED.findall(source), SAID_BY_WORKERS.findall(source))
    return found


def anchors(path: Path) -> set[str]:
    """Return what can be linked to within a page."""
    titles = HEADING.findall(path.read_text(encoding="utf-8"))
    kept = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in kept}


@pytest.mark.parametrize(("command", "parser"), list(parsers()), ids=[it[0] for it in parsers()])
def test_every_option_is_explained(command: str, parser: argparse.ArgumentParser) -> None:
    """The page lists the options that a command has, and no others."""
    assert options_on_page(command) == set(signs(parser))


def test_every_command_has_help_that_explains() -> None:
    """No command and no option of `kiosk` is without words."""
    silent = [
        f"{name} {action.dest}"
        for name, parser in parsers()
        for action in parser._actions
        if not action.help and not action.choices
    ]
    assert silent == []


@pytest.mark.parametrize("state", list(EntryState))
def test_every_state_of_the_queue_is_explained(state: EntryState) -> None:
    """Who reads `kiosk queue` finds each state."""
    assert f"`{state}`" in "".join(rows_of(page("commands")).values())


@pytest.mark.parametrize("kind", errors())
def test_every_error_code_is_listed_with_its_advice(kind: type[KioskError]) -> None:
    """Whoever is shown a code finds it, with the advice that the program gives."""
    row = rows_of(section(page("errors"), "Error codes"))[kind.code]
    assert kind.advice in row


def test_no_error_code_is_made_up() -> None:
    """The page lists no code that the program does not have."""
    assert desk.DeskRefused in errors()
    listed = set(rows_of(section(page("errors"), "Error codes")))
    assert listed == {kind.code for kind in errors()}


def test_the_journal_is_explained() -> None:
    """Each event of the journal has its row, and no other."""
    assert set(rows_of(section(page("errors"), "Journal"))) == {*JournalEvent, *StoreEvent}


def test_the_log_is_explained() -> None:
    """Each id that the program logs has its row, and no other."""
    assert set(rows_of(section(page("errors"), "Log"))) == log_ids()


def test_the_doctors_sentences_are_explained() -> None:
    """Each sentence that the doctor can say stands on its page, word for word."""
    texts = tomllib.loads((ROOT / "assets/locale/en/doctor.toml").read_text(encoding="utf-8"))
    said = [state["says"] for states in texts["doctor"].values() for state in states.values()]
    assert len(said) > 30
    assert [it for it in said if f"| {it} |" not in page("doctor")] == []


@pytest.mark.parametrize("name", PEOPLES_PAGES)
def test_the_index_knows_every_page(name: str) -> None:
    """Each page for people is there, and the index leads to it."""
    assert (DOCS / f"{name}.md").is_file()
    assert name == "README" or f"({name}.md)" in (DOCS / "README.md").read_text(encoding="utf-8")


def test_no_link_leads_nowhere() -> None:
    """Every link from one of our pages to another finds it, down to the heading."""
    broken = []
    for source in (*DOCS.rglob("*.md"), ROOT / "README.md"):
        for target in LINK.findall(source.read_text(encoding="utf-8")):
            if "://" in target:
                continue
            file, _, anchor = target.partition("#")
            path = (source.parent / file).resolve() if file else source
            is_found = path.exists() and (not anchor or anchor in anchors(path))
            if not is_found:
                broken.append(f"{source.relative_to(ROOT)}: {target}")
    assert broken == []
