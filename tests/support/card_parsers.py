"""Everything that takes foreign bytes of cards apart, with a sample that it reads; for fuzzing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from devices.card_reader import photo_decoder, resident_card, social_security_card
from devices.card_reader.apdu import Response, exchange
from devices.card_reader.profiles import PROFILES
from devices.card_reader.sam_frames import ReplyFinder, pack
from devices.card_reader.travel import data_groups, mrz, passive, portrait, security_object, tlv
from devices.card_reader.travel.chip_files import longest_answer
from devices.card_reader.travel.family import TravelDocuments, TravelOptions
from devices.card_reader.travel.pace_info import offers
from devices.card_reader.travel.secure_messaging import SecureChannel
from devices.card_reader.travel.simulated_passport import SimulatedPassport
from devices.card_reader.travel.suites import Suite
from devices.card_reader.travel.trouble import Malformed, TravelTrouble
from devices.face_matcher import frames as face_frames
from devices.line_reader.assembling import reading_of
from devices.line_reader.recognising import Row
from devices.line_reader.signs import SIGNS
from devices.line_reader.worker_lines import decode_lines
from devices.wire import Garbled, Message
from kiosk.ports.card_reader import PrintedLines
from tests.support import passports, worker_parsers
from tests.support.national_cards import NATIONAL_CHIPS
from tests.support.sam_module import resident_text
from tests.support.virtual_card import Chip

_WHOLE = passports.contents(b"")
# Without a signature: openssl would take longer than all the rest.
_UNSIGNED = replace(_WHOLE, files={at: raw for at, raw in _WHOLE.files.items() if at != 0x011D})

LINES_TOLD = {
    "text": "\n".join(passports.LINES),
    "number": passports.NUMBER,
    "birth": "740812",
    "expiry": "320415",
    "confidence": 0.9,
}
_PICTURE = passports.portrait(3_000)

MOST_ASKED = 3000
"""More questions than this to one card are a loop without end."""


@dataclass(frozen=True)
class Parser:
    """What takes bytes, and bytes that it reads; it may refuse, and raise nothing else.

    With `is_whole_reading` the bytes are what a chip answers from some moment on.
    """

    parse: Callable[[bytes], object] = field(repr=False)
    sample: bytes = field(repr=False)
    is_whole_reading: bool = False

    def digest(self, raw: bytes) -> bool:
        """Take bytes apart, and say whether they were read; raises for what is a bug."""
        try:
            self.parse(raw)
        except (TravelTrouble, *worker_parsers.REFUSED):
            return False
        return True


def _lines(raw: bytes) -> object:
    return mrz.read(raw.decode("latin-1"))


def _frames(raw: bytes) -> object:
    finder = ReplyFinder()
    return finder.feed(raw) or finder.after_silence()


def _matcher(raw: bytes) -> object:
    try:
        name = face_frames.split(raw)
        if name is None:
            return None
        score = face_frames.split(name[2])
        said = face_frames.name_of(*name[:2])
        return said, score and face_frames.score_of(*score[:2])
    except face_frames.Nonsense as error:
        raise Malformed("no answer of a matcher") from error


def _answer(raw: bytes) -> object:
    channel = SecureChannel(Suite.AES_128, b"e" * 16, b"m" * 16)
    return channel.open(Response(raw, 0x9000))


def _record_reading(raw: bytes) -> object:
    """Read a social security card that answers right at first, then with these bytes."""
    chip = Chip()
    asked = 0

    def transmit(command: bytes) -> Response:
        nonlocal asked
        asked += 1
        assert asked < MOST_ASKED, "it asks without end"
        answer = chip.answer(command)
        if asked > raw[0] % 20:
            answer = _piece(raw, asked)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    profile = social_security_card.PROFILE
    profile.recognise(lambda command: exchange(transmit, command))
    found = profile.read(lambda command: exchange(transmit, command))
    profile.number_again(lambda command: exchange(transmit, command))
    return found


def _national_reading(kind: str, raw: bytes) -> object:
    """Read a national card that answers right at first, then with these bytes."""
    chip = NATIONAL_CHIPS[kind]()
    asked = 0

    def transmit(command: bytes) -> Response:
        nonlocal asked
        asked += 1
        assert asked < MOST_ASKED, "it asks without end"
        answer = chip.answer(command) if asked <= raw[0] % 40 else _piece(raw, asked)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    for profile in PROFILES[1:]:
        if profile.recognise(lambda command: exchange(transmit, command)):
            profile.read(lambda command: exchange(transmit, command))
            profile.number_again(lambda command: exchange(transmit, command))
    return None


def _signed(raw: bytes) -> object:
    """Look at EF.SOD as it is looked at, openssl and all."""
    return passive.signature_of(raw, passive.Authorities(None))


def _decoder_picture(raw: bytes) -> object:
    return photo_decoder.picture_in(raw)


def _document_reading(raw: bytes) -> object:
    """Read a passport that answers right at first, then with these bytes."""
    chip = SimulatedPassport(_UNSIGNED)
    asked = 0

    def transmit(command: bytes) -> Response:
        nonlocal asked
        asked += 1
        assert asked < MOST_ASKED, "it asks without end"
        answer = chip.answer(command) if asked <= raw[0] % 30 else _piece(raw, asked)
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))

    key = PrintedLines("\n".join(passports.LINES))
    profile = TravelDocuments(TravelOptions()).profile(key, lambda: 10.0)
    profile.recognise(lambda command: exchange(transmit, command))
    found = profile.read(lambda command: exchange(transmit, command))
    profile.number_again(lambda command: exchange(transmit, command))
    return found


def _piece(raw: bytes, number: int) -> bytes:
    """Return some of the bytes as an answer with a status, mostly one that goes on."""
    start = number * 13 % len(raw)
    status = (b"\x90\x00", b"\x61\x20", b"\x6c\x10", raw[-2:].rjust(2, b"\0"))[number % 4]
    return raw[start : start + 40] + status


def _told_lines(raw: bytes) -> object:
    """Take apart what the worker that reads pictures says."""
    try:
        head = json.loads(raw)
        return decode_lines(Message(head)) if isinstance(head, dict) else None
    except (ValueError, RecursionError, Garbled):
        return None


def _seen_rows(raw: bytes) -> object:
    """Make lines of rows that look like anything."""
    rows = []
    for number, width in enumerate((44, 44, 30, 30, 30)):
        noise = np.frombuffer((raw * (width * len(SIGNS)))[: width * len(SIGNS)], np.uint8)
        likeness = (noise.reshape(width, len(SIGNS)) / 255).astype(np.float32)
        rows.append(Row(likeness, number))
    return reading_of(rows[:2]), reading_of(rows[2:])


PARSERS = {
    "sam-frames": Parser(_frames, pack(b"\x00\x00\x90" + bytes(20))),
    "resident-text": Parser(resident_card.parse, resident_text()),
    "newest-address": Parser(
        resident_card.newest_address, "示例市安康区和平路12号".ljust(35).encode("utf-16-le")
    ),
    "social-security": Parser(_record_reading, bytes(60), is_whole_reading=True),
    **{
        f"{kind}-card": Parser(partial(_national_reading, kind), bytes(60), is_whole_reading=True)
        for kind in NATIONAL_CHIPS
    },
    "mrz": Parser(_lines, "\n".join(passports.LINES).encode()),
    "lines-told": Parser(_told_lines, json.dumps(LINES_TOLD).encode()),
    "lines-seen": Parser(_seen_rows, bytes(range(200))),
    "secured-answer": Parser(_answer, bytes.fromhex("990290008E080000000000000000")),
    "ef-com": Parser(data_groups.present, passports.com((1, 2))),
    "dg1": Parser(data_groups.lines, passports.dg1()),
    "dg2": Parser(portrait.picture, passports.dg2(b"\xff\xd8\xff" + bytes(40))),
    "dg11": Parser(data_groups.more_about_person, passports.dg11("王小明", b"19450312")),
    "dg12": Parser(data_groups.more_about_document, passports.dg12("Utopia", b"20220416")),
    "card-access": Parser(offers, passports.PACE_ECDH_GM_AES128),
    "atr-info": Parser(longest_answer, bytes.fromhex("7F66080202040002020800")),
    "lds-object": Parser(
        security_object.signed_hashes,
        bytes.fromhex("301C020100300D06096086480165030402010500300830060201010401AA"),
    ),
    "certificate": Parser(
        lambda raw: security_object.first_day(raw.decode("latin-1")), passports.state().signer
    ),
    "picture": Parser(portrait.as_jpeg, passports.portrait(6_000)),
    "picture-2000": Parser(portrait.as_jpeg, passports.portrait(0, "JPEG2000")),
    "data-objects": Parser(tlv.items, passports.com((1, 2)) + passports.dg1()),
    "signature": Parser(_signed, _WHOLE.files[0x011D]),
    "decoder-answer": Parser(
        _decoder_picture,
        photo_decoder.MAGIC + b"PICT" + len(_PICTURE).to_bytes(4, "big") + _PICTURE,
    ),
    "worker-wire": Parser(worker_parsers.from_the_wire, worker_parsers.on_the_wire()),
    "worker-answer": Parser(worker_parsers.from_json, worker_parsers.as_json()),
    "face-matcher": Parser(_matcher, b"DSF1NAME\0\0\0\3a\n1DSF1SCOR\0\0\0\4\0\0\2d"),
    "document": Parser(_document_reading, bytes(60), is_whole_reading=True),
}
