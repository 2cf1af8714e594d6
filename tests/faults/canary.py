"""A stolen disk: whole visits, then everything that is on the machine is searched for their words.

Searched are all files below the machine's folder (state, printed slips, log, temporary files, what
would be a core file), packed parts among them; and, with the keys of the database in hand, every
decrypted page of database and write-ahead log, free pages too, and a plain copy of all rows.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlcipher3

from kiosk.store.engine import FILE_NAME
from kiosk.store.keys import DatabaseKey, load_keys
from tests.faults.canary_bugs import LeakBug
from tests.faults.dose import Batch, Harness, Part
from tests.support.central_server import ROOT, CentralServer, running_platform
from tests.support.homes import TECHNICIAN_PIN, Home
from tests.support.office import Office
from tests.support.slips import text_of
from tests.support.traces import found_in, opened_pages

FEWEST = 30
PATIENCE_S = 300.0
PLAIN = "plain copy of the rows"


class Place(StrEnum):
    """Where something is found."""

    SLIP = "slip"
    DATABASE = "database"
    ENVELOPE = "envelope"
    LOG = "log"
    FILE = "file"
    """Anything else."""


ALLOWED: dict[str, frozenset[Place]] = {
    # What a receipt is printed from again, and a resident is found by. Envelopes carry the place
    # in the chain, from which the number is made, not the number; their names carry the id.
    "receipt_number": frozenset({Place.SLIP, Place.DATABASE}),
    "query_code": frozenset({Place.SLIP, Place.DATABASE}),
    "app_id": frozenset({Place.SLIP, Place.DATABASE, Place.ENVELOPE, Place.LOG}),
    # Who helped stands on the receipt; the staff list is needed to sign in without a network.
    "helper_name": frozenset({Place.SLIP, Place.DATABASE}),
}
"""What the machine may know, and why; everything else must be nowhere."""

MUST_BE_FOUND = {
    "receipt_number": Place.DATABASE,
    "query_code": Place.DATABASE,
    "helper_name": Place.DATABASE,
}
"""A search that does not even find these is blind."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Words in a place."""

    name: str
    place: Place
    where: str
    """The file, and the spelling."""


def look_for_canaries(batch: Batch) -> Part:
    """Play cases one after the other, all at one platform, and search after each."""
    result = Part()
    with (
        tempfile.TemporaryDirectory(prefix="doorstep-canary-") as folder,
        running_platform(Path(folder) / "central") as central,
    ):
        for case in batch.cases:
            home = Path(folder) / f"case-{case}"
            problems = _one(central, home, batch, case, result)
            result.find(case, *problems)
            if problems and batch.keep is not None:
                kept = batch.keep / f"{batch.seed}-{case}"
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(home, kept, ignore=shutil.ignore_patterns("*.sock"))
            if batch.bug and problems:
                break
    return result


def _one(central: CentralServer, home: Path, batch: Batch, case: int, result: Part) -> list[str]:
    words, pieces = play(central, home, batch.seed, case, batch.bug)
    machine = home / "machine"
    traces = search(machine, words, pieces, home)
    result.figures.update(
        {
            "days of three visits": 1,
            "canaries": len(words) + len(pieces),
            "files searched": sum(path.is_file() for path in machine.rglob("*")),
        }
    )
    found = {(trace.name, trace.place) for trace in traces}
    blind = [name for name, place in MUST_BE_FOUND.items() if (name, place) not in found]
    problems = [f"the search is blind: {name} is not where it must be" for name in blind]
    if len(words) + len(pieces) < FEWEST:
        problems.append(f"only {len(words) + len(pieces)} canaries were planted")
    problems += [
        f"{trace.name} is in {trace.where}"
        for trace in traces
        if trace.place not in ALLOWED.get(trace.name, frozenset())
    ]
    return problems


def play(
    central: CentralServer, home: Path, seed: str, case: int, bug: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Have the visits of one case played in a machine's folder; return what was said in them."""
    dice = random.Random(f"{seed}/{case}/staff")
    machine = Home(home / "machine", central, site=f"Office {case}")
    staff = _staff(dice)
    site = machine_site(machine)
    with Office(central) as office:
        office.sign_in()
        added = office.add_member(site, staff["helper_name"], "volunteer", staff["helper_pin"])
        assert added.ok, added.text
    (home / "staff.json").write_text(json.dumps(staff), encoding="utf-8")
    truth = home / "truth.json"
    for name in ("tmp", "user"):
        (machine.folder / name).mkdir()
    arguments = [machine.settings_file, truth, seed, case, bug, home / "staff.json"]
    temporary, user = str(machine.folder / "tmp"), str(machine.folder / "user")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.canary_visit", *(str(it) for it in arguments)],
        cwd=machine.folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": temporary,
            "SQLITE_TMPDIR": temporary,
            "HOME": user,
            "XDG_CACHE_HOME": f"{user}/cache",
            "XDG_RUNTIME_DIR": temporary,
        },
        check=False,
        timeout=PATIENCE_S,
    )
    log = (machine.folder / "kiosk.log").read_text(errors="replace")
    assert done.returncode == -signal.SIGKILL, f"ended with {done.returncode}: {log[-3000:]}"
    told = json.loads(truth.read_text(encoding="utf-8"))
    words: dict[str, str] = {**told["words"], **staff}
    return words, told["pieces"]


def machine_site(machine: Home) -> str:
    """Return the site that a machine was enrolled for."""
    from launch.wiring import build_kiosk

    return build_kiosk(machine.settings).enrolment.site_id


def _staff(dice: random.Random) -> dict[str, str]:
    pins = iter(dice.sample([f"{it}" for it in range(304_175, 987_321) if _is_odd_enough(it)], 2))
    name = "".join(dice.sample("欧阳柏舟司徒砚秋令狐岚澹台汐", 4))
    return {
        "helper_name": name,
        "helper_pin": next(pins),
        "wrong_pin": next(pins),
        "technician_pin": TECHNICIAN_PIN,
    }


def _is_odd_enough(number: int) -> bool:
    """Say whether no rule for PINs can have anything against it."""
    return len(set(str(number))) == 6 and number % 9973 == 0


def search(
    machine: Path, words: dict[str, str], pieces: dict[str, str], scratch: Path
) -> list[Trace]:
    """Return where something is found of all that was said, whether it may be there or not.

    Args:
        machine: The folder that was stolen.
        words: What was said, by what it is.
        pieces: Bytes, as hex, by what they are of.
        scratch: Where to put a copy that is written to.
    """
    names: dict[str | bytes, list[str]] = {}
    for name, word in words.items():
        names.setdefault(word, []).append(name)
    for name, piece in pieces.items():
        names.setdefault(bytes.fromhex(piece), []).append(name)
    traces: list[Trace] = []

    def look(data: bytes, place: Place, where: str) -> None:
        for word, spelling in found_in(data, names).items():
            traces.extend(Trace(name, place, f"{where} ({spelling})") for name in names[word])

    for path in sorted(machine.rglob("*")):
        if not path.is_file():
            continue
        where = str(path.relative_to(machine))
        look(where.encode(), _place(path), f"the name of {where}")
        look(path.read_bytes(), _place(path), where)
        if path.suffix == ".pdf":
            look(text_of(path).encode(), Place.SLIP, where)
    key = load_keys(machine / "state").database
    for path in sorted(machine.rglob(f"{FILE_NAME}*")):
        pages = b"".join(opened_pages(path, key))
        look(pages, Place.DATABASE, f"{path.name}, decrypted")
    look(_plain_copy(machine / "state", key, scratch), Place.DATABASE, PLAIN)
    return traces


def _place(path: Path) -> Place:
    match path.suffix:
        case ".pdf":
            return Place.SLIP
        case ".env":
            return Place.ENVELOPE
        case ".log":
            return Place.LOG
        case _:
            return Place.FILE


def _plain_copy(state: Path, key: DatabaseKey, scratch: Path) -> bytes:
    """Return all rows without encryption, as whoever holds the key may have them."""
    copy, plain = scratch / "copy", scratch / "plain.db"
    copy.mkdir()
    for path in state.glob(f"{FILE_NAME}*"):
        shutil.copy(path, copy)
    connection = sqlcipher3.connect(copy / FILE_NAME)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex_with_salt()}'\"")
        connection.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
        connection.execute("SELECT sqlcipher_export('plain')").fetchall()
    finally:
        connection.close()
    return plain.read_bytes()


HARNESS = Harness(
    name="canary",
    about="a stolen disk: no word of whole visits in any file, nor in the decrypted database",
    unit="days of three visits",
    dose=30,
    batch=3,
    give=look_for_canaries,
    bugs=tuple(bug.value for bug in LeakBug),
    is_sample=False,
)
