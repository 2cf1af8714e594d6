"""A simulated passport: the chip's side of BAC, PACE and secure messaging, with real cryptography.

It opens only to what is printed in it, as a real one does, and is nobody's: what is in its files is
for who makes one to say. It shares the ciphers and groups with the reader, and nothing of the
protocols, so that a mistake in one of them does not hide in the other.
"""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field
from enum import Enum

from devices.card_reader.travel import mrz, tlv
from devices.card_reader.travel.bac import seed
from devices.card_reader.travel.chance import Chance
from devices.card_reader.travel.pace import Password, lines_password, pseudo_random
from devices.card_reader.travel.pace_info import Mapping, PaceInfo, offers
from devices.card_reader.travel.simulated_session import Apdu, ChipSession, parsed
from devices.card_reader.travel.suites import AUTHENTICATION, ENCRYPTION, PASSWORD, Suite, pad
from devices.card_reader.travel.trouble import Malformed

_APPLICATION = bytes.fromhex("A0000002471001")
_ROOT_FILES = frozenset({0x011C, 0x011D, 0x2F01})
_CARD_ACCESS = 0x011C

OK, END_OF_FILE, WRONG_KEY = 0x9000, 0x6282, 0x6300
_LOCKED, _NO_CONDITIONS, _NO_FILE, _NO_SUCH = 0x6982, 0x6985, 0x6A82, 0x6D00
_NO_PROTECTION = 0x6987
_BAD_DATA, _BAD_OBJECT, _BAD_OFFSET, _BAD_LENGTH = 0x6A80, 0x6988, 0x6B00, 0x6700


class ReadMode(Enum):
    """How a chip wants its files asked for."""

    SHORT_IDS = "short_ids"
    SELECT_FIRST = "select_first"
    """It does not know short identifiers."""


def unsigned_contents(lines: tuple[str, ...]) -> Contents:
    """Return a passport with these lines and nothing else; nobody signed it.

    Raises:
        ValueError: they are no such lines.
    """
    read = mrz.read("\n".join(lines))
    if isinstance(read, mrz.Problem) or read.problems:
        raise ValueError("not the lines of a document")
    com = tlv.encode(0x5F01, b"0107") + tlv.encode(0x5C, b"\x61")
    dg1 = tlv.encode(0x61, tlv.encode(0x5F1F, "".join(lines).encode()))
    files = {0x011E: tlv.encode(0x60, com), 0x0101: dg1}
    return Contents(mrz.information(read.number, read.birth, read.expiry), files)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is on a chip: `information` are the printed fields that open it.

    `files` by identifier, those of the application; `card_access` b"" means no PACE. With
    `has_bac` off it opens through PACE alone. `answer_bytes` above 256 is told in EF.ATR/INFO.
    """

    information: bytes = field(repr=False)
    files: abc.Mapping[int, bytes] = field(repr=False)
    card_access: bytes = b""
    access_number: str = ""
    has_bac: bool = True
    answer_bytes: int = 256
    read_mode: ReadMode = ReadMode.SHORT_IDS
    card_security: bytes = b""
    chip_private: int = field(default=0, repr=False)
    """The key that chip authentication mapping proves; its public half is in `card_security`."""


class _Status(Exception):
    """The command ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class SimulatedPassport:
    """A chip in memory; `answer` takes a command and returns data with its status."""

    def __init__(self, contents: Contents, chance: Chance | None = None) -> None:
        """Power it up."""
        self._contents = contents
        self._chance = chance or Chance()
        self.reset()

    def reset(self) -> None:
        """Forget every session, as loss of the field does."""
        self._session: ChipSession | None = None
        self._is_in_application = False
        self._file: int | None = None
        self._challenge = b""
        self._pace: _PaceSide | None = None

    def answer(self, raw: bytes) -> bytes:
        """Carry out one command."""
        try:
            command = parsed(raw)
        except Malformed:
            return _BAD_LENGTH.to_bytes(2, "big")
        if self._session is None:
            data, status = self._guarded(command)
            return data + status.to_bytes(2, "big")
        if not command.cla & 0x0C:
            # A command in clear ends a session (9303-11, 9.8.1); strict chips say no more to it.
            self.reset()
            return _NO_PROTECTION.to_bytes(2, "big")
        try:
            plain = self._session.open(command)
        except (Malformed, ValueError):
            self.reset()
            return _BAD_OBJECT.to_bytes(2, "big")
        session = self._session
        data, status = self._guarded(plain)
        return session.protect(data, status)

    def _guarded(self, command: Apdu) -> tuple[bytes, int]:
        try:
            return self._carried_out(command)
        except _Status as end:
            return b"", end.status
        except (Malformed, ValueError):
            return b"", _BAD_DATA

    def _carried_out(self, command: Apdu) -> tuple[bytes, int]:
        match command.ins:
            case 0xA4:
                return self._select(command), OK
            case 0xB0 | 0xB1:
                return self._read(command)
            case 0x84:
                if not (self._contents.has_bac and self._is_in_application):
                    raise _Status(_NO_CONDITIONS)
                self._challenge = self._chance.token(8)
                return self._challenge, OK
            case 0x82:
                return self._mutual_authenticate(command.data), OK
            case 0x22:
                return self._announced(command), OK
            case 0x86:
                return self._general_authenticate(command), OK
            case _:
                raise _Status(_NO_SUCH)

    def _select(self, command: Apdu) -> bytes:
        match command.p1:
            case 0x04:
                if command.data != _APPLICATION:
                    raise _Status(_NO_FILE)
                if not self._contents.has_bac and self._session is None:
                    raise _Status(_LOCKED)
                self._is_in_application, self._file = True, None
            case 0x00:
                self._is_in_application, self._file = False, None
            case _:
                identifier = int.from_bytes(command.data, "big")
                self._content(identifier)
                self._file = identifier
        return b""

    def _content(self, identifier: int) -> bytes:
        """Return a file of the place where we are; those of the application need a session."""
        contents = self._contents
        if not self._is_in_application:
            found = {
                _CARD_ACCESS: contents.card_access,
                0x2F01: _atr_info(contents.answer_bytes),
                0x011D: contents.card_security if self._session is not None else b"",
            }.get(identifier, b"")
            if not found:
                raise _Status(_NO_FILE)
            return found
        if self._session is None:
            raise _Status(_LOCKED)
        if identifier not in contents.files:
            raise _Status(_NO_FILE)
        return contents.files[identifier]

    def _read(self, command: Apdu) -> tuple[bytes, int]:
        is_odd = command.ins == 0xB1
        if is_odd:
            offset = int.from_bytes(tlv.only(command.data, 0x54), "big")
        elif command.p1 & 0x80:
            if self._contents.read_mode is ReadMode.SELECT_FIRST:
                raise _Status(0x6A86)
            self._file, offset = self._by_short_id(command.p1 & 0x1F), command.p2
        else:
            offset = command.p1 << 8 | command.p2
        if self._file is None:
            raise _Status(0x6986)
        content = self._content(self._file)
        if offset > len(content):
            raise _Status(_BAD_OFFSET)
        wanted = min(command.le or 0, self._contents.answer_bytes)
        data = content[offset : offset + wanted - (4 if is_odd else 0)]
        status = OK if offset + wanted <= len(content) or is_odd else END_OF_FILE
        return (tlv.encode(0x53, data) if is_odd else data), status

    def _by_short_id(self, short_id: int) -> int:
        identifier = 0x0100 + short_id
        if not self._is_in_application and short_id not in {it & 0x1F for it in _ROOT_FILES}:
            raise _Status(_NO_FILE)
        self._content(identifier)
        return identifier

    def _mutual_authenticate(self, proof: bytes) -> bytes:
        suite, challenge = Suite.TDES, self._challenge
        self._challenge = b""
        if len(proof) != 40 or not challenge:
            raise _Status(_NO_CONDITIONS)
        made = seed(self._contents.information)
        enc, mac = suite.derive(made, ENCRYPTION), suite.derive(made, AUTHENTICATION)
        hidden, authenticated = proof[:32], proof[32:]
        said = suite.decrypt(enc, hidden)
        if suite.mac(mac, hidden) != authenticated or said[8:16] != challenge:
            raise _Status(WRONG_KEY)
        ours = self._chance.token(16)
        answer = suite.encrypt(enc, challenge + said[:8] + ours)
        secret = bytes(one ^ other for one, other in zip(said[16:], ours, strict=True))
        counter = int.from_bytes(challenge[4:] + said[4:8], "big")
        keys = (suite.derive(secret, ENCRYPTION), suite.derive(secret, AUTHENTICATION))
        self._session = ChipSession(suite, *keys, counter)
        return answer + suite.mac(mac, answer)

    def _announced(self, command: Apdu) -> bytes:
        told = {item.tag: item.value for item in tlv.items(command.data)}
        known = offers(self._contents.card_access) if self._contents.card_access else ()
        offer = next((it for it in known if it.oid == told.get(0x80)), None)
        if offer is None or (0x84 in told and told[0x84][0] != offer.group_number):
            raise _Status(_BAD_DATA)
        if told.get(0x83) == b"\x02":
            if not self._contents.access_number:
                raise _Status(0x6A88)
            password = Password(2, self._contents.access_number.encode())
        else:
            password = lines_password(self._contents.information)
        self._pace = _PaceSide(offer, password, self._chance, self._contents.chip_private)
        return b""

    def _general_authenticate(self, command: Apdu) -> bytes:
        if self._pace is None:
            raise _Status(_NO_CONDITIONS)
        said = tlv.items(tlv.only(command.data, 0x7C))
        tag, value = (said[0].tag, said[0].value) if said else (0, b"")
        try:
            answered = self._pace.step(tag, value)
        except _Status:
            self._pace = None
            raise
        if self._pace.session is not None:
            self._session, self._pace = self._pace.session, None
        return tlv.encode(0x7C, answered)


class _PaceSide:
    """The chip's side of one run of PACE; `session` is there once it succeeded."""

    def __init__(
        self, offer: PaceInfo, password: Password, chance: Chance, chip_private: int
    ) -> None:
        self._chip_private = chip_private
        self._mapping_private = 0
        self._offer = offer
        self._chance = chance
        self._group = offer.group()
        self._key = offer.suite.derive(password.secret, PASSWORD)
        self._nonce = b""
        self._generator = b""
        self._public = b""
        self._theirs = b""
        self._keys = (b"", b"")
        self.session: ChipSession | None = None

    def step(self, tag: int, value: bytes) -> bytes:
        """Return what answers this object."""
        match tag:
            case 0:
                self._nonce = self._chance.token(32 if self._offer.suite.key_bytes > 16 else 16)
                return tlv.encode(0x80, self._offer.suite.encrypt(self._key, self._nonce))
            case 0x81 if self._nonce:
                return self._map(value)
            case 0x83 if self._generator:
                return self._agree(value)
            case 0x85 if self._theirs:
                return self._prove(value)
            case _:
                raise _Status(_NO_CONDITIONS)

    def _map(self, value: bytes) -> bytes:
        group = self._group
        if self._offer.mapping.is_integrated:
            made = pseudo_random(self._offer.suite, value, self._nonce, group.field_prime)
            self._generator = group.element_for(int.from_bytes(made, "big") % group.field_prime)
            return b""
        private = self._mapping_private = self._chance.below(group.order)
        agreed = group.multiply(private, value)
        own = group.multiply(int.from_bytes(self._nonce, "big"), group.generator)
        self._generator = group.join(own, agreed)
        return tlv.encode(0x82, group.multiply(private, group.generator))

    def _agree(self, value: bytes) -> bytes:
        group, suite = self._group, self._offer.suite
        private = self._chance.below(group.order)
        self._public, self._theirs = group.multiply(private, self._generator), value
        secret = group.secret(group.multiply(private, value))
        self._keys = (suite.derive(secret, ENCRYPTION), suite.derive(secret, AUTHENTICATION))
        return tlv.encode(0x84, self._public)

    def _prove(self, value: bytes) -> bytes:
        if value != self._token(self._public):
            raise _Status(WRONG_KEY)
        proof = tlv.encode(0x86, self._token(self._theirs))
        self.session = ChipSession(self._offer.suite, *self._keys, 0)
        if self._offer.mapping is Mapping.ECDH_CHIP_AUTHENTICATION:
            proof += tlv.encode(0x8A, self._chip_proof())
        return proof

    def _chip_proof(self) -> bytes:
        """Return the number that turns the static key into the one of the mapping, encrypted."""
        suite, order = self._offer.suite, self._group.order
        number = pow(self._chip_private, -1, order) * self._mapping_private % order
        raw = number.to_bytes((order.bit_length() + 7) // 8, "big")
        iv = suite.encrypt(self._keys[0], b"\xff" * suite.block_bytes)
        return suite.encrypt(self._keys[0], pad(raw, suite.block_bytes), iv)

    def _token(self, public: bytes) -> bytes:
        named = tlv.encode(0x06, self._offer.oid) + tlv.encode(self._group.element_tag, public)
        return self._offer.suite.mac(self._keys[1], tlv.encode(0x7F49, named))


def _atr_info(answer_bytes: int) -> bytes:
    """Return EF.ATR/INFO with the longest command and answer, b"" for short ones only."""
    if answer_bytes <= 256:
        return b""
    limit = tlv.encode(0x02, answer_bytes.to_bytes(2, "big"))
    return tlv.encode(0x7F66, limit + limit)
