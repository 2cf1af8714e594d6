"""Machine-readable lines: the specimens of Doc 9303, permits, slips, and any text at all."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from devices.card_reader.travel import mrz
from devices.card_reader.travel.mrz import Mrz, Problem, compose, read
from devices.card_reader.travel.mrz_layouts import (
    ALL,
    CN_ENTRY_PERMIT,
    CN_ENTRY_PERMIT_1999,
    CN_EXIT_PERMIT,
    MRV_A,
    MRV_B,
    TD1,
    TD2,
    TD3,
    Layout,
)
from devices.card_reader.travel.written_names import name_field, transliterate
from kiosk.ports.card_reader import KeyPart
from kiosk.printed_lines import birth_date, check_digit, expiry_date, readings

TODAY = date(2026, 11, 20)

SPECIMENS = {
    "TD3": (
        TD3,
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
        ),
    ),
    "TD3 of earlier editions": (
        TD3,
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
            "L898902C<3UTO6908061F9406236ZE184226B<<<<<14"
        ),
    ),
    "TD1": (
        TD1,
        (
            "I<UTOD231458907<<<<<<<<<<<<<<<\n"
            "7408122F1204159UTO<<<<<<<<<<<6\n"
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
        ),
    ),
    "TD2": (
        TD2,
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    ),
    "MRV-A": (
        MRV_A,
        (
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
            "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"
        ),
    ),
    "MRV-B": (
        MRV_B,
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
    ),
}


def lines_of(text: str) -> Mrz:
    """Return the lines that have to be some."""
    found = read(text)
    assert isinstance(found, Mrz), found
    return found


@pytest.mark.parametrize("name", SPECIMENS)
def test_the_specimens(name: str) -> None:
    """Every check digit fits, the names are Anna Maria Eriksson's."""
    layout, text = SPECIMENS[name]
    found = lines_of(text)
    assert found.layout is layout
    assert found.problems == ()
    assert (found.surname, found.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (found.issuer, found.sex, found.are_names_cut) == ("UTO", "F", False)
    assert lines_of("".join(text.split())) == found
    assert lines_of(text.lower().replace("<<", "«").replace("\n", "\n \n")) == found


def test_the_check_digits_of_the_standard() -> None:
    """Doc 9303-3, appendix A to section 4."""
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"
    assert check_digit("HA672242<658022549601086<<<<<<<<<<<<<<0") == "8"


def test_the_key_of_a_long_number() -> None:
    """Doc 9303-11, appendix D.2: with the whole number, and with padding for a short one."""
    assert mrz.information("D23145890734", "340712", "950712") == b"D23145890734934071279507122"
    assert mrz.information("L898902C", "690806", "940623") == b"L898902C<369080619406236"
    text = """
        I<UTOD23145890<7349<<<<<<<<<<<
        3407127M9507122UTO<<<<<<<<<<<2
        STEVENSON<<PETER<JOHN<<<<<<<<<
    """
    found = lines_of(text)
    assert (found.number, found.surname) == ("D23145890734", "STEVENSON")
    assert found.wrong_key_parts == ()


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("740812", "740813", {(KeyPart.BIRTH_DATE, 2), (KeyPart.WHOLE, 2)}),
        ("120415", "120416", {(KeyPart.EXPIRY_DATE, 2), (KeyPart.WHOLE, 2)}),
        ("L898902C3", "L898902C5", {(KeyPart.DOCUMENT_NUMBER, 2), (KeyPart.WHOLE, 2)}),
        ("ZE184226B", "ZE184226C", {(KeyPart.OPTIONAL_DATA, 2), (KeyPart.WHOLE, 2)}),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, problems: set[tuple[KeyPart, int]]) -> None:
    """Line and part, in a sentence without anything of what was read."""
    found = lines_of(SPECIMENS["TD3"][1].replace(old, new))
    assert {(it.part, it.line) for it in found.problems} == problems
    for problem in found.problems:
        assert problem.sentence.startswith("Line 2: the check digit of ")
        assert new not in problem.sentence


@pytest.mark.parametrize(
    "text",
    ["", "P<UTO", "A" * 44, "\n".join(["A" * 30] * 2), "A" * 30, "P<" * 22 + "\n" + "é" * 44],
)
def test_what_is_no_such_lines(text: str) -> None:
    """Too few, too short, of no known kind."""
    problem = read(text)
    assert problem == Problem(KeyPart.LINES, 0)
    assert "long" in problem.sentence


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("D23145890", "D2314589O"),
        ("D23145890", "D23I45890"),
        ("D23145890", "D2314S890"),
        ("740812", "74O8I2"),
        ("740812", "7408I2"),
        ("1204159", "I2O4159"),
    ],
)
def test_slips_are_put_right_where_the_check_digit_proves_it(old: str, new: str) -> None:
    """O for 0, I for 1, B for 8, and letters where a date can only have digits."""
    text = SPECIMENS["TD1"][1]
    found = lines_of(text.replace(old, new, 1))
    if "S" in new:
        assert KeyPart.DOCUMENT_NUMBER in found.wrong_key_parts  # S and 5 are no such pair
    else:
        assert found == lines_of(text)


def test_slips_that_could_be_read_in_two_ways_are_left() -> None:
    """Two readings satisfy the check digit: neither is taken."""
    number = "O1I0B8000"
    made = [check_digit(it) for it in readings(number)]
    digit = next(it for it in made if made.count(it) > 1 and it != check_digit(number))
    lines = compose(TD3, {"code": "P", "number": number, "birth": "450312", "expiry": "320415"})
    text = lines[0] + "\n" + lines[1][:9] + digit + lines[1][10:]
    found = lines_of(text)
    assert found.number == number
    assert found.wrong_key_parts == (KeyPart.DOCUMENT_NUMBER,)


PERMITS = {
    "CS": (CN_EXIT_PERMIT, "C99000001"),
    "CD": (CN_EXIT_PERMIT, "L99000001"),
    "CR": (CN_ENTRY_PERMIT, "H99000001"),
    "CT": (CN_ENTRY_PERMIT, "990000012"),
    "C": (CN_ENTRY_PERMIT_1999, "H9900000101"),
}


@pytest.mark.parametrize("code", PERMITS)
def test_permits_have_layouts_of_their_own(code: str) -> None:
    """Expiry before birth: swapped, they would make another key."""
    layout, number = PERMITS[code]
    values = {
        "code": code,
        "issuer": "CHN",
        "number": number,
        "birth": "450312",
        "expiry": "320415",
        "names": "YANGBEN<<ZHENGJIAN",
    }
    found = lines_of("\n".join(compose(layout, values)))
    assert found.layout is layout
    assert (found.code, found.issuer) == (code, "CHN")
    assert (found.number, found.birth, found.expiry) == (number, "450312", "320415")
    assert found.problems == ()


LETTERS = st.text(string.ascii_uppercase + string.digits, max_size=14)
DATES = st.dates(date(1930, 1, 1), date(2029, 12, 28)).map(lambda day: day.strftime("%y%m%d"))
UNKNOWN = st.sampled_from(["<<<<<<", "74<<<<", "7408<<"])
NAMES = st.lists(st.text(string.ascii_uppercase, min_size=1, max_size=8), min_size=1, max_size=5)


@settings(max_examples=60)
@given(
    layout=st.sampled_from(ALL),
    number=st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=22),
    birth=DATES | UNKNOWN,
    expiry=DATES,
    names=NAMES,
    optional=LETTERS,
)
def test_what_is_written_is_read(
    layout: Layout, number: str, birth: str, expiry: str, names: list[str], optional: str
) -> None:
    """Round trip of every layout, long numbers and names that do not fit among them."""
    code = {CN_EXIT_PERMIT: "CS", CN_ENTRY_PERMIT: "CR", CN_ENTRY_PERMIT_1999: "C"}.get(
        layout, "V" if layout in (MRV_A, MRV_B) else "P"
    )
    room = layout.number[2] - layout.number[1]
    if layout is TD1:
        room += 13  # with its check digit and a filler, in 15 characters of optional data
    elif layout is TD2:
        room += 5
    number = number[:room]
    values = {
        "code": code,
        "issuer": "CHN" if layout is CN_ENTRY_PERMIT_1999 else "UTO",
        "nationality": "UTO",
        "number": number,
        "birth": birth,
        "expiry": expiry,
        "names": "<<".join((names[0], "<".join(names[1:]))),
        "optional": optional,
    }
    lines = compose(layout, values)
    assert all(len(line) == layout.width for line in lines)
    found = lines_of("\n".join(lines))
    assert found.lines == lines
    assert found.problems == ()
    assert (found.number, found.birth, found.expiry) == (number, birth, expiry)
    if layout.names is not None and len(values["names"]) <= layout.names[2] - layout.names[1]:
        assert (found.surname, found.given_names) == (names[0], " ".join(names[1:]))


@given(st.text(max_size=500) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_digested(text: str) -> None:
    """Lines or no lines, never more."""
    assert isinstance(read(text), Mrz | Problem)


@given(st.sampled_from(sorted(SPECIMENS)), st.data())
def test_damaged_lines_are_digested(name: str, data: st.DataObject) -> None:
    """Specimens with some characters changed: read, or named as wrong."""
    text = list(SPECIMENS[name][1])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.sampled_from(string.ascii_uppercase + string.digits + "<"))
    assert isinstance(read("".join(text)), Mrz | Problem)


@given(st.integers(0, 8), st.sampled_from("OI"))
def test_a_slip_never_makes_another_number(at: int, letter: str) -> None:
    """Whatever is put right satisfies the check digit of the document."""
    lines = compose(
        TD3, {"code": "P", "number": "101010108", "birth": "450312", "expiry": "320415"}
    )
    line = lines[1][:at] + letter + lines[1][at + 1 :]
    assume(line != lines[1])
    found = lines_of(lines[0] + "\n" + line)
    if KeyPart.DOCUMENT_NUMBER not in found.wrong_key_parts:
        assert check_digit(found.number.ljust(9, "<")) == lines[1][9]


@pytest.mark.parametrize(
    ("written", "birth", "expiry"),
    [
        ("740812", date(1974, 8, 12), date(2074, 8, 12)),
        ("261120", date(2026, 11, 20), date(2026, 11, 20)),
        ("261121", date(1926, 11, 21), date(2026, 11, 21)),
        ("940623", date(1994, 6, 23), date(1994, 6, 23)),
        ("000229", date(2000, 2, 29), date(2000, 2, 29)),
        ("010229", None, None),
        ("74<<<<", None, None),
        ("<<<<<<", None, None),
        ("7408", None, None),
        ("７40812", None, None),
    ],
)
def test_two_digit_years(written: str, birth: date | None, expiry: date | None) -> None:
    """A birth lies behind, an expiry within fifty years both ways."""
    assert birth_date(written, TODAY) == birth
    assert expiry_date(written, TODAY) == expiry


def test_names_in_the_letters_of_the_lines() -> None:
    """Doc 9303-3, section 6: what has no letter of its own is written out."""
    assert transliterate("Møller Þór-Straße") == "MOELLER<THOR<STRASSE"
    assert transliterate("O'Brien, Ngọc Ánh") == "OBRIEN<<NGOC<ANH"
    assert name_field("Núñez", "") == "NUNEZ"
    assert name_field("王", "小明") == "<<<<<"
