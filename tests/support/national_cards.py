"""National cards in vpcd's virtual reader, laid out from the published tables; invented people.

Each answers as a T=0 chip does: data through GET RESPONSE, or after 6Cxx with the exact length.
What must never be read is there too, and noted in `forbidden` when it is touched.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.virtual_card import Chip

THAI_NUMBER, MALAYSIAN_NUMBER, TAIWANESE_NUMBER = "1234567890121", "450312999990", "A123456789"
BELGIAN_NUMBER, ESTONIAN_NUMBER = "85073003328", "38001085718"

_NOT_FOUND = b"\x6a\x82"
_OK = b"\x90\x00"


@dataclass
class T0Chip(Chip):
    """What the chips below share: one application, and data that wait for GET RESPONSE."""

    number: str = ""
    locked: bool = False
    forbidden: list[str] = field(default_factory=list)
    _is_selected: bool = False

    def reset(self) -> None:
        """Forget what was selected."""
        super().reset()
        self._is_selected = False

    def answer(self, apdu: bytes) -> bytes:
        """Answer one command."""
        self.log.append(apdu)
        if apdu[:2] == b"\x00\xc0":
            waiting, self._pending = self._pending, b""
            return waiting + _OK if len(waiting) == apdu[4] else b"\x6f\x00"
        return self.carry_out(apdu)

    def carry_out(self, apdu: bytes) -> bytes:
        """Carry out a command that is not GET RESPONSE."""
        raise NotImplementedError

    def waiting(self, data: bytes) -> bytes:
        """Keep data for GET RESPONSE."""
        self._pending = data
        return b"\x61" + bytes([len(data) & 0xFF])

    @staticmethod
    def exact(data: bytes, le: int) -> bytes:
        """Give data for a command with its length, or say the right one."""
        return data + _OK if le == len(data) & 0xFF else b"\x6c" + bytes([len(data) & 0xFF])


def _put(file: bytearray, at: int, content: bytes, size: int, padding: bytes = b" ") -> None:
    assert len(content) <= size
    file[at : at + size] = content.ljust(size, padding)


@dataclass
class ThaiChip(T0Chip):
    """A Thai card; `wants_one` makes it an old one, whose GET RESPONSE has a 1 in it."""

    number: str = THAI_NUMBER
    name: str = "นาง#มาลี##ตัวอย่าง"
    birth: str = "24880312"
    expiry: str = "99999999"
    wants_one: bool = False

    def memory(self) -> bytes:
        """Return the flat file."""
        file = bytearray(b" " * 6000)
        for at, content, size in (
            (4, self.number, 13),
            (17, self.name, 100),
            (117, "Mrs.#Malee##Tuayang", 100),
            (217, self.birth, 8),
            (225, "2", 1),
            (246, "อำเภอตัวอย่าง/จังหวัดตัวอย่าง", 100),
            (359, "25550520", 8),
            (367, self.expiry, 8),
            (5497, "12#หมู่ที่ 3####ตำบลตัวอย่าง#อำเภอตัวอย่าง#จังหวัดตัวอย่าง", 160),
        ):
            _put(file, at, content.encode("tis-620"), size)
        return bytes(file)

    def answer(self, apdu: bytes) -> bytes:
        """Take GET RESPONSE in the form that this card wants."""
        if self.wants_one and apdu[:2] == b"\x00\xc0" and apdu[3] != 1:
            self.log.append(apdu)
            return b"\x6b\x00"
        return super().answer(apdu)

    def carry_out(self, apdu: bytes) -> bytes:
        """Select, or read a piece."""
        if apdu[:5] == bytes.fromhex("00A4040008"):
            self._is_selected = apdu[5:] == bytes.fromhex("A000000054480001")
            return self.waiting(bytes(10)) if self._is_selected else _NOT_FOUND
        if not self._is_selected or apdu[:2] != b"\x80\xb0":
            return b"\x6d\x00"
        if self.locked:
            return b"\x69\x82"
        assert apdu[4:6] == b"\x02\x00"
        at = int.from_bytes(apdu[2:4], "big")
        if 379 <= at < 5497:
            self.forbidden.append("portrait")
        return self.waiting(self.memory()[at : at + apdu[6]])


@dataclass
class MyKadChip(T0Chip):
    """A MyKad with its three steps; they end in words of their own where `has_own_words`."""

    number: str = MALAYSIAN_NUMBER
    name: str = "AMINAH BINTI CONTOH"
    has_own_words: bool = False
    _length: int = 0
    _piece: bytes = b""

    def file(self, number: int) -> bytes:
        """Return one of the files."""
        file = bytearray(b" " * (459 if number == 1 else 171))
        if number == 1:
            _put(file, 3, self.name.encode(), 40)
            _put(file, 273, self.number.encode(), 13)
            _put(file, 286, b"P", 1)
            _put(file, 295, bytes.fromhex("19450312"), 4)
            _put(file, 299, b"NEGERI CONTOH", 25)
            _put(file, 324, bytes.fromhex("20120520"), 4)
            _put(file, 328, b"WARGANEGARA", 18)
            _put(file, 346, b"RACE", 25)
            _put(file, 371, b"RELIGION", 11)
        else:
            for at, line in ((3, b"12 JALAN CONTOH"), (33, b"TAMAN CONTOH,"), (63, b"")):
                _put(file, at, line, 30)
            _put(file, 93, bytes.fromhex("990000"), 3)
            _put(file, 96, b"BANDAR CONTOH", 25)
            _put(file, 121, b"NEGERI CONTOH", 30)
        return bytes(file)

    def carry_out(self, apdu: bytes) -> bytes:
        """Select, or one of the three steps."""
        match apdu[:2]:
            case b"\x00\xa4":
                self._is_selected = apdu[5:] == bytes.fromhex("A0000000744A504E0010")
                return self.waiting(bytes(5)) if self._is_selected else _NOT_FOUND
            case b"\xc8\x32" if self._is_selected:
                if self.locked:
                    return b"\x69\x82"
                self._length = int.from_bytes(apdu[8:10], "little")
                return b"\x91\x08" if self.has_own_words else _OK
            case b"\xcc\x00" if self._is_selected:
                file, _, at, size = (
                    int.from_bytes(apdu[it : it + 2], "little") for it in (5, 7, 9, 11)
                )
                assert size == self._length <= 252
                if file not in (1, 4) or (file == 1 and at + size > 346):
                    self.forbidden.append(f"file {file} to {at + size}")
                self._piece = self.file(file)[at : at + size]
                return b"\x94\x00" if self.has_own_words else _OK
            case b"\xcc\x06" if self._is_selected:
                return self.exact(self._piece, apdu[4])
            case _:
                return b"\x6d\x00"


@dataclass
class HealthChip(T0Chip):
    """A health card of Taiwan."""

    number: str = TAIWANESE_NUMBER
    name: bytes = "王小明".encode("big5")
    birth: str = "0790101"

    def carry_out(self, apdu: bytes) -> bytes:
        """Select, or read the record."""
        if apdu[:2] == b"\x00\xa4":
            self._is_selected = apdu[5:] == bytes.fromhex("D1580000010000000000000000001100")
            return _OK if self._is_selected else _NOT_FOUND
        if apdu != bytes.fromhex("00CA1100020000") or not self._is_selected:
            return b"\x6d\x00"
        if self.locked:
            return b"\x69\x85"
        record = b"000012345678" + self.name.ljust(20, b"\0") + self.number.encode()
        return self.waiting(record + self.birth.encode() + b"M" + b"1090101")


@dataclass
class BelgianChip(T0Chip):
    """A Belgian card, read by offset from the file that its path selects."""

    number: str = BELGIAN_NUMBER
    name: str = "Voorbeeld"
    birth: str = "30 JUIL 1985"
    expiry: str = "14.01.2034"
    _file: bytes | None = None

    def reset(self) -> None:
        """Forget which file was selected."""
        super().reset()
        self._file = None

    def tagged_files(self) -> dict[bytes, bytes]:
        """Return the files by the end of their paths."""
        identity = (
            (0, b"\x01" * 4),
            (1, b"590000000000"),
            (2, bytes(range(16))),
            (3, b"15.01.2024"),
            (4, self.expiry.encode()),
            (5, b"Exemple-Voorbeeld"),
            (6, self.number.encode()),
            (7, self.name.encode()),
            (8, "Zoë Anne".encode()),
            (9, b"M"),
            (10, b"Belg"),
            (11, b"Exemple"),
            (12, self.birth.encode()),
            (13, b"V"),
            (14, b""),
            (15, b"1"),
            (16, b"0"),
            (17, bytes(48)),
        )
        # Two people do not live at one place: else a mix of them would not show.
        street = b"Voorbeeldstraat 12" if self.number == BELGIAN_NUMBER else b"Anderstraat 3"
        home = ((1, street), (2, b"1000"), (3, b"Exemple"))
        return {
            b"\x40\x31": self._tagged(identity) + bytes(20),
            b"\x40\x33": self._tagged(home) + bytes(60),
        }

    @staticmethod
    def _tagged(items: tuple[tuple[int, bytes], ...]) -> bytes:
        return b"".join(bytes([tag, len(value)]) + value for tag, value in items)

    def carry_out(self, apdu: bytes) -> bytes:
        """Select by path, or read from an offset."""
        if apdu[:4] == bytes.fromhex("00A4080C"):
            self._file = (
                self.tagged_files().get(apdu[-2:]) if apdu[5:9] == b"\x3f\x00\xdf\x01" else None
            )
            return _NOT_FOUND if self._file is None else _OK
        if apdu[:2] != b"\x00\xb0" or self._file is None:
            return b"\x6a\x82" if apdu[1] == 0xA4 else b"\x69\x86"
        if self.locked:
            return b"\x69\x82"
        at = int.from_bytes(apdu[2:4], "big")
        if at >= len(self._file):
            return b"\x6b\x00"
        wanted = apdu[4] or 256
        if at + wanted > len(self._file):
            return b"\x6c" + bytes([len(self._file) - at])
        return self._file[at : at + wanted] + _OK


@dataclass
class EstonianChip(T0Chip):
    """An Estonian card of 2018: a file per item in a folder of the application."""

    number: str = ESTONIAN_NUMBER
    name: str = "NÄIDIS"
    birth: str = "08.01.1980 EST"
    _item: bytes | None = None
    _steps: tuple[bytes, ...] = ()

    def reset(self) -> None:
        """Forget where it was."""
        super().reset()
        self._item, self._steps = None, ()

    def items(self) -> dict[int, str]:
        """Return the items by number."""
        return {
            1: self.name,
            2: "MARI-ÕIE",
            3: "N",
            4: "EST",
            5: self.birth,
            6: self.number,
            7: "AS0000000",
            8: "14.01.2034",
            9: "15.01.2024 PPA",
            10: "",
        }

    def carry_out(self, apdu: bytes) -> bytes:
        """Select step by step, or read what is selected."""
        match apdu[:4]:
            case b"\x00\xa4\x04\x00":
                is_ours = apdu[5:] == bytes.fromhex("A000000077010800070000FE00000100")
                self._steps = (b"aid",) if is_ours else ()
                return _OK if is_ours else _NOT_FOUND
            case b"\x00\xa4\x00\x0c" if self._steps:
                self._steps = (b"aid", b"mf")
                return _OK
            case b"\x00\xa4\x01\x0c" if apdu[5:] == b"\x50\x00" and len(self._steps) == 2:
                self._is_selected = True
                return _OK
            case b"\x00\xa4\x02\x0c" if self._is_selected and apdu[5] == 0x50:
                text = self.items().get(apdu[6])
                self._item = None if text is None else text.encode()
                return _NOT_FOUND if text is None else _OK
            case b"\x00\xb0\x00\x00" if self._item is not None:
                return b"\x69\x82" if self.locked else self.exact(self._item, apdu[4])
            case _:
                return _NOT_FOUND


@dataclass
class OlderEstonianChip(EstonianChip):
    """An Estonian card from before 2018: records in the file 5044 of the folder EEEE."""

    birth: str = "08.01.1980"

    def records(self) -> tuple[str, ...]:
        """Return the records, the first one first."""
        named = (self.name, "MARI", "ÕIE", "N", "EST", self.birth, self.number)
        return (*named, "A0000000", "14.01.2034", "NÄIDE", "15.01.2014", "", "", "", "", "")

    def carry_out(self, apdu: bytes) -> bytes:
        """Select step by step, or read a record."""
        match apdu[:4]:
            case b"\x00\xa4\x00\x0c":
                self._steps = (b"mf",)
                return _OK
            case b"\x00\xa4\x01\x0c" if apdu[5:] == b"\xee\xee" and self._steps:
                self._steps = (b"mf", b"df")
                return _OK
            case b"\x00\xa4\x02\x0c" if apdu[5:] == b"\x50\x44" and len(self._steps) == 2:
                self._is_selected = True
                return _OK
            case _ if apdu[:2] == b"\x00\xb2" and self._is_selected:
                if self.locked:
                    return b"\x69\x82"
                records = self.records()
                if apdu[3] != 4 or not 1 <= apdu[2] <= len(records):
                    return b"\x6a\x83"
                return self.exact(records[apdu[2] - 1].encode("windows-1252") or b"\0", apdu[4])
            case _:
                return _NOT_FOUND


NATIONAL_CHIPS: dict[str, type[T0Chip]] = {
    "thai": ThaiChip,
    "mykad": MyKadChip,
    "health": HealthChip,
    "belgian": BelgianChip,
    "estonian": EstonianChip,
    "older_estonian": OlderEstonianChip,
}

_OTHERS = {
    "thai": "1000000000009",
    "mykad": "340209999990",
    "health": "B123456780",
    "belgian": "17073003384",
    "estonian": "47101010033",
    "older_estonian": "47101010033",
}


def another(kind: str) -> T0Chip:
    """Return a card of the same kind and of another person."""
    chip = NATIONAL_CHIPS[kind]()
    chip.number = _OTHERS[kind]
    if isinstance(chip, EstonianChip | BelgianChip | MyKadChip):
        chip.name = "ANDER"
    return chip
