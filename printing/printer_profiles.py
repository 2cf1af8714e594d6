"""What one model of receipt printer does in its own way, as data: `assets/printers/*.toml`.

Most printers are `generic`. Heads that are built into kiosks differ in how they tell their state,
how they cut and hand out, and whether they can say that a paper is done.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kiosk.errors import BadSetting
from printing.media import PaperWidth

_LONGEST_COMMAND = 32
LONGEST_PROFILE = 65_536
"""Bytes; ours have a thousand."""


class StatusDialect(StrEnum):
    """How a printer is asked how it is."""

    EOT = "eot"
    """DLE EOT 1 to 4, a byte each (Epson's ESC/POS reference)."""
    FULL = "full"
    """DLE EOT 20, six bytes in one answer (Custom's kiosk heads and their likes)."""
    NONE = "none"
    """It can't be asked."""


class Confirmation(StrEnum):
    """How a printer says that a paper is done."""

    PROCESS_ID = "process_id"
    """GS ( H: it sends a number back when it has got so far."""
    TICKET = "ticket"
    """It sees whether a paper stands in its mouth."""
    NONE = "none"
    """It does not."""


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One model's own ways; lengths in dots of an eighth of a millimetre."""

    name: str = "generic"
    title: str = "ESC/POS printer"
    dots: int = 576
    """How many the head has."""
    left_dots: int = 0
    """Where the picture begins, for a head that is wider than the paper."""
    status: StatusDialect = StatusDialect.EOT
    asks: tuple[int, ...] = (1, 2, 3, 4)
    """For EOT: which of the four it answers."""
    has_near_end: bool = True
    """Whether it has a sensor for little paper; without one what it says of it means nothing."""
    confirms: Confirmation = Confirmation.PROCESS_ID
    clears: bool = True
    """Whether it forgets what it has not printed when told to (DLE DC4 8)."""
    cut: bytes = b"\x1dVB\x00"
    """GS V 66 0: feeds to the cutter, cuts all but one point, so that the slip does not fall."""
    cut_feed: int = 0
    """Dots fed before that, for commands that do not feed."""
    present: bytes = b""
    """Hands the paper out after the cut."""
    band_rows: int = 256
    """Rows in one picture command: small memories take no more."""


GENERIC = PrinterProfile()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of a table, each once; what is left over is a misspelling."""

    path: Path
    table: dict[str, object] = field(default_factory=dict)

    def take(self, name: str, kind: type, default: object) -> object:
        """Return a value of this type."""
        value = self.table.pop(name, default)
        if type(value) is not kind:
            raise self.wrong(f"{name} must be a {kind.__name__}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number within limits."""
        value = self.take(name, int, default)
        assert isinstance(value, int)
        if not least <= value <= most:
            raise self.wrong(f"{name} must be {least} to {most}")
        return value

    def command(self, name: str, default: bytes) -> bytes:
        """Return bytes that are written in hexadecimal."""
        text = str(self.take(name, str, default.hex(" ")))
        try:
            found = bytes.fromhex(text)
        except ValueError as error:
            raise self.wrong(f"{name} must be bytes such as 1d 56 42 00") from error
        if len(found) > _LONGEST_COMMAND:
            raise self.wrong(f"{name} is longer than {_LONGEST_COMMAND} bytes")
        return found

    def one_of(self, name: str, kind: type[StrEnum], default: StrEnum) -> str:
        """Return one of a closed set."""
        value = str(self.take(name, str, default.value))
        if value not in set(kind):
            raise self.wrong(f"{name} must be {', '.join(kind)}")
        return value

    def wrong(self, what: str) -> BadSetting:
        """Return what is to be raised."""
        return BadSetting(
            f"The printer profile {self.path.name} can't be used: {what}.",
            "Correct the file; assets/printers/README.md explains each line.",
        )


def fit_profile(profile: PrinterProfile, width: PaperWidth) -> PrinterProfile:
    """Return the profile if its head is as wide as the paper.

    Raises:
        BadSetting: It is not.
    """
    if profile.left_dots + width.dots > profile.dots:
        message = f"The head of {profile.name} has {profile.dots} dots, the paper {width.dots}."
        raise BadSetting(message, "Set paper_width_mm to 58, or choose another profile.")
    return profile


def load_profile(path: Path) -> PrinterProfile:
    """Return the profile in a file.

    Raises:
        BadSetting: It is not there, or something in it is wrong.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_PROFILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        message = f"The printer profile {path.name} can't be read: {_why(error)}."
        raise BadSetting(message, "Correct [printer] profile.") from error
    if len(data) > LONGEST_PROFILE:
        raise _Reader(path).wrong(f"it is longer than {LONGEST_PROFILE} bytes")
    try:
        table: dict[str, object] = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _Reader(path).wrong("it is not written in UTF-8") from error
    except (ValueError, RecursionError) as error:  # also what is nested too deep, or too long
        raise _Reader(path).wrong(f"it is no TOML: {error}") from error
    read = _Reader(path, table)
    asks = read.take("asks", list, list(GENERIC.asks))
    if not isinstance(asks, list) or not all(type(it) is int and it in GENERIC.asks for it in asks):
        raise read.wrong("asks must be some of 1, 2, 3 and 4")
    profile = PrinterProfile(
        name=path.stem,
        title=str(read.take("title", str, path.stem)),
        dots=read.number("dots", GENERIC.dots, 192, 2048),
        left_dots=read.number("left_dots", 0, 0, 1024),
        status=StatusDialect(read.one_of("status", StatusDialect, GENERIC.status)),
        asks=tuple(sorted(set(asks))),
        has_near_end=bool(read.take("near_end", bool, GENERIC.has_near_end)),
        confirms=Confirmation(read.one_of("confirms", Confirmation, GENERIC.confirms)),
        clears=bool(read.take("clears", bool, GENERIC.clears)),
        cut=read.command("cut", GENERIC.cut),
        cut_feed=read.number("cut_feed", 0, 0, 800),
        present=read.command("present", b""),
        band_rows=read.number("band_rows", GENERIC.band_rows, 8, 2303),
    )
    if table:
        raise read.wrong(f"there is no line {', '.join(sorted(table)[:5])!r} in a profile")
    if profile.confirms is Confirmation.TICKET and profile.status is not StatusDialect.FULL:
        raise read.wrong('confirms = "ticket" needs status = "full"')
    return profile


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "that is no name of a file"
