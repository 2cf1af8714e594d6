"""Basic Access Control (4.3): two keys from the printed lines open a channel with 3DES. Pure."""

from __future__ import annotations

import hashlib
import hmac

from devices.card_reader.apdu import Response
from devices.card_reader.card_profile import Ask
from devices.card_reader.travel.chance import Chance
from devices.card_reader.travel.commands import Command
from devices.card_reader.travel.secure_messaging import SecureChannel
from devices.card_reader.travel.suites import AUTHENTICATION, ENCRYPTION, MAC_BYTES, Suite
from devices.card_reader.travel.trouble import Malformed, Refused, WrongKey

GET_CHALLENGE = Command(0x84, le=8)
_NONCE_BYTES, _KEY_BYTES, _ANSWER_BYTES = 8, 16, 40

# Chips differ in how they say that the key is wrong: no more is known, security or conditions not
# satisfied, wrong data, and the counted warning. Some say it with the general error.
_WRONG_KEY = frozenset({0x6300, 0x6982, 0x6985, 0x6A80, 0x6988, 0x6F00})


def seed(information: bytes) -> bytes:
    """Return the seed of the access keys for the fields of the printed lines (9.7.2)."""
    return hashlib.sha1(information, usedforsecurity=True).digest()[:_KEY_BYTES]  # noqa: S324 # the standard's


def open_channel(ask: Ask, information: bytes, chance: Chance) -> SecureChannel:
    """Prove to the chip that its printed lines were read, and return the channel.

    Raises:
        WrongKey: it does not believe it.
        Refused: it does not know this protocol.
        Malformed: its answer is none.
    """
    suite = Suite.TDES
    enc = suite.derive(seed(information), ENCRYPTION)
    mac = suite.derive(seed(information), AUTHENTICATION)
    challenge = ask(GET_CHALLENGE.plain())
    if not challenge.is_ok or len(challenge.data) != _NONCE_BYTES:
        raise Refused("no challenge", challenge.status)
    ours, our_key = chance.token(_NONCE_BYTES), chance.token(_KEY_BYTES)
    hidden = suite.encrypt(enc, ours + challenge.data + our_key)
    proof = Command(0x82, data=hidden + suite.mac(mac, hidden), le=_ANSWER_BYTES)
    answer = ask(proof.plain())
    if answer.status in _WRONG_KEY or answer.status & 0xFFF0 == 0x63C0:
        raise WrongKey(f"the chip rejects the key: {answer.status:04X}")
    if not answer.is_ok:
        raise Refused("no mutual authentication", answer.status)
    their_key = _chips_key(answer, enc, mac, challenge.data, ours)
    secret = bytes(one ^ other for one, other in zip(our_key, their_key, strict=True))
    counter = int.from_bytes(challenge.data[4:] + ours[4:], "big")
    session_enc, session_mac = (suite.derive(secret, use) for use in (ENCRYPTION, AUTHENTICATION))
    return SecureChannel(suite, session_enc, session_mac, counter)


def _chips_key(answer: Response, enc: bytes, mac: bytes, theirs: bytes, ours: bytes) -> bytes:
    """Return the chip's half of the session's secret after checking that it is the same chip."""
    suite = Suite.TDES
    if len(answer.data) != _ANSWER_BYTES:
        raise Malformed("a proof of another length")
    hidden, authenticated = answer.data[:-MAC_BYTES], answer.data[-MAC_BYTES:]
    if not hmac.compare_digest(suite.mac(mac, hidden), authenticated):
        raise Malformed("the chip's proof fails its check")
    revealed = suite.decrypt(enc, hidden)
    if revealed[:16] != theirs + ours:
        raise Malformed("the chip's proof is for another challenge")
    return revealed[16:]
