"""Password Authenticated Connection Establishment (4.4), with all its mappings. Pure.

A nonce that only the password reveals is mapped to a generator; over it both sides agree on keys,
and show each other that they did.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from devices.card_reader.apdu import Response
from devices.card_reader.card_profile import Ask
from devices.card_reader.travel import tlv
from devices.card_reader.travel.chance import Chance
from devices.card_reader.travel.commands import Command
from devices.card_reader.travel.key_agreement import CurveGroup, Group
from devices.card_reader.travel.pace_info import Mapping, PaceInfo
from devices.card_reader.travel.secure_messaging import SecureChannel
from devices.card_reader.travel.suites import AUTHENTICATION, ENCRYPTION, PASSWORD, Suite, unpad
from devices.card_reader.travel.trouble import Malformed, Refused, WrongKey

_DYNAMIC = 0x7C
_OID, _PASSWORD, _GROUP = 0x80, 0x83, 0x84
_PUBLIC_KEY, _OBJECT_IDENTIFIER = 0x7F49, 0x06
_WRONG_KEY = frozenset({0x6300, 0x6982, 0x6983, 0x6988})

# 4.4.3.3.2, for 3DES and AES-128, and for AES with longer keys.
_C0_128 = bytes.fromhex("A668892A7C41E3CA739F40B057D85904")
_C1_128 = bytes.fromhex("A4E136AC725F738B01C1F60217C188AD")
_C0_256 = bytes.fromhex("D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676")
_C1_256 = bytes.fromhex("54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517")


@dataclass(frozen=True, slots=True)
class Password:
    """What opens the chip: the printed lines' fields, or the card access number."""

    reference: int
    secret: bytes = field(repr=False)


def lines_password(information: bytes) -> Password:
    """Return the password made of the printed lines' fields (9.7.3)."""
    return Password(1, hashlib.sha1(information, usedforsecurity=True).digest())  # noqa: S324 # the standard's


def number_password(access_number: str) -> Password:
    """Return the password that is the printed card access number."""
    return Password(2, access_number.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Established:
    """The channel, and with chip authentication mapping what proves the chip (4.4.3.5.2)."""

    channel: SecureChannel
    chips_mapping_key: bytes = field(default=b"", repr=False)
    chip_proof: bytes = field(default=b"", repr=False)


def open_channel(
    ask: Ask, offer: PaceInfo, password: Password, chance: Chance, *, names_group: bool = True
) -> Established:
    """Go through the protocol and return the channel.

    Some chips insist on hearing which group they named themselves; the standard's examples leave it
    out, which `names_group` is for.

    Raises:
        WrongKey: the chip does not accept the password.
        Refused: it does not carry out a step.
        Malformed: what it says is not of the protocol.
    """
    exchange = _Exchange(ask, offer, password, chance)
    exchange.announce(names_group=names_group)
    nonce = exchange.nonce()
    if offer.mapping.is_integrated:
        generator, mapping_key = exchange.map_integrated(nonce), b""
    else:
        generator, mapping_key = exchange.map_generic(nonce)
    return exchange.agree(generator, mapping_key)


def is_chip_proven(established: Established, group: CurveGroup, chip_key: bytes) -> bool:
    """Say whether the chip holds the private key to `chip_key` of its EF.CardSecurity (4.4.3.5.2).

    It does when its proof, a number, turns that key into the one that it sent for the mapping.
    """
    if not established.chip_proof:
        return False
    proof = int.from_bytes(established.chip_proof, "big")
    try:
        return group.multiply(proof, chip_key) == established.chips_mapping_key
    except Malformed:
        return False


def pseudo_random(suite: Suite, ours: bytes, theirs: bytes, prime: int) -> bytes:
    """Return R(s, t), long enough that its residue modulo `prime` is even (4.4.3.3.2).

    Args:
        suite: The cipher that is the pseudo-random function.
        ours: t, the nonce that is sent in clear; the first key.
        theirs: s, the chip's nonce; the first block.
        prime: The prime of the field.
    """
    is_long = suite.key_bytes > 16
    c0, c1 = (_C0_256, _C1_256) if is_long else (_C0_128, _C1_128)
    rounds = -(-(prime.bit_length() + 64) // (8 * len(c0)))
    key = suite.encrypt(ours[: suite.key_bytes], theirs)
    made = b""
    for _ in range(rounds):
        made += suite.encrypt(key[: suite.key_bytes], c1)
        key = suite.encrypt(key[: suite.key_bytes], c0)
    return made


def token(offer: PaceInfo, key: bytes, group: Group, public: bytes) -> bytes:
    """Return what proves to the other side that its public key was heard (4.4.3.4)."""
    named = tlv.encode(_OBJECT_IDENTIFIER, offer.oid) + tlv.encode(group.element_tag, public)
    return offer.suite.mac(key, tlv.encode(_PUBLIC_KEY, named))


class _Exchange:
    """The steps, in their order."""

    def __init__(self, ask: Ask, offer: PaceInfo, password: Password, chance: Chance) -> None:
        self._ask = ask
        self._offer = offer
        self._password = password
        self._chance = chance
        self._group = offer.group()

    def announce(self, *, names_group: bool) -> None:
        """Say which protocol and which password it will be (MSE: Set AT)."""
        told = tlv.encode(_OID, self._offer.oid)
        told += tlv.encode(_PASSWORD, bytes([self._password.reference]))
        if names_group:
            told += tlv.encode(_GROUP, bytes([self._offer.group_number]))
        answer = self._ask(Command(0x22, 0xC1, 0xA4, told).plain())
        # 63Cx tells how many tries are left, which is no refusal.
        if not answer.is_ok and answer.status & 0xFFF0 != 0x63C0:
            raise Refused("PACE is not taken", answer.status)

    def nonce(self) -> bytes:
        """Return the chip's nonce, which the password reveals."""
        suite = self._offer.suite
        hidden = self._step(b"", 0x80)
        if not hidden or len(hidden) % suite.block_bytes or len(hidden) > 32:
            raise Malformed("a nonce of another length")
        return suite.decrypt(suite.derive(self._password.secret, PASSWORD), hidden)

    def map_generic(self, nonce: bytes) -> tuple[bytes, bytes]:
        """Return nonce * G + H, and the chip's public key of which H was made (4.4.3.3.1)."""
        group = self._group
        private = self._chance.below(group.order)
        public = group.multiply(private, group.generator)
        theirs = self._step(tlv.encode(0x81, public), 0x82)
        scalar = int.from_bytes(nonce, "big")
        mapped = group.join(
            group.multiply(scalar, group.generator), group.multiply(private, theirs)
        )
        return mapped, theirs

    def map_integrated(self, nonce: bytes) -> bytes:
        """Return the generator that both sides compute from two nonces (4.4.3.3.2)."""
        suite = self._offer.suite
        ours = self._chance.token(suite.key_bytes)
        self._step(tlv.encode(0x81, ours), None)
        prime = self._group.field_prime
        made = pseudo_random(suite, ours, nonce, prime)
        return self._group.element_for(int.from_bytes(made, "big") % prime)

    def agree(self, generator: bytes, mapping_key: bytes) -> Established:
        """Agree on the keys over the mapped generator, and check that both sides have them."""
        group, suite = self._group, self._offer.suite
        private = self._chance.below(group.order)
        ours = group.multiply(private, generator)
        theirs = self._step(tlv.encode(0x83, ours), 0x84)
        if theirs == ours:
            raise Malformed("the chip sent our own key back")  # 4.4.1, step 3
        secret = group.secret(group.multiply(private, theirs))
        enc, mac = suite.derive(secret, ENCRYPTION), suite.derive(secret, AUTHENTICATION)
        proof = tlv.encode(0x85, token(self._offer, mac, group, theirs))
        answer = self._ask(_general_authenticate(proof, is_last=True))
        if answer.status in _WRONG_KEY or answer.status & 0xFFF0 == 0x63C0:
            raise WrongKey(f"the chip rejects the password: {answer.status:04X}")
        said = _dynamic(answer)
        expected = token(self._offer, mac, group, ours)
        if not hmac.compare_digest(tlv.find(said, 0x86) or b"", expected):
            raise Malformed("the chip's token fails its check")
        chip_proof = b""
        if self._offer.mapping is Mapping.ECDH_CHIP_AUTHENTICATION:
            chip_proof = self._reveal(enc, tlv.find(said, 0x8A) or b"")
        return Established(SecureChannel(suite, enc, mac), mapping_key, chip_proof)

    def _reveal(self, enc: bytes, hidden: bytes) -> bytes:
        suite = self._offer.suite
        if not suite.is_aes or not hidden or len(hidden) % suite.block_bytes:
            raise Malformed("a chip's proof of another form")
        iv = suite.encrypt(enc, b"\xff" * suite.block_bytes)
        return unpad(suite.decrypt(enc, hidden, iv)) or b""

    def _step(self, said: bytes, wanted: int | None) -> bytes:
        data = _dynamic(self._ask(_general_authenticate(said, is_last=False)), wanted is None)
        if wanted is None:
            return b""
        value = tlv.find(data, wanted)
        if value is None:
            raise Malformed(f"no object {wanted:X}")
        return value


def _general_authenticate(said: bytes, *, is_last: bool) -> bytes:
    cla = 0x00 if is_last else 0x10
    return Command(0x86, data=tlv.encode(_DYNAMIC, said), le=256, cla=cla).plain()


def _dynamic(answer: Response, may_be_empty: bool = False) -> bytes:  # noqa: FBT001, FBT002 # of one caller
    if not answer.is_ok:
        raise Refused("a step of PACE", answer.status)
    if may_be_empty and not answer.data:
        return b""
    return tlv.only(answer.data, _DYNAMIC)
