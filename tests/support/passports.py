"""Invented travel documents: their files, a state that signs them, and a chip for the reader.

The state's certificates are made when a test asks for them, with openssl as real ones are; nothing
of them is kept.
"""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image

from devices.card_reader.travel import mrz, tlv
from devices.card_reader.travel.mrz_layouts import TD3, Layout
from devices.card_reader.travel.simulated_passport import Contents, SimulatedPassport
from devices.card_reader.travel.standard_groups import CURVES
from devices.card_reader.travel.written_names import name_field
from tests.support.virtual_card import Chip

LINES = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F3204153ZE184226B<<<<<16",
)
"""The specimen of Doc 9303-4, valid until 2032."""

NUMBER, NAME = "L898902C3", "ERIKSSON ANNA MARIA"
ATR = bytes.fromhex("3B888001" + "0000000000000000" + "09")
LINE_BITS_PER_S = 106_000
"""A contactless reader's slowest and most usual speed (ISO 14443-3)."""

PACE_ECDH_GM_AES128 = bytes.fromhex("31143012060A04007F0007020204020202010202010D")
PACE_ECDH_CAM_AES128 = bytes.fromhex("31143012060A04007F0007020204060202010202010D")
PACE_ECDH_GM_AES256 = bytes.fromhex("31143012060A04007F00070202040204020102020110")
PACE_ECDH_GM_3DES = bytes.fromhex("31143012060A04007F0007020204020102010202010C")
PACE_ECDH_IM_AES128 = bytes.fromhex("31143012060A04007F0007020204040202010202010D")
PACE_ECDH_IM_AES192 = bytes.fromhex("31143012060A04007F0007020204040302010202010F")
PACE_DH_GM_AES128 = bytes.fromhex("31143012060A04007F00070202040102020102020102")

_LDS = "2.23.136.1.1.1"
_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"
_SHA256 = bytes.fromhex("300D06096086480165030402010500")


@dataclass(frozen=True)
class State:
    """Something that signs documents: its own certificate, and a signer's with its key, as PEM."""

    csca: bytes
    signer: bytes = field(repr=False)
    key: bytes = field(repr=False)


@cache
def state(name: str = "Utopia") -> State:
    """Return the state of this name, the same for all who ask."""
    return new_state(name)


def new_state(name: str = "Utopia") -> State:
    """Return a state with certificates of its own; the signer's ended last year, as they do."""
    root_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    now = datetime.now(UTC)
    root = _certificate(f"CSCA {name}", f"CSCA {name}", root_key, root_key, now, years=(3, 12))
    signer = _certificate(f"CSCA {name}", f"DS {name}", root_key, signer_key, now, years=(2, -1))
    encoding = serialization.Encoding.PEM
    return State(
        root.public_bytes(encoding),
        signer.public_bytes(encoding),
        signer_key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )


def _certificate(
    issuer: str,
    subject: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    years: tuple[int, int],
) -> x509.Certificate:
    year = timedelta(days=365)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    is_root = issuer == subject
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    built = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - years[0] * year)
        .not_valid_after(now + years[1] * year)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
    )
    return built.sign(issuer_key, hashes.SHA256())


def sod(groups: Mapping[int, bytes], signed_by: State) -> bytes:
    """Return EF.SOD over these data groups."""
    entries = b"".join(
        tlv.encode(
            0x30,
            tlv.encode(0x02, bytes([number])) + tlv.encode(0x04, hashlib.sha256(data).digest()),
        )
        for number, data in sorted(groups.items())
    )
    content = tlv.encode(0x30, tlv.encode(0x02, b"\0") + _SHA256 + tlv.encode(0x30, entries))
    return tlv.encode(0x77, signed(content, _LDS, signed_by))


def card_security(private: int, signed_by: State) -> bytes:
    """Return EF.CardSecurity with the public half of a chip's key on curve 13."""
    curve = CURVES[13]
    public = curve.encode(curve.multiply(private, curve.generator))
    named = tlv.encode(0x06, bytes.fromhex("04007F00070102")) + tlv.encode(0x02, b"\x0d")
    key = tlv.encode(0x30, tlv.encode(0x30, named) + tlv.encode(0x03, b"\0" + public))
    info = tlv.encode(0x06, bytes.fromhex("04007F000702020102")) + key
    content = tlv.encode(0x31, tlv.encode(0x30, info + tlv.encode(0x02, b"\x0d")))
    return signed(content, _SECURITY_OBJECT, signed_by)


def signed(content: bytes, kind: str, signed_by: State) -> bytes:
    """Return a CMS message of that kind, as DER."""
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in (("signer.pem", signed_by.signer), ("key.pem", signed_by.key)):
            (Path(folder) / name).write_bytes(raw)
        done = subprocess.run(
            [
                *("openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER"),
                *("-econtent_type", kind, "-md", "sha256", "-nosmimecap"),
                *("-signer", f"{folder}/signer.pem", "-inkey", f"{folder}/key.pem"),
            ],
            input=content,
            capture_output=True,
            check=True,
        )
    return done.stdout


@cache
def portrait(jpeg_bytes: int = 18_000, form: str = "JPEG") -> bytes:
    """Return a picture, a JPEG of about so many bytes: grey noise, nobody's face."""
    size = (413, 531)
    noise = Image.effect_noise((size[0] // 3, size[1] // 3), 60).resize(size)
    made = io.BytesIO()
    if form != "JPEG":
        noise.save(made, "JPEG2000", quality_mode="rates", quality_layers=[30])
        return made.getvalue()
    for quality in range(5, 96):
        made = io.BytesIO()
        noise.save(made, "JPEG", quality=quality)
        if made.tell() >= jpeg_bytes:
            break
    return made.getvalue()


def dg1(lines: tuple[str, ...] = LINES) -> bytes:
    """Return DG1 with these lines."""
    return tlv.encode(0x61, tlv.encode(0x5F1F, "".join(lines).encode()))


def dg2(picture: bytes, points: int = 0, tag: int = 0x5F2E) -> bytes:
    """Return DG2 with one face and so many feature points."""
    image = bytes(12) + picture
    face = struct.pack(">IH", 20 + 8 * points + len(image), points) + bytes(14 + 8 * points) + image
    record = b"FAC\x00010\x00" + struct.pack(">IH", 14 + len(face), 1) + face
    template = tlv.encode(0x7F60, tlv.encode(0xA1, b"\x80\x02\x01\x01") + tlv.encode(tag, record))
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\x01") + template))


def dg11(name: str, birth: bytes = b"") -> bytes:
    """Return DG11 with a name in its own script."""
    objects = tlv.encode(0x5C, b"\x5f\x0e") + tlv.encode(0x5F0E, name.encode())
    return tlv.encode(0x6B, objects + (tlv.encode(0x5F2B, birth) if birth else b""))


def dg12(issuer: str, issued: bytes) -> bytes:
    """Return DG12 with who issued the document and when."""
    return tlv.encode(0x6C, tlv.encode(0x5F19, issuer.encode()) + tlv.encode(0x5F26, issued))


def com(numbers: tuple[int, ...]) -> bytes:
    """Return EF.COM with these data groups."""
    tags = {1: 0x61, 2: 0x75, 11: 0x6B, 12: 0x6C}
    listed = bytes(tags[number] for number in numbers)
    return tlv.encode(0x60, tlv.encode(0x5F01, b"0107") + tlv.encode(0x5C, listed))


def files(groups: Mapping[int, bytes], signed_by: State) -> dict[int, bytes]:
    """Return the files of an application with these data groups."""
    made = {0x0100 + number: data for number, data in groups.items()}
    return {
        **made,
        0x011E: com(tuple(sorted(groups))),
        0x011D: sod(groups, signed_by),
    }


@cache
def contents(card_access: bytes = PACE_ECDH_GM_AES128, photo_bytes: int = 18_000) -> Contents:
    """Return the specimen's chip; b"" for `card_access` makes it one with BAC alone."""
    groups = {1: dg1(), 2: dg2(portrait(photo_bytes))}
    return Contents(
        mrz.information(NUMBER, "740812", "320415"),
        files(groups, state()),
        card_access,
        access_number="123456",
    )


def lines_for(number: str, surname: str, given_names: str, layout: Layout = TD3) -> tuple[str, ...]:
    """Return the lines of another invented person."""
    return mrz.compose(
        layout,
        {
            "code": "P",
            "issuer": "UTO",
            "nationality": "UTO",
            "number": number,
            "birth": "450312",
            "expiry": "320415",
            "sex": "F",
            "names": name_field(surname, given_names),
        },
    )


@dataclass
class PassportChip(Chip):
    """A simulated passport in the virtual reader, at a contactless line's pace if wanted."""

    contents: Contents = field(default_factory=contents)
    is_paced: bool = False
    atr: bytes = ATR

    def __post_init__(self) -> None:
        """Power it up."""
        self._passport = SimulatedPassport(self.contents)
        self._never = threading.Event()

    def reset(self) -> None:
        """Lose the field."""
        self._passport.reset()

    def answer(self, apdu: bytes) -> bytes:
        """Answer one command, when its bits have crossed the line."""
        arrived_s = time.monotonic()
        self.log.append(apdu)
        answer = self._passport.answer(apdu)
        if self.is_paced:
            self.pace(arrived_s, apdu, answer)
        return answer

    def pace(self, arrived_s: float, apdu: bytes, answer: bytes) -> None:
        """Wait until a command that came then and its answer have crossed the line."""
        left_s = arrived_s + line_s(len(apdu), len(answer)) - time.monotonic()
        self._never.wait(max(left_s, 0))


def line_s(command_bytes: int, answer_bytes: int) -> float:
    """Return how long a command and its answer are on the line: frames of 256 with 5 bytes more.

    A byte has a start, a stop and a parity bit's worth of gap: 9 bits (ISO 14443-3, 6.2.3.2).
    """
    total = sum(size + 5 * -(-size // 251) for size in (command_bytes, answer_bytes))
    return total * 9 / LINE_BITS_PER_S
