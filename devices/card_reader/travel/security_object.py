"""EF.SOD: what the issuer signed (Doc 9303-10, 4.6.2). Pure; the signature is `passive`'s."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from devices.card_reader.travel import tlv
from devices.card_reader.travel.trouble import Malformed

_SEQUENCE, _INTEGER, _OCTETS, _OID = 0x30, 0x02, 0x04, 0x06
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18

# Those that Doc 9303-12, 4.4.2 allows, and SHA-1 of early documents.
_HASHES = {
    bytes.fromhex("2B0E03021A"): "sha1",
    bytes.fromhex("608648016503040204"): "sha224",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


@dataclass(frozen=True, slots=True)
class SignedHashes:
    """The LDS security object: one hash for each data group."""

    algorithm: str
    hashes: Mapping[int, bytes] = field(repr=False)

    def vouch_for(self, groups: Mapping[int, bytes]) -> bool:
        """Say whether every one of these files is as it was when it was signed."""
        for number, data in groups.items():
            made = hashlib.new(self.algorithm, data).digest()
            if not hmac.compare_digest(made, self.hashes.get(number, b"")):
                return False
        return True


def message(sod: bytes) -> bytes:
    """Return the CMS message inside EF.SOD.

    Raises:
        Malformed: it is none.
    """
    return tlv.only(sod, 0x77)


def signed_hashes(content: bytes) -> SignedHashes:
    """Return what the message says, once its signature was verified.

    Raises:
        Malformed: it is no LDS security object.
    """
    parts = tlv.items(tlv.only(content, _SEQUENCE))
    if [part.tag for part in parts[:3]] != [_INTEGER, _SEQUENCE, _SEQUENCE]:
        raise Malformed("no LDS security object")
    algorithm = _HASHES.get(tlv.only(parts[1].value, _OID))
    if algorithm is None:
        raise Malformed("a hash that is not known")
    hashes: dict[int, bytes] = {}
    for entry in tlv.items(parts[2].value):
        pair = tlv.items(entry.value)
        if [part.tag for part in pair] != [_INTEGER, _OCTETS]:
            raise Malformed("a hash of another form")
        hashes[int.from_bytes(pair[0].value, "big")] = pair[1].value
    return SignedHashes(algorithm, hashes)


def first_day(certificate_pem: str) -> datetime:
    """Return from when a certificate is valid.

    Read here and not by a library: one certificate in six of those that states publish has curve
    parameters written out, which the library at hand does not take.

    Raises:
        Malformed: it is no certificate.
    """
    blocks = re.findall(
        "-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE-----", certificate_pem
    )
    try:
        der = base64.b64decode(blocks[0])
    except (IndexError, ValueError) as error:
        raise Malformed("no certificate") from error
    body = tlv.items(tlv.only(tlv.only(der, _SEQUENCE), _SEQUENCE))
    # Version (if any), serial number, algorithm, issuer, then validity (RFC 5280, 4.1).
    at = 4 if body and body[0].tag == 0xA0 else 3
    if len(body) <= at or body[at].tag != _SEQUENCE:
        raise Malformed("a certificate without validity")
    begins = tlv.first(body[at].value)
    form = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}.get(begins.tag)
    try:
        written = begins.value.decode("ascii")
        return datetime.strptime(written, form or "").replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed("a certificate without a first day") from error
