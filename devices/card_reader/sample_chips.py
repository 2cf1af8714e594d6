"""Chips of the simulated reader: one per family of contact cards, made of a sample card's fields.

Each answers the commands of its family as published readers send them, so that a sample goes
through the same profile as a real card. T=0's turns, locks and torn files are the tests' business.
Files are written here from the tables in `README.md`'s sources, not with the profiles' own code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from devices.card_reader.apdu import OK, Response
from devices.card_reader.card_profile import Ask

Fields = Mapping[str, str]
"""What a sample card's file says; days are ISO 8601."""

_NOT_FOUND = Response(b"", 0x6A82)
_NO_RECORD = Response(b"", 0x6A83)
_NO_SUCH_COMMAND = Response(b"", 0x6D00)
_BEYOND = Response(b"", 0x6B00)
_DONE = Response(b"", OK)


def sample_chip(family: str, fields: Fields) -> Ask:
    """Return a chip that is asked one command after the other.

    Raises:
        ValueError: the family is unknown, a field is missing, or too long for its place.
    """
    make = _FAMILIES.get(family)
    if make is None:
        raise ValueError(f"no family {family!r}; there are {', '.join(_FAMILIES)}")
    try:
        return make(fields)
    except KeyError as error:
        raise ValueError(f"a card of the family {family} needs the field {error}") from error


def _put(file: bytearray, at: int, content: bytes, size: int) -> None:
    if len(content) > size:
        raise ValueError(f"longer than the card's {size} bytes")
    file[at : at + size] = content.ljust(size, b" ")


def _compact(day: str) -> str:
    return day.replace("-", "")


def _dotted(day: str) -> str:
    return ".".join(reversed(day.split("-")))


def _is_selected_by(command: bytes, aid: bytes) -> bool:
    return command[:3] == b"\x00\xa4\x04" and command[5 : 5 + command[4]] == aid


@dataclass
class _ByOffset:
    """One flat file behind an application, read from an offset."""

    aid: bytes
    read_head: bytes
    file: bytes = field(repr=False)
    is_open: bool = False

    def ask(self, command: bytes) -> Response:
        """Select, or read a piece."""
        if command[1] == 0xA4:
            self.is_open = _is_selected_by(command, self.aid)
            return _DONE if self.is_open else _NOT_FOUND
        if not self.is_open or command[:2] != self.read_head:
            return _NO_SUCH_COMMAND
        at = int.from_bytes(command[2:4], "big")
        return Response(self.file[at : at + command[6]], OK)


def _thai(fields: Fields) -> Ask:
    file = bytearray(b" " * 5660)

    def day(name: str) -> str:
        compact = _compact(fields[name])
        return f"{int(compact[:4]) + 543}{compact[4:]}"

    valid_until = "99999999" if fields["valid_until"] == "for life" else day("valid_until")
    for at, content, size in (
        (4, fields["number"], 13),
        (17, fields["name"], 100),
        (117, fields["latin_name"], 100),
        (217, day("birth"), 8),
        (225, {"male": "1", "female": "2"}[fields["sex"]], 1),
        (246, fields["issuer"], 100),
        (359, day("valid_from"), 8),
        (367, valid_until, 8),
        (5497, fields["address"], 160),
    ):
        _put(file, at, content.encode("tis-620"), size)
    return _ByOffset(bytes.fromhex("A000000054480001"), b"\x80\xb0", bytes(file)).ask


def _health_taiwan(fields: Fields) -> Ask:
    def day(name: str) -> str:
        compact = _compact(fields[name])
        return f"{int(compact[:4]) - 1911:03}{compact[4:]}"

    name = fields["name"].encode("cp950")
    if len(name) > 20:
        raise ValueError("longer than the card's 20 bytes")
    record = (
        fields["card_number"].encode().ljust(12, b"0")
        + name.ljust(20, b"\0")
        + fields["number"].encode()
        + day("birth").encode()
        + {"male": b"M", "female": b"F"}[fields["sex"]]
        + day("issued_on").encode()
    )
    aid, is_open = bytes.fromhex("D1580000010000000000000000001100"), False

    def ask(command: bytes) -> Response:
        nonlocal is_open
        if command[1] == 0xA4:
            is_open = _is_selected_by(command, aid)
            return _DONE if is_open else _NOT_FOUND
        is_read = is_open and command[:4] == bytes.fromhex("00CA1100")
        return Response(record, OK) if is_read else _NO_SUCH_COMMAND

    return ask


def _mykad(fields: Fields) -> Ask:
    person, home = bytearray(b" " * 459), bytearray(b" " * 171)
    for at, content, size in (
        (3, fields["name"].encode(), 40),
        (273, fields["number"].encode(), 13),
        (286, {"male": b"L", "female": b"P"}[fields["sex"]], 1),
        (295, bytes.fromhex(_compact(fields["birth"])), 4),
        (299, fields["state"].encode(), 25),
        (324, bytes.fromhex(_compact(fields["valid_from"])), 4),
        (328, fields["nationality"].encode(), 18),
    ):
        _put(person, at, content, size)
    for at, content, size in (
        (3, fields["street"].encode(), 30),
        (93, bytes.fromhex(f"{fields['postcode']}0"), 3),
        (96, fields["town"].encode(), 25),
        (121, fields["state"].encode(), 30),
    ):
        _put(home, at, content, size)
    files, aid = {1: bytes(person), 4: bytes(home)}, bytes.fromhex("A0000000744A504E0010")
    is_open, piece = False, b""

    def ask(command: bytes) -> Response:
        nonlocal is_open, piece
        match command[:2]:
            case b"\x00\xa4":
                is_open = _is_selected_by(command, aid)
                return _DONE if is_open else _NOT_FOUND
            case b"\xc8\x32" if is_open:
                return _DONE
            case b"\xcc\x00" if is_open:
                file, _, at, size = (
                    int.from_bytes(command[it : it + 2], "little") for it in (5, 7, 9, 11)
                )
                piece = files.get(file, b"")[at : at + size]
                return _DONE
            case b"\xcc\x06" if is_open:
                return Response(piece, OK)
            case _:
                return _NO_SUCH_COMMAND

    return ask


def _belgian(fields: Fields) -> Ask:
    months = (
        "JAN",
        "FEV",
        "MARS",
        "AVR",
        "MAI",
        "JUIN",
        "JUIL",
        "AOUT",
        "SEPT",
        "OCT",
        "NOV",
        "DEC",
    )
    year, month, day = fields["birth"].split("-")

    def tagged(*items: tuple[int, str]) -> bytes:
        encoded = [(tag, text.encode()) for tag, text in items]
        return b"".join(bytes([tag, len(text)]) + text for tag, text in encoded)

    identity = tagged(
        (0x01, fields["card_number"]),
        (0x03, _dotted(fields["valid_from"])),
        (0x04, _dotted(fields["valid_until"])),
        (0x05, fields["town"]),
        (0x06, fields["number"]),
        (0x07, fields["surname"]),
        (0x08, fields["given_names"]),
        (0x09, ""),
        (0x0A, fields["nationality"]),
        (0x0C, f"{day} {months[int(month) - 1]} {year}"),
        (0x0D, {"male": "M", "female": "F"}[fields["sex"]]),
    )
    home = tagged((0x01, fields["street"]), (0x02, fields["postcode"]), (0x03, fields["town"]))
    files = {b"\x3f\x00\xdf\x01\x40\x31": identity, b"\x3f\x00\xdf\x01\x40\x33": home}
    selected: bytes | None = None

    def ask(command: bytes) -> Response:
        nonlocal selected
        if command[1] == 0xA4:
            selected = files.get(command[5:]) if command[2] == 0x08 else None
            return _NOT_FOUND if selected is None else _DONE
        if command[:2] != b"\x00\xb0" or selected is None:
            return _NO_SUCH_COMMAND
        at = int.from_bytes(command[2:4], "big")
        return (
            _BEYOND
            if at >= len(selected)
            else Response(selected[at : at + (command[4] or 256)], OK)
        )

    return ask


def _estonian(fields: Fields) -> Ask:
    items = {
        1: fields["surname"],
        2: fields["given_names"],
        3: {"male": "M", "female": "N"}[fields["sex"]],
        4: fields["nationality"],
        5: f"{_dotted(fields['birth'])} {fields['nationality']}",
        6: fields["number"],
        7: fields["card_number"],
        8: _dotted(fields["valid_until"]),
        9: f"{_dotted(fields['valid_from'])} {fields['issuer']}",
    }
    aid, steps, item = bytes.fromhex("A000000077010800070000FE00000100"), 0, b""

    def ask(command: bytes) -> Response:
        nonlocal steps, item
        match command[:4]:
            case b"\x00\xa4\x04\x00":
                steps = 1 if _is_selected_by(command, aid) else 0
                return _DONE if steps else _NOT_FOUND
            case b"\x00\xa4\x00\x0c" if steps == 1:
                steps = 2
            case b"\x00\xa4\x01\x0c" if steps == 2 and command[5:] == b"\x50\x00":
                steps = 3
            case b"\x00\xa4\x02\x0c" if steps == 3 and command[6] in items:
                item = items[command[6]].encode()
            case b"\x00\xb0\x00\x00" if steps == 3:
                return Response(item, OK)
            case _:
                return _NOT_FOUND
        return _DONE

    return ask


def _social_security(fields: Fields) -> Ask:
    name = fields["name"].encode("gb18030")
    files: dict[int, tuple[tuple[int, bytes], ...]] = {
        5: (
            (0x01, bytes.fromhex("990100") + bytes(13)),
            (0x02, b"1"),
            (0x03, b"2.00"),
            (0x04, bytes(12)),
            (0x05, bytes.fromhex(_compact(fields["issued_on"]))),
            (0x06, bytes.fromhex(_compact(fields["valid_until"]))),
            (0x07, fields["card_number"].encode()),
        ),
        6: (
            (0x08, fields["number"].encode()),
            (0x09, name[:30].ljust(30, b"\0")),
            (0x4E, name[30:].ljust(20, b"\0")),
            (0x0A, {"male": b"1", "female": b"2"}[fields["sex"]]),
            (0x0B, bytes.fromhex(fields["nation"])),
            (0x0C, bytes.fromhex("990101")),
            (0x0D, bytes.fromhex(_compact(fields["birth"]))),
        ),
    }
    aid, is_open = b"sx1.sh." + "社会保障".encode("gb18030"), False

    def ask(command: bytes) -> Response:
        nonlocal is_open
        if command[1] == 0xA4:
            is_open = _is_selected_by(command, aid)
            return _DONE if is_open else _NOT_FOUND
        items = files.get(command[3] >> 3, ())
        if not is_open or command[1] != 0xB2 or not 1 <= command[2] <= len(items):
            return _NO_RECORD
        tag, value = items[command[2] - 1]
        return Response(bytes([tag, len(value)]) + value, OK)

    return ask


_FAMILIES: Mapping[str, Callable[[Fields], Ask]] = {
    "social_security": _social_security,
    "thai": _thai,
    "mykad": _mykad,
    "health_taiwan": _health_taiwan,
    "belgian": _belgian,
    "estonian": _estonian,
}
