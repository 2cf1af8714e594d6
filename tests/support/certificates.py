"""A private certificate authority and a certificate for loopback, made for one test run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority to pin, and what the server shows."""

    authority: Path
    certificate: Path
    key: Path


class Authority:
    """A certificate authority of its own below a folder."""

    def __init__(self, folder: Path) -> None:
        """Make its key and its certificate."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self._identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self.certificate = folder / "ca.pem"
        day = timedelta(days=1)
        told = (
            self._begin(self._name, self._key, -30 * day, 30 * day)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(self._identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.certificate.write_bytes(told.public_bytes(Encoding.PEM))

    def issue(
        self,
        name: str = "server",
        *,
        address: str = "127.0.0.1",
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=30),
    ) -> Certificates:
        """Write a certificate for an address, valid between two times from now."""
        made = Certificates(
            self.certificate, self._folder / f"{name}.pem", self._folder / f"{name}.key"
        )
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        alternative = x509.IPAddress(ipaddress.ip_address(address))
        server = (
            self._begin(subject, key, begins, ends)
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        made.certificate.write_bytes(server.public_bytes(Encoding.PEM))
        made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return made

    def _begin(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, begins: timedelta, ends: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
        )


def make_certificates(folder: Path) -> Certificates:
    """Write an authority of its own and a certificate for 127.0.0.1 signed by it."""
    return Authority(folder).issue()
