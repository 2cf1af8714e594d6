"""Machine-readable lines (Doc 9303-3): read with all their check digits, and written. Pure.

Reading never raises. A slip of a camera or a finger (O for 0, I for 1, B for 8) is put right only
where exactly one reading satisfies the check digit; otherwise the part is named as wrong.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from devices.card_reader.travel.mrz_layouts import Layout, Span, layout_of
from kiosk.ports.card_reader import KeyPart
from kiosk.printed_lines import FILLER, check_digit, readings

_LINE = re.compile(r"[A-Z0-9<]+")
_LONGEST_INPUT = 400
_AS_DIGIT = str.maketrans("OQDILZSGB", "000112568")
_PARTS_OF_THE_KEY = (KeyPart.DOCUMENT_NUMBER, KeyPart.BIRTH_DATE, KeyPart.EXPIRY_DATE)
_WORDS = {
    KeyPart.DOCUMENT_NUMBER: "the document number",
    KeyPart.BIRTH_DATE: "the birth date",
    KeyPart.EXPIRY_DATE: "the expiry date",
    KeyPart.OPTIONAL_DATA: "the optional data",
    KeyPart.WHOLE: "all fields together",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A part whose check digit does not fit; lines count from 1, 0 stands for all of them."""

    part: KeyPart
    line: int

    @property
    def sentence(self) -> str:
        """What is wrong, without anything of what was read."""
        if self.part is KeyPart.LINES:
            return "The lines are not as long as those of any document, or not as many."
        return f"Line {self.line}: the check digit of {_WORDS[self.part]} does not fit."


@dataclass(frozen=True, slots=True)
class Mrz:
    """Machine-readable lines and their fields, fillers taken off; dates as they stand.

    `problems` names each check that fails. `are_names_cut` says that the names fill their field, so
    that more may follow them in the document (Doc 9303-3, 4.6).
    """

    layout: Layout
    lines: tuple[str, ...] = field(repr=False)
    code: str
    issuer: str
    nationality: str
    number: str = field(repr=False)
    birth: str = field(repr=False)
    expiry: str = field(repr=False)
    sex: str
    surname: str = field(repr=False)
    given_names: str = field(repr=False)
    are_names_cut: bool
    optional: str = field(repr=False)
    problems: tuple[Problem, ...] = ()

    @property
    def wrong_key_parts(self) -> tuple[KeyPart, ...]:
        """The parts of the chip's key whose check digits do not fit."""
        return tuple(it.part for it in self.problems if it.part in _PARTS_OF_THE_KEY)


def read(text: str) -> Mrz | Problem:
    """Return the fields of lines as typed or as a camera read them, or that they are no such lines.

    Blanks do not count; lines may also follow each other without a break.
    """
    lines = _lines(text)
    layout = layout_of(lines)
    if layout is None:
        return Problem(KeyPart.LINES, 0)
    return _read(layout, _repaired(layout, lines))


def read_exactly(layout: Layout, lines: tuple[str, ...]) -> Mrz:
    """Return the fields of lines that are known to be of a layout, with nothing put right."""
    return _read(layout, lines)


def information(number: str, birth: str, expiry: str) -> bytes:
    """Return the fields that open the chip, each with its check digit (Doc 9303-11, 9.7.2)."""
    padded = number.ljust(9, FILLER)
    return "".join(it + check_digit(it) for it in (padded, birth, expiry)).encode("ascii")


def _lines(text: str) -> tuple[str, ...]:
    # Full-width forms are what a Chinese keyboard types; « is what cameras make of <<.
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_INPUT]).replace("«", "<<").upper()
    rows = ["".join(row.split()) for row in plain.splitlines()]
    lines = tuple(row for row in rows if row)
    if len(lines) == 1:
        width = {90: 30, 72: 36, 88: 44}.get(len(lines[0]))
        if width is not None:
            whole = lines[0]
            lines = tuple(whole[at : at + width] for at in range(0, len(whole), width))
    if not all(_LINE.fullmatch(line) for line in lines):
        return ()
    return lines


def _take(lines: tuple[str, ...], span: Span | None) -> str:
    return "" if span is None else lines[span[0]][span[1] : span[2]]


def _put(lines: tuple[str, ...], line: int, start: int, text: str) -> tuple[str, ...]:
    old = lines[line]
    changed = old[:start] + text + old[start + len(text) :]
    return (*lines[:line], changed, *lines[line + 1 :])


def _fits(text: str, digit: str) -> bool:
    # Where a field is empty, its digit may be a filler too (Doc 9303-4, 4.2.2.2).
    return digit == check_digit(text) or (digit == FILLER and not text.strip(FILLER))


def _repaired(layout: Layout, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Put right what only one reading satisfies."""
    for part, line, position in layout.checks:
        span = layout.span_of(part)
        digit = lines[line][position]
        if span is None or (digit == FILLER and layout.can_overflow):
            continue
        text = _take(lines, span)
        if _fits(text, digit):
            continue
        digit = digit.translate(_AS_DIGIT)
        is_date = part in (KeyPart.BIRTH_DATE, KeyPart.EXPIRY_DATE)
        others = {text.translate(_AS_DIGIT)} if is_date else readings(text)
        fitting = [reading for reading in others if _fits(reading, digit)]
        if len(fitting) == 1:
            lines = _put(_put(lines, span[0], span[1], fitting[0]), line, position, digit)
    if layout.whole is not None:
        line, position = layout.whole
        digit = lines[line][position].translate(_AS_DIGIT)
        lines = _put(lines, line, position, digit)
    return lines


def _read(layout: Layout, lines: tuple[str, ...]) -> Mrz:
    number, optional, number_fits = _number(layout, lines)
    problems: list[Problem] = []
    for part, line, position in layout.checks:
        if part is KeyPart.DOCUMENT_NUMBER:
            fits = number_fits
        else:
            fits = _fits(_take(lines, layout.span_of(part)), lines[line][position])
        if not fits:
            problems.append(Problem(part, line + 1))
    if layout.whole is not None:
        line, position = layout.whole
        covered = "".join(_take(lines, span) for span in layout.whole_spans)
        if lines[line][position] != check_digit(covered):
            problems.append(Problem(KeyPart.WHOLE, line + 1))
    names = _take(lines, layout.names)
    surname, _, given = names.partition("<<")
    return Mrz(
        layout=layout,
        lines=lines,
        code=lines[0][:2].rstrip(FILLER),
        issuer=layout.issuer_is or _take(lines, layout.issuer).rstrip(FILLER),
        nationality=_take(lines, layout.nationality).rstrip(FILLER),
        number=number,
        birth=_take(lines, layout.birth),
        expiry=_take(lines, layout.expiry),
        sex="" if layout.sex is None else lines[layout.sex[0]][layout.sex[1]].strip(FILLER),
        surname=_words(surname),
        given_names=_words(given),
        are_names_cut=bool(names) and not names.endswith(FILLER),
        optional=" ".join(
            it for it in (_words(optional), _words(_take(lines, layout.more_optional))) if it
        ),
        problems=tuple(problems),
    )


def _number(layout: Layout, lines: tuple[str, ...]) -> tuple[str, str, bool]:
    """Return the number, what is left of the optional data, and whether the number's check fits.

    A number of more than nine characters goes on in the optional data, which a filler in the place
    of the check digit says; its check digit then stands behind it (Doc 9303-5, note j).
    """
    beginning, optional = _take(lines, layout.number), _take(lines, layout.optional)
    _, line, position = layout.checks[0]
    digit = lines[line][position]
    if digit == FILLER and layout.can_overflow and FILLER not in beginning:
        rest, _, left = optional.partition(FILLER)
        if len(rest) >= 2:
            number = beginning + rest[:-1]
            return number, left, rest[-1] == check_digit(number)
    return beginning.rstrip(FILLER), optional, _fits(beginning, digit)


def _words(text: str) -> str:
    return " ".join(text.replace(FILLER, " ").split())


def compose(layout: Layout, values: dict[str, str]) -> tuple[str, ...]:
    """Write lines of a layout with all their check digits; for simulated documents and tests.

    Args:
        layout: Any of `mrz_layouts`.
        values: `code`, `issuer`, `nationality`, `number`, `birth`, `expiry`, `sex`, `names`,
            `optional`, `more_optional`, as they stand in the lines; what is missing is left empty,
            what is too long cut.
    """
    lines: tuple[str, ...] = (FILLER * layout.width,) * layout.lines
    lines = _put(lines, 0, 0, values.get("code", "").ljust(2, FILLER)[:2])
    number, optional = values.get("number", ""), values.get("optional", "")
    overflow = number[9:]
    if layout.can_overflow and overflow:
        optional = (overflow + check_digit(number) + FILLER + optional).rstrip(FILLER)
    fields = {
        "number": layout.number,
        "issuer": layout.issuer,
        "nationality": layout.nationality,
        "birth": layout.birth,
        "expiry": layout.expiry,
        "names": layout.names,
        "optional": layout.optional,
        "more_optional": layout.more_optional,
    }
    for name, span in fields.items():
        if span is not None:
            text = optional if name == "optional" else values.get(name, "")
            width = span[2] - span[1]
            lines = _put(lines, span[0], span[1], text[:width].ljust(width, FILLER))
    if layout.sex is not None:
        lines = _put(lines, *layout.sex, values.get("sex", FILLER)[:1] or FILLER)
    for part, line, position in layout.checks:
        digit = check_digit(_take(lines, layout.span_of(part)))
        if part is KeyPart.DOCUMENT_NUMBER and layout.can_overflow and overflow:
            digit = FILLER
        lines = _put(lines, line, position, digit)
    if layout.whole is not None:
        covered = "".join(_take(lines, span) for span in layout.whole_spans)
        lines = _put(lines, *layout.whole, check_digit(covered))
    return lines
