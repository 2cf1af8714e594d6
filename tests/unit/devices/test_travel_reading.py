"""Whole readings of simulated passports: every way in, what comes out, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from devices.card_reader.apdu import Response, exchange
from devices.card_reader.card_profile import Ask
from devices.card_reader.travel import mrz
from devices.card_reader.travel.family import TravelDocuments, TravelOptions
from devices.card_reader.travel.mrz_layouts import CN_EXIT_PERMIT, TD1
from devices.card_reader.travel.simulated_passport import Contents, ReadMode, SimulatedPassport
from kiosk.domain import Person, Sex
from kiosk.ports.card_reader import (
    AccessNumber,
    DocumentKey,
    KeyPart,
    PersonRead,
    PrintedFields,
    PrintedLines,
    Unreadable,
    UnreadableReason,
)
from tests.support import passports
from tests.support.passports import contents

LINES_KEY = PrintedLines("\n".join(passports.LINES))
FIELDS_KEY = PrintedFields("L898902C3", "740812", "320415")
TODAY = date(2026, 11, 20)


class Desk:
    """A chip and a family that reads it; `log` holds what was sent."""

    def __init__(self, on_chip: Contents, options: TravelOptions | None = None) -> None:
        """Power the chip up."""
        self.chip = SimulatedPassport(on_chip)
        self.log: list[bytes] = []
        self.family = TravelDocuments(options or TravelOptions(), today=lambda: TODAY)
        self.time_left_s = 10.0
        self.change: Callable[[int, bytes], bytes] = lambda _count, answer: answer

    def ask(self, command: bytes) -> Response:
        """Send one command to its end."""

        def transmit(part: bytes) -> Response:
            self.log.append(part)
            answer = self.change(len(self.log), self.chip.answer(part))
            return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

        return exchange(transmit, command)

    def read(self, key: DocumentKey | None = LINES_KEY) -> Person | PersonRead | Unreadable:
        """Read as the PC/SC reader does."""
        profile = self.family.profile(key, lambda: self.time_left_s)
        assert profile.recognise(self.ask)
        found = profile.read(self.ask)
        if isinstance(found, PersonRead):
            assert profile.number_again(self.ask) == found.person.document_number
        return found


def person_read(found: object) -> Person:
    """Return the person of an answer that has to be one."""
    assert isinstance(found, PersonRead), found
    return found.person


WAYS = {
    "BAC": (b"", "bac"),
    "PACE AES-128": (passports.PACE_ECDH_GM_AES128, "pace"),
    "PACE AES-256": (passports.PACE_ECDH_GM_AES256, "pace"),
    "PACE 3DES": (passports.PACE_ECDH_GM_3DES, "pace"),
    "PACE integrated AES-128": (passports.PACE_ECDH_IM_AES128, "pace"),
    "PACE integrated AES-192": (passports.PACE_ECDH_IM_AES192, "pace"),
    "PACE DH": (passports.PACE_DH_GM_AES128, "pace"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in(way: str) -> None:
    """The person arrives, and how the chip was opened is told."""
    card_access, opened_by = WAYS[way]
    person = person_read(Desk(contents(card_access)).read())
    assert person == Person(
        document_type="icao.passport",
        document_number="L898902C3",
        full_name="ERIKSSON ANNA MARIA",
        sex=Sex.FEMALE,
        birth_date=date(1974, 8, 12),
        issuer="UTO",
        valid_until=date(2032, 4, 15),
        details=(
            ("authenticity", "signed_by_unknown"),
            ("chip_opened_by", opened_by),
            ("surname", "ERIKSSON"),
            ("given_names", "ANNA MARIA"),
            ("nationality", "UTO"),
            ("issuing_state", "UTO"),
            ("document_code", "P"),
        ),
    )


@pytest.mark.parametrize(
    "key",
    [
        LINES_KEY,
        FIELDS_KEY,
        PrintedFields(" l898902c3 ", "740812", "320415"),
        PrintedFields("L898902C3<", "740812", "320415"),
        AccessNumber("123 456"),
    ],
)
def test_every_kind_of_key(key: DocumentKey) -> None:
    """Lines, fields as somebody types them, the access number."""
    assert person_read(Desk(contents()).read(key)).document_number == "L898902C3"


def test_without_a_key_nothing_is_tried() -> None:
    """The document says what it needs; its chip is asked for nothing but its application."""
    desk = Desk(contents())
    assert desk.read(None) == Unreadable(UnreadableReason.NEEDS_KEY)
    assert len(desk.log) == 1


@pytest.mark.parametrize("card_access", [b"", passports.PACE_ECDH_GM_AES128])
def test_a_wrong_key_is_tried_once(card_access: bytes) -> None:
    """Chips slow down with every wrong key: no other way is tried with it."""
    desk = Desk(contents(card_access))
    wrong = Unreadable(UnreadableReason.WRONG_KEY)
    assert desk.read(PrintedFields("L898902C4", "740812", "320415")) == wrong
    assert sum(command[1] == 0x82 for command in desk.log) == (0 if card_access else 1)
    assert person_read(desk.read()).document_number == "L898902C3"


def test_lines_that_contradict_themselves_never_reach_the_chip() -> None:
    """Which part is wrong is said instead."""
    desk = Desk(contents())
    typed = "\n".join(passports.LINES).replace("740812", "740813")
    wrong = Unreadable(UnreadableReason.WRONG_KEY, (KeyPart.BIRTH_DATE,))
    assert desk.read(PrintedLines(typed)) == wrong
    assert len(desk.log) == 1
    lines = Unreadable(UnreadableReason.WRONG_KEY, (KeyPart.LINES,))
    assert desk.read(PrintedLines("P<UTO")) == lines
    fields = (KeyPart.DOCUMENT_NUMBER, KeyPart.BIRTH_DATE, KeyPart.EXPIRY_DATE)
    nothing = PrintedFields("", "1.2.74", "32041")
    assert desk.read(nothing) == Unreadable(UnreadableReason.WRONG_KEY, fields)
    assert desk.read(AccessNumber("12")) == Unreadable(
        UnreadableReason.WRONG_KEY, (KeyPart.DOCUMENT_NUMBER,)
    )


def test_an_access_number_without_pace_is_no_way_in() -> None:
    """BAC knows lines only; a document without PACE has no such number either."""
    refused = Unreadable(UnreadableReason.REFUSED)
    assert Desk(contents(b"")).read(AccessNumber("123456")) == refused


def test_pace_that_breaks_down_leaves_the_other_way() -> None:
    """A chip that offers PACE and then refuses it is opened with BAC."""
    desk = Desk(contents())
    desk.change = lambda _count, answer: b"\x6a\x80" if desk.log[-1][:2] == b"\x00\x22" else answer
    assert ("chip_opened_by", "bac") in person_read(desk.read()).details


def test_a_chip_with_pace_alone_is_read() -> None:
    """It does not even let its application be selected without."""
    person_read(Desk(replace(contents(), has_bac=False)).read())


def test_files_are_selected_where_short_identifiers_are_not_known() -> None:
    """Some chips answer 6A86."""
    desk = Desk(replace(contents(b""), read_mode=ReadMode.SELECT_FIRST))
    person_read(desk.read())


def test_local_name_and_whole_birth_date_and_issue() -> None:
    """DG11 and DG12 say what the lines can't."""
    groups = {
        1: passports.dg1(),
        11: passports.dg11("王<<䶮𠮷", b"18991231"),
        12: passports.dg12("Utopia<Passport<Office", b"20220416"),
    }
    on_chip = replace(contents(b""), files=passports.files(groups, passports.state()))
    person = person_read(Desk(on_chip).read())
    assert person.full_name == "王 䶮𠮷"
    assert ("latin_name", "ERIKSSON ANNA MARIA") in person.details
    assert person.birth_date == date(1899, 12, 31)
    assert (person.issuer, person.valid_from) == ("Utopia Passport Office", date(2022, 4, 16))


@pytest.mark.parametrize("more", [b"\x6b\x01", b""])
def test_more_about_the_person_is_no_reason_to_fail(more: bytes) -> None:
    """DG11 is listed, and torn or not there."""
    groups = {1: passports.dg1(), 11: more}
    on_chip = replace(contents(b""), files=passports.files(groups, passports.state()))
    assert person_read(Desk(on_chip).read()).full_name == "ERIKSSON ANNA MARIA"


def test_an_exit_permit_is_read_with_its_own_layout() -> None:
    """Expiry stands before birth; the name is in GBK letters behind the line."""
    (line,) = mrz.compose(
        CN_EXIT_PERMIT, {"code": "CS", "number": "C99000001", "birth": "450312", "expiry": "320415"}
    )
    inside = line + "NGKELMP<NBPJ" + "YANGBEN<ZHENGJIAN<" + "F" + "<" * 5 + "<<" + "GD<" + "<" * 19
    groups = {1: passports.dg1((inside,))}
    on_chip = Contents(
        mrz.information("C99000001", "450312", "320415"),
        passports.files(groups, passports.state()),
    )
    person = person_read(Desk(on_chip).read(PrintedLines(line)))
    assert person.document_type == "cn.permit_to_hong_kong_macao"
    assert (person.full_name, person.sex) == ("证件样", Sex.FEMALE)
    assert (person.birth_date, person.valid_until) == (date(1945, 3, 12), date(2032, 4, 15))
    assert ("latin_name", "YANGBEN ZHENGJIAN") in person.details
    assert ("place_of_birth", "GD") in person.details


def test_an_identity_card_with_a_long_number() -> None:
    """A number beyond nine characters goes on in the optional data, and opens the chip whole."""
    lines = mrz.compose(
        TD1,
        {
            "code": "I",
            "issuer": "UTO",
            "nationality": "UTO",
            "number": "D23145890734",
            "birth": "340712",
            "expiry": "320415",
            "sex": "X",
            "names": "SMITH<<JOHN",
        },
    )
    on_chip = Contents(
        b"D23145890734934071273204153",
        passports.files({1: passports.dg1(lines)}, passports.state()),
    )
    person = person_read(Desk(on_chip).read(PrintedLines("\n".join(lines))))
    assert (person.document_type, person.document_number) == ("icao.identity_card", "D23145890734")
    assert person.sex is Sex.NOT_STATED


@pytest.mark.parametrize("answer_bytes", [256, 2048])
@pytest.mark.parametrize(
    "card_access", [passports.PACE_ECDH_GM_3DES, passports.PACE_ECDH_GM_AES256]
)
def test_the_portrait_arrives(answer_bytes: int, card_access: bytes) -> None:
    """18 kB in reads as long as fit; extended ones where the chip offers them."""
    on_chip = replace(contents(card_access), answer_bytes=answer_bytes)
    desk = Desk(on_chip, TravelOptions(reads_photo=True))
    found = desk.read()
    assert isinstance(found, PersonRead)
    assert found.photo_jpeg.startswith(b"\xff\xd8\xff")
    reads = sum(command[1] == 0xB0 for command in desk.log)
    assert reads < 30 if answer_bytes > 256 else 85 < reads < 105


def test_a_file_beyond_32_kib_is_read() -> None:
    """Its offsets need the odd instruction."""
    groups = {1: passports.dg1(), 2: passports.dg2(passports.portrait(40_000))}
    assert len(groups[2]) > 33_000
    on_chip = replace(contents(), files=passports.files(groups, passports.state()))
    desk = Desk(on_chip, TravelOptions(reads_photo=True))
    found = desk.read()
    assert isinstance(found, PersonRead)
    assert found.photo_jpeg
    assert any(command[1] == 0xB1 for command in desk.log)


def test_long_answers_are_given_up_once_they_failed() -> None:
    """A reader that does not pass them on breaks one reading, not every one."""
    on_chip = replace(contents(), answer_bytes=2048)
    desk = Desk(on_chip, TravelOptions(reads_photo=True))

    class Gone(Exception):
        """What the PC/SC service would raise."""

    def break_long(_count: int, answer: bytes) -> bytes:
        if len(answer) > 258:
            raise Gone
        return answer

    desk.change = break_long
    with pytest.raises(Gone):
        desk.read()
    desk.chip.reset()
    assert isinstance(desk.read(), PersonRead)


def test_a_portrait_never_fails_a_reading() -> None:
    """Too little time, a picture that is none: the person counts."""
    desk = Desk(contents(), TravelOptions(reads_photo=True))
    desk.time_left_s = 0.5
    found = desk.read()
    assert isinstance(found, PersonRead)
    assert found.photo_jpeg == b""
    groups = {1: passports.dg1(), 2: passports.dg2(b"\xff\xd8\xffnonsense")}
    on_chip = replace(contents(), files=passports.files(groups, passports.state()))
    found = Desk(on_chip, TravelOptions(reads_photo=True)).read()
    assert isinstance(found, PersonRead)
    assert found.photo_jpeg == b""


def test_who_signed_travels_with_the_person(tmp_path: Path) -> None:
    """Proven with the state's certificate; unknown with another's; nobody without a signature."""
    (tmp_path / "utopia.pem").write_bytes(passports.state().csca)
    options = TravelOptions(csca_folder=tmp_path)
    assert ("authenticity", "proven") in person_read(Desk(contents(), options).read()).details
    (tmp_path / "utopia.pem").write_bytes(passports.state("Ruritania").csca)
    found = person_read(Desk(contents(), options).read())
    assert ("authenticity", "signed_by_unknown") in found.details
    unsigned = {k: v for k, v in contents().files.items() if k != 0x011D}
    found = person_read(Desk(replace(contents(), files=unsigned), options).read())
    assert ("authenticity", "not_checked") in found.details


def test_a_chip_proves_that_it_is_no_copy(tmp_path: Path) -> None:
    """With chip authentication mapping, and a key that a believed state signed."""
    (tmp_path / "utopia.pem").write_bytes(passports.state().csca)
    options = TravelOptions(csca_folder=tmp_path)
    genuine = replace(
        contents(passports.PACE_ECDH_CAM_AES128),
        card_security=passports.card_security(0xC0FFEE, passports.state()),
        chip_private=0xC0FFEE,
    )
    told = ("chip_is_genuine", "true")
    assert told in person_read(Desk(genuine, options).read()).details
    assert told not in person_read(Desk(genuine).read()).details
    copy = replace(genuine, chip_private=0xC0FFEF)
    assert told not in person_read(Desk(copy, options).read()).details
    without = replace(genuine, card_security=b"")
    assert told not in person_read(Desk(without, options).read()).details


def test_a_document_that_was_changed_is_not_read() -> None:
    """Other lines than were signed: it can't be verified."""
    other = passports.lines_for("L898902C3", "ERIKSSON", "BEATE")
    changed = dict(contents().files) | {0x0101: passports.dg1(other)}
    information = mrz.information("L898902C3", "450312", "320415")
    on_chip = replace(contents(), files=changed, information=information)
    found = Desk(on_chip).read(PrintedLines("\n".join(other)))
    assert found == Unreadable(UnreadableReason.UNVERIFIED)


def test_a_chip_of_another_document_is_damage() -> None:
    """What opens it is not what it says."""
    groups = {1: passports.dg1(passports.lines_for("X1", "OTHER", "PERSON"))}
    on_chip = replace(contents(), files=passports.files(groups, passports.state()))
    assert Desk(on_chip).read() == Unreadable(UnreadableReason.DAMAGED)


def test_a_chip_that_was_swapped_in_is_noticed() -> None:
    """It does not have the session's keys, whichever moment it comes at."""
    whole = Desk(contents(b""))
    whole.read()
    for moment in range(5, len(whole.log), 3):
        desk = Desk(contents(b""))

        def swap(count: int, answer: bytes, desk: Desk = desk, moment: int = moment) -> bytes:
            if count == moment:
                desk.chip = SimulatedPassport(contents(b""))
            return answer

        desk.change = swap
        profile = desk.family.profile(LINES_KEY, lambda: 10.0)
        assert profile.recognise(desk.ask)
        found = profile.read(desk.ask)
        again = profile.number_again(desk.ask)
        is_noticed = found == Unreadable(UnreadableReason.PULLED) or again is None
        assert is_noticed, (moment, found, again)


def test_a_card_of_another_kind_is_not_taken() -> None:
    """No such application."""

    def ask(_command: bytes) -> Response:
        return Response(b"", 0x6A82)

    typed: Ask = ask
    assert not TravelDocuments(TravelOptions()).profile(None, lambda: 1.0).recognise(typed)
