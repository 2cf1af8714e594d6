"""Enrolment by a one-time code that carries the root key's fingerprint.

Pure. The kiosk proves that it holds its own key. The code is Crockford's base32: 12 random
characters (60 bits; the first four name it, the rest is the secret), then 16 characters (80 bits)
of the root key's SHA-256, so that whoever typed the code can't be given another platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.envelope import Json, KioskId, canonical
from sync.protocol.reading import BadAnswer, Fields, Refused, to_base64
from sync.protocol.trust import (
    Keyset,
    SignedDocument,
    StaffList,
    accept_keyset,
    accept_staff_list,
    read_signed,
)

ENROL_TAG = b"kiosk-enrol-v1\n"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS = 12
CODE_NAME_CHARS = 4
FINGERPRINT_CHARS = 16

_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time code: `secret` goes to the platform, `fingerprint` its root key has to fit."""

    secret: str = field(repr=False)
    fingerprint: str

    @property
    def name(self) -> str:
        """The front of the secret, which tells codes apart; it is no secret."""
        return self.secret[:CODE_NAME_CHARS]

    def __str__(self) -> str:
        whole = self.secret + self.fingerprint
        return "-".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def make_enrolment_code(random: bytes, root_key: bytes) -> EnrolmentCode:
    """Return the code made of eight random bytes for a platform with this root key.

    Raises:
        ValueError: there are not eight random bytes.
    """
    if len(random) != 8:
        raise ValueError("eight random bytes are needed")
    return EnrolmentCode(_base32(random, CODE_CHARS), root_fingerprint(root_key))


def parse_enrolment_code(text: str) -> EnrolmentCode | None:
    """Return the code somebody typed, or None; case, hyphens, spaces, O, I and L do not matter."""
    kept = "".join(char for char in text.upper() if not char.isspace() and char != "-")
    code = kept.translate(_LOOKALIKES)
    if len(code) != CODE_CHARS + FINGERPRINT_CHARS or not set(code) <= set(CROCKFORD):
        return None
    return EnrolmentCode(code[:CODE_CHARS], code[CODE_CHARS:])


def root_fingerprint(root_key: bytes) -> str:
    """Return the first 80 bits of the root key's SHA-256 in Crockford's base32."""
    return _base32(hashlib.sha256(root_key).digest(), FINGERPRINT_CHARS)


def _base32(data: bytes, chars: int) -> str:
    bits = int.from_bytes(data) >> (len(data) * 8 - chars * 5)
    return "".join(CROCKFORD[bits >> 5 * place & 31] for place in reversed(range(chars)))


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A kiosk asks to be enrolled; `possession` proves that it holds the private key."""

    secret: str = field(repr=False)
    public_key: bytes
    possession: bytes = field(repr=False)
    program_version: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "code": self.secret,
            "public_key": to_base64(self.public_key),
            "possession": to_base64(self.possession),
            "program_version": self.program_version,
        }

    def proves_possession(self) -> bool:
        """Say whether whoever asks holds the private key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(self.possession, _possession_bytes(self.secret, self.public_key))
        except (ValueError, InvalidSignature):
            return False
        return True


def make_enrol_request(
    code: EnrolmentCode,
    public_key: bytes,
    signer: Callable[[bytes], bytes],
    program_version: str = "",
) -> EnrolRequest:
    """Return the request of a kiosk with this key; `signer` makes Ed25519 signatures."""
    possession = signer(_possession_bytes(code.secret, public_key))
    return EnrolRequest(code.secret, public_key, possession, program_version)


def read_enrol_request(fields: Fields) -> EnrolRequest:
    """Read the form that travels."""
    secret = fields.text("code", most=64)
    if len(secret) != CODE_CHARS or not set(secret) <= set(CROCKFORD):
        raise Refused("code is no one-time code")
    return EnrolRequest(
        secret,
        fields.base64("public_key", size=32),
        fields.base64("possession", size=64),
        fields.text("program_version", most=100),
    )


def _possession_bytes(secret: str, public_key: bytes) -> bytes:
    return ENROL_TAG + canonical({"code": secret, "public_key": to_base64(public_key)})


@dataclass(frozen=True, slots=True)
class Site:
    """Where a kiosk stands: an id for lists, a name and a telephone number for people."""

    site_id: str
    name: str
    phone: str

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {"id": self.site_id, "name": self.name, "phone": self.phone}


def read_site(fields: Fields) -> Site:
    """Read the form that travels."""
    return Site(
        fields.text("id", most=100), fields.text("name", most=200), fields.text("phone", most=50)
    )


@dataclass(frozen=True, slots=True)
class EnrolAnswer:
    """What the platform gives a new kiosk; not to be believed before `accept_enrolment`."""

    kiosk: KioskId
    numbers: tuple[int, ...]
    root_key: bytes
    keyset: SignedDocument = field(repr=False)
    staff: SignedDocument = field(repr=False)
    site: Site
    public_url: str

    def to_json(self) -> dict[str, Json]:
        """Return the form that travels."""
        return {
            "kiosk": self.kiosk,
            "numbers": list(self.numbers),
            "root_key": to_base64(self.root_key),
            "keyset": self.keyset.to_json(),
            "staff": self.staff.to_json(),
            "site": self.site.to_json(),
            "public_url": self.public_url,
        }


def read_enrol_answer(fields: Fields) -> EnrolAnswer:
    """Read the form that travels."""
    numbers = fields.items("numbers", most=100)
    whole = tuple(it for it in numbers if type(it) is int and 1000 <= it <= 9999)
    if not numbers or len(whole) != len(numbers) or len(set(whole)) != len(whole):
        raise Refused("numbers are no kiosk numbers")
    return EnrolAnswer(
        kiosk=fields.kiosk("kiosk"),
        numbers=whole,
        root_key=fields.base64("root_key", size=32),
        keyset=read_signed(fields.fields("keyset")),
        staff=read_signed(fields.fields("staff")),
        site=read_site(fields.fields("site")),
        public_url=fields.text("public_url", most=500),
    )


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment whose every signature fits the code that was typed."""

    answer: EnrolAnswer
    keyset: Keyset
    staff: StaffList


def accept_enrolment(answer: EnrolAnswer, code: EnrolmentCode) -> Enrolled | BadAnswer:
    """Return the enrolment if the root key fits the code and signed all that came with it."""
    if root_fingerprint(answer.root_key) != code.fingerprint:
        return BadAnswer("this platform has not the root key that the code names")
    keyset = accept_keyset(answer.keyset, answer.root_key)
    if isinstance(keyset, BadAnswer):
        return keyset
    staff = accept_staff_list(answer.staff, keyset, answer.site.site_id)
    if isinstance(staff, BadAnswer):
        return staff
    return Enrolled(answer, keyset, staff)
